"""What can be evaluated: an extractor, a function, or predictions that are there already.

This module owns asking any of them about each article and putting the answers into the form that a
run keeps. What an answer is worth is ``evaluation``'s business.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, TypeAlias, TypeGuard

from pydantic import BaseModel, ValidationError

from eval.dataset import GoldSet
from eval.runs import line_of, prediction_line
from eval.score import Prediction
from extractor.errors import ModelError
from extractor.extraction import Extraction, dump_record
from extractor.run.batch import ArticleExtractor, extract_all
from extractor.run.inputs import Source

Answer: TypeAlias = Extraction[Any] | Prediction | BaseModel | Mapping[str, Any] | None
Function: TypeAlias = Callable[[str], Answer | Awaitable[Answer]]
System: TypeAlias = ArticleExtractor | Mapping[str, Answer] | Function

Line: TypeAlias = Mapping[str, Any]


async def answers(
    system: System, gold: GoldSet, schema: type[BaseModel], concurrency: int = 1
) -> AsyncGenerator[tuple[str, Line | ModelError], None]:
    """Each article's id with the line to keep, or with why there is none, as they are done.

    Predictions without an article come too, for the scorer to name. Raises what is no
    ``ModelError``: it concerns every article, or is a defect.
    """
    if isinstance(system, Mapping):
        for id in sorted(system, key=lambda one: (one not in gold.texts, one)):
            yield id, _line(id, system[id], schema)
    elif _is_extractor(system):
        outcomes = extract_all(
            [Source(id, None) for id in gold.ids],
            system,
            concurrency=concurrency,
            read=lambda source: gold.texts[source.id],
        )
        async with _entered(system), contextlib.aclosing(outcomes):
            async for outcome in outcomes:
                if outcome.error is not None and not isinstance(outcome.error, ModelError):
                    raise outcome.error
                id = outcome.source.id
                yield id, outcome.error or _line(id, outcome.extraction, schema)
    elif callable(system):
        for id in gold.ids:
            try:
                found = system(gold.texts[id])
                given = await found if inspect.isawaitable(found) else found
            except ModelError as error:
                yield id, error
            else:
                yield id, _line(id, given, schema)


def _is_extractor(system: System) -> TypeGuard[ArticleExtractor]:
    return hasattr(system, "extract")


@contextlib.asynccontextmanager
async def _entered(system: Any) -> AsyncIterator[None]:
    """The system entered, if it is a context manager."""
    if not hasattr(system, "__aenter__"):
        yield
        return
    async with system:
        yield


def _line(id: str, answer: Answer, schema: type[BaseModel]) -> Line:
    if isinstance(answer, Extraction):
        return {**line_of(answer), "id": id}
    if isinstance(answer, BaseModel):
        answer = Prediction(dump_record(answer))
    elif isinstance(answer, Mapping):
        answer = Prediction(dict(answer), valid=_fits(answer, schema))
    return prediction_line(id, answer or Prediction(None, valid=False))


def _fits(record: Mapping[str, Any], schema: type[BaseModel]) -> bool:
    try:
        schema.model_validate(dict(record), by_name=True, by_alias=True)
    except ValidationError:
        return False
    return True
