"""Two runs compared: what was changed, what it did, and what may be chance."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from eval import evaluate
from eval.dataset import load_document
from eval.diff import Delta, RunDiff, diff
from eval.diff_report import to_json, to_markdown, to_terminal
from eval.gold import save
from eval.runs import Run, RunError, load_run
from extractor.errors import NotRecorded
from extractor.settings import Settings
from tests.support.mini_gold import ARTICLES, Cook, Soup, write_gold


class Kitchen:
    """A gold folder and the runs made on it."""

    def __init__(self, folder: Path) -> None:
        self.gold = write_gold(folder / "gold")
        self.runs = folder / "runs"

    def run(self, system: Any, settings: Settings | None = None) -> Run:
        before = set(self.runs.glob("*"))
        evaluate(self.gold, Soup, system, settings=settings, runs=self.runs)
        (path,) = set(self.runs.glob("*")) - before
        return load_run(path)

    def edit(self, run: Run, **info: Any) -> Run:
        """The run as if it had been made with something else."""
        path = run.path / "run.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **info}))
        return load_run(run.path)


@pytest.fixture
def kitchen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kitchen:
    monkeypatch.setattr("eval.evaluation.prompt_snapshot", {Soup: []}.__getitem__)
    return Kitchen(tmp_path)


def row(found: RunDiff, path: str) -> Delta:
    return next(delta for delta in found.fields if delta.path == path)


def whats(found: RunDiff) -> list[str]:
    return [change.what for change in found.changes]


def screen(found: RunDiff) -> str:
    file = io.StringIO()
    Console(file=file, width=140).print(to_terminal(found))
    return file.getvalue()


def test_two_equal_runs_differ_in_nothing(kitchen: Kitchen) -> None:
    found = diff(kitchen.run(Cook()), kitchen.run(Cook()))
    assert found.changes == ()
    assert not found.confounded
    assert found.rescored is None
    assert found.flips == ()
    assert (found.test.p, found.test.floor, found.test.differing) == (1.0, 1.0, 0)
    assert {delta.f1 for delta in found.fields} <= {0.0, None}
    assert [one.outcome for one in found.documents] == ["tie"] * 3


def test_scores_flips_and_sentences(kitchen: Kitchen) -> None:
    before = kitchen.run(Cook({"pea": {"vegan": None}, "leek": {"title": "Leak"}}))
    after = kitchen.run(Cook({"leek": {"title": "Lake", "eggs": {"value": 10, "bound": "exact"}}}))
    found = diff(before, after)
    vegan, eggs = row(found, "vegan"), row(found, "eggs.value")
    assert (vegan.recall, vegan.precision, vegan.f1) == (1.0, None, 1.0)
    assert eggs.f1 == pytest.approx(2 / 3 - 1)
    kinds = [(flip.kind, flip.document, flip.path) for flip in found.flips]
    assert kinds == [
        ("broke", "leek", "eggs.value"),
        ("changed", "leek", "title"),
        ("fixed", "pea", "vegan"),
    ]
    broke, _, fixed = found.flips
    assert "".join(part.text for part in broke.gold_sentences[0]) == "Beat 3 eggs."
    assert [part.text for part in fixed.gold_sentences[0] if part.marked] == ["It is vegan"]
    assert {one.id: one.outcome for one in found.documents} == {
        "beet": "tie",
        "leek": "loss",
        "pea": "win",
    }
    assert (found.test.wins, found.test.ties, found.test.losses) == (1, 1, 1)
    assert found.test.floor == 0.5
    assert 0.5 <= found.test.p <= 1
    assert found.strict.before is not None
    assert found.strict.after is not None
    assert found.test.difference == pytest.approx(found.strict.f1)
    assert found.before.usage.completion_tokens == 120


@pytest.mark.parametrize(
    ("other", "what"),
    [
        ({"prompt_version": "p8"}, "prompt"),
        ({"schema_hash": "c0c0a"}, "schema"),
        ({"model": "other"}, "model"),
        ({"scorer_hash": "0"}, "scorer"),
        ({"gold_hash": "0"}, "gold"),
        ({"git": {"commit": "f" * 40, "dirty": True}}, "code"),
        ({"versions": {"openai": "0"}}, "code"),
    ],
)
def test_each_change_is_named(kitchen: Kitchen, other: dict[str, Any], what: str) -> None:
    found = diff(kitchen.run(Cook()), kitchen.edit(kitchen.run(Cook()), **other))
    assert whats(found) == [what]
    assert not found.confounded
    assert (found.rescored is not None) == (what in ("scorer", "gold"))


def test_changed_settings_and_servers_are_named(kitchen: Kitchen) -> None:
    one = Settings(base_url="http://localhost:1/v1", effort="fast", timeout=10)
    other = Settings(base_url="http://localhost:2/v1", effort="thorough", timeout=20)
    found = diff(kitchen.run(Cook(), one), kitchen.run(Cook(), other))
    assert whats(found) == ["model", "settings"]
    assert found.changes[1].before == "effort fast"
    assert found.confounded


def test_two_changes_are_confounded_but_code_is_none(kitchen: Kitchen) -> None:
    git = {"commit": "f" * 40, "dirty": False}
    one = kitchen.run(Cook())
    other = kitchen.edit(kitchen.run(Cook()), prompt_version="p8", git=git)
    assert not diff(one, other).confounded
    assert diff(one, kitchen.edit(other, model="other")).confounded


def test_changed_words_of_a_question_are_a_changed_prompt(
    kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings()
    runs = []
    for words in ("How many eggs?", "How many eggs are beaten?"):
        asked = [{"name": "eggs", "prompt": words}, {"name": "towns", "prompt": "Which towns?"}]
        monkeypatch.setattr("eval.evaluation.prompt_snapshot", {Soup: asked}.__getitem__)
        runs.append(kitchen.run(Cook(), settings))
    (change,) = diff(*runs).changes
    assert (change.what, change.detail) == ("prompt", "eggs")


def test_other_gold_has_both_scored_anew_on_the_second_s(kitchen: Kitchen) -> None:
    before = kitchen.run(Cook({"leek": {"title": "Leak"}}))
    path = kitchen.gold / "annotations" / "leek.json"
    document = load_document(kitchen.gold, "leek")
    save(document.model_copy(update={"alternatives": {"/title": ["Leak"]}}), path)
    after = kitchen.run(Cook())
    assert before.scorecard is not None
    assert before.scorecard.field("title").strict.f1 == pytest.approx(2 / 3)
    found = diff(before, after)
    assert whats(found) == ["gold"]
    assert found.rescored == "the gold differs"
    assert row(found, "title").f1 == 0
    assert found.flips == ()


def test_another_scorer_has_both_scored_anew(kitchen: Kitchen) -> None:
    before, after = kitchen.run(Cook()), kitchen.run(Cook())
    card = json.loads((before.path / "scores.json").read_text())
    wrong = {**card, "strict": {**card["strict"], "f1": 0.25}}
    (before.path / "scores.json").write_text(json.dumps(wrong))
    assert diff(load_run(before.path), after).strict.f1 == pytest.approx(0.75)
    found = diff(kitchen.edit(before, scorer_hash="0"), after)
    assert found.rescored == "the scorer differs"
    assert found.strict.f1 == 0
    (before.path / "scores.json").write_text("{}")
    again = kitchen.edit(before, scorer_hash=after.info.scorer_hash)
    assert diff(again, after).rescored == "scores of another version"


def test_only_shared_documents_are_compared(kitchen: Kitchen) -> None:
    before = kitchen.run(Cook({"leek": {"title": "Leak"}}))
    for kind in ("articles/leek.txt", "annotations/leek.json"):
        (kitchen.gold / kind).unlink()
    found = diff(before, kitchen.run(Cook()))
    assert found.left_out == ("leek",)
    assert [one.id for one in found.documents] == ["beet", "pea"]
    assert found.flips == ()
    for kind in ("articles/beet.txt", "annotations/beet.json"):
        (kitchen.gold / kind).unlink()
    only_pea = kitchen.run(Cook())
    elsewhere = kitchen.edit(only_pea, documents=["onion"])
    with pytest.raises(RunError, match="share no document"):
        diff(before, elsewhere)


def test_a_run_without_an_end_is_not_compared(kitchen: Kitchen) -> None:
    whole = kitchen.run(Cook())
    with pytest.raises(Exception, match="recorded"):
        kitchen.run(Cook(failures={"pea": NotRecorded("none")}))
    (path,) = set(kitchen.runs.glob("*")) - {whole.path}
    for pair in ((whole, load_run(path)), (load_run(path), whole)):
        with pytest.raises(RunError, match="is incomplete"):
            diff(*pair)


def test_the_test_never_claims_more_than_five_documents_can_show(kitchen: Kitchen) -> None:
    changes = {id: {"title": "Stew", "towns": ["Stewton"]} for id in ARTICLES}
    found = diff(kitchen.run(Cook(changes)), kitchen.run(Cook()))
    assert (found.test.p, found.test.floor) == (0.25, 0.25)
    assert "cannot be below 0.25" in screen(found)
    assert "significant" not in screen(found)


def test_the_reports_say_it_all(kitchen: Kitchen) -> None:
    before = kitchen.run(Cook({"pea": {"vegan": None}}))
    changed = Cook({"leek": {"title": "<b>Leak|[bold]</b>"}})
    after = kitchen.edit(kitchen.run(changed), prompt_version="p8", model="other")
    found = diff(before, after)
    shown = screen(found)
    for words in (
        "p7 → p8",
        "scripted → other",
        "more than one thing was changed",
        "1 better, 1 equal, 1 worse",
        '"<b>Leak|[bold]</b>" (SUB)',
        "It is vegan",
        "4.5 s → ",
        "+1.000",
    ):
        assert words in shown, words
    text = to_markdown(found)
    assert "<b>Leak" not in text.replace("`", "")[: text.index("<details>")]
    assert "fixed" in text
    assert "**confounded**" in text
    assert RunDiff.model_validate_json(to_json(found)) == found
