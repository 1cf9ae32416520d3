"""When to ask a server again, and how long to wait first.

Owns the rules of the only retry layer (tenacity's): which failures may pass by themselves, how
long to wait, when to give up, and the cool-down that concurrent tasks share after a 429. It knows
failures of the transport only; what a reply's content is worth is `client.py`'s business.
"""

from __future__ import annotations

import asyncio
import math
import random
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from extractor.errors import ContextTooLong, ModelError, ModelUnavailable

if TYPE_CHECKING:
    from openai import APIStatusError
    from tenacity import AsyncRetrying, RetryCallState

RETRIED = frozenset({408, 409, 429})
"""The client errors that may pass by themselves; every 5xx may too."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How stubborn to be. Times are in seconds; ``attempts`` counts the first call too.

    The wait before attempt n+1 is drawn from the upper half of ``first_wait * 2**(n-1)``, which is
    at most ``longest_wait``. A server's own wish (Retry-After) goes first, up to
    ``longest_retry_after``. ``total_seconds`` covers calls, waits and cool-downs of one exchange.
    """

    attempts: int = 4
    total_seconds: float = 900.0
    first_wait: float = 0.5
    longest_wait: float = 30.0
    longest_retry_after: float = 120.0


@dataclass(frozen=True, slots=True)
class Timing:
    """The clocks, the sleep and the dice, so that a test can bring its own.

    ``clock`` gives monotonic seconds, ``now`` an aware datetime, ``draw`` a number in [0, 1).
    """

    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    draw: Callable[[], float] = random.random


class Cooldown:
    """One pause for all tasks that ask the same server, imposed by whichever was told to slow down.

    Waiters come back spread over ``spread`` seconds, lest they knock all at once.
    """

    def __init__(self, timing: Timing | None = None, spread: float = 0.5) -> None:
        self._timing = timing or Timing()
        self._spread = spread
        self._until = -math.inf

    @property
    def remaining(self) -> float:
        """Seconds until asking is welcome again; 0 when it is now."""
        return max(0.0, self._until - self._timing.clock())

    def impose(self, seconds: float) -> None:
        """Ask everybody to wait so long from now; a longer pause already in force stays."""
        self._until = max(self._until, self._timing.clock() + seconds)

    async def wait(self) -> None:
        """Return once the pause is over, also when it was prolonged meanwhile."""
        while (left := self.remaining) > 0:
            await self._timing.sleep(left + self._spread * self._timing.draw())


def retrying(
    policy: RetryPolicy, timing: Timing, cooldown: Cooldown, started: float
) -> AsyncRetrying:
    """Tenacity set to the policy; ``started`` is when the total time began to run, by the clock.

    The last failure is raised as it is. A wait that would end after the total time is not begun.
    """
    from tenacity import AsyncRetrying, retry_if_exception

    def wait(state: RetryCallState) -> float:
        error = _failure(state)
        asked = retry_after(_headers(error), timing.now())
        if asked is None:
            ceiling = policy.first_wait * 2.0 ** (state.attempt_number - 1)
            seconds = min(policy.longest_wait, ceiling) * (0.5 + 0.5 * timing.draw())
        else:
            seconds = min(policy.longest_retry_after, asked)
        if _status(error) == 429:
            cooldown.impose(seconds)
        return seconds

    def stop(state: RetryCallState) -> bool:
        over = timing.clock() - started + state.upcoming_sleep >= policy.total_seconds
        return over or state.attempt_number >= policy.attempts

    return AsyncRetrying(
        sleep=timing.sleep,
        wait=wait,
        stop=stop,
        retry=retry_if_exception(is_transient),
        reraise=True,
    )


