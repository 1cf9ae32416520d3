"""From an annotator's quotes to offsets.

This module owns the draft format, in which evidence is quoted and not counted, and its turning into
a gold document. Whether the result is any good is ``gold_check``'s business.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.gold import (
    GoldDocument,
    GoldError,
    GoldSpan,
    Pointer,
    Text,
    first_error,
    text_hash,
)
from eval.gold_check import scored_leaves
from eval.items import read_record
from eval.shapes import read_schema

_TEXT_KINDS = ("text", "organisation", "passage")


class Quote(BaseModel):
    """A quote that occurs more than once; ``occurrence`` counts from 1."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Text
    occurrence: int = Field(default=1, ge=1)


class Draft(BaseModel):
    """What an annotator writes. Quotes are copied from the article character for character."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Text
    record: dict[str, Any]
    evidence: dict[Pointer, list[list[Text | Quote]]] = Field(default_factory=dict)
    alternatives: dict[Pointer, list[Text]] = Field(default_factory=dict)
    unscorable: dict[Pointer, Text] = Field(default_factory=dict)
    notes: list[Text] = Field(default_factory=list)


def anchor(draft: Draft | Mapping[str, Any], text: str, schema: type[BaseModel]) -> GoldDocument:
    """The gold document of a draft: quotes as offsets, text leaves that stand in the text found.

    A text leaf without evidence of its own gets its first occurrence, a whole word before a part of
    one. Raises ``GoldError``, in one line, for a draft out of format and for quotes that are not in
    the text.
    """
    if not isinstance(draft, Draft):
        try:
            draft = Draft.model_validate(draft)
        except ValidationError as error:
            raise GoldError(f"draft: {first_error(error)}; mend the draft") from error
    missing: list[str] = []
    evidence = {
        pointer: [_spans(quotes, text, pointer, missing) for quotes in alternatives]
        for pointer, alternatives in draft.evidence.items()
    }
    if missing:
        raise GoldError(
            f"{draft.id}: not in the article: {'; '.join(missing)}; copy the words exactly"
        )
    found = _verbatim(draft, text, schema)
    return GoldDocument(
        id=draft.id,
        sha256=text_hash(text),
        schema=_reference(schema),
        record=draft.record,
        evidence={**evidence, **found},
        alternatives=draft.alternatives,
        unscorable=draft.unscorable,
        notes=draft.notes,
    )


def find(text: str, quote: str, occurrence: int = 1) -> GoldSpan | None:
    """The n-th occurrence of a quote (they may overlap), ``None`` if there are fewer."""
    start = -1
    for _ in range(occurrence):
        start = text.find(quote, start + 1)
        if start < 0:
            return None
    return GoldSpan(start=start, end=start + len(quote), text=quote)


def find_mention(text: str, words: str) -> GoldSpan | None:
    """The first occurrence that stands by itself, else the first inside a longer word."""
    edges = (
        r"(?<!\w)" if words[:1].isalnum() else "",
        r"(?!\w)" if words[-1:].isalnum() else "",
    )
    match = re.search(edges[0] + re.escape(words) + edges[1], text) if words else None
    if match is None:
        return find(text, words) if words else None
    return GoldSpan(start=match.start(), end=match.end(), text=words)


def _spans(
    quotes: Sequence[str | Quote], text: str, pointer: str, missing: list[str]
) -> list[GoldSpan]:
    spans = []
    for quote in quotes:
        wanted = Quote(text=quote) if isinstance(quote, str) else quote
        span = find(text, wanted.text, wanted.occurrence)
        if span is None:
            which = f" (occurrence {wanted.occurrence})" if wanted.occurrence > 1 else ""
            missing.append(f"{pointer} {wanted.text!r}{which}")
        else:
            spans.append(span)
    return spans


def _verbatim(draft: Draft, text: str, schema: type[BaseModel]) -> dict[str, list[list[GoldSpan]]]:
    """Text leaves without evidence of their own whose words stand in the text."""
    found = {}
    for pointer, leaf, value in scored_leaves(read_record(read_schema(schema), draft.record)):
        if pointer in draft.evidence or leaf.kind not in _TEXT_KINDS or not isinstance(value, str):
            continue
        span = find_mention(text, value)
        if span is not None:
            found[pointer] = [[span]]
    return found


def _reference(schema: type[BaseModel]) -> str:
    """``module:name``; a model that its package exports is named there."""
    package = schema.__module__.split(".")[0]
    exported = getattr(sys.modules.get(package), schema.__name__, None)
    return f"{package if exported is schema else schema.__module__}:{schema.__qualname__}"
