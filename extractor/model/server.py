"""The life of one embedded llama.cpp server: launched, loaded, answering, ended.

Owns the child process on loopback (random port, random key) and what went wrong with it. Who needs
which server when is `local.py`'s business; the child's own code is `llama_server.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import os
import re
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any, Literal
from urllib.request import ProxyHandler, build_opener
from urllib.request import Request as HttpRequest

from pydantic import SecretStr

from extractor.errors import ModelFileError, ModelUnavailable

_LOAD_SECONDS = 300.0  # a large model from a slow disk
_GGUF = b"GGUF"


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How to run a model. Two equal ones share a server.

    ``n_ctx`` is the context in tokens, prompt and reply together, shared by ``n_parallel`` slots;
    the model's own limit caps it. ``threads`` None means one per physical core at hand.
    ``cache_ram_mib`` bounds the memory for prompts of earlier requests. ``speculation`` names
    llama.cpp's way of guessing tokens from the prompt.
    """

    model: Path
    n_ctx: int = 8192
    n_parallel: int = 1
    threads: int | None = None
    cache_ram_mib: int = 512
    speculation: (
        Literal["ngram-simple", "ngram-map-k", "ngram-map-k4v", "ngram-mod", "ngram-cache"] | None
    ) = None
    slot_save_path: Path | None = None
    log_file: Path | None = None


class EmbeddedServer:
    """A running server, as a context manager or between `start` and `stop`.

    ``base_url`` (for an OpenAI client), ``api_key`` and ``n_ctx`` (tokens per slot, as the server
    sets it) hold once `wait` or `ready` has returned.
    """

    def __init__(self, options: ServerOptions) -> None:
        self.options = options
        self.api_key = SecretStr(secrets.token_urlsafe(32))
        self.n_ctx = options.n_ctx
        self._address: str | None = None
        self._error: str | None = None
        self._settled = threading.Event()
        self._process: subprocess.Popen[str] | None = None
        self._log: IO[str] | None = None
        self._owner = os.getpid()

    def __enter__(self) -> EmbeddedServer:
        self.start()
        try:
            self.wait()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    @property
    def base_url(self) -> str:
        return f"{self._address}/v1"

    @property
    def pid(self) -> int | None:
        """The child's process id, or None before the start."""
        return self._process.pid if self._process else None

    @property
    def alive(self) -> bool:
        """Whether the child runs, be it ready or still loading."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Launch the child; it loads by itself. Raises `ModelFileError` for lack of a GGUF file."""
        check_model_file(self.options.model)
        script = str(Path(__file__).with_name("llama_server.py"))
        try:
            self._log = _open_log(self.options.log_file)
            self._process = subprocess.Popen(
                # -P: the script's folder must not stand before the libraries.
                [sys.executable, "-P", script],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                text=True,
                start_new_session=True,  # Ctrl-C is the parent's to handle
            )
        except OSError as error:
            raise ModelUnavailable(
                f"cannot start the embedded model ({error}): mend that, or use --base-url"
            ) from None
        # A thread of its own, so that no waiter, cancelled or not, can hold up the others.
        threading.Thread(target=self._settle, name="llama-server", daemon=True).start()

    def wait(self) -> None:
        """Block until the model is loaded. Raises `ModelFileError` or `ModelUnavailable`."""
        self._settled.wait(_LOAD_SECONDS)
        self._check()

    async def ready(self) -> None:
        """As `wait`, for coroutines."""
        deadline = time.monotonic() + _LOAD_SECONDS
        while not self._settled.is_set() and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        self._check()

    def stop(self) -> None:
        """End the child at once, whatever it is doing. Can be called more than once."""
        if self._process is not None and os.getpid() == self._owner:  # a fork inherits us
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._log):
                if pipe is not None:
                    with contextlib.suppress(OSError):  # nobody reads what was still to be written
                        pipe.close()

    def call(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """What the server answers to a GET, or to a POST of ``body``, outside the OpenAI API."""
        request = HttpRequest(
            f"{self._address}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.api_key.get_secret_value()}",
                "Content-Type": "application/json",
            },
        )
        try:
            with build_opener(ProxyHandler({})).open(request, timeout=60) as answer:
                return json.load(answer)
        except (OSError, HTTPException, ValueError) as error:
            raise ModelUnavailable(f"{self.obituary() or error}: run the command again") from None

    def obituary(self) -> str | None:
        """How the child ended, or None while it runs."""
        code = self._process.poll() if self._process else None
        if code is None:
            return None
        fate = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
        hint = {-9: " (out of memory?)", -4: " (the processor lacks AVX2?)"}.get(code, "")
        return f"the embedded model's process {fate}{hint}"

    def _settle(self) -> None:
        """Hand the parameters over and take the answer; runs in a thread until the model is up."""
        process = self._process
        assert process is not None and process.stdin is not None and process.stdout is not None
        said = ""
        try:
            with contextlib.suppress(OSError), process.stdout as answers:
                process.stdin.write(f"{json.dumps(self._parameters())}\n")
                process.stdin.flush()
                said = answers.readline()
            if not said:  # the child died; soon its exit code can be had
                process.wait(10)
                return
            answer = json.loads(said)
            self._error, self._address = answer.get("error"), answer.get("address")
            if self._address is not None:
                self.n_ctx = self.call("/slots")[0]["n_ctx"]
        except Exception as error:  # a thread's own would only be printed; the waiters raise it
            self._error = f"{type(error).__name__}: {error}"
        finally:
            self._settled.set()

    def _parameters(self) -> dict[str, Any]:
        options = self.options
        return {
            "model": str(options.model),
            "alias": options.model.stem,
            "key": self.api_key.get_secret_value(),
            "n_ctx": options.n_ctx,
            "n_parallel": options.n_parallel,
            "threads": options.threads or physical_cores(),
            "cache_ram_mib": options.cache_ram_mib,
            "speculation": options.speculation,
            "slot_save_path": str(options.slot_save_path or ""),
        }

    def _check(self) -> None:
        if not self._settled.is_set():
            self.stop()
            raise ModelUnavailable(
                f"{self.options.model.name} was not loaded within {_LOAD_SECONDS:.0f} s: "
                "choose a smaller model"
            )
        if self._error is None and self._address is not None:
            return
        if said := self._in_log(r"error loading model: (.{1,200})"):
            raise ModelFileError(
                f"{self.options.model} cannot be loaded ({said}): run: extractor model verify"
            )
        said = self._error or self.obituary() or "no answer"
        if last := self._in_log(r"(?s:.*)\d E (.{1,200})"):
            said = f"{said}; {last}"
        raise ModelUnavailable(
            f"the embedded model did not start ({said}): choose a smaller model or context size, "
            "or a server with --base-url"
        )

    def _in_log(self, pattern: str) -> str | None:
        """What the engine said about something, in its own words."""
        with contextlib.suppress(OSError, ValueError):  # closed already
            assert self._log is not None
            self._log.seek(0)
            if said := re.search(pattern, self._log.read()):
                return said[1]
        return None


