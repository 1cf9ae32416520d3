"""A Pydantic model read once into a tree of typed fields.

This module owns the reading of annotations, constraints and markers into the nodes of
``schema_tree``. What is asked together is decided by ``plan``, how values become a record by
``records``.

Supported: nested models, lists, sets, frozensets, ``tuple[X, ...]``, optional values, unions of
scalars, enums, ``Literal``, text, numbers, truth values, dates and times, constrained types,
defaults, aliases (names are the fields' own throughout), and any other type that Pydantic writes as
a plain JSON string or number. Everything else raises ``SchemaError`` with the field's path.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Iterator, MutableSequence, MutableSet, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

import annotated_types
from pydantic import AfterValidator, BaseModel, RootModel
from pydantic.fields import FieldInfo

from extractor.errors import SchemaError
from extractor.schema.tree import FieldNode, Kind
from extractor.schema.types import Advice, foreign_kind, refusal
from schemas.values import check_partial_date


@lru_cache(maxsize=32)
def read_schema(schema: type[BaseModel]) -> FieldNode:
    """The tree of a schema; its root is an object with path "".

    Raises ``SchemaError``, one line that names the field and says what to write instead.
    """
    if not isinstance(schema, type) or not issubclass(schema, BaseModel):
        raise SchemaError(
            f"{schema!r} is not a Pydantic model; give a class derived from BaseModel"
        )
    if issubclass(schema, RootModel):
        raise SchemaError(f"{schema.__name__} is a RootModel; give a model with named fields")
    root = FieldNode(path="", name=schema.__name__, kind=Kind.OBJECT, annotation=schema)
    found = _read_model(schema, root, ())
    if not found.children:
        raise SchemaError(f"{schema.__name__} has no fields; give it at least one")
    return found


@dataclass(frozen=True, slots=True)
class _Member:
    """One alternative of a type, with what ``Annotated`` said around it."""

    type: Any
    metadata: tuple[Any, ...]


_LISTS = (list, tuple, set, frozenset, Sequence, MutableSequence, AbstractSet, MutableSet)
_SETS = (set, frozenset, AbstractSet, MutableSet)
_SCALARS: tuple[tuple[type, Kind], ...] = (
    (bool, Kind.BOOLEAN),
    (int, Kind.INTEGER),
    (float, Kind.NUMBER),
    (Decimal, Kind.DECIMAL),
    (dt.datetime, Kind.DATETIME),
    (dt.date, Kind.DATE),
    (dt.time, Kind.TIME),
    (str, Kind.TEXT),
)


def _read_model(
    model: type[BaseModel], node: FieldNode, inside: tuple[type[BaseModel], ...]
) -> FieldNode:
    if model in inside:
        chain = " → ".join(one.__name__ for one in (*inside[inside.index(model) :], model))
        raise _refused(node.path, Advice.RECURSIVE.format(chain=chain))
    _rebuild(model, node.path)
    children = tuple(
        _read_field(name, info, node.path, (*inside, model))
        for name, info in model.model_fields.items()
        if info.is_required() or not info.exclude  # what no record shows need not be asked for
    )
    own_words = (model.__dict__.get("__doc__") or "").strip().partition("\n")[0]
    described = node.description or own_words
    return replace(node, model=model, children=children, description=described)


def _rebuild(model: type[BaseModel], path: str) -> None:
    if model.__pydantic_complete__:
        return
    try:
        model.model_rebuild()
    except Exception as error:  # a forward reference may fail in any way that importing can
        reason = " ".join(str(error).partition("For further")[0].split())
        raise _refused(
            path or model.__name__, f"cannot be read ({reason}); define it first"
        ) from None


def _read_field(
    name: str, info: FieldInfo, around: str, inside: tuple[type[BaseModel], ...]
) -> FieldNode:
    annotation: Any = info.annotation
    if info.metadata:
        annotation = Annotated[(annotation, *info.metadata)]
    node = FieldNode(
        path=f"{around}.{name}" if around else name,
        name=name,
        kind=Kind.TEXT,
        description=_one_line(info.description or ""),
        required=info.is_required(),
        annotation=annotation,
    )
    return _read(annotation, node, inside)


def _read(annotation: Any, node: FieldNode, inside: tuple[type[BaseModel], ...]) -> FieldNode:
    members = list(_members(annotation, (), node.path))
    nullable = any(one.type is type(None) for one in members)
    stated = [one for one in members if one.type is not type(None)]
    if not stated:
        raise _refused(node.path, "can only be null; remove it or give it a type")
    node = replace(
        node, nullable=nullable, markers=tuple(m for one in stated for m in one.metadata)
    )
    if not node.description:
        node = replace(node, description=_described(stated))
    if len(stated) == 1:
        return _read_member(stated[0], node, inside)
    parts = [_read_member(one, replace(node, children=()), inside) for one in stated]
    if any(not part.is_scalar for part in parts):
        raise _refused(node.path, Advice.UNION)
    literals = [part for part in parts if part.kind is Kind.ENUM]
    if len(literals) == len(parts):
        options = tuple(value for part in parts for value in part.options)
        labels = tuple(label for part in parts for label in part.labels)
        return replace(node, kind=Kind.ENUM, options=options, labels=labels)
    return replace(node, kind=Kind.UNION, children=tuple(replace(p, nullable=False) for p in parts))


def _read_member(
    member: _Member, node: FieldNode, inside: tuple[type[BaseModel], ...]
) -> FieldNode:
    found, origin = member.type, get_origin(member.type)
    if origin is Literal:
        return _with_options(node, get_args(found), tuple(str(value) for value in get_args(found)))
    if found in _LISTS or origin in _LISTS:
        return _read_list(found, member.metadata, node, inside)
    if isinstance(found, type) and origin is None:
        if issubclass(found, Enum):
            values = tuple(one.value for one in found)
            labels = tuple(
                one.value if isinstance(one.value, str) else one.name.lower() for one in found
            )
            return _with_options(node, values, labels)
        if issubclass(found, BaseModel):
            return _read_model(found, replace(node, kind=Kind.OBJECT), inside)
        kind = next((kind for base, kind in _SCALARS if issubclass(found, base)), None)
        if kind is not None:
            return _with_limits(replace(node, kind=_refined(kind, member.metadata)), member)
    foreign = foreign_kind(found)
    if foreign is None:
        raise _refused(node.path, refusal(found))
    return replace(node, kind=Kind(foreign))


def _members(annotation: Any, metadata: tuple[Any, ...], path: str) -> Iterator[_Member]:
    """The alternatives of a type, unions and wrappers taken apart."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        yield from _members(inner, (*metadata, *_spread(more)), path)
    elif origin in (Union, types.UnionType):
        for member in get_args(annotation):
            yield from _members(member, metadata, path)
    elif origin is Literal and None in get_args(annotation):
        stated = tuple(value for value in get_args(annotation) if value is not None)
        yield _Member(type(None), ())
        if stated:
            yield _Member(Literal[stated], metadata)
    elif annotation is None:
        yield _Member(type(None), ())
    elif hasattr(annotation, "__supertype__"):  # typing.NewType
        yield from _members(annotation.__supertype__, metadata, path)
    elif hasattr(annotation, "__value__"):  # a type alias made with a ``type`` statement
        yield from _members(annotation.__value__, metadata, path)
    elif isinstance(annotation, TypeVar):
        raise _refused(path, f"its type {annotation} is open; give the generic model its types")
    elif isinstance(annotation, type) and origin is None and issubclass(annotation, RootModel):
        root = annotation.model_fields["root"]
        yield from _members(root.annotation, (*metadata, *_spread(root.metadata)), path)
    else:
        yield _Member(annotation, metadata)


