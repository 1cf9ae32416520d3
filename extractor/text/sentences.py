"""Paragraphs and sentences as offsets into the untouched text.

This module owns where a sentence begins and ends. What a sentence is worth (site furniture or
article) and what is quoted in it is the business of its neighbours.

Every line break ends a paragraph. Within a paragraph a sentence ends at ``. ! ? …`` with its
closing marks, if white space and a plausible beginning follow and no abbreviation precedes.
Lookups around a full stop have a fixed width, so the time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open character offsets into the article's text."""

    start: int
    end: int


def word_set(words: str) -> frozenset[str]:
    """The words of a list written as prose."""
    return frozenset(words.split())


SPEECH_VERBS = word_set(
    """
    acknowledged acknowledges add added adding adds admits admitted announced announces answered
    appealed argued argues ask asked asking asks asserted asserts branded calling called calls
    cautioned conceded conceding agreed echoed lamented recounted reiterated
    claim claimed claiming claims commented commenting comments concluded concludes condemned
    confirmed confirming confirms continued continues cried declared declares declaring describe
    described describes describing dismissed emphasised emphasises emphasized exclaimed explained
    explaining explains hailed highlighted insisted insisting insists joked noted notes noting
    observed pledged pointed posted praised praising promised quoted recalled recalls remarked
    remarking repeated replied replies replying responded responding reveal revealed revealing
    reveals said say saying says screamed shouted stated states stating stressed stresses
    stressing suggested suggesting tell telling tells testified told tweeted urge urged urges
    urging vowed vowing vows warn warned warning warns whispered writes writing wrote according
    """
)

# Before a name, so never at a sentence's end.
_TITLES = word_set(
    """
    mr mrs ms mx messrs dr prof rev revd fr hon supt sup det insp sgt ch cllr capt cpt lt col maj
    gen cpl cmdr cdr const comdr asst dep gov sen rep pres cmsr vs cf viz eg ie e.g i.e
    """
)
# Before a figure.
_BEFORE_FIGURES = word_set(
    """
    no nos jan feb mar apr jun jul aug sep sept oct nov dec p pp vol fig art sec para approx tel
    ext est ca c s ss
    """
)
# May end a sentence, but only if a word follows that hardly ever continues a name.
_TRAILING = word_set("st ltd inc co corp plc bros jr sr ave rd blvd dept univ mt ft")
_STATES = word_set(
    """
    Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Mass Md Mich Minn Miss Mo Mont Neb
    Nev Okla Ore Pa Penn Tenn Tex Va Vt Wash Wis Wyo
    """
)
_STARTERS = word_set(
    """
    A After All An And Another As At Because Both But By Each For From He Her His How However If In
    Is It Its Many Most My No Not On One Our She Since So Some That The Their Then There These They
    This Those Three To Two Under We What When Where While Who With You
    """
)
_AFTER_CLOCK = word_set(
    """
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon Tue Tues Wed Thu Thurs Fri Sat Sun
    January February March April May June July August September October November December
    GMT BST EST EDT CST CDT MST MDT PST PDT ET CT MT PT UTC CET
    """
)
_DOMAINS = word_set("Com Net Org Co Uk Gov Io Js Eu Info Html Php")

_LINE = re.compile("[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_STAMP = re.compile(r"(?P<stamp>date:? \d{4}-\d{2}-\d{2})\s+(?=\S)", re.IGNORECASE)
_STOP = re.compile(r"(?P<stop>[.!?…؟۔।]++)(?P<closing>[\"'”’»›)\]}]*+)")
_SPACE = re.compile(r"\s*+")
_BEGIN = re.compile(r"[\"'“‘„«(\[¿¡•▪●*]{0,4}+[^\S\n]?+(?P<word>\S\w{0,20}+)")
_TOKEN = re.compile(r"[^\s\"'“”‘(\[/–—]*$")  # what stands before the full stop
_DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}")  # U.S, a.m, Ph.D, J.K
_LOWER_WORD = re.compile(r"(?<!\S)(?:[\d.:]{0,5}[^\W\d_]{2,}(?:[-'’][^\W\d_]+)*|\d{1,4})$")
_FOUR_WORDS = re.compile(r"(?:[\w.'’-]{1,30}+\s?){1,5}")
_WIDTH = 40  # longest token looked at before a full stop


def trimmed(text: str, start: int, end: int) -> Span | None:
    """The part of ``text[start:end]`` without white space at its edges; None if nothing is left."""
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    return None if left == len(piece) else Span(start + left, start + len(piece.rstrip()))


