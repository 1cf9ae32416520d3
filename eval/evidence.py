"""Evidence scored apart from values: are the cited characters the ones gold cites?

This module owns the comparison of spans. Which leaves are compared, and with which prediction, is
decided by ``align`` before; the pairs come in as verdicts.

Offsets are half-open and count characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from eval.assign import best_pairs
from eval.pointers import covering
from eval.verdicts import LeafVerdict, Verdict
from extractor.extraction import Evidence, Status


class Stretch(Protocol):
    """Anything with a half-open stretch of characters."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class EvidenceCounts:
    """Spans and characters found, cited in vain and missed; and how predictions are grounded.

    ``stated`` counts predicted non-null leaves, ``supported`` those whose located evidence
    supports the value, ``ungrounded`` those without any located evidence.
    """

    tp: int = 0
    fp: int = 0
    fn: int = 0
    shared: int = 0
    predicted_only: int = 0
    gold_only: int = 0
    stated: int = 0
    supported: int = 0
    ungrounded: int = 0

    def __add__(self, other: EvidenceCounts) -> EvidenceCounts:
        return EvidenceCounts(
            self.tp + other.tp,
            self.fp + other.fp,
            self.fn + other.fn,
            self.shared + other.shared,
            self.predicted_only + other.predicted_only,
            self.gold_only + other.gold_only,
            self.stated + other.stated,
            self.supported + other.supported,
            self.ungrounded + other.ungrounded,
        )


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    supports: bool


def is_same_span(gold: Stretch, predicted: Stretch) -> bool:
    """Whether the two share at least half of the characters of both together."""
    shared = min(gold.end, predicted.end) - max(gold.start, predicted.start)
    if shared <= 0:
        return False
    either = (gold.end - gold.start) + (predicted.end - predicted.start) - shared
    return 2 * shared >= either


def compare_spans(gold: Sequence[Stretch], predicted: Sequence[Stretch]) -> EvidenceCounts:
    """One alternative of gold against the prediction's spans, paired one to one."""
    same = {
        (i, j): 1
        for i, ours in enumerate(gold)
        for j, theirs in enumerate(predicted)
        if is_same_span(ours, theirs)
    }
    tp = len(best_pairs(same))
    ours, theirs = _characters(gold), _characters(predicted)
    return EvidenceCounts(
        tp=tp,
        fp=len(predicted) - tp,
        fn=len(gold) - tp,
        shared=len(ours & theirs),
        predicted_only=len(theirs - ours),
        gold_only=len(ours - theirs),
    )


def compare_with_best(
    alternatives: Sequence[Sequence[Stretch]], predicted: Sequence[Stretch]
) -> EvidenceCounts:
    """The best alternative's counts: most TP, then fewest FP, then the first."""
    compared = [compare_spans(spans, predicted) for spans in alternatives]
    return max(compared, key=lambda found: (found.tp, -found.fp), default=EvidenceCounts())


def score_evidence(
    verdicts: Iterable[LeafVerdict],
    gold_record: Any,
    gold_evidence: Mapping[str, Sequence[Sequence[Stretch]]],
    predicted_record: Any,
    predicted_evidence: Mapping[str, Sequence[Evidence]],
) -> dict[str, EvidenceCounts]:
    """Evidence counts by field path, over the strict track's leaves of one document.

    A leaf non-null on both sides whose gold has evidence is compared; every leaf the prediction
    states is looked at for grounding.
    """
    compared: dict[str, list[EvidenceCounts]] = {}
    grounding: dict[str, list[int]] = {}
    for verdict in verdicts:
        if verdict.predicted is None or verdict.predicted_pointer is None or not verdict.strict:
            continue
        cited = covering(predicted_record, verdict.predicted_pointer, predicted_evidence)
        located = _located(cited) if cited else ()
        counts = grounding.get(verdict.path)
        if counts is None:
            counts = grounding[verdict.path] = [0, 0, 0]
        counts[0] += 1
        if located:
            counts[1] += any(span.supports for span in located)
        else:
            counts[2] += 1
        if verdict.strict is not Verdict.SPU and verdict.gold_pointer is not None:
            wanted = covering(gold_record, verdict.gold_pointer, gold_evidence)
            if wanted:
                found = compare_with_best(wanted, located)
                compared.setdefault(verdict.path, []).append(found)
    return {
        path: sum(
            compared.get(path, []),
            _grounding(*counts),
        )
        for path, counts in grounding.items()
    }


@lru_cache(maxsize=1024)
def _grounding(stated: int, supported: int, ungrounded: int) -> EvidenceCounts:
    """Shared, for without evidence nearly all fields of all documents have the same few."""
    return EvidenceCounts(stated=stated, supported=supported, ungrounded=ungrounded)


def _located(cited: Sequence[Evidence]) -> list[_Span]:
    return [
        _Span(one.start, one.end, one.status is not Status.UNGROUNDED)
        for one in cited
        if one.start is not None and one.end is not None
    ]


def _characters(spans: Iterable[Stretch]) -> set[int]:
    return {place for span in spans for place in range(span.start, span.end)}
