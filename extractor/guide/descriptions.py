"""The texts of an object that a model has described: each in the article, each in its own field.

This module owns what becomes of one reply to a `Describe` step. A small model finds the right words
and puts them into the wrong field; what has a form of its own (a rank, a body's name, a post in
lower case) is put right here. What is asked is `asking.py`'s, what a fill is `fills.py`'s.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from extractor.guide.fills import locate
from extractor.guide.subjects import Subject
from extractor.text.article import Article, Span
from schemas.guide import Describe

Texts: TypeAlias = dict[str, tuple[str, Span]]

_NAME = re.compile(r"\.? (?P<name>[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*)")


@dataclass(frozen=True, slots=True)
class Names:
    """What is known of names: where those of bodies and places stand, and what is a body's."""

    spans: tuple[Span, ...]
    is_body: Callable[[str], bool]

    def whole(self, span: Span) -> Span:
        """The whole of a name that a span is part of, or the span itself."""
        for name in self.spans:
            if name.start <= span.start and span.end <= name.end:
                return name
        return span


def described_texts(
    step: Describe, article: Article, found: Subject, given: Mapping[str, str | None], names: Names
) -> Texts:
    """The texts of a reply with their spans, by field; left out is what the words shown lack."""
    texts: Texts = {}
    for name, text in given.items():
        if not text or (step.never and re.fullmatch(step.never, text, re.IGNORECASE)):
            continue
        span = locate(article, text, found.around)
        if span and not _overlap(span, found.mention.span) and any(map(str.isalpha, text)):
            span = names.whole(span)
            texts[name] = (article.slice(span), span)
    _put_right(step, article, texts, names)
    _split(step, article, texts, names)
    _drop_no_body(step, texts)
    _cut(step, article, texts)
    return texts


def _put_right(step: Describe, article: Article, texts: Texts, names: Names) -> None:
    """Leave no post, body or rank in the field for a name; each goes to its own field."""
    post, body = step.split
    if step.named and step.named not in texts and post in texts:
        _take_name_behind(step, article, texts)
    if step.named not in texts:
        return
    text, span = texts[step.named]
    other = post if text.split()[-1].islower() else body if names.is_body(text) else None
    if other is not None:
        found = texts.pop(step.named)
        if other:
            texts.setdefault(other, found)
    elif step.lead and (hit := re.match(step.lead, text)) and hit.end() < len(text):
        rest = Span(span.start + hit.end(), span.end)
        texts[step.named] = (article.slice(rest), rest)
        rank = hit.group().rstrip()
        texts[post] = (rank, Span(span.start, span.start + len(rank)))


def _take_name_behind(step: Describe, article: Article, texts: Texts) -> None:
    """Take the name behind a rank or a post that the model has given alone ("DC Hart")."""
    text, span = texts[step.split[0]]
    hit = _NAME.match(article.text, span.end)
    rank = bool(step.lead) and re.fullmatch(step.lead, f"{text} ") is not None
    if hit and (rank or " " in hit["name"]):
        found = Span(hit.start("name"), hit.end("name"))
        texts[step.named] = (article.slice(found), found)


def _split(step: Describe, article: Article, texts: Texts, names: Names) -> None:
    """Move a body's name from the head of one text to the field it belongs in."""
    first, second = step.split
    if first not in texts:
        return
    text, span = texts[first]
    if second in texts:
        if names.is_body(text):  # a body's name is no post
            del texts[first]
        return
    words = text.split(" ")
    for size in range(len(words), 0, -1):
        head = " ".join(words[:size])
        if not names.is_body(head):
            continue
        if size == len(words):
            texts[second] = texts.pop(first)
            return
        if words[size] not in ("and", "&"):
            texts[second] = (head, Span(span.start, span.start + len(head)))
            rest = Span(span.start + len(head) + 1, span.end)
            texts[first] = (article.slice(rest), rest)
            return


def _drop_no_body(step: Describe, texts: Texts) -> None:
    """Drop what is given as a body and is none: words in lower case, the named person again."""
    body = step.split[1]
    if body in texts:
        text = texts[body][0]
        if text.islower() or (step.named in texts and texts[step.named][0] == text):
            del texts[body]


def _cut(step: Describe, article: Article, texts: Texts) -> None:
    """Cut one text off the head of another ("Sheriff" off "Sheriff Lee Hart")."""
    first, second = step.cut
    if first in texts and second in texts:
        text, span = texts[first]
        head = texts[second][0]
        if text.casefold().startswith(f"{head.casefold()} "):
            rest = Span(span.start + len(head) + 1, span.end)
            texts[first] = (article.slice(rest), rest)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
