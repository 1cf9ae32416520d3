"""Numbers of one record that cannot all be true.

This module owns the arithmetic that a schema declares with ``PartOf`` and ``AtMost``: parts add up
to no more than their total, a lesser number does not exceed a greater. It knows what a bound leaves
open ("more than 60" has no upper end), so it names only what is impossible.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from eval.pointers import join
from schemas.fields import AtMost, PartOf, marker


@dataclass(frozen=True, slots=True)
class Inconsistency:
    """An object, by pointer, whose numbers contradict each other."""

    pointer: str
    message: str


class Range(NamedTuple):
    """The least and the greatest number that a value allows."""

    low: float
    high: float


_OPEN = {"at_least": (0, math.inf), "more_than": (1, math.inf), "at_most": (-math.inf, 0)}


def allowed(value: Any) -> Range | None:
    """What a number or a quantity (as JSON) allows, ``None`` if it is neither.

    "about" allows a tenth either way, as the scorer's lenient track does.
    """
    if isinstance(value, dict):
        number, bound = value.get("value"), value.get("bound", "exact")
    else:
        number, bound = value, "exact"
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    if bound == "about":
        return Range(number * 0.9, number * 1.1)
    below, above = _OPEN.get(bound, (0, 0)) if isinstance(bound, str) else (0, 0)
    return Range(max(0, number + below), number + above)


def inconsistencies(schema: type[BaseModel], record: Any) -> list[Inconsistency]:
    """Every contradiction in a record (plain JSON) that the schema's markers rule out."""
    return list(_object(schema, record, ""))


def _object(schema: type[BaseModel], value: Any, pointer: str) -> Iterator[Inconsistency]:
    if not isinstance(value, dict):
        return
    yield from _parts(schema, value, pointer)
    for name, info in schema.model_fields.items():
        limit = marker(info, AtMost)
        lesser = allowed(value.get(name))
        greater = allowed(value.get(limit.field)) if limit else None
        if limit and lesser and greater and lesser.low > greater.high:
            message = f"{name} {_shown(value[name])} exceeds {limit.field} "
            yield Inconsistency(pointer, message + _shown(value[limit.field]))
        for model in _models(info):
            inner = value.get(name)
            if isinstance(inner, list):
                for index, item in enumerate(inner):
                    yield from _object(model, item, pointer + join(name, index))
            else:
                yield from _object(model, inner, pointer + join(name))


def _parts(schema: type[BaseModel], value: dict[str, Any], pointer: str) -> Iterator[Inconsistency]:
    splits: dict[PartOf, list[str]] = defaultdict(list)
    for name, info in schema.model_fields.items():
        part = marker(info, PartOf)
        if part is not None and allowed(value.get(name)) is not None:
            splits[part].append(name)
    for part, names in splits.items():
        total = allowed(value.get(part.total))
        least = sum(found.low for name in names if (found := allowed(value[name])))
        if total is not None and least > total.high:
            listed = " + ".join(f"{name} {_shown(value[name])}" for name in names)
            message = f"{listed} exceeds {part.total} {_shown(value[part.total])}"
            yield Inconsistency(pointer, message)


def _models(info: FieldInfo) -> list[type[BaseModel]]:
    """The models in a field's type, however wrapped."""
    waiting, found = [info.annotation], []
    while waiting:
        annotation = waiting.pop()
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            found.append(annotation)
        waiting.extend(get_args(annotation))
    return found


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        bound = value.get("bound", "exact")
        return str(value.get("value")) if bound == "exact" else f"({bound} {value.get('value')})"
    return str(value)
