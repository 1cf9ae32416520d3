"""Where a text value stands in an article: letter by letter, or up to small differences.

This module owns the search for words. It compares folded tokens (``folding``) and gives back spans
of the untouched text. A mention is whole ("Ann" is not in "Anna" or "Ann-Marie") and not negated.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from extractor.extraction import Evidence, Status
from extractor.text.article import Article, Sentence, Span
from extractor.text.cues import NEGATORS, is_negated
from extractor.text.folding import Token, fits, is_bounded, is_same, tokens
from extractor.text.sentences import word_set

Found: TypeAlias = tuple[Span, Status]

_ARTICLES = frozenset({"the", "a", "an"})
_TITLES = {
    **dict.fromkeys(("mr", "sir"), "m"),
    **dict.fromkeys(("mrs", "ms", "miss", "dame"), "f"),
    **dict.fromkeys(
        word_set(
            """
            mx dr prof professor rev revd reverend cllr councillor sgt sergeant insp inspector supt
            superintendent det detective constable lt lieutenant cpl capt pc dc ds di dci dsupt
            """
        ),
        "",
    ),
}
"""Titles that a value may carry where the text has none or another spelling, by whom they fit."""
_BEFORE_TITLES = word_set("chief deputy assistant acting temporary special senior retired")


@dataclass(frozen=True, slots=True)
class Zone:
    """Sentences that follow each other, as one stretch of the article."""

    start: int
    end: int


def zones(sentences: Sequence[Sentence]) -> tuple[Zone, ...]:
    """The stretches that sentences form, each as long as numbers follow each other."""
    found: list[Zone] = []
    previous = None
    for one in sorted(sentences, key=lambda sentence: sentence.number):
        if previous is not None and one.number == previous + 1:
            found[-1] = Zone(found[-1].start, one.end)
        elif previous is None or one.number > previous:
            found.append(Zone(one.start, one.end))
        previous = one.number
    return tuple(found)


def body(article: Article) -> tuple[Sentence, ...]:
    """The sentences outside boilerplate."""
    return tuple(one for one in article.sentences if not one.boilerplate)


def find_text(article: Article, value: str, cited: Sequence[Sentence]) -> Found | None:
    """The mention that supports a text, the cited sentences first."""
    value = value.strip()
    if not value:
        return None
    places = (zones(cited), zones(body(article)))
    for place in places:
        for zone in place:
            for span in _verbatim(article.text[zone.start : zone.end], value):
                return shifted(zone, span), Status.VERBATIM
    for place in places:
        for zone in place:
            for span in _normalised(article.text[zone.start : zone.end], value):
                return shifted(zone, span), Status.NORMALISED
    return None


def passages(article: Article, cited: Sequence[int]) -> tuple[tuple[str, Evidence], ...]:
    """The quoted passages of every quotation that a cited sentence holds a part of, in order.

    A quotation of several paragraphs is taken whole. Scare quotes and titles are left out.
    """
    known = [
        article.sentences[number - 1] for number in cited if 0 < number <= len(article.sentences)
    ]
    found: list[tuple[str, Evidence]] = []
    for quotation in article.quotations:
        if quotation.speech and any(
            passage.start < one.end and one.start < passage.end
            for passage in quotation.passages
            for one in known
        ):
            for passage in quotation.passages:
                text = article.slice(passage)
                found.append((text, Evidence(passage.start, passage.end, text, Status.VERBATIM)))
    return tuple(found)


def shifted(zone: Zone | Sentence, span: Span) -> Span:
    """A span inside a stretch of the article, as offsets into the whole."""
    return Span(zone.start + span.start, zone.start + span.end)


def _verbatim(text: str, value: str) -> Iterator[Span]:
    at = text.find(value)
    if at < 0:
        return
    found = tokens(text)
    starts = [one.start for one in found]
    while at >= 0:
        end = at + len(value)
        first = bisect_right(starts, at) - 1
        if first < 0 or found[first].end <= at:
            first += 1
        last = bisect_left(starts, end) - 1
        if last < first:
            yield Span(at, end)  # punctuation alone
        else:
            ends = found[last].end <= end or found[last].short_end == end
            if found[first].start >= at and ends and _stands(found, first, last):
                yield Span(at, end)
        at = text.find(value, at + 1)


def _normalised(text: str, value: str) -> Iterator[Span]:
    found = tokens(text)
    for wanted, sex in _variants(tokens(value)):
        for first in _matches(wanted, found):
            last = first + len(wanted) - 1
            if _stands(found, first, last) and not _titled_otherwise(found, first, sex):
                keeps_ending = wanted[-1].core == found[last].joined
                end = found[last].end if keeps_ending else found[last].short_end
                yield Span(found[first].start, end)


def _variants(wanted: Sequence[Token]) -> Iterator[tuple[Sequence[Token], str]]:
    """A value as given, without its article, without the titles before a name.

    With each comes whom a dropped title fits: "m", "f", or "" for anybody.
    """
    if not wanted:
        return
    yield wanted, ""
    if wanted[0].core in _ARTICLES and len(wanted) > 1:
        wanted = wanted[1:]
        yield wanted, ""
    sex, at = "", 0
    while at < len(wanted) - 1 and _is_title(wanted, at):
        sex = _TITLES.get(wanted[at].core, "") or sex
        at += 1
    if at and not wanted[at].lower and not wanted[at].number:
        yield wanted[at:], sex


def _is_title(wanted: Sequence[Token], at: int) -> bool:
    core = wanted[at].core
    if core in _BEFORE_TITLES:
        return at + 1 < len(wanted) - 1 and _is_title(wanted, at + 1)
    return core in _TITLES


def _titled_otherwise(found: Sequence[Token], first: int, sex: str) -> bool:
    """Whether the text gives the name a title that fits somebody else: "Mrs" for "Mr"."""
    there = _TITLES.get(found[first - 1].core, "") if first else ""
    return bool(sex and there and sex != there)


def _matches(wanted: Sequence[Token], found: Sequence[Token]) -> Iterator[int]:
    size = len(wanted)
    for first in range(len(found) - size + 1):
        if is_same(wanted[0], found[first]) and all(
            is_same(wanted[place], found[first + place])
            and fits(wanted[place], found[first + place], found[first + place - 1])
            for place in range(1, size)
        ):
            yield first


def _stands(found: Sequence[Token], first: int, last: int) -> bool:
    if not is_bounded(found, first, last):
        return False
    return found[first].core in NEGATORS or not is_negated(found, first)