def _open_log(path: Path | None) -> IO[str]:
    if path is not None:
        with contextlib.suppress(OSError):  # a log is not worth failing for
            path.parent.mkdir(parents=True, exist_ok=True)
            return path.open("w+", errors="replace")
    return tempfile.TemporaryFile("w+", errors="replace")


def check_model_file(path: Path) -> None:
    """Raise `ModelFileError` unless the path is a readable file that begins like a GGUF file."""
    try:
        with path.open("rb") as file:
            magic = file.read(len(_GGUF))
    except FileNotFoundError:
        raise ModelFileError(f"{path} is not there: run: extractor model pull") from None
    except OSError as error:
        raise ModelFileError(f"cannot read the model {path} ({error.strerror})") from None
    if magic != _GGUF:
        raise ModelFileError(f"{path} is no GGUF model file: run: extractor model pull")


def physical_cores(sysfs: Path = Path("/sys")) -> int:
    """Cores this process may use, at least 1: of its affinity, without hyper-threads, within quota.

    Two threads on one core, or more threads than a container's CPU quota, make llama.cpp slower.
    """
    affinity = getattr(os, "sched_getaffinity", None)
    cpus = affinity(0) if affinity else range(os.cpu_count() or 1)
    siblings = set()
    for cpu in cpus:
        topology = sysfs / f"devices/system/cpu/cpu{cpu}/topology/thread_siblings_list"
        try:
            siblings.add(topology.read_text(encoding="ascii"))
        except OSError:
            siblings.add(str(cpu))
    try:
        quota, period = (sysfs / "fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        allowed = math.ceil(int(quota) / int(period))
    except (OSError, ValueError):  # no cgroup, or "max"
        allowed = len(siblings)
    return max(1, min(len(siblings), allowed))
