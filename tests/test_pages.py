"""The scripts that fill the pages, on invented gold."""

from __future__ import annotations

import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.evaluation import evaluate
from eval.gold import save
from extractor.run.render import to_json_line
from tests.support.mini_gold import ARTICLES, Cook, Soup, extraction, gold_document, write_gold
from tests.support.tool_scripts import load
from tools.pages import PageError, blocks, fenced, filled, names, part

PAGE = "# Soups\n\n<!-- a -->\n\nold\n\n<!-- /a -->\n\nbetween\n\n<!-- b -->\n<!-- /b -->\n"


@pytest.fixture
def kitchen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with gold, two passes, one finished run and a page to fill."""
    monkeypatch.chdir(tmp_path)
    gold = write_gold(tmp_path / "gold")
    for name in "ab":
        shutil.copytree(gold / "annotations", gold / "annotators" / name)
    other = gold_document("leek")
    changed = other.model_copy(update={"record": {**other.record, "title": "Leek stew"}})
    save(changed, gold / "annotators" / "b" / "leek.json")
    page = "<!-- {0} -->\n<!-- /{0} -->\n"
    (tmp_path / "README.md").write_text(page.format("scorecard") + page.format("agreement"))
    (gold / "README.md").write_text(page.format("counts") + page.format("agreement"))
    cook = Cook(changes={"pea": {"vegan": None}})
    evaluate(gold, Soup, cook, runs=tmp_path / "runs")
    return tmp_path


# --- pages ---


def test_a_part_is_replaced_and_the_rest_stays() -> None:
    page = filled(PAGE, "a", "new\n")
    assert page == PAGE.replace("old", "new")
    assert (part(page, "a"), part(page, "b")) == ("new", "")


@given(st.text(alphabet=st.characters(exclude_characters="\r<", exclude_categories=["Cs"])))
def test_filling_keeps_the_content_and_can_be_repeated(content: str) -> None:
    page = filled(PAGE, "b", content)
    assert part(page, "b").strip() == content.strip()
    assert filled(page, "b", content) == page
    assert filled(page, "b", "x") == filled(PAGE, "b", "x")
    assert names(page) == ["a", "b"]


@pytest.mark.parametrize(
    "page",
    [
        "<!-- a -->\n",
        "<!-- /a -->\n<!-- a -->\n",
        "<!-- a -->\n<!-- b -->\n<!-- /a -->\n<!-- /b -->",
    ],
)
def test_a_marker_without_its_partner_is_told(page: str) -> None:
    with pytest.raises(PageError, match="come in pairs"):
        names(page)


def test_an_unknown_part_is_told() -> None:
    with pytest.raises(PageError, match="no part 'c'"):
        filled(PAGE, "c", "x")


def test_blocks_are_read_by_language() -> None:
    page = f"{fenced('a = 1', 'python')}\n\ntext\n\n{fenced('make it', 'sh')}\n"
    assert (blocks(page, "python"), blocks(page, "sh")) == (["a = 1\n"], ["make it\n"])


# --- fill ---


def test_standard_input_goes_between_the_markers(
    kitchen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a  b\n"))
    assert load("fill").main(["--text", "README.md", "scorecard"]) == 0
    assert part((kitchen / "README.md").read_text(), "scorecard") == fenced("a  b")


def test_empty_input_changes_nothing(kitchen: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (kitchen / "README.md").read_bytes()
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    assert load("fill").main(["README.md", "scorecard"]) == 1
    assert (kitchen / "README.md").read_bytes() == before


# --- scorecard ---


def test_the_scorecard_is_the_run_s(kitchen: Path) -> None:
    assert load("scorecard").main(["--page", "README.md"]) == 0
    found = part((kitchen / "README.md").read_text(), "scorecard")
    scores = next((kitchen / "runs").glob("*/scores.json"))
    card = json.loads(scores.read_text())
    assert f"| {card['strict']['f1']:.3f} (" in _line(found, "| strict micro |")
    assert _line(found, "| `vegan` |").startswith("| `vegan` | 1 | 0 | 0 | 0 | 1 | 0 |")
    assert f"Run `{scores.parent.name}`" in found
    assert {_line(found, f"| `{id}` |").count("|") for id in ARTICLES} == {8}


def test_a_run_of_other_gold_is_refused(kitchen: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changed = gold_document("leek").model_copy(update={"unscorable": {"/title": "torn page"}})
    save(changed, kitchen / "gold" / "annotations" / "leek.json")
    before = (kitchen / "README.md").read_bytes()
    assert load("scorecard").main(["--page", "README.md"]) == 2
    assert "is of other gold than gold" in capsys.readouterr().err
    assert (kitchen / "README.md").read_bytes() == before


def test_without_a_run_one_line_tells_how_to_make_one(
    kitchen: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(kitchen / "runs")
    assert load("scorecard").main(["--page", "README.md"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "extractor eval" in error


# --- agreement ---


def test_agreement_and_counts_go_into_both_pages(kitchen: Path) -> None:
    assert load("agreement").main(["--readme", "README.md"]) == 0
    card = (kitchen / "gold" / "README.md").read_text()
    brief = part((kitchen / "README.md").read_text(), "agreement")
    difference = '- `leek` `title`: "Leek soup" in a, "Leek stew" in b'
    assert difference in brief
    assert difference in part(card, "agreement")
    assert "| `title` | 0.667 |" in part(card, "agreement")
    words = sum(len(text.split()) for text in ARTICLES.values())
    assert _line(part(card, "counts"), "| `all` |").startswith(f"| `all` | {words} |")


def test_one_pass_is_no_agreement(kitchen: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(kitchen / "gold" / "annotators" / "b")
    assert load("agreement").main(["--readme", "README.md"]) == 2
    assert "1 passes; two are compared" in capsys.readouterr().err


# --- picture ---


def draw(kitchen: Path, *arguments: str) -> str:
    results = kitchen / "results.jsonl"
    results.write_text("".join(to_json_line(extraction(id)) for id in sorted(ARTICLES)))
    schema = ("--schema", "tests.support.mini_gold:Soup")
    made = kitchen / "picture.svg"
    assert load("picture").main([str(results), *schema, *arguments, "-o", str(made)]) == 0
    return made.read_text(encoding="utf-8")


def words(svg: str) -> str:
    return re.sub(r"<[^>]+>", " ", svg).replace("&#160;", " ")


def test_the_picture_shows_the_command_and_its_table(kitchen: Path) -> None:
    shown = words(draw(kitchen, "--article", "leek"))
    for wanted in ("$ extractor run gold/articles/leek.txt", "Leek soup", "verbatim", "scripted"):
        assert wanted in shown
    assert "more lines" not in shown


def test_a_long_table_says_what_is_left_out(kitchen: Path) -> None:
    shown = words(draw(kitchen, "--article", "leek", "--lines", "5"))
    assert re.search(r"⋮ \d+ more lines", shown)
    assert "scripted" in shown  # the footer stays


def test_the_picture_loads_nothing_and_is_the_same_each_time(kitchen: Path) -> None:
    svg = draw(kitchen)
    assert svg == draw(kitchen)
    assert "@font-face" not in svg
    assert not re.search(r"(?:href|src|url)\s*[=(:]\s*[\"']?https?:", svg)


def test_a_missing_result_is_told(kitchen: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draw(kitchen)
    arguments: list[Any] = [str(kitchen / "results.jsonl"), "--article", "stew"]
    assert load("picture").main([*arguments, "--schema", "tests.support.mini_gold:Soup"]) == 2
    assert "no result of stew; there is beet, leek, pea" in capsys.readouterr().err


def _line(text: str, start: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(start))
