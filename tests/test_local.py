"""The embedded server, for real, with the small model; and its end, however it comes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from extractor.errors import ContextTooLong, ModelFileError, ModelUnavailable
from extractor.model.client import OpenAIClient
from extractor.model.exchange import Message, Request
from extractor.model.local import (
    EmbeddedClient,
    EmbeddedServer,
    ServerOptions,
    Servers,
    engine_version,
)
from extractor.model.retry import RetryPolicy
from extractor.model.server import check_model_file, physical_cores

ROOT = Path(__file__).parent.parent
TEXT = "The bakery in Lower Street sold 340 loaves — rye, mostly — before noon on Tuesday. " * 8


class Sale(BaseModel):
    """What was sold."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["rye", "wheat", "spelt"]
    loaves: Literal[34, 340] | None
    days: list[Literal["mon", "tue"]] = Field(max_length=2)


def request(question: str = "What was sold?", **options: int) -> Request:
    messages = (
        Message("system", "You answer questions about a text with JSON."),
        Message("user", f"{TEXT}\n\n{question}"),
    )
    return Request("sale", messages, Sale, **({"max_tokens": 150} | options))


@pytest.fixture(scope="module")
def options(smoke_model: Path) -> ServerOptions:
    return ServerOptions(smoke_model, n_ctx=2048, threads=1)  # two would wait for each other


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    servers = Servers()
    yield servers
    servers.stop_all()


@pytest.fixture(scope="module")
def server(options: ServerOptions, servers: Servers) -> EmbeddedServer:
    server = servers.acquire(options)
    server.wait()
    return server


@pytest.fixture
def client(options: ServerOptions, servers: Servers) -> EmbeddedClient:
    return EmbeddedClient("small", options, timeout=120, servers=servers)


def listens(url: str) -> bool:
    parts = urlsplit(url)
    with socket.socket() as probe:
        return probe.connect_ex((str(parts.hostname), parts.port or 0)) == 0


def test_a_reply_holds_to_the_schema_with_log_probabilities_and_a_cached_prefix(
    client: EmbeddedClient, server: EmbeddedServer
) -> None:
    async def run() -> None:
        first = await client.ask(request(top_logprobs=3))
        assert isinstance(first.value, Sale)
        assert "".join(token.text for token in first.tokens) == first.content
        assert all(token.logprob <= 0 for token in first.tokens)
        assert all(len(token.top) == 3 for token in first.tokens)
        assert first.usage.attempts == 1
        assert first.usage.completion_tokens >= len(first.tokens) > 5
        second = await client.ask(request("Where was it sold?"))
        assert second.tokens == ()
        fresh = second.usage.prompt_tokens - second.usage.cached_tokens
        assert second.usage.prompt_tokens > 150
        assert fresh < 30
        again = await client.ask(request("Where was it sold?"))
        assert again.value == second.value

    asyncio.run(run())
    assert server.n_ctx == 2048


def test_compact_replies_have_no_white_space_between_their_parts(
    options: ServerOptions, servers: Servers
) -> None:
    client = EmbeddedClient("small", options, compact=True, timeout=120, servers=servers)
    reply = asyncio.run(client.ask(request(top_logprobs=1)))
    value = reply.value
    assert isinstance(value, Sale)
    assert json.loads(reply.content) == value.model_dump()
    assert reply.content == json.dumps(
        value.model_dump(), separators=(",", ":"), ensure_ascii=False
    )


def test_only_the_right_key_is_let_in_and_only_from_this_machine(server: EmbeddedServer) -> None:
    assert urlsplit(server.base_url).hostname == "127.0.0.1"
    assert len(server.api_key.get_secret_value()) >= 32
    wrong = OpenAIClient("small", server.base_url, SecretStr("wrong"))
    with pytest.raises(ModelUnavailable, match="401"):
        asyncio.run(wrong.ask(request()))
    assert server.api_key.get_secret_value() not in repr(vars(server))


def test_a_prompt_too_long_is_told_with_its_counts_before_it_is_sent(
    client: EmbeddedClient, server: EmbeddedServer
) -> None:
    long = replace(request(), messages=(Message("user", "bread and butter " * 900),))

    async def run() -> None:
        count = await client.prompt_tokens(long)
        assert count > 2048
        assert not await client.fits(long)
        with pytest.raises(ContextTooLong, match=f"{count} prompt tokens and 150 .* of 2048"):
            await client.ask(long)
        # The server's own refusal, should the check be passed by.
        direct = OpenAIClient("small", server.base_url, server.api_key)
        with pytest.raises(ContextTooLong, match=f"{count} tokens of 2048"):
            await direct.ask(long)
        await direct.aclose()

    asyncio.run(run())


