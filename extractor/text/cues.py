"""Words around a value that decide what it means: negation, cues, bounds, "no arrests".

This module owns these words, as English has them, and where they stand in a sentence; all spans
are offsets into the sentence given. What a value needs in order to be grounded is ``grounding``'s
decision.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice

from extractor.text.article import Span
from extractor.text.folding import Token, is_bounded, is_same, token_at, tokens
from extractor.text.sentences import word_set

NEGATORS = word_set(
    """
    not no never without non cannot cant dont doesnt didnt isnt arent wasnt werent hasnt havent
    hadnt wont wouldnt couldnt shouldnt mustnt
    """
)
_FILLERS = word_set(
    "the a an any been being be yet ever actually formally currently have has had single"
)
_FILLERS_AT_MOST = 3

_BOUNDS_BEFORE: tuple[tuple[str, str], ...] = (
    ("at_most", r"no\s+more\s+than|not\s+more\s+than|up\s+to|as\s+many\s+as|as\s+much\s+as"
     r"|at\s+(?:the\s+)?most|a\s+maximum\s+of|(?<!\bno\s)(?<!\bnot\s)(?:fewer|less)\s+than|under|below"),
    ("at_least", r"at\s+(?:the\s+very\s+)?least|(?:no|not)\s+(?:fewer|less)\s+than"
     r"|a\s+minimum\s+of|minimum"),
    ("more_than", r"(?<!\bno\s)(?<!\bnot\s)more\s+than|over|upwards\s+of"
     r"|in\s+excess\s+of|greater\s+than|above|exceeding|beyond"),
    ("about", r"around|about|roughly|approximately|approx\.?|circa|c\.|some|nearly|almost"
     r"|(?:an\s+)?estimated|close\s+to|in\s+the\s+region\s+of|~|≈|near"),
)  # fmt: skip
_BEFORE = tuple(
    (
        name,
        re.compile(
            rf"(?:(?<![\w-])(?:{words})\s*)(?:(?:a\s+total\s+of|the|another)\s+)?[£$€]?\Z", re.I
        ),
    )
    for name, words in _BOUNDS_BEFORE
)
_AFTER = (
    ("at_least", re.compile(r"\s+or\s+more\b|\s*\+|[\s-]plus\b|\s+at\s+least\b", re.I)),
    ("at_most", re.compile(r"\s+or\s+(?:fewer|less)\b|\s+at\s+(?:the\s+)?most\b", re.I)),
    ("about", re.compile(r"\s+or\s+so\b|[\s-]odd\b|\s+or\s+thereabouts\b", re.I)),
)
_TOTAL = re.compile(r"(?<![\w-])a\s+(?:further\s+)?total\s+of\s+\Z", re.I)
_REACH = 40
_PHRASE_STOP = re.compile(
    r"[,;:.!?()\[\]\"“”«»–—/]|\s(?:and|or|but|nor|who|which|that|where|were|was|are|is|have|has"
    r"|had|been|be|being|in|at|on|from|to|by|with|as|while|when|after|before|during|across|into"
    r"|for|of|than|over|under|between|will|would|could|can|may|might|remain|remained|took|made"
    r"|aged|currently|including|involved|each|per)\b",
    re.I,
)
_VERB = re.compile(r"\w+ed|left|came|went|said|told|fled|met", re.IGNORECASE)
_LONGEST_PHRASE = 120  # characters
_WORDS_OF_A_PHRASE = 4

_NOBODY = re.compile(r"(?<![\w-])(?:nobody|none|no[\s-]one|nothing|nil)\b", re.I)
_NO = re.compile(
    r"(?<![\w-])(?:no|without(?:\s+any)?|not\s+a\s+single|not\s+one)\s+(?=[^\W\d_])", re.I
)
_NOT_ANY = re.compile(
    r"(?:(?<![\w-])(?:not|never|nor|neither|failed|refused)|n[’']t)\s+(?:[\w’'-]+\s+){0,3}?"
    r"(?:any|a\s+single|one)\s+(?=[^\W\d_])",
    re.I,
)
_NOT_ZERO = re.compile(
    r"(?:more|further|fewer|less|other|additional|new|longer|doubt|matter|wonder|need|way|place"
    r"|reason|comment|stranger|sooner|better|worse|different|extra|later|earlier|idea)\b",
    re.I,
)
_ONE_PERSON = re.compile(
    r"(?<![\w-])(?P<a>an?|another)\s+(?:[\w-]+\s+){0,3}?(?:man|woman|person|boy|girl|teenager|child"
    r"|adult|suspect|victim|defendant|officer|driver|passenger|baby|pensioner|worker|student)\b",
    re.I,
)


def is_negated(found: Sequence[Token], first: int) -> bool:
    """Whether a negation governs the word ``first`` of a sentence: "not", "have not been"."""
    at = first - 1
    skipped = 0
    if found[first].gap not in ("", "-", " "):
        return False
    while at >= 0:
        if found[at].core in NEGATORS:
            return not (found[first].number and found[at].core == "no")  # "No 10" is an address
        if found[at].core not in _FILLERS or skipped == _FILLERS_AT_MOST:
            return False
        if found[at].gap not in ("", "-", " "):
            return False
        skipped += 1
        at -= 1
    return False


@lru_cache(maxsize=1024)
def _cue_tokens(cue: str) -> tuple[Token, ...]:
    return tokens(cue.rstrip("*"))


def cue_phrases(text: str, cue: str) -> Iterator[tuple[Span, bool]]:
    """Where a cue stands in a sentence, and whether it is negated there.

    Whole words in any case; a cue that ends in ``*`` takes any ending.
    """
    wanted, found = _cue_tokens(cue), tokens(text)
    open_ended = cue.endswith("*")
    size = len(wanted)
    for first in range(len(found) - size + 1 if size else 0):
        last = first + size - 1
        here = found[first : last + 1]
        if not all(is_same(one, there) for one, there in zip(wanted[:-1], here[:-1], strict=True)):
            continue
        ending = here[-1].core.startswith(wanted[-1].core) if open_ended else False
        if not (ending or is_same(wanted[-1], here[-1])):
            continue
        if any(there.gap not in ("", "-", " ") for there in here[1:]):
            continue
        if is_bounded(found, first, last):
            negated = wanted[0].core not in NEGATORS and is_negated(found, first)
            yield Span(here[0].start, here[-1].short_end), negated


def negation_before(text: str, phrase: Span) -> Span | None:
    """The phrase together with the negation in front of it, if there is one."""
    found = tokens(text)
    first = token_at(found, phrase.start)
    if first is None or not is_negated(found, first):
        return None
    at = first - 1
    while found[at].core not in NEGATORS:
        at -= 1
    return Span(found[at].start, phrase.end)


def bound_of(text: str, start: int, end: int) -> tuple[str, Span]:
    """What the words around a number say about it, and the number's phrase with its noun."""
    before = text[max(0, start - _REACH) : start]
    bound, left, right = "exact", start, end
    for name, pattern in _BEFORE:
        hit = pattern.search(before)
        if hit:
            bound, left = name, start - len(before) + hit.start()
            break
    else:
        for name, pattern in _AFTER:
            after = pattern.match(text, end)
            if after:
                bound, right = name, after.end()
                break
    if left == start and (total := _TOTAL.search(before)):
        left = start - len(before) + total.start()
    return bound, Span(left, phrase_end(text, right))


