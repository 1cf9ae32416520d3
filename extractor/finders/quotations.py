"""Quotations with the words around them in which their speaker is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extractor.article import Article, Quotation, Span
from extractor.finders.mention import Mention

_FEW = 2  # words outside the marks that name nobody
_GAP = "…"


@dataclass(frozen=True, slots=True)
class Speech:
    """A quotation, the paragraph that attributes it as shown to the model, and its extent."""

    passages: tuple[Mention, ...]
    shown: str
    around: Span


def speeches(article: Article) -> Iterator[Speech]:
    """The quotations that are somebody's words, in order, each with its attribution."""
    every = [
        passage
        for quotation in article.quotations
        if quotation.speech
        for passage in quotation.passages
    ]
    for quotation in article.quotations:
        if quotation.speech:
            around = _attribution(article, quotation, every)
            shown = _without(article, around, every)
            yield Speech(
                tuple(_mention(article, span) for span in quotation.passages), shown, around
            )


def _attribution(article: Article, quotation: Quotation, every: list[Span]) -> Span:
    first = quotation.passages[0]
    line = _line(article.text, first.start)
    if len(re.findall(r"\w+", _without(article, line, every))) > _FEW:
        return line
    before = _line(article.text, max(0, len(article.text[: line.start].rstrip()) - 1))
    if article.text[before.start : before.end].rstrip().endswith((":", ",")):
        return Span(before.start, line.end)
    last = quotation.passages[-1]
    after_line = _line(article.text, last.end)
    if len(re.findall(r"\w+", _without(article, after_line, every))) > _FEW:
        return after_line
    return Span(before.start, line.end)


def _line(text: str, at: int) -> Span:
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return Span(start, len(text) if end < 0 else end)


def _without(article: Article, around: Span, passages: list[Span]) -> str:
    pieces = []
    at = around.start
    for passage in passages:
        if around.start <= passage.start < around.end:
            pieces.append(article.text[at : passage.start])
            pieces.append(_GAP)
            at = min(passage.end, around.end)
    pieces.append(article.text[at : around.end])
    shown = "".join(pieces)
    return " ".join(re.sub(r"[\"“”«»„]", "", shown).split())


def _mention(article: Article, span: Span) -> Mention:
    sentence = article.sentence_at(span.start)
    number = sentence.number if sentence else 1
    return Mention(span, span, span, number, article.slice(span))
