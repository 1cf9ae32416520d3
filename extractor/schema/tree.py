"""The tree of typed fields that a Pydantic model is read into.

This module owns the nodes and what follows from one alone. ``schema_reading`` makes them; ``plan``,
``wire``, ``replies``, ``records``, the prompts, grounding and checks all work on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from schemas.fields import Compare
from schemas.values import Bound


class Kind(StrEnum):
    """What a value is. The last three have children."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    PARTIAL_DATE = "partial_date"
    DATETIME = "datetime"
    TIME = "time"
    ENUM = "enum"
    UNION = "union"
    OBJECT = "object"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class FieldNode:
    """One field of a schema, the items of one of its lists, or (with path "") the schema itself.

    ``path``: ``arrests[].count.value``. ``required``: without a default; ``nullable``: ``None`` is
    a legal value. ``annotation``: the type with its constraints, as Pydantic validates it.
    ``children``: an object's fields, a union's members, or a list's one item. ``options`` and
    ``labels``: an enum's values as JSON and their names. ``minimum`` and ``maximum``: inclusive,
    whole numbers only. ``max_items``: a list's own bound. ``markers``: everything else that stands
    in ``Annotated``.
    """

    path: str
    name: str
    kind: Kind
    description: str = ""
    required: bool = True
    nullable: bool = False
    annotation: Any = Any
    children: tuple[FieldNode, ...] = ()
    model: type[BaseModel] | None = None
    options: tuple[Any, ...] = ()
    labels: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    max_items: int | None = None
    is_set: bool = False
    markers: tuple[object, ...] = ()

    @property
    def is_scalar(self) -> bool:
        """Whether a value is one JSON scalar."""
        return self.kind not in (Kind.OBJECT, Kind.LIST)

    @property
    def item(self) -> FieldNode:
        """A list's items."""
        return self.children[0]

    @property
    def is_constant(self) -> bool:
        """Whether there is only one value it can have, so that nobody need be asked."""
        return self.kind is Kind.ENUM and len(self.options) == 1 and not self.nullable

    @property
    def is_passage(self) -> bool:
        """Whether code fills it from the quotation marks (``Compare("passage")``)."""
        return any(isinstance(one, Compare) and one.kind == "passage" for one in self.markers)

    @property
    def is_asked(self) -> bool:
        """Whether a model is asked for it: not for constants, passages and derived values."""
        derived = any(isinstance(one, Compare) and not one.scored for one in self.markers)
        return not (derived or self.is_constant or self.is_passage)

    @property
    def is_quantity(self) -> bool:
        """Whether it is an object of a number and the bound its words put on it."""
        if self.kind is not Kind.OBJECT or {one.name for one in self.children} != {
            "value",
            "bound",
        }:
            return False
        bound, value = self.child("bound"), self.child("value")
        numeric = value.kind in (Kind.INTEGER, Kind.NUMBER, Kind.DECIMAL)
        return numeric and set(bound.options) <= {*Bound} and bool(bound.options)

    def child(self, name: str) -> FieldNode:
        """An object's field. Raises ``KeyError`` if there is none of that name."""
        for one in self.children:
            if one.name == name:
                return one
        raise KeyError(name)

    def leaves(self) -> Iterator[FieldNode]:
        """Every scalar below, itself included if it is one."""
        if self.is_scalar:
            yield self
        else:
            for one in self.children:
                yield from one.leaves()


def leaf(kind: Kind, path: str = "value", **more: Any) -> FieldNode:
    """A field outside any schema, to ground or check a value by."""
    return FieldNode(path=path, name=path.rpartition(".")[2], kind=kind, **more)
