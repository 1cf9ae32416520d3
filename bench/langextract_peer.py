"""`langextract` on the same model: run as its guide says, with its OpenAI-compatible provider.

This module owns the running. What it is told is ``langextract_task``'s, what becomes of its
extractions ``langextract_record``'s. Its defaults are kept (chunks of 1,000 characters, one pass,
schema constraints, fuzzy alignment) but for what makes it comparable and keeps it from looping:
temperature 0, one call at a time, a bound on the length of a reply and of its list.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from bench.answers import Answer, Ask, fitting, one_line
from bench.langextract_record import Mention, record_of
from bench.langextract_task import CLASSES, EXAMPLES, description, full
from bench.serving import Call, Endpoint, recording_client, serving, usage_of
from eval.score import Prediction
from extractor.settings import Settings
from schemas import OperationReport

MAX_TOKENS = 2048  # of the reply to one chunk
MAX_ITEMS = 40  # extractions of one chunk


@contextmanager
def langextract(settings: Settings) -> Iterator[Ask]:
    """Ask langextract; the same examples go before every chunk of an article."""
    import langextract as lx

    calls: list[Call] = []
    examples = [
        lx.data.ExampleData(
            text=one.text,
            extractions=[
                lx.data.Extraction(kind, words, attributes=full(kind, said))
                for kind, words, said in one.extractions
            ],
        )
        for one in EXAMPLES
    ]
    with serving(settings) as endpoint, recording_client(endpoint, calls) as sdk:
        model = _model(endpoint, sdk)

        def ask(text: str, id: str) -> Answer:
            del id
            calls.clear()
            mentions: list[Mention] = []
            faults: tuple[str, ...] = ()
            try:
                document = lx.extract(
                    text_or_documents=text,
                    prompt_description=description(),
                    examples=examples,
                    model=model,
                    use_schema_constraints=False,  # the model has its schema
                    prompt_validation_level=lx.prompt_validation.PromptValidationLevel.ERROR,
                    prompt_validation_strict=True,
                    max_workers=1,
                    show_progress=False,
                )
                mentions = [_mention(one) for one in document.extractions or ()]
            except lx.exceptions.LangExtractError as error:
                faults = (one_line(error),)
            return answer_of(text, mentions, calls, faults)

        yield ask


def answer_of(
    text: str, mentions: Sequence[Mention], calls: Sequence[Call], faults: tuple[str, ...] = ()
) -> Answer:
    """The prediction that some extractions make, and what was wrong with the replies."""
    raw = {
        "calls": [call.to_dict() for call in calls],
        "extractions": [
            {
                "class": one.kind,
                "text": one.text,
                "start": one.start,
                "end": one.end,
                "exact": one.exact,
                "attributes": dict(one.attributes),
            }
            for one in mentions
        ],
    }
    if faults:
        return Answer(Prediction(None, valid=False, usage=usage_of(calls)), raw, faults)
    values, evidence = record_of(mentions, text)
    record, misfits = fitting(OperationReport, values)
    broken = tuple(
        f"chunk {number}: the reply is cut off or not JSON"
        for number, call in enumerate(calls, start=1)
        if not _is_whole(call)
    )
    wrong = (*broken, *misfits)
    return Answer(Prediction(record, evidence, not wrong, usage_of(calls)), raw, wrong)


def _is_whole(call: Call) -> bool:
    try:
        return call.finished and isinstance(json.loads(call.content), dict)
    except ValueError:
        return False


def _model(endpoint: Endpoint, sdk: Any) -> Any:
    """langextract's OpenAI provider at the endpoint, held to the schema of the classes."""
    from langextract import schema
    from langextract.factory import ModelConfig, create_model

    items = [
        schema.extraction_item_schema(name, attributes=one.attributes or None)
        for name, one in CLASSES.items()
    ]
    output = schema.extractions_schema(*items)
    output["properties"]["extractions"]["maxItems"] = MAX_ITEMS
    config = ModelConfig(
        model_id=endpoint.model,
        provider="openai",
        provider_kwargs={
            "api_key": endpoint.api_key.get_secret_value(),
            "base_url": endpoint.base_url,
            "temperature": 0.0,
            "seed": 0,
            "max_output_tokens": MAX_TOKENS,
            "max_workers": 1,
        },
    )
    model: Any = create_model(config, output_schema=output)
    model._client = sdk  # its own neither counts tokens nor keeps replies
    return model


def _mention(extraction: Any) -> Mention:
    from langextract.data import AlignmentStatus

    interval = extraction.char_interval
    return Mention(
        kind=extraction.extraction_class,
        text=extraction.extraction_text,
        start=interval.start_pos if interval else None,
        end=interval.end_pos if interval else None,
        exact=extraction.alignment_status is AlignmentStatus.MATCH_EXACT,
        attributes=extraction.attributes or {},
    )