def test_what_fits_is_counted_to_the_token(client: EmbeddedClient) -> None:
    async def run() -> None:
        asked = request()
        room = 2048 - await client.prompt_tokens(asked)
        assert await client.fits(replace(asked, max_tokens=room))
        assert not await client.fits(replace(asked, max_tokens=room + 1))
        assert await client.count_tokens("hello") < await client.count_tokens("hello there, baker")
        reply = await client.ask(asked)
        assert reply.usage.prompt_tokens == await client.prompt_tokens(asked)

    asyncio.run(run())


def test_clients_share_a_server_and_several_event_loops(
    options: ServerOptions, servers: Servers, server: EmbeddedServer
) -> None:
    assert servers.acquire(replace(options)) is server
    servers.release(server)
    client = EmbeddedClient("small", options, timeout=120, servers=servers)
    for _ in range(2):
        asyncio.run(client.count_tokens("bread"))
        asyncio.run(client.aclose())
    assert server.alive


def test_another_model_takes_the_place_of_one_nobody_uses(options: ServerOptions) -> None:
    servers = Servers()
    try:
        first = servers.acquire(options)
        second = servers.acquire(replace(options, n_ctx=1024))
        assert first.alive and second.alive
        servers.release(first)
        third = servers.acquire(replace(options, n_ctx=512))
        assert not first.alive
        assert second.alive
        third.wait()
        assert third.n_ctx == 512
    finally:
        servers.stop_all()
    assert not second.alive and not third.alive


def test_a_server_that_died_is_told_and_replaced(options: ServerOptions) -> None:
    servers = Servers()

    async def run() -> None:
        policy = RetryPolicy(attempts=1)
        client = EmbeddedClient("small", options, policy=policy, timeout=60, servers=servers)
        assert await client.count_tokens("bread") > 0
        server = servers.acquire(options)
        assert server.pid is not None
        asking = asyncio.create_task(client.ask(request("Tell it all.", max_tokens=1000)))
        await asyncio.sleep(0.3)
        os.kill(server.pid, signal.SIGKILL)
        with pytest.raises(ModelUnavailable, match=r"signal 9 \(out of memory\?\)"):
            await asking
        assert await client.count_tokens("bread") > 0

    try:
        asyncio.run(run())
    finally:
        servers.stop_all()


def test_a_wish_withdrawn_while_loading_harms_nobody(options: ServerOptions) -> None:
    servers = Servers()

    async def run() -> None:
        clients = [EmbeddedClient("small", options, servers=servers) for _ in range(2)]
        tasks = [asyncio.create_task(client.count_tokens("bread")) for client in clients]
        await asyncio.sleep(0.05)
        tasks[0].cancel()
        assert await tasks[1] > 0
        with pytest.raises(asyncio.CancelledError):
            await tasks[0]

    try:
        asyncio.run(run())
    finally:
        servers.stop_all()


