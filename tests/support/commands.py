"""The command line in a test: a clean folder, a scripted pipeline, and calling commands.

A test module takes the fixtures over by assigning them.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from extractor.cli import app
from tests.support.fake_extractor import TEXT, Script

SCHEMA = ("--schema", "tests.support.fake_extractor:Recipe")


@pytest.fixture
def clean_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with three articles, an environment without settings, a wide terminal."""
    for name in [*os.environ]:
        if name.startswith("EXTRACTOR_") or name == "OPENAI_API_KEY":
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "user"))
    monkeypatch.setenv("COLUMNS", "140")
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in "abc":
        (folder / f"{name}.txt").write_text(TEXT, encoding="utf-8")
    return folder


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    """Stands in for the pipeline."""
    found = Script()
    module: Any = ModuleType("extractor.pipeline")
    module.Extractor = found.extractor
    monkeypatch.setitem(sys.modules, "extractor.pipeline", module)
    return found


def call(*arguments: str, input: bytes | None = None) -> Result:
    return CliRunner().invoke(app, [*arguments], input=input)


def errors(result: Result) -> list[str]:
    return [line for line in result.stderr.splitlines() if line.startswith("error: ")]
