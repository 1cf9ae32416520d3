"""How a download looks while it runs: a bar on a terminal, sparse lines elsewhere, or nothing.

Owns the three ways of showing it, all on standard error. What happens is decided in `download.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TextIO

from extractor.model_files.store import human_size

if TYPE_CHECKING:
    from rich.progress import Progress as RichBar
    from rich.progress import TaskID

LINE_EVERY_PER_CENT = 20


class Progress(Protocol):
    """Told what goes on; shows it or not."""

    def begin(self, what: str, total: int) -> None:
        """A new stretch of ``total`` bytes starts; the one before has ended."""

    def at(self, done: int) -> None:
        """So many bytes of the stretch are done."""

    def note(self, text: str) -> None:
        """One line worth reading."""


class Silent:
    """Shows nothing."""

    def begin(self, what: str, total: int) -> None:
        """See `Progress.begin`."""

    def at(self, done: int) -> None:
        """See `Progress.at`."""

    def note(self, text: str) -> None:
        """See `Progress.note`."""


class Lines:
    """For logs and pipes: a line at the start of a stretch and at each fifth of it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._what, self._total, self._shown = "", 0, 0

    def begin(self, what: str, total: int) -> None:
        """See `Progress.begin`."""
        self._what, self._total, self._shown = what, total, 0
        self.note(f"{what}: {human_size(total)}")

    def at(self, done: int) -> None:
        """See `Progress.at`."""
        per_cent = min(100, done * 100 // self._total) if self._total else 100
        step = per_cent - per_cent % LINE_EVERY_PER_CENT
        if step > self._shown:
            self._shown = step
            self.note(f"{self._what}: {per_cent} % ({human_size(done)})")

    def note(self, text: str) -> None:
        """See `Progress.note`."""
        print(text, file=self._stream, flush=True)


class Bar:
    """For a terminal: one bar a stretch, with bytes, speed and time left."""

    def __init__(self, bar: RichBar) -> None:
        self._bar = bar
        self._task: TaskID | None = None

    def begin(self, what: str, total: int) -> None:
        """See `Progress.begin`."""
        if self._task is not None:
            self._bar.remove_task(self._task)
        self._task = self._bar.add_task(what, total=total)

    def at(self, done: int) -> None:
        """See `Progress.at`."""
        if self._task is not None:
            self._bar.update(self._task, completed=done)

    def note(self, text: str) -> None:
        """See `Progress.note`."""
        self._bar.console.print(text, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def showing(stream: TextIO, *, quiet: bool = False) -> Iterator[Progress]:
    """The way of showing that suits ``stream``, taken down at the end of the block."""
    if quiet:
        yield Silent()
    elif not stream.isatty():
        yield Lines(stream)
    else:
        from rich import progress
        from rich.console import Console

        columns = (
            progress.TextColumn("{task.description}", markup=False),
            progress.BarColumn(),
            progress.DownloadColumn(),
            progress.TransferSpeedColumn(),
            progress.TimeRemainingColumn(),
        )
        with progress.Progress(*columns, console=Console(file=stream), transient=True) as bar:
            yield Bar(bar)
