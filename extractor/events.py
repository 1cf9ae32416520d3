"""What an ``Extractor`` reports while it works.

This module owns the events; the pipeline sends them, ``batch`` counts them and the command line
shows them. An event is a fact about the past and asks for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from extractor.extraction import Usage


@dataclass(frozen=True, slots=True)
class SectionStarted:
    """A section's request is about to be sent; ``number`` counts from 1 to ``total``."""

    article_id: str
    section: str
    number: int
    total: int


@dataclass(frozen=True, slots=True)
class SectionDone:
    """A section is finished.

    ``values``: field name → value, as grounded so far; empty if the section failed. ``usage``: what
    this section cost. ``issue``: why it failed or what a check found, in one line, or ``None``.
    """

    article_id: str
    section: str
    values: Mapping[str, object]
    usage: Usage
    issue: str | None = None


Event: TypeAlias = SectionStarted | SectionDone
OnEvent: TypeAlias = Callable[[Event], None]
