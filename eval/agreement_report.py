"""The agreement of annotators for a terminal.

This module owns the layout. It prints nothing: give the result to a ``rich`` console.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eval.agreement import Agreement, Alpha
from eval.report.figures import NOTHING, number, place, value
from eval.report.worst import worst_fields
from extractor.run.table import plain

if TYPE_CHECKING:
    from rich.console import RenderableType


def to_terminal(found: Agreement) -> RenderableType:
    """F1 by field between the annotators and against the gold, alpha, and each difference."""
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("field", overflow="fold")
    for name in ("strict", "lenient", "a:gold", "b:gold", "alpha presence", "alpha value"):
        table.add_column(name, justify="right", no_wrap=True)
    between, a, b = found.between, found.a, found.b
    table.add_row(
        Text("micro F1", style="bold"),
        number(between.strict.f1),
        number(between.lenient.f1),
        number(a.strict.f1 if a else None),
        number(b.strict.f1 if b else None),
        _alpha(found.presence),
        _alpha(found.values),
    )
    for row in found.fields:
        if (row.strict, row.lenient, row.a, row.b) != (None, None, None, None):
            table.add_row(
                Text(plain(row.path)),
                *map(number, (row.strict, row.lenient, row.a, row.b)),
                _alpha(row.presence),
                _alpha(row.values),
            )
    parts: list[RenderableType] = [
        Text(f"agreement over {len(between.documents)} articles (F1, Krippendorff's alpha)\n"),
        table,
    ]
    worst = worst_fields(between)
    if worst:
        parts.append(Text("\nwhere the annotators differ, a → b", style="bold"))
    parts.extend(
        Text(
            f"  {plain(leaf.document)} {place(leaf)}: {value(leaf.gold)} → {value(leaf.predicted)}"
        )
        for field in worst
        for leaf in field.leaves
    )
    return Group(*parts)


def _alpha(found: Alpha | None) -> str:
    return NOTHING if found is None or found.alpha is None else f"{found.alpha:.3f}"
