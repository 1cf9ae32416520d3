"""From what was named on a command line to texts: files, folders and standard input.

This module owns finding articles, naming them and decoding their bytes. The text is never altered:
line ends stay as they are and only a byte order mark is left out, so offsets hold. What the text
says is the business of ``article``.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from extractor.errors import InputError

STDIN = "-"

_BYTE_ORDER_MARKS = (  # the longer first: one begins like another
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UTF8_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
# What other alphabets' letters become inside a word when read as Windows-1252.
_SIGN_IN_WORD = re.compile(
    "[^\\W\\d_][\u00a1-\u00a9\u00ab-\u00b3\u00b5\u00b6\u00b8\u00b9\u00bb-\u00bf\u00d7\u00f7][^\\W\\d_]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_MOST_CONTROLS = 0.01  # stray ones occur in scraped pages; binary data is full of them
_MOST_ACCENTED = 0.3  # text of another alphabet decodes as Windows-1252 into accented letters only


@dataclass(frozen=True, slots=True)
class Source:
    """Where one article comes from; ``path`` is ``None`` for standard input."""

    id: str
    path: Path | None

    @property
    def label(self) -> str:
        """How messages call it."""
        return "standard input" if self.path is None else str(self.path)


@dataclass(frozen=True, slots=True)
class Found:
    """The articles to read, ids unique, and for each argument without any, why."""

    sources: tuple[Source, ...]
    problems: tuple[InputError, ...]


def find(arguments: Iterable[str]) -> Found:
    """The articles behind files, folders (their ``*.txt`` by name, not deeper) and ``-``.

    What is named twice is taken once. The id is the file's name without its ending; where two would
    be equal, the folder's name comes before it.
    """
    paths: list[Path | None] = []
    problems: list[InputError] = []
    for argument in arguments:
        try:
            paths.extend(_paths(argument))
        except InputError as error:
            problems.append(error)
    unique: dict[Path | None, Path | None] = {}
    for path in paths:
        unique.setdefault(path.resolve() if path else None, path)
    chosen = [*unique.values()]
    sources = tuple(map(Source, _ids(chosen), chosen))
    return Found(sources, tuple(problems))


def read(source: Source, stdin: BinaryIO | None = None) -> str:
    """The text of one article. ``stdin`` stands in for standard input's bytes.

    Raises ``InputError``, which names the file, if it cannot be read, is no text or holds no words.
    """
    try:
        if source.path is not None:
            content = source.path.read_bytes()
        else:
            content = (stdin or _standard_input()).read()
    except OSError as error:
        raise InputError(f"{source.label}: cannot be read: {error.strerror or error}") from None
    return decode(content, source.label)


def decode(content: bytes, label: str) -> str:
    """Bytes to text: by byte order mark, else UTF-8, else Windows-1252 if that looks like text.

    ``label`` names the input in the message of the ``InputError`` raised for anything else.
    """
    if not content.strip():
        raise InputError(f"{label}: is empty; give a file that holds an article's text")
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if content.startswith(mark)), None)
    if encoding is None and b"\0" in content:
        raise InputError(f"{label}: is binary, not text; give the article as plain text")
    try:
        text = content.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if encoding is not None:
            raise InputError(f"{label}: is damaged {encoding.upper()}; save it as UTF-8") from None
        text = _decode_windows(content, label, error.start)
    controls = _CONTROL.findall(text)
    if "\0" in controls or len(controls) > _MOST_CONTROLS * len(text):
        raise InputError(f"{label}: is binary, not text; give the article as plain text")
    if not any(character.isalnum() for character in text):
        raise InputError(f"{label}: holds no words; give a file that holds an article's text")
    return text


def _decode_windows(content: bytes, label: str, position: int) -> str:
    unknown = InputError(f"{label}: is of unknown encoding; save it as UTF-8")
    if sequences := _UTF8_SEQUENCE.findall(content):
        if 2 * sum(map(len, sequences)) > sum(byte > 0x7F for byte in content):
            raise InputError(f"{label}: is damaged UTF-8 at byte {position}; save it as UTF-8")
        raise unknown
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        raise unknown from None
    accented = sum(character > "\x7f" for character in text)
    letters = sum(character.isalpha() for character in text)
    if accented > _MOST_ACCENTED * letters or _CONTROL.search(text) or _SIGN_IN_WORD.search(text):
        raise unknown
    return text


def _standard_input() -> BinaryIO:
    import sys

    return sys.stdin.buffer


def _paths(argument: str) -> list[Path | None]:
    if argument == STDIN:
        return [None]
    path = Path(argument)
    try:
        if not path.is_dir():
            path.stat()
            return [path]
        found = [
            inner
            for inner in sorted(path.iterdir())
            if inner.suffix.lower() == ".txt" and not inner.is_dir()
        ]
    except FileNotFoundError:
        raise InputError(f"{argument}: no such file or folder") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{argument}: cannot be read: {error}") from None
    if not found:
        raise InputError(f"{argument}: no articles; a folder's articles are its *.txt files")
    return [*found]


def _ids(paths: Sequence[Path | None]) -> list[str]:
    """The shortest names that are all different: stem, with folder, with ending, numbered."""
    stems = ["stdin" if path is None else path.stem for path in paths]
    folders = ["" if path is None else path.absolute().parent.name for path in paths]
    ids = stems
    for longer in (
        [f"{folder}-{stem}" for folder, stem in zip(folders, stems, strict=True)],
        [
            f"{folder}-{path.name if path else stem}"
            for folder, path, stem in zip(folders, paths, stems, strict=True)
        ],
    ):
        times = Counter(ids)
        ids = [name if times[name] == 1 else other for name, other in zip(ids, longer, strict=True)]
    if len({*ids}) < len(ids):
        return [f"{number}-{stem}" for number, stem in enumerate(stems, start=1)]
    return ids
