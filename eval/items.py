"""Records read along a schema's shape, ready to be compared.

This module owns the reading: values, their forms, what gold knows beside them, and values that
are out of shape (text where an object belongs, in a record that was never validated). It compares
nothing; ``align`` and ``verdicts`` do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from eval.leaves import Leaf, Shape, Steps
from eval.pointers import join

_NOTHING: Mapping[str, tuple[str, Any]] = MappingProxyType({})
_NOWHERE: frozenset[int | str] = frozenset()


@dataclass(frozen=True, slots=True)
class Notes:
    """What gold says about places of its record, by JSON pointer."""

    alternatives: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unscorable: frozenset[str] = frozenset()


class Item:
    """One object of a record (the whole record, or one list item), read along its shape.

    ``raw`` and ``forms`` run parallel to ``shape.leaves``; ``None`` where nothing is stated.
    ``weighed`` holds the forms of the leaves in the totals, ``beside`` (parallel to ``raw``) what
    gold knows beside a value. ``lists`` runs parallel to ``shape.lists``. ``strays`` maps a path to
    a value that is out of shape and its pointer. ``unscorable`` holds the leaves (by index), lists
    and strays (by path) that gold leaves out, ``skipped`` says that it leaves out the whole item.
    ``size`` counts the leaves in the totals that state something, at any depth. Items with one
    ``canon`` state exactly the same.
    """

    __slots__ = (
        "beside",
        "canon",
        "forms",
        "lists",
        "order",
        "pointer",
        "raw",
        "shape",
        "size",
        "skipped",
        "strays",
        "unscorable",
        "value",
        "weighed",
    )

    def __init__(self, shape: Shape, value: Any, pointer: str, notes: Notes | None) -> None:
        self.shape = shape
        self.value = value
        self.pointer = pointer
        self.skipped = notes is not None and pointer in notes.unscorable
        self.unscorable: frozenset[int | str] = (
            _unscorable(shape, pointer, notes) if notes is not None else _NOWHERE
        )
        raw: list[Any] = []
        forms: list[Any] = []
        for key, steps, form in shape.plan:
            if key is None or type(value) is not dict:
                found = fetch(value, steps)
            else:
                found = value.get(key)
            raw.append(found)
            forms.append(None if found is None else form(found))
        self.raw = raw
        self.forms = forms
        self.weighed = forms if not shape.outside else [forms[i] for i, _, _ in shape.weighed]
        self.beside = _beside(self, notes)
        self.strays = _strays(self)
        stated = len(forms) - forms.count(None)
        if shape.outside or self.unscorable:
            uncounted = self.unscorable.union(shape.outside)
            stated -= sum(forms[i] is not None for i in uncounted if isinstance(i, int))
        if self.strays:
            stated += sum(path not in self.unscorable for path in self.strays)
        self.canon = repr(raw)
        self.lists: tuple[tuple[Item, ...], ...] = ()
        if shape.lists:
            self.lists = tuple(
                _items(value, node.steps, node.item, f"{pointer}{node.pointer}", notes)
                for node in shape.lists
            )
            for node, items in zip(shape.lists, self.lists, strict=True):
                if node.in_totals and node.path not in self.unscorable:
                    stated += sum(item.size for item in items)
                self.canon += repr(sorted([item.canon for item in items]))
        if self.strays:
            self.canon += repr(sorted((path, odd) for path, (_, odd) in self.strays.items()))
        self.size: int = 0 if self.skipped else stated
        self.order = self.canon
        if notes is not None:
            self.order += repr((self.beside, sorted(map(str, self.unscorable)), self.skipped))


def read_record(shape: Shape, record: Mapping[str, Any] | None, notes: Notes | None = None) -> Item:
    """A record read along its schema's shape; ``None`` reads as a record that states nothing.

    ``notes`` are gold's. A place it calls unscorable covers all that lies below it.
    """
    return Item(shape, record, "", notes)


def missing_keys(item: Item) -> int:
    """How many keys of the schema the item's objects lack, at any depth; they count as null."""
    value = item.value
    lacking = 0
    for steps in item.shape.keys:
        if len(steps) == 1 and type(value) is dict:
            lacking += steps[0] not in value
        else:
            lacking += is_missing(value, steps)
    for items in item.lists:
        for inner in items:
            lacking += missing_keys(inner)
    return lacking


def is_missing(value: Any, steps: Steps) -> bool:
    """Whether an object that should hold the last key of ``steps`` is there and lacks it."""
    if not steps:
        return False
    holder = fetch(value, steps[:-1])
    return isinstance(holder, dict) and steps[-1] not in holder


def fetch(value: Any, steps: Steps) -> Any:
    """What the steps lead to, ``None`` if nothing."""
    for step in steps:
        if not isinstance(value, dict):
            return None
        value = value.get(step)
    return value


def _items(
    value: Any, steps: Steps, shape: Shape, pointer: str, notes: Notes | None
) -> tuple[Item, ...]:
    found = fetch(value, steps)
    if not isinstance(found, (list, tuple, set, frozenset)):
        return ()
    return tuple(
        Item(shape, entry, f"{pointer}/{index}", notes) for index, entry in enumerate(found)
    )


def _strays(item: Item) -> Mapping[str, tuple[str, Any]]:
    found: dict[str, tuple[str, Any]] | None = None
    for branch in item.shape.branches:
        value = fetch(item.value, branch.steps) if branch.steps else item.value
        if value is not None and not isinstance(value, branch.types):
            found = found or {}
            found[branch.path] = (item.pointer + branch.pointer, value)
    return found or _NOTHING


def _beside(item: Item, notes: Notes | None) -> Sequence[Any] | None:
    quantities = item.shape.quantities
    if notes is None:  # a prediction
        return None
    if not quantities and not notes.alternatives:
        return None
    found: list[Any] = [None] * len(item.raw)
    if notes.alternatives:
        for index, leaf in enumerate(item.shape.leaves):
            found[index] = _alternatives(item, leaf, notes)
    for index in quantities:
        found[index] = item.raw[index + 1]
    return found


def _alternatives(item: Item, leaf: Leaf, notes: Notes) -> tuple[Any, ...] | None:
    others = notes.alternatives.get(item.pointer + leaf.pointer)
    return tuple(leaf.comparator.form(other) for other in others) if others else None


def _unscorable(shape: Shape, pointer: str, notes: Notes) -> frozenset[int | str]:
    if not notes.unscorable:
        return _NOWHERE

    def covers(steps: Steps) -> bool:
        ends = range(1, len(steps) + 1)
        return any(pointer + join(*steps[:end]) in notes.unscorable for end in ends)

    found: set[int | str] = {i for i, leaf in enumerate(shape.leaves) if covers(leaf.steps)}
    found.update(branch.path for branch in shape.branches if covers(branch.steps))
    found.update(node.path for node in shape.lists if covers(node.steps))
    return frozenset(found)
