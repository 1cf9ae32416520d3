"""A scripted `Extractor`: invented records, chosen failures, and a note of what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from extractor.events import Event, SectionDone, SectionStarted
from extractor.extraction import Evidence, Extraction, Status, Usage
from extractor.settings import Settings

USAGE = Usage(
    requests=2, prompt_tokens=300, cached_tokens=200, completion_tokens=40, seconds=1.5, attempts=2
)


class Amount(BaseModel):
    value: int
    bound: str = "exact"


class Step(BaseModel):
    text: str
    minutes: int | None = None


class Recipe(BaseModel):
    """Nothing to do with policing."""

    title: str | None = None
    eggs: Amount | None = None
    vegan: bool | None = None
    steps: list[Step] = []
    tags: set[str] = set()
    note: str | None = None


TEXT = "Plain soup. Beat about 3 eggs into the broth and wait for ten minutes. Serves nobody."


def mention(text: str, words: str, status: Status = Status.VERBATIM) -> Evidence:
    start = text.index(words)
    return Evidence(start, start + len(words), words, status)


def make_extraction(id: str = "soup", **changes: Any) -> Extraction[Recipe]:
    parts: dict[str, Any] = {
        "id": id,
        "record": Recipe(
            title="Plain soup",
            eggs=Amount(value=3, bound="about"),
            steps=[Step(text='=Beat, then "wait"\nfor long', minutes=10)],
            tags={"warm", "cheap"},
        ),
        "valid": True,
        "evidence": {
            "/title": (mention(TEXT, "Plain soup"),),
            "/eggs": (mention(TEXT, "about 3 eggs"),),
            "/steps/0/minutes": (mention(TEXT, "ten minutes", Status.NORMALISED),),
            "/steps/0/text": (Evidence(None, None, None, Status.UNGROUNDED),),
        },
        "confidence": {"/title": 0.98, "/eggs": 0.75, "/steps/0/text": 0.125, "/vegan": 0.31},
        "issues": {"/steps/0/text": ("these words are not in the article",)},
        "usage": USAGE,
        "model": "scripted",
        "prompt_version": "p7",
        "schema_hash": "c0ffee",
        "needs_review": {"/vegan": True},
    }
    return Extraction(**{**parts, **changes})


@dataclass
class Script:
    """What the extractor does: ``failures`` and ``before`` by article id, ``asked`` as it went."""

    failures: Mapping[str, BaseException] = field(default_factory=dict)
    before: Callable[[str], Any] | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    settings: list[Settings] = field(default_factory=list)
    schemas: list[type[BaseModel]] = field(default_factory=list)
    closed: int = 0
    at_once: int = 0
    most_at_once: int = 0

    def extractor(
        self,
        schema: type[BaseModel],
        settings: Settings,
        *,
        on_event: Callable[[Event], None] | None = None,
    ) -> FakeExtractor:
        self.settings.append(settings)
        self.schemas.append(schema)
        return FakeExtractor(self, on_event)


class FakeExtractor:
    """Two sections per article; the context switches in between let others run."""

    model, prompt_version, schema_hash = "scripted", "p7", "c0ffee"

    def __init__(self, script: Script, on_event: Callable[[Event], None] | None = None) -> None:
        self._script = script
        self._on_event = on_event

    async def __aenter__(self) -> FakeExtractor:
        return self

    async def __aexit__(self, *error: object) -> None:
        self._script.closed += 1

    async def extract(self, text: str, id: str = "article") -> Extraction[Recipe]:
        del text
        script = self._script
        script.asked.append(id)
        script.at_once += 1
        script.most_at_once = max(script.most_at_once, script.at_once)
        try:
            if script.before is not None:
                await script.before(id)
            for number, section in enumerate(("about", "steps"), start=1):
                self._tell(SectionStarted(id, section, number, 2))
                await asyncio.sleep(0)
                values = {"title": "Plain soup", "note": None} if number == 1 else {}
                cost = Usage(1, 150, 100, 20, 0.75, 1)
                self._tell(SectionDone(id, section, values, cost))
            if id in script.failures:
                raise script.failures[id]
            return make_extraction(id, **script.changes)
        finally:
            script.at_once -= 1

    def _tell(self, event: Event) -> None:
        if self._on_event is not None:
            self._on_event(event)
