"""Quotations: passages that belong together, and which of them are somebody's words.

This module owns the grouping of passages and the difference between speech and mere quotation
marks (titles, names of operations, scare quotes). The marks themselves are read by
`extractor.text.marks`. It never says who speaks: that is asked of the model.

Contexts are cut at sentence ends and at a fixed width, so the time is linear in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from extractor.text.marks import Family, Passage, family_at, passages
from extractor.text.sentences import SPEECH_VERBS, Span, word_set


@dataclass(frozen=True, slots=True)
class Quotation:
    """One quotation: its passages in order, each the text between the marks without them.

    A passage never crosses a line. Several passages belong together when a quotation runs over
    several paragraphs or is interrupted by its attribution. ``speech`` is False for scare quotes,
    names and titles.
    """

    passages: tuple[Span, ...]
    speech: bool


# A name follows at once: "a drive called X"; with a word between ("called it X") it is an opinion.
_NAMING = re.compile(
    r"\b(?:called|named|dubbed|code-?named|nicknamed|titled|entitled|headlined|labelled|marked|"
    r"known as|so-called|nicknames?|alias|operation|project|"
    r"(?:word|words|term|phrase|title|name|song|film|book|series|documentary))[\s,]*$",
    re.IGNORECASE,
)
_STOPS = ".!?…"
_OPENING = re.compile('["“„«]')
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_PRONOUNS = word_set("he she they it")
_RELATIVE = word_set("who whom whose which that where")
_LINKING = word_set(
    "and but also then later however before after while as so yet or in addition that"
)
_WINDOW = 240  # characters of context on either side of a passage
_LEAD_WINDOW = 100  # of which so many hold the words that introduce it
_NAME_WINDOW = 40  # of which so many may introduce a name
_NEAR = 8  # words before a passage among which a verb of speaking counts
_NEXT = 4  # words behind a passage among which one counts
_LONG = 8  # words of a quoted line that is no heading
_FEW = 4  # a passage of fewer words must look like a sentence, and be introduced as one


@dataclass(frozen=True, slots=True)
class _Setting:
    """A passage and what stands around it in its own sentences."""

    passage: Passage
    first: Span  # the sentence of the opening mark
    final: Span  # the sentence of the closing mark
    before: str
    after: str
    led_in: bool  # a verb of speaking stands near before the passage
    introduced: bool  # the passage follows it or a colon or comma at once
    followed: bool  # words behind the passage say that it was spoken


@dataclass(slots=True)
class _Group:
    passages: list[Passage]
    speech: bool
    attributed: bool = False
    names: set[str] = field(default_factory=set)

    def add_context(self, setting: _Setting) -> None:
        # What follows an attributed passage may already introduce the next speaker.
        words = _words(setting.before if setting.led_in else f"{setting.before} {setting.after}")
        self.attributed |= _verb(words) >= 0 or setting.before.endswith(":")
        self.names.update(word for word in words if word[0].isupper())


def find_quotations(text: str, lines: Sequence[Sequence[Span]]) -> tuple[Quotation, ...]:
    """All quotations in ``lines``, ordered by their first passage; passages never overlap.

    ``lines`` holds the sentences of each paragraph as spans of ``text``, in order. Text outside
    them (site furniture) is not looked at, so a quotation continues across it.
    """
    groups: list[_Group] = []
    carried: _Group | None = None  # the quotation that the line before left open
    for number, sentences in enumerate(lines):
        line = Span(sentences[0].start, sentences[-1].end)
        following = _first_family(text, lines[number + 1]) if number + 1 < len(lines) else None
        family = carried.passages[-1].family if carried else None
        speaking: tuple[_Group, _Setting] | None = None
        latest: _Group | None = None
        for passage in passages(text, line, following, family):
            setting = _setting(text, sentences, passage)
            if carried and passage.opened == line.start and passage.family is family:
                latest = carried
                latest.speech = True
                latest.passages.append(passage)
            elif not _is_speech(text, line, setting):
                latest = _Group([passage], speech=False)
                groups.append(latest)
                continue
            elif speaking and _joins(text, *speaking, setting):
                latest = speaking[0]
                latest.passages.append(passage)
            else:
                latest = _Group([passage], speech=True)
                groups.append(latest)
            latest.add_context(setting)
            speaking = latest, setting
        carried = latest if latest and not latest.passages[-1].closed else None
    return tuple(Quotation(tuple(p.span for p in g.passages), g.speech) for g in groups)


def _first_family(text: str, sentences: Sequence[Span]) -> Family | None:
    return family_at(text, sentences[0].start, Span(sentences[0].start, sentences[-1].end))


def _setting(text: str, sentences: Sequence[Span], passage: Passage) -> _Setting:
    first = _sentence_of(sentences, passage.opened)
    final = _sentence_of(sentences, passage.after - 1)
    before = text[max(first.start, passage.opened - _WINDOW) : passage.opened].strip()
    after = text[passage.after : min(final.end, passage.after + _WINDOW)]
    after = _OPENING.split(after, maxsplit=1)[0].strip()
    lead, tail = _words(before[-_LEAD_WINDOW:]), _words(after[:_LEAD_WINDOW])
    return _Setting(
        passage=passage,
        first=first,
        final=final,
        before=before,
        after=after,
        led_in=_verb(lead[-_NEAR:]) >= 0,
        introduced=before.endswith((":", ",")) or _verb(lead[-1:]) == 0,
        followed=_verb(tail[:_NEXT]) >= 0 and tail[0].casefold() not in _RELATIVE,
    )


def _sentence_of(sentences: Sequence[Span], at: int) -> Span:
    return sentences[max(0, bisect_right(sentences, at, key=lambda span: span.start) - 1)]


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _verb(words: Sequence[str]) -> int:
    """Position of the first verb of speaking, -1 if there is none."""
    return next((i for i, word in enumerate(words) if word.casefold() in SPEECH_VERBS), -1)


def _is_speech(text: str, line: Span, setting: _Setting) -> bool:
    """Whether a passage is speech, by its own shape and by what introduces or follows it."""
    passage, before, after = setting.passage, setting.before, setting.after
    span = passage.span
    last = text[span.end - 1]
    full = last in _STOPS
    ended = full or after[:1] in tuple(_STOPS)  # the full stop may stand outside
    breaks_off = last in ",–—-" or after.startswith(",")
    colon = before.endswith(":") and (setting.led_in or ended or not after)
    led_in = setting.led_in or colon
    opens = not before.strip("([-–—•* ")
    one_sentence = setting.first == setting.final
    if _NAMING.search(before[-_NAME_WINDOW:]) and one_sentence:
        return False
    if not passage.closed:
        return opens or led_in
    head = _WORD.finditer(text, span.start, span.end)
    words = [found[0] for found in islice(head, 12)]
    capital = words[0][0].isupper()
    if len(words) < _FEW:
        direct = setting.introduced
        spoken_before = led_in and direct and (ended or colon or breaks_off)
        spoken_after = setting.followed and (ended or breaks_off) and (opens or direct)
        return (
            spoken_before
            or spoken_after
            or (opens and not after.strip(_STOPS) and ended and capital)
        )
    if colon or not one_sentence:
        return True
    if not full and not breaks_off and _is_title(words):
        return False
    if led_in or setting.followed:
        return True
    # A whole line in quotation marks is speech; a short one without a full stop is a heading.
    whole = len(words) >= _LONG and passage.opened == line.start and passage.after == line.end
    if opens and (ended or breaks_off or whole):
        return True
    return before.endswith((",", "-", "–", "—")) and capital and ended


def _is_title(words: Sequence[str]) -> bool:
    """Whether every longer word is capitalised, as in the name of a plan or a book."""
    others = [word for word in words[1:] if word != "I"]
    capitals = any(word[0].isupper() for word in others)
    return capitals and not any(len(word) > 3 and word[0].islower() for word in words)


def _joins(text: str, group: _Group, previous: _Setting, setting: _Setting) -> bool:
    """Whether a passage goes on with the quotation before it in the same paragraph.

    It does unless the words between, or those behind it, bring in a speaker of their own.
    """
    start = previous.passage.after
    same_sentence = setting.first.start < start
    if not same_sentence:
        start = previous.final.end
    between = text[start : setting.passage.opened].strip()
    if len(between) > _WINDOW:
        return False
    words = _words(between)
    if same_sentence:
        led = previous.led_in and _verb(words) >= 0
        return not (led and _new_speaker(between, group.names, inverted=False))
    if _verb(words) >= 0 or between.endswith(":"):
        return not _new_speaker(between, group.names, inverted=False)
    if group.attributed and _verb(_words(setting.after)) >= 0:
        return not _new_speaker(setting.after, group.names, inverted=True)
    return True


def _new_speaker(clause: str, known: set[str], inverted: bool) -> bool:
    """Whether the subject of speaking in ``clause`` is neither a pronoun nor a name known here.

    ``inverted`` also allows the subject behind the verb ("said Poe").
    """
    head, tail = clause, ""
    for found in _WORD.finditer(clause):
        if found[0].casefold() in SPEECH_VERBS:
            head, tail = clause[: found.start()], clause[found.end() :]
            break
    before = [word for word in _words(head) if word.casefold() not in _LINKING]
    if any(word.casefold() in _PRONOUNS for word in before[-3:]):
        return False
    subject = head
    if not before:
        if not inverted:
            return False
        subject = tail
    name = [word for word in _words(subject.split(",")[0]) if word.casefold() not in _LINKING]
    if name and name[0].casefold() in _PRONOUNS:
        return False
    capitals = [word for word in name if word[0].isupper()]
    return not (capitals and capitals[-1] in known)
