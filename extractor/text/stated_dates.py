"""Dates and clock times that a text states, each with its exact place and what of it is stated.

This module owns the shapes: written out in either order, with or without weekday and year, ranges
and lists that share a month or a year, ISO and other figures, months and years alone. Relative
words ("yesterday") are left to the finders, which know the page's date. Which date matters is
nobody's business here.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

_MONTH = (
    r"Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?"
)
_WEEKDAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b\.?"
_YEAR = r"(?:1[6-9]|20)\d\d"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_JOIN = r"\s*(?:-|–|—|,|\b(?:and|to|until|till|through|or)\b|&)\s*"
_DATE = re.compile(
    rf"""(?<![\w/.-])(?P<iy>\d{{4}})(?P<is>[-/.])(?P<im>\d\d)(?P=is)(?P<id>\d\d)(?=T\d|\b)(?![-/.]\d)
    |(?<![\w/.-])(?P<n1>\d{{1,2}})(?P<ns>[-/.])(?P<n2>\d{{1,2}})(?P=ns)(?P<ny>\d{{4}}|\d\d)(?![\w]|[-/.]\d)
    |(?:(?P<w1>\b{_WEEKDAY}),?\s+)?(?:\bthe\s+)?(?<![\w.,/:£$€-])(?P<d1>{_DAY})(?:\s+of)?[\s-]+
        (?P<m1>(?:{_MONTH}))\b(?:\.?[\s-]+(?P<y1a>{_YEAR})\b|\.?,\s+(?P<y1b>{_YEAR})\b)?
    |(?:(?P<w2>\b{_WEEKDAY}),?\s+)?\b(?P<m2>(?:{_MONTH}))\b\.?\s+(?:the\s+)?(?P<d2>{_DAY})\b
        (?![.,:/]\d|\s?[ap]m\b)(?:,?\s+(?P<y2>{_YEAR})\b)?
    |\b(?P<m3>(?:{_MONTH}))\b\.?,?\s+(?:of\s+)?(?P<y3>{_YEAR})\b
    |(?<![\w.,/:£$€-])(?P<y4>{_YEAR})(?!\w|[.,/:]\d|\s+(?:{_MONTH})\b)
    |\b(?:in|since|until|during|last|early|late|mid|of|this|from|by|and|to)[\s-]+(?P<m5>(?:{_MONTH}))\b
        (?!\.?,?\s+(?:of\s+|the\s+)?\d)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SHARED_BEFORE = re.compile(
    rf"(?:(?P<w>\b{_WEEKDAY}),?\s+)?(?:\bthe\s+)?(?<![\w.,/:£$€-])(?P<d>{_DAY}){_JOIN}(?:the\s+)?$",
    re.IGNORECASE,
)
_SHARED_AFTER = re.compile(
    rf"{_JOIN}(?:{_WEEKDAY},?\s+)?(?:the\s+)?(?P<d>{_DAY})\b(?!\s+(?:of\s+)?(?:{_MONTH})\b|[.,:/]\d)"
    rf"(?:,?\s+(?P<y>{_YEAR})\b)?",
    re.IGNORECASE,
)
_JOINED = re.compile(_JOIN, re.IGNORECASE)
_REACH = 40  # characters in front of a date in which a shared one may stand
_CLOCK = re.compile(
    r"(?<![\w.,:/])(?P<h>\d{1,2})(?:[:.](?P<m>\d\d)(?::(?P<s>\d\d))?)?\s?(?P<half>[ap])\.?m\b\.?"
    r"|(?<![\w.,:/])(?P<h2>\d\d?):(?P<m2>\d\d)(?::(?P<s2>\d\d))?(?![\d:])"
    r"|(?<![\w.,:/])(?P<h3>[0-2]\d)(?P<m3>[0-5]\d)\s?(?:hours|hrs)\b"
    r"|\b(?:12\s)?(?P<word>noon|midday|midnight)\b",
    re.IGNORECASE,
)
_ENDS_IN_DAY = re.compile(r"\d(?:st|nd|rd|th)?\Z")
_ISO_CLOCK = re.compile(r"(?<=\d)T(?P<h>\d\d):(?P<m>\d\d)(?::(?P<s>\d\d))?")


