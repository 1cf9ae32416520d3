"""Many articles: a bounded number at once, none lost by another's failure, progress told.

This module owns the order of work and the counting. It extracts nothing itself, knows no files but
through the ``read`` it is given, and leaves keeping results to the caller (``journal``, ``sinks``).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from extractor.errors import ConfigurationError, ModelFileError, ModelUnavailable, SchemaError
from extractor.events import Event, SectionStarted
from extractor.extraction import Extraction
from extractor.run import inputs
from extractor.run.inputs import Source

# What is wrong for every article alike: going on would say it a thousand times.
_FATAL = (ConfigurationError, ModelFileError, SchemaError)


class ArticleExtractor(Protocol):
    """The part of ``Extractor`` that many articles need."""

    async def extract(self, text: str, id: str = "article") -> Extraction[Any]:
        """The result of one article; raises ``ExtractorError`` if there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the article at ``index``: a result, an error, or neither if it was skipped."""

    index: int
    source: Source
    text: str | None = None
    extraction: Extraction[Any] | None = None
    error: Exception | None = None

    @property
    def skipped(self) -> bool:
        """Whether the result was there before."""
        return self.extraction is None and self.error is None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: ``done`` of ``total`` articles.

    ``section`` is the one being asked, number ``number`` of ``sections``; ``None`` when the article
    ``article_id`` has just been finished. ``tokens``: prompt tokens computed (not those cached) and
    tokens generated, so far. ``elapsed``: seconds since the start.
    """

    article_id: str
    section: str | None
    number: int
    sections: int
    done: int
    total: int
    tokens: int
    elapsed: float


class Meter:
    """Turns an extractor's events and finished articles into ``Progress``, told to ``report``."""

    def __init__(
        self,
        total: int,
        report: Callable[[Progress], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._total = total
        self._report = report
        self._clock = clock
        self._begun = clock()
        self._done = 0
        self._tokens = 0

    def on_event(self, event: Event) -> None:
        """Count one event of any article."""
        if isinstance(event, SectionStarted):
            self._tell(event.article_id, event.section, event.number, event.total)
        else:
            usage = event.usage
            self._tokens += usage.prompt_tokens - usage.cached_tokens + usage.completion_tokens

    def finished(self, outcome: Outcome) -> None:
        """Count one article, whatever became of it."""
        self._done += 1
        self._tell(outcome.source.id, None, 0, 0)

    def _tell(self, article_id: str, section: str | None, number: int, sections: int) -> None:
        elapsed = self._clock() - self._begun
        self._report(
            Progress(
                article_id,
                section,
                number,
                sections,
                self._done,
                self._total,
                self._tokens,
                elapsed,
            )
        )


async def extract_all(
    sources: Sequence[Source],
    extractor: ArticleExtractor,
    *,
    concurrency: int = 1,
    is_done: Callable[[str, str], bool] | None = None,
    read: Callable[[Source], str] = inputs.read,
) -> AsyncGenerator[Outcome, None]:
    """Extract every article, at most ``concurrency`` at once; outcomes come as they finish.

    ``is_done(id, text)``: whether the result is there already. An article's failure is its outcome;
    only what would fail for every article (configuration, model file, schema) is raised. Closing
    the iterator stops the work under way.
    """
    if concurrency < 1:
        raise ConfigurationError("concurrency: at least one article at a time")
    waiting = iter(enumerate(sources))
    finished: asyncio.Queue[tuple[Outcome, asyncio.Event]] = asyncio.Queue()

    async def work() -> None:
        for index, source in waiting:
            taken = asyncio.Event()
            outcome = await _extract_one(index, source, extractor, is_done, read)
            finished.put_nowait((outcome, taken))
            await taken.wait()  # a result is kept before the next article is begun

    workers = [asyncio.create_task(work()) for _ in range(min(concurrency, len(sources)))]
    try:
        for _ in sources:
            outcome, taken = await finished.get()
            if isinstance(outcome.error, _FATAL):
                raise outcome.error
            yield outcome
            taken.set()
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


async def _extract_one(
    index: int,
    source: Source,
    extractor: ArticleExtractor,
    is_done: Callable[[str, str], bool] | None,
    read: Callable[[Source], str],
) -> Outcome:
    try:
        text = read(source)
        if is_done is not None and is_done(source.id, text):
            return Outcome(index, source, text)
        return Outcome(index, source, text, await extractor.extract(text, source.id))
    except Exception as error:  # a defect met by one article must not cost the others
        return Outcome(index, source, error=error)
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        # Nobody stopped this run: something inside gave up, and waiting for it would never end.
        return Outcome(
            index, source, error=ModelUnavailable("the request was cancelled; try again")
        )
