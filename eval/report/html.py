"""The scorecard as one HTML file that needs nothing else: no network, no other file.

This module owns what the page says. How it looks is ``template.html.j2``'s and ``report.css``'s,
what happens on a click ``report.js``'s. All of the page's content is escaped by the template; the
content security policy lets in exactly the style and the script that are part of the page.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from eval.flips import Flip
from eval.gate import Gate
from eval.report import figures, gate_report
from eval.report.mentions import Cited, Document, Part, cited, sentences
from eval.report.segments import Highlight, Segment, displayable, segments
from eval.scorecard import ConfidenceScore, DocumentScore, FieldScore, Scorecard
from eval.verdicts import LeafVerdict, Verdict
from extractor.run.table import cost

_SEVERITY = (Verdict.NON, Verdict.COR, Verdict.SPU, Verdict.MIS, Verdict.SUB)


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence a leaf is cited from, on one side or both."""

    side: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class LeafView:
    """One leaf as the page lists it; a verdict is "" on a track the leaf is not part of."""

    number: int
    path: str
    place: str
    strict: str
    lenient: str
    gold: str
    predicted: str
    tags: tuple[str, ...]
    confidence: str
    ungrounded: bool
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A segment of one side's text: the leaves it is cited for, their worst verdict, a tooltip."""

    text: str
    leaves: str
    verdict: str
    title: str


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One article: its score, its leaves, and its text once with gold's and once with our spans."""

    number: int
    score: DocumentScore
    leaves: tuple[LeafView, ...]
    gold: tuple[Stretch, ...]
    predicted: tuple[Stretch, ...]


def to_html(
    card: Scorecard,
    documents: Iterable[Document] = (),
    gate: Gate | None = None,
) -> str:
    """The page.

    ``documents``: those to be shown with their text; of others only the leaves are listed.
    ``gate``: what it found, if there was one.
    """
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(
        number=figures.number, interval=figures.interval, clean=displayable, cost=cost
    )
    style, script = _asset("report.css"), _asset("report.js")
    return environment.from_string(_asset("template.html.j2")).render(
        card=card,
        gate=gate,
        gate_words=gate_report.VERDICTS,
        flips=[_flip(flip) for flip in gate.flips] if gate is not None else [],
        names=_names(card),
        notes=figures.notes(card),
        totals=[(name, *figures.shares(total)) for name, total in figures.totals(card)],
        stated=[row for row in card.fields if not _is_empty(row)],
        unstated=[row.path for row in card.fields if _is_empty(row)],
        documents=tuple(_documents(card, {one.id: one for one in documents})),
        words=figures.WORDS,
        curve=_curve(card.confidence),
        policy=policy(style, script),
        style=style,
        script=script,
    )


def policy(style: str, script: str) -> str:
    """The content security policy of a page with this style and this script in it."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_digest(style)}'",
            f"script-src '{_digest(script)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
        )
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _asset(name: str) -> str:
    found = resources.files(__package__).joinpath(name).read_text("utf-8")
    return found.replace("\r\n", "\n")  # as the browser reads, and hashes, it


def _names(card: Scorecard) -> list[tuple[str, str]]:
    meta = card.meta
    names = {
        "run": meta.run,
        "model": meta.model,
        "prompts": meta.prompt_version,
        "schema": meta.schema_name,
        "schema hash": (meta.schema_hash or "")[:12],
        "gold hash": (meta.gold_hash or "")[:12],
        "scorer": str(meta.scorer),
    }
    return [(name, text) for name, text in names.items() if text]


def _is_empty(row: FieldScore) -> bool:
    return figures.is_empty(row.strict) and figures.is_empty(row.lenient)


def _flip(flip: Flip) -> tuple[str, ...]:
    return (
        gate_report.WORDS[flip.kind],
        flip.document,
        figures.place(flip.leaf),
        gate_report.gold(flip),
        gate_report.said(flip.before),
        gate_report.said(flip.after),
    )


def _documents(card: Scorecard, documents: Mapping[str, Document]) -> Iterator[DocumentView]:
    verdicts: dict[str, list[tuple[int, LeafVerdict]]] = {}
    for number, verdict in enumerate(card.verdicts):
        verdicts.setdefault(verdict.document, []).append((number, verdict))
    for number, row in enumerate(card.documents):
        yield _document(number, row, verdicts.get(row.id, []), documents.get(row.id))


def _document(
    number: int,
    row: DocumentScore,
    verdicts: Sequence[tuple[int, LeafVerdict]],
    document: Document | None,
) -> DocumentView:
    if document is None:
        leaves = tuple(_leaf(place, verdict, Cited(), None) for place, verdict in verdicts)
        return DocumentView(number, row, leaves, (), ())
    spans = {place: cited(verdict, document) for place, verdict in verdicts}
    views = tuple(_leaf(place, one, spans[place], document) for place, one in verdicts)
    by_number = {view.number: view for view in views}
    gold = [
        Highlight(span.start, span.end, place) for place, at in spans.items() for span in at.gold
    ]
    predicted = [
        Highlight(span.start, span.end, place)
        for place, at in spans.items()
        for span in at.predicted
    ]
    text = displayable(document.text)
    return DocumentView(
        number,
        row,
        views,
        tuple(_stretch(segment, by_number) for segment in segments(text, gold)),
        tuple(_stretch(segment, by_number) for segment in segments(text, predicted)),
    )


def _leaf(number: int, verdict: LeafVerdict, at: Cited, document: Document | None) -> LeafView:
    confidence = None
    quotes: tuple[Quote, ...] = ()
    if document is not None:
        if verdict.predicted is not None and verdict.predicted_pointer is not None:
            confidence = document.confidence.get(verdict.predicted_pointer)
        quotes = tuple(_quotes(at, document))
    return LeafView(
        number=number,
        path=verdict.path,
        place=figures.place(verdict),
        strict="" if verdict.strict is None else verdict.strict.value,
        lenient="" if verdict.lenient is None else verdict.lenient.value,
        gold=figures.value(verdict.gold),
        predicted=figures.value(verdict.predicted),
        tags=figures.remarks(verdict) if verdict.strict in figures.WRONG else verdict.tags,
        confidence="" if confidence is None else f"{confidence:.2f}",
        ungrounded=document is not None and verdict.predicted is not None and not at.predicted,
        quotes=quotes,
    )


def _quotes(at: Cited, document: Document) -> Iterator[Quote]:
    sides = {"gold": at.gold, "predicted": at.predicted}
    if at.gold == at.predicted:
        sides = {"both": at.gold}
    for side, spans in sides.items():
        for parts in sentences(document.article, spans):
            yield Quote(side, parts)


def _stretch(segment: Segment, views: Mapping[int, LeafView]) -> Stretch:
    held = [views[number] for number in segment.leaves]
    found = {view.strict for view in held}
    verdict = next((one.value for one in reversed(_SEVERITY) if one.value in found), "")
    return Stretch(
        text=segment.text,
        leaves=" ".join(str(view.number) for view in held),
        verdict=verdict,
        title="\n".join(f"{view.place}: {view.strict or view.lenient}" for view in held),
    )


def _curve(confidence: ConfidenceScore | None) -> str:
    """The risk-coverage curve as points of an SVG polyline in a box of 100 by 100."""
    points = confidence.risk_coverage if confidence is not None else ()
    return " ".join(f"{100 * one.coverage:.2f},{100 - 100 * one.risk:.2f}" for one in points)
