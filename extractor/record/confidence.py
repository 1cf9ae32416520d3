"""The confidence of a record's leaves: the chance that each is right, not just likely to be said.

A model's probability says how sure it is of its answer. What that is worth differs by field and by
evidence; a schema's calibration (`schemas.calibration`) says how. This module owns its application
alone: fitting is ``eval.fitting``'s.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence

from extractor.extraction import Evidence
from extractor.grounding.ground import is_grounded
from schemas.calibration import Calibration

_LEAST = 0.001
"""Probabilities nearer to 0 or 1 are all alike: a four-digit one is no better known."""


def log_odds(probability: float) -> float:
    """The log-odds of a probability, cut at those of 0.001 and 0.999."""
    kept = min(max(probability, _LEAST), 1 - _LEAST)
    return math.log(kept / (1 - kept))


def path_of(pointer: str) -> str:
    """The field a JSON pointer leads to: "/arrests/0/men" is "arrests[].men"."""
    return re.sub(r"/\d+(?=/|$)", "[]", pointer).strip("/").replace("/", ".")


def calibrated(
    raw: Mapping[str, float],
    evidence: Mapping[str, Sequence[Evidence]],
    flagged: Collection[str],
    calibration: Calibration,
) -> dict[str, float]:
    """The chance of being right, 0–1, of every leaf with a raw confidence.

    ``evidence`` and ``flagged`` (what a check found something about) by JSON pointer.
    """
    return {
        pointer: chance(
            calibration,
            path_of(pointer),
            probability,
            grounded=is_grounded(evidence.get(pointer, ())),
            flagged=pointer in flagged,
        )
        for pointer, probability in raw.items()
    }


def chance(
    calibration: Calibration,
    path: str,
    probability: float,
    *,
    grounded: bool = True,
    flagged: bool = False,
) -> float:
    """The chance of being right, 0–1, of one leaf whose answer had this probability."""
    total = (
        calibration.intercept
        + calibration.slope * log_odds(probability)
        + calibration.paths.get(path, 0.0)
        + (0.0 if grounded else calibration.ungrounded)
        + (calibration.flagged if flagged else 0.0)
    )
    return 1 / (1 + math.exp(-total))
