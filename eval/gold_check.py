"""The check of a gold document against its article and schema.

This module owns the list of what may be wrong. Reading the file is ``gold``'s business, what
numbers contradict each other ``consistency``'s.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ValidationError

from eval.consistency import inconsistencies
from eval.gold import GoldDocument, text_hash
from eval.items import Item, read_record
from eval.leaves import Leaf
from eval.pointers import covering, join, resolve
from eval.shapes import read_schema

Kind: TypeAlias = Literal[
    "text", "schema", "unknown-key", "pointer", "span", "evidence", "arithmetic"
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong, where (JSON pointer, "" for the whole) and in what way."""

    kind: Kind
    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.pointer or '(document)'}: {self.message}"


@dataclass(frozen=True, slots=True)
class _Case:
    document: GoldDocument
    text: str
    schema: type[BaseModel]


def check(document: GoldDocument, text: str, schema: type[BaseModel]) -> list[Problem]:
    """Everything wrong with a gold document, given its article's text and the record's model.

    Empty if the text is the one annotated, the record fits the schema, every pointer leads
    somewhere, every span's text stands at its offsets, every scored non-null leaf has evidence, and
    no group breaks its arithmetic.
    """
    case = _Case(document, text, schema)
    checks: tuple[Callable[[_Case], Iterator[Problem]], ...] = (
        _text,
        _record,
        _unknown_keys,
        _pointers,
        _spans,
        _evidence,
        _arithmetic,
    )
    return list(itertools.chain.from_iterable(one(case) for one in checks))


def scored_leaves(item: Item) -> Iterator[tuple[str, Leaf, Any]]:
    """Pointer, leaf and value of every scored leaf below an item, nulls included."""
    for leaf, value in zip(item.shape.leaves, item.raw, strict=True):
        yield item.pointer + leaf.pointer, leaf, value
    for inner in itertools.chain.from_iterable(item.lists):
        yield from scored_leaves(inner)


def _text(case: _Case) -> Iterator[Problem]:
    if text_hash(case.text) != case.document.sha256:
        message = "the article's text is not the one annotated (SHA-256 differs)"
        yield Problem("text", "", message)


def _record(case: _Case) -> Iterator[Problem]:
    try:
        case.schema.model_validate(case.document.record, by_alias=False, by_name=True)
    except ValidationError as error:
        for found in error.errors(include_url=False, include_context=False):
            yield Problem("schema", join(*found["loc"]), found["msg"])


def _unknown_keys(case: _Case) -> Iterator[Problem]:
    """Keys a tolerant schema would silently drop; a strict one names them itself."""
    if case.schema.model_config.get("extra") == "forbid":
        return
    known = set(case.schema.model_fields) | set(case.schema.model_computed_fields)
    for key in sorted(case.document.record.keys() - known):
        yield Problem("unknown-key", join(key), "the schema has no such field")


def _pointers(case: _Case) -> Iterator[Problem]:
    document = case.document
    for name in ("evidence", "alternatives", "unscorable"):
        for pointer in getattr(document, name):
            try:
                value = resolve(document.record, pointer)
            except LookupError:
                yield Problem("pointer", pointer, f"{name} for a place that is not in the record")
                continue
            if name == "evidence" and value is None:
                yield Problem("pointer", pointer, "evidence for a value that is null")
            if name == "alternatives" and not isinstance(value, str):
                yield Problem("pointer", pointer, "alternatives for a value that is not text")


def _spans(case: _Case) -> Iterator[Problem]:
    for pointer, alternatives in case.document.evidence.items():
        if not alternatives or not all(alternatives):
            yield Problem("span", pointer, "an alternative without a span")
        for span in itertools.chain.from_iterable(alternatives):
            there = case.text[span.start : span.end]
            if there != span.text:
                message = f"{span.start}-{span.end} reads {there!r}, not {span.text!r}"
                yield Problem("span", pointer, message)


def _evidence(case: _Case) -> Iterator[Problem]:
    document = case.document
    left_out = dict.fromkeys(document.unscorable, True)
    for pointer, _, value in scored_leaves(read_record(read_schema(case.schema), document.record)):
        if value is None or _is_left_out(pointer, left_out):
            continue
        if covering(document.record, pointer, document.evidence) is None:
            yield Problem("evidence", pointer, f"no evidence for {value!r}")


def _is_left_out(pointer: str, left_out: dict[str, bool]) -> bool:
    ends = (end for end in range(1, len(pointer) + 1) if pointer[end : end + 1] in ("", "/"))
    return any(pointer[:end] in left_out for end in ends)


def _arithmetic(case: _Case) -> Iterator[Problem]:
    for found in inconsistencies(case.schema, case.document.record):
        yield Problem("arithmetic", found.pointer, found.message)
