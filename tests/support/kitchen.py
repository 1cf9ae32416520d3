"""The commands of ``eval`` in a test: mounted, on a folder with gold, with a scripted pipeline.

A test module takes the fixtures over by assigning them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from typer.testing import Result

from extractor.events import Event, SectionStarted
from extractor.settings import Settings
from tests.support.commands import clean_folder as clean_folder
from tests.support.commands import errors
from tests.support.mini_gold import Cook, write_gold

ENTRIES = {
    "baseline": "eval.cli:baseline",
    "diff": "eval.cli:diff",
    "eval": "eval.cli:evaluate",
    "gold": "eval.gold_commands:app",
}


class Pipeline:
    """Stands in for the pipeline: the cook of the day, and with which settings it was asked for."""

    def __init__(self) -> None:
        self.cook = Cook()
        self.settings: list[Settings] = []

    def extractor(
        self,
        schema: type,
        settings: Settings,
        *,
        on_event: Callable[[Event], None] | None = None,
    ) -> Cook:
        assert schema.__name__ == "Soup"
        self.settings.append(settings)
        if on_event is not None:
            on_event(SectionStarted("leek", "eggs", 1, 2))
        return self.cook


@pytest.fixture
def kitchen(clean_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    """A working folder with gold, the commands mounted, and a scripted pipeline."""
    write_gold(clean_folder / "gold")
    for name in ("CI", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    found = [EntryPoint(name, value, "extractor.commands") for name, value in ENTRIES.items()]
    monkeypatch.setattr(
        "extractor.command_group.entry_points", lambda group: found if group else []
    )
    pipeline = Pipeline()
    module: Any = ModuleType("extractor.pipeline")
    module.Extractor = pipeline.extractor
    monkeypatch.setitem(sys.modules, "extractor.pipeline", module)
    return pipeline


def told(result: Result, why: str, code: int = 2) -> None:
    assert result.exit_code == code, result.output
    (line,) = errors(result)
    assert why in line
