"""Quotations with the words around them in which their speaker is named."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractor.finders.mention import Mention
from extractor.text.article import Article, Quotation, Span
from extractor.text.sentences import paragraphs

_FEW = 2  # words outside the marks that name nobody
_GAP = "…"
_FAR_BACK = 3  # lines above the first speech in which its "he" may be named
_PRONOUN = re.compile(r"\b(?:he|she)\b", re.IGNORECASE)
_NAMED = re.compile(r"\b[A-Z][a-z]+ [A-Z][a-z’'A-Z-]+")


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
    lines = tuple(paragraphs(article.text))
    nobody_yet = True
    for quotation in article.quotations:
        if quotation.speech:
            around = _attribution(article, quotation, every, lines)
            shown = _without(article, around, every)
            if nobody_yet and _PRONOUN.search(shown) and not _NAMED.search(shown):
                around = _named_before(article, around, lines)
                shown = _without(article, around, every)
            nobody_yet = False
            yield Speech(
                tuple(_mention(article, span) for span in quotation.passages), shown, around
            )


def _named_before(article: Article, around: Span, lines: Sequence[Span]) -> Span:
    """``around`` with the nearest lines above it that name somebody, or as it is."""
    at = _line(lines, around)
    for line in reversed(lines[max(0, at - _FAR_BACK) : at]):
        if _NAMED.search(article.slice(line)):
            return Span(line.start, around.end)
    return around


def _attribution(
    article: Article, quotation: Quotation, every: list[Span], lines: Sequence[Span]
) -> Span:
    at = _line(lines, quotation.passages[0])
    line = lines[at]
    if len(re.findall(r"\w+", _without(article, line, every))) > _FEW:
        return line
    before = lines[max(0, at - 1)]
    if article.slice(before).endswith((":", ",")):
        return Span(before.start, line.end)
    after_line = lines[_line(lines, quotation.passages[-1])]
    if len(re.findall(r"\w+", _without(article, after_line, every))) > _FEW:
        return after_line
    return Span(before.start, line.end)


def _line(lines: Sequence[Span], passage: Span) -> int:
    """The position of the line that a passage stands in."""
    return max(0, bisect_right(lines, passage.start, key=lambda line: line.start) - 1)


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
