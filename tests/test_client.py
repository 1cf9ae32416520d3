"""The seam to a model, against a server that plays every failure; and the rules of waiting."""

from __future__ import annotations

import asyncio
import logging
import socket
import traceback
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from extractor.errors import (
    ConfigurationError,
    ContextTooLong,
    EmptyReply,
    InvalidJson,
    ModelError,
    ModelUnavailable,
    Refused,
    ReplyInvalid,
    Truncated,
)
from extractor.model.client import (
    Cooldown,
    Message,
    OpenAIClient,
    Reply,
    Request,
    RetryPolicy,
    Timing,
    response_format,
    usage_of,
)
from extractor.model.retry import retry_after
from tests.support.scripted_server import (
    Act,
    Script,
    answer,
    fault,
    hangs,
    playing,
    resets,
    says,
    stops_halfway,
    trickles,
)

KEY = "sk-secret-0123456789"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Bread(BaseModel):
    """A loaf."""

    model_config = ConfigDict(extra="forbid")

    flour: Literal["rye", "wheat"] | None = Field(description="The main flour.")
    grams: int = Field(le=2000)
    s: list[int] = Field(max_length=4)


GOOD = '{"flour":"rye","grams":500,"s":[1]}'
LOAF = Bread(flour="rye", grams=500, s=[1])
REQUEST = Request(
    name="loaf",
    messages=(
        Message("system", "You read recipes."),
        Message("user", "A {{ rye }} loaf, see http://example.org/loaf.png. Which flour?"),
    ),
    reply=Bread,
    max_tokens=64,
)


