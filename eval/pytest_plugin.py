"""A pytest plugin: assert on a field's F1 in your own tests.

This module owns the fixture ``extraction_scorecard`` and ``assert_f1``. It is loaded into every
pytest session of an environment that has this package, so it imports nothing of it until used.

    def test_eggs(extraction_scorecard):
        card = extraction_scorecard("gold", "recipes:Recipe")
        assert_f1(card, "eggs.value", at_least=0.9)
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import pytest

if TYPE_CHECKING:
    from pydantic import BaseModel

    from eval.scorecard import Scorecard
    from eval.systems import System

_MOST_SHOWN = 10  # wrong leaves in a message


class Evaluate(Protocol):
    """What the fixture ``extraction_scorecard`` gives."""

    def __call__(
        self,
        gold: Path | str = "gold",
        schema: type[BaseModel] | str | None = None,
        system: System | None = None,
    ) -> Scorecard:
        """The scorecard of ``eval.evaluate``, made once per session for the same arguments.

        ``gold``: a folder, relative to pytest's root. ``schema``: a model or ``module:Class``;
        without it the one the gold names. ``system``: an extractor, a function from text to record,
        or predictions by article id; without it recorded replies are replayed and no model is
        asked.
        """
        ...


@pytest.fixture(scope="session")
def extraction_scorecard(pytestconfig: pytest.Config) -> Evaluate:
    """Evaluate an extraction on gold: ``extraction_scorecard(gold, schema, system)``."""
    known: list[tuple[tuple[Any, ...], Scorecard]] = []

    def scorecard(
        gold: Path | str = "gold",
        schema: type[BaseModel] | str | None = None,
        system: System | None = None,
    ) -> Scorecard:
        asked = (str(gold), schema, system)
        for arguments, card in known:
            if arguments[:2] == asked[:2] and arguments[2] is system:
                return card
        card = _evaluate(pytestconfig.rootpath / gold, schema, system)
        known.append((asked, card))
        return card

    return scorecard


def assert_f1(
    card: Scorecard,
    field: str,
    at_least: float,
    track: Literal["strict", "lenient"] = "strict",
) -> None:
    """Assert that a field's F1 is high enough; the failure names each wrong leaf.

    ``field``: its path, list indices written ``[]``, or ``""`` for the micro average. An F1 without
    a denominator fails. Raises ``KeyError`` if there is no such field.
    """
    __tracebackhide__ = True
    score = getattr(card.field(field) if field else card, track)
    if score.f1 is not None and score.f1 >= at_least:
        return
    shown = "—" if score.f1 is None else f"{score.f1:.3f}"
    lines = [f"{track} F1 of {field or 'all fields'} is {shown}, not at least {at_least}"]
    wrong = _wrong(card, track, lambda path: path == field or not field)
    lines += wrong[:_MOST_SHOWN]
    if len(wrong) > _MOST_SHOWN:
        lines.append(f"  and {len(wrong) - _MOST_SHOWN} more")
    raise AssertionError("\n".join(lines))


def _wrong(card: Scorecard, track: str, wanted: Callable[[str], bool]) -> list[str]:
    from eval.report.figures import WRONG, place, value

    return [
        f"  {verdict} {leaf.document} {place(leaf)}: "
        f"gold {value(leaf.gold)}, predicted {value(leaf.predicted)}"
        for leaf in card.verdicts
        if (verdict := getattr(leaf, track)) in WRONG and wanted(leaf.path)
    ]


def _evaluate(gold: Path, schema: type[BaseModel] | str | None, system: System | None) -> Scorecard:
    from eval.evaluation import evaluate, replay_settings
    from extractor.schema.loading import load_schema

    model = load_schema(schema) if isinstance(schema, str) else schema
    settings = replay_settings(gold, "replay") if system is None else None
    return evaluate(gold, model, system, settings=settings)
