"""This project as its users have it: an `Extractor` of the default schema, one article at a time.

This module owns the keeping of what its model was asked and said. The extraction itself is not
touched: a client that writes along stands where the settings' own would.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from bench.answers import Answer, Ask, System, one_line
from eval.score import Prediction
from extractor.errors import ModelError
from extractor.model.connect import connect
from extractor.model.exchange import ModelClient, Reply, Request, usage_of
from extractor.pipeline import Extractor
from extractor.settings import Effort, Settings
from schemas import OperationReport


class WritingAlong:
    """A client that keeps every request with its reply; in all else the one it stands for."""

    def __init__(self, client: ModelClient) -> None:
        self._client = client
        self.kept: list[dict[str, Any]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    @property
    def name(self) -> str:
        """The model's name."""
        return self._client.name

    async def ask(self, request: Request) -> Reply:
        """As the client it stands for."""
        messages = [{"role": one.role, "content": one.content} for one in request.messages]
        entry: dict[str, Any] = {"name": request.name, "messages": messages, "reply": None}
        self.kept.append(entry)
        reply = await self._client.ask(request)
        entry |= {"reply": reply.content, "generated": reply.usage.completion_tokens}
        return reply

    async def aclose(self) -> None:
        """As the client it stands for."""
        await self._client.aclose()


def ours(effort: Effort | None = None) -> System:
    """The system with an effort, or with the settings' own."""

    def system(settings: Settings) -> AbstractContextManager[Ask]:
        chosen = settings if effort is None else settings.model_copy(update={"effort": effort})
        return extracting(chosen, connect)

    return system


@contextmanager
def extracting(settings: Settings, connected: Callable[[Settings], ModelClient]) -> Iterator[Ask]:
    """Extract with the client that ``connected`` makes of the settings; the model is loaded."""
    client = WritingAlong(connected(settings))
    with asyncio.Runner() as runner:
        extractor = Extractor(OperationReport, settings, client=client)
        if hasattr(client, "count_tokens"):  # only a loaded model counts
            runner.run(client.count_tokens("a"))

        def ask(text: str, id: str) -> Answer:
            client.kept.clear()
            try:
                extraction = runner.run(extractor.extract(text, id))
            except ModelError as error:
                failed = Prediction(None, valid=False, usage=usage_of(error))
                return Answer(failed, {"requests": [*client.kept]}, (one_line(error),))
            raw = {"extraction": extraction.to_dict(), "requests": [*client.kept]}
            faults = () if extraction.valid else _faults(extraction.issues)
            return Answer(Prediction.from_extraction(extraction), raw, faults)

        try:
            yield ask
        finally:
            runner.run(extractor.aclose())


def _faults(issues: Any) -> tuple[str, ...]:
    told = tuple(f"{place}: {'; '.join(found)}" for place, found in issues.items())
    return told or ("the record did not pass validation",)
