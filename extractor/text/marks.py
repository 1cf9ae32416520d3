"""Quotation marks: where a quoted passage begins and ends within one line.

This module owns the marks: double, single and angle, straight and curly, nested, mistyped and
forgotten. Which passages make one quotation, and whether it is speech, is decided by
`extractor.text.quotes`.

One pass over the marks of a line; nesting is followed to a fixed depth, and the search for a
closing single mark stops at the next opening one, so the time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from extractor.text.sentences import SPEECH_VERBS, Span, trimmed


class Family(Enum):
    """Kinds of marks. A quotation continues in the next paragraph with the same kind."""

    DOUBLE = "double"
    SINGLE = "single"
    ANGLE = "angle"


@dataclass(frozen=True, slots=True)
class Passage:
    """Text between two marks. ``opened`` is the opening mark's offset; ``after`` lies just behind
    the closing mark, or at the line's end if there is none (``closed`` False).
    """

    opened: int
    span: Span
    after: int
    closed: bool
    family: Family


_MARK = re.compile("[\"“”„‟«»'‘’]")
_SINGLES = "'‘’"
_CURLY = "“„‟"
_TOUCHES_OPENING = "([{<-–—/:…\"“„‟«‘'"
_ENDS_SENTENCE = (".", "!", "?", "…")
_DEEPEST = 3
_LEAD = 40  # characters before a mark that tell what it is
_ELISION = re.compile(
    r"(?:\d0s|(?:em|til|tis|twas|cause|cos|coz|bout|round|un|ere|ave|n)\b)", re.IGNORECASE
)


def family_at(text: str, at: int, within: Span) -> Family | None:
    """The family of the opening mark at ``at``, or None if no opening mark stands there."""
    mark = text[at]
    if mark in _SINGLES:
        return Family.SINGLE if _single_opens(text, at, within) else None
    if mark in _CURLY or mark in '"«':
        return Family.ANGLE if mark == "«" else Family.DOUBLE
    return None


def passages(
    text: str, line: Span, following: Family | None, carried: Family | None
) -> list[Passage]:
    """The quoted passages of one line, in order.

    ``following`` is the family of the mark that begins the next line, ``carried`` that of a
    quotation the line before left open. Single marks are taken for a quotation that runs on
    only if one of them says so; otherwise a lone one is an apostrophe.
    """
    return list(_scan(text, line, following is Family.SINGLE, carried is Family.SINGLE))


def _scan(text: str, line: Span, runs_on: bool, carried: bool) -> Iterator[Passage]:
    marks = [m.start() for m in _MARK.finditer(text, line.start, line.end)]
    stack: list[int] = []  # offsets of the marks that are open, outermost first
    resume = line.start
    for k, at in enumerate(marks):
        if at < resume:
            continue
        mark = text[at]
        if mark in _SINGLES:
            if not stack:
                single = _single(text, line, marks, k, runs_on, carried)
                if single is not None:
                    yield single
                    resume = single.after
            continue
        if not stack:
            if _opens(text, at, line):
                stack.append(at)
            continue
        outer = stack[0]
        if mark in _CURLY + '"«' and _may_open(text, at, line):
            if _breaks(text, outer, at):
                yield from _between(text, outer, at, at, True)
                stack = [at]
            elif len(stack) <= _DEEPEST:
                stack.append(at)
            continue
        stack = stack[: _closed_by(text, stack, at, line)]
        if not stack:
            yield from _between(text, outer, at, at + 1, True)
    if stack:
        last = line.end - 1
        # A mark at the very end stands for all that are open: inner ones were forgotten.
        closed = last > stack[0] and text[last] in '”"“' and text[stack[0]] != "«"
        yield from _between(text, stack[0], last if closed else line.end, line.end, closed)


def _breaks(text: str, outer: int, at: int) -> bool:
    """Whether an opening mark inside a quotation starts a new passage rather than an inner one.

    After a finished sentence it is a paragraph of the same quotation whose line break was lost;
    after an attribution ("he said, "), the closing mark before that was forgotten.
    """
    before = text[max(outer, at - _LEAD) : at].rstrip()
    words = re.findall(r"\w+", before)[-4:]
    spoken = before.endswith((",", ":")) and any(w.casefold() in SPEECH_VERBS for w in words)
    return text[outer] == text[at] and (before.endswith(_ENDS_SENTENCE) or spoken)


def _closed_by(text: str, stack: Sequence[int], at: int, line: Span) -> int:
    """How many of the open marks stay open after the closing mark at ``at``."""
    openers = {"»": "«", "”": _CURLY, "“": "„", '"': '"'}.get(text[at], "")
    for depth in range(len(stack) - 1, -1, -1):
        if text[stack[depth]] in openers:
            return depth
    mistyped = text[at] in '”"' and text[stack[0]] != "«" and _may_close(text, at, line)
    mistyped |= text[at] == "“" and text[stack[0]] in _CURLY and _may_close(text, at, line)
    return 0 if mistyped else len(stack)


def _between(text: str, opened: int, end: int, after: int, closed: bool) -> Iterator[Passage]:
    span = trimmed(text, opened + 1, end)
    if span is not None and any(c.isalnum() for c in text[span.start : span.end]):
        families = {"«": Family.ANGLE, "'": Family.SINGLE, "‘": Family.SINGLE}
        family = families.get(text[opened], Family.DOUBLE)
        yield Passage(opened, span, after, closed, family)


def _around(text: str, at: int, line: Span) -> tuple[str, str]:
    before = text[at - 1] if at > line.start else " "
    after = text[at + 1] if at + 1 < line.end else " "
    return before, after


def _may_open(text: str, at: int, line: Span) -> bool:
    before, after = _around(text, at, line)
    return (before.isspace() or before in _TOUCHES_OPENING) and not after.isspace()


def _may_close(text: str, at: int, line: Span) -> bool:
    before, after = _around(text, at, line)
    return not before.isspace() and not after.isalnum()


def _opens(text: str, at: int, line: Span) -> bool:
    """Whether a double or angle mark opens a quotation where none is open."""
    mark = text[at]
    before, after = _around(text, at, line)
    if mark == "»" or at + 1 == line.end:
        return False
    if mark == "”":  # mistyped, or Swedish: only where nothing else makes sense
        return _may_open(text, at, line)
    if after.isspace():
        return before.isspace() or before in "([:"
    return mark != '"' or not before.isalnum()  # 6" is a length


def _single_opens(text: str, at: int, line: Span) -> bool:
    if text[at] == "’" or not _may_open(text, at, line):
        return False
    after = text[at + 1]
    opens = after.isalnum() or after in '"“„«£$€…[('
    return opens and _ELISION.match(text, at + 1, line.end) is None


def _single(
    text: str, line: Span, marks: Sequence[int], k: int, runs_on: bool, carried: bool
) -> Passage | None:
    """The passage that the single mark ``marks[k]`` opens, or None if it is an apostrophe.

    A mark behind a plural *s* may be a possessive, so a later, clearer one is preferred.
    """
    at = marks[k]
    if not _single_opens(text, at, line):
        return None
    close = doubtful = -1
    for other in (marks[i] for i in range(k + 1, len(marks))):
        if text[other] not in _SINGLES:
            continue
        if _single_opens(text, other, line):
            break
        before, after = _around(text, other, line)
        if text[other] == "‘" or not _may_close(text, other, line):
            continue
        if before in "sS" and after.isspace() and text[other + 2 : other + 3].isalnum():
            doubtful = other if doubtful < 0 else doubtful
            continue
        close = other
        break
    if close < 0:
        lead = text[max(line.start, at - 3) : at].rstrip()
        begins = at == line.start
        if (runs_on and (begins or lead.endswith((":", ",")))) or (
            carried and begins and doubtful < 0
        ):
            return next(_between(text, at, line.end, line.end, False), None)
        close = doubtful
    inside = text[at + 1 : max(close, at)]
    if close < 0 or inside.count('"') % 2 or inside.count("“") != inside.count("”"):
        return None
    return next(_between(text, at, close, close + 1, True), None)
