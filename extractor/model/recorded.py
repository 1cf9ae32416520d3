"""One recorded reply and its line in a file: JSON Lines, appended to by many, rewritten by one.

Owns the format of a line and what makes its reading and writing safe. Which replies are kept and
when they are played back is `responses.py`'s business.
"""

from __future__ import annotations

import json
import logging
import math
import os
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from extractor.errors import InvalidJson, ReplyInvalid
from extractor.extraction import Usage
from extractor.model.exchange import Reply, Request, Token, parse

_DIGITS = 4  # of a log-probability
_LOWEST = -9999.0  # stands for minus infinity, which JSON has not; OpenAI writes the same

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded reply with where it came from; ``recorded`` is the day, in ISO form."""

    key: str
    model: str
    engine: str
    recorded: str
    section: str
    content: str
    finish_reason: str
    tokens: tuple[Token, ...]
    usage: Usage
    served_by: str

    @classmethod
    def of(cls, reply: Reply, request: Request, **origin: str) -> Recorded:
        """The reply to a request as it will be kept; ``origin``: key, model, engine, recorded."""
        return cls(
            section=request.name,
            content=reply.content,
            finish_reason=reply.finish_reason,
            tokens=tuple(map(_rounded, reply.tokens)),
            usage=replace(reply.usage, seconds=round(reply.usage.seconds, 3)),
            served_by=reply.model,
            **origin,
        )

    def reply(self, request: Request, *, replayed: bool = True) -> Reply:
        """The reply, its content parsed anew. Raises `ReplyInvalid` if it no longer fits."""
        try:
            value = parse(request, self.content)
        except (InvalidJson, ReplyInvalid) as error:
            raise ReplyInvalid(f"recorded on {self.recorded}: {error}; or record anew") from None
        return Reply(
            content=self.content,
            value=value,
            tokens=self.tokens,
            usage=self.usage,
            model=self.served_by,
            finish_reason=self.finish_reason,
            replayed=replayed,
        )


def read(path: Path) -> dict[str, Recorded]:
    """The replies in a file by key, none if it is not there; broken lines are told in a warning."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return {}
    found: dict[str, Recorded] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            recorded = _parse(line)
        except (ValueError, TypeError, LookupError):
            where = "the last line" if number == len(lines) else f"line {number}"
            log.warning("%s: %s is broken and was passed over", path, where)
            continue
        found[recorded.key] = recorded
    return found


def append(path: Path, recorded: Recorded) -> None:
    """Add a line in one write, after mending a torn last line; it is on disk when this returns."""
    line = _line(recorded).encode("ascii")
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o666)
    try:
        size = os.fstat(descriptor).st_size
        torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        rest = b"\n" + line if torn else line
        while rest:  # once, unless a signal or a full disk cut the write short
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def rewrite(path: Path, replies: Iterable[Recorded]) -> None:
    """Replace a file's content by these replies, atomically: all of it or nothing."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii", newline="\n") as file:
            file.writelines(map(_line, replies))
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(path.stat().st_mode & 0o777)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _line(recorded: Recorded) -> str:
    values = {name: getattr(recorded, name) for name in Recorded.__slots__}
    values["tokens"] = [[token.text, token.logprob, token.top] for token in recorded.tokens]
    values["usage"] = asdict(recorded.usage)
    return json.dumps(values, separators=(",", ":"), allow_nan=False) + "\n"


def _parse(line: bytes) -> Recorded:
    values: dict[str, Any] = json.loads(line)
    tokens = tuple(
        Token(text, logprob, tuple((other, lower) for other, lower in top))
        for text, logprob, top in values["tokens"]
    )
    return Recorded(**{**values, "tokens": tokens, "usage": Usage(**values["usage"])})


def _rounded(token: Token) -> Token:
    top = tuple((text, _short(logprob)) for text, logprob in token.top)
    return Token(token.text, _short(token.logprob), top)


def _short(logprob: float) -> float:
    return round(max(logprob, _LOWEST), _DIGITS) if math.isfinite(logprob) else _LOWEST
