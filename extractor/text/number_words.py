"""Numbers written in English words, each with its exact place and value.

This module owns the words and their grammar: cardinals below a trillion, "a hundred", "a dozen",
"half a million", "both", "two and a half", "half a", "three quarters". Figures are
``stated_numbers``'s.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

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

HYPHENS = ("-", "\u2010", "\u2011")
HALF_AFTER = re.compile(r"[\s-]and[\s-]a[\s-]half\b", re.IGNORECASE)
_ORDINAL_OR_PART = re.compile(
    r"-(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|something)\b"
    r"|[-\s](?:thirds?|quarters?|fifths|sixths|sevenths|eighths|ninths|tenths|halves)\b",
    re.IGNORECASE,
)
_PRONOUN_BEFORE = re.compile(r"\b(?:no|any|every|some|each|not\s+an?)[\s-]$", re.IGNORECASE)
_REACH = 16  # characters in front of a number that may matter
_GLUED_BEHIND = re.compile(r"[’'][^\W\d_]|[\d_]")
_PARTS = re.compile(
    r"\b(?:(?P<half>half)(?=\s+an?\s+(?!(?:dozen|hundred|thousand|million|billion)\b))"
    r"|(?P<count>a|one|three)[\s-]quarters?\b(?![\s-](?:finals?|century)))",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class StatedNumber:
    """Half-open offsets into the text, and the value. ``words``: not written in digits alone."""

    start: int
    end: int
    value: Decimal
    words: bool = False


def numbers_in_words(text: str) -> Iterator[StatedNumber]:
    """Every number written in words or as one character ("½"), in no particular order."""
    for char in re.finditer("[¼-¾⅐-⅞]", text):
        if not text[max(0, char.start() - 1) : char.start()].isdecimal():
            yield StatedNumber(*char.span(), Decimal(str(unicodedata.numeric(char.group()))), True)
    for hit in _PARTS.finditer(text):
        quarters = 2 if hit["half"] else 3 if hit["count"].lower() == "three" else 1
        yield StatedNumber(*hit.span(), Decimal(quarters) / 4, True)
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
    return between.isspace() or between in HYPHENS


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
    half = HALF_AFTER.match(text, end)
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
