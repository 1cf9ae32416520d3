"""Numbers that a text states, in digits or English words, each with its exact place and value.

This module owns which characters are a number and which only look like one: never a part of a
longer number ("12" in "120", "12.5", "1,200" or "12 million"), of a code ("M25", "COVID-19"), an
ordinal ("12th"), a clock time or a telephone number. What a number counts is not its business.

Digits: thousands separated by commas, points (two or more), apostrophes or spaces; decimals; common
fractions; "½". Words: cardinals below a trillion, "a hundred", "a dozen", "half a million", "both",
"two and a half". Digits and words together: "2.5 million", "£3m".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from extractor.text.number_words import HALF_AFTER, HYPHENS, SCALES, StatedNumber, numbers_in_words

__all__ = ["StatedNumber", "stated_numbers"]

_DASHES = (*HYPHENS, "−", "–", "—")
_SPACES = " \u00a0\u2009\u202f"
_DIGITS = re.compile(
    rf"(?<!\d[{_SPACES}])(?<!\d)[1-9]\d{{0,2}}(?:[{_SPACES}]\d{{3}})+(?![\d]|[.,:/]\d)"
    r"|\d+(?:[.,:/'’]\d+)*|(?<![\w.])\.\d+"
)
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"0|[1-9]\d*"), ""),
    (re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?"), ","),
    (re.compile(rf"[1-9]\d{{0,2}}(?:[{_SPACES}]\d{{3}})+"), _SPACES),
    (re.compile(r"[1-9]\d{0,2}(?:['’]\d{3})+"), "'’"),
    (re.compile(r"[1-9]\d{0,2}(?:\.\d{3}){2,}"), "."),
    (re.compile(r"(?:0|[1-9]\d*)?\.\d+"), ""),
)
_DECIMAL_COMMA = re.compile(r"(?:0|[1-9]\d*),\d+")
_FRACTION = re.compile(r"([1-9]\d?)/([1-9]\d?)")
_UNITS = re.compile(
    r"(?:k?g|mg|[mcd]?l|oz|lbs?|k?m|[cm]m|mph|kmh|kph|[kmg]?wh?|hrs?|h|mins?|secs?|ft|yds?|px"
    r"|[kmgt]b|c|f|p|x)(?![^\W_])",
    re.IGNORECASE,
)
_SHORT_SCALE = re.compile(r"(?:(bn|b)|(m|mn)|(k))(?![^\W_])", re.IGNORECASE)
_SCALE_AFTER = re.compile(
    r"[\s-](hundred|thousand|million|billion|trillion|dozen)\b", re.IGNORECASE
)
_FRACTION_AFTER = re.compile(r"\s([1-9])/([1-9]\d?)(?![\d/])")
_CLOCK_AFTER = re.compile(r"\s?(?:[ap]\.?m\b|o[’']clock|noon\b|midnight\b)", re.IGNORECASE)
_TELEPHONE = re.compile(r"(?<![\w.,])(?:\+?\(?\d+\)?)(?:[ -]\(?\d+\)?)+")


@lru_cache(maxsize=2048)
def stated_numbers(text: str) -> tuple[StatedNumber, ...]:
    """Every number in the text, in order, none inside another."""
    found = [*_in_digits(text), *numbers_in_words(text)]
    found.sort(key=lambda one: (one.start, -one.end))
    kept: list[StatedNumber] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(kept)


def _in_digits(text: str) -> Iterator[StatedNumber]:
    telephones = [hit.span() for hit in _TELEPHONE.finditer(text) if _is_telephone(hit.group())]
    for hit in _DIGITS.finditer(text):
        start, end = hit.span()
        if any(left <= start < right for left, right in telephones):
            continue
        value = _value(hit.group())
        sign = _before(text, start)
        if value is None or sign is None:
            continue
        whole = value == value.to_integral_value() and hit.group().isdecimal()
        found = _after(text, start, end, value, whole)
        if found is not None:
            start = start - 1 if sign < 0 else start
            yield StatedNumber(start, found[0], sign * found[1], found[2])


def _is_telephone(chain: str) -> bool:
    digits = sum(char.isdecimal() for char in chain)
    if digits < 7 or any(form.fullmatch(chain) for form, _ in _FORMS[:3]):
        return False
    return chain[0] in "+(0" or len(re.split(r"[ -]", chain)) > 2


def _value(chunk: str) -> Decimal | None:
    for form, separators in _FORMS:
        if form.fullmatch(chunk):
            for separator in separators:
                chunk = chunk.replace(separator, "")
            return Decimal(chunk)
    if _DECIMAL_COMMA.fullmatch(chunk):
        return Decimal(chunk.replace(",", "."))
    part = _FRACTION.fullmatch(chunk)
    if part and int(part[1]) < int(part[2]):
        return Decimal(part[1]) / Decimal(part[2])
    return None


def _before(text: str, start: int) -> int | None:
    """The sign that what stands in front gives a number; ``None`` if it is part of something."""
    if start == 0:
        return 1
    char, further = text[start - 1], text[start - 2 : start - 1]
    if char.isalnum() or char == "_" or unicodedata.category(char)[0] == "M":
        return None
    if char in _DASHES and not further.isdecimal():
        if further.isalnum():
            return None
        if char in "-−":
            return -1
        return None if further in ("", " ", "(") else 1
    if char in ".,:/'’" and further.isdecimal():
        return None
    return 1


def _after(
    text: str, start: int, end: int, value: Decimal, whole: bool
) -> tuple[int, Decimal, bool] | None:
    """End, value and whether words belong to it, by what stands behind; ``None`` for no number."""
    char = text[end : end + 1]
    if char and unicodedata.category(char) == "No":
        part = unicodedata.numeric(char, 1)
        if not whole or not 0 < part < 1:
            return None
        return end + 1, value + Decimal(str(part)), True
    if char and (char == "_" or unicodedata.category(char)[0] == "M"):
        return None
    if char.isalpha():
        return _glued(text, start, end, value)
    if _CLOCK_AFTER.match(text, end):
        return None
    scale = _SCALE_AFTER.match(text, end)
    if scale:
        factor = {**SCALES, "trillion": 10**12}[scale[1].lower()]
        return scale.end(), value * factor, True
    half = HALF_AFTER.match(text, end)
    if half and whole:
        return half.end(), value + Decimal("0.5"), True
    rest = _FRACTION_AFTER.match(text, end)
    if rest and whole and int(rest[1]) < int(rest[2]):
        return rest.end(), value + Decimal(rest[1]) / Decimal(rest[2]), True
    if char == "-" and text[end + 1 : end + 2].isupper():
        return None
    return end, value, False


def _glued(text: str, start: int, end: int, value: Decimal) -> tuple[int, Decimal, bool] | None:
    """A number with letters right behind it: "200g", "£3m", "5k", but not "12th" or "20s"."""
    money = unicodedata.category(text[start - 1 : start] or " ") == "Sc"
    short = _SHORT_SCALE.match(text, end)
    if short and (money or short[3] or short[0].lower() == "bn"):
        factor = 10**9 if short[1] else 10**6 if short[2] else 10**3
        return short.end(), value * factor, True
    if short and short[0].lower() in ("m", "mn", "b"):
        return None  # metres or millions, minutes or billions: nobody can tell
    return (end, value, False) if _UNITS.match(text, end) else None
