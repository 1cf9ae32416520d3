"""A gold document for a terminal: the article with its mentions marked, then what they stand for.

This module owns the layout. It prints nothing: give the result to a ``rich`` console.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from eval.gold import GoldDocument
from eval.gold_check import scored_leaves
from eval.items import read_record
from eval.pointers import covering, resolve, split
from eval.report.segments import Highlight, displayable, segments
from eval.shapes import read_schema
from extractor.run.table import dotted, plain, shown

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

_COLOURS = ("green", "cyan", "magenta", "yellow", "blue", "red")


def to_terminal(document: GoldDocument, text: str, schema: type[BaseModel]) -> RenderableType:
    """The article, each mention followed by its number, and the values by number."""
    from rich.console import Group
    from rich.text import Text

    numbers = {pointer: number for number, pointer in enumerate(document.evidence, start=1)}
    parts: list[RenderableType] = [
        Text(f"{plain(document.id)}\n", style="bold"),
        marked(document, text),
        _values(document, schema, numbers),
    ]
    parts.extend(_notes(document))
    return Group(*parts)


def marked(document: GoldDocument, text: str) -> Text:
    """The text, unchanged but for numbers in angle brackets after mentions."""
    from rich.text import Text

    found = [
        Highlight(max(0, span.start), min(span.end, len(text)), number)
        for number, alternatives in enumerate(document.evidence.values(), start=1)
        for spans in alternatives
        for span in spans
        if span.start < min(span.end, len(text))
    ]
    colours = _colours(document.evidence)
    ends: dict[int, set[int]] = {}
    for one in found:
        ends.setdefault(one.end, set()).add(one.leaf)
    line, at = Text(), 0
    for segment in segments(text, found):
        style = f"bold {colours[segment.leaves[0]]}" if segment.leaves else ""
        line.append(displayable(segment.text), style=style)
        at += len(segment.text)
        if at in ends:
            line.append(f"⟨{','.join(map(str, sorted(ends[at])))}⟩", style="dim")
    return line


def _colours(pointers: Iterable[str]) -> dict[int, str]:
    """A colour for each number, one for all mentions of a top-level field."""
    tops: dict[str, str] = {}
    found = {}
    for number, pointer in enumerate(pointers, start=1):
        top = (split(pointer) or ("",))[0]
        found[number] = tops.setdefault(top, _COLOURS[len(tops) % len(_COLOURS)])
    return found


def _values(document: GoldDocument, schema: type[BaseModel], numbers: dict[str, int]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("mention", no_wrap=True)
    table.add_column("leaf", overflow="fold")
    table.add_column("value", overflow="fold")
    table.add_column("also right", overflow="fold")
    for pointer, value in _stated(document, schema):
        number = covering(document.record, pointer, numbers)
        also = [*document.alternatives.get(pointer, ())]
        if pointer in document.unscorable:
            also.append(f"not scored: {document.unscorable[pointer]}")
        table.add_row(
            Text("" if number is None else f"⟨{number}⟩", style="dim"),
            Text(dotted(pointer)),
            Text(plain(shown(value))),
            Text(plain(" · ".join(also)), style="dim"),
        )
    return table


def _stated(document: GoldDocument, schema: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    """The scored leaves that hold a value; a quantity is one."""
    seen = set()
    for pointer, leaf, value in scored_leaves(read_record(read_schema(schema), document.record)):
        if value is None:
            continue
        whole = pointer.rpartition("/")[0] if leaf.kind in ("value", "bound") else pointer
        if whole not in seen:
            seen.add(whole)
            yield whole, resolve(document.record, whole)


def _notes(document: GoldDocument) -> Iterator[Text]:
    from rich.text import Text

    for note in document.notes:
        yield Text(f"note: {plain(note)}", style="dim")
    for one in document.resolutions:
        yield Text(f"settled {dotted(one.path)}: {plain(one.reason)}", style="dim")
    for change in document.history:
        old, new = plain(shown(change.old)) or "null", plain(shown(change.new)) or "null"
        what = f"{dotted(change.path)}: {old} → {new}"
        yield Text(f"changed on {change.date} {what}: {plain(change.reason)}", style="dim")