def test_a_context_manager_ends_its_server(
    options: ServerOptions, capfd: pytest.CaptureFixture[str]
) -> None:
    with EmbeddedServer(options) as server:
        assert server.alive
        assert listens(server.base_url)
    assert not server.alive
    assert not listens(server.base_url)
    server.stop()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "is not there: run: extractor model pull"),
        (b"", "is no GGUF model file"),
        (b"PK\x03\x04 something else entirely", "is no GGUF model file"),
        (b"GGUF" + bytes(range(256)) * 40, "cannot be loaded .*run: extractor model verify"),
        (b"GGUF\x03\0\0\0" + bytes(4096), "cannot be loaded .unknown model architecture"),
    ],
)
def test_a_file_that_is_no_model_is_one_clear_line(
    tmp_path: Path, content: bytes | None, says: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "model.gguf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelFileError, match=says) as caught:
        EmbeddedServer(ServerOptions(path)).__enter__()
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_a_model_cut_short_is_told_with_the_engine_s_reason(
    tmp_path: Path, smoke_model: Path
) -> None:
    path = tmp_path / "half.gguf"
    with smoke_model.open("rb") as whole:
        path.write_bytes(whole.read(30_000_000))
    servers = Servers()
    client = EmbeddedClient("half", ServerOptions(path), servers=servers)
    with pytest.raises(ModelFileError, match="corrupted or incomplete"):
        asyncio.run(client.ask(request()))
    servers.stop_all()


def test_an_engine_that_cannot_start_is_told_with_its_reason(
    smoke_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "xllamacpp.py").write_text("raise ImportError('no such engine here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(ModelUnavailable, match=r"no such engine here.*--base-url"):
        EmbeddedServer(ServerOptions(smoke_model)).__enter__()
    (tmp_path / "xllamacpp.py").write_text("import os; os.kill(os.getpid(), 4)")
    with pytest.raises(ModelUnavailable, match=r"signal 4 \(the processor lacks AVX2\?\)"):
        EmbeddedServer(ServerOptions(smoke_model)).__enter__()


def test_the_log_can_be_kept_but_is_not_worth_failing_for(
    options: ServerOptions, tmp_path: Path
) -> None:
    log = tmp_path / "new" / "log"
    with EmbeddedServer(replace(options, log_file=log, n_ctx=100_000)) as server:
        assert server.n_ctx == 8192  # the model's own limit
    assert "n_ctx" in log.read_text()
    with EmbeddedServer(replace(options, log_file=log / "below")) as server:
        assert server.alive


def test_a_folder_is_no_model_file(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="cannot read"):
        check_model_file(tmp_path)


SCRIPT = """
    import asyncio, sys
    from pathlib import Path
    from pydantic import BaseModel
    from extractor.model.exchange import Message, Request
    from extractor.model.local import SERVERS, EmbeddedClient, ServerOptions

    class Reply(BaseModel):
        words: list[str]

    async def main() -> None:
        options = ServerOptions(Path(sys.argv[1]), n_ctx=2048, threads=1)
        client = EmbeddedClient("small", options)
        await client.count_tokens("bread")
        server = SERVERS.acquire(options)
        print(server.pid, server.base_url, flush=True)
        if sys.argv[2] == "ask":
            question = Message("user", "Write down a thousand words.")
            await client.ask(Request("words", (question,), Reply, 1500))

    asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("what", "sent", "code"),
    [
        ("end", None, 0),
        ("ask", signal.SIGINT, -signal.SIGINT),
        ("ask", signal.SIGTERM, -signal.SIGTERM),
        ("ask", signal.SIGKILL, -signal.SIGKILL),
    ],
)
def test_the_server_ends_with_its_process(
    smoke_model: Path, what: str, sent: signal.Signals | None, code: int
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SCRIPT), str(smoke_model), what],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    pid, url = process.stdout.readline().split()
    if sent is not None:
        process.send_signal(sent)
    _, complaint = process.communicate(timeout=20)
    assert process.returncode == code
    assert "Traceback" not in complaint or sent is signal.SIGINT
    assert soon(lambda: ended(int(pid)))
    assert soon(lambda: not listens(url))


def soon(true: Callable[[], bool]) -> bool:
    """Whether it becomes true within seconds: nobody can wait for the child of a dead parent."""
    deadline = time.monotonic() + 10
    while not true() and time.monotonic() < deadline:
        time.sleep(0.01)
    return true()


def ended(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")")[1].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"  # ended, and nobody asked how


def test_the_key_is_in_no_argument_list_and_no_environment(server: EmbeddedServer) -> None:
    for name in ("cmdline", "environ"):
        said = Path(f"/proc/{server.pid}/{name}").read_bytes()
        assert server.api_key.get_secret_value().encode() not in said


def fake_cpus(folder: Path, siblings: dict[int, str], quota: str | None) -> Path:
    for cpu, text in siblings.items():
        topology = folder / f"devices/system/cpu/cpu{cpu}/topology"
        topology.mkdir(parents=True)
        (topology / "thread_siblings_list").write_text(text)
    if quota is not None:
        (folder / "fs/cgroup").mkdir(parents=True)
        (folder / "fs/cgroup/cpu.max").write_text(quota)
    return folder


@pytest.mark.parametrize(
    ("allowed", "quota", "cores"),
    [
        ({0, 1, 2, 3}, None, 2),
        ({0, 2}, "max 100000\n", 1),
        ({0, 1, 8}, None, 3),
        ({0, 1, 8}, "150000 100000\n", 2),
        ({0}, "10000 100000\n", 1),
    ],
)
def test_cores_are_physical_allowed_and_within_the_quota(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    allowed: set[int],
    quota: str | None,
    cores: int,
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: allowed if pid == 0 else set())
    siblings = {0: "0,2", 1: "1,3", 2: "0,2", 3: "1,3"}
    assert physical_cores(fake_cpus(tmp_path, siblings, quota)) == cores


def test_the_engine_is_named_with_its_release() -> None:
    name, release = engine_version().split()
    assert name == "xllamacpp"
    assert release[0].isdigit()
