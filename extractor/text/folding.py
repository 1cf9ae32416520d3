"""Text folded for comparison, token by token, with every token's place in the untouched text.

This module owns what counts as the same word and as the same gap between words. Finding a value in
an article is ``grounding``'s business.

A word is folded by NFKC, case and apostrophes; a number, in digits or words, becomes its value; "&"
becomes "and". Between words, white space, hyphens, quotation marks and the full stop of an
abbreviation count as nothing; any other punctuation is kept and has to agree.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from extractor.text.sentences import word_set
from extractor.text.stated_numbers import stated_numbers

_APOSTROPHES = frozenset("'\u2019\u2018\u02bc`\u00b4\u2032\uff07")
_QUOTES = _APOSTROPHES | frozenset(
    '"\u201c\u201d\u201e\u201f\u00ab\u00bb\u2039\u203a\u2033\u301d\u301e\u201a\u201b'
)
_HYPHENS = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2015\u2212")
_UNSEEN = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
_BLANK_LINE = re.compile(r"[\n\r\u2028\u2029]\s*[\n\u2028\u2029]")
_ABBREVIATIONS = word_set(
    """
    mr mrs ms dr st prof rev sgt insp supt det lt col capt cpl gen pc jr sr ltd inc co corp no vs
    approx dept univ hon cllr ave rd mt ft
    """
)
_ACRONYM = re.compile(r"(?:[^\W\d_]\.){1,}[^\W\d_](?![^\W_])")
_CONTRACTIONS = ("s", "ll", "re", "ve", "d", "m")
_AFTER_NAMES = word_set(
    """
    based born led wide area bound style backed run registered headquartered educated trained
    owned built only related
    """
)
"""What may hang on a name by a hyphen without being part of it: "Paris-based"."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or symbol: half-open offsets into the text, and its folded form.

    ``short_end``: the end without a possessive or contracted verb (``Anna`` of ``Anna's``), and
    ``joined`` the folded form with it (``annas``); otherwise the same as ``end`` and ``core``.
    ``gap``: what stands before it: "" nothing, "-" a hyphen, " " something light, else the
    punctuation itself. ``lower``: begins with a small letter. ``symbol``: is no word or number.
    ``short``: an abbreviation or initial, whose full stop ends no sentence.
    """

    start: int
    end: int
    short_end: int
    core: str
    joined: str
    gap: str
    lower: bool = False
    symbol: bool = False
    number: bool = False
    short: bool = False


def is_joined(char: str) -> bool:
    """Whether a character is part of a word: letters, digits, marks, and what is not seen."""
    if char.isalnum() or char == "_" or char in _UNSEEN:
        return True
    return unicodedata.category(char)[0] == "M"


@lru_cache(maxsize=4096)
def fold_word(word: str) -> str:
    """A word as it is compared. Superscripts and the like stay, since "5²" is not "52"."""
    kept = []
    for char in word:
        if char in _UNSEEN or char in _APOSTROPHES:
            continue
        kept.append(char if unicodedata.category(char) in ("No", "So") else char.casefold())
    folded = "".join(kept)
    if any(unicodedata.category(char) == "No" for char in folded):
        return unicodedata.normalize("NFC", folded)
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", folded).casefold())


@lru_cache(maxsize=2048)
def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a sentence or a value, in order."""
    numbers = {one.start: one for one in stated_numbers(text)}
    starts = [*numbers, len(text)]
    found: list[Token] = []
    at = previous_end = 0
    while at < len(text):
        number = numbers.get(at)
        char = text[at]
        if number is not None:
            core = f"#{number.value.normalize():f}"
            end = number.end
            token = Token(at, end, end, core, core, "", number=True)
        elif is_joined(char):
            token = _word(text, at, starts[bisect_right(starts, at)])
        elif char == "&":
            token = Token(at, at + 1, at + 1, "and", "and", "", lower=True)
        elif (unicodedata.category(char)[0] == "S" and char not in _QUOTES) or char in "%#@*/":
            token = Token(at, at + 1, at + 1, char, char, "", symbol=True)
        else:
            at += 1
            continue
        at = token.end
        if token.core:
            found.append(_with_gap(token, text, previous_end, found))
            previous_end = token.end
    return tuple(found)


def _word(text: str, start: int, stop: int) -> Token:
    """A word with its inner apostrophes; "Anna's" is one word with two ends."""
    acronym = _ACRONYM.match(text, start)
    if acronym:  # "U.S." is "US"
        core = fold_word(acronym.group().replace(".", ""))
        return Token(start, acronym.end(), acronym.end(), core, core, "", short=True)
    end = start
    apostrophes: list[int] = []
    while end < stop:
        if is_joined(text[end]):
            end += 1
        elif text[end] in _APOSTROPHES and end + 1 < stop and text[end + 1].isalpha():
            apostrophes.append(end)
            end += 1
        else:
            break
    joined = fold_word(text[start:end])
    short_end = end
    if apostrophes and fold_word(text[apostrophes[-1] + 1 : end]) in _CONTRACTIONS:
        short_end = apostrophes[-1]
    core = fold_word(text[start:short_end])
    short = core in _ABBREVIATIONS or len(core) == 1
    lower = text[start].islower()
    return Token(start, end, short_end, core, joined, "", lower=lower, short=short)


def _with_gap(token: Token, text: str, previous_end: int, before: Sequence[Token]) -> Token:
    gap = _gap(text[previous_end : token.start], before[-1] if before else None)
    return replace(token, gap=gap)


def _gap(between: str, before: Token | None) -> str:
    if before is None:
        return " "
    if not between:
        return ""
    if len(between) == 1 and between in _HYPHENS:
        return "-"
    if _BLANK_LINE.search(between):
        return "¶"
    heavy = []
    for place, char in enumerate(between):
        if char.isspace() or char in _QUOTES or char in _UNSEEN:
            continue
        if char == "." and place == 0 and before.short:
            continue
        heavy.append("–" if char in _HYPHENS else unicodedata.normalize("NFKC", char))
    return "".join(heavy) or " "


def token_at(found: Sequence[Token], start: int) -> int | None:
    """The index of the token that begins at ``start``, if one does."""
    at = bisect_left(found, start, key=lambda one: one.start)
    return at if at < len(found) and found[at].start == start else None


def is_same(one: Token, other: Token) -> bool:
    """Whether two tokens are the same word; a possessive or a missing apostrophe is no matter."""
    return bool(one.core == other.core or {one.core, one.joined} & {other.joined, other.core})


def fits(wanted: Token, there: Token, before: Token) -> bool:
    """Whether the gaps before two tokens agree. ``before`` is the text's token in front.

    A comma may be missing on one side between small words; between names it separates them.
    """
    light = ("", "-", " ")
    if wanted.gap in light and there.gap in light:
        return True
    if wanted.gap == there.gap:
        return True
    return {wanted.gap, there.gap} <= {",", *light} and (there.lower or before.lower)


def is_bounded(found: Sequence[Token], first: int, last: int) -> bool:
    """Whether the tokens ``first..last`` of a sentence stand for themselves.

    Not "Ann" in "Ann-Marie" or "British" in "non-British"; but "Paris" in "Paris-based".
    """
    if first > 0 and found[first].gap in ("", "-") and not found[first - 1].symbol:
        is_unit = found[first - 1].number and found[first].gap == ""
        if not is_unit:  # "g" in "200g"
            return False
    if last + 1 >= len(found):
        return True
    after = found[last + 1]
    if after.gap == "" and not after.symbol and not found[last].symbol:
        return False
    return after.gap != "-" or after.symbol or after.core in _AFTER_NAMES
