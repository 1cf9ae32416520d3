"""Settings: their sources and order, one-line errors, and that a secret stays one."""

from __future__ import annotations

import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.errors import ConfigurationError
from extractor.settings import (
    DEFAULT_MODEL,
    InForce,
    Settings,
    config_files,
    load_settings,
    settings_in_force,
    unknown_variables,
)

SECRET = "sk-never-show-this"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, an empty user configuration, an environment without settings."""
    import os

    for name in [*os.environ]:
        if name.startswith("EXTRACTOR_") or name == "OPENAI_API_KEY":
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "user"))
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def write_config(text: str, *, user: bool = False) -> Path:
    path = config_files()[1 if user else 0]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def in_force(name: str, **options: object) -> InForce:
    return next(one for one in settings_in_force(**options) if one.name == name)


def test_defaults_run_the_embedded_model() -> None:
    settings = load_settings()
    assert settings.model == DEFAULT_MODEL
    assert settings.embedded
    assert settings.base_url is None
    assert settings.articles_at_once == 1
    assert settings.min_confidence == 0
    assert {one.source for one in settings_in_force()} == {"default"}


def test_each_source_yields_to_the_stronger_one(monkeypatch: pytest.MonkeyPatch) -> None:
    user = write_config('model = "user"\ntimeout = 11\nattempts = 2\neffort = "fast"', user=True)
    here = write_config('model = "here"\ntimeout = 22\nattempts = 3')
    monkeypatch.setenv("EXTRACTOR_MODEL", "environment")
    monkeypatch.setenv("EXTRACTOR_TIMEOUT", "33")
    settings = load_settings(model="option", timeout=None)
    assert (settings.model, settings.timeout) == ("option", 33.0)
    assert (settings.attempts, settings.effort) == (3, "fast")
    sources = {one.name: one.source for one in settings_in_force(model="option", timeout=None)}
    assert sources["model"] == "option"
    assert sources["timeout"] == "environment EXTRACTOR_TIMEOUT"
    assert sources["attempts"] == f"file {here}"
    assert sources["effort"] == f"file {user}"
    assert sources["threads"] == "default"


def test_the_constructor_reads_the_sources_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXTRACTOR_MODEL", "environment")
    assert Settings().model == "environment"
    assert Settings(model="argument").model == "argument"


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().model = "other"


def test_no_dotenv_file_is_read(here: Path) -> None:
    (here / ".env").write_text("EXTRACTOR_MODEL=sneaky\n", encoding="utf-8")
    assert load_settings().model == DEFAULT_MODEL


@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_address_means_the_embedded_model(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_config('base_url = "http://localhost:1234/v1"')
    assert not load_settings().embedded
    assert load_settings().articles_at_once == 4
    assert load_settings(base_url=empty).embedded
    monkeypatch.setenv("EXTRACTOR_BASE_URL", empty)
    assert load_settings().embedded
    assert in_force("base_url").source == "environment EXTRACTOR_BASE_URL"


def test_another_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXTRACTOR_TIMEOUT", "")
    monkeypatch.setenv("OPENAI_API_KEY", "")
    assert load_settings().timeout == 300
    assert load_settings().api_key is None


def test_a_key_for_one_server_is_not_replaced_by_the_general_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "general")
    assert in_force("api_key").source == "environment OPENAI_API_KEY"
    path = write_config('api_key = "of the file"')
    assert in_force("api_key").source == f"file {path}"
    monkeypatch.setenv("EXTRACTOR_API_KEY", " of the environment\n")
    key = load_settings().api_key
    assert key is not None
    assert key.get_secret_value() == "of the environment"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("modle = 'x'", "there is no setting 'modle'; did you mean 'model'?"),
        ("base-url = 'x'", "there is no setting 'base-url'; did you mean 'base_url'?"),
        ("zebra = 1", "there is no setting 'zebra'; `extractor config` lists them"),
        ("model = ", "not valid TOML"),
        ("[model]\nname = 'x'", "model (file {path}): should be a valid string"),
        ("timeout = 0", "timeout (file {path}): should be greater than 0"),
        ("effort = 'heroic'", "effort (file {path}): should be 'fast', 'balanced' or 'thorough'"),
        ("min_confidence = 1.5", "min_confidence (file {path}): should be less than or equal to 1"),
    ],
)
def test_a_mistake_in_the_file_is_one_line_with_file_and_key(text: str, expected: str) -> None:
    path = write_config(text)
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    message = str(caught.value)
    assert "\n" not in message
    assert str(path) in message
    assert expected.format(path=path) in message


def test_a_file_that_is_no_text_or_no_file_is_named(here: Path) -> None:
    (here / "extractor.toml").write_bytes(b"model = '\xff'")
    with pytest.raises(ConfigurationError, match=r"extractor\.toml: not UTF-8"):
        load_settings()
    (here / "extractor.toml").unlink()
    (here / "extractor.toml").mkdir()
    with pytest.raises(ConfigurationError, match=r"extractor\.toml: cannot be read"):
        load_settings()


def test_a_bad_variable_and_a_bad_option_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXTRACTOR_ATTEMPTS", "many")
    with pytest.raises(ConfigurationError, match=r"attempts \(environment EXTRACTOR_ATTEMPTS\): "):
        load_settings()
    with pytest.raises(ConfigurationError, match=r"attempts \(option\): should be greater"):
        load_settings(attempts=0)
    with pytest.raises(ConfigurationError, match="there is no setting 'colour'"):
        Settings(colour="red")


@pytest.mark.parametrize(
    "address",
    ["localhost:80/v1", "ftp://host/", "http://", "http://h:port", f"http://u:{SECRET}@h"],
)
def test_an_address_must_be_one_and_carry_no_key(address: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^base_url \(option\): ") as caught:
        load_settings(base_url=address)
    assert SECRET not in str(caught.value)


def test_replay_needs_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="responses_dir"):
        load_settings(replay="replay")
    assert load_settings(replay="replay", responses_dir=tmp_path).responses_dir == tmp_path


def test_a_home_folder_is_expanded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("EXTRACTOR_CACHE_DIR", "~/cache")
    assert load_settings().cache_dir == tmp_path / "cache"


@pytest.mark.parametrize("bad", [{}, {"timeout": "soon"}, {"api_key": [SECRET]}])
def test_the_key_shows_nowhere(bad: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXTRACTOR_API_KEY", SECRET)
    settings = load_settings()
    shown = [repr(settings), str(settings), str(settings.model_dump()), settings.model_dump_json()]
    shown += [repr(one) for one in settings_in_force()]
    assert in_force("api_key").value == "********"
    try:
        load_settings(**bad)
    except ConfigurationError as error:
        shown += ["".join(traceback.format_exception(error)), repr(error.__context__)]
    else:
        assert not bad
    assert not [text for text in shown if SECRET in text]


def test_typing_errors_in_variable_names_are_found() -> None:
    names = {"EXTRACTOR_MODLE": "x", "EXTRACTOR_MODEL": "x", "PATH": "x"}
    assert unknown_variables(names) == ("EXTRACTOR_MODLE",)


@given(st.floats(allow_nan=True))
def test_min_confidence_is_a_share_or_an_error(value: float) -> None:
    if 0 <= value <= 1:
        assert load_settings(min_confidence=value).min_confidence == value
    else:
        with pytest.raises(ConfigurationError, match="min_confidence"):
            load_settings(min_confidence=value)


def test_importing_the_package_is_quick_and_brings_nothing_heavy() -> None:
    script = (
        "import sys, time; begun = time.perf_counter(); import extractor; "
        "spent = time.perf_counter() - begun; "
        "heavy = {'openai', 'instructor', 'xllamacpp', 'scipy', 'datasets', 'rich', 'typer'}; "
        "assert not heavy & sys.modules.keys(), heavy & sys.modules.keys(); "
        "assert spent < 0.5, spent; "
        "extractor.Settings, extractor.Extraction, extractor.Evidence, extractor.InputError; "
        "assert not heavy & sys.modules.keys(), heavy & sys.modules.keys()"
    )
    folder = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_public_name_is_listed_and_an_unknown_one_is_an_error() -> None:
    import extractor

    assert set(extractor.__all__) <= set(dir(extractor))
    for name in set(extractor.__all__) - {"Extractor", "extract", "aextract"}:
        assert getattr(extractor, name).__name__ == name
    with pytest.raises(AttributeError, match="nonsense"):
        extractor.nonsense  # noqa: B018
