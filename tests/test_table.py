"""The table for people: values beside their mentions, and nothing that steers a terminal."""

from __future__ import annotations

import io
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from extractor.extraction import Evidence, Extraction, Status
from extractor.run.table import dotted, plain, shown, to_table
from tests.support.fake_extractor import TEXT, Recipe, make_extraction


def table(extraction: Extraction[Any], text: str | None = None, width: int = 140) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(to_table(extraction, text))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_table_shows_each_value_beside_its_mention() -> None:
    text = table(make_extraction(), TEXT)
    lines = {line.split()[0]: line for line in text.splitlines() if line.split()}
    assert "about 3" in lines["eggs"]
    assert "Plain soup. Beat about 3 eggs into the broth" in lines["eggs"]
    assert "✓ verbatim" in lines["eggs"]
    assert "0.75" in lines["eggs"]
    assert "≈ normalised" in lines["steps[0].minutes"]
    assert "✗ ungrounded" in lines["steps[0].text"]
    assert "not found in the article" in lines["steps[0].text"]
    assert "? review" in lines["vegan"]
    assert "yes" in lines["vegan"]
    assert "not stated: note\n" in text.replace(" \n", "\n").replace("  ", "")
    assert "! steps[0].text: these words are not in the article" in text
    assert "100 computed and 200 cached (67%), 40 generated, 1.5 s" in " ".join(text.split())
    assert "valid · 3 of 4 values grounded · 2 requests" in text


def test_without_the_article_the_mention_alone_is_shown() -> None:
    text = table(make_extraction())
    assert "about 3 eggs" in text
    assert "into the broth" not in text


def test_ungrounded_is_red_and_doubtful_yellow() -> None:
    console = Console(
        file=io.StringIO(), width=140, force_terminal=True, color_system="standard", no_color=False
    )
    console.print(to_table(make_extraction()))
    assert isinstance(console.file, io.StringIO)
    coloured = console.file.getvalue()
    assert "\x1b[1;31m✗ ungrounded" in coloured
    assert "\x1b[33m? review" in coloured
    assert "\x1b[2mnot stated: note" in coloured


def test_nothing_in_an_article_steers_the_terminal() -> None:
    nasty = "[bold]x[/bold] \x1b[31mred\x07 \u202egnp.exe\x9b2J \ud800"
    record = Recipe.model_construct(title=nasty, note=nasty)
    evidence = {"/title": (Evidence(0, len(nasty), nasty, Status.VERBATIM),)}
    text = table(make_extraction(nasty, record=record, evidence=evidence), nasty)
    assert "[bold]x[/bold]" in text
    assert not {"\x1b", "\x07", "\u202e", "\x9b", "\ud800"} & {*text}


@given(st.text(), st.text(max_size=400))
def test_plain_and_shown_are_single_printable_lines(text: str, value: str) -> None:
    for line in (plain(text), shown(value), dotted("/" + text)):
        assert len(line.splitlines()) <= 1
    assert len(shown(value)) <= 120


def test_pointers_read_as_paths() -> None:
    assert dotted("/arrests/0/count") == "arrests[0].count"
    assert dotted("/a~1b/c~0d") == "a/b.c~d"
    assert dotted("") == "record"
    assert shown({"value": 7, "bound": "at_least"}) == "at least 7"
    assert shown({"value": 7, "bound": "exact"}) == "7"
    assert shown([1, None, "x"]) == "1, , x"
