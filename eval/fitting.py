"""Fitting a calibration: from leaves with a known outcome to the numbers of `Calibration`.

This module owns the fit and its honest test. The fit is a logistic regression of right or wrong on
the log-odds of the model's answer (Platt 1999), with an offset for each field. Offsets are drawn to
0, that of a value without evidence and that of a flagged one to a prior below it, by a quadratic
penalty: the maximum a posteriori estimate under normal priors, so a field with few leaves stays
near the common line. The test leaves out one article at a time: no article's leaves are judged by
a fit that has seen any of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from extractor.record.confidence import chance, log_odds
from schemas.calibration import Calibration

Floats = NDArray[np.float64]

_SPREAD = 0.7
"""Standard deviation of the fields' offsets, in log-odds: most lie within a factor of 4."""
_LOOSE = 3.0
"""The same for intercept and slope: hardly drawn at all."""
_BELOW = -1.4
"""Prior of what has no evidence or is flagged: a quarter of the odds."""
_PRIOR_SLOPE = 1.0  # the probability as it is
_STEPS = 100
_CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Sample:
    """One predicted leaf: its article, its field's path, the answer's probability, the outcome."""

    document: str
    path: str
    probability: float
    right: bool
    grounded: bool = True
    flagged: bool = False


def fit(samples: Sequence[Sample], model: str) -> Calibration:
    """The calibration that explains the samples best. Raises ``ValueError`` for no samples."""
    if not samples:
        raise ValueError("there is nothing to fit: no predicted leaf has a confidence")
    paths = sorted({sample.path for sample in samples})
    features = np.array([_features(sample, paths) for sample in samples])
    outcomes = np.array([float(sample.right) for sample in samples])
    prior = np.array([0.0, _PRIOR_SLOPE, _BELOW, _BELOW, *[0.0] * len(paths)])
    spread = np.array([_LOOSE, _LOOSE, _SPREAD, _SPREAD, *[_SPREAD] * len(paths)])
    found = _solve(features, outcomes, prior, spread**-2.0)
    intercept, slope, ungrounded, flagged, *offsets = (round(float(one), 4) for one in found)
    documents = {sample.document for sample in samples}
    return Calibration(
        model=model,
        intercept=intercept,
        slope=slope,
        ungrounded=ungrounded,
        flagged=flagged,
        paths=dict(zip(paths, offsets, strict=True)),
        fitted_on=f"{len(samples)} leaves of {len(documents)} articles",
    )


def _features(sample: Sample, paths: Sequence[str]) -> list[float]:
    known = [float(sample.path == path) for path in paths]
    return [
        1.0,
        log_odds(sample.probability),
        float(not sample.grounded),
        float(sample.flagged),
        *known,
    ]


def _solve(features: Floats, outcomes: Floats, prior: Floats, weight: Floats) -> Floats:
    """Newton's method on the penalised log-likelihood, which is strictly concave."""
    found = prior.copy()
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(-(features @ found)))
        gradient = features.T @ (outcomes - chances) - weight * (found - prior)
        curvature = (features.T * (chances * (1 - chances))) @ features + np.diag(weight)
        step = np.linalg.solve(curvature, gradient)
        # A full step can overshoot where the curve is flat; a shorter one cannot.
        found = found + step / max(1.0, float(np.abs(step).max()))
        if float(np.abs(step).max()) < _CLOSE:
            break
    return found


def chance_of(sample: Sample, calibration: Calibration) -> float:
    """What a calibration says of a sample."""
    return chance(
        calibration,
        sample.path,
        sample.probability,
        grounded=sample.grounded,
        flagged=sample.flagged,
    )


def left_out(samples: Sequence[Sample]) -> list[float]:
    """The chance of each sample by the fit on all articles but its own, in the samples' order.

    Raises ``ValueError`` for samples of fewer than two articles.
    """
    documents = {sample.document for sample in samples}
    if len(documents) < 2:
        raise ValueError("one article cannot be left out of one: give more")
    fits: Mapping[str, Calibration] = {
        one: fit([sample for sample in samples if sample.document != one], "") for one in documents
    }
    return [chance_of(sample, fits[sample.document]) for sample in samples]
