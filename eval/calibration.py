"""How well the confidence of predicted leaves tells right from wrong.

This module owns three measures over the leaves that a system filled, on the strict track: the Brier
score (Brier 1950: mean squared difference of confidence and outcome), the expected calibration
error (Naeini et al. 2015, ten bins of equal width) and the risk–coverage curve (El-Yaniv and Wiener
2010: the share of wrong leaves among the most confident ones). It changes no confidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from eval.scorecard import ConfidenceScore, RiskPoint
from eval.verdicts import LeafVerdict, Verdict

BINS = 10
_POINTS = 20  # of the risk–coverage curve


def confidence_score(
    verdicts: Iterable[LeafVerdict], confidence: Mapping[str, Mapping[str, float]]
) -> ConfidenceScore | None:
    """The measures over every predicted leaf in the totals that has a confidence.

    ``confidence``: document id → JSON pointer → 0–1. ``None`` if there is no such leaf.
    """
    pairs = [
        (known, verdict.strict is Verdict.COR)
        for verdict in verdicts
        if is_predicted(verdict)
        for known in [confidence.get(verdict.document, {}).get(verdict.predicted_pointer or "")]
        if known is not None
    ]
    return measured(pairs)


def is_predicted(verdict: LeafVerdict) -> bool:
    """Whether a verdict is about a leaf in the totals that the system filled."""
    return verdict.in_totals and verdict.strict in (Verdict.COR, Verdict.SUB, Verdict.SPU)


def measured(pairs: Sequence[tuple[float, bool]]) -> ConfidenceScore | None:
    """The measures over pairs of a confidence and whether the leaf was right."""
    if not pairs:
        return None
    return ConfidenceScore(
        leaves=len(pairs),
        brier=sum((known - right) ** 2 for known, right in pairs) / len(pairs),
        calibration_error=_calibration_error(pairs),
        risk_coverage=_risk_coverage(pairs),
    )


def _calibration_error(pairs: Sequence[tuple[float, bool]]) -> float:
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for known, right in pairs:
        bins[min(int(known * BINS), BINS - 1)].append((known, right))
    gaps = (abs(sum(known - right for known, right in one)) for one in bins)
    return sum(gaps) / len(pairs)


def _risk_coverage(pairs: Sequence[tuple[float, bool]]) -> tuple[RiskPoint, ...]:
    """The curve at evenly spaced coverages; leaves of equal confidence are taken together."""
    ordered = sorted(pairs, key=lambda pair: -pair[0])
    points: list[RiskPoint] = []
    wrong = 0
    for number, (known, right) in enumerate(ordered, start=1):
        wrong += not right
        last = number == len(ordered)
        if not last and ordered[number][0] == known:
            continue
        coverage = number / len(ordered)
        if last or coverage >= (len(points) + 1) / _POINTS:
            points.append(RiskPoint(coverage=coverage, risk=wrong / number))
    return tuple(points)
