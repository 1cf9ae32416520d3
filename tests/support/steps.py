"""Steps of a guide, carried out on a text with a scripted model."""

from __future__ import annotations

import asyncio
from typing import Any

from extractor.guide.fills import Fill, StepResult
from extractor.guide.steps import Effort, carry_out
from extractor.text.article import Article
from schemas.guide import Guide, Label, Sort, Step
from tests.support.scripted_model import ScriptedClient

TEXT = (
    "Published 12 March 2021\n"
    "On Tuesday the Fair Fishing Agency (FFA) met six boats and two rafts in the sea off Leigh. "
    "The FFA and Ashby Council freed nine sailors. Pia Holm, of the FFA, thanked Bo Lund.\n"
    "“The sea was rough,” said Pia Holm, captain. “We are glad,” she said.\n"
    "Call Ashby Council on 0800 000 000, or 0800 111 111 at night."
)
BOATS = Sort(
    "boats",
    "numbers",
    "What is counted?",
    (Label("boats", "boats"), Label("sailors", "sailors"), Label("something else")),
)
NAMES = Sort(
    "names",
    "names",
    "What is it?",
    (Label("body", "@bodies"), Label("person", "@people"), Label("something else")),
)


def results(
    client: ScriptedClient, *steps: Step, text: str = TEXT, effort: Effort = "balanced", **more: Any
) -> list[StepResult]:
    async def work() -> list[StepResult]:
        guide = Guide(steps, **more)
        article = Article.from_text(text)
        return [one async for one in carry_out(guide, article, client.ask, effort)]

    return asyncio.run(work())


def fills(*args: Any, **more: Any) -> list[Fill]:
    return [fill for result in results(*args, **more) for fill in result.fills]


def told(found: list[Fill]) -> list[tuple[str, Any]]:
    return [(fill.path, fill.value) for fill in found]
