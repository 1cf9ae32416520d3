"""``extractor calibrate``: gold and recorded replies in, a schema's calibration out.

This module owns the collecting of samples, the words of the report and the file. The fit and its
test are ``fitting``'s, the measures ``calibration``'s.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from eval.calibration import is_predicted, measured
from eval.dataset import load_set
from eval.evaluation import Evaluation, IncompleteError, Job, perform, replay_settings
from eval.files import write_atomic
from eval.fitting import Sample, chance_of, fit, left_out
from eval.runs import prediction_of
from eval.scorecard import ConfidenceScore
from eval.verdicts import Verdict
from extractor.errors import ConfigurationError
from extractor.grounding.ground import is_grounded
from extractor.pipeline import Extractor
from extractor.record.confidence import path_of
from extractor.settings import ReplayMode
from schemas.calibration import Calibration

_FLAGS = ("right", "grounded", "flagged")


@dataclass(frozen=True, slots=True)
class Row:
    """The measures of one way to be confident, over the same leaves."""

    name: str
    score: ConfidenceScore


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What came of it. ``rows``: the ways compared; ``samples``: what it was fitted on."""

    calibration: Calibration
    rows: tuple[Row, ...]
    samples: tuple[Sample, ...]


def calibrate(
    fitted: Sequence[Path],
    tested: Sequence[Path],
    schema: type[BaseModel],
    replay: ReplayMode,
    known: Sequence[Sample] = (),
) -> Calibrated:
    """Fit a calibration on the gold folders ``fitted`` and samples ``known``, and measure it.

    Left out by article on the same, and as it is on the folders ``tested``, which it has not seen.
    Raises ``IncompleteError`` for a reply that is not recorded, ``GoldError`` for unusable gold.
    """
    samples = list(known)
    for folder in fitted:
        samples += _samples(folder, schema, replay)
    try:
        calibration = fit(samples, Extractor(schema).model)
        apart = left_out(samples)
    except ValueError as error:
        raise ConfigurationError(f"cannot calibrate: {error}") from None
    rows = [
        *_rows("probability of the answer", [one.probability for one in samples], samples),
        *_rows("calibrated, each article left out", apart, samples),
    ]
    for folder in tested:
        unseen = _samples(folder, schema, replay)
        name = f"{folder} (not fitted on)"
        rows += _rows(f"{name}: probability", [one.probability for one in unseen], unseen)
        chances = [chance_of(one, calibration) for one in unseen]
        rows += _rows(f"{name}: calibrated", chances, unseen)
    return Calibrated(calibration, tuple(rows), tuple(samples))


def read_samples(path: Path) -> list[Sample]:
    """Samples of a file that `save_samples` wrote. Raises ``ConfigurationError`` for another."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [
                Sample(
                    row["document"],
                    row["path"],
                    float(row["probability"]),
                    *(row[name] == "1" for name in _FLAGS),
                )
                for row in csv.DictReader(file)
            ]
    except (OSError, KeyError, ValueError) as error:
        raise ConfigurationError(f"{path}: no file of samples ({error})") from None


def save_samples(samples: Sequence[Sample], path: Path) -> None:
    """Write samples as CSV: no text of any article is in it. Raises ``ConfigurationError``."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["document", "path", "probability", *_FLAGS])
    for one in samples:
        flags = (int(getattr(one, name)) for name in _FLAGS)
        writer.writerow([one.document, one.path, one.probability, *flags])
    _write(path, text.getvalue())


def save(calibration: Calibration, path: Path) -> None:
    """Write the calibration's file, whole or not at all. Raises ``ConfigurationError``."""
    _write(path, calibration.to_json())


def _write(path: Path, text: str) -> None:
    try:
        write_atomic(path, text)
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be written: {error.strerror}") from None


def report(found: Calibrated) -> str:
    """The measures as a Markdown table, which a terminal shows as well."""
    lines = [
        f"Fitted on {found.calibration.fitted_on}; slope {found.calibration.slope:.2f}.",
        "",
        "| confidence | leaves | right | Brier | calibration error | risk at 80 % | at 90 % |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in found.rows:
        score = row.score
        right = 1 - score.risk_coverage[-1].risk
        lines.append(
            f"| {row.name} | {score.leaves} | {right:.3f} | {score.brier:.3f} "
            f"| {score.calibration_error:.3f} | {_risk(score, 0.8):.3f} | {_risk(score, 0.9):.3f} |"
        )
    return "\n".join(lines)


def _risk(score: ConfidenceScore, coverage: float) -> float:
    """The share of wrong leaves among the most confident ones, at the coverage or just above."""
    return next(point.risk for point in score.risk_coverage if point.coverage >= coverage - 1e-9)


def _rows(name: str, chances: Sequence[float], samples: Sequence[Sample]) -> Iterator[Row]:
    score = measured([(one, sample.right) for one, sample in zip(chances, samples, strict=True)])
    if score is not None:
        yield Row(name, score)


def _samples(folder: Path, schema: type[BaseModel], replay: ReplayMode) -> list[Sample]:
    settings = replay_settings(folder, replay)
    extractor = Extractor(schema, settings, calibrated=False)
    done = asyncio.run(perform(Job(load_set(folder), schema, extractor, settings)))
    if done.scorecard is None:
        raise IncompleteError(done.why_incomplete() or f"{folder}: nothing was answered")
    return list(_outcomes(done))


def _outcomes(done: Evaluation) -> Iterator[Sample]:
    for verdict in done.scorecard.verdicts if done.scorecard else ():
        pointer = verdict.predicted_pointer or ""
        line = done.lines.get(verdict.document, {})
        known = (line.get("confidence") or {}).get(pointer)
        if known is None or not is_predicted(verdict):
            continue
        yield Sample(
            document=verdict.document,
            path=path_of(pointer),
            probability=known,
            right=verdict.strict is Verdict.COR,
            grounded=is_grounded(prediction_of(line).evidence.get(pointer, ())),
            flagged=pointer in (line.get("issues") or {}),
        )
