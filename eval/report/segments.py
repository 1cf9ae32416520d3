"""A text cut where highlights begin and end, so that spans may overlap in any way."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass

# Characters that have no glyph and no business in a page: controls but tab and line feed, halves of
# surrogate pairs, and the two that are no characters.
_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Highlight:
    """Half-open character offsets, and the number of the leaf they belong to."""

    start: int
    end: int
    leaf: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text and the leaves whose highlights cover all of it, by number."""

    text: str
    leaves: tuple[int, ...]


def segments(text: str, highlights: Iterable[Highlight]) -> tuple[Segment, ...]:
    """The whole text in order; no highlight begins or ends inside a segment.

    Highlights lie within the text and are not empty.
    """
    opening: dict[int, list[int]] = {}
    closing: dict[int, list[int]] = {}
    for highlight in highlights:
        opening.setdefault(highlight.start, []).append(highlight.leaf)
        closing.setdefault(highlight.end, []).append(highlight.leaf)
    cuts = sorted({0, len(text), *opening, *closing})
    found: list[Segment] = []
    active: dict[int, int] = {}  # a leaf's spans may overlap each other
    for start, end in itertools.pairwise(cuts):
        for leaf in opening.get(start, ()):
            active[leaf] = active.get(leaf, 0) + 1
        for leaf in closing.get(start, ()):
            active[leaf] -= 1
            if not active[leaf]:
                del active[leaf]
        found.append(Segment(text[start:end], tuple(sorted(active))))
    return tuple(found)


def displayable(text: str) -> str:
    """``text`` with what a page cannot show replaced, character by character, offsets unchanged."""
    return _UNSHOWABLE.sub("\ufffd", text.replace("\r\n", " \n").replace("\r", "\n"))
