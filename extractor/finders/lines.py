"""Lines at the top of an article that may be its headline."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.article import Article, Span
from extractor.finders.mention import Mention
from extractor.finders.shapes import DATE

_FEWEST, _MOST = 3, 28  # words of a headline
_PROSE = 13  # a line of so many words that ends in a full stop opens the body
_LOOK = 12  # lines


def headline_lines(article: Article) -> Iterator[Mention]:
    """Short lines without a full stop before the first line of running text."""
    lines: list[tuple[int, int, int]] = []
    for sentence in article.sentences:
        start = article.text.rfind("\n", 0, sentence.start) + 1
        if lines and lines[-1][0] == start:
            lines[-1] = (start, sentence.end, lines[-1][2])
        elif not sentence.boilerplate:
            lines.append((start, sentence.end, sentence.number))
    for start, end, number in lines[:_LOOK]:
        text = article.text[start:end]
        words = text.split()
        if len(words) >= _PROSE and text.rstrip().endswith((".", ":", "”", '"', ",")):
            return
        if len(words) > _MOST:
            return
        if not len(words) >= _FEWEST or text.rstrip().endswith("."):
            continue
        date = DATE.search(text)
        if date and len(words) - len(date.group().split()) < _FEWEST:
            continue
        begin = start + len(text) - len(text.lstrip())
        span = Span(begin, end)
        yield Mention(span, span, span, number, article.text[begin:end])
