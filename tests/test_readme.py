"""The pages keep their promises: the example runs, links lead somewhere, commands exist."""

from __future__ import annotations

import os
import re
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from typer.main import get_command

from extractor.cli import app
from extractor.command_group import BUILT_IN
from extractor.sections.plan import plan
from tests.support.tool_scripts import ROOT, load
from tools.pages import blocks, fenced, names, part

PAGES = sorted(
    path.relative_to(ROOT)
    for pattern in ("*.md", "docs/*.md", "gold/README.md")
    for path in ROOT.glob(pattern)
)
MOST_LINES = 10  # of the example

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_MAKE = re.compile(r"(?:^|`)make ([a-z][a-z-]+)", re.MULTILINE)
_EXTRACTOR = re.compile(r"(?:^|`|bin/|CI= )extractor ([a-z]+)", re.MULTILINE)


def text(page: Path | str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


# --- the examples ---


def test_the_example_prints_what_the_readme_shows(tmp_path: Path) -> None:
    """If it fails for want of a recorded reply: ``extractor eval``, then ``tools/example``."""
    code = blocks(text("README.md"), "python")[0]
    printed = load("example").run(code, {**os.environ, "XDG_CONFIG_HOME": str(tmp_path)})
    assert printed.strip()
    assert part(text("README.md"), "example") == fenced(printed)


def test_the_example_is_short() -> None:
    code = blocks(text("README.md"), "python")[0]
    assert len([line for line in code.splitlines() if line.strip()]) <= MOST_LINES


def test_the_example_asks_no_model_and_takes_no_setting_along() -> None:
    given = {"EXTRACTOR_MODEL": "other", "OPENAI_API_KEY": "secret", "PATH": "/bin"}
    assert load("example").environment(given).items() >= {
        ("EXTRACTOR_REPLAY", "replay"),
        ("EXTRACTOR_RESPONSES_DIR", "gold/responses"),
        ("PATH", "/bin"),
    }
    assert not load("example").environment(given).keys() & {"EXTRACTOR_MODEL", "OPENAI_API_KEY"}


def test_the_schema_of_the_readme_can_be_asked() -> None:
    names_: dict[str, Any] = {"__name__": "recipe"}
    exec(blocks(text("README.md"), "python")[1], names_)
    assert [section.fields for section in plan(names_["Recipe"])] == [
        ("title", "serves"),
        ("ingredients",),
    ]


def test_the_dataset_card_shows_code_that_runs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    exec(blocks(text("gold/README.md"), "python")[0], {})
    assert "alternatives" in capsys.readouterr().out


def test_the_guide_s_page_is_cut_from_the_example() -> None:
    known = [_flat(text(f"examples/{name}.py")) for name in ("recall", "recall_guide")]
    for block in blocks(text("docs/guides.md"), "python"):
        assert any(_flat(block) in one for one in known), f"not in examples/recall*.py:\n{block}"


def _flat(code: str) -> str:
    return "\n".join(line.strip() for line in textwrap.dedent(code).strip().splitlines())


# --- links ---


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    lost = [target for target in _LINK.findall(text(page)) if not _leads(page, target)]
    assert not lost


def _leads(page: Path, target: str) -> bool:
    if re.match(r"[a-z]+:", target):
        return True
    path, _, anchor = target.partition("#")
    found = (ROOT / page).parent / unquote(path) if path else ROOT / page
    if not found.exists():
        return False
    return not anchor or anchor in _anchors(found.read_text(encoding="utf-8"))


def _anchors(page: str) -> set[str]:
    """As GitHub makes them of headings."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in _HEADING.findall(page)
    }


# --- commands ---


def test_make_targets_are_there() -> None:
    there = set(re.findall(r"^([a-z][a-z-]*):", text("Makefile"), re.MULTILINE))
    assert {name for _, name in _named(_MAKE)} <= there


def test_commands_are_there() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    own = getattr(get_command(app), "commands", {})
    plugins = project["entry-points"]["extractor.commands"]
    there = {*own, *(entry.name for entry in BUILT_IN), *plugins}
    assert {name for _, name in _named(_EXTRACTOR)} <= there


def _named(pattern: re.Pattern[str]) -> Iterator[tuple[Path, str]]:
    """Commands in code: in fenced blocks, and between backticks."""
    for page in PAGES:
        code = "\n".join(blocks(text(page), "sh"))
        spans = re.findall(r"`[^`\n]+`", re.sub(r"^```.*?^```$", "", text(page), flags=re.M | re.S))
        for name in pattern.findall("\n".join([code, *spans])):
            yield page, name


def test_the_commands_that_open_the_readme_come_first() -> None:
    assert blocks(text("README.md"), "sh")[0].split("\n")[:2] == ["make extract", "make test"]


# --- parts that commands fill ---


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_markers_come_in_pairs(page: Path) -> None:
    assert len(names(text(page))) == len(set(names(text(page))))


def test_the_pages_have_the_parts_that_the_scripts_fill() -> None:
    assert {"example", "scorecard", "agreement"} <= set(names(text("README.md")))
    assert {"counts", "agreement"} == set(names(text("gold/README.md")))
