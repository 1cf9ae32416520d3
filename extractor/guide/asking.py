"""The questions of a guide as requests: pure text and wire models, no model in sight.

This module owns how a mention is put to the model and which answers it may give. A question that
needs the whole article has it first; one that a sentence decides has the step's task and examples
first and the sentence last. Either way a server with a prefix cache computes the long part once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, create_model

from extractor.finders.mention import Mention
from extractor.model.exchange import Message, Request
from extractor.text.article import Article
from schemas.guide import LIKELY, Describe, Label, Pick, Scope, Sort, Step

SYSTEM = (
    "You read a news article and answer short questions about it. Use only what the article says."
)
COMPACT = 'Answer in compact JSON on one line, such as {"a":"..."}.'
NONE = "none of them"
_ARTICLE = "[1] (the article, one numbered sentence a line)"
_CONTEXT = 240  # characters of a sentence shown around a mention
_MOST_TEXT = 100  # characters of a described text


class Wire(BaseModel):
    """Base of the reply models: their JSON schema is the OpenAI strict subset."""

    @classmethod
    def model_json_schema(cls, *_args: Any, **_kwargs: Any) -> dict[str, Any]:
        """The schema as sent: every property required, nothing else allowed."""
        properties = {name: _property(info.annotation) for name, info in cls.model_fields.items()}
        return {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }


def _property(annotation: Any) -> dict[str, Any]:
    options = getattr(annotation, "__args__", None)
    if options is not None and all(isinstance(option, str) for option in options):
        return {"type": "string", "enum": list(options)}
    return {"type": ["string", "null"]}


@cache
def choice(options: tuple[str, ...]) -> type[BaseModel]:
    """The wire model of one answer among ``options``."""
    fields: dict[str, Any] = {"a": (Literal[options], ...)}
    return create_model("Answer", __base__=Wire, **fields)


@cache
def description(fields: tuple[str, ...]) -> type[BaseModel]:
    """The wire model of an object of nullable texts."""
    texts: dict[str, Any] = dict.fromkeys(fields, (str | None, ...))
    return create_model("Description", __base__=Wire, **texts)


def about_article(article: str, question: str) -> tuple[Message, ...]:
    """The system text, and the article with the question behind it."""
    return (
        Message("system", f"{SYSTEM} {COMPACT}"),
        Message("user", f"Article:\n{article}\n\n{question}"),
    )


def about_words(task: str, turns: Sequence[tuple[str, str]], shown: str) -> tuple[Message, ...]:
    """The task, its examples as a conversation, and the words asked about as the last turn."""
    examples = (
        message
        for words, answer in turns
        for message in (Message("user", words), Message("assistant", answer))
    )
    return (Message("system", f"{task}\n{COMPACT}"), *examples, Message("user", shown))


def offered(
    article: Article, mentions: Sequence[Mention], labels: Sequence[Label]
) -> tuple[Label, ...]:
    """The labels that fit at least one mention of an entity; empty if none would be stored."""
    fitting = {
        label.name + label.into: label for m in mentions for label in _for(article, m, labels)
    }
    kept = tuple(label for label in labels if fitting.get(label.name + label.into) is label)
    return kept if any(label.into for label in kept) else ()


def _for(article: Article, mention: Mention, labels: Sequence[Label]) -> list[Label]:
    """The labels whose tags, cues and bars fit one mention."""
    sentence = scope(article, mention, "sentence")
    here = any(_any(label.near, sentence) for label in labels if label.near)
    around = sentence if here else scope(article, mention, "nearby")
    fitting = [
        label
        for label in labels
        if _fits(article, mention, label)
        and (not label.near or _any(label.near, around))
        and (not label.beside or "charge" in mention.tags or _any(label.beside, sentence))
        and not _any(label.away, sentence)
    ]
    return _claimed(article, mention, fitting)


_BESIDE = 25  # characters: words so near to a mention may always claim it
_FARTHER = 3  # times as far as another label's words is too far


def _claimed(article: Article, mention: Mention, labels: Sequence[Label]) -> list[Label]:
    """Without the labels whose words of claim stand much farther away than another's."""
    distances = {
        label.name: distance
        for label in labels
        if label.claims and (distance := _distance(article, mention, label.claims)) is not None
    }
    if not distances:
        return list(labels)
    limit = max(_BESIDE, _FARTHER * min(distances.values()))
    return [
        label
        for label in labels
        if not label.claims
        or distances.get(label.name, limit + 1) <= limit
        or is_likely(article, mention, label)
    ]


def _distance(article: Article, mention: Mention, patterns: Sequence[str]) -> int | None:
    """Characters between a mention's phrase and the nearest match in its sentence."""
    sentence = article.sentence(mention.sentence)
    text = article.slice(sentence)
    start, end = mention.phrase.start - sentence.start, mention.phrase.end - sentence.start
    gaps = [
        max(0, hit.start() - end, start - hit.end())
        for pattern in patterns
        for hit in re.finditer(pattern, text, re.IGNORECASE)
    ]
    return min(gaps, default=None)


def _fits(article: Article, mention: Mention, label: Label) -> bool:
    if label.into and mention.tags & _SPECIAL and not label.tags & mention.tags:
        return False
    if label.tags and not label.tags & mention.tags:
        return False
    if label.unquoted and "quoted" in mention.tags and "charge" not in mention.tags:
        return False
    if any(_holds(article, mention, bar, label.scope) for bar in label.bar):
        return False
    return not label.cues or any(_holds(article, mention, cue, label.scope) for cue in label.cues)


def weights_of(
    article: Article, mentions: Sequence[Mention], labels: Sequence[Label]
) -> dict[str, float]:
    """What each answer's probability is multiplied by before answers are compared, by its name."""
    return {
        label.name: label.weight
        * (LIKELY if any(is_likely(article, mention, label) for mention in mentions) else 1.0)
        for label in labels
    }