def phrase_end(text: str, end: int) -> int:
    """Where the noun ends that follows ``end``: a few words, up to a stop or a function word."""
    if text[end : end + 1] not in (" ", "\u00a0", "-"):
        return end
    behind = text[end : end + _LONGEST_PHRASE]
    stop = _PHRASE_STOP.search(behind)
    words = re.finditer(r"\S+", behind[: stop.start()] if stop else behind)
    found = list(islice(words, _WORDS_OF_A_PHRASE))
    while len(found) > 1 and _VERB.fullmatch(found[-1].group()):
        found.pop()
    return end + found[-1].end() if found else end


def zero_phrases(text: str) -> Iterator[Span]:
    """Spans that state a zero: "no arrests", "nobody", "did not make any arrests"."""
    for pattern in (_NO, _NOT_ANY):
        for hit in pattern.finditer(text):
            if not _NOT_ZERO.match(text, hit.end()):
                yield Span(hit.start(), phrase_end(text, hit.end() - 1))
    for hit in _NOBODY.finditer(text):
        yield Span(*hit.span())


def one_person(text: str) -> Iterator[Span]:
    """Where an article with its noun means one: "a man", "another 34-year-old suspect"."""
    for hit in _ONE_PERSON.finditer(text):
        yield Span(*hit.span())
