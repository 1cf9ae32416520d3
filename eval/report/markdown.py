"""The scorecard as GitHub Markdown, for the summary of a CI job.

This module owns the Markdown and its escaping. Writing it to the file that ``GITHUB_STEP_SUMMARY``
names is the command line's business.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping

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
    value,
)
from eval.report.figures import totals as all_totals
from eval.report.gate_report import gate_block
from eval.report.markup import code, escape, marked, table
from eval.report.mentions import Document, cited, sentences
from eval.report.worst import WrongField, worst_fields
from eval.scorecard import FieldScore, Scorecard
from eval.verdicts import LeafVerdict, Verdict
from extractor.run.table import plain

LIMIT = 900_000  # bytes; GitHub refuses a step's summary of more than 1 MiB


def to_markdown(
    card: Scorecard,
    documents: Iterable[Document] = (),
    gate: Gate | None = None,
    limit: int = LIMIT,
) -> str:
    """Totals, a row per field, and under a fold each wrong leaf, the worst fields first.

    ``documents``: those whose words are to be shown. ``gate``: what it
    found, if there was one. Whole fields are left out, and said to be, once the text
    would be longer than ``limit`` bytes.
    """
    known = {document.id: document for document in documents}
    blocks = [*_head(card, gate), _totals(card), _notes(card), _fields(card)]
    text = "\n\n".join(blocks) + "\n"
    worst = worst_fields(card)
    size = len(text.encode("utf-8", "replace"))
    for shown, field in enumerate(worst):
        block = "\n" + _wrong(field, known) + "\n"
        size += len(block.encode("utf-8", "replace"))
        if size > limit:
            rest = len(worst) - shown
            return text + f"\nThe wrong leaves of {rest} more fields are in the HTML report.\n"
        text += block
    return text


def _head(card: Scorecard, gate: Gate | None) -> Iterator[str]:
    yield "## Extraction scorecard"
    meta = card.meta
    names = (meta.run, meta.model, meta.prompt_version, meta.schema_name)
    if any(names):
        yield " · ".join(code(name) for name in names if name)
    if gate is not None:
        yield gate_block(gate)


def _totals(card: Scorecard) -> str:
    rows = [[name, *shares(total)] for name, total in all_totals(card)]
    return table(["", "P", "R", "F1"], rows)


def _notes(card: Scorecard) -> str:
    return "\n".join(f"- **{name}**: {escape(sentence)}" for name, sentence in notes(card))


def _fields(card: Scorecard) -> str:
    header = ["field", "gold", "predicted", "COR", "SUB", "MIS", "SPU", "P", "R", "F1"]
    header += ["F1 interval", "lenient F1"]
    stated = [row for row in card.fields if not (is_empty(row.strict) and is_empty(row.lenient))]
    text = table(header, map(_row, stated))
    empty = [code(row.path) for row in card.fields if row not in stated]
    if empty:
        text += f"\n\n{NOTHING} on both sides: {', '.join(empty)}"
    return text


def _row(row: FieldScore) -> list[str]:
    score, counts = row.strict, row.strict.counts
    shown = (counts.tally.gold, counts.tally.predicted, counts.cor, counts.sub)
    return [
        code(row.path) + ("" if row.in_totals else " (outside the totals)"),
        *map(str, (*shown, counts.mis, counts.spu)),
        *map(number, (score.precision, score.recall, score.f1)),
        interval(score.f1_interval),
        number(row.lenient.f1),
    ]


def _wrong(field: WrongField, documents: Mapping[str, Document]) -> str:
    counts = field.row.strict.counts
    summary = html.escape(
        f"{plain(field.row.path)}: F1 {number(field.row.strict.f1)}, {counts.sub} substituted, "
        f"{counts.mis} missing, {counts.spu} spurious"
    )
    rows = [_leaf(leaf, documents) for leaf in field.leaves]
    header = ["", "article", "leaf", "gold", "predicted", "in the article"]
    body = table(header, rows, numbers_from=len(header))
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def _leaf(leaf: LeafVerdict, documents: Mapping[str, Document]) -> list[str]:
    verdict = leaf.strict or Verdict.NON
    marks = remarks(leaf)
    tags = f" ({', '.join(marks)})" if marks else ""
    document = documents.get(leaf.document)
    return [
        verdict.value + escape(tags),
        escape(leaf.document),
        code(place(leaf)),
        code(value(leaf.gold)),
        code(value(leaf.predicted)),
        _mention(leaf, document) if document is not None else "",
    ]


def _mention(leaf: LeafVerdict, document: Document) -> str:
    found = cited(leaf, document)
    spans = {"gold": found.gold, "predicted": found.predicted}
    if found.gold and found.gold == found.predicted:
        spans = {"both": found.gold}
    return "<br>".join(
        f"{side}: {marked(parts)}"
        for side, held in spans.items()
        for parts in sentences(document.article, held)
    )
