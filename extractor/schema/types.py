"""Types that are not of the core set: which still work, and what to write instead of the rest.

This module owns the wording of refusals and the reading of foreign types through the JSON Schema
Pydantic gives them. The core set and the tree are ``schema_tree``'s.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, get_origin

from pydantic import TypeAdapter
from pydantic.errors import PydanticUserError


class Advice(StrEnum):
    """What to do about a type that cannot be asked for."""

    RECURSIVE = (
        "a model inside itself ({chain}) has no end; use a list of names that refer to each other"
    )
    UNION = "only unions of scalars and None can be asked for; use one model with optional fields"
    TUPLE = "a tuple of fixed parts has no names to ask for; use a model, or tuple[X, ...]"
    NESTED_LIST = "a list of lists cannot be asked for; use a list of models that hold a list"
    MAPPING = "a mapping has no fields to ask for; use a model with named fields, or a list of them"
    ANY = "its type says nothing to ask for; give it one, such as str"
    CALLABLE = "a function cannot be extracted; remove the field or exclude it"
    BYTES = "bytes cannot be read from a text; use str"
    SECRET = "a secret is masked in every output; use str"


_BY_FORMAT = {"date": "date", "date-time": "datetime", "time": "time"}
_BY_TYPE = {"string": "text", "integer": "integer", "number": "number", "boolean": "boolean"}
_UNREADABLE = {"binary", "base64url", "password", "json-string"}


def foreign_kind(found: Any) -> str | None:
    """The kind of a type that Pydantic writes as a JSON scalar, ``None`` for any other.

    URLs, UUIDs, paths, addresses and the date types of Pydantic are read so.
    """
    if not isinstance(found, type) or issubclass(found, (bytes, bytearray)) or found is object:
        return None
    try:
        described = TypeAdapter(found).json_schema()
    except (PydanticUserError, TypeError, ValueError):
        return None
    if described.get("format") in _UNREADABLE or not isinstance(described.get("type"), str):
        return None
    return _BY_FORMAT.get(described.get("format", "")) or _BY_TYPE.get(described["type"])


def refusal(found: Any) -> str:
    """Why this type cannot be asked for, and what to write instead."""
    origin: Any = get_origin(found) or found
    if origin is Any or origin is object:
        return Advice.ANY
    if isinstance(origin, type):
        if issubclass(origin, Mapping) or origin is Mapping or _is_typed_dict(origin):
            return Advice.MAPPING
        if issubclass(origin, (bytes, bytearray)):
            return Advice.BYTES
        if issubclass(origin, (types.FunctionType, types.MethodType)) or origin is Callable:
            return Advice.CALLABLE
        if origin.__name__.startswith("Secret"):
            return Advice.SECRET
    if origin is Callable:
        return Advice.CALLABLE
    shown = getattr(found, "__name__", None) or str(found)
    return f"{shown} cannot be asked for; use a Pydantic model, a list, or a scalar such as str"


def _is_typed_dict(found: type) -> bool:
    return issubclass(found, dict) or hasattr(found, "__total__")
