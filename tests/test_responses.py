"""Recording and playing back: what makes two requests the same, and files that survive."""

from __future__ import annotations

import asyncio
import json
import logging
import multiprocessing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, create_model

from extractor.errors import ConfigurationError, ModelError, NotRecorded, ReplyInvalid, Truncated
from extractor.extraction import Usage
from extractor.model.exchange import Message, Reply, Request, Token
from extractor.model.recorded import Recorded, append, read
from extractor.model.responses import RecordingClient, ResponseStore, request_key


class Kettle(BaseModel):
    litres: float
    colour: Literal["red", "black"] | None


COLOUR: Any = Literal["red", "black"] | None
TEXT: Any = str | None

REQUEST = Request("kettle", (Message("user", "A red “kettle”."),), Kettle, 32, top_logprobs=1)
CONTENT = '{"litres":1.5,"colour":"red"}'
REPLY = Reply(
    content=CONTENT,
    value=Kettle(litres=1.5, colour="red"),
    tokens=(
        Token(CONTENT[:5], -0.123456789, (("é\ud83d", -1.0), (" ", float("-inf")))),
        Token(CONTENT[5:], -1e30, ()),
    ),
    usage=Usage(1, 100, 50, 7, 1.23456, 2),
    model="served",
)


class Model:
    """A client that gives the same reply, or error, to everything and counts."""

    name = "tiny"

    def __init__(self, outcome: Reply | ModelError = REPLY) -> None:
        self.outcome = outcome
        self.asked = 0
        self.closed = False

    async def ask(self, request: Request) -> Reply:
        del request
        self.asked += 1
        if isinstance(self.outcome, ModelError):
            raise self.outcome
        return self.outcome

    async def aclose(self) -> None:
        self.closed = True


def no_model() -> Model:
    raise AssertionError("a model was wanted")


def recording(folder: Path, model: Model | None, mode: Any = "auto", **options: Any) -> Any:
    return RecordingClient(
        "tiny",
        (lambda: model) if model else no_model,
        ResponseStore(folder),
        mode,
        engine="engine 1",
        today=lambda: date(2026, 3, 1),
        **options,
    )


def ask(client: RecordingClient, request: Request = REQUEST) -> Reply:
    return asyncio.run(client.ask(request))


def record(key: str, content: str = CONTENT, model: str = "tiny") -> Recorded:
    origin = {"key": key, "model": model, "engine": "e", "recorded": "2026-03-01"}
    return Recorded.of(replace(REPLY, content=content), REQUEST, **origin)


CHANGES: dict[str, Request] = {
    "messages": replace(REQUEST, messages=(Message("user", 'A red "kettle".'),)),
    "role": replace(REQUEST, messages=(Message("system", "A red “kettle”."),)),
    "one message more": replace(REQUEST, messages=(*REQUEST.messages, Message("user", ""))),
    "schema": replace(
        REQUEST, reply=create_model("Kettle", litres=(float, ...), colour=(TEXT, ...))
    ),
    "order of the fields": replace(
        REQUEST,
        reply=create_model("Kettle", colour=(COLOUR, ...), litres=(float, ...)),
    ),
    "max_tokens": replace(REQUEST, max_tokens=33),
    "temperature": replace(REQUEST, temperature=0.1),
    "seed": replace(REQUEST, seed=1),
    "no seed": replace(REQUEST, seed=None),
    "top_logprobs": replace(REQUEST, top_logprobs=2),
    "repeat": replace(REQUEST, repeat=1),
}


def test_every_ingredient_changes_the_key() -> None:
    keys = {name: request_key(request, "tiny") for name, request in CHANGES.items()}
    keys["none"] = request_key(REQUEST, "tiny")
    keys["model"] = request_key(REQUEST, "tiny2")
    keys["variant"] = request_key(REQUEST, "tiny", "compact")
    assert len(set(keys.values())) == len(keys)


def test_the_key_is_the_same_everywhere() -> None:
    twin = create_model("Kettle", litres=(float, ...), colour=(COLOUR, ...))
    again = replace(REQUEST, reply=twin, name="another name", temperature=0)
    assert request_key(again, "tiny") == request_key(REQUEST, "tiny")
    assert request_key(REQUEST, "tiny") == (
        "1279d49fca8582e5828cc2d1f8ee7c78ac31dbc78877bea671c1ce3c48abd86e"
    )


def test_format_version_is_in_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    before = request_key(REQUEST, "tiny")
    monkeypatch.setattr("extractor.model.responses.FORMAT_VERSION", 999)
    assert request_key(REQUEST, "tiny") != before