def is_transient(error: BaseException) -> bool:
    """Whether the same request may fare better later."""
    from openai import APIConnectionError, APIStatusError

    if isinstance(error, APIStatusError):
        if error.code == "insufficient_quota":  # comes as 429, and lasts until somebody pays
            return False
        return error.status_code in RETRIED or error.status_code >= 500
    return isinstance(error, (APIConnectionError, TimeoutError))


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds the server asks to wait (retry-after-ms, or Retry-After in seconds or as a date).

    None when it asks for nothing, for nonsense, or for a time that has passed.
    Source: RFC 9110, section 10.2.3; retry-after-ms is the habit of OpenAI and Azure.
    """
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers[name]) * unit
        except (KeyError, ValueError):
            continue
        return seconds if math.isfinite(seconds) and seconds > 0 else None
    try:
        then = parsedate_to_datetime(headers["retry-after"])
    except (KeyError, ValueError):
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    seconds = (then - now).total_seconds()
    return seconds if seconds > 0 else None


def diagnose(
    error: Exception, attempts: int, seconds: float, say: Callable[[str], str]
) -> ModelError:
    """The error to raise for the last failure of an exchange: its cause and what to do next.

    ``say`` makes foreign text fit for a message (secrets out, one line, not too long).
    """
    from openai import APIStatusError

    if not isinstance(error, APIStatusError):
        cause = "no reply in time" if is_timeout(error) else f"no connection ({say(_root(error))})"
        advice = "check the base URL, the network and the timeout"
        return ModelUnavailable(f"{cause} after {_effort(attempts, seconds)}: {advice}")
    body = error.body if isinstance(error.body, dict) else {}
    said = say(str(body.get("message") or error.message))
    if too_long := _context_counts(error):
        return ContextTooLong(
            f"the request does not fit in the model's context ({too_long}): "
            "shorten the article or choose a larger context size"
        )
    if is_transient(error):
        tried = _effort(attempts, seconds)
        return ModelUnavailable(
            f"the server answered {error.status_code} to the end of {tried} ({said}): "
            "try again later, or with fewer articles at once"
        )
    return ModelUnavailable(f"the server refused: {error.status_code} ({said}): {_advice(error)}")


def is_timeout(error: BaseException) -> bool:
    """Whether the failure is that time ran out, ours or the SDK's."""
    from openai import APITimeoutError

    return isinstance(error, (APITimeoutError, TimeoutError))


def _advice(error: APIStatusError) -> str:
    if error.code == "insufficient_quota":
        return "check the plan and billing of the account"
    by_status = {
        401: "check the API key",
        403: "check that the API key may use this model",
        404: "check the model name and the base URL",
    }
    return by_status.get(
        error.status_code, "check that the model takes JSON schemas and these settings"
    )


def _context_counts(error: APIStatusError) -> str | None:
    """Which counts the server gave if it says the prompt is too long, else None."""
    body = error.body if isinstance(error.body, dict) else {}
    if error.type == "exceed_context_size_error":  # llama.cpp
        return f"{body.get('n_prompt_tokens', '?')} tokens of {body.get('n_ctx', '?')}"
    # OpenAI has a code for it; vLLM and others copied the sentence without the code.
    said = re.search(r"maximum context length (?:is|of) (\d+)", error.message)
    if error.status_code == 400 and (error.code == "context_length_exceeded" or said):
        asked = re.search(r"(?:resulted in|requested|contains?|have) (\d+)", error.message)
        return f"{asked[1] if asked else '?'} tokens of {said[1] if said else '?'}"
    return None


def _effort(attempts: int, seconds: float) -> str:
    return f"{attempts} attempt{'' if attempts == 1 else 's'} in {seconds:.0f} s"


def _failure(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def _headers(error: BaseException | None) -> Mapping[str, str]:
    from openai import APIStatusError

    return error.response.headers if isinstance(error, APIStatusError) else {}


def _status(error: BaseException | None) -> int | None:
    from openai import APIStatusError

    return error.status_code if isinstance(error, APIStatusError) else None


def _root(error: BaseException) -> str:
    """The innermost cause's own words: the SDK's are only "Connection error."."""
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error) or type(error).__name__