def _spread(metadata: Sequence[Any]) -> Iterator[Any]:
    """Metadata with what stands inside a ``Field(...)`` or a grouped constraint taken out."""
    for one in metadata:
        if isinstance(one, FieldInfo):
            if one.description:
                yield one
            yield from _spread(one.metadata)
        elif isinstance(one, annotated_types.GroupedMetadata):
            yield from _spread(list(one))
        else:
            yield one


def _described(members: Sequence[_Member]) -> str:
    notes = (one for member in members for one in member.metadata if isinstance(one, FieldInfo))
    return _one_line(next((note.description for note in notes if note.description), "") or "")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _refined(kind: Kind, metadata: Sequence[Any]) -> Kind:
    checks = (one.func for one in metadata if isinstance(one, AfterValidator))
    partial = kind is Kind.TEXT and check_partial_date in checks
    return Kind.PARTIAL_DATE if partial else kind


def _with_options(node: FieldNode, values: tuple[Any, ...], labels: tuple[str, ...]) -> FieldNode:
    plain = [value.value if isinstance(value, Enum) else value for value in values]
    if not plain or not all(isinstance(value, (str, int, float)) for value in plain):
        raise _refused(node.path, "its options must be texts, numbers or truth values")
    plain = [str(value) if isinstance(value, str) else value for value in plain]
    return replace(node, kind=Kind.ENUM, options=tuple(plain), labels=labels)


def _with_limits(node: FieldNode, member: _Member) -> FieldNode:
    if node.kind is not Kind.INTEGER:
        return node
    low: list[int] = []
    high: list[int] = []
    for one in member.metadata:
        if isinstance(one, annotated_types.Ge) and isinstance(one.ge, int):
            low.append(one.ge)
        elif isinstance(one, annotated_types.Gt) and isinstance(one.gt, int):
            low.append(one.gt + 1)
        elif isinstance(one, annotated_types.Le) and isinstance(one.le, int):
            high.append(one.le)
        elif isinstance(one, annotated_types.Lt) and isinstance(one.lt, int):
            high.append(one.lt - 1)
    return replace(node, minimum=max(low, default=None), maximum=min(high, default=None))


def _read_list(
    found: Any, metadata: Sequence[Any], node: FieldNode, inside: tuple[type[BaseModel], ...]
) -> FieldNode:
    arguments, origin = get_args(found), get_origin(found) or found
    if not arguments:
        raise _refused(node.path, "a list needs the type of its items, such as list[str]")
    if origin is tuple and (len(arguments) != 2 or arguments[1] is not Ellipsis):
        raise _refused(node.path, Advice.TUPLE)
    place = FieldNode(f"{node.path}[]", node.name, Kind.TEXT, annotation=arguments[0])
    item = _read(arguments[0], place, inside)
    if item.kind is Kind.LIST:
        raise _refused(node.path, Advice.NESTED_LIST)
    is_set = origin in _SETS
    if is_set and item.kind is Kind.OBJECT:
        raise _refused(node.path, "a set of objects has no order to point into; use a list")
    bounds = [one.max_length for one in metadata if isinstance(one, annotated_types.MaxLen)]
    return replace(
        node, kind=Kind.LIST, children=(item,), max_items=min(bounds, default=None), is_set=is_set
    )


def _refused(path: str, advice: str) -> SchemaError:
    return SchemaError(f"{path}: {advice}")
