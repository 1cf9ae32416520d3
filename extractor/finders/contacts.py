"""Telephone numbers, mail and web addresses in an article, found by their shape."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.article import Article, Span
from extractor.finders.mention import Mention, clause
from extractor.finders.shapes import PHONE, is_telephone

_DIGIT_WORDS = re.compile(r"\b1-8\d\d-[\dA-Z-]{7,12}\b")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_WEB = re.compile(
    r"(?:https?://|www\.)[^\s,;)\"”’]+[\w/]|\b[\w-]+(?:\.[\w-]+)*\.(?:org|com|gov|police|net|eu|uk|example|info|au|ca|ie|nl|de)(?:\.\w{2,3})?(?:/[\w./-]*\w)?\b"
)
_CHANNEL = re.compile(
    r"\b(?:(?:an?\s+|the\s+)?(?P<form>(?:[a-z]+\s+){0,3}(?:web|online)\s+(?:form|tool|portal|reporting\s+tool))|(?P<online>online)|(?P<app>(?:\w+\s+)?app))\b"
)
_INVITES = re.compile(
    r"\b(?:call|calling|phone|ring|contact|dial|report|email|e-mail|text|visit|reach|tip|hotline|helpline|line|message|write|speak|talk|advice|information)\w*\b",
    re.IGNORECASE,
)


def contacts(article: Article) -> Iterator[Mention]:
    """Numbers, addresses and channels in sentences that invite the reader to get in touch."""
    for sentence in article.sentences:
        if sentence.boilerplate:
            continue
        text = article.text[sentence.start : sentence.end]
        if not _INVITES.search(text):
            continue
        taken: list[tuple[int, int]] = []
        for pattern, tag in (
            (_MAIL, "mail"), (_WEB, "web"), (_DIGIT_WORDS, "phone"), (PHONE, "phone"), (_CHANNEL, "channel"),
        ):  # fmt: skip
            for hit in pattern.finditer(text):
                group = next(
                    (
                        name
                        for name in ("form", "online", "app")
                        if name in pattern.groupindex and hit[name]
                    ),
                    0,
                )
                start, end = hit.span(group)
                if any(left < end and start < right for left, right in taken):
                    continue
                if tag == "phone" and not is_telephone(hit.group()):
                    continue
                taken.append((start, end))
                left, right = clause(text, start, end)
                offset = sentence.start
                span = Span(offset + start, offset + end)
                yield Mention(
                    span,
                    span,
                    Span(offset + left, offset + right),
                    sentence.number,
                    text[start:end],
                    tags=frozenset({tag}),
                )
