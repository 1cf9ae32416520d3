"""`extractor run`: results, files, failures in one line, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from extractor.errors import ModelUnavailable
from extractor.run.render import read_results
from schemas import OperationReport
from tests.support import commands
from tests.support.commands import SCHEMA, call, errors
from tests.support.fake_extractor import TEXT, Recipe, Script

clean_folder, script = commands.clean_folder, commands.script
pytestmark = pytest.mark.usefixtures("clean_folder")


def test_a_table_goes_to_standard_output_and_progress_to_standard_error(script: Script) -> None:
    result = call("run", "a.txt", *SCHEMA)
    assert result.exit_code == 0
    assert "about 3 eggs" in result.stdout
    assert "1 of 1 articles extracted" in result.stderr
    assert "tokens" not in result.stdout.splitlines()[0]
    assert script.schemas == [Recipe]
    assert script.closed == 1


def test_a_single_article_shows_its_sections_as_they_come(script: Script) -> None:
    seen: list[str] = []

    async def before(article_id: str) -> None:
        seen.append(article_id)

    script.before = before
    lines = call("run", "a.txt", *SCHEMA).stderr.splitlines()
    assert lines[:4] == [
        "[0/1] a: section 1/2 about · 0 tokens · 0:00",
        "about · title: Plain soup",
        "[0/1] a: section 2/2 steps · 70 tokens · 0:00",
        "steps · nothing stated",
    ]
    many = call("run", "a.txt", "b.txt", *SCHEMA).stderr
    assert "section" not in many
    assert "[2/2] b · 280 tokens" in many


def test_the_first_section_shows_before_the_second_is_asked(
    script: Script, capsys: pytest.CaptureFixture[str]
) -> None:
    from extractor.run.command import Job, run
    from extractor.settings import load_settings

    shown: list[str] = []

    class Watched(Script):
        pass

    watched = Watched(before=None)

    def make(schema: Any, settings: Any, *, on_event: Any = None) -> Any:
        def tell(event: Any) -> None:
            if getattr(event, "number", 0) == 2:
                shown.append(capsys.readouterr().err)
            on_event(event)

        return watched.extractor(schema, settings, on_event=tell)

    assert run(Job(("a.txt",), Recipe, load_settings()), make) == 0
    assert "about · title: Plain soup" in shown[0]
    del script


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
def test_machine_formats_keep_standard_output_clean(script: Script, form: str) -> None:
    result = call("run", "a.txt", "b.txt", "--format", form, *SCHEMA)
    assert result.exit_code == 0
    if form == "csv":
        assert result.stdout.startswith("id,path,value")
    else:
        found = read_results(result.stdout, Recipe)
        assert [one.id for one in found] == ["a", "b"]
    assert script.asked == ["a", "b"]


def test_collected_formats_are_in_the_order_of_the_input(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    async def before(article_id: str) -> None:
        for _ in range(0 if article_id == "c" else 20):
            await asyncio.sleep(0)

    script.before = before
    monkeypatch.setenv("EXTRACTOR_CONCURRENCY", "3")
    streamed = call("run", ".", "--format", "jsonl", *SCHEMA).stdout
    assert [json.loads(line)["id"] for line in streamed.splitlines()] == ["c", "a", "b"]
    collected = call("run", ".", "--format", "json", *SCHEMA).stdout
    assert [one["id"] for one in json.loads(collected)] == ["a", "b", "c"]


def test_standard_input_and_a_limit(script: Script) -> None:
    result = call("run", "-", "a.txt", "--limit", "1", "--format", "json", input=TEXT.encode())
    assert result.exit_code == 0
    assert script.asked == ["stdin"]
    assert script.schemas == [OperationReport]


def test_options_reach_the_settings(script: Script) -> None:
    call(
        *("run", "a.txt", "--model", "m", "--base-url", "http://h/v1"),
        *("--effort", "fast", "--min-confidence", "0.5"),
    )
    settings = script.settings[0]
    assert (settings.model, settings.base_url) == ("m", "http://h/v1")
    assert (settings.effort, settings.min_confidence) == ("fast", 0.5)


def test_bad_inputs_are_one_line_each_and_the_others_go_on(
    script: Script, clean_folder: Path
) -> None:
    (clean_folder / "empty.txt").write_text("  \n")
    (clean_folder / "picture.txt").write_bytes(b"\x89PNG\0\0")
    (clean_folder / "void").mkdir()
    result = call("run", "nowhere", "void", "empty.txt", "picture.txt", "a.txt", *SCHEMA)
    assert result.exit_code == 1
    assert script.asked == ["a"]
    assert [line.split(":")[1].strip() for line in errors(result)] == [
        "nowhere",
        "void",
        "empty.txt",
        "picture.txt",
    ]
    assert "1 of 5 articles extracted; 4 failed" in result.stderr
    assert "Traceback" not in result.output


def test_without_a_single_readable_argument_no_model_is_touched(script: Script) -> None:
    result = call("run", "nowhere")
    assert result.exit_code == 1
    assert errors(result) == ["error: nowhere: no such file or folder"]
    assert script.settings == []


def test_a_failed_article_is_one_line_and_debug_shows_where(script: Script) -> None:
    script.failures = {"a": ModelUnavailable("no reply in 4 attempts"), "b": KeyError("defect")}
    result = call("run", ".", "--format", "jsonl", *SCHEMA)
    assert result.exit_code == 1
    assert errors(result) == [
        "error: a.txt: no reply in 4 attempts",
        "error: b.txt: unexpected KeyError: 'defect'; --debug shows where",
    ]
    assert len(result.stdout.splitlines()) == 1
    for arguments in (["--debug", "run", "."], ["run", ".", "--debug"]):
        assert "Traceback" in call(*arguments, *SCHEMA).stderr


def test_an_invalid_record_is_printed_with_a_warning(script: Script) -> None:
    script.changes = {"valid": False}
    result = call("run", "a.txt", "--format", "jsonl", *SCHEMA)
    assert result.exit_code == 0
    assert json.loads(result.stdout)["valid"] is False
    assert "warning: a.txt: " in result.stderr


@pytest.mark.parametrize("ending", ["json", "csv", "txt"])
def test_a_file_is_replaced_whole(script: Script, clean_folder: Path, ending: str) -> None:
    output = clean_folder / "out" / f"results.{ending}"
    output.parent.mkdir()
    output.write_text("old")
    script.failures = {"a": ModelUnavailable("gone")}
    result = call("run", "a.txt", "b.txt", "-o", str(output), *SCHEMA)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "Plain soup" in output.read_text("utf-8")
    assert [*output.parent.iterdir()] == [output]


def test_json_lines_are_kept_as_they_come_and_resumed(script: Script, clean_folder: Path) -> None:
    output = clean_folder / "out.jsonl"
    held: list[int] = []

    async def before(article_id: str) -> None:
        held.append(output.read_text("utf-8").count("\n"))
        if article_id == "c":
            raise KeyboardInterrupt

    script.before = before
    result = call("run", ".", "-o", "out.jsonl", *SCHEMA)
    assert result.exit_code == 130
    assert held == [0, 1, 2]
    assert "interrupted" in result.stderr
    assert "2 of 3 articles extracted" in result.stderr
    assert script.closed == 1

    script.before, script.asked = None, []
    assert call("run", ".", "-o", "out.jsonl", *SCHEMA).exit_code == 2
    assert call("run", ".", "-o", "out.jsonl", "--resume", *SCHEMA).exit_code == 0
    assert script.asked == ["c"]
    (clean_folder / "a.txt").write_text(TEXT + " More.", encoding="utf-8")
    result = call("run", ".", "-o", "out.jsonl", "--resume", *SCHEMA)
    assert script.asked == ["c", "a"]
    assert "1 of 3 articles extracted; 2 there already" in result.stderr
    assert call("run", ".", "-o", "out.jsonl", "--resume", "--effort", "fast").exit_code == 0
    assert script.asked == ["c", "a", "a", "b", "c"]
    assert call("run", "a.txt", "-o", "out.jsonl", "--overwrite").exit_code == 0
    assert len(output.read_text("utf-8").splitlines()) == 1


def test_an_interruption_keeps_what_other_formats_have(script: Script, clean_folder: Path) -> None:
    script.failures = {"b": KeyboardInterrupt()}
    result = call("run", ".", "-o", "out.json", *SCHEMA)
    assert result.exit_code == 130
    assert [one["id"] for one in json.loads((clean_folder / "out.json").read_text("utf-8"))] == [
        "a"
    ]
