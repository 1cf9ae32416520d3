"""Telephone numbers, mail and web addresses in an article, found by their shape."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.finders.mention import Mention, clause
from extractor.finders.shapes import PHONE, is_telephone
from extractor.text.article import Article, Span

# "text HELP to 55512": too short to be a number elsewhere.
_TEXTED = re.compile(r"\b[Tt]ext(?:ing)?\s+(?:\S{1,20}\s+to\s+)?(?P<short>\d{5,6})\b")
_DIGIT_WORDS = re.compile(r"\b1-8\d\d-[\dA-Z-]{7,12}\b")
# A label of a domain has at most 63 characters; the limits keep the work linear in the text.
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}")
_WEB = re.compile(
    r"(?:https?://|www\.)[^\s,;)\"”’]+[\w/]"
    r"|\b(?<!\w)[\w-]{1,63}(?:\.[\w-]{1,63}){0,9}"
    r"\.(?:org|com|gov|police|net|eu|uk|example|info|au|ca|ie|nl|de)(?:\.\w{2,3})?"
    r"(?:/[\w./-]*\w)?\b"
)
_NO_PART = (  # of a channel's name
    r"(?!(?:an?|the|this|that|our|its|their|your|or|and|on|in|by|via|to|with|through|at|from|for|of"
    r"|use|using|fill|out|complete|completing|visit|submit|download)\b)"
)
_CHANNEL = re.compile(
    rf"\b(?:(?P<form>(?:{_NO_PART}[a-z]+\s+){{0,3}}(?:web|online)\s+"
    r"(?:form|tool|portal|reporting\s+tool))"
    rf"|(?P<online>online)|(?P<app>(?:{_NO_PART}\w+\s+)?app))\b"
)
_INVITES = re.compile(
    r"\b(?:call|calling|phone|ring|contact|dial|report|email|e-mail|text|visit|reach|tip|hotline"
    r"|helpline|line|message|write|speak|talk|advice|information|available|support|help)\w*\b",
    re.IGNORECASE,
)
# "150 officers" is no number to call, "101 this evening" is one.
_COUNTED = re.compile(
    r"\s+(?!(?:this|plus|always|unless|across|besides)\b)(?:[a-z]{3,}s|[a-z]*men|people|children)\b"
)
# "site.example reports" is where the news comes from.
_SOURCE = re.compile(r",?\s+(?:reports?|reported|said|says|understands|wrote|has learned)\b")
# "Reports came in through an app" asks nobody to use it.
_URGES = re.compile(
    r"\b(?:can|should|could|must|please|call|contact|visit|download|use|using|via|urged?|asked"
    r"|email|reporting|report (?:it|them|this|to|any|anything|concerns?|online|via|through|in))\b",
    re.IGNORECASE,
)
_SHAPES = (
    (_MAIL, "mail"),
    (_WEB, "web"),
    (_DIGIT_WORDS, "phone"),
    (_TEXTED, "phone"),
    (PHONE, "phone"),
    (_CHANNEL, "channel"),
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
        for pattern, tag in _SHAPES:
            for hit in pattern.finditer(text):
                group = next(
                    (
                        name
                        for name in ("form", "online", "app", "short")
                        if name in pattern.groupindex and hit[name]
                    ),
                    0,
                )
                start, end = hit.span(group)
                if any(left < end and start < right for left, right in taken):
                    continue
                if pattern is PHONE and not _is_number_to_call(hit, text):
                    continue
                if pattern is _WEB and _SOURCE.match(text, end):
                    continue
                if pattern is _CHANNEL and not _URGES.search(text):
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


def _is_number_to_call(hit: re.Match[str], text: str) -> bool:
    short = len(hit.group()) == 3 and hit.group().isdecimal()
    return is_telephone(hit.group()) and not (short and _COUNTED.match(text, hit.end()))
