"""From a Pydantic model to the shape of its records.

This module owns the reading of type annotations and markers: which field is a leaf, a list, a
nested object, and which comparator and weight it has. It reads no record.

A record is what ``model_dump(mode="json")`` gives, keyed by field name. A union of models is read
as one object with the fields of all; an object directly inside itself, a mapping and any other
union are leaves, compared whole.
"""

from __future__ import annotations

import types
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import Enum
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, RootModel

from eval.leaves import Branch, Leaf, ListField, Parts, Shape, Steps
from eval.pointers import join
from extractor.errors import SchemaError
from schemas.fields import Compare
from schemas.values import Quantity, check_partial_date

Members: TypeAlias = tuple[Any, ...]
Models: TypeAlias = tuple[type[BaseModel], ...]

_LIST_ORIGINS = (list, set, frozenset, AbstractSet, Sequence)
_LIST_TYPES = (list, tuple, set, frozenset)
_PLAIN = Compare()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the reading has come to: inside which models, at which field, with which marker."""

    path: str = ""
    steps: Steps = ()
    compare: Compare = _PLAIN
    in_totals: bool = True
    inside: Models = ()

    @property
    def pointer(self) -> str:
        return join(*self.steps)

    def field(self, name: str, compare: Compare = _PLAIN) -> _Place:
        path = f"{self.path}.{name}" if self.path else name
        return replace(self, path=path, steps=(*self.steps, name), compare=compare)


def read_schema(schema: type[BaseModel]) -> Shape:
    """The shape of a whole record of this schema.

    Reading takes about a millisecond: keep the shape for a whole run. Raises ``SchemaError`` for a
    comparator that does not fit its field.
    """
    return Shape("", lambda: _read(schema, _Place()))


def _read(annotation: Any, place: _Place) -> Parts:
    members, compare = _unwrap(annotation, place.compare)
    if not compare.scored:
        return Parts()
    place = replace(place, compare=compare, in_totals=place.in_totals and compare.in_totals)
    if compare.kind == "quantity" or (members == (Quantity,) and compare.kind is None):
        return _read_quantity(members, place)
    item = _item_type(members)
    if item is not None:
        return _read_list(item, place)
    is_item = place.path.endswith("[]") or not place.path
    if _are_models(members, compare) and (is_item or not set(members) & set(place.inside)):
        return _read_models(members, place)
    return Parts((_scalar(members, place),))


def _unwrap(annotation: Any, compare: Compare) -> tuple[Members, Compare]:
    """The members of a type without ``None``, and the innermost marker found on the way."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *metadata = get_args(annotation)
        return _unwrap(inner, _marked(metadata, compare))
    if origin in (Union, types.UnionType):
        found: list[Any] = []
        for member in get_args(annotation):
            if member is not type(None):
                members, compare = _unwrap(member, compare)
                found.extend(members)
        return tuple(found), compare
    if hasattr(annotation, "__value__"):  # a ``type`` alias
        return _unwrap(annotation.__value__, compare)
    if isinstance(annotation, type) and issubclass(annotation, RootModel):
        root = annotation.model_fields["root"]
        return _unwrap(root.annotation, _marked(root.metadata, compare))
    return (annotation,), compare


def _marked(metadata: Sequence[Any], compare: Compare) -> Compare:
    found = next((mark for mark in metadata if isinstance(mark, Compare)), compare)
    is_date = any(
        isinstance(mark, AfterValidator) and mark.func is check_partial_date for mark in metadata
    )
    return replace(found, kind="date") if is_date and found.kind is None else found


def _are_models(members: Members, compare: Compare) -> bool:
    return compare.kind != "exact" and bool(members) and all(map(_is_model, members))


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _read_quantity(members: Members, place: _Place) -> Parts:
    names = set(members[0].model_fields) if len(members) == 1 and _is_model(members[0]) else set()
    if not {"value", "bound"} <= names:
        raise SchemaError(
            f"{place.path}: a quantity needs the fields value and bound; use schemas.Quantity "
            "or another comparator"
        )
    value, bound = place.field("value"), place.field("bound")
    weight, totals = place.compare.weight, place.in_totals
    return Parts(
        entries=(
            Leaf(value.path, value.steps, value.pointer, "value", weight, totals),
            Leaf(bound.path, bound.steps, bound.pointer, "bound", 1, totals, nominal=True),
        ),
        branches=(Branch(place.path, place.steps, place.pointer, (dict,)),),
    )


def _read_models(members: Members, place: _Place) -> Parts:
    """The fields of a model; of several, those of all, a name they share once."""
    parts = Parts(branches=(Branch(place.path, place.steps, place.pointer, (dict,)),))
    seen: set[str] = set()
    for model in members:
        around = replace(place, inside=(*place.inside, model))
        for name, info in model.model_fields.items():
            if name not in seen and not info.exclude:
                seen.add(name)
                inner = around.field(name, _marked(info.metadata, _PLAIN))
                parts += _read(info.annotation, inner)
    return parts


def _item_type(members: Members) -> Any | None:
    """The type of a list's items, or ``None`` if this is no list."""
    if len(members) != 1:
        return None
    origin: Any = get_origin(members[0])
    arguments = get_args(members[0])
    if members[0] in _LIST_TYPES:
        return Any
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return arguments[0]
    return arguments[0] if origin in _LIST_ORIGINS else None


def _read_list(item: Any, place: _Place) -> Parts:
    members, compare = _unwrap(item, place.compare)
    if not compare.scored:
        return Parts()
    totals = place.in_totals and compare.in_totals
    inner = replace(place, path=f"{place.path}[]", steps=(), compare=compare, in_totals=totals)
    shape = Shape(inner.path, lambda: _read(item, inner), bool(set(members) & set(place.inside)))
    of_objects = _are_models(members, compare)
    return Parts(
        entries=(ListField(inner.path, place.steps, place.pointer, shape, of_objects, totals),),
        branches=(Branch(place.path, place.steps, place.pointer, _LIST_TYPES),),
    )


def _scalar(members: Members, place: _Place) -> Leaf:
    kind = place.compare.kind or ("text" if str in members else "exact")
    if kind == "quantity":
        raise SchemaError(f"{place.path}: only an object with value and bound is a quantity")
    nominal = bool(members) and all(map(_is_nominal, members))
    return Leaf(
        place.path,
        place.steps,
        place.pointer,
        kind,
        place.compare.weight,
        place.in_totals,
        nominal=nominal,
    )


def _is_nominal(member: Any) -> bool:
    if get_origin(member) is Literal or member is bool:
        return True
    return isinstance(member, type) and issubclass(member, Enum)
