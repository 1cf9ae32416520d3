"""The scorecard for a terminal: totals, a row per field, then the worst fields leaf by leaf.

This module owns the layout. It prints nothing: give the result to a ``rich`` console.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from eval.gate import Gate
from eval.report.figures import (
    NOTHING,
    interval,
    is_empty,
    notes,
    number,
    place,
    remarks,
    shares,
    totals,
    value,
)
from eval.report.gate_report import gate_lines
from eval.report.mentions import Document, Part, cited, sentences
from eval.report.worst import WrongField, worst_fields
from eval.scorecard import FieldScore, Scorecard
from eval.verdicts import LeafVerdict, Verdict
from extractor.run.table import cost, plain
from extractor.text.article import Article, Span

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
    from rich.table import Table
    from rich.text import Text

STYLES = {
    Verdict.COR: "green",
    Verdict.SUB: "yellow",
    Verdict.MIS: "red",
    Verdict.SPU: "magenta",
    Verdict.NON: "dim",
}
_WIDE = 100  # columns from which there is room for the lenient F1 and wider gaps


def to_terminal(
    card: Scorecard,
    documents: Iterable[Document] = (),
    gate: Gate | None = None,
) -> RenderableType:
    """The whole scorecard.

    ``documents``: those whose words are to be shown beside their wrong leaves. ``gate``: what it
    found, if there was one; the last thing to be read.
    """
    from rich.console import Group

    known = {document.id: document for document in documents}
    parts: list[RenderableType] = [*_totals(card), _notes(card)]
    parts += [_title("fields, strict"), _Fields(card), *_empty(card)]
    if card.items:
        parts += [_title("list items, strict"), _items(card)]
    parts += [_title("articles, strict"), _documents(card)]
    parts.extend(_worst(card, known))
    if gate is not None:
        parts.extend(gate_lines(gate))
    return Group(*parts)


def _title(words: str) -> Text:
    from rich.text import Text

    return Text(f"\n{words}", style="bold")


def _table(gap: int = 2) -> Table:
    from rich import box
    from rich.table import Table

    return Table(box=box.SIMPLE_HEAD, padding=(0, gap - 1, 0, 0), pad_edge=False, show_edge=False)


def _totals(card: Scorecard) -> Iterator[RenderableType]:
    meta = card.meta
    names = (meta.run, meta.model, meta.prompt_version, meta.schema_name)
    yield _title(plain(" · ".join(["scorecard", *(name for name in names if name)])))
    table = _table()
    for name in ("", "P", "R", "F1"):
        table.add_column(name, no_wrap=True)
    for name, total in totals(card):
        table.add_row(name, *shares(total), style="bold" if name == "strict micro" else "")
    yield table
    yield ""


def _notes(card: Scorecard) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(overflow="fold")
    for name, sentence in notes(card):
        grid.add_row(name, Text(sentence))
    grid.add_row("cost", Text(cost(card.usage)))
    grid.add_row("intervals", Text("95 % over articles; ≈ marks an approximate one", style="dim"))
    return grid


class _Fields:
    """The table of fields, which drops a column where there is no room for it."""

    def __init__(self, card: Scorecard) -> None:
        self.card = card

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        wide = options.max_width >= _WIDE
        table = _table(2 if wide else 1)
        table.add_column("field", overflow="fold")
        for name in ("gold", "pred.", "COR", "SUB", "MIS", "SPU", "P", "R", "F1"):
            table.add_column(name, justify="right", no_wrap=True)
        table.add_column("interval", no_wrap=True)
        if wide:
            table.add_column("lenient F1", justify="right", no_wrap=True)
        for row in self.card.fields:
            if not (is_empty(row.strict) and is_empty(row.lenient)):
                table.add_row(*_row(row)[: None if wide else -1])
        yield table


def _row(row: FieldScore) -> list[Text]:
    from rich.text import Text

    score, counts = row.strict, row.strict.counts
    verdicts = (
        (Verdict.COR, counts.cor),
        (Verdict.SUB, counts.sub),
        (Verdict.MIS, counts.mis),
        (Verdict.SPU, counts.spu),
    )
    return [
        Text(plain(row.path) + ("" if row.in_totals else " (outside the totals)")),
        Text(str(counts.tally.gold)),
        Text(str(counts.tally.predicted)),
        *(Text(str(found), style=STYLES[kind] if found else "dim") for kind, found in verdicts),
        Text(number(score.precision)),
        Text(number(score.recall)),
        Text(number(score.f1), style="bold"),
        Text(interval(score.f1_interval), style="dim"),
        Text(number(row.lenient.f1)),
    ]


def _empty(card: Scorecard) -> Iterator[Text]:
    from rich.text import Text

    paths = [row.path for row in card.fields if is_empty(row.strict) and is_empty(row.lenient)]
    if paths:
        yield Text(f"{NOTHING} on both sides: {plain(', '.join(paths))}", style="dim")


def _items(card: Scorecard) -> Table:
    table = _table()
    table.add_column("list", overflow="fold")
    for name in ("paired", "only pred.", "only gold", "P", "R", "F1", "lenient F1"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in card.items:
        found = row.strict
        table.add_row(
            plain(row.path),
            *(str(count) for count in (found.tp, found.fp, found.fn)),
            *(number(share) for share in (found.precision, found.recall, found.f1, row.lenient.f1)),
        )
    return table


def _documents(card: Scorecard) -> Table:
    from rich.text import Text

    table = _table()
    table.add_column("article", overflow="fold")
    for name in ("P", "R", "F1", "lenient F1", "wrong", "grounded"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("record", no_wrap=True)
    for row in card.documents:
        counts = row.strict.counts
        state = "valid" if row.valid else "not valid" if row.has_record else "none"
        table.add_row(
            Text(plain(row.id)),
            *(number(one) for one in (row.strict.precision, row.strict.recall, row.strict.f1)),
            number(row.lenient.f1),
            str(counts.sub + counts.mis + counts.spu),
            number(row.evidence.groundedness),
            Text(state, style="" if row.valid else "red"),
        )
    return table


def _worst(card: Scorecard, documents: Mapping[str, Document]) -> Iterator[RenderableType]:
    from rich.padding import Padding

    worst = worst_fields(card)
    if not worst:
        return
    yield _title("worst fields first, strict")
    for field in worst:
        yield _heading(field)
        for leaf in field.leaves:
            yield _leaf(leaf)
            document = documents.get(leaf.document)
            if document is not None:
                for line in _mentions(leaf, document):
                    yield Padding(line, (0, 0, 0, 6), expand=False)


def _heading(field: WrongField) -> Text:
    from rich.text import Text

    score = field.row.strict
    counts = score.counts
    line = Text(f"\n{plain(field.row.path)}", style="bold")
    line.append(f"  F1 {number(score.f1)}", style="not bold")
    found = ((counts.sub, "substituted"), (counts.mis, "missing"), (counts.spu, "spurious"))
    words = [f"{counts.cor} correct", *(f"{count} {word}" for count, word in found if count)]
    line.append(f" · {', '.join(words)}", style="not bold dim")
    return line


def _leaf(leaf: LeafVerdict) -> Text:
    from rich.text import Text

    verdict = leaf.strict or Verdict.NON
    line = Text("  ")
    line.append(verdict.value, style=STYLES[verdict])
    line.append(f" {plain(leaf.document)} {place(leaf)}: ", style="dim")
    line.append("gold ")
    line.append(value(leaf.gold), style="bold" if leaf.gold is not None else "dim")
    line.append(", predicted ")
    line.append(value(leaf.predicted), style="bold" if leaf.predicted is not None else "dim")
    if marks := remarks(leaf):
        line.append(f" ({', '.join(marks)})", style="dim")
    return line


def _mentions(leaf: LeafVerdict, document: Document) -> Iterator[Text]:
    found, article = cited(leaf, document), document.article
    if found.gold and found.gold == found.predicted:
        yield from _sentences("both", article, found.gold, "cyan")
        return
    yield from _sentences("gold", article, found.gold, "green")
    yield from _sentences("pred", article, found.predicted, "magenta")
    if leaf.predicted is not None and not found.predicted:
        yield from [_line("pred", [Part("not found in the article", False)], "")]


def _sentences(side: str, article: Article, spans: Sequence[Span], style: str) -> Iterator[Text]:
    for parts in sentences(article, spans):
        yield _line(side, parts, style)


def _line(side: str, parts: Iterable[Part], style: str) -> Text:
    from rich.text import Text

    line = Text(f"{side} ", style="dim")
    for part in parts:
        # Brackets as well as colour: a pipe or a log file has none.
        if part.marked:
            line.append(f"[{plain(part.text)}]", style=f"not dim bold {style}")
        else:
            line.append(plain(part.text), style="not dim")
    return line
