"""The one seam to a model: a typed request goes out, a validated reply or a typed error comes back.

Owns what is sent (chat completion, JSON schema, log-probabilities), what of a reply is taken over,
and the single re-ask when it does not fit. The types and the judgement are `exchange.py`'s, the
rules of waiting and repeating `retry.py`'s, the embedded server `local.py`'s.

Layers, from the outside in: `OpenAIClient.ask` (re-ask) → instructor (validates; its own retries
are off) → tenacity (repeats what the transport lost) → the OpenAI SDK (its retries are off too).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr, ValidationError

from extractor.errors import (
    ConfigurationError,
    EmptyReply,
    ModelError,
    ModelUnavailable,
    Refused,
    Truncated,
)
from extractor.extraction import Usage
from extractor.model.exchange import (
    Message,
    ModelClient,
    Reply,
    Request,
    Token,
    parse,
    reask,
    response_format,
    tokens_of,
    unfit,
    usage_of,
)
from extractor.model.retry import Cooldown, RetryPolicy, Timing, diagnose, retrying

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types.chat import ChatCompletion

__all__ = [
    "Cooldown",
    "Message",
    "ModelClient",
    "OpenAIClient",
    "Reply",
    "Request",
    "RetryPolicy",
    "Timing",
    "Token",
    "parse",
    "response_format",
    "usage_of",
]

OPENAI_URL = "https://api.openai.com/v1"
_LONGEST_QUOTE = 300  # characters of foreign text in a message


class _Answer(NamedTuple):
    """What came back for one question: the text, why it does not fit if so, and all around it."""

    content: str
    fault: ValidationError | None
    completion: ChatCompletion


class _Connection(NamedTuple):
    """An SDK client and the event loop its sockets belong to."""

    sdk: AsyncOpenAI
    loop: asyncio.AbstractEventLoop


@dataclass(slots=True)
class _Bill:
    """The running cost of one `ask`."""

    prompt: int = 0
    cached: int = 0
    generated: int = 0
    attempts: int = 0

    def add(self, completion: ChatCompletion) -> None:
        if (usage := completion.usage) is None:
            return
        details = usage.prompt_tokens_details
        self.prompt += usage.prompt_tokens or 0
        self.cached += (details.cached_tokens or 0) if details else 0
        self.generated += usage.completion_tokens or 0

    def total(self, seconds: float) -> Usage:
        return Usage(1, self.prompt, self.cached, self.generated, seconds, self.attempts)


class OpenAIClient:
    """A model behind any OpenAI-compatible server: OpenAI, vLLM, Ollama, llama.cpp.

    ``timeout`` is what one call may take, in seconds. Clients of the same server should share a
    ``cooldown``. ``extra_body`` holds a server's own parameters, beyond OpenAI's; ``grammar`` is
    for llama.cpp and writes what is sent in place of the JSON schema. The key is never shown: not
    in ``repr``, nor in an error, nor in a log.
    """

    def __init__(
        self,
        model: str,
        base_url: str | None = None,
        api_key: SecretStr | None = None,
        *,
        timeout: float = 300.0,
        policy: RetryPolicy | None = None,
        cooldown: Cooldown | None = None,
        timing: Timing | None = None,
        extra_body: Mapping[str, Any] | None = None,
        grammar: Callable[[type[BaseModel]], str] | None = None,
    ) -> None:
        self.name = model
        self.base_url = base_url or OPENAI_URL
        self.policy = policy or RetryPolicy()
        self.cooldown = cooldown or Cooldown(timing)
        self._key = api_key or SecretStr("")
        self._timeout = timeout
        self._timing = timing or Timing()
        self._extra_body = dict(extra_body or {})
        self._grammar = grammar
        self._connection: _Connection | None = None
        if urlsplit(self.base_url).scheme not in ("http", "https"):
            raise ConfigurationError("the base URL must begin with http:// or https://")
        # An HTTP library would quote a key it cannot send in its error.
        if not all("!" <= character <= "~" for character in self._key.get_secret_value()):
            raise ConfigurationError(
                "the API key holds a space, a line break or a character outside ASCII: copy it anew"
            )

    def __repr__(self) -> str:
        return f"OpenAIClient(model={self.name!r}, base_url={self.base_url!r})"

    async def ask(self, request: Request) -> Reply:
        """The validated reply; one that does not fit is asked for once more, with the reason.

        Raises `Truncated`, `Refused`, `EmptyReply`, `InvalidJson`, `ReplyInvalid`,
        `ContextTooLong` or `ModelUnavailable`; `usage_of` tells what that cost.
        """
        bill, began = _Bill(), self._timing.clock()
        try:
            answer = await self._exchange(request, request.messages, bill)
            if answer.fault is not None:
                turns = (*request.messages, *reask(answer.content, answer.fault))
                answer = await self._exchange(request, turns, bill)
            if answer.fault is not None:
                raise unfit(request, answer.fault)
            # Not instructor's object: that is of a subclass it makes for each call.
            value = parse(request, answer.content)
        except ModelError as error:
            error.__dict__["usage"] = bill.total(self._timing.clock() - began)
            raise
        return Reply(
            content=answer.content,
            value=value,
            tokens=tokens_of(answer.completion, answer.content),
            usage=bill.total(self._timing.clock() - began),
            model=answer.completion.model or self.name,
            finish_reason=answer.completion.choices[0].finish_reason or "stop",
        )

    async def aclose(self) -> None:
        """Close the connections."""
        connection, self._connection = self._connection, None
        if connection is not None and connection.loop is asyncio.get_running_loop():
            await connection.sdk.close()

    async def _exchange(
        self, request: Request, messages: tuple[Message, ...], bill: _Bill
    ) -> _Answer:
        """One question and what instructor makes of the reply to it."""
        import instructor
        from instructor.core import InstructorRetryException

        received: list[tuple[str, ChatCompletion]] = []

        async def send(**arguments: Any) -> ChatCompletion:
            # Instructor leaves out "strict" and describes the subclass it makes of the model.
            arguments |= {"response_format": response_format(request.reply)}
            if self._grammar is not None:
                del arguments["response_format"]
                grammar = {"grammar": self._grammar(request.reply)}
                arguments["extra_body"] = {**self._extra_body, **grammar}
            completion = await self._send(arguments, bill)
            bill.add(completion)
            received.append((self._content(request, completion), completion))
            return completion

        create: Any = instructor.patch(create=send, mode=instructor.Mode.JSON_SCHEMA)
        arguments = self._arguments(request, messages)
        try:
            await create(response_model=request.reply, max_retries=0, strict=True, **arguments)
        except InstructorRetryException as wrapped:
            if isinstance(wrapped.__cause__, ValidationError):
                return _Answer(received[-1][0], wrapped.__cause__, received[-1][1])
            raise (wrapped.__cause__ or wrapped) from None
        return _Answer(received[-1][0], None, received[-1][1])

    async def _send(self, arguments: Mapping[str, Any], bill: _Bill) -> ChatCompletion:
        """The completion, after as many calls as the policy allows."""
        from openai import OpenAIError, Timeout
        from openai.types.chat import ChatCompletion

        sdk, clock, began, calls = self._sdk(), self._timing.clock, self._timing.clock(), 0

        async def call() -> ChatCompletion:
            nonlocal calls
            await self.cooldown.wait()
            limit = min(self._timeout, self.policy.total_seconds - (clock() - began))
            if limit <= 0:
                raise TimeoutError
            calls += 1
            # The SDK's limits are between two bytes; the outer one is for the whole call.
            async with asyncio.timeout(limit):
                completion: ChatCompletion = await sdk.chat.completions.create(
                    **arguments, timeout=Timeout(limit, connect=min(10.0, limit))
                )
            return completion

        completion: ChatCompletion | None = None
        try:
            completion = await retrying(self.policy, self._timing, self.cooldown, began)(call)
        except (OpenAIError, TimeoutError) as error:
            # "from None": the cause's own text may repeat what was sent, the key included.
            raise diagnose(error, calls, clock() - began, self._say) from None
        except ValueError:
            pass  # not JSON, though the server called it that
        finally:
            bill.attempts += calls
        if not isinstance(completion, ChatCompletion) or not isinstance(completion.choices, list):
            raise ModelUnavailable("the server's answer is no chat completion: check the base URL")
        return completion

    def _content(self, request: Request, completion: ChatCompletion) -> str:
        """The text of a reply that came through whole. Raises the type that says why it did not."""
        here = f"section {request.name!r}"
        choice = completion.choices[0] if completion.choices else None
        message = choice.message if choice else None
        if choice is None or message is None:
            raise EmptyReply(f"{here}: the model sent no reply: ask again or choose another model")
        if message.refusal or choice.finish_reason == "content_filter":
            said = f" ({self._say(message.refusal)})" if message.refusal else ""
            raise Refused(f"{here}: the model declined to answer{said}: choose another model")
        if choice.finish_reason == "length":
            raise Truncated(
                f"{here}: the reply was cut at {request.max_tokens} tokens: "
                "allow more of them or ask for less"
            )
        if not (message.content or "").strip():
            raise EmptyReply(f"{here}: the model sent no text: ask again or choose another model")
        return message.content or ""

    def _say(self, text: str) -> str:
        """Foreign text made fit for a message: secrets out, one line, not too long."""
        key = self._key.get_secret_value()
        text = " ".join((text.replace(key, "***") if key else text).split())
        return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"

    def _arguments(self, request: Request, messages: tuple[Message, ...]) -> dict[str, Any]:
        """The call, all but the response format; what was not asked for is left out."""
        # OpenAI's newer models know only the new name of the limit, many servers only the old.
        official = urlsplit(self.base_url).hostname == urlsplit(OPENAI_URL).hostname
        arguments: dict[str, Any] = {
            "model": self.name,
            "messages": [{"role": turn.role, "content": turn.content} for turn in messages],
            "max_completion_tokens" if official else "max_tokens": request.max_tokens,
            "temperature": request.temperature,
        }
        if request.seed is not None:
            arguments["seed"] = request.seed
        if request.top_logprobs:
            arguments |= {"logprobs": True, "top_logprobs": request.top_logprobs}
        if self._extra_body:
            arguments["extra_body"] = self._extra_body
        return arguments

    def _sdk(self) -> AsyncOpenAI:
        """The SDK client of the running loop; a loop that has ended took its sockets along."""
        loop = asyncio.get_running_loop()
        if self._connection is None or self._connection.loop is not loop:
            self._connection = _Connection(self._connect(), loop)
        return self._connection.sdk

    def _connect(self) -> AsyncOpenAI:
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient

        # Instructor logs what we raise as typed errors; without a handler it lands on stderr.
        if not (foreign := logging.getLogger("instructor")).handlers:
            foreign.addHandler(logging.NullHandler())
        host = urlsplit(self.base_url).hostname or ""
        loopback = host in ("localhost", "::1") or host.startswith("127.")
        return AsyncOpenAI(
            base_url=self.base_url,
            api_key=self._key.get_secret_value() or "none",  # the SDK insists on one
            max_retries=0,
            # A proxy from the environment cannot reach this machine's loopback.
            http_client=DefaultAsyncHttpxClient(trust_env=False) if loopback else None,
        )
