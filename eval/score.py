"""The scorer: gold documents and predictions in, a scorecard out.

This module owns the adding up, from leaf verdicts to rows and totals. It is pure: it reads no
file, and the same input gives the same scorecard. Values are judged in ``verdicts``, evidence in
``evidence``, the arithmetic of a single score is in ``scorecard``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from pydantic import BaseModel

from eval.align import TAU, TAUS
from eval.evidence import EvidenceCounts, score_evidence
from eval.gold import GoldDocument, GoldError
from eval.items import Notes, missing_keys, read_record
from eval.judge import ItemTally, Judge, Judgement
from eval.leaves import Shape
from eval.scorecard import (
    DocumentScore,
    FieldScore,
    ItemRow,
    Meta,
    Score,
    Scorecard,
    TauRow,
    evidence_of,
    items_of,
    macro_of,
    score_of,
    share,
)
from eval.shapes import read_schema
from eval.verdicts import LeafVerdict, Verdict
from extractor.extraction import Evidence, Extraction, Usage

Value = TypeVar("Value")
Numbers: TypeAlias = tuple[int, ...]
Micro: TypeAlias = tuple[Numbers, Numbers]

_ORDER = tuple(Verdict)


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a system said of one document; ``record`` is ``None`` if it gave none.

    ``record`` is plain JSON keyed by field name, valid or not; ``evidence`` maps JSON pointers into
    it to what was cited.
    """

    record: Mapping[str, Any] | None
    evidence: Mapping[str, Sequence[Evidence]] = field(default_factory=dict)
    valid: bool = True
    usage: Usage = field(default_factory=Usage)

    @classmethod
    def from_extraction(cls, extraction: Extraction[Any]) -> Prediction:
        """The prediction an extraction holds."""
        record: BaseModel = extraction.record
        dumped = record.model_dump(mode="json", by_alias=False, warnings=False)
        return cls(dumped, extraction.evidence, extraction.valid, extraction.usage)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of one document, counted by path: five numbers a track, in the verdicts' order."""

    strict: Mapping[str, Numbers]
    lenient: Mapping[str, Numbers]
    outside: frozenset[str]
    micro: Micro
    items: Mapping[str, ItemTally]


@dataclass(frozen=True, slots=True)
class _Scored:
    """One document, scored. ``parts``: by τ, what stands outside lists and then each list."""

    gold: GoldDocument
    prediction: Prediction
    missing_keys: int
    parts: Mapping[int, Sequence[_Part]]
    verdicts: Sequence[LeafVerdict]
    evidence: Mapping[str, EvidenceCounts]

    def micro(self, tau: int) -> Micro:
        """The fields in the totals together, strict and lenient."""
        pooled = [part.micro for part in self.parts[tau]]
        return _pool([strict for strict, _ in pooled]), _pool([lenient for _, lenient in pooled])


def score(
    gold: Sequence[GoldDocument],
    predictions: Mapping[str, Prediction],
    schema: type[BaseModel],
    meta: Meta | None = None,
) -> Scorecard:
    """Score predictions, by document id, against gold.

    A gold document without a prediction, or whose prediction has no record, has every leaf
    missing. Raises ``GoldError`` for no gold at all, for two gold documents of one id and for a
    prediction that no gold document belongs to.
    """
    ids = [document.id for document in gold]
    if not ids:
        raise GoldError("there is no gold document: annotate one first")
    if len(set(ids)) < len(ids):
        raise GoldError(f"two gold documents have the id {_repeated(ids)}: keep one")
    if unknown := sorted(predictions.keys() - set(ids)):
        raise GoldError(f"no gold for {unknown[0]}: annotate it or leave its prediction out")
    shape = read_schema(schema)
    nothing = Prediction(None, valid=False)
    scored = [_document(one, predictions.get(one.id, nothing), shape) for one in gold]
    return _assemble(scored, shape, meta or Meta(schema_name=schema.__name__))


def _repeated(ids: Sequence[str]) -> str:
    return next(one for one in ids if ids.count(one) > 1)


def _document(gold: GoldDocument, prediction: Prediction, shape: Shape) -> _Scored:
    notes = Notes(gold.alternatives, frozenset(gold.unscorable))
    ours = read_record(shape, gold.record, notes)
    theirs = read_record(shape, prediction.record)
    judge = Judge(gold.id, ours, theirs)
    judged = [judge.leaves(), *(judge.list(i) for i in range(len(shape.lists)))]
    verdicts = [verdict for part in judged for verdict in part.verdicts]
    usual = [_count(part) for part in judged]
    parts = {TAU: usual}
    for tau in TAUS:
        if tau != TAU:
            parts[tau] = list(usual)
            for i in range(len(shape.lists)):
                if not judge.is_paired_as_usual(i, tau):
                    parts[tau][i + 1] = _count(judge.list(i, tau))
    return _Scored(
        gold=gold,
        prediction=prediction,
        missing_keys=missing_keys(theirs) if prediction.record is not None else 0,
        parts=parts,
        verdicts=verdicts,
        evidence=score_evidence(
            verdicts, gold.record, gold.evidence, prediction.record, prediction.evidence
        ),
    )


