"""Pages of Markdown with parts that commands fill.

A part stands between ``<!-- name -->`` and ``<!-- /name -->``, each on a line of its own. This
module owns these markers and the reading of a page's blocks of code. What goes between the markers
is the business of the scripts beside it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from eval.files import write_atomic
from extractor.errors import ExtractorError

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"

_MARKER = re.compile(r"^<!-- (/?)([a-z][a-z-]*) -->$", re.MULTILINE)
_BLOCK = re.compile(r"^```([a-z]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class PageError(ExtractorError):
    """A page that cannot be filled; the message names it and says what is missing."""


def names(page: str) -> list[str]:
    """The parts of a page, in order. Raises ``PageError`` for a marker without its partner."""
    found = [(closing == "/", name) for closing, name in _MARKER.findall(page)]
    opened, closed = found[::2], found[1::2]
    pairs = [(False, name) for _, name in closed], [(True, name) for _, name in opened]
    if (opened, closed) != pairs:
        raise PageError("markers come in pairs: <!-- name --> and, after its part, <!-- /name -->")
    return [name for _, name in opened]


def part(page: str, name: str) -> str:
    """What stands between a part's markers, without the empty lines around it."""
    start, end = _place(page, name)
    return page[start:end].strip("\n")


def filled(page: str, name: str, content: str) -> str:
    """The page with a part's content replaced. Raises ``PageError`` if it has no such part."""
    start, end = _place(page, name)
    return f"{page[:start]}\n{content.strip()}\n\n{page[end:]}"


def fill(path: Path, name: str, content: str) -> None:
    """Fill a part of a file, written whole or not at all, and say so."""
    page = path.read_text(encoding="utf-8")
    write_atomic(path, filled(page, name, content))
    print(f"wrote {name} into {os.path.relpath(path)}")


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a language, in order."""
    return [code for found, code in _BLOCK.findall(page) if found == language]


def fenced(text: str, language: str = "text") -> str:
    """Text as a fenced block."""
    return f"```{language}\n{text.strip()}\n```"


def _place(page: str, name: str) -> tuple[int, int]:
    if name not in names(page):
        raise PageError(f"there is no part {name!r}: write <!-- {name} --> and <!-- /{name} -->")
    start = page.index(f"<!-- {name} -->\n") + len(f"<!-- {name} -->\n")
    return start, page.index(f"<!-- /{name} -->")
