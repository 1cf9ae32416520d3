"""How the probability of a model's answer becomes the chance that the value is right.

This module owns the numbers of a calibration and their file. They are fitted by ``extractor
calibrate`` on articles with gold, and applied by the extractor to the leaves of every record.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logistic calibration (Platt 1999) with an offset for each field.

    The log-odds of being right are ``intercept`` + ``slope`` × the log-odds of the answer + the
    offset of the leaf's path in ``paths`` ("arrests[].men"; 0 if it is not there) + ``ungrounded``
    if no words support the value + ``flagged`` if a check found something about it. ``model``: the
    one whose answers it was fitted on; it says nothing of others. ``fitted_on``: how many leaves of
    how many articles, for the reader.
    """

    model: str
    intercept: float
    slope: float
    ungrounded: float
    flagged: float
    paths: Mapping[str, float] = field(default_factory=dict)
    fitted_on: str = ""

    def to_json(self) -> str:
        """The file's text; `calibration_of` reads it back."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"


def calibration_of(text: str) -> Calibration:
    """The calibration that a text holds. Raises ``ValueError`` or ``TypeError`` for another one."""
    found: dict[str, Any] = json.loads(text)
    return Calibration(**found)


@cache
def load_calibration(place: str) -> Calibration | None:
    """The calibration at "package:file"; ``None`` if there is no such file (not fitted yet)."""
    package, _, name = place.partition(":")
    resource = files(package).joinpath(name)
    return calibration_of(resource.read_text(encoding="utf-8")) if resource.is_file() else None
