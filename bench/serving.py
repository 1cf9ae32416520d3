"""The model under test: an OpenAI-compatible endpoint for the peers, and a record of every call.

This module owns the embedded server's life while a peer runs, and the SDK client that both peers
use: it keeps what was sent and what came back. Every system starts with a fresh server of the same
engine, model and options as the project's own (`extractor.model.connect`), loaded before the clock
runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from extractor.extraction import Usage
from extractor.model.server import EmbeddedServer, ServerOptions
from extractor.model_files.store import resolve
from extractor.settings import Settings

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types.chat import ChatCompletion

CACHE_RAM = 2048  # MiB, as `extractor.model.connect` has it
PATIENCE = 3600.0  # seconds one call may take: no system fails for being slow


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to ask, with what key, for which model."""

    base_url: str
    api_key: SecretStr
    model: str


@dataclass(frozen=True, slots=True)
class Call:
    """One chat completion: what was sent, and what came back (``None`` if nothing did)."""

    sent: dict[str, Any]
    completion: ChatCompletion | None

    @property
    def content(self) -> str:
        """The reply's text, empty if there is none."""
        if self.completion is None or not self.completion.choices:
            return ""
        return self.completion.choices[0].message.content or ""

    @property
    def finished(self) -> bool:
        """Whether the model came to an end by itself, not cut at the token limit."""
        if self.completion is None or not self.completion.choices:
            return False
        return self.completion.choices[0].finish_reason == "stop"

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON values."""
        reply = None if self.completion is None else self.completion.model_dump(mode="json")
        return {"sent": self.sent, "reply": reply}


@contextmanager
def serving(settings: Settings) -> Iterator[Endpoint]:
    """The endpoint that the settings name; the embedded model's server runs until the exit."""
    if settings.base_url is not None:
        key = settings.api_key or SecretStr("none")
        yield Endpoint(settings.base_url, key, settings.model)
        return
    found = resolve(settings.model, folder=settings.cache_dir / "models")
    options = ServerOptions(
        model=found.path,
        n_ctx=min(settings.context_size, found.context_length or settings.context_size),
        threads=settings.threads,
        cache_ram_mib=CACHE_RAM,
    )
    with EmbeddedServer(options) as server:
        yield Endpoint(server.base_url, server.api_key, found.name)


def recording_client(endpoint: Endpoint, calls: list[Call]) -> OpenAI:
    """An SDK client that adds every chat completion to ``calls``. It repeats no call."""
    from openai import DefaultHttpxClient, OpenAI

    host = urlsplit(endpoint.base_url).hostname or ""
    loopback = host in ("localhost", "::1") or host.startswith("127.")
    sdk = OpenAI(
        base_url=endpoint.base_url,
        api_key=endpoint.api_key.get_secret_value(),
        max_retries=0,
        timeout=PATIENCE,
        # A proxy from the environment cannot reach this machine's loopback.
        http_client=DefaultHttpxClient(trust_env=False) if loopback else None,
    )
    completions = sdk.chat.completions
    create = completions.create

    def recorded(**sent: Any) -> Any:
        completion = None
        try:
            completion = create(**sent)
        finally:
            calls.append(Call(sent, completion))
        return completion

    completions.create = recorded  # type: ignore[method-assign]
    return sdk


def usage_of(calls: Sequence[Call]) -> Usage:
    """What some calls cost, by the server's own count; without the time."""
    total = Usage(requests=len(calls), attempts=len(calls))
    for call in calls:
        used = call.completion.usage if call.completion is not None else None
        if used is not None:
            details = used.prompt_tokens_details
            cached = (details.cached_tokens or 0) if details else 0
            total += Usage(0, used.prompt_tokens, cached, used.completion_tokens)
    return total