@given(st.text(), st.text())
def test_texts_have_the_same_key_only_if_they_are_the_same(one: str, other: str) -> None:
    keys = [
        request_key(replace(REQUEST, messages=(Message("user", text),)), "tiny")
        for text in (one, other)
    ]
    assert (keys[0] == keys[1]) == (one == other)


def test_auto_records_once_and_replays_the_same_without_a_model(tmp_path: Path) -> None:
    model = Model()
    fresh = ask(recording(tmp_path, model))
    assert model.asked == 1
    assert not fresh.replayed
    for mode in ("auto", "replay"):
        client = recording(tmp_path, None, mode)
        replayed = ask(client)
        assert replayed == replace(fresh, replayed=True)
        assert (client.replayed, client.recorded) == (1, 0)
    assert type(fresh.value) is Kettle
    assert fresh.usage == Usage(1, 100, 50, 7, 1.235, 2)


def test_a_line_says_where_the_reply_is_from(tmp_path: Path) -> None:
    ask(recording(tmp_path, Model()))
    (line,) = (tmp_path / "tiny.jsonl").read_text(encoding="ascii").splitlines()
    values = json.loads(line)
    assert values["key"] == request_key(REQUEST, "tiny")
    assert (values["model"], values["engine"], values["recorded"]) == (
        "tiny",
        "engine 1",
        "2026-03-01",
    )
    assert (values["section"], values["content"]) == ("kettle", CONTENT)
    assert values["tokens"][0] == ['{"lit', -0.1235, [["é\ud83d", -1.0], [" ", -9999.0]]]
    assert values["tokens"][1] == [CONTENT[5:], -9999.0, []]
    assert values["finish_reason"] == "stop"


def test_replay_says_what_is_missing_and_asks_nobody(tmp_path: Path) -> None:
    with pytest.raises(NotRecorded, match=r"section 'kettle'.*tiny.*run once"):
        ask(recording(tmp_path, None, "replay"))
    assert not (tmp_path / "tiny.jsonl").exists()


def test_live_asks_again_and_the_last_reply_counts(tmp_path: Path) -> None:
    ask(recording(tmp_path, Model()))
    other = replace(REPLY, content='{"litres":2.0,"colour":null}')
    assert ask(recording(tmp_path, Model(other), "live")).content == other.content
    assert ask(recording(tmp_path, None, "replay")).content == other.content
    assert len((tmp_path / "tiny.jsonl").read_bytes().splitlines()) == 2


def test_off_neither_reads_nor_writes(tmp_path: Path) -> None:
    ask(recording(tmp_path, Model()))
    before = (tmp_path / "tiny.jsonl").read_bytes()
    model = Model()
    client = recording(tmp_path, model, "off")
    assert ask(client) is model.outcome
    assert client.used_keys == frozenset()
    assert (tmp_path / "tiny.jsonl").read_bytes() == before


def test_errors_are_not_kept(tmp_path: Path) -> None:
    model = Model(Truncated("cut"))
    client = recording(tmp_path, model)
    for _ in range(2):
        with pytest.raises(Truncated):
            ask(client)
    assert model.asked == 2
    assert client.used_keys == frozenset()
    assert list(tmp_path.iterdir()) == []


def test_a_reply_that_fits_no_longer_says_so(tmp_path: Path) -> None:
    append(tmp_path / "tiny.jsonl", record(request_key(REQUEST, "tiny"), '{"litres":"x"}'))
    with pytest.raises(ReplyInvalid, match="recorded on 2026-03-01"):
        ask(recording(tmp_path, None, "replay"))


def test_the_model_s_client_is_made_once_and_closed(tmp_path: Path) -> None:
    models: list[Model] = []

    def factory() -> Model:
        models.append(Model())
        return models[-1]

    async def run() -> None:
        client = RecordingClient("tiny", factory, ResponseStore(tmp_path))
        await client.aclose()
        for number in range(3):
            await client.ask(replace(REQUEST, repeat=number))
        await client.aclose()

    asyncio.run(run())
    assert [(model.asked, model.closed) for model in models] == [(3, True)]


