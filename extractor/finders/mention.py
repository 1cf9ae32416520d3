"""A mention: a stretch of text that may be a value. Shared by all finders."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from extractor.text.article import Span

_LEFT = re.compile(r"[,;:–—\"”)]\s|[“(]|(?<=\s)\"")
_RIGHT = re.compile(r"[,;:–—\"“”)](?:\s|$)")
_FAR = 600  # characters looked at on either side; keeps the work linear in the text


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of text that may be a value.

    ``span``: the mention itself. ``phrase``: the mention with its bound words and its noun, as
    shown to the model and kept as evidence. ``clause``: the part of its sentence around it.
    ``sentence``: the sentence's number. ``value``: what it says, normalised (an ``int`` for
    numbers and lengths in days, EDTF for dates, else the text). ``bound``: what the words around a
    number say about it. ``tags``: formal properties (``age``, ``zero``, ``phone`` and the like).
    """

    span: Span
    phrase: Span
    clause: Span
    sentence: int
    value: int | str
    bound: str = "exact"
    tags: frozenset[str] = field(default_factory=frozenset)


def clause(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch around ``start:end`` between the nearest commas, dashes or quotation marks."""
    first, last = max(0, start - _FAR), min(len(text), end + _FAR)
    left = max((hit.end() for hit in _LEFT.finditer(text, first, start)), default=first)
    hit = _RIGHT.search(text, end, last)
    return left, hit.start() if hit else last
