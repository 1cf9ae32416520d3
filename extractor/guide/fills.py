"""What a model's reply becomes: a `Fill`, a value for a path with the mention it stands on.

This module owns that step alone, from one answer about one mention to a value with its evidence and
its confidence. What is asked, and when, is `guided.py`'s; `assembly.py` builds the record.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from extractor.errors import ModelError
from extractor.finders.mention import Mention
from extractor.guide.subjects import Subject
from extractor.model.exchange import Reply, Token
from extractor.text.article import Article, Span
from schemas.guide import Label

_OPENING_SENTENCES = 8  # that may show what an article is about


@dataclass(frozen=True, slots=True)
class Fill:
    """One value the model gave for a path, and the mention it stands on.

    ``text``: the mention's text for text fields. ``value``: the normalised value. ``fixed``: other
    fields of the same item that the label stands for. ``described``: text fields of the same item
    with their spans. ``shown``: the words that show what the label stands for. ``confidence``: the
    probability of the model's answer, 0–1.
    """

    step: str
    path: str
    mention: Mention
    text: str
    value: Any
    fixed: Mapping[str, Any] = field(default_factory=dict)
    described: Mapping[str, tuple[str, Span]] = field(default_factory=dict)
    shown: Span | None = None
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


def fill_for(article: Article, step: str, label: Label, found: Subject, probability: float) -> Fill:
    """The value that a mention has under the label the model gave it."""
    value = found.mention.value if label.value is None else label.value
    return Fill(
        step,
        label.into,
        found.mention,
        found.text,
        value,
        label.fixed,
        shown=_shown(article, label, found),
        confidence=probability,
        forms=found.forms,
    )


def _shown(article: Article, label: Label, found: Subject) -> Span | None:
    """The words nearest to a mention, in its sentences, that show what its label stands for."""
    numbers = dict.fromkeys(mention.sentence for mention in found.forms or (found.mention,))
    if not found.text:  # about the article: its opening tells
        numbers = dict.fromkeys(
            sentence.number for sentence in article.sentences if not sentence.boilerplate
        )
    for number in list(numbers)[:_OPENING_SENTENCES]:
        sentence = article.sentence(number)
        hits = [
            Span(*hit.span())
            for pattern in label.shows
            for hit in re.compile(pattern, re.IGNORECASE).finditer(
                article.text, sentence.start, sentence.end
            )
        ]
        if hits:
            return min(hits, key=lambda span: abs(span.start - found.mention.span.start))
    return None


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


def choice_confidence(reply: Reply, options: Sequence[str]) -> float:
    """The probability of the chosen option among those that were offered, 0–1.

    A server reports the probabilities that tokens had before the reply's schema ruled most of them
    out. So at each token only those alternatives count with which the reply would still be one of
    the options. 1 if the server sent no log-probabilities.
    """
    given = str(reply.value.a)  # type: ignore[attr-defined]
    texts = [json.dumps(option, ensure_ascii=False)[1:] for option in options]
    start = reply.content.rfind(json.dumps(given, ensure_ascii=False)) + 1
    position, total = 0, 1.0
    for token in reply.tokens:
        said, position = reply.content[start:position], position + len(token.text)
        if position <= start or not any(text.startswith(said) for text in texts):
            continue
        fitting = [
            p
            for other, p in token.top
            if other != token.text and any(_fits(said + other, text) for text in texts)
        ]
        own = math.exp(token.logprob)
        total *= own / (own + sum(map(math.exp, fitting))) if token.top else own
    return total


def _fits(said: str, option: str) -> bool:
    """Whether what has been said can become an option, with the reply's last brace or without."""
    return option.startswith(said) or said.rstrip("}\n ") == option


def weighed(
    reply: Reply, options: Sequence[str], weights: Mapping[str, float]
) -> tuple[str, float]:
    """The answer whose probability times its weight is greatest, and its share of all of these.

    Probabilities are compared at the answer's first token, among the alternatives that the server
    reports; without them, or with equal weights, the reply's own answer and probability stand.
    """
    given = str(reply.value.a)  # type: ignore[attr-defined]
    sure = choice_confidence(reply, options)
    token = _first_token(reply, given)
    if token is None or len({weights.get(option, 1.0) for option in options}) == 1:
        return given, sure
    chances = {
        option: sum(math.exp(p) for text, p in token.top if text and option.startswith(text))
        for option in options
    }
    weighted = {option: chance * weights.get(option, 1.0) for option, chance in chances.items()}
    best = max(weighted, key=lambda option: weighted[option])
    if not weighted[best]:
        return given, sure
    return best, weighted[best] / sum(weighted.values())


def _first_token(reply: Reply, answer: str) -> Token | None:
    """The token with which the answer begins, its opening quotation mark before it."""
    at = reply.content.rfind(f'"{answer}"') + 1
    position = 0
    for token in reply.tokens:
        if position == at:
            return token
        position += len(token.text)
    return None


def locate(article: Article, text: str, around: Span) -> Span | None:
    """Where ``text`` stands within ``around``, ignoring case and white space; whole words only."""
    words = [re.escape(word) for word in text.strip(' .,:;"“”').split()]
    if not words:
        return None
    pattern = re.compile(r"(?<!\w)" + r"\s+".join(words) + r"(?!\w)", re.IGNORECASE)
    hit = pattern.search(article.text, around.start, around.end)
    return Span(*hit.span()) if hit else None
