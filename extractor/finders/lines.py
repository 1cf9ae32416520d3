"""Lines at the top of an article that may be its headline."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.finders.mention import Mention
from extractor.finders.shapes import DATE
from extractor.text.article import Article, Sentence, Span
from extractor.text.sentences import paragraphs

_FEWEST, _MOST = 3, 28  # words of a headline
_PROSE = 13  # a line of so many words that ends in a full stop opens the body
_LOOK = 12  # lines


_STAMPED = re.compile(r"(?:first |last )?(?:published|updated|posted)\b", re.IGNORECASE)


def headline_lines(article: Article) -> Iterator[Mention]:
    """Short lines without a full stop before the first line of running text.

    A line of capitals or with a bar names the site if there is any other.
    """
    found = list(_short_lines(article))
    others = [one for one in found if not _names_a_site(str(one.value))]
    yield from others or found


def _names_a_site(line: str) -> bool:
    return line.isupper() or " | " in line


def _short_lines(article: Article) -> Iterator[Mention]:
    lines: dict[int, list[Sentence]] = {}
    line = 0
    spans = tuple(paragraphs(article.text))
    for sentence in article.sentences:
        while line + 1 < len(spans) and spans[line + 1].start <= sentence.start:
            line += 1
        if not sentence.boilerplate:
            lines.setdefault(line, []).append(sentence)
    for sentences in list(lines.values())[:_LOOK]:
        span = Span(sentences[0].start, sentences[-1].end)
        text = article.slice(span)
        words = text.split()
        if len(words) >= _PROSE and text.endswith((".", ":", "”", '"', ",")):
            return
        if len(words) > _MOST:
            return
        if not len(words) >= _FEWEST or text.endswith(".") or _STAMPED.match(text):
            continue
        date = DATE.search(text)
        if date and len(words) - len(date.group().split()) < _FEWEST:
            continue
        yield Mention(span, span, span, sentences[0].number, text)
