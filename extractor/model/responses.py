"""Recorded replies: kept once, played back for exactly the same request.

Owns the identity of a request (`request_key`), the store, and the client that puts it before a
model. Only replies that fit are kept: an error, a refusal or a cut reply is never played back.
What a line of a file holds is `recorded.py`'s business, what a request is `exchange.py`'s.

A store is a folder with one JSON Lines file per model, meant to be committed. Lines are appended
in one write under a lock, so that several processes may record at once; of lines with the same key
the last counts. A line torn by a crash is passed over and told in a warning.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Literal, TypeAlias

from extractor.errors import ConfigurationError, NotRecorded
from extractor.model.exchange import ModelClient, Reply, Request
from extractor.model.recorded import Recorded, append, read, rewrite

FORMAT_VERSION = 1
"""Part of every key: raise it when old recordings must not be played back any more."""

Mode: TypeAlias = Literal["auto", "replay", "live", "off"]


def request_key(request: Request, model_name: str, variant: str = "") -> str:
    """64 hexadecimal digits that identify a request to a model, as SHA-256 of canonical JSON.

    They cover the format version, model, messages, reply schema (in the order of its fields, which
    is the order of writing), parameters and repeat number; not the section's name. ``variant``
    names whatever else changes replies, such as a way of sampling.
    """
    canonical = {
        "format": FORMAT_VERSION,
        "model": model_name,
        "variant": variant,
        "messages": [[turn.role, turn.content] for turn in request.messages],
        "schema": [request.reply.__name__, request.reply.model_json_schema()],
        "max_tokens": request.max_tokens,
        "temperature": float(request.temperature),
        "seed": request.seed,
        "top_logprobs": request.top_logprobs,
        "repeat": request.repeat,
    }
    text = json.dumps(canonical, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


class ResponseStore:
    """The recorded replies in a folder, read when first asked for.

    What other processes append after that is not seen; it is not lost either.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._files: dict[Path, dict[str, Recorded]] = {}

    def path(self, model_name: str) -> Path:
        """The file of a model's replies. Names that look the same in a file name stay apart."""
        slug = re.sub(r"[^a-z0-9._-]+", "-", model_name.lower()).strip("-.") or "model"
        if slug != model_name:
            slug += "-" + hashlib.sha256(model_name.encode()).hexdigest()[:8]
        return self.directory / f"{slug}.jsonl"

    def get(self, model_name: str, key: str) -> Recorded | None:
        """The reply recorded last under this key, if any."""
        return self._load(self.path(model_name)).get(key)

    def put(self, recorded: Recorded) -> None:
        """Append a reply; it is on disk when this returns."""
        path = self.path(recorded.model)
        known = self._load(path)
        with self._locked():
            append(path, recorded)
        known[recorded.key] = recorded

    def prune(self, keep: Collection[str], model_name: str | None = None) -> int:
        """Drop every reply whose key is not in ``keep``; returns how many went.

        Rewrites the files sorted by key, each key once, so that differences stay small: the file of
        one model, or of all. What other processes appended meanwhile is judged as well.
        """
        wanted, dropped = frozenset(keep), 0
        if not self.directory.is_dir():
            return 0
        paths = [self.path(model_name)] if model_name else sorted(self.directory.glob("*.jsonl"))
        with self._locked():
            for path in (path for path in paths if path.is_file()):
                found = read(path)
                kept = {key: found[key] for key in sorted(found) if key in wanted}
                rewrite(path, kept.values())
                self._files[path] = kept
                dropped += len(found) - len(kept)
        return dropped

    def _load(self, path: Path) -> dict[str, Recorded]:
        if path not in self._files:
            with self._in_clear_words():
                self._files[path] = read(path)
        return self._files[path]

    @contextmanager
    def _locked(self) -> Iterator[None]:
        from filelock import FileLock

        # Not in the folder, which is committed; the same file for every process of a user.
        name = hashlib.sha256(str(self.directory.resolve()).encode()).hexdigest()[:16]
        user = os.getuid() if hasattr(os, "getuid") else ""
        lock = Path(tempfile.gettempdir()) / f"extractor-{user}-{name}.lock"
        with self._in_clear_words():
            self.directory.mkdir(parents=True, exist_ok=True)
            with FileLock(lock):
                yield

    @contextmanager
    def _in_clear_words(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ConfigurationError(
                f"cannot use the recorded replies in {self.directory} "
                f"({error.strerror or error}): choose another folder or turn recording off"
            ) from error


class RecordingClient:
    """A `ModelClient` that looks into a store before it asks a model, and keeps what it is told.

    ``mode``: *auto* replays what is recorded and asks and records the rest; *replay* never asks;
    *live* asks and records everything; *off* asks only. ``factory`` makes the model's client when
    it is first needed, so that replaying needs no model. ``engine`` names what runs the model.
    """

    def __init__(
        self,
        name: str,
        factory: Callable[[], ModelClient],
        store: ResponseStore,
        mode: Mode = "auto",
        *,
        engine: str = "",
        variant: str = "",
        today: Callable[[], date] = date.today,
    ) -> None:
        self.name = name
        self.mode = mode
        self.replayed = 0
        self.recorded = 0
        self._factory = factory
        self._store = store
        self._engine = engine
        self._variant = variant
        self._today = today
        self._inner: ModelClient | None = None
        self._used: set[str] = set()

    @property
    def used_keys(self) -> frozenset[str]:
        """The keys of all requests answered so far, for `ResponseStore.prune`."""
        return frozenset(self._used)

    async def ask(self, request: Request) -> Reply:
        """The recorded or the model's reply. Raises `NotRecorded`, or what the model's client does.

        A reply just recorded is returned as it will be replayed, log-probabilities rounded.
        """
        if self.mode == "off":
            return await self._model().ask(request)
        key = request_key(request, self.name, self._variant)
        if self.mode != "live" and (known := self._store.get(self.name, key)) is not None:
            reply = known.reply(request)
            self.replayed += 1
        elif self.mode == "replay":
            raise NotRecorded(
                f"section {request.name!r}: no reply of {self.name} is recorded for this request "
                f"in {self._store.directory}: run once without replay-only to record it"
            )
        else:
            fresh = Recorded.of(
                await self._model().ask(request),
                request,
                key=key,
                model=self.name,
                engine=self._engine,
                recorded=self._today().isoformat(),
            )
            self._store.put(fresh)
            reply = fresh.reply(request, replayed=False)
            self.recorded += 1
        self._used.add(key)
        return reply

    async def aclose(self) -> None:
        """Close the model's client, if one was made."""
        if self._inner is not None:
            await self._inner.aclose()

    def _model(self) -> ModelClient:
        if self._inner is None:
            self._inner = self._factory()
        return self._inner
