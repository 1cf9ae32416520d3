"""What standard error shows while articles are being read.

This module owns the two displays: a live bar on a terminal, plain lines anywhere else. The counting
is ``batch``'s; results never pass here, except a section's values as one line to look at.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self, TextIO

from extractor.events import SectionDone
from extractor.run.batch import Progress
from extractor.run.table import dotted, is_stated, plain, shown

if TYPE_CHECKING:
    from rich.progress import TaskID


class Display(Protocol):
    """Shows progress between entering and leaving it."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def update(self, progress: Progress) -> None:
        """Show how far the run is."""
        ...

    def line(self, text: str) -> None:
        """Show one line that stays."""
        ...

    def paused(self) -> AbstractContextManager[None]:
        """While it holds, something else may write to the terminal."""
        ...


def choose_display(total: int, stream: TextIO | None = None) -> Display:
    """The display that fits ``stream`` (standard error unless given)."""
    stream = stream or sys.stderr
    return LiveDisplay(stream) if stream.isatty() else PlainDisplay(stream, total)


def section_line(event: SectionDone) -> str:
    """A finished section and its values on one line."""
    from pydantic_core import to_jsonable_python

    values = to_jsonable_python(dict(event.values), fallback=str)
    stated = [
        f"{dotted(f'/{name}')}: {shown(value)}"
        for name, value in values.items()
        if is_stated(value)
    ]
    issue = f" ({plain(event.issue)})" if event.issue else ""
    return f"{plain(event.section)}{issue} · {' · '.join(stated) or 'nothing stated'}"


class PlainDisplay:
    """A line per finished article, and per section when there is only one article."""

    def __init__(self, stream: TextIO, total: int) -> None:
        self._stream = stream
        self._total = total

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass

    def update(self, progress: Progress) -> None:
        if progress.section is not None and self._total > 1:
            return
        doing = plain(progress.article_id)
        if progress.section is not None:
            doing += f": section {progress.number}/{progress.sections} {plain(progress.section)}"
        minutes, seconds = divmod(int(progress.elapsed), 60)
        self.line(
            f"[{progress.done}/{progress.total}] {doing} · {progress.tokens:,} tokens · "
            f"{minutes}:{seconds:02d}"
        )

    def line(self, text: str) -> None:
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        safe = text.encode(encoding, "replace").decode(encoding)
        print(safe, file=self._stream, flush=True)

    def paused(self) -> AbstractContextManager[None]:
        return nullcontext()


class LiveDisplay:
    """A bar with the article and section being asked, tokens and time; gone when finished."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[counts]}", markup=False),
            TimeElapsedColumn(),
            console=Console(file=stream, highlight=False),
            transient=True,
            refresh_per_second=4,  # more would cost the model on few cores
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task: TaskID | None = None
        self._under_way: dict[str, float] = {}

    def __enter__(self) -> Self:
        self._bar.start()
        self._task = self._bar.add_task("starting", total=None, counts="")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def update(self, progress: Progress) -> None:
        name = plain(progress.article_id)
        if progress.section is None:
            self._under_way.pop(progress.article_id, None)
            doing = name
        else:
            share = (progress.number - 1) / max(progress.sections, 1)
            self._under_way[progress.article_id] = share
            section = plain(progress.section)
            doing = f"{name}: {section} {progress.number}/{progress.sections}"
        if self._task is not None:
            self._bar.update(
                self._task,
                description=doing,
                total=progress.total,
                completed=progress.done + sum(self._under_way.values()),
                counts=f"{progress.done}/{progress.total} articles, {progress.tokens:,} tokens",
            )

    def line(self, text: str) -> None:
        self._bar.console.print(text, markup=False, soft_wrap=True)

    @contextmanager
    def paused(self) -> Iterator[None]:
        self._bar.stop()
        try:
            yield
        finally:
            self._bar.start()
