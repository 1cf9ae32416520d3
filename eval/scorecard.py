"""The scorecard: the one model that feeds every report.

This module owns its shape and the arithmetic of a single score. ``score`` fills it; reports only
read it. A share without a denominator is ``None``, which is printed "—".
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from eval.evidence import EvidenceCounts
from eval.intervals import Interval, Tally, f1_interval, f1_jackknife, proportion_interval
from eval.verdicts import LeafVerdict, Verdict
from extractor.extraction import Usage

FORMAT = 1

_VERDICTS = tuple(verdict.value.lower() for verdict in Verdict)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Counts(_Frozen):
    """How many leaves came to each verdict."""

    cor: int = 0
    sub: int = 0
    mis: int = 0
    spu: int = 0
    non: int = 0

    @property
    def tp(self) -> int:
        """True positives."""
        return self.cor

    @property
    def fp(self) -> int:
        """Predicted values that are wrong."""
        return self.sub + self.spu

    @property
    def fn(self) -> int:
        """Gold values that were not found."""
        return self.sub + self.mis

    @property
    def tn(self) -> int:
        """Null on both sides; never credited."""
        return self.non

    @property
    def tally(self) -> Tally:
        """Hits, predicted leaves (ACT) and gold leaves (POS)."""
        return Tally(self.cor, self.cor + self.fp, self.cor + self.fn)


class Score(_Frozen):
    """Precision, recall and F1 of some leaves, with 95 % intervals over documents.

    ``f1_interval`` is the one to print; ``f1_jackknife`` stands beside it for comparison.
    """

    counts: Counts
    precision: float | None
    recall: float | None
    f1: float | None
    precision_interval: Interval | None = None
    recall_interval: Interval | None = None
    f1_interval: Interval | None = None
    f1_jackknife: Interval | None = None


class Macro(_Frozen):
    """Means over the fields in the totals; a field whose share has no denominator is left out."""

    precision: float | None
    recall: float | None
    f1: float | None
    fields: int = Field(description="fields with an F1")


class EvidenceScore(_Frozen):
    """Spans against gold's, and the grounding of what was predicted."""

    counts: EvidenceCounts
    precision: float | None
    recall: float | None
    f1: float | None
    groundedness: float | None = Field(description="share of predicted leaves that are supported")


class FieldScore(_Frozen):
    """One row: a leaf of the schema, list indices written ``[]``."""

    path: str
    in_totals: bool
    strict: Score
    lenient: Score
    evidence: EvidenceScore


class ItemScore(_Frozen):
    """List items of one field on one track: paired, predicted only, gold only."""

    tp: int = 0
    fp: int = 0
    fn: int = 0
    precision: float | None = None
    recall: float | None = None
    f1: float | None = None


class ItemRow(_Frozen):
    """A list of objects."""

    path: str
    strict: ItemScore
    lenient: ItemScore


class TauRow(_Frozen):
    """The micro scores had items been paired from another similarity on."""

    tau: float
    strict: Score
    lenient: Score
    items: tuple[ItemRow, ...]


class DocumentScore(_Frozen):
    """One document: micro scores, evidence, and what became of its prediction."""

    id: str
    has_record: bool
    valid: bool
    missing_keys: int
    strict: Score
    lenient: Score
    evidence: EvidenceScore
    usage: Usage


class RiskPoint(_Frozen):
    """The most confident leaves, up to this share of all, and the share of them that is wrong."""

    coverage: float
    risk: float


class ConfidenceScore(_Frozen):
    """How well the confidence of predicted leaves tells right from wrong, on the strict track."""

    leaves: int
    brier: float
    calibration_error: float
    risk_coverage: tuple[RiskPoint, ...]


class Meta(_Frozen):
    """What was scored: enough to tell why two scorecards differ."""

    run: str | None = None
    model: str | None = None
    prompt_version: str | None = None
    schema_name: str | None = None
    schema_hash: str | None = None
    gold_hash: str | None = None
    scorer: int = FORMAT


class Scorecard(_Frozen):
    """All that is known of how right the predictions are.

    ``strict`` and ``lenient`` are micro scores over the fields in the totals. ``verdicts`` holds
    every leaf, those outside the totals included.
    """

    format: Literal[1] = 1
    meta: Meta
    strict: Score
    lenient: Score
    strict_macro: Macro
    lenient_macro: Macro
    evidence: EvidenceScore
    validity: float | None
    missing_keys: int
    usage: Usage
    fields: tuple[FieldScore, ...]
    items: tuple[ItemRow, ...]
    tau_sensitivity: tuple[TauRow, ...]
    documents: tuple[DocumentScore, ...]
    verdicts: tuple[LeafVerdict, ...]
    confidence: ConfidenceScore | None = None

    def field(self, path: str) -> FieldScore:
        """The row of one field. Raises ``KeyError`` if there is none."""
        for row in self.fields:
            if row.path == path:
                return row
        raise KeyError(path)

    def document(self, id: str) -> DocumentScore:
        """The row of one document. Raises ``KeyError`` if there is none."""
        for row in self.documents:
            if row.id == id:
                return row
        raise KeyError(id)


def share(hits: int, total: int) -> float | None:
    """``hits / total``, ``None`` without a denominator."""
    return hits / total if total else None


def ratios(tp: int, fp: int, fn: int) -> dict[str, float | None]:
    """Precision, recall and F1 by name."""
    return {
        "precision": share(tp, tp + fp),
        "recall": share(tp, tp + fn),
        "f1": share(2 * tp, 2 * tp + fp + fn),
    }


def score_of(per_document: Sequence[Sequence[int]]) -> Score:
    """The pooled score of some leaves.

    ``per_document``: for each document its numbers of COR, SUB, MIS, SPU and NON.
    """
    sums = [sum(column) for column in zip(*per_document, strict=True)] or [0] * 5
    total = Counts(**dict(zip(_VERDICTS, sums, strict=True)))
    found: dict[str, Any] = ratios(total.tp, total.fp, total.fn)
    if len(per_document) < 2:
        return Score(counts=total, **found)
    found["precision_interval"] = proportion_interval(
        (cor, cor + sub + spu) for cor, sub, _, spu, _ in per_document
    )
    found["recall_interval"] = proportion_interval(
        (cor, cor + sub + mis) for cor, sub, mis, _, _ in per_document
    )
    tallies = [
        Tally(cor, cor + sub + spu, cor + sub + mis) for cor, sub, mis, spu, _ in per_document
    ]
    found["f1_interval"] = f1_interval(tallies)
    found["f1_jackknife"] = f1_jackknife(tallies)
    return Score(counts=total, **found)


def macro_of(scores: Sequence[Score]) -> Macro:
    """The means over fields."""

    def mean(values: Sequence[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return sum(known) / len(known) if known else None

    return Macro(
        precision=mean([score.precision for score in scores]),
        recall=mean([score.recall for score in scores]),
        f1=mean([score.f1 for score in scores]),
        fields=sum(score.f1 is not None for score in scores),
    )


@lru_cache(maxsize=1024)
def evidence_of(counts: EvidenceCounts) -> EvidenceScore:
    """The shares that evidence counts come to; equal counts share one object."""
    return EvidenceScore(
        counts=counts,
        groundedness=share(counts.supported, counts.stated),
        **ratios(counts.tp, counts.fp, counts.fn),
    )


def items_of(tp: int, fp: int, fn: int) -> ItemScore:
    """The shares that item counts come to."""
    return ItemScore(tp=tp, fp=fp, fn=fn, **ratios(tp, fp, fn))
