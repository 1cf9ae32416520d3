"""The way from an article to an `Extraction`: the rooms in order, and nothing of their own work.

A schema with a guide has its guided fields found mention by mention (`guided.py`); every other
field is asked section by section (`sections.py`). What both bring is joined here into one record
with evidence, confidence and issues. A request that fails costs its own part only.
"""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import json
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any, Generic, Self, TypeVar

from pydantic import BaseModel

from extractor.errors import InputError, ModelError, NotRecorded
from extractor.events import Event, OnEvent, SectionDone, SectionStarted
from extractor.extraction import Extraction, Usage, dump_record
from extractor.guide import asking
from extractor.guide.assembly import assemble
from extractor.guide.fills import Fill
from extractor.guide.steps import carry_out, guided_fields
from extractor.model.connect import connect, model_name
from extractor.model.exchange import ModelClient, Reply, Request, usage_of
from extractor.record import checks, records
from extractor.record.confidence import calibrated
from extractor.record.parts import Part, leaves
from extractor.sections import filling as sections
from extractor.sections.prompting import prompt_version
from extractor.settings import Settings
from extractor.text.article import Article
from schemas import OperationReport
from schemas.calibration import load_calibration
from schemas.guide import Guide

Record = TypeVar("Record", bound=BaseModel)


class Extractor(Generic[Record]):
    """Extracts records of one schema; keep it for many articles, so that the model stays loaded.

    An async context manager: leaving it lets go of the model. ``on_event`` is told of every section
    as it starts and ends. ``client`` replaces the model that the settings name. ``calibrated``:
    whether confidence is the chance of being right, where the schema's guide knows how (its
    ``calibration``), or else the bare probability of the model's answer.
    """

    def __init__(
        self,
        schema: type[Record],
        settings: Settings | None = None,
        *,
        on_event: OnEvent | None = None,
        client: ModelClient | None = None,
        calibrated: bool = True,
    ) -> None:
        self.schema = schema
        self.settings = settings or Settings()
        self.guide: Guide | None = getattr(schema, "extraction_guide", None)
        found = guided_fields(self.guide) if self.guide else frozenset[str]()
        rest = [name for name in schema.model_fields if name not in found]
        self._sections = sections.planned(schema, rest) if rest or not found else ()
        self._on_event = on_event or _unheard
        self._calibrated = calibrated
        self._client = client
        self.model = model_name(self.settings) if client is None else client.name
        self.prompt_version = _prompt_version(self.guide)
        self.schema_hash = schema_hash(schema)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Let go of the model."""
        if self._client is not None:
            await self._client.aclose()

    @property
    def client(self) -> ModelClient:
        """The model's client, made when it is first needed."""
        if self._client is None:
            self._client = connect(self.settings)
        return self._client

    async def extract(self, text: str, id: str = "article") -> Extraction[Record]:
        """Extract one article's record.

        Raises `InputError` for a text without words, `ModelError` if no request brought a reply,
        `ModelFileError` if the embedded model cannot be loaded.
        """
        if not any(character.isalnum() for character in text):
            raise InputError(f"{id}: there are no words in it; give the text of an article")
        began = time.monotonic()
        article = Article.from_text(text, id)
        counter = _Counter(self.client)
        whole = Part()
        names = [*(step.name for step in self.guide.steps)] if self.guide else []
        names += [section.name for section in self._sections]
        parts = self._parts(article, counter)
        for number, name in enumerate(names, start=1):
            self._on_event(SectionStarted(id, name, number, len(names)))
            part = await anext(parts)
            whole.update(part)
            self._on_event(SectionDone(id, name, part.values, counter.take(), part.first_issue()))
        if counter.unrecorded is not None:  # half a replay is no result
            raise counter.unrecorded
        if counter.failed is not None and not counter.answered:
            raise counter.failed
        return self._result(article, whole, counter.usage(time.monotonic() - began))

    async def _parts(self, article: Article, ask: _Counter) -> AsyncIterator[Part]:
        if self.guide is not None:
            fills: list[Fill] = []
            before: Mapping[str, Any] = {}
            async for result in carry_out(self.guide, article, ask, self.settings.effort):
                fills.extend(result.fills)
                part = assemble(self.schema, self.guide, article, fills)
                built, names = part.values, {fill.field for fill in result.fills}
                # A later step may change what an earlier one filled: places split groups of people.
                part.values = {
                    name: value
                    for name, value in built.items()
                    if name in names or value != before.get(name)
                }
                before = built
                for error in result.errors:
                    pointer = f"/{result.field}" if result.field else ""
                    part.issues[pointer] = (*part.issues.get(pointer, ()), str(error))
                yield part
        for section in self._sections:
            yield await sections.extract(section, article, ask)

    def _calibrate(self, whole: Part) -> None:
        """Make the confidence of every leaf the chance that it is right, if that is known."""
        place = self.guide.calibration if self.guide and self._calibrated else ""
        calibration = load_calibration(place) if place else None
        if calibration is None or calibration.model != self.model:
            return
        record, _, faults = records.assemble(self.schema, whole.values)
        flagged = {*whole.issues, *faults, *checks.check(self.schema, record, whole)}
        whole.confidence = calibrated(whole.confidence, whole.evidence, flagged, calibration)

    def _derive(self, whole: Part) -> None:
        for derived in self.guide.derived if self.guide else ():
            for item in whole.values.get(derived.path) or ():
                if item.get(derived.source) is not None:
                    item[derived.field] = derived.function(item[derived.source])

    def _result(self, article: Article, whole: Part, usage: Usage) -> Extraction[Record]:
        self._calibrate(whole)
        review = whole.set_aside(self.settings.min_confidence)
        self._derive(whole)
        record, valid, faults = records.assemble(self.schema, whole.values)
        issues = dict(whole.issues)
        for pointer, found in (*faults.items(), *checks.check(self.schema, record, whole).items()):
            issues[pointer] = (*issues.get(pointer, ()), *found)
        held = {pointer for pointer, value in leaves(dump_record(record)) if value is not None}
        return Extraction(
            id=article.id,
            record=record,
            valid=valid,
            evidence={p: e for p, e in whole.evidence.items() if p in held},
            confidence={p: round(c, 4) for p, c in whole.confidence.items() if p in held},
            issues=issues,
            usage=usage,
            model=self.model,
            prompt_version=self.prompt_version,
            schema_hash=self.schema_hash,
            needs_review=review,
        )


