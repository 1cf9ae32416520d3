"""Two runs side by side: what was changed, what that did, and how much of it may be chance.

This module owns ``RunDiff``. What was changed is told by ``changes``, flipped leaves are found by
``flips``, the test between two runs is ``intervals``', how a difference looks is ``diff_report``'s.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from eval.changes import Change, changes_between
from eval.dataset import GoldSet
from eval.evaluation import meta_of
from eval.flips import Flip, flips, with_sentences
from eval.intervals import swap_test
from eval.report import Document, documents_of
from eval.runs import Run, RunError
from eval.score import score
from eval.scorecard import Score, Scorecard
from extractor.extraction import Usage
from extractor.schema.loading import load_schema


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Side(_Frozen):
    """One of the two runs."""

    run: str
    started: datetime.datetime | None
    model: str | None
    prompt_version: str | None
    usage: Usage
    validity: float | None
    failures: dict[str, str] = Field(default_factory=dict)


class Delta(_Frozen):
    """A score in both runs; a side is ``None`` where that run has no such field.

    The differences are the second run's minus the first's, ``None`` where a share is missing.
    """

    path: str
    in_totals: bool
    before: Score | None
    after: Score | None
    precision: float | None
    recall: float | None
    f1: float | None


class DocumentDelta(_Frozen):
    """One document: strict micro F1 in both runs, and what the second run did."""

    id: str
    before: float | None
    after: float | None
    outcome: str = Field(description="win, tie or loss")
    usage_before: Usage
    usage_after: Usage


class Significance(_Frozen):
    """The exact sign-flip test on pooled strict F1: ``p`` can be no less than ``floor``."""

    difference: float
    p: float
    floor: float
    differing: int
    wins: int
    ties: int
    losses: int


class RunDiff(_Frozen):
    """Two runs compared on the documents they share.

    ``confounded``: more than one thing was changed, so an effect cannot be laid to any.
    ``rescored``: why the kept predictions were scored anew, ``None`` if they were not. ``strict``
    and ``lenient`` are micro scores.
    """

    format: Literal[1] = 1
    before: Side
    after: Side
    changes: tuple[Change, ...]
    confounded: bool
    rescored: str | None
    left_out: tuple[str, ...] = Field(description="documents that only one run has")
    strict: Delta
    lenient: Delta
    fields: tuple[Delta, ...]
    flips: tuple[Flip, ...]
    documents: tuple[DocumentDelta, ...]
    test: Significance


@dataclass(frozen=True, slots=True)
class _Scored:
    run: Run
    card: Scorecard
    documents: Mapping[str, Document]


def diff(before: Run, after: Run) -> RunDiff:
    """Compare two runs.

    If gold or scorer differ, or a run's scores cannot be read, the kept predictions of both are
    scored anew first: with the scorer of today, on the second run's gold, on the documents that
    both have. Raises ``RunError`` for a run that came to no end or that shares no document.
    """
    for run in (before, after):
        if run.info.outcome != "complete" or run.gold is None:
            raise RunError(
                f"{run.path.name} is {run.info.outcome}: a run that came to its end is needed; "
                "evaluate again"
            )
    shared = set(before.info.documents) & set(after.info.documents)
    if not shared:
        raise RunError(f"{before.path.name} and {after.path.name} share no document")
    why = _why_rescore(before, after)
    first, second = _both(before, after, shared, why)
    rows = [(row.id, first.card.document(row.id), row) for row in second.card.documents]
    test = swap_test(
        {id: one.strict.counts.tally for id, one, _ in rows},
        {id: other.strict.counts.tally for id, _, other in rows},
    )
    changes = changes_between(before, after)
    return RunDiff(
        before=_side(first),
        after=_side(second),
        changes=changes,
        confounded=sum(change.counts for change in changes) > 1,
        rescored=why,
        left_out=tuple(sorted(set(before.info.documents) ^ set(after.info.documents))),
        strict=_delta("strict", True, first.card.strict, second.card.strict),
        lenient=_delta("lenient", True, first.card.lenient, second.card.lenient),
        fields=tuple(_fields(first.card, second.card)),
        flips=tuple(
            with_sentences(flip, first.documents, second.documents)
            for flip in flips(first.card.verdicts, second.card.verdicts)
        ),
        documents=tuple(
            DocumentDelta(
                id=id,
                before=one.strict.f1,
                after=other.strict.f1,
                outcome=test.outcomes[id],
                usage_before=one.usage,
                usage_after=other.usage,
            )
            for id, one, other in rows
        ),
        test=Significance(
            difference=test.difference,
            p=test.p,
            floor=test.floor,
            differing=test.differing,
            wins=test.count("win"),
            ties=test.count("tie"),
            losses=test.count("loss"),
        ),
    )


def score_again(run: Run, gold: GoldSet, schema: type[BaseModel]) -> Scorecard:
    """A run's kept predictions, scored by today's scorer on this gold."""
    predictions = {id: one for id, one in run.predictions.items() if id in gold.texts}
    meta = meta_of(run.info, run.info.id).model_copy(update={"gold_hash": gold.hash})
    return score(gold.documents, predictions, schema, meta)


def _why_rescore(before: Run, after: Run) -> str | None:
    reasons = []
    if before.info.gold_hash != after.info.gold_hash:
        reasons.append("the gold differs")
    if before.info.scorer_hash != after.info.scorer_hash:
        reasons.append("the scorer differs")
    if before.scorecard is None or after.scorecard is None:
        reasons.append("scores of another version")
    return " and ".join(reasons) or None


def _both(before: Run, after: Run, shared: set[str], why: str | None) -> tuple[_Scored, _Scored]:
    assert after.gold is not None
    gold = after.gold.only(shared)
    if why is None and before.scorecard is not None and after.scorecard is not None:
        cards = (before.scorecard, after.scorecard)
    else:
        schema = load_schema(after.info.schema_name)
        cards = (score_again(before, gold, schema), score_again(after, gold, schema))
    first, second = (
        _Scored(run, card, {one.id: one for one in documents_of(run, gold)})
        for run, card in zip((before, after), cards, strict=True)
    )
    return first, second


def _side(scored: _Scored) -> Side:
    info = scored.run.info
    return Side(
        run=info.id,
        started=info.started,
        model=info.model,
        prompt_version=info.prompt_version,
        usage=scored.card.usage,
        validity=scored.card.validity,
        failures=info.failures,
    )


def _fields(before: Scorecard, after: Scorecard) -> Iterator[Delta]:
    old = {row.path: row for row in before.fields}
    new = {row.path: row for row in after.fields}
    for path in dict.fromkeys([*new, *old]):
        one, other = old.get(path), new.get(path)
        in_totals = (other or old[path]).in_totals
        was, now = one.strict if one else None, other.strict if other else None
        yield _delta(path, in_totals, was, now)


def _delta(path: str, in_totals: bool, before: Score | None, after: Score | None) -> Delta:
    changed = {
        name: _minus(getattr(after, name, None), getattr(before, name, None))
        for name in ("precision", "recall", "f1")
    }
    return Delta(path=path, in_totals=in_totals, before=before, after=after, **changed)


def _minus(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before
