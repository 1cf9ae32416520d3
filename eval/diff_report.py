"""The difference of two runs for a terminal, as Markdown and as JSON.

This module owns the layout. It prints nothing: give ``to_terminal`` to a ``rich`` console. Numbers
and values are spelt by ``report.figures``, flipped leaves laid out by ``report.gate_report``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from eval.changes import Change
from eval.diff import Delta, RunDiff
from eval.report.figures import NOTHING, number
from eval.report.gate_report import flip_lines, flip_table
from eval.report.json_report import strict_json
from eval.report.markup import code, escape, table
from extractor.run.table import cost, plain

if TYPE_CHECKING:
    from rich.console import RenderableType

_HEADER = ("", "P", "Δ", "R", "Δ", "F1", "Δ")


def to_json(found: RunDiff) -> str:
    """Indented JSON, whole; a number JSON cannot hold is written as null."""
    return strict_json(found.model_dump(mode="json"))


def to_terminal(found: RunDiff) -> RenderableType:
    """What was changed, each score before and after, each flipped leaf, and the test."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(overflow="fold")
    for name, sentence in _facts(found):
        grid.add_row(name, Text(plain(sentence), style="bold" if name == "confounded" else ""))
    title = Text(f"{found.before.run} → {found.after.run}", style="bold")
    return Group(title, grid, "", _deltas(found), *flip_lines(found.flips))


def to_markdown(found: RunDiff) -> str:
    """The same for a CI summary."""
    blocks = [
        f"## {code(found.before.run)} → {code(found.after.run)}",
        "\n".join(f"- **{name}**: {escape(sentence)}" for name, sentence in _facts(found)),
        table(_HEADER, ([escape(row[0]), *row[1:]] for row in _rows(found))),
    ]
    if found.flips:
        blocks.append(flip_table(found.flips))
    return "\n\n".join(blocks) + "\n"


def _facts(found: RunDiff) -> Iterator[tuple[str, str]]:
    """What is to be said in words, as name and sentence."""
    for change in found.changes:
        yield change.what, _changed(change)
    if not any(change.counts for change in found.changes):
        yield "changed", "nothing that decides results"
    if found.confounded:
        yield "confounded", "more than one thing was changed: no effect can be laid to any of them"
    if found.rescored:
        yield "scored anew", f"{found.rescored}: both by today's scorer on the second run's gold"
    if found.left_out:
        yield "left out", f"only one run has {', '.join(found.left_out)}"
    test = found.test
    yield "articles", f"{test.wins} better, {test.ties} equal, {test.losses} worse"
    yield "chance", _chance(found)
    yield "cost", f"{cost(found.before.usage)} → {cost(found.after.usage)}"


def _chance(found: RunDiff) -> str:
    test = found.test
    if not test.differing:
        return "no article's counts differ"
    return (
        f"exact sign-flip test on pooled strict F1: p = {test.p:.4g}; with "
        f"{test.differing} differing articles it cannot be below {test.floor:.4g}"
    )


def _changed(change: Change) -> str:
    same = f"{change.before} → {change.after}" if change.before != change.after else change.after
    return f"{same} ({change.detail})" if change.detail else same


def _deltas(found: RunDiff) -> RenderableType:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for index, name in enumerate(_HEADER):
        justify: Any = "right" if index else "left"
        grid.add_column(name, justify=justify, no_wrap=index > 0, overflow="fold")
    for row in _rows(found):
        grid.add_row(*(Text(plain(cell), style=_tint(cell)) for cell in row))
    return grid


def _rows(found: RunDiff) -> Iterator[list[str]]:
    """The totals, then the fields whose scores changed, the greatest fall in F1 first."""
    yield _row("strict micro", found.strict)
    yield _row("lenient micro", found.lenient)
    moved = [delta for delta in found.fields if _moved(delta)]
    for delta in sorted(moved, key=lambda one: one.f1 if one.f1 is not None else 0.0):
        yield _row(delta.path, delta)


def _moved(delta: Delta) -> bool:
    before, after = delta.before, delta.after
    if before is None or after is None:
        return before is not after
    return before.counts != after.counts


def _row(name: str, delta: Delta) -> list[str]:
    cells = [name]
    for share in ("precision", "recall", "f1"):
        was, now = getattr(delta.before, share, None), getattr(delta.after, share, None)
        cells.append(number(now) if was == now else f"{number(was)} → {number(now)}")
        change = getattr(delta, share)
        cells.append("" if was == now else NOTHING if change is None else f"{change:+.3f}")
    return cells


def _tint(cell: str) -> str:
    return {"+": "green", "-": "red"}.get(cell[:1], "")
