"""The general way to fill fields: one request for each section of the plan.

This module owns what happens around a section's request: the reply is decoded, every value is
grounded in the article, and what fails a check is asked for once more with the reason. The plan is
`plan.py`'s, the words `prompting.py`'s, the evidence `grounding.py`'s.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from extractor.errors import ModelError
from extractor.finders.dates import page_date
from extractor.grounding.ground import ground_all, is_grounded
from extractor.model.exchange import Reply, Request
from extractor.record.checks import Finding, check_part
from extractor.record.parts import Part
from extractor.sections.plan import Section, plan
from extractor.sections.prompting import again, messages
from extractor.sections.replies import decode
from extractor.text.article import Article

Ask = Callable[[Request], Awaitable[Reply]]

UNGROUNDED_FACTOR = 0.25
"""What an ungrounded value's confidence is multiplied by: no fact until a reader checks it."""


@dataclass(frozen=True, slots=True)
class _Attempt:
    part: Part
    findings: tuple[Finding, ...]


def planned(schema: type[BaseModel], only: Sequence[str]) -> tuple[Section, ...]:
    """The sections of the fields named."""
    return plan(schema, only=tuple(only))


async def extract(section: Section, article: Article, ask: Ask) -> Part:
    """Fill a section's fields. A failed request leaves them null, with the reason as an issue."""
    request = Request(
        name=section.name,
        messages=messages(article, section),
        reply=section.reply,
        max_tokens=section.max_tokens,
        top_logprobs=1,
    )
    try:
        reply = await ask(request)
    except ModelError as error:
        return Part(issues={f"/{name}": (str(error),) for name in section.fields})
    first = _read(section, article, reply)
    if not first.findings:
        return first.part
    reasons = [finding.message for finding in first.findings]
    retry = Request(
        name=section.name,
        messages=again(request.messages, reply.content, reasons),
        reply=section.reply,
        max_tokens=section.max_tokens,
        top_logprobs=1,
    )
    try:
        second = _read(section, article, await ask(retry))
    except ModelError:
        return _with_issues(first)
    return _with_issues(min(first, second, key=lambda attempt: len(attempt.findings)))


def _read(section: Section, article: Article, reply: Reply) -> _Attempt:
    decoded = decode(section, reply.value)
    page = page_date(article)
    evidence = ground_all(article, decoded.stated, page.value if page else None)
    probability = _probability(reply)
    part = Part(dict(decoded.values), evidence)
    for pointer, found in evidence.items():
        part.confidence[pointer] = probability * (1.0 if is_grounded(found) else UNGROUNDED_FACTOR)
    return _Attempt(part, tuple(check_part(section.nodes, part.values, evidence)))


def _with_issues(attempt: _Attempt) -> Part:
    issues: dict[str, tuple[str, ...]] = {}
    for finding in attempt.findings:
        issues[finding.pointer] = (*issues.get(finding.pointer, ()), finding.message)
    attempt.part.issues.update(issues)
    return attempt.part


def _probability(reply: Reply) -> float:
    """The geometric mean of the probabilities of a reply's tokens; 1 if the server sent none."""
    if not reply.tokens:
        return 1.0
    return math.exp(sum(token.logprob for token in reply.tokens) / len(reply.tokens))
