"""Runs: what is kept, in which order, and what can be read after a crash."""

from __future__ import annotations

import asyncio
import datetime
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval import evaluate
from eval.dataset import load_set
from eval.evaluation import IncompleteError, Job, perform
from eval.files import append_line, read_lines, write_atomic
from eval.gold import GoldError
from eval.provenance import _SCORING, git_state, scorer_hash, settings_snapshot
from eval.runs import (
    Run,
    RunError,
    RunInfo,
    RunWriter,
    failure_line,
    find_run,
    load_run,
    prediction_line,
    prediction_of,
)
from eval.score import Prediction
from extractor.errors import ExtractorError, ModelUnavailable, NotRecorded, Refused
from extractor.extraction import Evidence, Status, Usage
from extractor.settings import Settings
from tests.support.mini_gold import ARTICLES, Cook, Soup, extraction, write_gold

NOON = datetime.datetime(2025, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    return write_gold(tmp_path / "gold")


def run_of(gold: Path, system: Any, settings: Settings | None = None) -> Run:
    runs = gold.parent / "runs"
    before = set(runs.glob("*"))
    evaluate(gold, Soup, system, settings=settings, runs=runs)
    (path,) = set(runs.glob("*")) - before
    return load_run(path)


def test_a_run_keeps_everything_and_comes_back(gold: Path) -> None:
    run = run_of(gold, Cook({"leek": {"vegan": True}}))
    assert run.info.outcome == "complete"
    assert run.info.documents == ("beet", "leek", "pea")
    assert (run.info.model, run.info.prompt_version) == ("scripted", "p7")
    assert run.info.usage.completion_tokens == 120
    assert run.gold == load_set(gold)
    assert run.info.gold_hash == load_set(gold).hash
    assert run.lines["leek"]["confidence"] == {"/title": 0.9}
    assert run.scorecard is not None
    assert run.scorecard.meta.run == run.path.name == run.info.id
    assert run.scorecard.field("vegan").strict.counts.spu == 1
    assert run.predictions["leek"].record == {
        **extraction("leek").to_dict()["record"],
        "vegan": True,
    }
    assert run.predictions["leek"].evidence["/title"][0].status is Status.VERBATIM


def test_the_folder_is_named_by_time_and_never_taken_twice(gold: Path, tmp_path: Path) -> None:
    tokens = iter(["aaaaaa", "aaaaaa", "bbbbbb"])
    info = RunInfo(schema_name="m:S", gold_hash="0", documents=(), scorer_hash="1")
    found = load_set(gold)
    paths = [
        RunWriter(info, found, tmp_path / "r", now=lambda: NOON, token=lambda: next(tokens)).path
        for _ in range(2)
    ]
    assert [path.name for path in paths] == ["20250102T030405Z-aaaaaa", "20250102T030405Z-bbbbbb"]


@pytest.mark.parametrize("at", ["beet", "leek", "pea"])
def test_what_was_done_before_a_crash_is_there(gold: Path, at: str) -> None:
    runs = gold.parent / "runs"
    with pytest.raises(RuntimeError, match="defect"):
        evaluate(gold, Soup, Cook(failures={at: RuntimeError("defect")}), runs=runs)
    run = load_run(find_run("latest", runs))
    assert run.info.outcome == "failed"
    assert sorted(run.lines) == [id for id in sorted(ARTICLES) if id < at]
    assert run.scorecard is None
    assert run.gold is not None


def test_a_killed_run_with_a_torn_line_is_read(gold: Path) -> None:
    run = run_of(gold, Cook())
    (run.path / "scores.json").unlink()
    file = run.path / "extractions.jsonl"
    content = file.read_bytes()
    file.write_bytes(content[:-25])
    info = json.loads((run.path / "run.json").read_text())
    (run.path / "run.json").write_text(json.dumps({**info, "outcome": "running"}))
    again = load_run(run.path)
    assert (again.info.outcome, again.scorecard, len(again.lines)) == ("running", None, 2)


@settings(deadline=None, max_examples=60)  # every line waits for the disk
@given(cut=st.integers(0, 400))
def test_lines_survive_any_cut(cut: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("lines") / "lines.jsonl"
    values = [{"id": str(number), "text": "é\n\u2028" * number} for number in range(6)]
    for value in values:
        append_line(path, value)
    content = path.read_bytes()
    path.write_bytes(content[:cut])
    found = read_lines(path)
    assert found == values[: len(found)]
    assert len(found) in (content[:cut].count(b"\n"), content[:cut].count(b"\n") + 1)


def test_damage_in_the_middle_is_named(gold: Path) -> None:
    run = run_of(gold, Cook())
    file = run.path / "extractions.jsonl"
    first, *rest = file.read_bytes().split(b"\n")
    for damaged, told in [(b'{"id": ', "line 1 is not JSON"), (b'{"x": 1}', "no id")]:
        file.write_bytes(b"\n".join([damaged, *rest]))
        with pytest.raises(RunError, match=told):
            load_run(run.path)
    file.write_bytes(b"\n".join([first.replace(b"verbatim", b"hearsay"), *rest]))
    with pytest.raises(RunError, match="not a kept result"):
        assert load_run(run.path).predictions
    (run.path / "run.json").write_text("{}")
    with pytest.raises(RunError, match=r"run\.json: .*Field required"):
        load_run(run.path)


def test_scores_of_another_version_are_left_out(gold: Path) -> None:
    run = run_of(gold, Cook())
    (run.path / "scores.json").write_text('{"format": 0}')
    assert load_run(run.path).scorecard is None


def test_a_whole_file_is_the_old_or_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "deep" / "file.txt"
    write_atomic(path, "old")

    def fail(*paths: Path) -> Path:
        del paths
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_atomic(path, "new")
    assert path.read_text() == "old"
    assert [one.name for one in path.parent.iterdir()] == ["file.txt"]


def test_an_interruption_is_noted(gold: Path) -> None:
    async def stopped() -> None:
        cook = Cook()

        def stop(id: str) -> None:
            if id == "beet":
                task.cancel()

        job = Job(load_set(gold), Soup, cook, runs=gold.parent / "runs")
        task = asyncio.create_task(perform(job, stop))
        with pytest.raises(asyncio.CancelledError):
            await task
        assert cook.closed == 1

    asyncio.run(stopped())
    run = load_run(find_run("latest", gold.parent / "runs"))
    assert run.info.outcome == "interrupted"
    assert "beet" in run.lines


def test_a_failed_article_counts_as_missed_and_its_cost_is_kept(gold: Path) -> None:
    error = Refused("the model declined\nto answer")
    error.__dict__["usage"] = Usage(1, 10, 0, 5, 0.5, 1)
    run = run_of(gold, Cook(failures={"pea": error}))
    assert run.info.outcome == "complete"
    assert run.info.failures == {"pea": "the model declined to answer"}
    assert run.scorecard is not None
    assert not run.scorecard.document("pea").has_record
    assert run.scorecard.document("pea").usage.completion_tokens == 5
    assert run.scorecard.validity == pytest.approx(2 / 3)
    assert run.lines["pea"]["error"]["type"] == "Refused"


@pytest.mark.parametrize("error", [NotRecorded("none"), ModelUnavailable("gone; start it")])
def test_an_article_without_an_answer_leaves_no_score(gold: Path, error: Exception) -> None:
    runs = gold.parent / "runs"
    with pytest.raises(IncompleteError, match=r"1 of 3 articles \(leek\)"):
        evaluate(gold, Soup, Cook(failures={"leek": error}), runs=runs)
    run = load_run(find_run("latest", runs))
    assert run.info.outcome == "incomplete"
    assert run.scorecard is None
    assert sorted(run.lines) == ["beet", "leek", "pea"]


async def _record(text: str) -> dict[str, Any]:
    await asyncio.sleep(0)
    return {"title": text.partition("\n")[0]}


@pytest.mark.parametrize(
    "system",
    [
        lambda text: Soup(title=text.partition("\n")[0]),
        lambda text: {"title": text.partition("\n")[0], "steps": []},
        _record,
        {id: Soup(title=text.partition("\n")[0]) for id, text in ARTICLES.items()},
        {id: Prediction({"title": text.partition("\n")[0]}) for id, text in ARTICLES.items()},
    ],
)
def test_any_system_can_be_evaluated(gold: Path, system: Any) -> None:
    card = evaluate(gold, Soup, system)
    assert card.field("title").strict.f1 == 1
    assert card.field("eggs.value").strict.f1 == 0
    assert card.validity == 1


def test_predictions_may_be_few_but_not_of_other_articles(gold: Path) -> None:
    card = evaluate(gold, Soup, {"leek": extraction("leek"), "pea": None})
    assert [row.has_record for row in card.documents] == [False, True, False]
    assert evaluate(gold, Soup, {"leek": {"eggs": "many"}}).validity == 0
    with pytest.raises(GoldError, match="no gold for onion"):
        evaluate(gold, Soup, {"onion": {}})


def test_runs_are_found_by_any_part_of_their_name(gold: Path, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    first, second = run_of(gold, Cook()), run_of(gold, Cook())
    assert find_run(first.path.name[-6:], runs) == first.path
    assert find_run(str(first.path), tmp_path / "elsewhere") == first.path
    assert find_run("latest", runs) == second.path
    for name, told in [("Z", "2 runs fit"), ("zzzzzzz", "no such run"), ("", "no such run")]:
        with pytest.raises(RunError, match=told):
            find_run(name, runs)
    with pytest.raises(RunError, match="no such run"):
        find_run("latest", tmp_path / "elsewhere")
    with pytest.raises(RunError, match="no run there"):
        load_run(tmp_path)


def test_no_secret_is_kept(gold: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-never-keep-this")
    settings = Settings(base_url="https://models.example/v1", model="m")
    assert settings_snapshot(settings)["api_key"] == "********"
    assert settings_snapshot(settings)["base_url"] == "https://models.example/v1"
    run = run_of(gold, Cook(), settings)
    for path in run.path.iterdir():
        assert b"sk-never" not in path.read_bytes(), path
    assert run.info.settings["model"] == "m"


def test_the_state_of_git_is_noted_and_may_be_missing(tmp_path: Path) -> None:
    assert (git_state(tmp_path).commit, git_state(tmp_path).dirty) == (None, None)

    def git(*arguments: str) -> None:
        person = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        subprocess.run(["git", *person, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init", "--quiet")
    assert (git_state(tmp_path).commit, git_state(tmp_path).dirty) == (None, False)
    (tmp_path / "file").write_text("one")
    assert git_state(tmp_path).dirty is True
    git("add", ".")
    git("commit", "--quiet", "--message", "one", "--no-verify")
    state = git_state(tmp_path)
    assert state.dirty is False
    assert len(state.commit or "") == 40


def test_git_that_is_not_there_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git_state(tmp_path).commit is None


def test_the_scorer_s_hash_covers_every_module_that_scores() -> None:
    program = "import sys, eval.score; print(*(m for m in sys.modules if m.startswith('eval.')))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    used = {f"{name.removeprefix('eval.')}.py" for name in done.stdout.split()}
    assert used - {"gold.py"} <= set(_SCORING["eval"])


def test_the_scorer_s_hash_sees_how_fields_are_compared() -> None:
    class Other(Soup):
        aside: str | None = None  # now in the totals

    assert scorer_hash(Soup) == scorer_hash(Soup)
    assert scorer_hash(Other) != scorer_hash(Soup)


@given(
    record=st.none() | st.dictionaries(st.text(max_size=3), st.integers() | st.none(), max_size=2),
    valid=st.booleans(),
    start=st.none() | st.integers(0, 9),
)
def test_kept_lines_give_the_prediction_back(
    record: dict[str, Any] | None, valid: bool, start: int | None
) -> None:
    end = None if start is None else start + 2
    evidence = {"/a": (Evidence(start, end, "é", Status.NORMALISED),)}
    prediction = Prediction(record, evidence, valid, Usage(1, 2, 3, 4, 0.5, 6))
    line = json.loads(json.dumps(prediction_line("d", prediction)))
    assert prediction_of(line) == prediction
    failed = json.loads(json.dumps(failure_line("d", Refused("no"), Usage())))
    assert prediction_of(failed) == Prediction(None, {}, False)


def test_a_place_that_cannot_be_written_is_told(gold: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "runs"):
        with pytest.raises(ExtractorError, match="file"):
            evaluate(gold, Soup, Cook(), runs=place)
