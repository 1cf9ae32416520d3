"""Mentions of given terms, and the items of enumerations that follow given lead-ins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from extractor.finders.mention import Mention, clause
from extractor.text.article import Article, Sentence, Span

_LIST_BREAK = re.compile(
    r",\s*+(?:and\s+|or\s+)?(?!in order\b|so that\b)|\s+and\s+(?!a view\b)|;\s*(?:and\s+)?"
    r"|\s+as well as\s+"
)
_LIST_END = re.compile(
    r"[.:!?\"“”]|\s[–—-]\s|,?\s+(?:after|following|when|while|during|who|which"
    r"|in\s+(?:connection|relation)|at\s+(?:addresses|houses|an?|the)\b"
    r"|as\s+(?:\d|he\b|she\b|they\b|police\b|officers\b)|by\s+\w+ing\b"
    r"|(?<!concerned )in\s+(?:a|the|an)\b|on\s+(?:\w+day|the)\b|(?-i:in\s+[A-Z])"
    r"|contrary\b|under\s+(?:the|section)\b|said\b|according\b"
    r"|by\s+(?:the|officers|police|detectives)|as\s+part|were\b|was\b|are\b|is\b|has\b|have\b"
    r"|had\b|he\b|she\b|they\b|dating\b|between\b|against\b|before\b|until\b|but\b|where\b)",
    re.IGNORECASE,
)
_LONGEST_LIST = 2000  # characters; keeps the work linear in the text
_MOST_ITEMS = 40
_TIME = re.compile(
    r"\b(?:years?|months?|weeks?|days?|remain|remains|currently|were|was|are|is|have|has|had)\b",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?:(?:the|a|an|alleged|suspected|other|various|possible|both|with|of|on|suspicion|counts?"
    r"|charges?|offen[cs]es?|one|two|three|four|five|six|\d+|related|further|including|for|also"
    r"|(?:\w+ ){1,3}(?:offen[cs]es|charges|crimes)\s+(?:including|such as|of|relating to|linked to)"
    r"|(?:together|jointly) with [^,]{1,60},)\s+)+",
    re.IGNORECASE,
)


def terms(article: Article, patterns: Sequence[str]) -> Iterator[Mention]:
    """Every match of the patterns (ignoring case) outside site furniture, in order."""
    pattern = _any_of(patterns)
    for sentence in article.sentences:
        if not sentence.boilerplate:
            text = article.slice(sentence)
            for hit in pattern.finditer(text):
                if hit.group():
                    yield _mention(sentence, text, hit.start(), hit.end())


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    """One pattern for several; without any it matches nowhere."""
    return re.compile("|".join(f"(?:{one})" for one in patterns) or r"(?!)", re.IGNORECASE)


def charges(article: Article, lead_ins: Sequence[str], nouns: Sequence[str]) -> Iterator[Mention]:
    """Items enumerated after a lead-in ("on suspicion of A, B and C"), then bare ``nouns``.

    An item is cut where its clause ends. Lines with a bullet below a lead-in that ends in a colon
    are an item each. A noun inside an item already found is not given again.
    """
    lead, noun = _any_of(lead_ins), _any_of(nouns)
    listing = False
    for sentence in article.sentences:
        if sentence.boilerplate:
            continue
        text = article.slice(sentence)
        bullet = _BULLET.match(text)
        if listing and bullet:
            start, finish = _bulleted(text, bullet.end())
            if finish > start and not _TIME.search(text[start:finish]):
                yield _mention(sentence, text, start, finish, frozenset({"charge"}))
            continue
        listing = text.endswith(":") and lead.search(text) is not None
        taken = bytearray(len(text))  # 1 for every character of an item
        for hit in lead.finditer(text):
            last = min(len(text), hit.end() + _LONGEST_LIST)
            end = _LIST_END.search(text, hit.end(), last)
            stop = end.start() if end else last
            for start, finish in islice(_items(text, hit.end(), stop), _MOST_ITEMS):
                if _TIME.search(text[start:finish]) or not _WORD.match(text[start:finish]):
                    continue
                if not any(taken[start:finish]):
                    taken[start:finish] = bytes([1]) * (finish - start)
                    yield _mention(sentence, text, start, finish, frozenset({"charge"}))
        for hit in noun.finditer(text):
            if not hit.group():
                continue
            named = hit.group()[0].isupper() and re.match(r"\s+[A-Z]", text[hit.end() :])
            if not named and not any(taken[hit.start() : hit.end()]):
                yield _mention(sentence, text, hit.start(), hit.end())


_WORD = re.compile(
    r"(?!(?:at|in|on|by|from|to|into|out|who|which|with|within|and|or)\b).*[^\W\d_]{3,}", re.DOTALL
)
_BULLET = re.compile(r"[-•▪●*–—·]\s*")


def _bulleted(text: str, start: int) -> tuple[int, int]:
    """The item of a line with a bullet: up to its clause's end, without words that only lead up."""
    end = _LIST_END.search(text, start)
    stop = end.start() if end else len(text)
    piece = text[start:stop]
    lead = _LEADING.match(piece)
    return start + (lead.end() if lead else 0), start + len(piece.rstrip(" ,;"))


def _items(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    at = start
    for gap in chain(_LIST_BREAK.finditer(text, start, stop), (None,)):
        end = gap.start() if gap else stop
        piece = text[at:end]
        lead = _LEADING.match(piece.lstrip())
        begin = at + len(piece) - len(piece.lstrip()) + (lead.end() if lead else 0)
        finish = at + len(piece.rstrip(" ,;"))
        if finish > begin:
            yield begin, finish
        at = gap.end() if gap else stop


def _mention(
    sentence: Sentence, text: str, start: int, end: int, tags: frozenset[str] = frozenset()
) -> Mention:
    left, right = clause(text, start, end)
    offset = sentence.start
    span = Span(offset + start, offset + end)
    around = Span(offset + left, offset + right)
    return Mention(span, span, around, sentence.number, text[start:end], tags=tags)
