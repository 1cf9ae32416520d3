"""The leaves of a schema: which values of a record are compared, how, and with what weight.

This module owns the *shape* of a record: what one object holds, as leaves, lists and the places of
nested objects. ``shapes`` reads a shape from a Pydantic model, ``items`` reads records along it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from eval.compare import COMPARATORS, Comparator, LeafKind

Steps: TypeAlias = tuple[str, ...]
Reading: TypeAlias = tuple[str | None, Steps, Callable[[Any], Any]]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One compared value. ``steps`` and ``pointer`` lead to it from the object that holds it.

    ``path`` is the row it is counted in: ``arrests[].count.value``. ``nominal`` marks a value out
    of a fixed set (enum, bool, ``Literal``).
    """

    path: str
    steps: Steps
    pointer: str
    kind: LeafKind
    weight: int = 1
    in_totals: bool = True
    nominal: bool = False

    @property
    def comparator(self) -> Comparator:
        """How it is compared."""
        return COMPARATORS[self.kind]


@dataclass(frozen=True, slots=True)
class Branch:
    """A place where a nested object or a list belongs; a value of other types is out of shape."""

    path: str
    steps: Steps
    pointer: str
    types: tuple[type, ...]


@dataclass(frozen=True, slots=True)
class ListField:
    """A list. ``path`` ends in ``[]``; ``of_objects`` says whether its items are counted too."""

    path: str
    steps: Steps
    pointer: str
    item: Shape
    of_objects: bool
    in_totals: bool


@dataclass(frozen=True, slots=True)
class Parts:
    """What an object holds, nested objects flattened into it, in the schema's order."""

    entries: tuple[Leaf | ListField, ...] = ()
    branches: tuple[Branch, ...] = ()

    def __add__(self, other: Parts) -> Parts:
        return Parts(self.entries + other.entries, self.branches + other.branches)


class Shape:
    """What one object, one list item or a whole record holds.

    ``read`` tells it on first need, so that a model may hold a list of itself; ``recurs`` says that
    it does.
    """

    def __init__(self, path: str, read: Callable[[], Parts], recurs: bool = False) -> None:
        self.path = path
        self.recurs = recurs
        self._read = read

    @cached_property
    def _parts(self) -> Parts:
        return self._read()

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """The compared values, in the schema's order."""
        return tuple(entry for entry in self._parts.entries if isinstance(entry, Leaf))

    @cached_property
    def lists(self) -> tuple[ListField, ...]:
        """The lists, in the schema's order."""
        return tuple(entry for entry in self._parts.entries if isinstance(entry, ListField))

    @cached_property
    def branches(self) -> tuple[Branch, ...]:
        """The places where nested objects and lists belong."""
        return self._parts.branches

    @cached_property
    def plan(self) -> tuple[Reading, ...]:
        """For each leaf: its key, if one step leads to it, its steps and its form."""
        return tuple(
            (
                leaf.steps[0] if len(leaf.steps) == 1 else None,
                leaf.steps,
                leaf.comparator.form,
            )
            for leaf in self.leaves
        )

    @cached_property
    def keys(self) -> tuple[Steps, ...]:
        """Where a key of the schema belongs."""
        places = [leaf.steps for leaf in self.leaves] + [branch.steps for branch in self.branches]
        return tuple(dict.fromkeys(steps for steps in places if steps))

    @cached_property
    def outside(self) -> frozenset[int]:
        """Which leaves stand outside the totals."""
        return frozenset(i for i, leaf in enumerate(self.leaves) if not leaf.in_totals)

    @cached_property
    def all_inside(self) -> bool:
        """Whether no leaf here, nor in a list of leaves below, stands outside the totals."""
        return not self.outside and not any(
            node.of_objects or node.item.lists or not node.item.all_inside for node in self.lists
        )

    @cached_property
    def quantities(self) -> tuple[int, ...]:
        """Which leaves are the ``value`` of a quantity; its ``bound`` is the next one."""
        return tuple(i for i, leaf in enumerate(self.leaves) if leaf.kind == "value")

    @cached_property
    def weighed(self) -> tuple[tuple[int, int, Comparator], ...]:
        """Index, weight and comparator of the leaves that make two items similar."""
        return tuple(
            (i, leaf.weight, leaf.comparator)
            for i, leaf in enumerate(self.leaves)
            if leaf.in_totals
        )

    @cached_property
    def depends_on_tau(self) -> bool:
        """Whether the likeness of two items does: they hold lists whose items can be half alike."""
        return any(node.of_objects or node.item.lists for node in self.lists)

    def rows(self) -> Iterator[Leaf]:
        """Every leaf below, those of list items included, but not a model inside itself."""
        for entry in self._parts.entries:
            if isinstance(entry, Leaf):
                yield entry
            elif not entry.item.recurs:
                yield from entry.item.rows()

    def object_lists(self) -> Iterator[ListField]:
        """Every list of objects below, outermost first, but not a model inside itself."""
        for node in self.lists:
            if node.of_objects:
                yield node
            if not node.item.recurs:
                yield from node.item.object_lists()
