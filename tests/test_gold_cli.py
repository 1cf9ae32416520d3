"""`extractor gold`: words, files, exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval.dataset import load_document, load_set
from eval.gold import load, save
from tests.support import kitchen as support
from tests.support.commands import call
from tests.support.kitchen import told
from tests.support.mini_gold import ARTICLES, QUOTES, SOUPS

clean_folder, kitchen = support.clean_folder, support.kitchen
pytestmark = pytest.mark.usefixtures("kitchen")


def test_clean_gold_is_clean() -> None:
    result = call("gold", "check")
    assert result.exit_code == 0, result.output
    assert "3 articles: nothing wrong" in result.stdout


def test_no_gold_is_not_clean_gold() -> None:
    told(call("gold", "check", "--gold", "nowhere"), "no articles")


def _damage(name: str, **changes: Any) -> None:
    path = Path(f"gold/annotations/{name}.json")
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda: _damage("leek", record={**SOUPS["leek"], "eggs": {"value": -3}}), "/eggs/value"),
        (lambda: _damage("leek", evidence={}), "no evidence for"),
        (lambda: _damage("leek", id="onion"), "its id is onion"),
        (lambda: Path("gold/articles/leek.txt").write_text("Other."), "SHA-256"),
        (lambda: Path("gold/articles/leek.txt").unlink(), "cannot be read"),
        (lambda: Path("gold/annotations/leek.json").unlink(), "has no annotation"),
        (lambda: Path("gold/annotations/leek.json").write_text("{"), "Invalid JSON"),
    ],
)
def test_damaged_gold_is_named(damage: Callable[[], object], why: str) -> None:
    damage()
    result = call("gold", "check")
    assert result.exit_code == 1
    assert any("leek" in line and why in line for line in result.stdout.splitlines())


def test_first_passes_are_checked_too() -> None:
    folder = Path("gold/annotators/a")
    folder.mkdir(parents=True)
    document = load_document(Path("gold"), "leek")
    save(document.model_copy(update={"evidence": {}}), folder / "leek.json")
    assert "annotators/a/leek: " in call("gold", "check").stdout


def test_gold_is_shown_with_its_mentions() -> None:
    result = call("gold", "show", "beet")
    assert result.exit_code == 0, result.output
    number = list(load_document(Path("gold"), "beet").evidence).index("/eggs") + 1
    assert f"Beat at least 2 eggs⟨{number}⟩." in result.stdout
    assert "at least 2" in result.stdout
    told(call("gold", "show", "onion"), "there is beet, leek, pea", 1)


def test_gold_is_corrected_with_its_reason_kept() -> None:
    path = Path("gold/annotations/leek.json")
    before = path.read_bytes()
    reasoned = ("--reason", "misread")
    told(call("gold", "edit", "leek", "/vegan", "false", *reasoned), "no evidence", 1)
    told(call("gold", "edit", "leek", "/nothing", "1", *reasoned), "leads nowhere", 1)
    told(call("gold", "edit", "leek", "/title", "x"), "reason", 1)
    told(call("gold", "edit", "leek", "/title", *reasoned), "VALUE")
    assert path.read_bytes() == before
    words = ("--evidence", "Beat 3 eggs")
    result = call("gold", "edit", "leek", "/vegan", "false", *reasoned, *words)
    assert result.exit_code == 0, result.output
    document = load(path)
    assert document.record["vegan"] is False
    assert document.evidence["/vegan"][0][0].text == "Beat 3 eggs"
    change = document.history[-1]
    assert (change.path, change.old, change.new, change.reason) == (
        "/vegan",
        None,
        False,
        "misread",
    )
    assert call("gold", "check").exit_code == 0


def test_list_items_are_added_and_taken_away() -> None:
    path = Path("gold/annotations/beet.json")
    reasoned = ("--reason", "overlooked")
    assert call("gold", "edit", "beet", "/towns/-", "Beet", *reasoned).exit_code == 0
    assert load(path).record["towns"] == ["Harrow Vale", "Ossing", "Beet"]
    assert load(path).history[-1].path == "/towns/2"
    result = call("gold", "edit", "beet", "/towns/0", "--remove", *reasoned)
    assert result.exit_code == 0, result.output
    document = load(path)
    assert document.record["towns"] == ["Ossing", "Beet"]
    assert [document.evidence[f"/towns/{n}"][0][0].text for n in (0, 1)] == ["Ossing", "Beet"]
    assert "/towns/2" not in document.evidence
    told(call("gold", "edit", "beet", "/title", "--remove", *reasoned), "only a list's item", 1)
    assert call("gold", "check").exit_code == 0


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_gold_is_exported(ending: str) -> None:
    result = call("gold", "export", f"out/gold.{ending}")
    assert result.exit_code == 0, result.output
    assert load_set(Path(f"out/gold.{ending}")) == load_set(Path("gold"))
    told(call("gold", "export", "gold.csv"), ".jsonl or .parquet", 1)


def test_the_format_s_schema_is_printed() -> None:
    found = json.loads(call("gold", "schema").stdout)
    assert found["properties"]["record"]["$ref"].endswith("/Soup")
    other = json.loads(call("gold", "schema", "--schema", "schemas:OperationReport").stdout)
    assert other["properties"]["record"]["$ref"].endswith("/OperationReport")


def test_drafts_become_gold() -> None:
    drafts = Path("drafts")
    drafts.mkdir()
    for id in ARTICLES:
        draft = {"id": id, "record": SOUPS[id], "evidence": QUOTES[id]}
        (drafts / f"{id}.json").write_text(json.dumps(draft))
    schema = ("--schema", "tests.support.mini_gold:Soup")
    paths = [str(path) for path in sorted(drafts.iterdir())]
    told(call("gold", "anchor", *paths, *schema), "is there already", 1)
    result = call("gold", "anchor", *paths, *schema, "--to", "gold/annotators/a")
    assert result.exit_code == 0, result.output
    for id in ARTICLES:
        made = load(Path(f"gold/annotators/a/{id}.json"))
        assert made == load_document(Path("gold"), id)
    (drafts / "leek.json").write_text("[]")
    told(call("gold", "anchor", "drafts/leek.json", *schema), "a draft is", 1)
    told(call("gold", "anchor", "drafts/none.json", *schema), "check the path", 1)


def test_annotators_are_compared() -> None:
    told(call("gold", "agreement"), "0 annotators")
    for name, title in (("a", "Leek soup"), ("b", "Leek")):
        folder = Path("gold/annotators") / name
        folder.mkdir(parents=True)
        for id in ARTICLES:
            document = load_document(Path("gold"), id)
            if id == "leek":
                changed = {"record": {**document.record, "title": title}}
                document = document.model_copy(update=changed)
            save(document, folder / f"{id}.json")
    result = call("gold", "agreement")
    assert result.exit_code == 0, result.output
    assert 'leek title: "Leek soup" → "Leek"' in result.stdout
    found = json.loads(call("gold", "agreement", "--json").stdout)
    title = next(row for row in found["fields"] if row["path"] == "title")
    assert (title["a"], title["b"]) == (1.0, pytest.approx(2 / 3))
