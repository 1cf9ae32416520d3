"""``extractor run``: articles in, results out, and an exit code.

This module joins inputs, batch, sinks and progress, and owns the words of a run on standard error.
Reading options is ``cli``'s, extracting the ``Extractor``'s.
"""

from __future__ import annotations

import asyncio
import contextlib
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel

from extractor.errors import ExtractorError
from extractor.events import Event, SectionDone
from extractor.extraction import Usage
from extractor.run import inputs
from extractor.run.batch import ArticleExtractor, Meter, Outcome, extract_all
from extractor.run.inputs import Source
from extractor.run.journal import Origin
from extractor.run.progress import Display, choose_display, section_line
from extractor.run.sinks import Format, JournalSink, Sink, check_output, choose_format, open_sink
from extractor.run.table import cost, plain
from extractor.settings import Settings


class RunExtractor(ArticleExtractor, Protocol):
    """The part of ``Extractor`` a run needs.

    The three names are those of its results, known before the first; entering it loads no model.
    """

    @property
    def model(self) -> str: ...

    @property
    def prompt_version(self) -> str: ...

    @property
    def schema_hash(self) -> str: ...

    async def __aenter__(self) -> Any: ...

    async def __aexit__(self, *error: Any) -> Any: ...


class MakeExtractor(Protocol):
    """How an ``Extractor`` is made; its class is one."""

    def __call__(
        self,
        schema: type[BaseModel],
        settings: Settings,
        *,
        on_event: Callable[[Event], None] | None = None,
    ) -> RunExtractor: ...


@dataclass(frozen=True, slots=True)
class Job:
    """What a run is to do; ``form`` ``None``: as the output's ending says, else a table."""

    arguments: tuple[str, ...]
    schema: type[BaseModel]
    settings: Settings
    form: Format | None = None
    output: Path | None = None
    resume: bool = False
    overwrite: bool = False
    limit: int | None = None
    debug: bool = False


@dataclass(slots=True)
class _Tally:
    extracted: int = 0
    skipped: int = 0
    failed: int = 0
    usage: Usage = field(default_factory=Usage)
    written: Path | None = None


def run(job: Job, make_extractor: MakeExtractor) -> int:
    """Do the job; 0 if every article was extracted (or was before), 1 if some failed.

    Raises ``ExtractorError`` for what concerns the whole run, and ``KeyboardInterrupt`` after what
    was computed has been written.
    """
    form = choose_format(job.form, job.output)
    if job.output is not None:
        check_output(job.output, form, resume=job.resume, overwrite=job.overwrite)
    found = inputs.find(job.arguments)
    sources = found.sources[: job.limit]
    display = choose_display(len(sources))
    for problem in found.problems:
        display.line(f"error: {problem}")
    tally = _Tally(failed=len(found.problems))
    if sources:
        try:
            asyncio.run(_extract(job, form, sources, display, tally, make_extractor))
        finally:
            display.line(_summary(tally, len(sources) + len(found.problems)))
    return 1 if tally.failed else 0


async def _extract(
    job: Job,
    form: Format,
    sources: tuple[Source, ...],
    display: Display,
    tally: _Tally,
    make_extractor: MakeExtractor,
) -> None:
    meter = Meter(len(sources), display.update)

    def on_event(event: Event) -> None:
        meter.on_event(event)
        if len(sources) == 1 and isinstance(event, SectionDone):
            display.line(section_line(event))

    extractor = make_extractor(job.schema, job.settings, on_event=on_event)
    sink = open_sink(form, job.output, _origin(extractor, job.settings), resume=job.resume)
    outcomes = extract_all(
        sources,
        extractor,
        concurrency=job.settings.articles_at_once,
        is_done=sink.is_done if isinstance(sink, JournalSink) else None,
    )
    # Left in reverse: the bar goes, then the work under way stops, then what is there is written.
    try:
        async with extractor, contextlib.aclosing(outcomes):
            with display:
                async for outcome in outcomes:
                    _take(outcome, sink, display, tally, debug=job.debug)
                    meter.finished(outcome)
    finally:
        sink.close()
        tally.written = job.output


def _take(outcome: Outcome, sink: Sink, display: Display, tally: _Tally, *, debug: bool) -> None:
    if outcome.error is not None:
        tally.failed += 1
        display.line(f"error: {_reason(outcome.source, outcome.error)}")
        if debug:
            display.line("".join(traceback.format_exception(outcome.error)))
    elif outcome.extraction is None:
        tally.skipped += 1
    else:
        tally.extracted += 1
        tally.usage += outcome.extraction.usage
        with display.paused():
            sink.add(outcome, outcome.extraction)
        if not outcome.extraction.valid:
            display.line(
                f"warning: {outcome.source.label}: the record lacks something the schema requires; "
                "it is kept, marked as not valid"
            )


def _reason(source: Source, error: Exception) -> str:
    message = plain(str(error))
    if not isinstance(error, ExtractorError):
        message = f"unexpected {type(error).__name__}: {message}; --debug shows where"
    return message if message.startswith(source.label) else f"{source.label}: {message}"


def _origin(extractor: RunExtractor, settings: Settings) -> Origin:
    return Origin(
        extractor.model,
        extractor.prompt_version,
        extractor.schema_hash,
        {"effort": settings.effort, "min_confidence": settings.min_confidence},
    )


def _summary(tally: _Tally, total: int) -> str:
    parts = [f"{tally.extracted} of {total} articles extracted"]
    if tally.skipped:
        parts.append(f"{tally.skipped} there already")
    if tally.failed:
        parts.append(f"{tally.failed} failed")
    if tally.written is not None:
        parts.append(f"written to {tally.written}")
    if tally.extracted:
        parts.append(cost(tally.usage))
    return "; ".join(parts)
