"""Where a date or a time of day stands in an article, at least as finely as the value says.

This module owns the comparison of a value in EDTF or ISO 8601 with the dates and times that
``stated_dates`` reads. A value finer than the text is not supported; one part that is coarser is.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractor.extraction import Status
from extractor.grounding.text_mentions import Found, body
from extractor.text.article import Article, Sentence, Span
from extractor.text.stated_dates import StatedDate, stated_dates, stated_times, year_of

_EDTF = re.compile(r"(\d{4}|XXXX)(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A date's parts, ``None`` where it leaves them open."""

    year: int | None
    month: int | None = None
    day: int | None = None


def find_date(
    article: Article, value: str, cited: Sequence[Sentence], page: str | None = None
) -> Found | None:
    """The mention that supports a date, the cited sentences first.

    ``page``: the page's own date, by which a weekday fixes the year of a day and month.
    """
    wanted = _wanted(value)
    if wanted is None:
        return None
    for sentence in _in_order(article, cited):
        text = article.slice(sentence)
        for one in stated_dates(text):
            if _supports(one, wanted, page):
                status = (
                    Status.VERBATIM if text[one.start : one.end] == value else Status.NORMALISED
                )
                return Span(sentence.start + one.start, sentence.start + one.end), status
    return None


def find_time(article: Article, value: str, cited: Sequence[Sentence]) -> Found | None:
    """The mention that supports a time of day, in the cited sentences only."""
    try:
        wanted = dt.time.fromisoformat(value).replace(tzinfo=None)
    except ValueError:
        return None
    return next(_times(article, value, wanted, cited), None)


def find_datetime(
    article: Article, value: str, cited: Sequence[Sentence], page: str | None = None
) -> tuple[Found, ...]:
    """The mentions that support a date and time: the date's, and the time's in cited sentences.

    Midnight is also how such a value says that no time is stated; then the date is enough.
    """
    try:
        moment = dt.datetime.fromisoformat(value)
    except ValueError:
        return ()
    date = find_date(article, moment.date().isoformat(), cited, page)
    if date is None:
        return ()
    wanted = moment.time()
    time = next(_times(article, wanted.isoformat(), wanted, cited), None)
    if time is not None:
        return (date, time)
    return (date,) if wanted == dt.time(0) else ()


def _times(
    article: Article, value: str, wanted: dt.time, cited: Sequence[Sentence]
) -> Iterator[Found]:
    for sentence in cited:
        text = article.slice(sentence)
        for one in stated_times(text):
            if one.time == wanted:
                status = (
                    Status.VERBATIM if text[one.start : one.end] == value else Status.NORMALISED
                )
                yield Span(sentence.start + one.start, sentence.start + one.end), status


def _in_order(article: Article, cited: Sequence[Sentence]) -> Iterator[Sentence]:
    yield from cited
    numbers = {one.number for one in cited}
    yield from (one for one in body(article) if one.number not in numbers)


def _wanted(value: str) -> _Wanted | None:
    hit = _EDTF.fullmatch(value)
    if hit is None:
        return None
    year, month, day = hit.groups()
    known = None if year == "XXXX" else int(year)
    if known is None and month is None:
        return None
    return _Wanted(known, int(month) if month else None, int(day) if day else None)


def _supports(stated: StatedDate, wanted: _Wanted, page: str | None) -> bool:
    if wanted.month is not None and stated.month != wanted.month:
        return False
    if wanted.day is not None and stated.day != wanted.day:
        return False
    if wanted.year is None or stated.year == wanted.year:
        return True
    if stated.year is not None or None in (stated.month, stated.day, stated.weekday):
        return False
    fixed = year_of(stated.month or 0, stated.day or 0, stated.weekday or 0, page)
    return fixed == wanted.year
