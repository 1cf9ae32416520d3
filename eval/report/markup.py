"""The building blocks of GitHub Markdown, safe whatever text goes into them.

This module owns escaping. What is written with the blocks is the reports' business.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from eval.report.mentions import Part
from extractor.run.table import plain

# What means something within a line; the last two would make links of addresses.
_SPECIAL = re.compile(r"([\\`*_\[\]|~$]|:(?=//)|(?<=www)\.)")


def escape(text: str) -> str:
    """Text that Markdown and HTML leave as it is, on one line; safe in a table's cell."""
    return _SPECIAL.sub(r"\\\1", html.escape(plain(text), quote=False))


def code(text: str) -> str:
    """Text as a code span, safe in a table's cell."""
    line = plain(text).replace("|", "\\|")
    longest = max((len(run) for run in re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if line[:1] in ("`", " ") or line[-1:] in ("`", " ") or not line else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def marked(parts: Iterable[Part]) -> str:
    """A sentence with its mention in bold, safe in a table's cell."""
    return "".join(
        f"<b>{escape(part.text)}</b>" if part.marked else escape(part.text) for part in parts
    )


def table(header: Sequence[str], rows: Iterable[Sequence[str]], numbers_from: int = 1) -> str:
    """A table of cells already escaped; columns from ``numbers_from`` on are set to the right."""
    rule = ["---" if index < numbers_from else "---:" for index in range(len(header))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, rule, *rows))
