"""The usual way: one `instructor` request for the whole record.

This module owns what is asked and how its reply becomes a prediction. The request is what
instructor makes of it: its JSON-schema mode sends the schema as ``response_format`` and adds
nothing to the messages. `told` puts the schema into the system message as well, so that the model
reads the descriptions and options that the grammar alone does not tell it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

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


@contextmanager
def one_shot(settings: Settings) -> Iterator[Ask]:
    """Ask with the plain schema."""
    with _asking(settings, SYSTEM) as ask:
        yield ask


@contextmanager
def told(settings: Settings) -> Iterator[Ask]:
    """Ask with the schema written out in the system message, too."""
    schema = json.dumps(OperationReport.model_json_schema(), ensure_ascii=False)
    with _asking(settings, f"{SYSTEM}\nThe record's JSON schema:\n{schema}") as ask:
        yield ask


@contextmanager
def _asking(settings: Settings, system: str) -> Iterator[Ask]:
    import instructor

    calls: list[Call] = []
    with serving(settings) as endpoint, recording_client(endpoint, calls) as sdk:
        client = instructor.from_openai(sdk, mode=instructor.Mode.JSON_SCHEMA)

        def ask(text: str, id: str) -> Answer:
            del id
            calls.clear()
            try:
                report = client.chat.completions.create(
                    model=endpoint.model,
                    response_model=OperationReport,
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
                prediction, faults = salvaged(calls[-1].content if calls else "", error)
            else:
                prediction, faults = Prediction(dump_record(report)), ()
            usage = usage_of(calls)
            prediction = Prediction(prediction.record, {}, not faults, usage)
            return Answer(prediction, [call.to_dict() for call in calls], faults)

        yield ask


def salvaged(content: str, error: BaseException) -> tuple[Prediction, tuple[str, ...]]:
    """What can be read of a reply that instructor rejected: null wherever a value does not fit.

    Of a reply that was cut off, whatever came before. No JSON object is no record.
    """
    reason = one_line(error)
    try:
        values = from_json(content, allow_partial=True)
    except ValueError:
        return Prediction(None, valid=False), (reason,)
    if not isinstance(values, dict):
        return Prediction(None, valid=False), (reason,)
    record, faults = fitting(OperationReport, values)
    return Prediction(record, valid=False), (reason, *faults)
