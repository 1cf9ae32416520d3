"""What a step of a guide asks about: mentions with the words shown around them.

This module owns the way from a finder's name to the mentions it brings, and the stretch of text in
which the answers about a mention may lie.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from extractor.finders import contacts, dates, names, numbers, quotations, terms
from extractor.finders.lines import headline_lines
from extractor.finders.mention import Mention
from extractor.guide.asking import context
from extractor.text.article import Article, Span

_FEWEST = 3  # words of a line that says anything: a bare date or place does not
_OPENING = 500  # characters that say what an article is about


@dataclass(frozen=True, slots=True)
class Subject:
    """A mention as it is asked about.

    ``text``: itself. ``shown``: the words around it. ``around``: where answers about it may lie.
    ``forms``: all mentions of the same entity; ``names``: their texts.
    """

    mention: Mention
    text: str
    shown: str
    around: Span
    forms: tuple[Mention, ...] = ()
    names: tuple[str, ...] = ()


def find_subjects(
    article: Article,
    finder: str,
    patterns: Sequence[str],
    canonical: Callable[[str], str | None] | None,
    page: dates.PageDate | None,
) -> Sequence[Subject]:
    """The mentions that a finder brings, in order. Raises `ValueError` for an unknown finder."""
    if finder == "numbers":
        nouns = "|".join(patterns) or numbers.PEOPLE
        return [_found(article, one, one.phrase) for one in numbers.numbers(article, nouns)]
    if finder == "names":
        known = canonical or _unknown
        return [_named(article, name) for name in names.names(article, known)]
    if finder == "dates":
        return [_found(article, mention, mention.span) for mention in dates.dates(article, page)]
    if finder == "durations":
        return [_found(article, mention, mention.span) for mention in dates.durations(article)]
    if finder == "contacts":
        return _bracketed(article, list(contacts.contacts(article)))
    if finder == "terms":
        return _distinct(
            _found(article, mention, mention.span)
            for mention in _tagged(article, terms.terms(article, patterns))
        )
    if finder == "charges":
        return _distinct(
            _found(article, mention, mention.span)
            for mention in _tagged(article, terms.charges(article, patterns[:1], patterns[1:]))
        )
    if finder == "lines":
        return [_found(article, mention, mention.span) for mention in headline_lines(article)]
    if finder == "quotations":
        return [_spoken(article, speech) for speech in quotations.speeches(article)]
    if finder == "article":
        return _opening(article)
    raise ValueError(f"no finder is called {finder!r}")


def _unknown(name: str) -> None:
    """A vocabulary that knows no name."""
    del name


def _tagged(article: Article, mentions: Iterable[Mention]) -> Iterable[Mention]:
    """The mentions, those inside somebody's speech tagged ``quoted``."""
    passages = [p for q in article.quotations if q.speech for p in q.passages]
    for mention in mentions:
        inside = any(p.start <= mention.span.start < p.end for p in passages)
        yield replace(mention, tags=mention.tags | {"quoted"}) if inside else mention


def _found(article: Article, mention: Mention, span: Span) -> Subject:
    around = article.sentence(mention.sentence)
    return Subject(mention, article.slice(span), "", Span(around.start, around.end))


def _distinct(found: Iterable[Subject]) -> list[Subject]:
    """One of each text in each sentence."""
    return list(
        {(one.text.casefold(), one.mention.sentence): one for one in reversed(list(found))}.values()
    )[::-1]


def _named(article: Article, name: names.Name) -> Subject:
    """A name with the contexts of its first two mentions."""
    mentions = []
    for span in name.mentions:
        sentence = article.sentence_at(span.start)
        number = sentence.number if sentence else 1
        left, right = span.start, span.end
        tags = frozenset({"elided"}) if name.elided else frozenset[str]()
        mentions.append(Mention(span, span, Span(left, right), number, name.text, tags=tags))
    full = next(m for m in mentions if article.slice(m.span) == name.text)
    first = mentions[0]
    shown = [context(article, first)]
    other = next((m for m in mentions if m.sentence != first.sentence), None)
    if other is not None:
        shown.append(context(article, other))
    return Subject(full, name.text, " … ".join(shown), full.span, tuple(mentions), name.forms)


def _bracketed(article: Article, mentions: Sequence[Mention]) -> list[Subject]:
    """Each mention in brackets, with the words of its sentence since the mention before."""
    found = []
    ends: dict[int, int] = {}
    for mention in sorted(mentions, key=lambda one: one.span.start):
        sentence = article.sentence(mention.sentence)
        start = ends.get(mention.sentence, sentence.start)
        ends[mention.sentence] = mention.span.end
        before = article.text[start : mention.span.start]
        after = article.text[mention.span.end : sentence.end] if not before.strip(" ,;") else ""
        text = article.slice(mention.span)
        shown = " ".join(f"{before[-200:]}[{text}]{after[:80]}".split())
        found.append(Subject(mention, text, shown, Span(start, sentence.end)))
    return found


def _opening(article: Article) -> list[Subject]:
    """The article by its first sentences, which say what it is about."""
    body = [
        sentence
        for sentence in article.sentences
        if not sentence.boilerplate and len(article.slice(sentence).split()) >= _FEWEST
    ]
    if not body:
        return []
    first = body[0]
    shown = " ".join(" ".join(article.slice(sentence).split()) for sentence in body[:5])
    whole = Span(first.start, first.end)
    return [
        Subject(
            Mention(whole, whole, Span(first.start, body[:5][-1].end), first.number, ""),
            "",
            shown[:_OPENING],
            whole,
        )
    ]


def _spoken(article: Article, speech: quotations.Speech) -> Subject:
    first = speech.passages[0]
    return Subject(first, article.slice(first.span), speech.shown, speech.around, speech.passages)
