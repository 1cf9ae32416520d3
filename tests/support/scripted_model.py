"""A model whose answers follow a rule, and a way to read what it was asked."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from extractor.errors import ModelError
from extractor.extraction import Usage
from extractor.model.exchange import Reply, Request, Token, parse

Rule: TypeAlias = Callable[[Request], Any]
"""From a request to the reply as JSON values, or to the error that is raised instead."""

COST = Usage(
    requests=1, prompt_tokens=100, cached_tokens=60, completion_tokens=7, seconds=0.5, attempts=1
)


@dataclass
class ScriptedClient:
    """Answers by ``rule`` and notes every request; ``sure`` is the probability of a reply."""

    rule: Rule
    name: str = "scripted"
    sure: Callable[[Request], float] | None = None
    asked: list[Request] = field(default_factory=list)
    closed: int = 0

    async def ask(self, request: Request) -> Reply:
        """The rule's reply, checked as a client checks a server's."""
        self.asked.append(request)
        said = self.rule(request)
        if isinstance(said, ModelError):
            raise said
        content = json.dumps(said, ensure_ascii=False)
        tokens: tuple[Token, ...] = ()
        if self.sure is not None:
            tokens = (Token(content, math.log(self.sure(request)), ()),)
        return Reply(content, parse(request, content), tokens, COST, self.name)

    async def aclose(self) -> None:
        """Note that it was let go of."""
        self.closed += 1

    def names(self) -> list[str]:
        """The names of the requests, in order."""
        return [request.name for request in self.asked]


def question(request: Request) -> str:
    """The last turn: what is asked this time."""
    return request.messages[-1].content


def mention(request: Request) -> str:
    """The mention that a sorting step asks about."""
    found = re.search(r'"([^"]*)"(?: in "[^"]*")?(?: ->)?\Z', question(request))
    assert found is not None, question(request)
    return found[1]


def options(request: Request) -> list[str]:
    """The answers that a step offers; empty if it does not offer any."""
    found: list[str] = request.reply.model_json_schema()["properties"].get("a", {}).get("enum", [])
    return found


def sorting(labels: Mapping[str, Mapping[str, str]]) -> Rule:
    """A rule from a step's name and a mention to a label; the last one offered for any other.

    A label that is not offered for a mention is no answer, so a bar or a cue takes effect.
    """

    def rule(request: Request) -> Any:
        offered = options(request)
        answer = labels.get(request.name, {}).get(mention(request))
        return {"a": answer if answer in offered else offered[-1]}

    return rule
