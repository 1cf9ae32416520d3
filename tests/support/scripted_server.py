"""A chat-completion server on loopback that plays a script, one act per call, and keeps the calls.

Owns the misbehaviour that real servers show: error statuses, closed connections, silence, replies
of every broken kind. What should come of them is for the tests to say.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message as EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias


@dataclass(frozen=True)
class Call:
    """One request as it came over the wire."""

    path: str
    headers: EmailMessage[str, str]  # looked up in any case
    body: dict[str, Any]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.script.calls.append(Call(self.path, self.headers, json.loads(raw)))
        acts = self.server.script.acts
        act = acts.pop(0) if len(acts) > 1 else acts[0]
        act(self)

    def log_message(self, format: str, *args: Any) -> None:
        del format, args


Act: TypeAlias = Callable[[_Handler], None]


@dataclass
class Script:
    """What to play (the last act again and again) and what was called meanwhile."""

    acts: list[Act]
    url: str = ""
    calls: list[Call] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    script: Script


@contextmanager
def playing(*acts: Act) -> Iterator[Script]:
    """The script, while a server plays it."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.script = script = Script(list(acts), f"http://127.0.0.1:{server.server_port}/v1")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield script
    finally:
        script.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def answer(status: int, body: object, headers: Mapping[str, str] | None = None) -> Act:
    """A JSON body (or the given bytes as HTML) with a status."""

    def act(handler: _Handler) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        handler.send_response(status)
        kind = "text/html" if isinstance(body, bytes) else "application/json"
        for name, value in {"Content-Type": kind, **(headers or {})}.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(raw)))
        handler.end_headers()
        handler.wfile.write(raw)

    return act


def fault(status: int, message: str = "no", *, headers: Any = None, **error: Any) -> Act:
    """An error in OpenAI's form. ``{key}`` in the message becomes the Authorization header."""

    def act(handler: _Handler) -> None:
        said = message.replace("{key}", str(handler.headers.get("Authorization")))
        answer(status, {"error": {"message": said, **error}}, headers)(handler)

    return act


def says(
    content: str | None,
    *,
    finish_reason: str = "stop",
    refusal: str | None = None,
    logprobs: object = None,
    usage: tuple[int, int, int] = (100, 40, 7),
) -> Act:
    """A chat completion; ``usage``: prompt, cached and generated tokens."""
    prompt, cached, generated = usage
    message = {"role": "assistant", "content": content, "refusal": refusal}
    choice = {
        "index": 0,
        "finish_reason": finish_reason,
        "message": message,
        "logprobs": logprobs,
    }
    body = {
        "id": "1",
        "object": "chat.completion",
        "created": 1,
        "model": "served-model",
        "choices": [choice],
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": generated,
            "total_tokens": prompt + generated,
            "prompt_tokens_details": {"cached_tokens": cached},
        },
    }
    return answer(200, body)


def hangs(handler: _Handler) -> None:
    """Silence until the script is over."""
    handler.server.script.over.wait(10)
    handler.close_connection = True


def trickles(handler: _Handler) -> None:
    """A reply that never ends, byte by byte."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    while not handler.server.script.over.wait(0.01):
        try:
            handler.wfile.write(b" ")
        except OSError:
            break
    handler.close_connection = True


def resets(handler: _Handler) -> None:
    """The connection torn down without a word."""
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.connection.close()
    handler.close_connection = True


def stops_halfway(handler: _Handler) -> None:
    """Half of what was announced, then the end."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [')
    handler.close_connection = True