@dataclass(frozen=True, slots=True)
class StatedDate:
    """Half-open offsets into the text, and the parts stated; ``weekday`` from 0 for Monday."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class StatedTime:
    """Half-open offsets into the text, and the time of day."""

    start: int
    end: int
    time: dt.time


@lru_cache(maxsize=2048)
def stated_dates(text: str) -> tuple[StatedDate, ...]:
    """Every date in the text, in order. A figure like 3/4/2021 yields both its readings."""
    found: list[StatedDate] = []
    for hit in _DATE.finditer(text):
        for one in _readings(hit):
            if _is_possible(one):
                found.extend(_shared(text, one))
                found.append(one)
    return tuple(_with_years(text, sorted(found, key=lambda one: (one.start, one.end))))


def stated_times(text: str) -> Iterator[StatedTime]:
    """Every clock time in the text, in order."""
    for hit in [*_CLOCK.finditer(text), *_ISO_CLOCK.finditer(text)]:
        parts = hit.groupdict()
        if parts.get("word"):
            hour = 0 if parts["word"].lower() == "midnight" else 12
            yield StatedTime(hit.start(), hit.end(), dt.time(hour))
            continue
        hour = int(parts["h"] or parts["h2"] or parts["h3"])
        minute = int(parts.get("m") or parts.get("m2") or parts.get("m3") or 0)
        second = int(parts.get("s") or parts.get("s2") or 0)
        if parts.get("half"):
            if not 1 <= hour <= 12:
                continue
            hour = hour % 12 + (12 if parts["half"].lower() == "p" else 0)
        if hour < 24 and minute < 60 and second < 60:
            start = hit.start() + (hit.group().startswith("T"))
            yield StatedTime(start, hit.end(), dt.time(hour, minute, second))


def year_of(month: int, day: int, weekday: int, latest: str | None) -> int | None:
    """The year in which a day fell on a weekday, if one of the five such days up to ``latest`` did.

    ``latest`` is a full date (``YYYY-MM-DD``); without it, or if several years fit, ``None``.
    """
    try:
        last = dt.date.fromisoformat(latest or "")
    except ValueError:
        return None
    days: list[dt.date] = []
    for year in range(last.year, last.year - 24, -1):  # 29 February comes rarely
        if len(days) < 5 and day <= calendar.monthrange(max(year, 1), month)[1]:
            found = dt.date(max(year, 1), month, day)
            days.extend([found] if found <= last else [])
    fitting = [found.year for found in days if found.weekday() == weekday]
    return fitting[0] if len(fitting) == 1 else None


def _readings(hit: re.Match[str]) -> Iterator[StatedDate]:
    start, end = hit.span()
    if hit["iy"]:
        yield StatedDate(start, end, int(hit["iy"]), int(hit["im"]), int(hit["id"]))
    elif hit["ny"]:
        year = int(hit["ny"]) if len(hit["ny"]) == 4 else 2000 + int(hit["ny"])
        first, second = int(hit["n1"]), int(hit["n2"])
        yield StatedDate(start, end, year, second, first)
        if first != second:
            yield StatedDate(start, end, year, first, second)
    elif hit["y4"]:
        yield StatedDate(start, end, int(hit["y4"]))
    else:
        name = hit["m1"] or hit["m2"] or hit["m3"] or hit["m5"]
        year_words = hit["y1a"] or hit["y1b"] or hit["y2"] or hit["y3"]
        if name.islower() and (name in ("may", "march", "mar") and not year_words):
            return  # "all 9 may appeal"
        day = hit["d1"] or hit["d2"]
        yield StatedDate(
            start=hit.start("m5") if hit["m5"] else start,
            end=end,
            year=int(year_words) if year_words else None,
            month=_month(name),
            day=int(re.sub(r"\D", "", day)) if day else None,
            weekday=_weekday(hit["w1"] or hit["w2"]),
        )


def _month(name: str) -> int:
    return [month[:3].lower() for month in calendar.month_name].index(name[:3].lower())


def _weekday(name: str | None) -> int | None:
    if name is None:
        return None
    return [day[:3].lower() for day in calendar.day_name].index(name[:3].lower())


def _is_possible(found: StatedDate) -> bool:
    if found.month is not None and not 1 <= found.month <= 12:
        return False
    if found.day is None or found.month is None:
        return True
    year = found.year or 2000  # an unknown year may be a leap year
    return 1 <= found.day <= calendar.monthrange(year, found.month)[1]


def _shared(text: str, found: StatedDate) -> Iterator[StatedDate]:
    """Days around a date that share its month: "9 and 10 March", "March 9-11, 2021"."""
    if found.day is None or text[found.start : found.end][:4].isdecimal():
        return
    start = found.start
    while hit := _SHARED_BEFORE.search(text[max(0, start - _REACH) : start]):
        day = int(re.sub(r"\D", "", hit["d"]))
        begin = max(0, start - _REACH) + hit.start()
        one = replace(found, start=begin, day=day, weekday=_weekday(hit["w"]))
        if not _is_possible(one) or begin >= start:
            return
        yield one
        start = begin
    after = _SHARED_AFTER.match(text, found.end)
    if (
        after
        and found.year is None
        and _ENDS_IN_DAY.search(text, max(found.start, found.end - 4), found.end)
    ):
        year = int(after["y"]) if after["y"] else None
        other = replace(found, end=after.end(), year=year, day=int(re.sub(r"\D", "", after["d"])))
        if _is_possible(other):
            yield replace(other, weekday=None)
            if year is not None:
                yield replace(found, end=after.end(), year=year)


def _with_years(text: str, found: list[StatedDate]) -> Iterator[StatedDate]:
    """The dates, one that shares the next one's year completed: "9 March to 2 April 2021"."""
    for place, one in enumerate(found):
        yield one
        if one.year is not None or one.day is None:
            continue
        for other in found[place + 1 : place + 4]:
            if other.start >= one.end and other.year is not None and other.month is not None:
                joined = text[one.end : other.start]
                if _JOINED.fullmatch(joined):
                    yield replace(one, end=other.end, year=other.year)
                break
