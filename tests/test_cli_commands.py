"""The other commands, wrong use, plugins, and what standard error shows."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from extractor.errors import ExtractorError, SchemaError
from extractor.run.batch import Progress
from extractor.run.progress import LiveDisplay, PlainDisplay
from extractor.run.sinks import write_atomically
from extractor.schema.loading import load_schema
from schemas import OperationReport
from tests.support import commands
from tests.support.commands import SCHEMA, call, errors
from tests.support.fake_extractor import Script

clean_folder, script = commands.clean_folder, commands.script
pytestmark = pytest.mark.usefixtures("clean_folder")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["run", "a.txt", "--effort", "heroic"], "--effort"),
        (["run", "a.txt", "--min-confidence", "7"], "min_confidence (option)"),
        (["run", "a.txt", "--base-url", "nonsense"], "base_url (option)"),
        (["run", "a.txt", "--limit", "0"], "--limit"),
        (["run", "a.txt", "--resume"], "add -o FILE.jsonl"),
        (["run", "a.txt", "--resume", "-o", "out.csv"], "add -o FILE.jsonl"),
        (["run", "a.txt", "-o", "."], "is a folder"),
        (["run", "a.txt", "-o", "no/such/folder/out.json"], "no such folder"),
        (["run", "a.txt", "--nonsense"], "--nonsense"),
        (["nonsense"], "nonsense"),
        (["run", "a.txt", "--schema", "recipe"], "write it as module:Class"),
        (["schema", "--schema", "recipe.py:Recipe"], "name the module, not the file"),
        (["schema", "--schema", "nowhere:Recipe"], "there is no module nowhere"),
        (["schema", "--schema", "recipe:Cake"], "recipe has no Cake; it has Recipe"),
        (["schema", "--schema", "recipe:Number"], "Number is not a Pydantic model"),
        (["schema", "--schema", "broken:Recipe"], "importing broken failed: ZeroDivisionError"),
        (["schema", "--schema", "leaver:Recipe"], "importing leaver failed: SystemExit"),
        (["schema", "--schema", "needy:Recipe"], "importing needy failed: ModuleNotFoundError"),
        (["schema", "--schema", "odd:Odd"], "has no JSON Schema"),
    ],
)
@pytest.mark.usefixtures("script")
def test_wrong_use_is_one_line_and_exit_code_2(
    arguments: list[str], reason: str, clean_folder: Path
) -> None:
    write_modules(clean_folder)
    result = call(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("error: ")
    assert reason in result.stderr


def write_modules(folder: Path) -> None:
    model = "from pydantic import BaseModel\nclass Recipe(BaseModel):\n    eggs: int = 0\n"
    (folder / "recipe.py").write_text(f"{model}Number = int\n")
    (folder / "broken.py").write_text("1 / 0\n")
    (folder / "leaver.py").write_text("raise SystemExit('bye')\n")
    (folder / "needy.py").write_text("import not_there_at_all\n")
    (folder / "odd.py").write_text(
        "from collections.abc import Callable\nfrom pydantic import BaseModel\n"
        "class Odd(BaseModel):\n    rule: Callable[[int], int]\n"
    )


@pytest.fixture
def _forget_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "recipe", raising=False)


@pytest.mark.usefixtures("_forget_modules")
def test_a_schema_of_the_working_folder_is_found(clean_folder: Path) -> None:
    write_modules(clean_folder)
    before = [*sys.path]
    result = call("schema", "--schema", "recipe:Recipe")
    assert json.loads(result.stdout)["properties"]["eggs"]["type"] == "integer"
    assert sys.path == before


def test_the_default_schema_is_not_hidden_by_a_folder_of_its_name(clean_folder: Path) -> None:
    (clean_folder / "schemas.py").write_text("1 / 0")
    assert load_schema("schemas:OperationReport") is OperationReport
    with pytest.raises(SchemaError, match="schemas has no Cake"):
        load_schema("schemas:Cake")


def test_a_configuration_mistake_is_one_line(clean_folder: Path, script: Script) -> None:
    (clean_folder / "extractor.toml").write_text("tiemout = 3")
    for arguments in (["run", "a.txt"], ["config"]):
        result = call(*arguments)
        assert result.exit_code == 2
        assert "there is no setting 'tiemout'; did you mean 'timeout'?" in errors(result)[0]
    assert script.asked == []


def test_config_tells_values_and_sources_but_no_secret(
    clean_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (clean_folder / "extractor.toml").write_text('model = "of the file"')
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("EXTRACTOR_TIMEOUT", "60")
    monkeypatch.setenv("EXTRACTOR_MODLE", "x")
    result = call("config")
    assert result.exit_code == 0
    rows = {line.split()[0]: " ".join(line.split()) for line in result.stdout.splitlines() if line}
    assert rows["model"].startswith(f"model of the file file {clean_folder / 'extractor.toml'}")
    assert rows["timeout"].startswith("timeout 60.0 environment EXTRACTOR_TIMEOUT")
    assert rows["api_key"].startswith("api_key ******** environment OPENAI_API_KEY")
    assert "sk-secret" not in result.output
    assert "EXTRACTOR_MODLE is set but is no setting" in result.stderr


def test_plan_shows_sections_prompts_and_wire_schemas(monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclass(frozen=True)
    class Section:
        name: str
        fields: tuple[str, ...]
        prompt: str
        wire_schema: dict[str, Any]

    module: Any = ModuleType("extractor.describing")
    module.describe_plan = lambda schema: [
        Section("page", ("title", "note"), f"Ask about {schema.__name__}.\n", {"type": "object"}),
        Section("steps", ("steps",), "Ask again.", {}),
    ]
    monkeypatch.setitem(sys.modules, "extractor.describing", module)
    result = call("plan", *SCHEMA)
    assert result.exit_code == 0
    assert "1/2 page: title, note" in result.stdout
    assert "Ask about Recipe." in result.stdout
    assert '"type": "object"' in result.stdout
    assert result.stdout.index("1/2 page") < result.stdout.index("2/2 steps")


def test_help_teaches_with_examples() -> None:
    top = call("--help")
    assert top.exit_code == 0
    for word in ("extractor run article.txt", "run", "plan", "schema", "config", "model", "130"):
        assert word in top.stdout
    assert "--resume" in call("run", "--help").stdout
    assert "extractor run articles/ -o out.jsonl --resume" in call("run", "--help").stdout
    assert "--install-completion" not in call("model", "--help").stdout


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, entries: str, code: str) -> None:
    """A package with entry points, as an installer leaves it."""
    (folder / "demo_plugin.py").write_text(code)
    information = folder / "demo-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(f"[extractor.commands]\n{entries}")
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, "demo_plugin", raising=False)


def test_plugins_add_commands_and_a_broken_one_breaks_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: Script
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    install(
        site,
        monkeypatch,
        "zgreet = demo_plugin:greet\nzgroup = demo_plugin:group\nzfail = demo_plugin:fail\n"
        "zbroken = demo_plugin:absent\nzlost = no_such_module:app\nzodd = demo_plugin:ODD\n"
        "run = demo_plugin:greet\n",
        "import typer\nfrom extractor.errors import InputError\nODD = 3\n"
        "group = typer.Typer(help='A group.')\n"
        "@group.command()\ndef one(): typer.echo('one')\n"
        "@group.command()\ndef two(): typer.echo('two')\n"
        "def greet(name: str = 'you'):\n    '''Say hello.'''\n    typer.echo(f'hello {name}')\n"
        "def fail(): raise InputError('no such baseline')\n",
    )
    assert call("zgreet", "--name", "Ada").stdout == "hello Ada\n"
    assert call("zgroup", "two").stdout == "two\n"
    failed = call("zfail")
    assert (failed.exit_code, errors(failed)) == (1, ["error: no such baseline"])
    for name, reason in (
        ("zbroken", "no attribute 'absent'"),
        ("zlost", "no_such_module"),
        ("zodd", "neither a typer.Typer nor a function"),
    ):
        result = call(name, "--any", "argument")
        assert result.exit_code == 2
        assert len(result.stderr.splitlines()) == 1
        assert f"`{name}`" in result.stderr
        assert reason in result.stderr
    top = call("--help").stdout
    assert "Say hello." in top
    assert "zlost" in top
    assert call("run", "a.txt", *SCHEMA).exit_code == 0
    assert script.asked == ["a"]


def test_the_command_line_starts_without_the_heavy_packages() -> None:
    code = (
        "import sys, extractor.cli; "
        "heavy = {'openai', 'instructor', 'xllamacpp', 'scipy', 'datasets'} & sys.modules.keys(); "
        "assert not heavy, heavy"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    target = tmp_path / "target.json"
    target.write_text("old")
    link.symlink_to(target)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    write_atomically(Path(os.devnull), b"gone")
    assert not Path(os.devnull).is_file()
    with pytest.raises(ExtractorError, match="cannot be written"):
        write_atomically(tmp_path / "no" / "folder.json", b"x")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_live_display_leaves_lines_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    with LiveDisplay(stream) as display:
        display.update(Progress("a", "[b]numbers", 2, 4, 1, 3, 1234, 5.0))
        display.line("error: [red]kept[/red]")
        with display.paused():
            length = len(stream.getvalue())
            display.update(Progress("a", None, 0, 0, 2, 3, 2000, 6.0))
            assert len(stream.getvalue()) == length
    text = stream.getvalue()
    assert "error: [red]kept[/red]" in text
    assert "a: [b]numbers 2/4" in text
    assert "1/3 articles, 1,234 tokens" in text


def test_plain_lines_survive_a_narrow_encoding() -> None:
    raw = io.BytesIO()
    display = PlainDisplay(io.TextIOWrapper(raw, encoding="ascii"), 1)
    display.line("Łódź · café")
    assert raw.getvalue() == b"?\xc3\xb3d?".replace(b"\xc3\xb3", b"?") + b" ? caf?\n"
