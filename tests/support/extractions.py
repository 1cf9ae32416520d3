"""Extracting with a scripted model, and what holds of every extraction."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from extractor.extraction import Extraction, Status, dump_record, from_dict
from extractor.model.exchange import ModelClient
from extractor.pipeline import Extractor
from extractor.record.parts import leaves
from extractor.settings import Settings
from tests.support.rescue import TEXT, Rescue


def run(
    client: ModelClient,
    text: str = TEXT,
    schema: Any = Rescue,
    events: Any = None,
    calibrated: bool = True,
    **options: Any,
) -> Extraction[Any]:
    async def work() -> Extraction[Any]:
        given = Settings(**options)
        extractor = Extractor(schema, given, client=client, on_event=events, calibrated=calibrated)
        async with extractor as one:
            return await one.extract(text, "a1")

    return asyncio.run(work())


def check(extraction: Extraction[Any], text: str) -> None:
    """What holds of every extraction, whatever the model said."""
    record = dump_record(extraction.record)
    stated = {p: v for p, v in leaves(record) if v is not None}
    assert extraction.evidence.keys() == extraction.confidence.keys()
    assert extraction.evidence.keys() <= stated.keys()
    for found in extraction.evidence.values():
        assert found
        for one in found:
            if one.status is Status.UNGROUNDED:
                assert (one.start, one.end, one.text) == (None, None, None)
            else:
                assert one.start is not None and one.end is not None
                assert 0 <= one.start < one.end <= len(text)
                assert text[one.start : one.end] == one.text
    assert all(0 <= one <= 1 for one in extraction.confidence.values())
    for pointer in extraction.issues:
        value: Any = record
        for key in pointer.split("/")[1:]:
            value = value[int(key)] if isinstance(value, list) else value[key]
    assert not extraction.needs_review.keys() & {""}
    known = json.loads(json.dumps(extraction.to_dict()))
    assert from_dict(known, type(extraction.record)).to_dict() == known
