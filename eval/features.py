"""Declared column types of gold, from the record's own JSON Schema.

This module owns the mapping from JSON Schema to Hugging Face ``Features``. What the types cannot
say (a value of several types, free keys, a model inside itself) is declared as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from datasets import Features, Json, List, Value
from pydantic import BaseModel

_SCALARS = {"string": "string", "integer": "int64", "number": "float64", "boolean": "bool"}
_REFERENCE = "#/$defs/"


def gold_features(record: type[BaseModel]) -> Features:
    """The columns of a gold data set whose records are of this model."""
    text = Value("string")
    span = {"start": Value("int64"), "end": Value("int64"), "text": text}
    difference = {"path": text, "a": Json(), "b": Json(), "chosen": Json(), "reason": text}
    change = {"path": text, "old": Json(), "new": Json(), "reason": text, "date": text}
    return Features(
        {
            "id": text,
            "text": text,
            "sha256": text,
            "schema": text,
            "record": record_feature(record),
            "evidence": List({"pointer": text, "alternatives": List(List(span))}),
            "alternatives": List({"pointer": text, "texts": List(text)}),
            "unscorable": List({"pointer": text, "reason": text}),
            "notes": List(text),
            "resolutions": List(difference),
            "history": List(change),
        }
    )


def record_feature(record: type[BaseModel]) -> Any:
    """The type of a record, keyed by field name as gold is."""
    schema = record.model_json_schema(by_alias=False)
    return _feature(schema, schema.get("$defs", {}), ())


def encoded(rows: Iterable[Mapping[str, Any]], features: Features) -> list[dict[str, Any]]:
    """Rows as ``Dataset.from_list`` takes them: what is declared as JSON written as JSON.

    Left to itself it would take a text such as ``"12"`` for JSON already and read back a number.
    """
    return [_encode(row, features) for row in rows]


def _encode(value: Any, feature: Any) -> Any:
    if isinstance(feature, Json):
        return json.dumps(value, ensure_ascii=False)
    if value is None:
        return None
    if isinstance(feature, Mapping):
        return {key: _encode(value.get(key), part) for key, part in feature.items()}
    if isinstance(feature, List):
        return [_encode(part, feature.feature) for part in value]
    return value


def _feature(schema: Any, known: Mapping[str, Any], inside: tuple[str, ...]) -> Any:
    if not isinstance(schema, Mapping):
        return Json()
    reference = schema.get("$ref")
    if isinstance(reference, str):
        name = reference.removeprefix(_REFERENCE)
        if name in inside or name not in known:
            return Json()
        return _feature(known[name], known, (*inside, name))
    if "anyOf" in schema or "oneOf" in schema:
        choices = schema.get("anyOf") or schema.get("oneOf") or ()
        stated = [choice for choice in choices if choice.get("type") != "null"]
        return _feature(stated[0], known, inside) if len(stated) == 1 else Json()
    kind = schema.get("type")
    if kind == "object" and schema.get("properties") and not schema.get("patternProperties"):
        if schema.get("additionalProperties", False) is not False:
            return Json()
        return {key: _feature(part, known, inside) for key, part in schema["properties"].items()}
    if kind == "array" and "items" in schema and "prefixItems" not in schema:
        return List(_feature(schema["items"], known, inside))
    return Value(_SCALARS[kind]) if kind in _SCALARS else Json()
