"""Where results go: standard output or a file, in one of four formats.

This module owns when a result is written: at once where the format allows it, whole and atomically
where it does not. What is written is ``render``'s and ``table``'s; ``journal`` owns resuming.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias

from extractor.errors import ConfigurationError, ExtractorError
from extractor.extraction import Extraction
from extractor.run.batch import Outcome
from extractor.run.journal import Journal, Origin, key_of
from extractor.run.render import to_bytes, to_csv, to_json, to_json_line

Format: TypeAlias = Literal["table", "json", "jsonl", "csv"]
_ENDINGS: dict[str, Format] = {".json": "json", ".jsonl": "jsonl", ".csv": "csv"}
_WIDTH = 120  # characters of a table that goes to a file


class Sink(Protocol):
    """Takes results as they come, in any order."""

    def add(self, outcome: Outcome, extraction: Extraction[Any]) -> None:
        """Take the result of one article."""
        ...

    def close(self) -> None:
        """Write what has not been written; called once, after an interruption too."""
        ...


def choose_format(given: Format | None, output: Path | None) -> Format:
    """The format asked for, else the one the file's ending says, else the table."""
    return given or (_ENDINGS.get(output.suffix.lower(), "table") if output else "table")


def check_output(output: Path, form: Format, *, resume: bool, overwrite: bool) -> None:
    """Raise ``ConfigurationError`` for a file that cannot be written, before any work is done.

    A JSON Lines file with results in it is only replaced if told so: they may have cost hours.
    """
    if output.is_dir():
        raise ConfigurationError(f"{output}: is a folder; name a file")
    folder = output.absolute().parent
    if not folder.is_dir():
        raise ConfigurationError(f"{folder}: no such folder; make it first")
    if not os.access(output if output.exists() else folder, os.W_OK):
        raise ConfigurationError(f"{output}: cannot be written; choose another file")
    if form == "jsonl" and not resume and not overwrite and _has_content(output):
        raise ConfigurationError(
            f"{output}: holds results; go on with --resume or replace them with --overwrite"
        )


class LineSink:
    """JSON Lines to standard output, each as it comes."""

    def add(self, outcome: Outcome, extraction: Extraction[Any]) -> None:
        del outcome
        _write_out(to_json_line(extraction))

    def close(self) -> None:
        pass


class JournalSink:
    """JSON Lines to a file that can be resumed."""

    def __init__(self, journal: Journal, origin: Origin) -> None:
        self._journal = journal
        self._origin = origin

    def add(self, outcome: Outcome, extraction: Extraction[Any]) -> None:
        self._journal.append(extraction, outcome.text or "", self._origin)

    def is_done(self, article_id: str, text: str) -> bool:
        """Whether the file holds this article's result."""
        return key_of(article_id, text, self._origin) in self._journal.done

    def close(self) -> None:
        self._journal.close()


class TableSink:
    """Tables to standard output, each as it comes."""

    def add(self, outcome: Outcome, extraction: Extraction[Any]) -> None:
        from rich.console import Console

        from extractor.run.table import to_table

        with contextlib.suppress(AttributeError, io.UnsupportedOperation):
            sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
        Console(file=sys.stdout, highlight=False).print(to_table(extraction, outcome.text))

    def close(self) -> None:
        pass


class CollectingSink:
    """Formats that are one whole: written at the end, in the order of the input."""

    def __init__(self, form: Format, output: Path | None) -> None:
        self._form = form
        self._output = output
        self._found: dict[int, tuple[Extraction[Any], str | None]] = {}

    def add(self, outcome: Outcome, extraction: Extraction[Any]) -> None:
        self._found[outcome.index] = (extraction, outcome.text)

    def close(self) -> None:
        pairs = [self._found[index] for index in sorted(self._found)]
        extractions = [extraction for extraction, _ in pairs]
        if self._form == "table":
            text = _tables(pairs)
        else:
            text = to_csv(extractions) if self._form == "csv" else to_json(extractions)
        if self._output is None:
            _write_out(text)
        else:
            write_atomically(self._output, to_bytes(text))


def open_sink(form: Format, output: Path | None, origin: Origin, *, resume: bool) -> Sink:
    """The sink for a format and a file, or standard output."""
    if form == "jsonl":
        if output is None:
            return LineSink()
        return JournalSink(Journal(output, resume=resume), origin)
    if form == "table" and output is None:
        return TableSink()
    return CollectingSink(form, output)


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file whole or not at all; what is no regular file (a pipe, a device) is written to.

    The content goes to a neighbour first, which takes the file's place once it is on the disk; the
    price is the file's former owner and mode. Raises ``ExtractorError`` if it cannot be done.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
            return
        target = path.resolve()
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise ExtractorError(f"{path}: cannot be written: {error.strerror}") from None


def _has_content(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _tables(pairs: list[tuple[Extraction[Any], str | None]]) -> str:
    from rich.console import Console

    from extractor.run.table import to_table

    file = io.StringIO()
    console = Console(file=file, width=_WIDTH, highlight=False)
    for extraction, text in pairs:
        console.print(to_table(extraction, text))
    return file.getvalue()


def _write_out(text: str) -> None:
    """To standard output in UTF-8, whatever the locale says."""
    sys.stdout.flush()
    sys.stdout.buffer.write(to_bytes(text))
    sys.stdout.buffer.flush()
