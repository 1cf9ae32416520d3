"""Carries out a schema's guide: finds mentions, asks the model about each, keeps what it says.

This module owns the order of the work. It neither words a question (`asking.py`) nor makes a reply
a value (`fills.py`) nor builds a record (`assembly.py`).
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from extractor.errors import ModelError
from extractor.finders import dates
from extractor.finders.mention import Mention
from extractor.guide.asking import (
    NONE,
    context,
    describe_request,
    offered,
    pick_request,
    sort_request,
    weights_of,
)
from extractor.guide.descriptions import Names, described_texts
from extractor.guide.fills import (
    Fill,
    StepResult,
    choice_confidence,
    confidence,
    fill_for,
    top_field,
    weighed,
)
from extractor.guide.subjects import Subject, find_subjects
from extractor.model.exchange import Reply, Request
from extractor.text.article import Article, Span
from schemas.guide import Describe, Guide, Label, Pick, Sort, Step

Ask = Callable[[Request], Awaitable[Reply]]
Effort = Literal["fast", "balanced", "thorough"]
_DISAGREED = 0.5  # what two answers that differ leave of the likelier one's probability


def guided_fields(guide: Guide) -> frozenset[str]:
    """The top-level fields that a guide fills."""
    return frozenset(name for step in guide.steps for name in _targets(step)) | {
        guide.page_date
    } - {""}


def step_fields(step: Step) -> tuple[str, ...]:
    """The top-level fields that a step fills, each once; empty if it only sorts mentions."""
    return tuple(dict.fromkeys(_targets(step)))


def _targets(step: Step) -> Iterator[str]:
    paths = [label.into for label in step.labels] if isinstance(step, Sort) else [step.into]
    yield from (name for name in map(top_field, paths) if name)


async def carry_out(
    guide: Guide, article: Article, ask: Ask, effort: Effort = "balanced"
) -> AsyncIterator[StepResult]:
    """Run the guide's steps in order. A request that fails costs its own mention only.

    ``effort``: *fast* shows the model no whole article, only sentences, and asks about at most
    half as many mentions; *thorough* asks twice, the examples in the other order, and trusts
    an answer less that the second does not repeat.
    """
    run = _Run(guide, article, ask, effort)
    first = True
    for step in guide.steps:
        if isinstance(step, Sort):
            result = await run.sort(step)
        elif isinstance(step, Pick):
            result = await run.pick(step)
        else:
            result = await run.describe(step)
        fills = (*run.dated(), *result.fills) if first else result.fills
        run.fills.extend(fills)
        first = False
        yield replace(result, fills=fills, field=next(_targets(step), ""))


class _Run:
    """The state of one guide on one article: pools of sorted mentions."""

    def __init__(self, guide: Guide, article: Article, ask: Ask, effort: Effort) -> None:
        self.guide = guide
        self.article = article
        self.ask = ask
        self.effort = effort
        self.fills: list[Fill] = []
        self.shown = article.numbered()
        self.page = dates.page_date(article)
        self.pools: dict[str, list[Subject]] = {}
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
        field, value = step.unless
        if field and any(fill.path == field and fill.value == value for fill in self.fills):
            return StepResult(step.name, (), ())
        most = (step.most + 1) // 2 if self.effort == "fast" else step.most
        if self.effort == "fast":
            step = replace(step, context="sentence")
        for found in self.find(step.find, step.terms):
            if asked >= most or _key(found, step) in self.taken or self.settle(step, found):
                continue
            labels = offered(self.article, found.forms or (found.mention,), step.labels)
            if not labels:
                continue
            asked += 1
            try:
                answer, probability = await self.answer(step, found, labels, replies)
            except ModelError as error:
                errors.append(error)
                continue
            label = next(label for label in labels if label.name == answer)
            if label.into.startswith("@"):
                self.pool(label.into, found)
            elif label.into:
                fills.append(fill_for(self.article, step.name, label, found, probability))
        return StepResult(step.name, tuple(fills), tuple(replies), errors=tuple(errors))

    async def answer(
        self, step: Sort, found: Subject, labels: Sequence[Label], replies: list[Reply]
    ) -> tuple[str, float]:
        """The name of the label of a mention, among those offered, and its probability."""
        sentence = self.sentence(found, step)
        options = tuple(dict.fromkeys(label.name for label in labels))
        weights = weights_of(self.article, found.forms or (found.mention,), labels)
        reply = await self.ask(sort_request(step, self.shown, found.text, sentence, options))
        replies.append(reply)
        first, sure = weighed(reply, options, weights)
        if self.effort != "thorough":
            return first, sure
        turned = replace(step, examples=step.examples[::-1])
        try:
            again = await self.ask(sort_request(turned, self.shown, found.text, sentence, options))
        except ModelError:
            return first, sure * _DISAGREED  # what has been answered is kept, as not confirmed
        replies.append(again)
        second, surer = weighed(again, options, weights)
        if first == second:
            return first, (sure + surer) / 2
        return (first, sure * _DISAGREED) if sure >= surer else (second, surer * _DISAGREED)

    def settle(self, step: Sort, found: Subject) -> bool:
        """Whether a mention needs no question; it is in its pool then."""
        for pattern, pool in step.settled:
            if re.search(pattern, found.text):
                self.pool(pool, found)
                return True
        if step.people and " " not in found.text:
            people = self.pools.get(step.people, ())
            if any(found.text in person.text.split() for person in people):
                self.pool(step.people, found)
                return True
        known = self.guide.canonical
        if step.known and known and any(known(name) for name in (found.text, *found.names)):
            self.pool(step.known, found)
            return True
        return False

    def pool(self, name: str, found: Subject) -> None:
        if name:
            self.pools.setdefault(name, []).append(found)
        if name == self.guide.elided[0] and "elided" in found.mention.tags:
            self.pools.setdefault(self.guide.elided[1], []).append(found)
            if len(found.forms) == 1:  # it stands in that list only
                self.pools[name].remove(found)

    async def pick(self, step: Pick) -> StepResult:
        options = list({found.text: found for found in self.find(step.find, ())}.values())
        if not options:
            return StepResult(step.name, (), ())
        texts = [found.text for found in options]
        shown = self.excerpt(options) if self.effort == "fast" else self.shown
        try:
            reply = await self.ask(pick_request(step, shown, texts))
        except ModelError as error:
            return StepResult(step.name, (), (), errors=(error,))
        chosen = _answer(reply)
        if chosen == NONE:
            return StepResult(step.name, (), (reply,))
        found = next(found for found in options if found.text == chosen)
        label = Label(step.name, step.into, fixed=step.fixed, shows=step.shows)
        if step.find.startswith("@"):
            self.taken.add(_key(found, step))
        sure = choice_confidence(reply, [*texts, NONE])
        fill = fill_for(self.article, step.name, label, found, sure)
        return StepResult(step.name, (fill,), (reply,))

    def excerpt(self, options: Sequence[Subject]) -> str:
        """The sentences that name any of the options, numbered as in the article."""
        named = {m.sentence for found in options for m in found.forms or (found.mention,)}
        return self.article.numbered(only=named)

    async def describe(self, step: Describe) -> StepResult:
        fills: list[Fill] = []
        replies: list[Reply] = []
        errors: list[ModelError] = []
        last: Fill | None = None
        names = self.names()
        for found in self.find(step.find, ()):
            try:
                reply = await self.ask(describe_request(step, found.shown))
            except ModelError as error:
                errors.append(error)
                continue
            replies.append(reply)
            given = {name: getattr(reply.value, name) for name in step.fields}
            described = described_texts(step, self.article, found, given, names)
            if not described and last and last.mention.sentence == found.mention.sentence:
                described = dict(last.described)  # "on 555, or 556 at night": one answer for both
            if not described and step.otherwise:
                described = self.fallback(step)
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

    def fallback(self, step: Describe) -> dict[str, tuple[str, Span]]:
        """The name that stands for an answer the words do not give, if there is one."""
        (name,) = step.fields
        filled = next((fill for fill in self.fills if fill.path == step.otherwise), None)
        return {name: (filled.text, filled.mention.span)} if filled else {}

    def is_body(self, text: str) -> bool:
        """Whether a text is the name of a body found in the article, or of a known one."""
        known = self.guide.canonical
        pooled = any(text in (body.text, *body.names) for body in self.pools.get("@bodies", ()))
        return pooled or bool(known and known(text))

    def names(self) -> Names:
        """The names found so far, those of persons left out: they are never part of a post."""
        people = {step.people for step in self.guide.steps if isinstance(step, Sort)}
        spans = tuple(
            mention.span
            for pool, subjects in self.pools.items()
            for found in subjects
            for mention in found.forms
            if pool not in people
        )
        return Names(spans, self.is_body)

    def sentence(self, found: Subject, step: Sort) -> str:
        if step.examples and not any(sentence for _, sentence, _ in step.examples):
            return ""
        return found.shown or context(self.article, found.mention)

    def find(self, finder: str, patterns: Sequence[str]) -> Sequence[Subject]:
        if finder.startswith("@"):
            return self.pools.get(finder, [])
        return find_subjects(self.article, finder, patterns, self.guide.canonical, self.page)


def _answer(reply: Reply) -> str:
    return str(reply.value.a)  # type: ignore[attr-defined]


def _key(found: Subject, step: Sort | Pick) -> str:
    return f"{step.find}:{found.text}" if step.find.startswith("@") else ""
