"""From plain values to a record: validated whole, or as much of it as there is.

This module owns defaults, validation and the record that is left when validation fails. It changes
no value: what was stated and does not fit stays in the record, and an issue says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import to_json

from extractor.schema.reading import read_schema
from extractor.schema.tree import FieldNode, Kind

Json: TypeAlias = Any
Record = TypeVar("Record", bound=BaseModel)

NOT_STATED = "required, but the text does not state it"


class Assembled(NamedTuple):
    """A record, whether it passed validation whole, and per JSON pointer what did not."""

    record: Any
    valid: bool
    issues: dict[str, tuple[str, ...]]


def assemble(
    schema: type[Record], values: Mapping[str, Json]
) -> tuple[Record, bool, dict[str, tuple[str, ...]]]:
    """Build the record of ``values``: JSON-ready, by field name, fields of any section missing.

    A field that is missing or ``None`` is ``None`` if it may be and has its default otherwise. If
    the whole does not pass validation, the record keeps every value that fits its own field as
    Pydantic reads it and every other value as it stands; a required one that is missing is
    ``None``. Issues then go from JSON pointer to messages, "" being the record as a whole.
    """
    root = read_schema(schema)
    prepared = _prepared(root, values)
    try:
        record = schema.model_validate_json(to_json(prepared), by_alias=False, by_name=True)
    except ValidationError as error:
        return _construct(schema, root, prepared), False, _issues(root, error)
    return record, True, {}


def problem(node: FieldNode, value: Json) -> str | None:
    """Why one value, JSON-ready, does not fit its field's own type and constraints, if so."""
    try:
        _read(node.annotation, value)
    except ValidationError as error:
        return _message(error.errors(include_url=False, include_input=False)[0])
    return None


def _read(annotation: Any, value: Json) -> Any:
    return TypeAdapter(annotation).validate_json(to_json(value), by_alias=False, by_name=True)


def _prepared(node: FieldNode, value: Json) -> Json:
    """``value`` without what stands for "not stated", so that defaults apply."""
    if value is None:
        return None
    if node.kind is Kind.LIST and isinstance(value, Sequence) and not isinstance(value, str):
        return [_prepared(node.item, one) for one in value]
    if node.kind is not Kind.OBJECT or not isinstance(value, Mapping):
        return value
    found = dict(value)
    for one in node.children:
        inner = _prepared(one, found.pop(one.name, None))
        if inner is None and one.required and one.is_constant:
            inner = one.options[0]
        if inner is None and one.required and one.is_passage:
            inner = []
        if inner == [] and one.nullable:
            inner = None
        if inner is not None or one.nullable:
            found[one.name] = inner
    return found


def _construct(model: type[Record], node: FieldNode, values: Mapping[str, Json]) -> Record:
    """An unvalidated instance that has every field."""
    found: dict[str, Any] = {}
    known = {one.name: one for one in node.children}
    for name, info in model.model_fields.items():
        if name in values and name in known:
            found[name] = _as_far_as_it_fits(known[name], values[name])
        else:
            found[name] = _default(info, found)
    return model.model_construct(_fields_set=set(values) & set(found), **found)


def _as_far_as_it_fits(node: FieldNode, value: Json) -> Any:
    try:
        return _read(node.annotation, value)
    except ValidationError:
        pass
    if node.kind is Kind.OBJECT and node.model is not None and isinstance(value, Mapping):
        return _construct(node.model, node, value)
    if node.kind is Kind.LIST and isinstance(value, list):
        return [_as_far_as_it_fits(node.item, one) for one in value]
    return value


def _default(info: FieldInfo, before: dict[str, Any]) -> Any:
    if info.is_required():
        return None
    try:
        return info.get_default(call_default_factory=True, validated_data=before)
    except Exception:  # a factory may depend on a field that is missing
        return None


def _issues(root: FieldNode, error: ValidationError) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for fault in error.errors(include_url=False, include_input=False):
        messages = found.setdefault(_pointer(root, fault["loc"]), [])
        message = _message(fault)
        if message not in messages:
            messages.append(message)
    return {pointer: tuple(messages) for pointer, messages in found.items()}


def _pointer(root: FieldNode, location: Sequence[int | str]) -> str:
    """Where an error arose; Pydantic's own steps into unions and validators are left out."""
    node, pointer = root, ""
    for step in location:
        if node.kind is Kind.OBJECT and isinstance(step, str):
            inner = next((one for one in node.children if one.name == step), None)
        elif node.kind is Kind.LIST and isinstance(step, int):
            inner = node.item
        else:
            inner = None
        if inner is None:
            continue
        node, pointer = inner, f"{pointer}/{step}"
    return pointer


def _message(fault: Any) -> str:
    if fault["type"] == "missing":
        return NOT_STATED
    text = " ".join(str(fault["msg"]).split())
    return text.removeprefix("Value error, ").removeprefix("Assertion failed, ")
