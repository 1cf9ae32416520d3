"""The baseline: the scores and leaves that later evaluations are held to.

This module owns the file ``baseline.json``: its shape, its making from a scorecard, its reading and
writing. What a fall below it means is ``gate``'s decision.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.files import json_line, json_text, write_atomic
from eval.gold import first_error
from eval.scorecard import Counts, Scorecard
from eval.verdicts import LeafVerdict, Verdict
from extractor.errors import ConfigurationError

BASELINE = "baseline.json"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BaselineField(_Frozen):
    """One field's strict scores."""

    precision: float | None
    recall: float | None
    f1: float | None
    counts: Counts


class BaselineLeaf(_Frozen):
    """One leaf on the strict track; null on both sides and a correct value go without saying."""

    document: str
    path: str
    gold_pointer: str | None
    verdict: Verdict
    predicted: Any = None


class Baseline(_Frozen):
    """What a later evaluation is held to. Times are in UTC, hashes SHA-256.

    ``tolerances``: by field path, the drop in strict F1 that is let pass.
    """

    format: Literal[1] = 1
    run: str | None
    date: datetime.date
    reason: str
    model: str | None
    prompt_version: str | None
    schema_hash: str | None
    scorer_hash: str
    gold_hash: str
    documents: tuple[str, ...]
    f1: float | None = Field(description="strict micro F1")
    tolerances: dict[str, float] = Field(default_factory=dict)
    fields: dict[str, BaselineField]
    leaves: tuple[BaselineLeaf, ...]

    def verdicts(self) -> list[LeafVerdict]:
        """The leaves as far as they are known here: without gold and correct values."""
        return [
            LeafVerdict(
                document=leaf.document,
                path=leaf.path,
                gold_pointer=leaf.gold_pointer,
                predicted_pointer=None,
                gold=None,
                predicted=leaf.predicted,
                strict=leaf.verdict,
                lenient=None,
            )
            for leaf in self.leaves
        ]


def make_baseline(
    card: Scorecard,
    scorer_hash: str,
    reason: str,
    date: datetime.date,
    tolerances: Mapping[str, float] | None = None,
) -> Baseline:
    """The baseline that a scorecard sets.

    Raises ``ConfigurationError`` for a tolerance outside 0-1 or of a field that is not scored, and
    for a scorecard that does not say which gold it is of.
    """
    known = {row.path for row in card.fields}
    for path, tolerance in (tolerances or {}).items():
        if path not in known:
            raise ConfigurationError(f"tolerance of {path}: no such field; see `baseline show`")
        if not 0 <= tolerance <= 1:
            raise ConfigurationError(f"tolerance of {path}: {tolerance} is not between 0 and 1")
    if card.meta.gold_hash is None:
        raise ConfigurationError("the scorecard does not name its gold: evaluate anew")
    return Baseline(
        run=card.meta.run,
        date=date,
        reason=reason,
        model=card.meta.model,
        prompt_version=card.meta.prompt_version,
        schema_hash=card.meta.schema_hash,
        scorer_hash=scorer_hash,
        gold_hash=card.meta.gold_hash,
        documents=tuple(row.id for row in card.documents),
        f1=card.strict.f1,
        tolerances={path: value for path, value in (tolerances or {}).items() if value},
        fields={
            row.path: BaselineField(
                precision=row.strict.precision,
                recall=row.strict.recall,
                f1=row.strict.f1,
                counts=row.strict.counts,
            )
            for row in card.fields
        },
        leaves=tuple(
            BaselineLeaf(
                document=one.document,
                path=one.path,
                gold_pointer=one.gold_pointer,
                verdict=one.strict,
                predicted=None if one.strict is Verdict.COR else one.predicted,
            )
            for one in card.verdicts
            if one.strict is not None and one.strict is not Verdict.NON
        ),
    )


def load_baseline(path: Path) -> Baseline | None:
    """Read a baseline, ``None`` if there is none. Raises ``ConfigurationError`` for other files."""
    try:
        return Baseline.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from None
    except ValidationError as error:
        raise ConfigurationError(f"{path}: {first_error(error)}; set the baseline anew") from None


def save_baseline(baseline: Baseline, path: Path) -> None:
    """Write a baseline, whole or not at all; a leaf a line, so that changes can be read.

    Raises ``ConfigurationError`` if it cannot be written.
    """
    plain = baseline.model_dump(mode="json")
    leaves = plain.pop("leaves")
    head = json_text(plain).rstrip().removesuffix("}").rstrip()
    lines = ",\n".join(f"    {json_line(leaf).rstrip()}" for leaf in leaves)
    try:
        write_atomic(path, f'{head},\n  "leaves": [\n{lines}\n  ]\n}}\n')
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be written: {error.strerror}") from None
