"""Results as a table for people: each value beside its mention in the article.

This module owns the looks. The leaves it shows are ``render``'s; it computes nothing about them.
All text from outside is shown as plain text: markup and control characters in it have no effect.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from extractor.extraction import Evidence, Extraction, Status, Usage
from extractor.run.render import Leaf, leaves

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

CONTEXT = 28  # characters of the article on each side of a mention
_LONGEST = 120  # characters of a value or mention that are shown

_MARKS: Mapping[Status | None, tuple[str, str]] = {
    Status.VERBATIM: ("✓ verbatim", "green"),
    Status.NORMALISED: ("≈ normalised", "green"),
    Status.UNGROUNDED: ("✗ ungrounded", "bold red"),
    None: ("· none", "dim"),
}
_REVIEW = ("? review", "yellow")

# Control characters could rewrite the screen, direction marks could reorder it.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def to_table(extraction: Extraction[Any], text: str | None = None) -> RenderableType:
    """One article as a table; with its ``text``, a mention is shown in its context."""
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    found = leaves(extraction, whole=is_quantity)
    table = Table(
        title=Text(plain(extraction.id), style="bold"),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        expand=True,
    )
    table.add_column("field", no_wrap=True, max_width=40)
    table.add_column("value", ratio=2, overflow="fold")
    table.add_column("in the article", ratio=3, overflow="fold")
    table.add_column("evidence", no_wrap=True)
    table.add_column("conf.", justify="right", no_wrap=True)
    for leaf in found:
        if is_stated(leaf.value):
            mark, style = _MARKS[leaf.status]
            red = style if leaf.status is Status.UNGROUNDED else ""
            table.add_row(
                Text(dotted(leaf.pointer), style=red),
                Text(shown(leaf.value), style=red),
                _mentions(leaf, text),
                Text(mark, style=style),
                Text("" if leaf.confidence is None else f"{leaf.confidence:.2f}"),
            )
    for pointer, value in extraction.needs_review.items():
        mark, style = _REVIEW
        sure = extraction.confidence.get(pointer)
        table.add_row(
            Text(dotted(pointer), style=style),
            Text(shown(value), style=style),
            Text("not in the record", style="dim"),
            Text(mark, style=style),
            Text("" if sure is None else f"{sure:.2f}", style=style),
        )
    return Group(table, *_notes(extraction, found), Text(footer(extraction, found), style="dim"))


def is_quantity(value: Any) -> bool:
    """Whether a JSON object is a number with its bound, which reads better as one value."""
    return isinstance(value, dict) and value.keys() == {"value", "bound"}


def is_stated(value: Any) -> bool:
    """Whether a JSON value says something: ``None`` and what is empty mean *not stated*."""
    if is_quantity(value):
        return value["value"] is not None
    return value is not None and value != [] and value != {}


def dotted(pointer: str) -> str:
    """A JSON pointer as people write a path: ``/arrests/0/count`` → ``arrests[0].count``."""
    path = ""
    for token in pointer.split("/")[1:]:
        step = plain(token.replace("~1", "/").replace("~0", "~"))
        path += f"[{step}]" if step.isdecimal() else f".{step}" if path else step
    return path or "record"


def shown(value: Any) -> str:
    """A JSON value in a cell."""
    if is_quantity(value):
        number, bound = shown(value["value"]), str(value["bound"] or "exact")
        return number if bound == "exact" else f"{bound.replace('_', ' ')} {number}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return _short(", ".join(f"{key}: {shown(part)}" for key, part in value.items()))
    if isinstance(value, (list, tuple)):
        return _short(", ".join(map(shown, value)))
    return "" if value is None else _short(str(value))


def plain(text: str) -> str:
    """Text that cannot steer a terminal, on one line."""
    return _UNSAFE.sub("\ufffd", re.sub(r"\s+", " ", text))


def footer(extraction: Extraction[Any], found: Iterable[Leaf] = ()) -> str:
    """One line: how much is grounded and what it cost."""
    stated = [leaf for leaf in found if is_stated(leaf.value) and leaf.status is not None]
    grounded = sum(leaf.status is not Status.UNGROUNDED for leaf in stated)
    parts = [
        plain(extraction.model),
        "valid" if extraction.valid else "not valid",
        f"{grounded} of {len(stated)} values grounded",
        cost(extraction.usage),
    ]
    return " · ".join(parts)


def cost(usage: Usage) -> str:
    """Requests, tokens and time in words."""
    computed = usage.prompt_tokens - usage.cached_tokens
    share = usage.cached_tokens / usage.prompt_tokens if usage.prompt_tokens else 0
    return (
        f"{usage.requests:,} requests, prompt tokens {computed:,} computed "
        f"and {usage.cached_tokens:,} cached ({share:.0%}), "
        f"{usage.completion_tokens:,} generated, {usage.seconds:.1f} s"
    )


def _notes(extraction: Extraction[Any], found: Iterable[Leaf]) -> list[Text]:
    from rich.text import Text

    lines = [
        Text(f"! {dotted(pointer)}: {plain(issue)}", style="yellow")
        for pointer, issues in extraction.issues.items()
        for issue in issues
    ]
    missing = [
        dotted(leaf.pointer)
        for leaf in found
        if not is_stated(leaf.value) and leaf.pointer not in extraction.needs_review
    ]
    if missing:
        lines.append(Text(f"not stated: {', '.join(missing)}", style="dim"))
    return lines


def _mentions(leaf: Leaf, text: str | None) -> Text:
    from rich.text import Text

    cell = Text()
    for number, mention in enumerate(leaf.evidence):
        if number:
            cell.append("\n")
        _append_mention(cell.append, mention, text)
    return cell


def _append_mention(
    append: Callable[[str, str], object], mention: Evidence, text: str | None
) -> None:
    if mention.start is None or mention.end is None or mention.text is None:
        append("not found in the article", "red")
        return
    before, after = "", ""
    if text is not None:
        before = plain(text[max(0, mention.start - CONTEXT) : mention.start]).lstrip()
        after = plain(text[mention.end : mention.end + CONTEXT]).rstrip()
        before = ("…" if mention.start > CONTEXT else "") + before
        after += "…" if mention.end + CONTEXT < len(text) else ""
    append(before, "dim")
    append(_short(mention.text), "bold")
    append(after, "dim")


def _short(text: str) -> str:
    line = plain(text)
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