def is_likely(article: Article, mention: Mention, label: Label) -> bool:
    """Whether the words around a mention leave little doubt that a label fits."""
    return any(_holds(article, mention, words, label.scope) for words in label.likely)


def _holds(article: Article, mention: Mention, words: str, usual: Scope) -> bool:
    """Whether words stand around a mention: "clause: words" in its clause, else as usual."""
    head, colon, rest = words.partition(": ")
    where, pattern = (head, rest) if colon and head in _SCOPES else (usual, words)
    pattern = pattern.replace("{mention}", re.escape(article.slice(mention.span)))
    return re.search(pattern, scope(article, mention, where), re.IGNORECASE) is not None


def _any(patterns: Sequence[str], text: str) -> bool:
    return any(re.search(pattern, text, re.IGNORECASE) for pattern in patterns)


_SPECIAL = frozenset({"age", "zero"})
_SCOPES = frozenset({"mention", "phrase", "clause", "sentence", "nearby"})


def scope(article: Article, mention: Mention, kind: str) -> str:
    """The text around a mention in which a label's cues are looked for."""
    if kind == "mention":
        return article.slice(mention.span)
    if kind == "phrase":
        return article.slice(mention.phrase)
    if kind == "clause":
        return article.slice(mention.clause)
    if kind == "article":
        return article.text
    sentence = article.sentence(mention.sentence)
    if kind == "nearby" and mention.sentence > 1:
        before = article.sentence(mention.sentence - 1)
        return article.text[before.start : sentence.end]
    return article.slice(sentence)


def context(article: Article, mention: Mention) -> str:
    """The mention's sentence, cut around it, the mention in brackets where it stands twice."""
    sentence = article.sentence(mention.sentence)
    start, end = mention.span.start, mention.span.end
    left = max(sentence.start, start - _CONTEXT * 2 // 3)
    right = min(sentence.end, end + _CONTEXT // 2)
    if left > sentence.start:
        left = article.text.index(" ", left) + 1 if " " in article.text[left:start] else left
    shown = article.text[left:right]
    if shown.count(article.slice(mention.span)) > 1:
        shown = (
            f"{article.text[left:start]}[{article.slice(mention.span)}]{article.text[end:right]}"
        )
    return " ".join(shown.split())


def task(step: Sort | Pick) -> str:
    """The question of a step, its answers and what they mean."""
    lines = [step.question]
    if isinstance(step, Sort):
        names = dict.fromkeys(label.name for label in step.labels)
        lines.append("Answers: " + " | ".join(names))
    if step.explain:
        lines.append(step.explain)
    return "\n".join(lines)


def _words(mention: str, sentence: str) -> str:
    return f'"{mention}" in "{sentence}"' if sentence and mention else f'"{mention or sentence}"'


def sort_request(
    step: Sort, article: str, mention: str, sentence: str, options: Sequence[str]
) -> Request:
    """Ask which of the offered labels fits a mention."""
    if step.context == "article":
        # Behind an article, a model follows examples better as lines than as a conversation.
        lines = [task(step)]
        if step.examples:
            lines.append("Examples from other articles:")
            lines += [f"{_words(m, s)} -> {_compact({'a': a})}" for m, s, a in step.examples]
        lines.append("")
        lines.append(f"Now this article: {_words(mention, sentence)} ->")
        asked = about_article(article, "\n".join(lines))
    else:
        turns = [
            (_words(words, around), _compact({"a": label}))
            for words, around, label in step.examples
        ]
        asked = about_words(task(step), turns, _words(mention, sentence))
    return Request(
        name=step.name,
        messages=asked,
        reply=choice(tuple(options)),
        max_tokens=40,
        top_logprobs=5,
    )


def pick_request(step: Pick, article: str, options: Sequence[str]) -> Request:
    """Ask which of the mentions is the one looked for."""
    allowed = [*options, NONE] if step.optional else list(options)
    question = f"{task(step)}\nOne of: {' | '.join(allowed)}"
    if step.context == "article":
        asked = about_article(article, question)
    else:
        asked = about_words(SYSTEM, (), question)
    return Request(
        name=step.name,
        messages=asked,
        reply=choice(tuple(allowed)),
        max_tokens=80,
        top_logprobs=5,
    )


def describe_request(step: Describe, shown: str) -> Request:
    """Ask for an object's texts from the words around a mention."""
    lines = [step.question, *(f"{name}: {what}" for name, what in step.fields.items())]
    turns = [(text, _compact(answer)) for text, answer in step.examples]
    return Request(
        name=step.name,
        messages=about_words("\n".join(lines), turns, shown),
        reply=description(tuple(step.fields)),
        max_tokens=_MOST_TEXT * len(step.fields),
        top_logprobs=5,
    )


def _compact(answer: Mapping[str, str | None]) -> str:
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def describe_step(step: Step) -> tuple[str, dict[str, Any]]:
    """A step's request as people read it, with placeholders, and the JSON Schema of its reply."""
    if isinstance(step, Sort):
        names = tuple(dict.fromkeys(label.name for label in step.labels))
        request = sort_request(step, _ARTICLE, "(a mention)", "(its sentence)", names)
    elif isinstance(step, Pick):
        request = pick_request(step, _ARTICLE, ("(first mention)", "(second mention)"))
    else:
        request = describe_request(step, "(the words around a mention)")
    turns = "\n\n".join(f"{message.role}: {message.content}" for message in request.messages)
    return turns, request.reply.model_json_schema()


def version() -> str:
    """What stands in every guided prompt whatever the schema."""
    return f"{SYSTEM} {COMPACT} {NONE} {_CONTEXT}"
