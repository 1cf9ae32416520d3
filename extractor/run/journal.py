"""The JSON Lines file of a run: each result is kept the moment it is there, and a run can go on.

This module owns appending and recognising what was done before. A line counts as done if it was
made from the same text by the same model, prompts, schema and options. The form of a result is
``render``'s.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import RawIOBase
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from extractor.errors import ConfigurationError, ExtractorError
from extractor.extraction import Extraction
from extractor.run.render import to_bytes, to_json_line


@dataclass(frozen=True, slots=True)
class Origin:
    """What, besides the article, decides a result: equal origins give equal results.

    ``options``: settings such as effort that change what is found.
    """

    model: str
    prompt_version: str
    schema_hash: str
    options: Mapping[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Key:
    """Recognises the result of one article: its id, the hash of its text, and its origin's hash."""

    id: str
    text_sha256: str
    origin: str


def key_of(article_id: str, text: str, origin: Origin) -> Key:
    """The key under which this article's result is, or will be, in a journal."""
    return Key(article_id, text_hash(text), _hash_of(origin))


def text_hash(text: str) -> str:
    """SHA-256 of the text in UTF-8, in hexadecimal."""
    return hashlib.sha256(to_bytes(text)).hexdigest()


class Journal:
    """A JSON Lines file that results are appended to; ``done`` holds the keys it had when opened.

    Opening it cuts off a last line that an interruption left unfinished. Raises
    ``ConfigurationError`` if the file cannot be written, or holds something else.
    """

    def __init__(self, path: Path, *, resume: bool) -> None:
        self.path = path
        self.done: frozenset[Key] = frozenset()
        try:
            if resume and path.exists():
                self.done = _recover(path)
            # Unbuffered: what could not be written must not be tried again on closing.
            self._file: RawIOBase = path.open("ab" if resume else "wb", buffering=0)
        except OSError as error:
            raise ConfigurationError(f"{path}: cannot be written: {error.strerror}") from None

    def append(self, extraction: Extraction[Any], text: str, origin: Origin) -> None:
        """Write one result, on the disk on return. Raises ``ExtractorError`` if it cannot."""
        extra = {"text_sha256": text_hash(text), "options": dict(origin.options)}
        content = to_bytes(to_json_line(extraction, extra))
        try:
            if self._file.write(content) != len(content):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(self._file.fileno())
        except OSError as error:
            raise ExtractorError(
                f"{self.path}: cannot be written: {error.strerror}; make room and add --resume"
            ) from None

    def close(self) -> None:
        """Close the file; appending is over."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _recover(path: Path) -> frozenset[Key]:
    content = path.read_bytes()
    *lines, rest = content.split(b"\n")
    whole = _is_json(rest)
    if whole:
        lines.append(rest)
    elif rest and not rest.startswith(b"{"):
        raise _foreign(path, len(lines) + 1)
    found = [_key_in(line, path, number) for number, line in enumerate(lines, 1) if line.strip()]
    if whole:  # only its line end was lost
        with path.open("ab") as file:
            file.write(b"\n")
    elif rest:
        os.truncate(path, len(content) - len(rest))
    return frozenset(key for key in found if key is not None)


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _key_in(line: bytes, path: Path, number: int) -> Key | None:
    """The key of a line; ``None`` for a result that says too little to be recognised."""
    try:
        value = json.loads(line)
        if not isinstance(value, dict) or not {"id", "record"} <= value.keys():
            raise ValueError("not a result")
    except (ValueError, RecursionError):
        raise _foreign(path, number) from None
    try:
        origin = Origin(
            value["model"], value["prompt_version"], value["schema_hash"], value["options"]
        )
        return Key(value["id"], value["text_sha256"], _hash_of(origin))
    except (KeyError, TypeError):
        return None


def _foreign(path: Path, number: int) -> ConfigurationError:
    return ConfigurationError(
        f"{path}: line {number} is not a result of `extractor run`; resume another file"
    )


def _hash_of(origin: Origin) -> str:
    parts = [origin.model, origin.prompt_version, origin.schema_hash, dict(origin.options)]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
