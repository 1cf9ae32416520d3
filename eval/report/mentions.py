"""The words behind a leaf: its spans on both sides, and the sentences they stand in.

This module owns what reports show beside numbers. Which spans count as the same is decided in
``evidence``; how a highlight looks is each format's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from eval.evidence import compare_spans
from eval.gold import GoldDocument
from eval.pointers import covering
from eval.score import Prediction
from eval.verdicts import LeafVerdict
from extractor.text.article import Article, Span

CONTEXT = 60  # characters shown on each side of a mention in a long sentence
_LONGEST = 200  # characters of a sentence that is shown whole


@dataclass(frozen=True)
class Document:
    """One scored article with what reports show beside its scores.

    ``text`` is the article ``gold`` was annotated on. ``confidence`` goes from pointers into the
    predicted record to a number in [0, 1].
    """

    text: str
    gold: GoldDocument
    prediction: Prediction
    confidence: Mapping[str, float] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The id the scorecard knows it by."""
        return self.gold.id

    @cached_property
    def article(self) -> Article:
        """The text with its sentences."""
        return Article.from_text(self.text, self.id)


@dataclass(frozen=True, slots=True)
class Cited:
    """The spans of one leaf, in the text's order. Empty if nothing is cited or nothing stated."""

    gold: tuple[Span, ...] = ()
    predicted: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence; ``marked`` if it is the mention."""

    text: str
    marked: bool


def cited(verdict: LeafVerdict, document: Document) -> Cited:
    """The spans of a leaf; of gold's alternatives the one the prediction is scored against."""
    theirs: tuple[Span, ...] = ()
    if verdict.predicted is not None and verdict.predicted_pointer is not None:
        prediction = document.prediction
        found = covering(prediction.record, verdict.predicted_pointer, prediction.evidence)
        theirs = _inside(
            document.text,
            (
                Span(one.start, one.end)
                for one in found or ()
                if one.start is not None and one.end is not None
            ),
        )
    ours: tuple[Span, ...] = ()
    if verdict.gold is not None and verdict.gold_pointer is not None:
        gold = document.gold
        alternatives = covering(gold.record, verdict.gold_pointer, gold.evidence) or []
        spans = [
            _inside(document.text, (Span(one.start, one.end) for one in alternative))
            for alternative in alternatives
        ]
        ours = _best(spans, theirs)
    return Cited(ours, theirs)


def sentences(article: Article, spans: Sequence[Span]) -> tuple[tuple[Part, ...], ...]:
    """The sentences the spans stand in, those that touch each other together, mentions marked.

    Long stretches around mentions are cut; the parts are the article's characters but for that.
    """
    groups: list[tuple[Span, list[Span]]] = []
    for span in sorted(spans, key=lambda one: (one.start, one.end)):
        whole = _around(article, span)
        if groups and whole.start < groups[-1][0].end:
            before, held = groups[-1]
            groups[-1] = (Span(before.start, max(before.end, whole.end)), [*held, span])
        else:
            groups.append((whole, [span]))
    return tuple(_parts(article.text, whole, held) for whole, held in groups)


def _inside(text: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans cut to the text, empty ones left out, in order and once each."""
    cut = {(max(0, span.start), min(span.end, len(text))) for span in spans}
    return tuple(Span(start, end) for start, end in sorted(cut) if start < end)


def _best(alternatives: Sequence[tuple[Span, ...]], predicted: Sequence[Span]) -> tuple[Span, ...]:
    def rank(spans: Sequence[Span]) -> tuple[int, int]:
        found = compare_spans(spans, predicted)
        return found.tp, -found.fp

    return max(alternatives, key=rank, default=())


def _around(article: Article, span: Span) -> Span:
    first, last = article.sentence_at(span.start), article.sentence_at(span.end - 1)
    start = min(first.start, span.start) if first else span.start
    end = max(last.end, span.end) if last else span.end
    return Span(start, end)


def _parts(text: str, whole: Span, spans: Sequence[Span]) -> tuple[Part, ...]:
    parts: list[Part] = []
    at = whole.start
    for span in spans:
        if span.end <= at:
            continue
        if span.start > at:
            parts.append(Part(text[at : span.start], False))
        marked = text[max(at, span.start) : span.end]
        if parts and parts[-1].marked:
            parts[-1] = Part(parts[-1].text + marked, True)
        else:
            parts.append(Part(marked, True))
        at = span.end
    if at < whole.end:
        parts.append(Part(text[at : whole.end], False))
    if whole.end - whole.start <= _LONGEST:
        return tuple(parts)
    return tuple(
        _cut(part, index == 0, index == len(parts) - 1) for index, part in enumerate(parts)
    )


def _cut(part: Part, first: bool, last: bool) -> Part:
    """A part of a long sentence, shortened where it is farthest from a mention."""
    text = part.text
    if part.marked:
        if len(text) <= _LONGEST:
            return part
        return Part(f"{text[: _LONGEST // 2]}…{text[-_LONGEST // 2 :]}", True)
    before = "" if first else text[:CONTEXT]
    after = "" if last else text[-CONTEXT:]
    return part if len(before) + len(after) >= len(text) else Part(f"{before}…{after}", False)
