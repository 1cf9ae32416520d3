"""The usual way: one `instructor` request for the whole record.

This module owns what is asked and how its reply becomes a prediction. Three ways to ask, all in
instructor's JSON-schema mode, which holds the reply to the schema and adds nothing to the messages:

``one_shot``  the schema in the form that structured outputs ask for: every field required, null
              where it may be. The baseline.
``lax``       the schema as Pydantic writes it, and instructor sends it: a field with a default may
              be left out, and a small model leaves most of them out.
``told``      as the first, with the schema in the system message, too: the descriptions and options
              that a grammar alone does not tell a model.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic_core import from_json

from bench.answers import Answer, Ask, fitting, one_line
from bench.serving import Call, recording_client, serving, usage_of
from eval.score import Prediction
from extractor.extraction import dump_record
from extractor.settings import Settings
from schemas import OperationReport

MAX_TOKENS = 2048
SYSTEM = (
    "You read a news article and fill in a record of the police action it reports. "
    "Use only what the article says. "
    "A field that the article does not state is null, a list of which it states nothing is empty."
)


class StrictReport(OperationReport):
    """The record, whose schema requires every field."""

    @classmethod
    def model_json_schema(cls, *args: Any, **options: Any) -> dict[str, Any]:
        """The record's own schema in its strict form."""
        found: dict[str, Any] = strict(OperationReport.model_json_schema(*args, **options))
        return found


def strict(schema: Any) -> Any:
    """A JSON schema with every property required and no default, as strict structured outputs."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: strict(value) for key, value in schema.items() if key != "default"}
    if "properties" in found:
        found["required"] = list(found["properties"])
    return found


@contextmanager
def one_shot(settings: Settings) -> Iterator[Ask]:
    """Ask with every field required."""
    with _asking(settings, StrictReport, SYSTEM) as ask:
        yield ask


@contextmanager
def lax(settings: Settings) -> Iterator[Ask]:
    """Ask with the schema as it is."""
    with _asking(settings, OperationReport, SYSTEM) as ask:
        yield ask


@contextmanager
def told(settings: Settings) -> Iterator[Ask]:
    """Ask with every field required and the schema in the system message."""
    schema = json.dumps(StrictReport.model_json_schema(), ensure_ascii=False)
    system = f"{SYSTEM}\nThe record's JSON schema:\n{schema}"
    with _asking(settings, StrictReport, system) as ask:
        yield ask


@contextmanager
def _asking(settings: Settings, model: type[OperationReport], system: str) -> Iterator[Ask]:
    import instructor

    # Instructor logs what comes back as a fault; without a handler it lands on stderr.
    logging.getLogger("instructor").addHandler(logging.NullHandler())
    calls: list[Call] = []
    with serving(settings) as endpoint, recording_client(endpoint, calls) as sdk:
        client = instructor.from_openai(sdk, mode=instructor.Mode.JSON_SCHEMA)

        def ask(text: str, id: str) -> Answer:
            del id
            calls.clear()
            try:
                report = client.chat.completions.create(
                    model=endpoint.model,
                    response_model=model,
                    messages=[
                        {"role": "system", "content": system},
                        {"role": "user", "content": text},
                    ],
                    max_tokens=MAX_TOKENS,
                    temperature=0.0,
                    seed=0,
                    max_retries=0,
                )
            except Exception as error:  # whatever it is, the others go on
                record, faults = salvaged(
                    calls[-1].content if calls else "", error.__cause__ or error
                )
            else:
                record, faults = dump_record(report), ()
            prediction = Prediction(record, {}, not faults, usage_of(calls))
            return Answer(prediction, [call.to_dict() for call in calls], faults)

        yield ask


def salvaged(content: str, error: BaseException) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
    """What can be read of a reply that instructor rejected: null wherever a value does not fit.

    Of a reply that was cut off, whatever came before. No JSON object is no record. With it, why.
    """
    reason = one_line(error)
    try:
        values = from_json(content, allow_partial=True)
    except ValueError:
        return None, (reason,)
    if not isinstance(values, dict):
        return None, (reason,)
    record, faults = fitting(OperationReport, values)
    return record, (reason, *faults)
