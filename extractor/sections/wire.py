"""The wire form of a section: the JSON Schema that is sent and the model that checks replies.

This module owns the shape of replies. Which fields are asked together is ``plan``'s business, what
a reply says ``replies``'s.

A reply is an object with one property for each of the section's fields, in their order. The keys
are short, since a model generates them again and again:

===============  =================================================================================
a scalar         ``{"s": sentence number or null, "v": value or null}``
list of scalars  array of ``{"s": sentence number or null, "v": value}``
an object        ``{"s": [up to 3 sentence numbers], ...its fields by name}``
list of objects  array of such objects
===============  =================================================================================

Inside an object scalars and lists of scalars are plain values that share the object's citation. A
citation stands before what it supports, so that the model looks before it answers. An object with a
field called "s" of its own cites under "ss". Values keep their JSON types; dates and times are
strings, decimals numbers.

What may be null: every scalar outside an object; optional fields and objects; and required fields
of an object that cannot itself be left out, since nothing else could say that the text does not
state them. A list item without its required fields is no item, a quantity has its bound.

The reply model checks shape, types, options, lengths and citations. Limits and formats of values
stand in the JSON Schema, but are checked by ``checks``: one bad value must not cost a section.
"""

from __future__ import annotations

import copy
import functools
import operator
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    create_model,
)

from extractor.schema.tree import FieldNode, Kind

FORMAT = 1
"""Number of this wire form; part of the prompt version."""

CITE = "s"
VALUE = "v"
MOSTSCALARS = 12
MOST_OBJECTS = 8
MOST_CITED = 3

Json: TypeAlias = Any

