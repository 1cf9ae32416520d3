"""Extracting again, replaying, any text with any answers, and the public functions."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import extractor
from extractor import pipeline
from extractor.errors import ModelUnavailable, NotRecorded
from extractor.extraction import Extraction
from extractor.model.exchange import ModelClient, Request
from extractor.model.responses import RecordingClient, ResponseStore
from extractor.pipeline import Extractor, aextract, extract, schema_hash
from extractor.settings import Settings
from schemas import OperationReport
from schemas.guide import Guide, Label, Sort
from tests.support.extractions import check, run
from tests.support.plan_schemas import replies
from tests.support.rescue import TEXT, Rescue, Wreck, right
from tests.support.scripted_model import COST, ScriptedClient
from tests.test_finders import GLUED, TEXTS


@pytest.fixture(autouse=True)
def _no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting but the defaults and those of a test."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "user"))
    monkeypatch.chdir(tmp_path)
    for name in ("EFFORT", "MIN_CONFIDENCE", "REPLAY", "MODEL", "BASE_URL"):
        monkeypatch.delenv(f"EXTRACTOR_{name}", raising=False)


# --- the same again ---


def test_two_articles_with_one_extractor_do_not_touch_each_other() -> None:
    client = ScriptedClient(right)
    other = "Pia Holm saw nothing in Leigh."

    async def work() -> list[Extraction[Rescue]]:
        async with Extractor(Rescue, Settings(), client=client) as one:
            both = await asyncio.gather(one.extract(TEXT, "a"), one.extract(other, "b"))
            return [*both, await one.extract(TEXT, "a")]

    first, between, again = asyncio.run(work())
    check(between, other)
    assert between.record.crews == []
    assert first.record == again.record
    assert first.evidence == again.evidence
    assert first.usage.requests == again.usage.requests
    assert client.closed == 1


def test_recorded_replies_replay_to_the_identical_extraction(tmp_path: Path) -> None:
    def replaying(mode: Any) -> RecordingClient:
        def model() -> ModelClient:
            assert mode == "auto", "a replay asks no model"
            return ScriptedClient(right, sure=lambda request: 1 / (1 + len(request.name)))

        return RecordingClient("scripted", model, ResponseStore(tmp_path / "kept"), mode)

    live = run(replaying("auto")).to_dict()
    one, other = (run(replaying("replay")).to_dict() for _ in range(2))
    assert one == other
    assert one["usage"]["seconds"] == pytest.approx(one["usage"]["requests"] * COST.seconds)
    live["usage"]["seconds"] = one["usage"]["seconds"]
    assert one == live
    with pytest.raises(NotRecorded):
        run(replaying("replay"), f"{TEXT}\nSeven rafts sank.")


def test_hashes_tell_what_changed() -> None:
    class Guided(Wreck):
        extraction_guide: ClassVar[Guide] = Guide(
            (Sort("ships", "names", "What is it?", (Label("ship", "ships[]"), Label("else"))),)
        )

    class Other(Wreck):
        depth: int | None = None

    plain, guided = (Extractor(one, client=ScriptedClient(right)) for one in (Wreck, Guided))
    assert plain.prompt_version != guided.prompt_version
    assert len({schema_hash(one) for one in (Wreck, Other, OperationReport)}) == 3
    assert schema_hash(Wreck) == plain.schema_hash == schema_hash(Wreck)
    assert Extractor(OperationReport, client=ScriptedClient(right)).prompt_version


# --- any text, any answers ---


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(TEXTS, GLUED, st.text(), st.just(TEXT)),
    st.data(),
    st.sampled_from([0.0, 0.5]),
    st.sampled_from(["fast", "balanced", "thorough"]),
)
def test_any_answers_about_any_text_give_an_extraction_that_stands_on_it(
    text: str, data: st.DataObject, least: float, effort: str
) -> None:
    text = text.replace("\ud800", "") + " word"

    def rule(request: Request) -> Any:
        if data.draw(st.integers(0, 19)) == 0 and request.name != "headline":
            return ModelUnavailable("no reply")
        return data.draw(replies(request.reply.model_json_schema()))

    client = ScriptedClient(rule, sure=lambda _: data.draw(st.sampled_from([0.2, 0.6, 1.0])))
    try:
        extraction = run(client, text, effort=effort, min_confidence=least)
    except ModelUnavailable:
        return
    check(extraction, text)
    assert all(one >= least for one in extraction.confidence.values())


# --- the functions ---


def test_the_functions_take_a_schema_a_model_and_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    client = ScriptedClient(right)
    seen: list[Settings] = []

    def connect(settings: Settings) -> ModelClient:
        seen.append(settings)
        return client

    monkeypatch.setattr(pipeline, "connect", connect)
    found = extract(TEXT, Rescue, model="other", base_url="http://localhost:1/v1", effort="fast")
    assert found.record.headline
    assert (found.model, seen[0].model, seen[0].effort) == ("other", "other", "fast")
    again = asyncio.run(aextract(TEXT, Wreck))
    assert again.record.ships == ["Heron"]
    assert client.closed == 2
    assert extractor.extract is extract
    assert extractor.Extractor is Extractor


def test_nothing_is_loaded_before_the_first_article(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(settings: Settings) -> ModelClient:
        raise AssertionError(f"{settings.model} is not needed yet")

    monkeypatch.setattr(pipeline, "connect", connect)

    async def work() -> None:
        async with Extractor(Rescue):
            pass

    asyncio.run(work())


@settings(max_examples=50, deadline=None)
@example("Anna")
@given(st.text())
def test_without_a_schema_the_default_one_is_asked_for(text: str) -> None:
    client = ScriptedClient(lambda _: ModelUnavailable("no reply"))
    if not any(map(str.isalnum, text)):
        return
    one = Extractor(OperationReport, client=client)
    try:
        found = asyncio.run(one.extract(text))
    except ModelUnavailable:
        assert client.asked
    else:
        assert client.asked == []
        check(found, text)
