"""Files that survive a crash: written whole or not at all, or appended to line by line.

This module owns how bytes reach the disk, and the telling of a torn last line from damage. What the
files mean is the business of their owners.

A whole file is written beside its place and renamed over it: readers see the old or the new one,
never half of one. A line is added in one write to a file opened for appending, and is on the disk
when the call returns; a crash in between leaves at most one line without its end.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write a whole file, making its folder if need be. Raises ``OSError`` if it cannot."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(to_bytes(content))
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def append_line(path: Path, value: Any) -> None:
    """Add ``value`` as one line of JSON. Raises ``OSError`` if it cannot."""
    rest = to_bytes(json_line(value))
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        while rest:  # once, unless a signal or a full disk cut the write short
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def read_lines(path: Path) -> list[Any]:
    """The values of a JSON Lines file, none if it is not there; a torn last line is left out.

    Raises ``ValueError``, which names the line, for any other line that is not JSON.
    """
    try:
        *lines, rest = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    values = []
    for number, line in enumerate(lines, start=1):
        try:
            values.append(json.loads(line))
        except ValueError:
            raise ValueError(f"line {number} is not JSON") from None
    try:
        if rest:
            values.append(json.loads(rest))
    except ValueError:
        pass  # what a crash left of a line
    return values


def json_line(value: Any) -> str:
    """Compact JSON with its line end."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def json_text(value: Any) -> str:
    """JSON for reading."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def to_bytes(content: str | bytes) -> bytes:
    """UTF-8. Half a surrogate pair, which a model's escapes can hold, is written as its escape."""
    if isinstance(content, bytes):
        return content
    return content.encode("utf-8", "backslashreplace")
