"""Counts and ages stated in an article, as digits or words, with the bound the words put on them.

Finding only: what a number counts is the model's decision. Nothing here knows a schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from extractor.finders.mention import Mention, clause
from extractor.finders.shapes import DATE, PHONE
from extractor.text.article import Article, Span
from extractor.text.number_words import ONES, TEENS, TENS

UNITS = {**ONES, **TEENS}
BOUNDS_BEFORE = {
    "more_than": r"(?<!no )(?<!not )more than|over|upwards of|in excess of|greater than",
    "at_least": r"at least|no fewer than|no less than|a minimum of",
    "about": r"around|about|roughly|approximately|some|nearly|almost|an estimated|circa",
    "at_most": (
        r"up to|as many as|at most|no more than|not more than|a maximum of|fewer than|less than"
        r"|under"
    ),
}
BOUNDS_AFTER = {"at_least": r"or more|plus\b|\+", "about": r"or so"}

_WORD = (
    rf"(?:(?:{'|'.join(TENS)})(?:[- ](?:{'|'.join(ONES)}))?"
    rf"|(?:{'|'.join(sorted(UNITS, key=len, reverse=True))}))"
)
NUMBER_WORDS = rf"(?:(?:a|{_WORD})\s+hundred(?:\s+(?:and\s+)?{_WORD})?|{_WORD})"
_NUMBER = re.compile(
    rf"""(?P<half>\bhalf\s+a\s+dozen\b)
    |(?P<dozen>\b(?:a|{_WORD})\s+dozen\b)
    |(?P<words>\b{NUMBER_WORDS}\b)
    |(?P<digits>(?<![\d_.,:/£$€#])(?<!(?-i:[A-Z]))(?:
        \d{{1,3}}(?:,\d{{3}})+(?![\d%])
        |(?<!\D-)(?<!^-)\d{{1,5}}(?![\d%:/]|,\d|\.\d)))
    |(?P<both>\bboth\b(?=\s+(?:men|women|suspects|victims|of)\b))
    |(?P<no>\bno\s+one\b
        |\b(?:no|zero)\b(?=\s+(?:[a-z]+\s+){{0,2}}
            (?:arrests?|victims?|one|people|persons?|suspects?)\b
            (?!\s+(?:complaints?|statements?|accounts?)\b))
        |\bnobody\b|\bnone\b)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_AFTER_UNIT = re.compile(
    r"[-\s]*(?:%|per\s*cent|percent|am\b|pm\b|a\.m|p\.m|kilo|kg\b|g\b|grams?\b|miles?\b|metres?\b"
    r"|million|billion|thousand|m\b|st\b|nd\b|rd\b|th\b|pounds?\b|euros?\b|dollars?\b|degrees"
    r"|o'clock|C\b|F\b)",
)
_TIME_UNIT = re.compile(
    rf"(?:(?:\s*[-–]\s*|\s+(?:to|and|or)\s+)(?:\d{{1,3}}|{_WORD}))?[-\s]*(?:and-a-half\s+)?"
    r"(?P<unit>hours?|days?|weeks?|months?|years?|minutes?)\b(?P<old>[-\s]+old)?",
    re.IGNORECASE,
)
_NEAR = 120  # characters looked at on either side of a number
_MOST_WORDS = 6  # of a number's phrase


def number_value(words: str) -> int | None:
    """The number that digits or English number words up to 999 state, else ``None``."""
    folded = " ".join(words.lower().replace("-", " ").replace(",", "").split())
    if folded.isdecimal():
        return int(folded)
    fixed = {"half a dozen": 6, "a dozen": 12, "both": 2}
    if folded in fixed:
        return fixed[folded]
    if folded.endswith(" dozen"):
        dozens = number_value(folded.removesuffix(" dozen"))
        return dozens * 12 if dozens else None
    if folded.startswith("a hundred"):
        folded = folded.removeprefix("a ")
    total = 0
    for word in folded.split():
        if word == "hundred":
            total = max(total, 1) * 100
        elif word in UNITS or word in TENS:
            total += UNITS.get(word, 0) + TENS.get(word, 0)
        elif word != "and":
            return None
    return total or None


PEOPLE = "man|woman|person|boy|girl|teenager|child|suspect|victim"
"""What "a" counts one of, unless something else is said."""


@cache
def _one_of(nouns: str) -> re.Pattern[str]:
    """The article in front of one of the nouns, up to two words between them."""
    return re.compile(
        rf"\b(?:a|an|another)\s+(?=(?:(?:\d{{1,2}}-year-old|[a-z]+)\s+){{0,2}}(?:{nouns})\b)",
        re.IGNORECASE,
    )


def numbers(article: Article, nouns: str = PEOPLE) -> Iterator[Mention]:
    """Counts and ages stated in the body, in order. Times, money, dates and codes are left out.

    ``nouns``: a regular expression of those in the singular of which "a" counts one.
    """
    for sentence in article.sentences:
        if sentence.boilerplate:
            continue
        text = article.text[sentence.start : sentence.end]
        blocked = [found.span() for found in _blocked(text)]
        earlier: list[Mention] = []
        hits = [*_NUMBER.finditer(text), *_one_of(nouns).finditer(text)]
        for found in sorted(hits, key=lambda hit: hit.start()):
            if any(start < found.end() and found.start() < end for start, end in blocked):
                continue
            mention = _number_mention(text, found, sentence.start, sentence.number)
            if mention is not None:
                earlier.append(mention)
        earlier.extend(_all_of(text, sentence.start, sentence.number, list(earlier)))
        yield from sorted(earlier, key=lambda mention: mention.span.start)


_ALL = re.compile(
    r"\ball\s+(?:of\s+(?:them|whom)\s+)?(?:are\s+|were\s+)?"
    r"(?:women|men|female|male|children|adults)\b",
    re.IGNORECASE,
)


def _all_of(text: str, offset: int, sentence: int, earlier: list[Mention]) -> Iterator[Mention]:
    """ "all women" says again the number in front of it."""
    for hit in _ALL.finditer(text):
        before = [m for m in earlier if m.span.end <= offset + hit.start() and not m.tags]
        if before:
            span = Span(offset + hit.start(), offset + hit.end())
            yield Mention(span, span, span, sentence, before[-1].value, before[-1].bound)


def _blocked(text: str) -> Iterator[re.Match[str]]:
    """Stretches whose numbers count nothing: dates, telephone numbers, clock times, codes."""
    yield from DATE.finditer(text)
    yield from (hit for hit in PHONE.finditer(text) if sum(map(str.isdigit, hit.group())) >= 7)
    yield from re.finditer(r"\b\d{1,2}[.:]\d\d\s*(?:am|pm|a\.m|p\.m)?", text)
    yield from re.finditer(
        r"\b(?:[Ss]ec(?:tion)?|[Cc]lass|[Ii]ncident|[Rr]ef(?:erence)?|[Cc]rime|[Nn]o\.?|[Cc]ase|[Rr]oad"
        r"|[Jj]unction|[Cc]ount)\s+(?:number\s+)?\d[\w/]*",
        text,
    )
    yield from re.finditer(
        r"\b(?:the\s+)?(?:one|two)\s+of\s+(?:the|these|those|our)\s+most\b", text, re.I
    )
    yield from re.finditer(
        r"\b(?:no\s+one|one\s+another|one\s+day|at\s+one\s+time)\b"
        r"(?!\s+(?:was|has)\b)",
        text,
        re.I,
    )


def _number_mention(text: str, found: re.Match[str], offset: int, number: int) -> Mention | None:
    kind = found.lastgroup or "article"
    start, end = found.span()
    tags: set[str] = set()
    if kind == "no":
        value: int | None = 0
        tags.add("zero")
    elif kind == "article":
        value = 1
        tags.add("indefinite")
        end = start + len(found.group().split()[0])
    else:
        value = number_value(found.group())
    if value is None:
        return None
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    if kind == "digits" and _YEAR.fullmatch(found.group()) and not re.match(r"\s+[a-z]+s\b", after):
        return None
    unit = _TIME_UNIT.match(after)
    if unit is not None and kind != "article":
        years = unit.group("unit").lower().startswith("year")
        if years and (unit.group("old") or _AGE_BEFORE.search(before)):
            tags.add("age")
        else:
            return None
    elif _AFTER_UNIT.match(after) and kind in ("digits", "words"):
        return None
    if kind in ("digits", "words") and _is_age(before, after, value, kind):
        tags.add("age")
    if kind == "digits" and before.endswith("-") and "age" not in tags:
        return None
    bound, words = _bound_before(before)
    phrase_end = end
    for name, pattern in BOUNDS_AFTER.items():
        hit = re.match(rf"\s*(?:{pattern})", after, re.I)
        if hit and bound == "exact":
            bound, phrase_end = name, end + hit.end()
    phrase_end = _phrase_end(text, phrase_end)
    around = clause(text, start, end)
    return Mention(
        span=Span(offset + start, offset + end),
        phrase=Span(offset + start - words, offset + max(phrase_end, end)),
        clause=Span(offset + around[0], offset + around[1]),
        sentence=number,
        value=value,
        bound=bound,
        tags=frozenset(tags),
    )


_AGE_BEFORE = re.compile(
    r"\b(?:aged?|ages|between\s+the\s+ages)"
    r"(?:\s+(?:of|between|from|rang(?:e[ds]?|ing)|varied|were|are|\d+|and|to|[-–]))*"
    r"(?:\s*(?:and|to|[-–]))?\s*$"
    r"|\baged?\b[^.;:]{0,30}\d\s*(?:and|to|or|,|[-–])\s*$"
    r"|\b(?:man|woman|boy|girl)\s+of\s+$",
    re.IGNORECASE,
)


# "aged 47, 21 and two men": the last number counts people.
_PEOPLE_NEXT = re.compile(
    r"\s+(?:men|women|people|others|boys|girls|children|adults|suspects|victims)\b", re.IGNORECASE
)


def _is_age(before: str, after: str, value: int, kind: str) -> bool:
    """Whether a number is an age: "aged 30", "between the ages of 30 and 40", ", 30,"."""
    if value >= 120 or _PEOPLE_NEXT.match(after):
        return False
    if _AGE_BEFORE.search(before):
        return True
    set_off = before.endswith(", ") and re.match(r"\s*(?:,|\)|$|;)", after)
    return bool(kind == "digits" and 9 < value < 100 and set_off)


def _bound_before(before: str) -> tuple[str, int]:
    """What the words before a number say about it, and how many characters they take."""
    for name, pattern in BOUNDS_BEFORE.items():
        hit = re.search(rf"\b(?:{pattern})\s+(?:a\s+total\s+of\s+)?$", before, re.IGNORECASE)
        if hit:
            return name, len(before) - hit.start()
    hit = re.search(
        r"\b(?:a\s+(?:further\s+)?total\s+of|an?\s+additional|a\s+further)\s+$", before, re.I
    )
    return "exact", len(before) - hit.start() if hit else 0


_STOP = re.compile(
    r"[,;:.!?()\"“”–—]|\s(?:and|or|but|who|which|that|were|was|are|is|have|has|had|been|be|in|at|on"
    r"|from|to|by|with|as|while|when|after|before|during|across|into|for|remain|remained|currently"
    r"|took|taken)\b",
    re.IGNORECASE,
)


def _phrase_end(text: str, start: int) -> int:
    hit = _STOP.search(text, start, start + _NEAR)
    stop = hit.start() if hit else min(len(text), start + _NEAR)
    words = list(re.finditer(r"\S+", text[start:stop]))[:_MOST_WORDS]
    return start + words[-1].end() if words else start
