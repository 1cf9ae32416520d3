"""The embedded model: llama.cpp's OpenAI-compatible server on this machine, when it is needed.

Owns who uses which server (one per process and model, started on first need, ended at exit) and
the check that a request fits the context. A server's life is `server.py`'s business, asking
`client.py`'s, the model file `models.py`'s.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import threading
from dataclasses import dataclass

from pydantic import BaseModel

from extractor.errors import ContextTooLong, ModelUnavailable
from extractor.model.client import OpenAIClient
from extractor.model.exchange import Reply, Request, usage_of
from extractor.model.retry import RetryPolicy, Timing
from extractor.model.server import EmbeddedServer, ServerOptions

__all__ = [
    "SERVERS",
    "EmbeddedClient",
    "EmbeddedServer",
    "ServerOptions",
    "Servers",
    "compact_grammar",
    "engine_version",
]

_TEMPLATE_TOKENS = 512  # more than any chat template adds around the messages


@dataclass(slots=True)
class _Lease:
    server: EmbeddedServer
    users: int = 0


class Servers:
    """The servers of this process, at most one for equal options, shared by threads and clients.

    A server nobody uses any more stays warm until another model is wanted or the process ends.
    """

    def __init__(self) -> None:
        self._leases: dict[ServerOptions, _Lease] = {}
        self._lock = threading.Lock()
        self._registered = False

    def acquire(self, options: ServerOptions) -> EmbeddedServer:
        """A server with these options, launched if there is none; await its `ready` before use.

        Raises `ModelFileError` if there is no model file.
        """
        with self._lock:
            lease = self._leases.get(options)
            if lease is None or not lease.server.alive:
                lease = self._launch(options)
            lease.users += 1
            return lease.server

    def release(self, server: EmbeddedServer) -> None:
        """Say that a use of an acquired server is over."""
        with self._lock:
            lease = self._leases.get(server.options)
            if lease is not None and lease.server is server:
                lease.users -= 1

    def stop_all(self) -> None:
        """End every server, used or not."""
        with self._lock:
            for lease in self._leases.values():
                lease.server.stop()
            self._leases.clear()

    def _launch(self, options: ServerOptions) -> _Lease:
        if not self._registered:
            atexit.register(self.stop_all)
            self._registered = True
        over = [old for old, lease in self._leases.items() if not lease.users or old == options]
        for old in over:  # two models in memory only while both are in use
            self._leases.pop(old).server.stop()
        server = EmbeddedServer(options)
        server.start()
        self._leases[options] = _Lease(server)
        return self._leases[options]


SERVERS = Servers()
"""The servers of this process: the one thing here that outlives a client."""


class EmbeddedClient:
    """A `ModelClient` whose model runs on this machine; a server is launched with the first need.

    Requests take turns on the server's slots, so that ``timeout`` (seconds) covers the answer to a
    request and not its wait for a turn. ``compact`` rules out white space between the parts of a
    reply, which is about a third of its tokens otherwise, by a grammar in place of the schema.
    """

    def __init__(
        self,
        name: str,
        options: ServerOptions,
        *,
        timeout: float = 600.0,
        policy: RetryPolicy | None = None,
        timing: Timing | None = None,
        compact: bool = False,
        servers: Servers = SERVERS,
    ) -> None:
        self.name = name
        self._options = options
        self._timeout = timeout
        self._policy = policy
        self._timing = timing
        self._compact = compact
        self._servers = servers
        self._server: EmbeddedServer | None = None
        self._client: OpenAIClient | None = None
        self._turns: tuple[asyncio.AbstractEventLoop, asyncio.Semaphore] | None = None

    async def ask(self, request: Request) -> Reply:
        """As `OpenAIClient.ask`; also raises `ModelFileError` if the model cannot be loaded."""
        async with self._turn():
            server, client = await self._ready()
            await self._check_fits(request)
            try:
                return await client.ask(request)
            except ModelUnavailable as error:
                if (fate := await _fate(server)) is None:
                    raise
                dead = ModelUnavailable(f"{fate}: ask again, or choose a smaller model")
                dead.__dict__["usage"] = usage_of(error)
                raise dead from None

    async def count_tokens(self, text: str) -> int:
        """How many tokens the model makes of a text."""
        server, _ = await self._ready()
        answer = await asyncio.to_thread(server.call, "/tokenize", {"content": text})
        return len(answer["tokens"])

    async def prompt_tokens(self, request: Request) -> int:
        """How many tokens a request's prompt has, the chat template included."""
        server, _ = await self._ready()
        turns = [{"role": turn.role, "content": turn.content} for turn in request.messages]
        answer = await asyncio.to_thread(server.call, "/apply-template", {"messages": turns})
        body = {"content": answer["prompt"], "add_special": True}
        return len((await asyncio.to_thread(server.call, "/tokenize", body))["tokens"])

    async def fits(self, request: Request) -> bool:
        """Whether prompt and longest reply together fit in the context of a slot."""
        server, _ = await self._ready()
        # No token is shorter than a byte, so most requests need not be counted.
        most = sum(len(turn.content.encode("utf-8", "replace")) for turn in request.messages)
        if most + _TEMPLATE_TOKENS + request.max_tokens <= server.n_ctx:
            return True
        return await self.prompt_tokens(request) + request.max_tokens <= server.n_ctx

    async def aclose(self) -> None:
        """Let go of the server; it stays warm for the next client."""
        if self._client is not None:
            await self._client.aclose()
        if self._server is not None:
            self._servers.release(self._server)
        self._server = self._client = None

    async def _check_fits(self, request: Request) -> None:
        if await self.fits(request):
            return
        server, _ = await self._ready()
        prompt = await self.prompt_tokens(request)
        raise ContextTooLong(
            f"section {request.name!r}: {prompt} prompt tokens and {request.max_tokens} for the "
            f"reply do not fit in the context of {server.n_ctx}: shorten the article or choose a "
            "larger context size"
        )

    async def _ready(self) -> tuple[EmbeddedServer, OpenAIClient]:
        """The loaded server and a client for it; a new one in place of one that has died."""
        if self._server is None or not self._server.alive:
            await self.aclose()
            self._server = self._servers.acquire(self._options)
        server = self._server
        await server.ready()
        if self._client is None or self._client.base_url != server.base_url:
            self._client = OpenAIClient(
                self.name,
                server.base_url,
                server.api_key,
                timeout=self._timeout,
                policy=self._policy,
                timing=self._timing,
                grammar=compact_grammar if self._compact else None,
            )
        return server, self._client

    def _turn(self) -> asyncio.Semaphore:
        loop = asyncio.get_running_loop()  # a semaphore belongs to one
        if self._turns is None or self._turns[0] is not loop:
            self._turns = loop, asyncio.Semaphore(self._options.n_parallel)
        return self._turns[1]


async def _fate(server: EmbeddedServer) -> str | None:
    """How the server ended, if so; its connections are gone a moment before that can be known."""
    for _ in range(25):
        if (said := server.obituary()) is not None:
            return said
        await asyncio.sleep(0.02)
    return None


def compact_grammar(reply: type[BaseModel]) -> str:
    """A grammar of the reply model's JSON without white space, in llguidance's dialect of Lark.

    It follows the schema to the letter: only a model that forbids extra fields gets none.
    """
    schema = reply.model_json_schema() | {"x-guidance": {"whitespace_flexible": False}}
    return f"%llguidance {{}}\nstart: %json {json.dumps(schema)}"


def engine_version() -> str:
    """The engine and its release, as recorded beside its replies."""
    from importlib.metadata import version

    return f"xllamacpp {version('xllamacpp')}"