class FakeTime:
    """A clock that moves only when somebody sleeps, and the sleeps."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.sleeps: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(round(seconds, 6))
        self.seconds += seconds
        await asyncio.sleep(0)

    def timing(self, draw: float = 0.0) -> Timing:
        return Timing(self.sleep, lambda: self.seconds, lambda: NOON, lambda: draw)


def make(script: Script, time: FakeTime, **options: Any) -> OpenAIClient:
    return OpenAIClient(
        "m", options.pop("base_url", script.url), SecretStr(KEY), timing=time.timing(), **options
    )


def ask(
    script: Script, *, time: FakeTime | None = None, request: Request = REQUEST, **options: Any
) -> Reply:
    async def run() -> Reply:
        client = make(script, time or FakeTime(), **options)
        try:
            return await client.ask(request)
        finally:
            await client.aclose()

    return asyncio.run(run())


def test_sends_the_request_and_nothing_else() -> None:
    with playing(says(GOOD)) as script:
        reply = ask(script)
    (call,) = script.calls
    assert call.path == "/v1/chat/completions"
    assert call.headers["Authorization"] == f"Bearer {KEY}"
    assert call.body == {
        "model": "m",
        "messages": [{"role": turn.role, "content": turn.content} for turn in REQUEST.messages],
        "max_tokens": 64,
        "temperature": 0.0,
        "seed": 0,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "Bread", "strict": True, "schema": Bread.model_json_schema()},
        },
    }
    assert reply.value == LOAF
    assert type(reply.value) is Bread
    assert (reply.content, reply.model, reply.tokens) == (GOOD, "served-model", ())
    assert (reply.finish_reason, reply.replayed) == ("stop", False)
    assert reply.usage.requests == reply.usage.attempts == 1
    assert (reply.usage.prompt_tokens, reply.usage.cached_tokens) == (100, 40)
    assert reply.usage.completion_tokens == 7


def test_schema_keeps_the_order_of_the_fields() -> None:
    with playing(says(GOOD)) as script:
        ask(script)
    schema = script.calls[0].body["response_format"]["json_schema"]["schema"]
    assert list(schema["properties"]) == ["flour", "grams", "s"]


def test_optional_parameters() -> None:
    request = Request("loaf", REQUEST.messages, Bread, 9, temperature=0.7, seed=None)
    with playing(says(GOOD)) as script:
        ask(script, request=request, extra_body={"cache_prompt": True})
    body = script.calls[0].body
    assert "seed" not in body and "logprobs" not in body and "top_logprobs" not in body
    assert body["cache_prompt"] is True
    assert body["temperature"] == 0.7


def test_a_grammar_goes_in_place_of_the_schema() -> None:
    with playing(says(GOOD)) as script:
        ask(script, grammar=lambda reply: f"grammar of {reply.__name__}", extra_body={"x": 1})
    body = script.calls[0].body
    assert "response_format" not in body
    assert (body["grammar"], body["x"]) == ("grammar of Bread", 1)


def test_the_official_server_gets_the_new_name_of_the_limit() -> None:
    arguments = OpenAIClient("m")._arguments(REQUEST, REQUEST.messages)
    assert arguments["max_completion_tokens"] == 64
    assert "max_tokens" not in arguments


def token(text: str, logprob: float = -0.5, raw: bytes | None = None) -> dict[str, Any]:
    top = [{"token": text, "logprob": logprob, "bytes": None}]
    value = list(text.encode() if raw is None else raw)
    return {"token": text, "logprob": logprob, "bytes": value, "top_logprobs": top}


def test_tokens_join_to_the_content_without_the_fence_and_with_split_characters() -> None:
    content = '{"flour":null,"grams":1,"s":[]}'
    pieces = ["```", "json\n", '\n{"flour":', "null", ',"grams":1,', '"s":[]}\n', "```", ""]
    with playing(says(content, logprobs={"content": [token(piece) for piece in pieces]})) as script:
        reply = ask(script, request=Request("loaf", REQUEST.messages, Bread, 64, top_logprobs=1))
    assert script.calls[0].body["logprobs"] is True
    assert script.calls[0].body["top_logprobs"] == 1
    assert [piece.text for piece in reply.tokens] == ['{"flour":', "null", ',"grams":1,', '"s":[]}']
    assert reply.tokens[1].logprob == -0.5
    assert reply.tokens[1].top == (("null", -0.5),)


def test_a_character_split_over_tokens_counts_to_the_last() -> None:
    class Word(BaseModel):
        w: str

    euro = "€".encode()
    pieces = [
        token('{"w":"'),
        token("\ufffd", raw=euro[:1]),
        token("\ufffd", raw=euro[1:]),
        token('"}'),
    ]
    with playing(says('{"w":"€"}', logprobs={"content": pieces})) as script:
        reply = ask(script, request=Request("w", REQUEST.messages, Word, 9, top_logprobs=1))
    assert [piece.text for piece in reply.tokens] == ['{"w":"', "", "€", '"}']


@pytest.mark.parametrize(
    ("acts", "sleeps"),
    [
        ([fault(500), fault(503)], [0.25, 0.5]),
        ([fault(408), fault(409)], [0.25, 0.5]),
        ([fault(429, headers={"Retry-After": "7"})], [7.0]),
        ([fault(429, headers={"Retry-After": "0.5"}), fault(500)], [0.5, 0.5]),
        ([fault(503, headers={"Retry-After": "3"})], [3.0]),
        ([fault(429, headers={"Retry-After": "86400"})], [120.0]),
        ([fault(429, headers={"Retry-After": "soon"})], [0.25]),
        ([fault(429, headers={"retry-after-ms": "1500", "Retry-After": "9"})], [1.5]),
        (
            [
                fault(
                    429,
                    headers={
                        "Retry-After": format_datetime(NOON + timedelta(seconds=40), usegmt=True)
                    },
                )
            ],
            [40.0],
        ),
        ([resets, stops_halfway], [0.25, 0.5]),
        ([], []),
    ],
)
def test_what_may_pass_is_asked_again(acts: list[Act], sleeps: list[float]) -> None:
    time = FakeTime()
    with playing(*acts, says(GOOD)) as script:
        reply = ask(script, time=time)
    assert reply.value == LOAF
    assert len(script.calls) == reply.usage.attempts == len(acts) + 1
    assert time.sleeps == sleeps
    assert reply.usage.prompt_tokens == 100
    assert reply.usage.seconds == pytest.approx(sum(sleeps))


def test_attempts_are_capped() -> None:
    time = FakeTime()
    with playing(fault(500, "boom")) as script, pytest.raises(ModelUnavailable) as caught:
        ask(script, time=time, policy=RetryPolicy(attempts=3))
    assert len(script.calls) == 3
    assert time.sleeps == [0.25, 0.5]
    assert str(caught.value) == (
        "the server answered 500 to the end of 3 attempts in 1 s (boom): "
        "try again later, or with fewer articles at once"
    )
    assert usage_of(caught.value).attempts == 3


def test_total_time_is_capped_and_no_wait_begun_that_would_pass_it() -> None:
    time = FakeTime()
    policy = RetryPolicy(attempts=99, total_seconds=6.5, first_wait=2)
    with playing(fault(500)) as script, pytest.raises(ModelUnavailable):
        ask(script, time=time, policy=policy)
    assert time.sleeps == [1.0, 2.0]  # the next would end at 7
    assert len(script.calls) == 3


def test_waits_grow_and_stay_below_the_longest() -> None:
    time = FakeTime()
    policy = RetryPolicy(attempts=7, first_wait=1, longest_wait=10)
    with playing(fault(502)) as script, pytest.raises(ModelUnavailable):
        ask(script, time=time, policy=policy)
    assert time.sleeps == [0.5, 1, 2, 4, 5, 5]


@pytest.mark.parametrize(
    ("act", "says_so"),
    [
        (fault(401, "Incorrect API key provided: {key}"), "check the API key"),
        (fault(403, "no"), "check that the API key may use this model"),
        (fault(404, "no such model"), "check the model name and the base URL"),
        (fault(400, "bad {key}"), "JSON schemas"),
        (fault(422, "bad"), "JSON schemas"),
        (fault(429, "paid out", code="insufficient_quota"), "billing"),
        (answer(200, b"<html>Welcome</html>"), "base URL"),
        (answer(200, {"error": "no"}), "base URL"),
        (answer(200, b"{not json", {"Content-Type": "application/json"}), "base URL"),
    ],
)
def test_what_no_repetition_mends_ends_at_once(act: Act, says_so: str) -> None:
    time = FakeTime()
    with playing(act) as script, pytest.raises(ModelUnavailable) as caught:
        ask(script, time=time)
    assert says_so in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(script.calls) == 1
    assert time.sleeps == []


def test_silence_ends_with_the_timeout_and_is_asked_again() -> None:
    time = FakeTime()
    with playing(hangs) as script, pytest.raises(ModelUnavailable, match="no reply in time"):
        ask(script, time=time, timeout=0.1, policy=RetryPolicy(attempts=2))
    assert len(script.calls) == 2
    assert time.sleeps == [0.25]


def test_a_reply_that_trickles_ends_with_the_timeout_too() -> None:
    with playing(trickles) as script, pytest.raises(ModelUnavailable, match="no reply in time"):
        ask(script, timeout=0.2, policy=RetryPolicy(attempts=1))


def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        time = FakeTime()
        refused = r"no connection .* after 4 attempts"
        with pytest.raises(ModelUnavailable, match=refused) as caught:
            ask(Script([], url), time=time)
    assert len(time.sleeps) == 3
    assert "base URL" in str(caught.value)


@pytest.mark.parametrize(
    "act",
    [
        fault(
            400,
            "the request exceeds the available context size",
            type="exceed_context_size_error",
            n_prompt_tokens=9001,
            n_ctx=8192,
        ),
        fault(
            400,
            "This model's maximum context length is 8192 tokens. However, your messages "
            "resulted in 9001 tokens.",
            code="context_length_exceeded",
        ),
        fault(
            400,
            "This model's maximum context length is 8192 tokens. However, you requested 9001 "
            "tokens.",
            type="BadRequestError",
            code=400,
        ),
    ],
)
def test_a_prompt_too_long_is_its_own_outcome(act: Act) -> None:
    with playing(act) as script, pytest.raises(ContextTooLong, match="9001 tokens of 8192"):
        ask(script)
    assert len(script.calls) == 1


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (says('{"flour":"ry', finish_reason="length"), Truncated),
        (says(GOOD, finish_reason="length"), Truncated),
        (says(None, refusal="I would rather not."), Refused),
        (says("", finish_reason="content_filter"), Refused),
        (says(None), EmptyReply),
        (says("  \n"), EmptyReply),
        (answer(200, {"id": "1", "choices": []}), EmptyReply),
    ],
)
def test_outcomes_are_told_apart_and_not_asked_again(act: Act, kind: type[ModelError]) -> None:
    with playing(act) as script, pytest.raises(ModelError) as caught:
        ask(script)
    assert type(caught.value) is kind
    assert "section 'loaf'" in str(caught.value)
    assert len(script.calls) == 1


@pytest.mark.parametrize(
    ("bad", "kind", "reason"),
    [
        ("Here you are: rye", InvalidJson, "Invalid JSON"),
        ('{"flour":"oat","grams":5,"s":[]}', ReplyInvalid, "flour: Input should be 'rye'"),
        ('{"flour":"rye","grams":"5","s":[]}', ReplyInvalid, "grams: Input should be a valid int"),
        ('{"flour":"rye","grams":5,"s":[],"x":1}', ReplyInvalid, "x: Extra inputs"),
        ("[]", ReplyInvalid, "should be an object"),
    ],
)
def test_an_unfit_reply_is_asked_for_once_more_with_the_reason(
    bad: str, kind: type[ModelError], reason: str
) -> None:
    with playing(says(bad, usage=(100, 0, 9)), says(GOOD, usage=(130, 100, 7))) as script:
        reply = ask(script)
    assert reply.value == LOAF
    first, second = (call.body["messages"] for call in script.calls)
    assert second[: len(first)] == first  # the prefix stays, and with it the server's cache
    assert second[len(first)] == {"role": "assistant", "content": bad}
    assert reason in second[len(first) + 1]["content"]
    assert len(second) == len(first) + 2
    usage = reply.usage
    assert (usage.requests, usage.attempts) == (1, 2)
    assert (usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens) == (230, 100, 16)

    with playing(says(bad)) as script, pytest.raises(ModelError) as caught:
        ask(script)
    assert type(caught.value) is kind
    assert reason in str(caught.value)
    assert len(script.calls) == 2
    assert usage_of(caught.value).completion_tokens == 14


def test_retries_and_the_second_question_go_together() -> None:
    time = FakeTime()
    with playing(fault(500), says("{}"), fault(503), says(GOOD)) as script:
        reply = ask(script, time=time)
    assert reply.usage.attempts == len(script.calls) == 4
    assert reply.usage.prompt_tokens == 200
    assert len(time.sleeps) == 2


def test_many_faults_are_told_in_short() -> None:
    class Wide(BaseModel):
        a: int
        b: int
        c: int
        d: int
        e: int
        f: int
        g: int

    with playing(says("{}")) as script, pytest.raises(ReplyInvalid, match="and 2 more"):
        ask(script, request=Request("wide", REQUEST.messages, Wide, 9))


@pytest.mark.parametrize(
    "act",
    [
        fault(401, "wrong key {key}"),
        fault(500, "broken with {key}"),
        fault(400, "This model's maximum context length is 5. {key}"),
        says(None, refusal=f"not for {KEY}"),
        resets,
        says("{}"),
    ],
)
def test_the_key_shows_nowhere(act: Act, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with playing(act) as script, pytest.raises(ModelError) as caught:
        ask(script, policy=RetryPolicy(attempts=2))
    shown = "".join(traceback.format_exception(caught.value))
    assert KEY not in shown
    assert KEY not in repr(caught.value)
    assert KEY not in caplog.text
    assert KEY not in repr(make(script, FakeTime()))


@pytest.mark.parametrize("key", ["sk-abc\n", "sk abc", "sk-\u2013abc"])
def test_a_key_no_header_can_carry_is_refused_unseen(key: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        OpenAIClient("m", api_key=SecretStr(key))
    assert key.strip() not in str(caught.value)


def test_a_base_url_without_scheme_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="http"):
        OpenAIClient("m", "localhost:8080/v1")


def test_a_proxy_from_the_environment_is_not_asked_for_loopback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with playing(says(GOOD)) as script:
        assert ask(script).value == LOAF


def test_one_client_serves_several_event_loops() -> None:
    with playing(says(GOOD)) as script:
        client = make(script, FakeTime())
        for _ in range(2):
            assert asyncio.run(client.ask(REQUEST)).value == LOAF


def test_nothing_is_printed_for_a_failure(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (None, "instructor"):  # as in a program that sets up no logging
        monkeypatch.setattr(logging.getLogger(name), "handlers", [])
    with playing(fault(401)) as script, pytest.raises(ModelUnavailable):
        ask(script)
    assert capfd.readouterr() == ("", "")


def test_an_error_of_a_validator_is_not_taken_for_a_reply() -> None:
    class Odd(BaseModel):
        a: int

        def model_post_init(self, context: object) -> None:
            del context
            raise RuntimeError("a bug in the schema")

    with playing(says('{"a":1}')) as script, pytest.raises(RuntimeError, match="a bug in the"):
        ask(script, request=Request("odd", REQUEST.messages, Odd, 9))


def test_one_client_told_to_slow_down_slows_the_others() -> None:
    time = FakeTime()
    cooldown = Cooldown(time.timing())

    async def run(script: Script) -> None:
        options = {"cooldown": cooldown, "policy": RetryPolicy(attempts=1)}
        with pytest.raises(ModelUnavailable):
            await make(script, time, **options).ask(REQUEST)
        assert cooldown.remaining == 9
        assert (await make(script, time, **options).ask(REQUEST)).value == LOAF

    with playing(fault(429, headers={"Retry-After": "9"}), says(GOOD)) as script:
        asyncio.run(run(script))
    assert time.sleeps == [9.0]


def test_a_cooldown_prolonged_meanwhile_is_waited_out() -> None:
    time = FakeTime()
    cooldown = Cooldown(time.timing(draw=0.5), spread=2)

    async def run() -> None:
        cooldown.impose(5)
        cooldown.impose(3)  # no shortening
        waiter = asyncio.create_task(cooldown.wait())
        await asyncio.sleep(0)
        cooldown.impose(4)  # from 1006 on, where the first sleep ended
        await waiter

    asyncio.run(run())
    assert time.sleeps == [6.0, 5.0]
    assert cooldown.remaining == 0


@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf", "", "soon", "1 Jan"])
def test_a_senseless_retry_after_is_none(value: str) -> None:
    assert retry_after({"retry-after": value}, NOON) is None
    assert retry_after({"retry-after-ms": value}, NOON) is None


@given(st.dictionaries(st.sampled_from(["retry-after", "retry-after-ms"]), st.text(max_size=12)))
def test_any_retry_after_gives_a_usable_wait(headers: dict[str, str]) -> None:
    seconds = retry_after(headers, NOON)
    assert seconds is None or 0 < seconds < float("inf")


@given(st.integers(min_value=-90_000, max_value=90_000))
def test_retry_after_as_a_date(offset: int) -> None:
    text = format_datetime(NOON + timedelta(seconds=offset), usegmt=True)
    assert retry_after({"retry-after": text}, NOON) == (offset if offset > 0 else None)


def test_response_format_is_the_model_s_own_schema() -> None:
    assert response_format(Bread)["json_schema"]["schema"] == Bread.model_json_schema()
