"""Many articles: bounded, none lost, counted, and resumable."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.errors import (
    ConfigurationError,
    ExtractorError,
    InputError,
    ModelFileError,
    ModelUnavailable,
)
from extractor.events import SectionDone, SectionStarted
from extractor.extraction import Usage
from extractor.run.batch import Meter, Outcome, Progress, extract_all
from extractor.run.inputs import Source
from extractor.run.journal import Journal, Key, Origin, key_of, text_hash
from extractor.run.render import read_results
from tests.support.fake_extractor import FakeExtractor, Recipe, Script, make_extraction

ORIGIN = Origin("scripted", "p7", "c0ffee", {"effort": "balanced", "min_confidence": 0.0})


def sources(count: int) -> list[Source]:
    return [Source(f"a{number}", Path(f"a{number}.txt")) for number in range(count)]


def collect(
    script: Script,
    count: int,
    *,
    concurrency: int = 1,
    is_done: Callable[[str, str], bool] | None = None,
    read: Callable[[Source], str] = lambda source: f"text of {source.id}",
) -> list[Outcome]:
    async def work() -> list[Outcome]:
        outcomes = extract_all(
            sources(count),
            FakeExtractor(script),
            concurrency=concurrency,
            is_done=is_done,
            read=read,
        )
        return [outcome async for outcome in outcomes]

    return asyncio.run(work())


@given(count=st.integers(0, 9), concurrency=st.integers(1, 12))
def test_every_article_once_and_never_too_many_at_once(count: int, concurrency: int) -> None:
    script = Script()
    found = collect(script, count, concurrency=concurrency)
    assert sorted(outcome.index for outcome in found) == [*range(count)]
    assert script.most_at_once == min(count, concurrency)
    assert all(
        outcome.extraction and outcome.extraction.id == outcome.source.id for outcome in found
    )


def test_outcomes_come_as_they_finish() -> None:
    later = asyncio.Event()

    async def before(article_id: str) -> None:
        if article_id == "a0":
            await later.wait()
        else:
            later.set()

    found = collect(Script(before=before), 2, concurrency=2)
    assert [outcome.index for outcome in found] == [1, 0]


@given(st.sets(st.integers(0, 5)), st.integers(1, 3))
def test_failures_lose_nothing_else(failing: set[int], concurrency: int) -> None:
    errors = [ModelUnavailable("no reply"), KeyError("defect"), asyncio.CancelledError()]
    failures = {f"a{number}": errors[number % 3] for number in failing}
    found = collect(Script(failures=failures), 6, concurrency=concurrency)
    assert {outcome.index for outcome in found if outcome.error} == failing
    assert sum(outcome.extraction is not None for outcome in found) == 6 - len(failing)
    assert not any(outcome.skipped for outcome in found)


def test_an_unreadable_article_is_a_failure_like_any_other() -> None:
    def read(source: Source) -> str:
        if source.id == "a1":
            raise InputError("a1.txt: is empty")
        return "text"

    script = Script()
    found = collect(script, 3, read=read)
    assert script.asked == ["a0", "a2"]
    assert str(found[1].error) == "a1.txt: is empty"


@pytest.mark.parametrize("error", [ConfigurationError("no such key"), ModelFileError("no file")])
def test_what_fails_for_every_article_ends_the_run(error: ExtractorError) -> None:
    script = Script(failures={"a1": error})
    with pytest.raises(type(error)):
        collect(script, 9)
    assert len(script.asked) < 9
    assert script.at_once == 0


def test_concurrency_must_be_positive() -> None:
    with pytest.raises(ConfigurationError, match="concurrency"):
        collect(Script(), 1, concurrency=0)


def test_leaving_early_stops_the_work() -> None:
    script = Script()

    async def work() -> None:
        outcomes = extract_all(
            sources(9), FakeExtractor(script), concurrency=2, read=lambda source: source.id
        )
        async for _ in outcomes:
            break
        await outcomes.aclose()

    asyncio.run(work())
    assert len(script.asked) < 9
    assert script.at_once == 0


def test_what_is_done_is_skipped_and_says_so() -> None:
    script = Script()
    found = collect(script, 3, is_done=lambda _, text: text == "text of a1")
    assert script.asked == ["a0", "a2"]
    assert [outcome.skipped for outcome in found] == [False, True, False]


def test_the_meter_counts_articles_sections_tokens_and_time() -> None:
    told: list[Progress] = []
    times = iter([100.0, 101.0, 103.5])
    meter = Meter(2, told.append, clock=lambda: next(times))
    usage = Usage(requests=1, prompt_tokens=500, cached_tokens=450, completion_tokens=25)
    meter.on_event(SectionStarted("a", "numbers", 3, 11))
    meter.on_event(SectionDone("a", "numbers", {}, usage))
    meter.finished(Outcome(0, Source("a", None)))
    assert told == [
        Progress("a", "numbers", 3, 11, 0, 2, tokens=0, elapsed=1.0),
        Progress("a", None, 0, 0, 1, 2, tokens=75, elapsed=3.5),
    ]


def append(path: Path, *ids: str, origin: Origin = ORIGIN, resume: bool = True) -> None:
    with Journal(path, resume=resume) as journal:
        for article_id in ids:
            journal.append(make_extraction(article_id), f"text of {article_id}", origin)


def done(path: Path) -> frozenset[Key]:
    with Journal(path, resume=True) as journal:
        return journal.done


def test_a_journal_knows_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    append(path, "a", "b", resume=False)
    append(path, "c")
    assert done(path) == {key_of(name, f"text of {name}", ORIGIN) for name in "abc"}
    assert [one.id for one in read_results(path.read_text("utf-8"), Recipe)] == ["a", "b", "c"]
    line = json.loads(path.read_text("utf-8").splitlines()[0])
    assert line["text_sha256"] == text_hash("text of a")


@pytest.mark.parametrize(
    "other",
    [
        key_of("b", "text of a", ORIGIN),
        key_of("a", "text of A", ORIGIN),
        key_of("a", "text of a", Origin("other", "p7", "c0ffee", ORIGIN.options)),
        key_of("a", "text of a", Origin("scripted", "p8", "c0ffee", ORIGIN.options)),
        key_of("a", "text of a", Origin("scripted", "p7", "decaf", ORIGIN.options)),
        key_of("a", "text of a", Origin("scripted", "p7", "c0ffee", {"effort": "fast"})),
    ],
)
def test_another_text_model_prompt_schema_or_option_is_not_done(other: Key, tmp_path: Path) -> None:
    append(tmp_path / "out.jsonl", "a")
    assert other not in done(tmp_path / "out.jsonl")


def test_a_crash_in_the_middle_of_a_line_costs_that_line_only(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    append(path, "a", "b")
    content = path.read_bytes()
    first = content.index(b"\n") + 1
    whole = {key_of(name, f"text of {name}", ORIGIN) for name in "ab"}
    for cut in [*range(first, len(content), 37), len(content) - 2, len(content) - 1]:
        path.write_bytes(content[:cut])
        found = done(path)
        assert found <= whole
        assert (len(found) == 2) == (cut >= len(content) - 1)
        append(path, "c")
        read = read_results(path.read_text("utf-8"), Recipe)
        assert [one.id for one in read] == ["a", *(["b"] if len(found) == 2 else []), "c"]


@pytest.mark.parametrize(
    "content",
    [b"An article of two lines.\nWhich nobody wants to lose.\n", b"An article", b"[1]\n{}\n", b"7"],
)
def test_a_file_of_something_else_is_refused_untouched(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"article\.txt: line 1 is not a result"):
        Journal(path, resume=True)
    assert path.read_bytes() == content


def test_lines_of_an_older_form_are_kept_but_count_as_not_done(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    line = {key: value for key, value in make_extraction("a").to_dict().items() if key != "model"}
    path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert done(path) == frozenset()
    assert path.read_text("utf-8").count("\n") == 1


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    class Full:
        """Takes some bytes, then no more, as a disk does."""

        def write(self, content: bytes) -> int:
            return len(content) // 2

    journal = Journal(tmp_path / "out.jsonl", resume=False)
    journal.close()
    full: Any = Full()
    journal._file = full
    with pytest.raises(ExtractorError, match="No space left on device; make room"):
        journal.append(make_extraction(), "text", ORIGIN)
