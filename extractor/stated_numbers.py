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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

ONES = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9,
}  # fmt: skip
TEENS = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "dozen": 12}
_LONE = {"both": 2, "zero": 0, "single": 1}
_CARDINALS = {**ONES, **TEENS, **TENS, **SCALES}
_SHAPES = {
    **dict.fromkeys(ONES, "u"), **dict.fromkeys(TEENS, "x"), **dict.fromkeys(TENS, "t"),
    "hundred": "h", "thousand": "k", "million": "m", "billion": "b", "dozen": "d",
}  # fmt: skip
_BELOW_100 = r"(?:tu|t|u|x)"
_BELOW_1000 = rf"(?:{_BELOW_100}?h{_BELOW_100}?|{_BELOW_100})"
_VALID = re.compile(
    rf"(?:{_BELOW_1000}?b)?(?:{_BELOW_1000}?m)?(?:{_BELOW_1000}?k)?{_BELOW_1000}?|{_BELOW_100}?d"
)

_HYPHENS = ("-", "\u2010", "\u2011")
_DASHES = (*_HYPHENS, "−", "–", "—")
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
_HALF_AFTER = re.compile(r"[\s-]and[\s-]a[\s-]half\b", re.IGNORECASE)
_FRACTION_AFTER = re.compile(r"\s([1-9])/([1-9]\d?)(?![\d/])")
_CLOCK_AFTER = re.compile(r"\s?(?:[ap]\.?m\b|o[’']clock|noon\b|midnight\b)", re.IGNORECASE)
_ORDINAL_OR_PART = re.compile(
    r"-(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|something)\b"
    r"|[-\s](?:thirds?|quarters?|fifths|sixths|sevenths|eighths|ninths|tenths|halves)\b",
    re.IGNORECASE,
)
_TELEPHONE = re.compile(r"(?<![\w.,])(?:\+?\(?\d+\)?)(?:[ -]\(?\d+\)?)+")
_PRONOUN_BEFORE = re.compile(r"\b(?:no|any|every|some|each|not\s+an?)[\s-]$", re.IGNORECASE)
_REACH = 16  # characters in front of a number that may matter
_GLUED_BEHIND = re.compile(r"[’'][^\W\d_]|[\d_]")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class StatedNumber:
    """Half-open offsets into the text, and the value. ``words``: not written in digits alone."""

    start: int
    end: int
    value: Decimal
    words: bool = False


@lru_cache(maxsize=2048)
def stated_numbers(text: str) -> tuple[StatedNumber, ...]:
    """Every number in the text, in order, none inside another."""
    found = [*_in_digits(text), *_in_words(text)]
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
    half = _HALF_AFTER.match(text, end)
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


def _in_words(text: str) -> Iterator[StatedNumber]:
    for char in re.finditer("[¼-¾⅐-⅞]", text):
        if not text[max(0, char.start() - 1) : char.start()].isdecimal():
            yield StatedNumber(*char.span(), Decimal(str(unicodedata.numeric(char.group()))), True)
    words = [(hit.group().lower(), hit.start(), hit.end()) for hit in _WORD.finditer(text)]
    at = 0
    while at < len(words):
        word, start, end = words[at]
        last = _last_word(text, words, at) if word in _CARDINALS else at
        if word in _LONE and not _is_part(text, start, end):
            yield StatedNumber(start, end, Decimal(_LONE[word]), True)
        elif word in _CARDINALS:
            yield from _phrase(text, words, at, last)
        at = last + 1


def _last_word(text: str, words: Sequence[tuple[str, int, int]], at: int) -> int:
    """The last word of a sequence of cardinals, "and" allowed behind a scale."""
    last = at
    while last + 1 < len(words) and _is_close(text, words[last], words[last + 1]):
        if words[last + 1][0] in _CARDINALS:
            last += 1
        elif (
            words[last + 1][0] == "and"
            and words[last][0] in ("hundred", "thousand", "million", "billion")
            and last + 2 < len(words)
            and words[last + 2][0] in {**ONES, **TEENS, **TENS}
            and _is_close(text, words[last + 1], words[last + 2])
        ):
            last += 2
        else:
            break
    return last


def _is_close(text: str, one: tuple[str, int, int], other: tuple[str, int, int]) -> bool:
    between = text[one[2] : other[1]]
    return between.isspace() or between in _HYPHENS


def _phrase(
    text: str, words: Sequence[tuple[str, int, int]], first: int, last: int
) -> Iterator[StatedNumber]:
    names = [word for word, _, _ in words[first : last + 1] if word != "and"]
    shapes = "".join(_SHAPES[name] for name in names)
    start, end = words[first][1], words[last][2]
    if not _VALID.fullmatch(shapes) or _is_part(text, start, end):
        return
    value = Decimal(_sum(names))
    if names[0] in SCALES and first > 0 and _is_close(text, words[first - 1], words[first]):
        article, place, _ = words[first - 1]
        halved = first > 1 and article in ("a", "an") and words[first - 2][0] == "half"
        if halved and _is_close(text, words[first - 2], words[first - 1]):
            start, value = words[first - 2][1], value / 2
        elif article in ("a", "an"):
            start = place
        elif article == "half":
            return
    if re.search(r"\d\s?$", text[max(0, start - _REACH) : start]):
        return  # "2.5 million" is read with its digits
    half = _HALF_AFTER.match(text, end)
    if half:
        end, value = half.end(), value + Decimal("0.5")
    yield StatedNumber(start, end, value, True)


def _is_part(text: str, start: int, end: int) -> bool:
    """Whether the words belong to something else: "twenty-first", "no one", "one's", "M-one"."""
    if _GLUED_BEHIND.match(text, end) or _ORDINAL_OR_PART.match(text, end):
        return True
    before = text[max(0, start - _REACH) : start]
    if re.search(r"[\d_]$|[^\W_][-\u2010\u2011]$", before):
        return True
    is_pronoun = text[start:end].lower() in ("one", "single")
    return is_pronoun and bool(_PRONOUN_BEFORE.search(before))


def _sum(names: Sequence[str]) -> int:
    total = current = 0
    for name in names:
        if name in ("hundred", "dozen"):
            current = max(current, 1) * SCALES[name]
        elif name in SCALES:
            total += max(current, 1) * SCALES[name]
            current = 0
        else:
            current += _CARDINALS[name]
    return total + current
