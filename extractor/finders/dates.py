"""Dates and lengths of time in an article, resolved to EDTF where the text allows it.

Purely formal: a date is found by its shape and its year fixed by arithmetic. Which date matters is
the model's decision. Rules (schema.md, "PartialDate"): a weekday with day and month fixes the year
if exactly one of the five latest such days up to the page date falls on that weekday; relative
words resolve only against a date that is the article's own.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from extractor.finders.mention import Mention, clause
from extractor.finders.numbers import NUMBER_WORDS, number_value
from extractor.finders.shapes import DATE, MONTH, WEEKDAY
from extractor.text.article import Article, Sentence, Span

_MONTHS = ["", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_FIRST_YEAR = 1000  # four digits below that are no year
_RELATIVE = re.compile(
    rf"\b(?P<word>today|yesterday|this\s+(?:morning|afternoon|evening)|last\s+night)(?:[’']s)?\b"
    rf"|\b(?P<last>(?:on|last|this)\s+)(?P<wday>{WEEKDAY})\b(?!,?\s+(?:the\s+)?(?:\d|{MONTH}))",
    re.IGNORECASE,
)
_UNITS = {"day": 1, "week": 7, "fortnight": 14}
_LENGTH = re.compile(
    rf"""\b(?P<count>(?:{NUMBER_WORDS}|\w+)(?:[-\s](?=days?|weeks?|fortnight|hours?)))?
        (?P<unit>days?|weeks?|fortnight|hours?)\b
        (?P<tail>[-\s]*long\b|\s+of\b|\s+action\b)?""",
    re.VERBOSE | re.IGNORECASE,
)
_HEADER_LINES = 8
_OF_THAT_DAY = re.compile(
    r"\b(?:on|in|since|by|from|between|after|before|until|to|of|during)\s+(?:\w+day,?\s+)?$",
    re.IGNORECASE,
)
# "MILLTOWN, Ohio, " opens a dateline, "On " a sentence about that day.
_DATELINE = re.compile(
    r"\s*(?:date[:\s]+"
    r"|\(?(?!(?:On|In|Since|By|From|Between|After|Before|Until|At|During|Around|About|Over)\b)"
    r"[A-Z][\w .,]*[,\s(]+)?$"
)


@dataclass(frozen=True, slots=True)
class PageDate:
    """The date on the page: EDTF, where it stands, and whether it is the article's own.

    A dateline or publication date is the article's own; a date in the site's header is not.
    """

    value: str
    span: Span
    own: bool


def _parts(hit: re.Match[str]) -> tuple[int | None, int, int | None, int | None]:
    """Year, month, day and weekday of a match, ``None`` where not stated."""
    if hit["y0"]:
        return int(hit["y0"]), int(hit["mm"]), int(hit["dd"]), None
    if hit["y4"]:
        first, second = _day_and_month(int(hit["n1"]), int(hit["n2"]))
        return int(hit["y4"]), second, first, None
    month = _MONTHS.index((hit["m1"] or hit["m2"] or hit["m3"]).lower()[:3])
    year = hit["y1"] or hit["y2"] or hit["y3"]
    day = hit["d1"] or hit["d2"]
    weekday = hit["w1"] or hit["w2"]
    return (
        int(year) if year else None,
        month,
        int(day) if day else None,
        _DAYS.index(weekday.lower()[:3]) if weekday else None,
    )


def _day_and_month(first: int, second: int) -> tuple[int, int]:
    """Which of two numbers is the day: the one above 12; month 0, no date, if it may be either."""
    if second > 12:
        first, second = second, first
    return (first, second) if first > 12 or first == second else (0, 0)


def _edtf(year: int | None, month: int, day: int | None) -> str | None:
    head = f"{year:04d}" if year else "XXXX"
    if not 1 <= month <= 12 or (year is not None and year < _FIRST_YEAR):
        return None
    if day is None:
        return f"{head}-{month:02d}"
    if not 1 <= day <= calendar.monthrange(year or 2000, month)[1]:
        return None
    return f"{head}-{month:02d}-{day:02d}"


def resolve_year(month: int, day: int, weekday: int, page: str | None) -> int | None:
    """The year in which the day falls on the weekday, if exactly one of five possible ones fits.

    The five are the latest occurrences of the day up to ``page`` (EDTF with a year).
    """
    if page is None or page.startswith("XXXX") or len(page) < 10:
        return None
    last = dt.date.fromisoformat(page)
    fits = []
    year = last.year
    for _ in range(8):  # 29 February needs a longer look back
        try:
            day_then = dt.date(year, month, day)
        except ValueError:
            year -= 1
            continue
        if day_then <= last and last.year - year < 6:
            fits.append(day_then)
        year -= 1
    right = [found.year for found in fits[:5] if found.weekday() == weekday]
    return right[0] if len(right) == 1 else None


def page_date(article: Article) -> PageDate | None:
    """The date of the page or dateline: the first date that stands alone near the top.

    A line that holds only a date in front of the headline, beside site furniture, is the site's;
    one behind the headline, after a word such as "published", or opening the text is the article's.
    A line that begins with "published" says it best.
    """
    dated: list[PageDate] = []
    labelled: list[PageDate] = []
    furniture = False
    prose = 0
    for position, (start, line) in enumerate(_lines(article.text)):
        if prose >= 1 or position >= _HEADER_LINES + 6:
            break
        hit = DATE.search(line)
        sentence = article.sentence_at(start + len(line) - len(line.lstrip()))
        furniture = furniture or (sentence is not None and sentence.boilerplate)
        is_prose = len(line.split()) > 14
        if hit and hit.group().strip() and _complete(hit):
            year, month, day, _ = _parts(hit)
            value = _edtf(year, month, day)
            around = (line[: hit.start()] + line[hit.end() :]).strip(" .,|:–—-()")
            label = re.search(r"\b(?:publish|post|updat|issued|date|release)", line, re.IGNORECASE)
            opens = (
                hit.start() < 40 and is_prose and _DATELINE.match(line[: hit.start()]) is not None
            )
            if value and (
                (label and not is_prose)
                or (len(around.split()) <= 6 and not is_prose and not _said(line, hit))
                or opens
            ):
                own = bool(label) or opens or not furniture
                dated.append(PageDate(value, Span(start + hit.start(), start + hit.end()), own))
                if _PUBLISHED.match(line):
                    labelled.append(dated[-1])
        prose += is_prose
    return next(iter((*labelled, *(found for found in dated if found.own), *dated)), None)


_PUBLISHED = re.compile(r"\s*(?:first )?published\b", re.IGNORECASE)


def _said(line: str, hit: re.Match[str]) -> bool:
    """Whether a line says that something is of that day: "Barge sinks on 9 March 2021"."""
    return _OF_THAT_DAY.search(line, 0, hit.start()) is not None


def _complete(hit: re.Match[str]) -> bool:
    return bool(hit["y0"] or hit["y1"] or hit["y2"] or hit["y4"])


def _lines(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            yield at, line.rstrip("\r\n")
        at += len(line)


def dates(article: Article, page: PageDate | None) -> Iterator[Mention]:
    """Dates in the body with their resolved EDTF value, the page's own line left out."""
    for sentence in article.sentences:
        if sentence.boilerplate or (
            page and sentence.start <= page.span.start < sentence.end and _bare(article, sentence)
        ):
            continue
        text = article.text[sentence.start : sentence.end]
        taken: list[tuple[int, int]] = []
        for hit in DATE.finditer(text):
            if page and page.span.start == sentence.start + hit.start():
                continue
            year, month, day, weekday = _parts(hit)
            if year is None and day is not None and weekday is not None:
                year = resolve_year(month, day, weekday, page.value if page else None)
            value = _edtf(year, month, day)
            if value:
                taken.append(hit.span())
                yield _mention(sentence, text, hit.start(), hit.end(), value)
        own = page.value if page and page.own and len(page.value) == 10 else None
        for hit in _RELATIVE.finditer(text):
            if own and not any(start <= hit.start() < end for start, end in taken):
                value = _relative(hit, dt.date.fromisoformat(own))
                start = hit.start("wday") if hit["wday"] else hit.start()
                yield _mention(
                    sentence, text, start, hit.end("word") if hit["word"] else hit.end(), value
                )