_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?"
SCALARS: Mapping[Kind, Mapping[str, Json]] = {
    Kind.TEXT: {"type": "string"},
    Kind.INTEGER: {"type": "integer"},
    Kind.NUMBER: {"type": "number"},
    Kind.DECIMAL: {"type": "number"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.DATE: {"type": "string", "pattern": f"^{_DATE}$"},
    Kind.PARTIAL_DATE: {
        "type": "string",
        "pattern": "^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?|XXXX-[0-9]{2}(-[0-9]{2})?)$",
    },
    Kind.DATETIME: {
        "type": "string",
        "pattern": f"^{_DATE}T{_CLOCK}(Z|[+-][0-9]{{2}}:[0-9]{{2}})?$",
    },
    Kind.TIME: {"type": "string", "pattern": f"^{_CLOCK}$"},
}
_JSON_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number"}


class WireReply(BaseModel):
    """Base of the reply models. The JSON Schema is written out by hand: small, strict, inline."""

    model_config = ConfigDict(extra="forbid")
    wire_schema: ClassVar[Mapping[str, Json]] = {}

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The schema as sent, in the OpenAI strict subset."""
        del args, kwargs
        return copy.deepcopy(dict(cls.wire_schema))


def cite_key(node: FieldNode) -> str:
    """The key under which an object cites: "s", longer if a field of it has that name."""
    key = CITE
    while any(one.name == key for one in node.children):
        key += CITE
    return key


def item_bound(node: FieldNode) -> int:
    """How many items a list may have on the wire."""
    usual = MOSTSCALARS if node.item.is_scalar else MOST_OBJECTS
    return usual if node.max_items is None else node.max_items


def asked(node: FieldNode) -> tuple[FieldNode, ...]:
    """The fields of an object that go over the wire."""
    return tuple(one for one in node.children if one.is_asked and _has_leaves(one))


def _has_leaves(node: FieldNode) -> bool:
    return node.is_scalar or any(map(_has_leaves, asked(node) if node.model else node.children))


@dataclass(frozen=True, slots=True)
class _Form:
    """One part of a reply, as JSON Schema and as the type that Pydantic checks."""

    schema: dict[str, Json]
    type: Any


_SENTENCE = _Form({"type": "integer", "minimum": 1}, Annotated[StrictInt, Field(ge=1)])


def reply_model(name: str, fields: Sequence[FieldNode]) -> type[WireReply]:
    """The model of a section's replies; ``model_json_schema()`` is what is sent."""
    form = _object({node.name: _field(node) for node in fields})
    safe = re.sub(r"[^A-Za-z0-9_-]", "_", name)[:60] or "section"
    reply: type[WireReply] = create_model(safe, __base__=form.type)
    reply.wire_schema = form.schema
    return reply


def _object(properties: Mapping[str, _Form]) -> _Form:
    schema = {
        "type": "object",
        "properties": {key: form.schema for key, form in properties.items()},
        "required": list(properties),
        "additionalProperties": False,
    }
    # A field may have a name that Pydantic keeps for itself, so it goes by its alias.
    parts: dict[str, Any] = {
        f"part{index}": (form.type, Field(alias=key))
        for index, (key, form) in enumerate(properties.items())
    }
    return _Form(schema, create_model("Object", __base__=WireReply, **parts))


def _nullable(form: _Form) -> _Form:
    schema = form.schema
    if set(schema) == {"type"} and isinstance(schema["type"], str):
        return _Form({"type": [schema["type"], "null"]}, form.type | None)
    if "enum" in schema:
        names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        options = {"type": [*names, "null"], "enum": [*schema["enum"], None]}
        return _Form(options, form.type | None)
    members = schema.get("anyOf", [schema])
    return _Form({"anyOf": [*members, {"type": "null"}]}, form.type | None)


def _list(form: _Form, most: int) -> _Form:
    schema = {"type": "array", "items": form.schema, "maxItems": most}
    return _Form(schema, Annotated[list[form.type], Field(max_length=most)])  # type: ignore[name-defined]


def _field(node: FieldNode) -> _Form:
    """A field of the section itself."""
    if node.is_scalar:
        return _object({CITE: _nullable(_SENTENCE), VALUE: _nullable(_scalar(node))})
    if node.kind is Kind.OBJECT:
        optional = _is_optional(node)
        form = _citing(node, optional)
        return _nullable(form) if optional else form
    if node.item.is_scalar:
        item = _object({CITE: _nullable(_SENTENCE), VALUE: _scalar(node.item)})
        return _list(item, item_bound(node))
    return _list(_citing(node.item, True), item_bound(node))


def _is_optional(node: FieldNode) -> bool:
    return node.nullable or not node.required


def _citing(node: FieldNode, can_be_left_out: bool) -> _Form:
    """An object with its citation before its fields."""
    properties = {cite_key(node): _list(_SENTENCE, MOST_CITED)}
    for one in asked(node):
        optional = _is_optional(one)
        if one.is_scalar:
            form = _scalar(one)
            is_bound = node.is_quantity and one.name == "bound"
            optional = (optional or not can_be_left_out) and not is_bound
        elif one.kind is Kind.OBJECT:
            form = _citing(one, can_be_left_out or optional)
        else:
            item = _scalar(one.item) if one.item.is_scalar else _citing(one.item, True)
            form, optional = _list(item, item_bound(one)), False
        properties[one.name] = _nullable(form) if optional else form
    return _object(properties)


def _scalar(node: FieldNode) -> _Form:
    """One plain value, not null."""
    if node.kind is Kind.UNION:
        members = [_scalar(one) for one in node.children]
        return _Form(
            {"anyOf": [one.schema for one in members]}, _union([one.type for one in members])
        )
    if node.kind is Kind.ENUM:
        options = list(dict.fromkeys(node.options))
        names = list(dict.fromkeys(_JSON_TYPES[type(value)] for value in options))
        listed = {"type": names[0] if len(names) == 1 else names, "enum": options}
        return _Form(listed, Annotated[_union([_TYPES[name] for name in names]), _one_of(options)])
    schema: dict[str, Json] = dict(SCALARS[node.kind])
    limits = {"minimum": node.minimum, "maximum": node.maximum}
    schema |= {key: limit for key, limit in limits.items() if limit is not None}
    return _Form(schema, _TYPES[schema["type"]])


_TYPES: Mapping[str, Any] = {
    "string": StrictStr,
    "integer": StrictInt,
    "number": StrictInt | Annotated[float, Field(strict=True, allow_inf_nan=False)],
    "boolean": StrictBool,
}


def _union(members: Sequence[Any]) -> Any:
    return functools.reduce(operator.or_, members)


def _one_of(options: Sequence[Json]) -> AfterValidator:
    def check(value: Json) -> Json:
        if not any(value == option and type(value) is type(option) for option in options):
            raise ValueError(f"must be one of {', '.join(map(str, options))}")
        return value

    return AfterValidator(check)