def _count(judgement: Judgement) -> _Part:
    strict: dict[str, list[int]] = {}
    lenient: dict[str, list[int]] = {}
    outside = set()
    for verdict in judgement.verdicts:
        path = verdict.path
        if not verdict.in_totals:
            outside.add(path)
        if path not in strict:
            strict[path], lenient[path] = [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]
        if verdict.strict is not None:
            strict[path][_ORDER.index(verdict.strict)] += 1
        if verdict.lenient is not None:
            lenient[path][_ORDER.index(verdict.lenient)] += 1
    micro = (
        _pool([counts for path, counts in strict.items() if path not in outside]),
        _pool([counts for path, counts in lenient.items() if path not in outside]),
    )
    # Tuples of numbers cost the garbage collector nothing, and there may be many.
    firm = {path: tuple(counts) for path, counts in strict.items()}
    loose = {path: tuple(counts) for path, counts in lenient.items()}
    return _Part(firm, loose, frozenset(outside), micro, judgement.items)


def _pool(some: Sequence[Sequence[int]]) -> Numbers:
    return tuple(map(sum, zip(*some, strict=True))) or (0, 0, 0, 0, 0)


def _assemble(scored: Sequence[_Scored], shape: Shape, meta: Meta) -> Scorecard:
    fields = _fields(scored, shape)
    micro = _micro(scored, TAU)
    inside = [row for row in fields if row.in_totals]
    outside = {row.path for row in fields if not row.in_totals}
    documents = [_document_row(one, outside) for one in scored]
    valid = sum(row.valid for row in documents)
    return Scorecard(
        meta=meta,
        strict=micro["strict"],
        lenient=micro["lenient"],
        strict_macro=macro_of([row.strict for row in inside]),
        lenient_macro=macro_of([row.lenient for row in inside]),
        evidence=evidence_of(_sum_evidence(row.evidence.counts for row in inside)),
        validity=share(valid, len(documents)),
        missing_keys=sum(row.missing_keys for row in documents),
        usage=sum((row.usage for row in documents), Usage()),
        fields=fields,
        items=_items(scored, shape, TAU),
        tau_sensitivity=tuple(_tau_row(scored, shape, tau) for tau in TAUS),
        documents=tuple(documents),
        verdicts=tuple(verdict for one in scored for verdict in one.verdicts),
    )


def _fields(scored: Sequence[_Scored], shape: Shape) -> tuple[FieldScore, ...]:
    """A row per leaf of the schema, then those that only the data have (out of shape, deeper)."""
    rows = {leaf.path: leaf.in_totals for leaf in shape.rows()}
    parts = [part for one in scored for part in one.parts[TAU]]
    strict = _by_path([part.strict for part in parts])
    lenient = _by_path([part.lenient for part in parts])
    evidence = _by_path([one.evidence for one in scored])
    outside = frozenset().union(*(part.outside for part in parts))
    rows.update({path: path not in outside for path in strict if path not in rows})
    return tuple(
        FieldScore(
            path=path,
            in_totals=in_totals,
            **_tracks(strict.get(path, []), lenient.get(path, [])),
            evidence=evidence_of(_sum_evidence(evidence.get(path, []))),
        )
        for path, in_totals in rows.items()
    )


def _tracks(strict: Sequence[Numbers], lenient: Sequence[Numbers]) -> dict[str, Score]:
    """Both tracks' scores; equal counts share one."""
    firm = score_of(strict)
    return {"strict": firm, "lenient": firm if lenient == strict else score_of(lenient)}


def _document_row(one: _Scored, outside: set[str]) -> DocumentScore:
    strict, lenient = one.micro(TAU)
    inside = [counts for path, counts in one.evidence.items() if path not in outside]
    has_record = one.prediction.record is not None
    return DocumentScore(
        id=one.gold.id,
        has_record=has_record,
        valid=has_record and one.prediction.valid,
        missing_keys=one.missing_keys,
        **_tracks([strict], [lenient]),
        evidence=evidence_of(_sum_evidence(inside)),
        usage=one.prediction.usage,
    )


def _micro(scored: Sequence[_Scored], tau: int) -> dict[str, Score]:
    micro = [one.micro(tau) for one in scored]
    return _tracks([strict for strict, _ in micro], [lenient for _, lenient in micro])


def _tau_row(scored: Sequence[_Scored], shape: Shape, tau: int) -> TauRow:
    return TauRow(tau=tau / 100, items=_items(scored, shape, tau), **_micro(scored, tau))


def _items(scored: Sequence[_Scored], shape: Shape, tau: int) -> tuple[ItemRow, ...]:
    totals = {node.path: ItemTally() for node in shape.object_lists()}
    for part in (part for one in scored for part in one.parts[tau]):
        for path, tally in part.items.items():
            total = totals.setdefault(path, ItemTally())
            for index in range(3):
                total.strict[index] += tally.strict[index]
                total.lenient[index] += tally.lenient[index]
    return tuple(
        ItemRow(path=path, strict=items_of(*total.strict), lenient=items_of(*total.lenient))
        for path, total in totals.items()
    )


def _by_path(some: Iterable[Mapping[str, Value]]) -> dict[str, list[Value]]:
    found: dict[str, list[Value]] = {}
    for one in some:
        for path, value in one.items():
            found.setdefault(path, []).append(value)
    return found


def _sum_evidence(some: Iterable[EvidenceCounts]) -> EvidenceCounts:
    return sum(some, EvidenceCounts())
