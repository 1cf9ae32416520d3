"""What goes between the sections and a model: requests, replies, and whether a reply fits.

Owns the types that `plan.py` fills, `client.py` sends and `responses.py` keeps, the wire form of a
reply's schema, and the judgement of its text. It sends nothing itself.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

from pydantic import BaseModel, ValidationError

from extractor.errors import InvalidJson, ModelError, ReplyInvalid
from extractor.extraction import Usage

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion

REASK = (
    "Your reply cannot be used: {reason}. "
    "Reply again to the same question, with JSON only, and with that put right."
)
_MOST_FAULTS = 5  # told in one message


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a model, for one section of a schema.

    ``reply.model_json_schema()`` is what the server is held to. ``top_logprobs`` asks for that many
    alternatives of every token; 0 asks for no log-probabilities. ``repeat`` tells apart requests
    that are otherwise the same; a server never sees it, nor ``name``.
    """

    name: str
    messages: tuple[Message, ...]
    reply: type[BaseModel]
    max_tokens: int
    temperature: float = 0.0
    seed: int | None = 0
    top_logprobs: int = 0
    repeat: int = 0


@dataclass(frozen=True, slots=True)
class Token:
    """One generated token: text, natural log of its probability, and the likeliest alternatives.

    The texts of a reply's tokens join to its content (a code fence around it is left out), where
    the bytes of a character split over several tokens count to the last of them. llama.cpp reports
    the model's own probabilities, before the JSON schema has ruled out what does not fit.
    """

    text: str
    logprob: float
    top: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply that fits: ``value`` is an instance of the request's ``reply`` model.

    ``usage`` is what the whole request cost, re-ask and failed attempts included; of a replayed
    reply, what it had cost when it was recorded.
    """

    content: str
    value: BaseModel
    tokens: tuple[Token, ...]
    usage: Usage
    model: str
    finish_reason: str = "stop"
    replayed: bool = False


class ModelClient(Protocol):
    """Anything that answers requests. ``name`` is the model's name in records and hashes."""

    @property
    def name(self) -> str: ...

    async def ask(self, request: Request) -> Reply:
        """The reply to one request. Raises a `ModelError` when there is no usable one."""
        ...

    async def aclose(self) -> None:
        """Let go of connections; the client may be asked again afterwards."""
        ...


def response_format(reply: type[BaseModel]) -> dict[str, Any]:
    """The wire form of a reply model: its own JSON schema, strict."""
    schema = {"name": reply.__name__, "strict": True, "schema": reply.model_json_schema()}
    return {"type": "json_schema", "json_schema": schema}


def parse(request: Request, content: str) -> BaseModel:
    """The content as the request's reply model. Raises `InvalidJson` or `ReplyInvalid`."""
    try:
        return request.reply.model_validate_json(content, strict=True)
    except ValidationError as error:
        raise unfit(request, error) from None


def tokens_of(completion: ChatCompletion, content: str) -> tuple[Token, ...]:
    """The tokens that make up the content, without what a server cut off around it."""
    logprobs = completion.choices[0].logprobs
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    tokens = [
        Token(
            text=token.token if token.bytes is None else decoder.decode(bytes(token.bytes)),
            logprob=token.logprob,
            top=tuple((other.token, other.logprob) for other in token.top_logprobs or ()),
        )
        for token in (logprobs.content if logprobs else None) or ()
    ]
    start = "".join(token.text for token in tokens).find(content)
    if start < 0:
        return tuple(tokens)
    kept, here = [], -start  # where the token begins in the content
    for token in tokens:
        text = token.text[max(0, -here) : max(0, len(content) - here)]
        if text or (not token.text and 0 <= here < len(content)):
            kept.append(replace(token, text=text))
        here += len(token.text)
    return tuple(kept)


def usage_of(error: ModelError) -> Usage:
    """What a failed request cost, as far as a client noted it on the error."""
    usage = error.__dict__.get("usage")
    return usage if isinstance(usage, Usage) else Usage()


def unfit(request: Request, error: ValidationError) -> InvalidJson | ReplyInvalid:
    """The error that says why a reply does not fit its schema."""
    here, reason = f"section {request.name!r}", _reason(error)
    if error.errors(include_url=False)[0]["type"] == "json_invalid":
        return InvalidJson(f"{here}: the reply is not JSON ({reason}): choose another model")
    return ReplyInvalid(f"{here}: the reply does not fit ({reason}): choose another model")


def reask(content: str, error: ValidationError) -> tuple[Message, Message]:
    """The turns that send an unfit reply back with the reason; they go after the messages."""
    question = REASK.format(reason=_reason(error))
    return Message("assistant", content), Message("user", question)


def _reason(error: ValidationError) -> str:
    """What is wrong and where, in one line, without the values."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    shown = [
        f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" if fault["loc"] else fault["msg"]
        for fault in faults[:_MOST_FAULTS]
    ]
    if len(faults) > _MOST_FAULTS:
        shown.append(f"and {len(faults) - _MOST_FAULTS} more")
    return "; ".join(shown)