@pytest.mark.parametrize("cut", [1, 40, -1])
def test_a_torn_last_line_is_told_passed_over_and_mended(
    tmp_path: Path, cut: int, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "tiny.jsonl"
    append(path, record("a"))
    whole = path.read_bytes()
    append(path, record("b"))
    path.write_bytes(path.read_bytes()[: len(whole) + cut] if cut > 0 else path.read_bytes()[:-1])
    caplog.set_level(logging.WARNING)
    store = ResponseStore(tmp_path)
    assert store.get("tiny", "a") is not None
    complete = cut < 0  # only the line's end is missing, not a part of the reply
    assert (store.get("tiny", "b") is not None) == complete
    assert ("the last line is broken" in caplog.text) == (not complete)
    store.put(record("c"))
    assert set(read(path)) == ({"a", "b", "c"} if complete else {"a", "c"})
    assert path.read_bytes().startswith(whole)


def test_a_broken_line_in_the_middle_costs_no_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "tiny.jsonl"
    append(path, record("a"))
    with path.open("ab") as file:
        file.write(b'<<<<<<< HEAD\n{"key": "x"}\n[]\n\xff\xfe\n\n')
    append(path, record("b"))
    assert set(read(path)) == {"a", "b"}
    assert [f"line {number}" in caplog.text for number in (2, 3, 4, 5, 6)] == [True] * 4 + [False]


def test_prune_keeps_what_was_used_sorted_and_each_once(tmp_path: Path) -> None:
    store = ResponseStore(tmp_path)
    for key, content in [("c", "1"), ("a", "2"), ("b", "3"), ("a", "4")]:
        store.put(record(key, content))
    store.put(record("z", model="other"))
    assert store.prune({"a", "c", "unknown"}, "tiny") == 1
    assert [json.loads(line)["key"] for line in (tmp_path / "tiny.jsonl").open()] == ["a", "c"]
    assert store.get("tiny", "b") is None
    fresh = ResponseStore(tmp_path).get("tiny", "a")
    assert fresh is not None and fresh.content == "4"
    assert store.get("other", "z") is not None
    before = (tmp_path / "tiny.jsonl").read_bytes()
    assert store.prune({"a", "c"}, "tiny") == 0
    assert (tmp_path / "tiny.jsonl").read_bytes() == before
    assert store.prune({"a", "c"}) == 1  # of every model
    assert {path.name for path in tmp_path.iterdir()} == {"tiny.jsonl", "other.jsonl"}
    assert ResponseStore(tmp_path / "absent").prune(set()) == 0


def test_prune_judges_what_others_appended_meanwhile(tmp_path: Path) -> None:
    store = ResponseStore(tmp_path)
    store.put(record("a"))
    ResponseStore(tmp_path).put(record("b"))
    assert store.prune({"a", "b"}) == 0
    assert set(read(tmp_path / "tiny.jsonl")) == {"a", "b"}


def test_used_keys_are_those_asked_for(tmp_path: Path) -> None:
    client = recording(tmp_path, Model())
    ask(client)
    ask(client)
    ask(client, CHANGES["repeat"])
    assert client.used_keys == {
        request_key(REQUEST, "tiny"),
        request_key(CHANGES["repeat"], "tiny"),
    }


def test_models_have_files_of_their_own(tmp_path: Path) -> None:
    store = ResponseStore(tmp_path)
    names = ["qwen2.5-coder", "Org/Model:7b", "org/model:7b", "../../x", "..", "ü", ""]
    paths = {store.path(name) for name in names}
    assert len(paths) == len(names)
    assert all(path.parent == tmp_path and path.name[0] != "." for path in paths)
    assert store.path("qwen2.5-coder").name == "qwen2.5-coder.jsonl"


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    store = ResponseStore(blocked / "below")
    with pytest.raises(ConfigurationError, match="cannot use the recorded replies"):
        store.put(record("a"))
    with pytest.raises(ConfigurationError, match="cannot use the recorded replies"):
        store.get("tiny", "a")


def _append_many(folder: Path, name: str) -> None:
    store = ResponseStore(folder)
    for number in range(100):
        store.put(record(f"{name}{number}", "x" * (number * 97 % 3000)))


def test_two_processes_append_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_append_many, args=(tmp_path, name)) for name in "ab"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    found = read(tmp_path / "tiny.jsonl")
    assert set(found) == {f"{name}{number}" for name in "ab" for number in range(100)}
    assert all(len(found[f"a{number}"].content) == number * 97 % 3000 for number in range(100))


@given(content=st.text(), logprob=st.floats(max_value=0), texts=st.lists(st.text(), max_size=3))
def test_any_reply_survives_the_file(
    tmp_path_factory: pytest.TempPathFactory, content: str, logprob: float, texts: list[str]
) -> None:
    path = tmp_path_factory.mktemp("store") / "m.jsonl"
    tokens = tuple(Token(text, logprob, ((text, logprob),)) for text in texts)
    origin = {"key": "k", "model": "m", "engine": "e", "recorded": "d"}
    kept = Recorded.of(replace(REPLY, content=content, tokens=tokens), REQUEST, **origin)
    append(path, kept)
    assert read(path) == {"k": kept}