def paragraphs(text: str) -> Iterator[Span]:
    """Lines of ``text`` that are not blank, without white space at their edges.

    A date stamp in front of the first line ("date 2021-03-09 Barge sinks") is a line of its own.
    """
    first = True
    for line in _LINE.finditer(text):
        span = trimmed(text, line.start(), line.end())
        if span is None:
            continue
        stamp = _STAMP.match(text, span.start, span.end) if first else None
        if stamp is not None:
            yield Span(span.start, stamp.end("stamp"))
            span = Span(stamp.end(), span.end)
        first = False
        yield span


def sentences(text: str, paragraph: Span) -> Iterator[Span]:
    """Sentences of one paragraph: in order, no white space at their edges, nothing left out."""
    start = paragraph.start
    for stop in _STOP.finditer(text, paragraph.start, paragraph.end):
        if stop.end() < paragraph.end and _ends_sentence(text, start, stop, paragraph.end):
            yield Span(start, stop.end())
            start = _after_space(text, stop.end(), paragraph.end)
    yield Span(start, paragraph.end)


def _after_space(text: str, at: int, limit: int) -> int:
    found = _SPACE.match(text, at, limit)
    return found.end() if found else at


def _ends_sentence(text: str, start: int, stop: re.Match[str], limit: int) -> bool:
    if stop.start() == start:  # a sentence does not consist of full stops
        return False
    following = _after_space(text, stop.end(), limit)
    if following == stop.end():
        return _space_is_missing(text, start, stop, limit)
    begin = _BEGIN.match(text, following, limit)
    if begin is None or not _may_begin(begin["word"][0]):
        return False
    marks, closing = stop["stop"], stop["closing"]
    if marks[-1] == "…" or marks.endswith(".."):
        return begin["word"][0].isalpha()
    if marks == ".":
        return closing != "" or _full_stop(text, start, stop.start(), begin)
    return not (closing and closing[0] in "\"'”’»" and _is_attribution(text, following, limit))


def _may_begin(char: str) -> bool:
    """Upper case, figures, currency, and scripts that have no case."""
    return (char.isalpha() and not char.islower()) or char.isdigit() or char in "£$€@#"


def _is_attribution(text: str, at: int, limit: int) -> bool:
    """Whether a name and a verb of speaking follow, as in "Stop!" Mr Poe shouted."""
    found = _FOUR_WORDS.match(text, at, limit)
    words = found[0].split() if found else []
    named = bool(words) and words[0] not in _STARTERS
    return named and any(word.strip(".,:").casefold() in SPEECH_VERBS for word in words[1:5])


def _full_stop(text: str, start: int, stop: int, begin: re.Match[str]) -> bool:
    """Whether a single full stop ends a sentence, judged by the words on either side."""
    before = text[max(start, stop - _WIDTH) : stop]
    found = _TOKEN.search(before)
    token = found[0] if found else ""
    word = begin["word"]
    follower = begin.string[begin.end() : begin.end() + 1]
    starter = word in _STARTERS and follower != "."
    if token.casefold() in ("a.m", "p.m"):
        return word[0].isalpha() and word not in _AFTER_CLOCK
    last = token.rpartition("-")[2]  # Det.-Insp.
    if last.casefold() in _TITLES:
        return False
    if last.casefold() in _BEFORE_FIGURES:
        return not word[0].isdigit()
    if last in _STATES and before[: -len(last)].rstrip().endswith(","):
        return starter
    if last.casefold() in _TRAILING or _DOTTED.fullmatch(last):
        return starter
    if len(last) == 1 and last.isupper():  # an initial
        return starter
    numbering = len(before) <= 3 and before.isdigit() and stop - len(before) == start
    return not numbering


def _space_is_missing(text: str, start: int, stop: re.Match[str], limit: int) -> bool:
    """Whether two sentences touch: a lower-case word or a figure, a stop, a capitalised word."""
    at = stop.end() + (text[stop.end()] in "“‘")
    if stop["closing"].strip("”’»)]") or len(stop["stop"]) > 1 or at + 1 >= limit:
        return False
    if not (text[at].isupper() and text[at + 1].islower()):
        return False
    before = _LOWER_WORD.search(text[max(start, stop.start() - _WIDTH) : stop.start()])
    begin = _BEGIN.match(text, at, limit)
    return (
        before is not None
        and (before[0].islower() or before[0].isdigit())
        and begin is not None
        and begin["word"] not in _DOMAINS
    )
