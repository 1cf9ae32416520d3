"""Scores and values as people read them; every report for people writes them the same way.

This module owns the spelling of a number, an interval and a value. Escaping is each format's own.
"""

from __future__ import annotations

import json
import math
from typing import Any

from eval.intervals import Interval
from eval.scorecard import EvidenceScore, Macro, Score, Scorecard
from eval.verdicts import LeafVerdict, Verdict
from extractor.run.table import dotted, plain

NOTHING = "—"  # a share without a denominator
TO = "–"
WORDS = {
    Verdict.COR: "correct",
    Verdict.SUB: "substituted",
    Verdict.MIS: "missing",
    Verdict.SPU: "spurious",
    Verdict.NON: "null on both sides",
}
WRONG = frozenset({Verdict.SUB, Verdict.MIS, Verdict.SPU})


def number(value: float | None) -> str:
    """A share to three places. Only a whole 1 is written 1.000 and only a whole 0 0.000."""
    if value is None:
        return NOTHING
    shown = f"{value:.3f}"
    if shown == "1.000" and value < 1:
        return "0.999"
    return "0.001" if shown == "0.000" and value > 0 else shown


def interval(bounds: Interval | None) -> str:
    """An interval to two places, rounded outwards; ``≈`` if it is approximate."""
    if bounds is None:
        return NOTHING
    # With a hair's tolerance: 0.29 * 100 is not quite 29.
    low, high = math.floor(bounds.low * 100 + 1e-9), math.ceil(bounds.high * 100 - 1e-9)
    return f"{'≈' if bounds.approximate else ''}{low / 100:.2f}{TO}{high / 100:.2f}"


def value(found: Any) -> str:
    """A leaf's value as JSON on one line, so that ``"5"`` and ``5`` differ."""
    return plain(json.dumps(found, ensure_ascii=False, default=str))


def place(verdict: LeafVerdict) -> str:
    """Where a leaf stands: in the gold record, or in the predicted one if gold has no such item."""
    pointer = verdict.gold_pointer
    return dotted((verdict.predicted_pointer if pointer is None else pointer) or "")


def remarks(verdict: LeafVerdict) -> tuple[str, ...]:
    """What else is worth saying of a leaf that is wrong on the strict track."""
    alone = verdict.gold_pointer is None or verdict.predicted_pointer is None
    found = [*verdict.tags]
    if alone and "[]." in verdict.path:
        found.append("its list item is unpaired")
    if verdict.lenient is Verdict.COR:
        found.append("right on the lenient track")
    return tuple(found)


def errors(score: Score) -> int:
    """How many leaves are wrong in any way."""
    return score.counts.sub + score.counts.mis + score.counts.spu


def is_empty(score: Score) -> bool:
    """Whether nothing was stated on either side."""
    return score.f1 is None


def with_interval(share: float | None, bounds: Interval | None) -> str:
    """``0.714 (0.42–0.91)``."""
    return number(share) if bounds is None else f"{number(share)} ({interval(bounds)})"


def totals(card: Scorecard) -> tuple[tuple[str, Score | Macro], ...]:
    """The four totals by name."""
    return (
        ("strict micro", card.strict),
        ("strict macro", card.strict_macro),
        ("lenient micro", card.lenient),
        ("lenient macro", card.lenient_macro),
    )


def shares(total: Score | Macro) -> tuple[str, str, str]:
    """P, R and F1 of a total, with their intervals where there are any."""
    if isinstance(total, Macro):
        return number(total.precision), number(total.recall), number(total.f1)
    return (
        with_interval(total.precision, total.precision_interval),
        with_interval(total.recall, total.recall_interval),
        with_interval(total.f1, total.f1_interval),
    )


def notes(card: Scorecard) -> tuple[tuple[str, str], ...]:
    """What is worth knowing beside the totals, as name and sentence."""
    valid = sum(row.valid for row in card.documents)
    found = [
        (
            "validity",
            f"{number(card.validity)} ({valid} of {_many(len(card.documents), 'article')}"
            f" with a valid record)",
        ),
        ("macro", _macro(card)),
        ("evidence", _evidence(card.evidence)),
        ("groundedness", _grounded(card.evidence)),
        ("pairing", _pairing(card)),
    ]
    if card.confidence is not None:
        brier, gap = number(card.confidence.brier), number(card.confidence.calibration_error)
        found.append(("confidence", f"Brier score {brier}, expected calibration error {gap}"))
    if card.missing_keys:
        found.append(("missing keys", f"{card.missing_keys} (counted as null)"))
    lost = [row.id for row in card.documents if not row.has_record]
    if lost:
        found.append(("no record", f"{plain(', '.join(lost))} (every gold leaf is missing)"))
    return tuple(found)


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _macro(card: Scorecard) -> str:
    firm, loose = card.strict_macro.fields, card.lenient_macro.fields
    total = sum(row.in_totals for row in card.fields)
    return f"means over the fields that have an F1: {firm} strict, {loose} lenient, of {total}"


def _evidence(score: EvidenceScore) -> str:
    counts = score.counts
    return (
        f"spans P {number(score.precision)}, R {number(score.recall)}, F1 {number(score.f1)}; "
        f"characters {counts.shared:,} shared, {counts.predicted_only:,} predicted only, "
        f"{counts.gold_only:,} gold only"
    )


def _grounded(score: EvidenceScore) -> str:
    counts = score.counts
    return (
        f"{number(score.groundedness)} ({counts.supported:,} of {counts.stated:,} predicted values "
        f"supported by their evidence, {counts.ungrounded:,} without any)"
    )


def _pairing(card: Scorecard) -> str:
    rows = [f"{number(row.strict.f1)} at τ {row.tau:.1f}" for row in card.tau_sensitivity]
    return f"strict micro F1 {', '.join(rows)}"
