"""The gate: has any field become worse than the baseline?

This module owns the verdict of the gate. The baseline's file is ``baseline``'s; what a verdict does
to an exit code or a report is the command line's business.

A field regresses when its strict F1 falls by more than its tolerance (0 unless the baseline says
otherwise), or turns into one without a denominator.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from eval.baseline import Baseline
from eval.flips import Flip, flips
from eval.scorecard import Scorecard

Status: TypeAlias = Literal["pass", "regression", "incomplete"]

_HAIR = 1e-9  # what rounding in a JSON file may cost
_NOTHING = "—"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FieldGate(_Frozen):
    """One field held against the baseline."""

    path: str
    before: float | None
    after: float | None
    tolerance: float
    regressed: bool


class Gate(_Frozen):
    """What the gate found.

    ``failures``: why it did not pass, by field path or, for what concerns the whole, by a name of
    its own. ``fields``: those whose strict F1 changed. ``flips``: every leaf that flipped, also
    where the totals hold. ``notes``: what is worth knowing and fails nothing.
    """

    status: Status
    failures: dict[str, str] = Field(default_factory=dict)
    fields: tuple[FieldGate, ...] = ()
    flips: tuple[Flip, ...] = ()
    notes: tuple[str, ...] = ()
    baseline: str | None = None


def hold_against(card: Scorecard, baseline: Baseline | None, scorer_hash: str = "") -> Gate:
    """Hold a scorecard against the baseline.

    Without a baseline, with an empty one, or with one of other gold, nothing can be said: the gate
    is *incomplete*, which is no pass. ``scorer_hash``: the rules the scorecard was made by; others
    than the baseline's are noted.
    """
    lacking = _lacking(card, baseline)
    if baseline is None or lacking:
        return Gate(status="incomplete", failures=lacking)
    rows = [_field(path, card, baseline) for path in _paths(card, baseline)]
    failures = {row.path: _why(row) for row in rows if row.regressed}
    return Gate(
        status="regression" if failures else "pass",
        failures=failures,
        fields=tuple(row for row in rows if row.before != row.after),
        flips=flips(baseline.verdicts(), card.verdicts),
        notes=tuple(_notes(card, baseline, rows, scorer_hash)),
        baseline=baseline.run,
    )


def incomplete(why: str) -> Gate:
    """The gate where the evaluation itself came to no end."""
    return Gate(status="incomplete", failures={"evaluation": why})


def _lacking(card: Scorecard, baseline: Baseline | None) -> dict[str, str]:
    if baseline is None:
        how = "once the scores are right, run `extractor baseline set latest --reason …`"
        return {"baseline": f"there is none to hold the scores against: {how}"}
    if not baseline.documents or not baseline.fields or not card.documents:
        return {"baseline": "an empty set says nothing: evaluate some gold and set the baseline"}
    if baseline.gold_hash != card.meta.gold_hash:
        odd = sorted({row.id for row in card.documents} ^ set(baseline.documents))
        what = f"other documents ({', '.join(odd[:3])})" if odd else "other annotations"
        return {
            "gold": f"the baseline is of {what}: evaluate all of its gold, or set it anew "
            "with `extractor baseline set latest --reason …`"
        }
    return {}


def _paths(card: Scorecard, baseline: Baseline) -> list[str]:
    here = [row.path for row in card.fields]
    return here + [path for path in baseline.fields if path not in here]


def _field(path: str, card: Scorecard, baseline: Baseline) -> FieldGate:
    known = baseline.fields.get(path)
    after = next((row.strict.f1 for row in card.fields if row.path == path), None)
    before = known.f1 if known else None
    tolerance = baseline.tolerances.get(path, 0.0)
    return FieldGate(
        path=path,
        before=before,
        after=after,
        tolerance=tolerance,
        regressed=known is not None and _regressed(before, after, tolerance),
    )


def _regressed(before: float | None, after: float | None, tolerance: float) -> bool:
    if after is None:
        return before is not None
    # Without a denominator there was nothing wrong; an F1 now means that something is.
    return after < (1.0 if before is None else before) - tolerance - _HAIR


def _why(row: FieldGate) -> str:
    if row.after is None:
        return f"strict F1 was {row.before:.3f} and is {_NOTHING}: nothing is stated any more"
    was = _NOTHING if row.before is None else f"{row.before:.3f}"
    allowed = f", {row.tolerance:.3f} less is allowed" if row.tolerance else ""
    return f"strict F1 was {was} and is {row.after:.3f}{allowed}"


def _notes(
    card: Scorecard, baseline: Baseline, rows: list[FieldGate], scorer_hash: str
) -> list[str]:
    notes = []
    if scorer_hash and scorer_hash != baseline.scorer_hash:
        notes.append("the scorer is not the one that scored the baseline")
    new = [row.path for row in rows if row.path not in baseline.fields]
    if new:
        notes.append(f"not in the baseline: {', '.join(new)}")
    better = [row for row in rows if (row.after or 0) > (row.before or 0) and not row.regressed]
    if better and card.meta.run:
        notes.append(
            f"{len(better)} fields are better; `extractor baseline set {card.meta.run} --reason …` "
            "holds later runs to that"
        )
    return notes
