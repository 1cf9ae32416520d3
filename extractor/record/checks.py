"""Deterministic checks of what a model said: constraints, evidence, sums, order, repeats.

This module owns the findings and their wording; a message names its field, so that it can be sent
back to the model as it is. Which section is asked again, and that it is asked once, is decided by
``sections``; whether the whole record is valid by ``records``.

Numbers are compared by what their words leave open ("more than 60" has no upper end), so only what
is impossible is found.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from pydantic import BaseModel

from extractor.extraction import Evidence, dump_record
from extractor.grounding.ground import is_grounded
from extractor.record.parts import Part
from extractor.record.records import problem
from extractor.schema.reading import read_schema
from extractor.schema.tree import FieldNode, Kind
from extractor.text.folding import tokens
from schemas.fields import AtMost, Cues, PartOf

Json: TypeAlias = Any

_ABOUT = 0.1  # "about 20" allows a tenth either way, as the scorer's lenient track does
_OPEN = {"at_least": (0.0, math.inf), "more_than": (1.0, math.inf), "at_most": (-math.inf, 0.0)}
_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that cannot be right: where, and in one line what."""

    pointer: str
    message: str

    @property
    def field(self) -> str:
        """The top-level field it lies in; empty for the record as a whole."""
        return self.pointer.partition("/")[2].partition("/")[0]


class Range(NamedTuple):
    """The least and the greatest number that a value allows."""

    low: float
    high: float


def check_part(
    nodes: Sequence[FieldNode],
    values: Mapping[str, Json],
    evidence: Mapping[str, Sequence[Evidence]],
) -> list[Finding]:
    """Everything wrong with some top-level fields, JSON-ready, in the order of the fields."""
    found = [
        finding
        for node in nodes
        for finding in _value(node, values.get(node.name), f"/{node.name}", evidence)
    ]
    return [*found, *_contradictions(nodes, values, "")]


def check(schema: type[BaseModel], record: BaseModel, part: Part) -> dict[str, tuple[str, ...]]:
    """What is wrong with a whole record beyond the issues already known of its parts.

    From JSON pointer to messages: numbers of different sections that contradict each other, values
    without evidence. Types and constraints are not looked at: the record's validation did that.
    """
    root, values = read_schema(schema), dump_record(record)
    findings = [*_contradictions(root.children, values, "")]
    for node in root.children:
        findings.extend(_nested_contradictions(node, values.get(node.name), f"/{node.name}"))
        findings.extend(_unsupported(node, values.get(node.name), f"/{node.name}", part.evidence))
        findings.extend(_repeats(node, values.get(node.name), f"/{node.name}"))
    fresh = (one for one in findings if one.message not in part.issues.get(one.pointer, ()))
    return by_pointer(fresh)


