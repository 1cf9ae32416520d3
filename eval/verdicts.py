"""Leaf verdicts: what every compared leaf of a document came to, on both tracks.

This module owns their vocabulary. ``judge`` gives the verdicts, ``score`` adds them up, reports
show them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """Correct, substituted, missing, spurious, or null on both sides."""

    COR = "COR"
    SUB = "SUB"
    MIS = "MIS"
    SPU = "SPU"
    NON = "NON"


class Tag(StrEnum):
    """What else is worth knowing about a leaf."""

    OVER_PRECISE = "over-precise"
    MISSING_KEY = "missing-key"
    NO_RECORD = "no-record"
    OUT_OF_SHAPE = "out-of-shape"


@dataclass(frozen=True, slots=True)
class LeafVerdict:
    """What one leaf came to.

    ``path`` is the field's, list indices written ``[]``; the pointers are the places in the two
    records, ``None`` where a list item has no partner. A verdict is ``None`` on a track that pairs
    the item otherwise: the leaf then has another entry for that track.
    """

    document: str
    path: str
    gold_pointer: str | None
    predicted_pointer: str | None
    gold: Any
    predicted: Any
    strict: Verdict | None
    lenient: Verdict | None
    in_totals: bool = True
    tags: tuple[str, ...] = ()
