"""`extractor eval`, `baseline` and `diff`: words, files, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from eval.baseline import load_baseline
from eval.dataset import load_document
from eval.gold import save
from eval.runs import find_run, load_run
from eval.scorecard import Scorecard
from extractor.errors import ModelFileError, NotRecorded, Refused
from tests.support import kitchen as support
from tests.support.commands import call
from tests.support.kitchen import ENTRIES, Pipeline, told
from tests.support.mini_gold import Cook

clean_folder, kitchen = support.clean_folder, support.kitchen


def baseline_from(kitchen: Pipeline, cook: Cook) -> None:
    kitchen.cook = cook
    assert call("eval", "--no-gate", "--formats", "terminal").exit_code == 0
    done = call("baseline", "set", "latest", "--reason", "first scores")
    assert done.exit_code == 0, done.output


def latest() -> Path:
    return find_run("latest", Path("runs"))


def gate(folder: Path | None = None) -> dict[str, Any]:
    path = (folder or latest() / "report") / "gate.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_the_first_time_there_is_no_baseline_and_that_is_no_pass(kitchen: Pipeline) -> None:
    result = call("eval")
    assert result.exit_code == 4
    assert "extractor baseline set latest" in result.stdout
    assert gate()["status"] == "incomplete"
    assert kitchen.cook.closed == 1


def test_a_pass_writes_every_form(kitchen: Pipeline) -> None:
    baseline_from(kitchen, Cook({"leek": {"title": "Leak"}}))
    result = call("eval")
    assert result.exit_code == 0, result.output
    assert "strict micro" in result.stdout
    assert '"Leak"' in result.stdout
    folder = latest() / "report"
    assert {path.name for path in folder.iterdir()} == {
        "gate.json",
        "junit.xml",
        "report.html",
        "scorecard.json",
        "summary.md",
    }
    card = Scorecard.model_validate_json((folder / "scorecard.json").read_text())
    assert card == load_run(latest()).scorecard
    assert ElementTree.parse(folder / "junit.xml").getroot().get("failures") == "0"
    assert gate() == {**gate(), "status": "pass", "failures": {}, "flips": []}


def test_a_regression_is_told_everywhere_with_its_leaf(
    kitchen: Pipeline, clean_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = clean_folder / "step" / "summary.md"
    summary.parent.mkdir()
    summary.write_text("before\n")
    baseline_from(kitchen, Cook())
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    kitchen.cook = Cook({"pea": {"vegan": None}})
    result = call("eval", "--out", "reports")
    assert result.exit_code == 3
    assert "strict F1 was 1.000 and is 0.000" in result.stdout
    assert "broke pea vegan: gold true, right (COR) → nothing (MIS)" in result.stdout
    assert "[It is vegan]" in result.stdout
    assert gate(Path("reports"))["failures"].keys() == {"vegan"}
    case = ElementTree.parse("reports/junit.xml").getroot().find(".//testcase[@name='vegan']")
    assert case is not None
    assert case.find("failure") is not None
    assert summary.read_text().startswith("before\n")
    assert "strict F1 was 1.000 and is 0.000" in summary.read_text()


def test_flips_are_told_though_it_passes(kitchen: Pipeline) -> None:
    baseline_from(kitchen, Cook({"leek": {"title": "Leak"}}))
    kitchen.cook = Cook({"pea": {"title": "Pee"}})
    result = call("eval", "--formats", "terminal")
    assert result.exit_code == 0
    assert "1 broke, 1 fixed" in result.stdout
    assert not (latest() / "report" / "report.html").exists()


def test_other_gold_fails(kitchen: Pipeline) -> None:
    baseline_from(kitchen, Cook())
    document = load_document(Path("gold"), "leek")
    path = Path("gold/annotations/leek.json")
    save(document.model_copy(update={"alternatives": {"/title": ["Leeks"]}}), path)
    result = call("eval")
    assert result.exit_code == 4
    assert "the baseline is of other annotations" in result.stdout
    assert call("eval", "--limit", "1").exit_code == 4
    assert call("eval", "--limit", "1", "--no-gate").exit_code == 0
    assert kitchen.cook.asked[-1] == "beet"


@pytest.mark.parametrize(
    ("arguments", "ci", "mode"),
    [
        ((), None, "auto"),
        ((), "true", "replay"),
        ((), "false", "auto"),
        (("--replay-only",), None, "replay"),
        (("--live",), None, "off"),
        (("--live",), "true", "off"),
    ],
)
def test_how_replies_are_replayed(
    kitchen: Pipeline,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    ci: str | None,
    mode: str,
) -> None:
    if ci is not None:
        monkeypatch.setenv("CI", ci)
    result = call("eval", "--no-gate", "--formats", "terminal", "--model", "m", *arguments)
    assert result.exit_code == 0, result.output
    (settings,) = kitchen.settings
    assert (settings.replay, settings.model) == (mode, "m")
    if mode != "off":
        assert settings.responses_dir == Path("gold/responses")
    told = "[3/3] pea" in result.stderr
    assert told == (mode != "replay")
    assert "[3/3]" not in result.stdout


def test_a_reply_that_is_not_recorded_leaves_it_incomplete(
    kitchen: Pipeline, clean_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    baseline_from(kitchen, Cook())
    summary = clean_folder / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    kitchen.cook = Cook(failures={"pea": NotRecorded("no reply")})
    result = call("eval", "--replay-only")
    assert result.exit_code == 4
    assert "incomplete: 1 of 3 articles (pea)" in result.stderr
    assert "CI= extractor eval" in result.stderr
    assert result.stdout == ""
    assert gate()["status"] == "incomplete"
    assert "incomplete" in summary.read_text().lower()
    assert load_run(latest()).info.outcome == "incomplete"


def test_a_model_that_is_not_there_leaves_it_incomplete(kitchen: Pipeline) -> None:
    kitchen.cook = Cook(failures={"beet": ModelFileError("fetch it: `extractor model pull`")})
    result = call("eval")
    assert result.exit_code == 4
    assert "extractor model pull" in result.stderr


def test_an_unusable_reply_is_scored_as_missed_and_told(kitchen: Pipeline) -> None:
    baseline_from(kitchen, Cook())
    kitchen.cook = Cook(failures={"pea": Refused("declined")})
    result = call("eval")
    assert result.exit_code == 3
    assert "warning: pea: scored as missed: declined" in result.stderr


def test_an_empty_set_is_no_pass(kitchen: Pipeline) -> None:
    for path in Path("gold/annotations").iterdir():
        path.unlink()
    result = call("eval")
    assert result.exit_code == 4
    assert "no gold" in result.stderr
    assert kitchen.settings == []


def test_wrong_use_is_told_in_one_line(kitchen: Pipeline) -> None:
    told(call("eval", "--live", "--replay-only"), "exclude each other")
    told(call("eval", "--formats", "pdf"), "no form 'pdf'")
    told(call("eval", "--limit", "0"), "--limit")
    told(call("eval", "--gold", "nowhere"), "no such folder")
    told(call("eval", "--schema", "nowhere:Soup"), "no module nowhere")
    Path("gold/articles/leek.txt").write_text("Other.")
    told(call("eval"), "not the one annotated")
    assert kitchen.settings == []


def test_a_defect_is_an_internal_error(kitchen: Pipeline) -> None:
    kitchen.cook = Cook(failures={"beet": ZeroDivisionError("oh")})
    told(call("eval"), "unexpected ZeroDivisionError", 1)
    assert load_run(latest()).info.outcome == "failed"


def test_an_interruption_is_told(kitchen: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*arguments: object) -> int:
        del arguments
        raise KeyboardInterrupt

    monkeypatch.setattr("eval.command.run", interrupt)
    assert call("eval").exit_code == 130
    assert kitchen.settings == []


def test_baselines_are_set_and_shown(kitchen: Pipeline) -> None:
    told(call("baseline", "show"), "there is none")
    kitchen.cook = Cook({"leek": {"title": "Leak"}})
    call("eval", "--no-gate", "--formats", "terminal")
    told(call("baseline", "set", "latest"), "--reason")
    told(call("baseline", "set", "zzz", "--reason", "x"), "no such run")
    for wrong in ("title", "title=much", "=0.1"):
        told(call("baseline", "set", "latest", "--reason", "x", "--tolerance", wrong), "field=0.05")
    reasoned = ("baseline", "set", "latest", "--reason", "why not")
    result = call(*reasoned, "--tolerance", "towns[]=0.25", "--tolerance", "title=0.1")
    assert "strict micro F1 0.9" in result.stdout
    found = load_baseline(Path("gold/baseline.json"))
    assert found is not None
    assert found.tolerances == {"towns[]": 0.25, "title": 0.1}
    shown = call("baseline", "show").stdout
    assert "why not" in shown
    assert any("towns[]" in line and "0.25" in line for line in shown.splitlines())


@pytest.mark.parametrize("form", ["terminal", "markdown", "json"])
def test_two_runs_are_compared(kitchen: Pipeline, form: str) -> None:
    for cook in (Cook({"leek": {"title": "Leak"}}), Cook()):
        kitchen.cook = cook
        call("eval", "--no-gate", "--formats", "terminal")
    first = min(path.name for path in Path("runs").iterdir() if path != latest())
    result = call("diff", first, "latest", "--format", form)
    assert result.exit_code == 0, result.output
    assert "fixed" in result.stdout
    if form == "json":
        assert json.loads(result.stdout)["test"]["wins"] == 1
    told(call("diff", "zzz", "latest"), "no such run")


def test_each_command_explains_itself(kitchen: Pipeline) -> None:
    del kitchen
    top = call("--help").stdout
    for name in ENTRIES:
        assert name in top
    assert "3 regression" in call("eval", "--help").stdout
    for name in ("check", "show", "edit", "agreement", "export", "schema", "anchor"):
        assert name in call("gold", "--help").stdout
        assert call("gold", name, "--help").exit_code == 0