def by_pointer(findings: Iterable[Finding]) -> dict[str, tuple[str, ...]]:
    """Messages by JSON pointer, each once."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for one in findings:
        found[one.pointer][one.message] = None
    return {pointer: tuple(messages) for pointer, messages in found.items()}


def allowed(value: Json) -> Range | None:
    """What a number or a quantity (as JSON) allows, ``None`` if it is neither."""
    number, bound = value, "exact"
    if isinstance(value, Mapping):
        number, bound = value.get("value"), value.get("bound") or "exact"
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        return None
    if bound == "about":
        return Range(number * (1 - _ABOUT), number * (1 + _ABOUT))
    below, above = _OPEN.get(bound, (0.0, 0.0)) if isinstance(bound, str) else (0.0, 0.0)
    return Range(max(0.0, number + below) if below else number, number + above)


# --- one field and what is below it ---


def _value(
    node: FieldNode, value: Json, pointer: str, evidence: Mapping[str, Sequence[Evidence]]
) -> Iterator[Finding]:
    if value is None or value == []:
        return
    below: list[Finding] = []
    if node.kind is Kind.OBJECT and isinstance(value, Mapping):
        for one in node.children:
            inner = f"{pointer}/{one.name}"
            below.extend(_value(one, value.get(one.name), inner, evidence))
        below.extend(_contradictions(node.children, value, pointer))
    elif node.kind is Kind.LIST and isinstance(value, Sequence):
        for index, one_value in enumerate(value):
            below.extend(_value(node.item, one_value, f"{pointer}/{index}", evidence))
        below.extend(_repeated_items(value, pointer))
    else:
        fault = problem(node, value)
        if fault is not None:
            below.append(Finding(pointer, f"{_path(pointer)} {_shown(value)}: {fault}"))
        elif not is_grounded(evidence.get(pointer, ())) and _has_words(node):
            below.append(_unstated(pointer, value))
        yield from below
        return
    yield from below
    if not below and not _is_incomplete(node, value):
        fault = problem(node, value)
        if fault is not None:
            yield Finding(pointer, f"{_path(pointer)}: {fault}")


def _has_words(node: FieldNode) -> bool:
    """Whether the text should hold the value's own words.

    An option or a truth value whose author declared no cues may be right in other words; asking
    again would only make a model withdraw it.
    """
    cued = any(isinstance(mark, Cues) for mark in node.markers)
    return cued or node.kind not in (Kind.ENUM, Kind.BOOLEAN)


def _is_incomplete(node: FieldNode, value: Json) -> bool:
    """Whether a value lacks something required; validation of the record says so in its time."""
    if node.kind is Kind.LIST:
        return any(_is_incomplete(node.item, one) for one in value)
    if node.kind is not Kind.OBJECT:
        return False
    return any(
        (one.required and not one.nullable and value.get(one.name) is None)
        or (value.get(one.name) is not None and _is_incomplete(one, value[one.name]))
        for one in node.children
    )


def _unsupported(
    node: FieldNode, value: Json, pointer: str, evidence: Mapping[str, Sequence[Evidence]]
) -> Iterator[Finding]:
    """Values that a model was to state, without evidence of their own or of their object."""
    if value is None or not (node.is_asked or node.is_passage) or pointer in evidence:
        if value is not None and pointer in evidence and not is_grounded(evidence[pointer]):
            yield _unstated(pointer, value)
        return
    if node.kind is Kind.OBJECT and isinstance(value, Mapping):
        for one in node.children:
            yield from _unsupported(one, value.get(one.name), f"{pointer}/{one.name}", evidence)
    elif node.kind is Kind.LIST and isinstance(value, Sequence):
        for index, one_value in enumerate(value):
            yield from _unsupported(node.item, one_value, f"{pointer}/{index}", evidence)
    elif node.is_scalar:
        yield _unstated(pointer, value)


def _unstated(pointer: str, value: Json) -> Finding:
    message = f"{_path(pointer)} {_shown(value)}: no sentence cited for it states that"
    return Finding(pointer, message)


# --- lists ---


def _repeats(node: FieldNode, value: Json, pointer: str) -> Iterator[Finding]:
    if node.kind is Kind.LIST and isinstance(value, Sequence):
        yield from _repeated_items(value, pointer)
        for index, one in enumerate(value):
            yield from _repeats(node.item, one, f"{pointer}/{index}")
    elif node.kind is Kind.OBJECT and isinstance(value, Mapping):
        for inner in node.children:
            yield from _repeats(inner, value.get(inner.name), f"{pointer}/{inner.name}")


def _repeated_items(value: Sequence[Json], pointer: str) -> Iterator[Finding]:
    """Items that say the same as an earlier one, up to case, quotation marks and spaces."""
    seen: set[str] = set()
    for index, one in enumerate(value):
        key = json.dumps(_folded(one), sort_keys=True, default=str)
        if key in seen:
            at = f"{pointer}/{index}"
            yield Finding(at, f"{_path(pointer)}: {_shown(one)} is in the list twice")
        seen.add(key)


def _folded(value: Json) -> Json:
    if isinstance(value, str):
        return [one.core for one in tokens(value)] or value
    if isinstance(value, Mapping):
        return {key: _folded(one) for key, one in value.items()}
    return [_folded(one) for one in value] if isinstance(value, list) else value


# --- numbers that contradict each other ---


def _nested_contradictions(node: FieldNode, value: Json, pointer: str) -> Iterator[Finding]:
    if node.kind is Kind.OBJECT and isinstance(value, Mapping):
        yield from _contradictions(node.children, value, pointer)
        for one in node.children:
            yield from _nested_contradictions(one, value.get(one.name), f"{pointer}/{one.name}")
    elif node.kind is Kind.LIST and isinstance(value, Sequence) and not node.item.is_scalar:
        for index, item in enumerate(value):
            yield from _nested_contradictions(node.item, item, f"{pointer}/{index}")


def _contradictions(
    nodes: Sequence[FieldNode], values: Mapping[str, Json], pointer: str
) -> Iterator[Finding]:
    """What the markers of an object's fields rule out."""
    splits: dict[PartOf, list[str]] = defaultdict(list)
    for node in nodes:
        value = allowed(values.get(node.name))
        for mark in node.markers if value is not None else ():
            if isinstance(mark, PartOf):
                splits[mark].append(node.name)
            elif isinstance(mark, AtMost):
                other = allowed(values.get(mark.field))
                if value is not None and other is not None and value.low > other.high:
                    parts = _named([node.name], values)
                    yield _exceeding(pointer, node.name, parts, mark.field, values)
    for part, names in splits.items():
        total = allowed(values.get(part.total))
        least = sum(one.low for name in names if (one := allowed(values.get(name))))
        if total is not None and least > total.high:
            yield _exceeding(pointer, names[-1], _named(names, values), part.total, values)


def _exceeding(
    pointer: str, name: str, parts: str, total: str, values: Mapping[str, Json]
) -> Finding:
    at = f"{pointer}/{name}"
    around = f"{_path(pointer)}: " if pointer else ""
    return Finding(at, f"{around}{parts} is more than {total} {_number(values[total])}")


def _named(names: Sequence[str], values: Mapping[str, Json]) -> str:
    return " + ".join(f"{name} {_number(values[name])}" for name in names)


def _number(value: Json) -> str:
    if isinstance(value, Mapping):
        bound = value.get("bound") or "exact"
        words = "" if bound == "exact" else f"{str(bound).replace('_', ' ')} "
        return f"{words}{value.get('value')}"
    return str(value)


def _path(pointer: str) -> str:
    """A pointer as people write it: ``/arrests/0/men`` is ``arrests[0].men``."""
    steps = pointer.split("/")[1:]
    return "".join(f"[{one}]" if one.isdecimal() else f".{one}" for one in steps).lstrip(".")


def _shown(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