def _unheard(event: Event) -> None:
    """Nobody wants to know."""
    del event


class _Counter:
    """Asks a client and keeps count of what that cost."""

    def __init__(self, client: ModelClient) -> None:
        self._client = client
        self._total = Usage()
        self._since = Usage()
        self.answered = 0
        self.replayed = 0
        self.failed: ModelError | None = None
        self.unrecorded: NotRecorded | None = None

    async def __call__(self, request: Request) -> Reply:
        try:
            reply = await self._client.ask(request)
        except NotRecorded as error:
            self.unrecorded = self.unrecorded or error
            raise
        except ModelError as error:
            self.failed = self.failed or error
            self._add(usage_of(error))
            raise
        self.answered += 1
        self.replayed += reply.replayed
        self._add(reply.usage)
        return reply

    def _add(self, usage: Usage) -> None:
        self._total += usage
        self._since += usage

    def take(self) -> Usage:
        """What was spent since the last call."""
        spent, self._since = self._since, Usage()
        return spent

    def usage(self, seconds: float) -> Usage:
        """What was spent in all, with the wall time given.

        What was replayed counts with the time it once took, so that a replay tells the same cost.
        """
        taken = self._total.seconds if self.replayed else seconds
        return replace(self._total, seconds=round(taken, 3))


def _prompt_version(guide: Guide | None) -> str:
    """A short hash of all that the prompts are made of beside the schema: files and guide."""
    told = json.dumps(_told(guide), sort_keys=True, ensure_ascii=False)
    whole = f"{prompt_version()} {asking.version()} {told}"
    return hashlib.sha256(whole.encode()).hexdigest()[:12]


def schema_hash(schema: type[BaseModel]) -> str:
    """A short hash of a schema: its JSON Schema. A guide counts as part of the prompts."""
    canonical = json.dumps(schema.model_json_schema(), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def _told(value: Any) -> Any:
    """A guide as plain JSON values; a function by its name."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            "is": type(value).__name__,
            **{one.name: _told(getattr(value, one.name)) for one in dataclasses.fields(value)},
        }
    if isinstance(value, Mapping):
        return {str(key): _told(inner) for key, inner in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(_told(inner) for inner in value)
    if isinstance(value, (list, tuple)):
        return [_told(inner) for inner in value]
    if callable(value):
        return f"{value.__module__}.{value.__qualname__}"
    return value


async def aextract(
    text: str, schema: type[Record] | None = None, model: str | None = None, **settings: Any
) -> Extraction[Any]:
    """Extract one article's record; see `extract`."""
    chosen = schema or OperationReport
    options = settings if model is None else {**settings, "model": model}
    async with Extractor(chosen, Settings(**options)) as extractor:
        return await extractor.extract(text)


def extract(
    text: str, schema: type[Record] | None = None, model: str | None = None, **settings: Any
) -> Extraction[Any]:
    """Extract the record of one article's text.

    ``schema``: any Pydantic model, `schemas.OperationReport` by default. ``model``: a catalogue
    name, a .gguf file or a server's model; further ``settings`` are those of `Settings`. Use
    `aextract` inside a running event loop, and `Extractor` for many articles.

    Raises an `ExtractorError`: `InputError` for a text without words, `SchemaError` for a schema
    that cannot be asked, `ModelError` and `ModelFileError` if no model answers.
    """
    return asyncio.run(aextract(text, schema, model, **settings))