def _bare(article: Article, sentence: Sentence) -> bool:
    return len(article.text[sentence.start : sentence.end].split()) < 8


def _relative(hit: re.Match[str], page: dt.date) -> str:
    if hit["word"]:
        back = 1 if hit["word"].lower().startswith(("yesterday", "last")) else 0
        return (page - dt.timedelta(days=back)).isoformat()
    back = (page.weekday() - _DAYS.index(hit["wday"].lower()[:3])) % 7
    if back == 0 and hit["last"].lower().startswith("last"):
        back = 7
    return (page - dt.timedelta(days=back)).isoformat()


def durations(article: Article) -> Iterator[Mention]:
    """Lengths of days or weeks stated as such ("three days of", "week-long"), in whole days."""
    for sentence in article.sentences:
        if sentence.boilerplate:
            continue
        text = article.text[sentence.start : sentence.end]
        for hit in _LENGTH.finditer(text):
            value = _length(hit)
            if value is not None:
                yield _mention(sentence, text, hit.start(), hit.end(), value)


def _length(hit: re.Match[str]) -> int | None:
    unit = hit["unit"].lower().rstrip("s")
    word = (hit["count"] or "").strip(" -").lower()
    count = 1 if word in {"", "a", "one", "the", "full"} else number_value(word)
    if count is None:
        if not hit["tail"]:
            return None
        count = 1
    elif not hit["tail"] and word in {"", "the"}:
        return None
    if unit == "hour":
        return count // 24 if count >= 24 and count % 24 == 0 else None
    return count * _UNITS[unit]


def _mention(sentence: Sentence, text: str, start: int, end: int, value: int | str) -> Mention:
    left, right = clause(text, start, end)
    offset = sentence.start
    span = Span(offset + start, offset + end)
    return Mention(span, span, Span(offset + left, offset + right), sentence.number, value)
