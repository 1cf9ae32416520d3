"""Carries out a schema's guide: finds mentions, asks the model about each, keeps what it says.

This module owns the order of the work and what a reply becomes: a `Fill`, a value for a path with
the mention it stands on. It neither words a question (`asking.py`) nor builds a record
(`assembly.py`).
"""

from __future__ import annotations

import math
import re
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, field, replace
from typing import Any

from extractor.article import Article, Span
from extractor.asking import (
    NONE,
    context,
    describe_request,
    offered,
    pick_request,
    sort_request,
)
from extractor.errors import ModelError
from extractor.exchange import Reply, Request
from extractor.finders import contacts, dates, names, numbers, quotations, terms
from extractor.finders.lines import headline_lines
from extractor.finders.mention import Mention
from schemas.guide import Describe, Guide, Label, Pick, Sort, Step

_OPENING = 500  # characters that say what an article is about
Ask = Callable[[Request], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Fill:
    """One value the model gave for a path, and the mention it stands on.

    ``text``: the mention's text for text fields. ``value``: the normalised value. ``fixed``: other
    fields of the same item that the label stands for. ``described``: text fields of the same item
    with their spans. ``confidence``: the probability of the model's answer, 0–1.
    """

    step: str
    path: str
    mention: Mention
    text: str
    value: Any
    fixed: Mapping[str, Any] = field(default_factory=dict)
    described: Mapping[str, tuple[str, Span]] = field(default_factory=dict)
    confidence: float = 1.0
    forms: tuple[Mention, ...] = ()

    @property
    def field(self) -> str:
        """The record's top-level field that the fill is for."""
        return top_field(self.path)


@dataclass(frozen=True, slots=True)
class StepResult:
    """What a step brought: its fills, the replies they rest on, and the requests that failed.

    ``field``: the field that the step is mainly for, empty if it only sorts mentions.
    """

    step: str
    fills: tuple[Fill, ...]
    replies: tuple[Reply, ...]
    errors: tuple[ModelError, ...] = ()
    field: str = ""


def top_field(path: str) -> str:
    """The top-level field of a guide's path; empty for a pool."""
    return "" if path.startswith("@") else re.split(r"[\[.]", path)[0]


def guided_fields(guide: Guide) -> frozenset[str]:
    """The top-level fields that a guide fills."""
    return frozenset(name for step in guide.steps for name in _targets(step)) | {
        guide.page_date
    } - {""}


def _targets(step: Step) -> Iterator[str]:
    paths = [label.into for label in step.labels] if isinstance(step, Sort) else [step.into]
    yield from (name for name in map(top_field, paths) if name)


async def carry_out(guide: Guide, article: Article, ask: Ask) -> AsyncIterator[StepResult]:
    """Run the guide's steps in order. A request that fails costs its own mention only."""
    run = _Run(guide, article, ask)
    first = True
    for step in guide.steps:
        if isinstance(step, Sort):
            result = await run.sort(step)
        elif isinstance(step, Pick):
            result = await run.pick(step)
        else:
            result = await run.describe(step)
        fills = (*run.dated(), *result.fills) if first else result.fills
        first = False
        yield replace(result, fills=fills, field=next(_targets(step), ""))


@dataclass(frozen=True, slots=True)
class _Found:
    """A mention as it is asked about: its text, the words shown around it, where answers may lie."""

    mention: Mention
    text: str
    shown: str
    around: Span
    forms: tuple[Mention, ...] = ()
    names: tuple[str, ...] = ()


class _Run:
    """The state of one guide on one article: pools of sorted mentions."""

    def __init__(self, guide: Guide, article: Article, ask: Ask) -> None:
        self.guide = guide
        self.article = article
        self.ask = ask
        self.shown = article.numbered()
        self.page = dates.page_date(article)
        self.pools: dict[str, list[_Found]] = {}
        self.taken: set[str] = set()

    def dated(self) -> Iterator[Fill]:
        """The page's date, which is purely formal: code reads it, no model is asked."""
        if self.page is not None and self.guide.page_date:
            span = self.page.span
            sentence = self.article.sentence_at(span.start)
            number = sentence.number if sentence else 1
            mention = Mention(span, span, span, number, self.page.value)
            yield Fill(
                "page date",
                self.guide.page_date,
                mention,
                self.article.slice(span),
                self.page.value,
            )

    async def sort(self, step: Sort) -> StepResult:
        fills: list[Fill] = []
        replies: list[Reply] = []
        errors: list[ModelError] = []
        asked = 0
        for found in self.find(step.find, step.terms):
            if asked >= step.most or _key(found, step) in self.taken:
                continue
            if self.settle(step, found):
                continue
            labels = offered(self.article, found.mention, step.labels)
            options = tuple(dict.fromkeys(label.name for label in labels))
            if not options:
                continue
            asked += 1
            try:
                reply = await self.ask(
                    sort_request(step, self.shown, found.text, self.sentence(found, step), options)
                )
            except ModelError as error:
                errors.append(error)
                continue
            replies.append(reply)
            chosen = reply.value.a  # type: ignore[attr-defined]
            label = next(label for label in labels if label.name == chosen)
            if label.into.startswith("@"):
                self.pool(label.into, found)
            elif label.into:
                fills.append(_fill(step.name, label, found, confidence(reply)))
        return StepResult(step.name, tuple(fills), tuple(replies), errors=tuple(errors))

    def settle(self, step: Sort, found: _Found) -> bool:
        """Whether a mention needs no question; it is in its pool then."""
        for pattern, pool in step.settled:
            if re.search(pattern, found.text):
                self.pool(pool, found)
                return True
        known = self.guide.canonical
        if step.known and known and any(known(name) for name in (found.text, *found.names)):
            self.pool(step.known, found)
            return True
        return False

    def pool(self, name: str, found: _Found) -> None:
        if name:
            self.pools.setdefault(name, []).append(found)
        if name == self.guide.elided[0] and "elided" in found.mention.tags:
            self.pools.setdefault(self.guide.elided[1], []).append(found)

    async def pick(self, step: Pick) -> StepResult:
        options = list({found.text: found for found in self.find(step.find, ())}.values())
        if not options:
            return StepResult(step.name, (), ())
        try:
            reply = await self.ask(
                pick_request(step, self.shown, [found.text for found in options])
            )
        except ModelError as error:
            return StepResult(step.name, (), (), errors=(error,))
        chosen = reply.value.a  # type: ignore[attr-defined]
        if chosen == NONE:
            return StepResult(step.name, (), (reply,))
        found = next(found for found in options if found.text == chosen)
        label = Label(step.name, step.into, fixed=step.fixed)
        if step.find.startswith("@"):
            self.taken.add(_key(found, step))
        return StepResult(step.name, (_fill(step.name, label, found, confidence(reply)),), (reply,))

    async def describe(self, step: Describe) -> StepResult:
        fills: list[Fill] = []
        replies: list[Reply] = []
        errors: list[ModelError] = []
        last: Fill | None = None
        for found in self.find(step.find, ()):
            try:
                reply = await self.ask(describe_request(step, found.shown))
            except ModelError as error:
                errors.append(error)
                continue
            replies.append(reply)
            described: dict[str, tuple[str, Span]] = {}
            for name in step.fields:
                text = getattr(reply.value, name)
                span = locate(self.article, text, found.around) if text else None
                if text and span:
                    span = self.whole_name(span)
                    described[name] = (self.article.slice(span), span)
            self.split(step, described)
            if not described and last and last.mention.sentence == found.mention.sentence:
                described = dict(last.described)  # "on 555, or 556 at night": one answer for both
            last = Fill(
                step.name,
                f"{step.into}.{step.given}",
                found.mention,
                found.text,
                found.text,
                described=described,
                confidence=confidence(reply),
                forms=found.forms,
            )
            fills.append(last)
        return StepResult(step.name, tuple(fills), tuple(replies), errors=tuple(errors))

    def whole_name(self, span: Span) -> Span:
        """The whole of a pooled name that a span is part of, or the span itself."""
        for pool in self.pools.values():
            for found in pool:
                for mention in found.forms:
                    if mention.span.start <= span.start and span.end <= mention.span.end:
                        return mention.span
        return span

    def split(self, step: Describe, described: dict[str, tuple[str, Span]]) -> None:
        """Move a body's name from the head of one described text to the field it belongs in."""
        first, second = step.split
        if first not in described or second in described:
            return
        text, span = described[first]
        known = self.guide.canonical or (lambda name: None)
        words = text.split(" ")
        for size in range(len(words) - 1, 0, -1):
            head = " ".join(words[:size])
            pooled = any(head in (body.text, *body.names) for body in self.pools.get("@bodies", ()))
            if pooled or known(head):
                described[second] = (head, Span(span.start, span.start + len(head)))
                rest = Span(span.start + len(head) + 1, span.end)
                described[first] = (self.article.slice(rest), rest)
                return

    def sentence(self, found: _Found, step: Sort) -> str:
        if step.examples and not any(sentence for _, sentence, _ in step.examples):
            return ""
        return found.shown or context(self.article, found.mention)

    def find(self, finder: str, patterns: Sequence[str]) -> Sequence[_Found]:
        if finder.startswith("@"):
            return self.pools.get(finder, [])
        article = self.article
        if finder == "numbers":
            return [
                _found(article, mention, mention.phrase) for mention in numbers.numbers(article)
            ]
        if finder == "names":
            known = self.guide.canonical or (lambda name: None)
            return [_named(article, name) for name in names.names(article, known)]
        if finder == "dates":
            return [
                _found(article, mention, mention.span)
                for mention in dates.dates(article, self.page)
            ]
        if finder == "durations":
            return [_found(article, mention, mention.span) for mention in dates.durations(article)]
        if finder == "contacts":
            return _bracketed(article, list(contacts.contacts(article)))
        if finder == "terms":
            return _distinct(
                _found(article, mention, mention.span) for mention in terms.terms(article, patterns)
            )
        if finder == "charges":
            return _distinct(
                _found(article, mention, mention.span)
                for mention in terms.charges(article, patterns[:1], patterns[1:])
            )
        if finder == "lines":
            return [_found(article, mention, mention.span) for mention in headline_lines(article)]
        if finder == "quotations":
            return [_spoken(article, speech) for speech in quotations.speeches(article)]
        if finder == "article":
            return _opening(article)
        raise ValueError(f"no finder is called {finder!r}")


def confidence(reply: Reply) -> float:
    """The probability the model gave its answer: the product over the tokens of the reply's value.

    Tokens of JSON syntax are left out, since the schema leaves no choice there. 1 if the server
    sent no log-probabilities.
    """
    total = 0.0
    for token in reply.tokens:
        if re.search(r"\w", token.text) and token.text.strip() not in {"a", '{"', '":"'}:
            total += token.logprob
    return math.exp(total)


def locate(article: Article, text: str, around: Span) -> Span | None:
    """Where ``text`` stands within ``around``, ignoring case and white space; whole words only."""
    words = [re.escape(word) for word in text.strip(' .,:;"“”').split()]
    if not words:
        return None
    pattern = re.compile(r"(?<!\w)" + r"\s+".join(words) + r"(?!\w)", re.IGNORECASE)
    hit = pattern.search(article.text, around.start, around.end)
    return Span(*hit.span()) if hit else None


def _key(found: _Found, step: Sort | Pick) -> str:
    return f"{step.find}:{found.text}" if step.find.startswith("@") else ""


def _fill(step: str, label: Label, found: _Found, probability: float) -> Fill:
    value = found.mention.value if label.value is None else label.value
    return Fill(
        step, label.into, found.mention, found.text, value, label.fixed,
        confidence=probability, forms=found.forms,
    )  # fmt: skip


def _found(article: Article, mention: Mention, span: Span) -> _Found:
    around = article.sentence(mention.sentence)
    return _Found(mention, article.slice(span), "", Span(around.start, around.end))


def _distinct(found: Iterable[_Found]) -> list[_Found]:
    """One of each text in each sentence."""
    return list(
        {(one.text.casefold(), one.mention.sentence): one for one in reversed(list(found))}.values()
    )[::-1]


def _named(article: Article, name: names.Name) -> _Found:
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
    return _Found(full, name.text, " … ".join(shown), full.span, tuple(mentions), name.forms)


def _bracketed(article: Article, mentions: Sequence[Mention]) -> list[_Found]:
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
        found.append(_Found(mention, text, shown, Span(start, sentence.end)))
    return found


def _opening(article: Article) -> list[_Found]:
    """The article by its first sentences, which say what it is about."""
    body = [sentence for sentence in article.sentences if not sentence.boilerplate]
    if not body:
        return []
    first = body[0]
    shown = " ".join(" ".join(article.slice(sentence).split()) for sentence in body[:5])
    whole = Span(first.start, first.end)
    return [_Found(Mention(whole, whole, whole, first.number, ""), "", shown[:_OPENING], whole)]


def _spoken(article: Article, speech: quotations.Speech) -> _Found:
    first = speech.passages[0]
    return _Found(first, article.slice(first.span), speech.shown, speech.around, speech.passages)
