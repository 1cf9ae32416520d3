"""From an article to an extraction: evidence for everything, failures that cost only themselves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from extractor.errors import InputError, ModelUnavailable, SchemaError
from extractor.events import Event, SectionDone, SectionStarted
from extractor.model.exchange import Request
from extractor.pipeline import Extractor
from extractor.record.confidence import log_odds
from schemas.calibration import Calibration
from tests.support.extractions import check, run
from tests.support.rescue import TEXT, Rescue, Wreck, right
from tests.support.scripted_model import COST, ScriptedClient, mention

STEPS = [step.name for step in Rescue.extraction_guide.steps]
SECTIONS = ["cause", "ships"]


@pytest.fixture(autouse=True)
def _no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting but the defaults and those of a test."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "user"))
    monkeypatch.chdir(tmp_path)
    for name in ("EFFORT", "MIN_CONFIDENCE", "REPLAY", "MODEL", "BASE_URL"):
        monkeypatch.delenv(f"EXTRACTOR_{name}", raising=False)


# --- one article ---


def test_a_guide_and_sections_fill_one_record() -> None:
    client = ScriptedClient(right)
    extraction = run(client)
    check(extraction, TEXT)
    record = extraction.record
    assert extraction.valid
    assert extraction.issues == {}
    assert record.headline == "Sailors saved off Leigh in three-day search"
    assert (record.page_date, record.start, record.days) == ("2021-03-12", "2021-03-09", 3)
    assert record.boats.value == 6
    assert record.cargo == ["fish", "wood"]
    assert [(one.place, one.count.value, one.men, one.age_max) for one in record.crews] == [
        ("Leigh", 9, 6, 40),
        ("Ashby", 4, None, None),
    ]
    assert [(one.name, one.short, one.role) for one in record.bodies] == [
        ("Fair Fishing Agency", "FFA", "lead"),
        ("Ashby Council", None, "partner"),
    ]
    assert [(one.name, len(one.quotes)) for one in record.speakers] == [("Pia Holm", 2)]
    assert [(one.label, one.value) for one in record.contacts] == [
        ("FFA", "0800 000 000"),
        ("FFA", "web form"),
    ]
    assert (record.cause, record.storm, record.ships) == ("gale", None, ["Heron"])
    assert list(dict.fromkeys(client.names())) == [*STEPS, *SECTIONS]
    assert extraction.usage.requests == extraction.usage.attempts == len(client.asked)
    assert (extraction.id, extraction.model) == ("a1", "scripted")


def test_a_schema_without_a_guide_is_asked_section_by_section_and_once_again() -> None:
    def hasty(request: Request) -> Any:
        answer = right(request)
        first = len(request.messages) == 2
        return (
            {**answer, "cause": {"s": 8, "v": "iceberg"}} if first and "cause" in answer else answer
        )

    client = ScriptedClient(hasty)
    extraction = run(client, schema=Wreck)
    check(extraction, TEXT)
    assert client.names() == ["cause", "cause", "ships"]
    assert extraction.record == Wreck(cause="gale", ships=["Heron"])
    assert extraction.issues == {}


def test_a_text_without_mentions_costs_sections_only() -> None:
    client = ScriptedClient(
        lambda _: (
            {"ships": []}
            if "ships" in _.name
            else {name: {"s": None, "v": None} for name in ("cause", "storm")}
        )
    )
    text = "nothing happened"
    extraction = run(client, text)
    check(extraction, text)
    assert client.names() == SECTIONS
    assert extraction.record == Rescue()


@pytest.mark.parametrize("text", ["", " \n", "…!", "“”"])
def test_a_text_without_words_is_refused(text: str) -> None:
    client = ScriptedClient(right)
    with pytest.raises(InputError, match="a1: there are no words"):
        run(client, text)
    assert client.asked == []


def test_a_schema_that_cannot_be_asked_is_refused_at_once() -> None:
    class Odd(BaseModel):
        sound: bytes

    with pytest.raises(SchemaError, match="sound"):
        Extractor(Odd, client=ScriptedClient(right))


# --- events and cost ---


def test_events_are_numbered_and_tell_the_cost() -> None:
    events: list[Event] = []
    extraction = run(ScriptedClient(right), events=events.append)
    started = [one for one in events if isinstance(one, SectionStarted)]
    done = [one for one in events if isinstance(one, SectionDone)]
    assert [(one.section, one.number, one.total) for one in started] == [
        (name, number, 12) for number, name in enumerate([*STEPS, *SECTIONS], start=1)
    ]
    assert [one.section for one in done] == [one.section for one in started]
    assert events[::2] == started
    assert {one.article_id for one in events} == {"a1"}
    assert sum(one.usage.requests for one in done) == extraction.usage.requests
    assert sum(one.usage.prompt_tokens for one in done) == extraction.usage.prompt_tokens
    (days,) = [one for one in done if one.section == "days"]
    assert (days.values, days.usage, days.issue) == ({"days": 3}, COST, None)


# --- failures ---


def failing(*lost: str) -> ScriptedClient:
    def rule(request: Request) -> Any:
        asked = mention(request) if request.name in ("names", "numbers") else ""
        if request.name in lost or asked in lost:
            return ModelUnavailable(f"{request.name}: no reply; try later")
        return right(request)

    return ScriptedClient(rule)


def test_a_request_that_fails_costs_its_own_mention() -> None:
    extraction = run(failing("six men", "Milltown"))
    whole = run(ScriptedClient(right))
    check(extraction, TEXT)
    assert extraction.record.crews[0].men is None
    assert extraction.record.crews[0].women == 3
    assert extraction.record.places == ["Leigh", "Ashby"]
    assert extraction.issues == {
        "/places": ("names: no reply; try later",),
        "/boats": ("numbers: no reply; try later",),
    }
    same = {"headline", "bodies", "boats", "speakers", "contacts", "cause", "ships"}
    assert extraction.record.model_dump(include=same) == whole.record.model_dump(include=same)


def test_a_section_that_fails_costs_its_own_fields() -> None:
    events: list[Event] = []
    extraction = run(failing("cause"), events=events.append)
    check(extraction, TEXT)
    assert extraction.record.cause is None
    assert extraction.record.ships == ["Heron"]
    assert extraction.issues.keys() == {"/cause", "/storm"}
    (done,) = [one for one in events if isinstance(one, SectionDone) and one.section == "cause"]
    assert (done.values, done.issue) == ({}, "cause: no reply; try later")


def test_what_failed_in_one_step_is_not_forgotten_when_another_fills_the_field() -> None:
    extraction = run(failing("lead"))
    assert [one.role for one in extraction.record.bodies] == ["partner"]
    assert extraction.issues == {"/bodies": ("lead: no reply; try later",)}


def test_if_every_request_fails_the_first_error_is_raised() -> None:
    client = ScriptedClient(lambda request: ModelUnavailable(f"{request.name}: no reply"))
    with pytest.raises(ModelUnavailable, match="headline: no reply"):
        run(client)
    with pytest.raises(ModelUnavailable, match="cause: no reply"):
        run(client, schema=Wreck)


def test_one_reply_among_failures_is_a_result() -> None:
    extraction = run(failing(*STEPS, "cause"))
    check(extraction, TEXT)
    assert extraction.record == Rescue(page_date="2021-03-12", ships=["Heron"])
    assert set(extraction.issues) >= {"/headline", "/places", "/boats", "/cause"}


# --- confidence and effort ---


def test_what_is_too_doubtful_is_set_aside_for_review() -> None:
    def sure(request: Request) -> float:
        doubted = request.name in ("headline", "cause", "others")
        return 0.3 if doubted or "Milltown" in str(request.messages[-1].content)[:12] else 0.9

    sure_of_all = run(ScriptedClient(right, sure=sure))
    assert sure_of_all.needs_review == {}
    assert sure_of_all.confidence["/headline"] == pytest.approx(0.3)
    extraction = run(ScriptedClient(right, sure=sure), min_confidence=0.5)
    check(extraction, TEXT)
    assert extraction.needs_review == {
        "/bodies/1/name": "Ashby Council",
        "/bodies/1/role": "partner",
        "/cause": "gale",
        "/headline": "Sailors saved off Leigh in three-day search",
        "/places/1": "Milltown",
    }
    assert extraction.record.headline is None
    assert extraction.record.places == ["Leigh", "Ashby"]
    assert extraction.evidence["/places/1"][0].text == "Ashby"
    assert min(extraction.confidence.values()) >= 0.5
    assert [one.short for one in extraction.record.bodies] == ["FFA"]


def test_confidence_is_what_the_calibration_makes_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every leaf by its field; the model must be the one that was fitted on."""
    by = Calibration("scripted", 0.0, 1.0, -1.0, -1.0, {"headline": 2.0})
    guide = replace(Rescue.extraction_guide, calibration="somewhere:file.json")
    monkeypatch.setattr(Rescue, "extraction_guide", guide)
    monkeypatch.setattr("extractor.pipeline.load_calibration", lambda _: by)
    client = ScriptedClient(right, sure=lambda _: 0.6)
    found, raw = run(client), run(client, calibrated=False)
    check(found, TEXT)
    assert raw.confidence["/headline"] == pytest.approx(0.6)
    assert log_odds(found.confidence["/headline"]) == pytest.approx(log_odds(0.6) + 2, abs=1e-2)
    assert found.confidence["/places/0"] == pytest.approx(raw.confidence["/places/0"], abs=1e-3)
    monkeypatch.setattr("extractor.pipeline.load_calibration", lambda _: replace(by, model="other"))
    assert run(client).confidence == raw.confidence


def test_effort_decides_how_often_is_asked() -> None:
    counts = {}
    for effort in ("fast", "balanced", "thorough"):
        client = ScriptedClient(right)
        extraction = run(client, effort=effort)
        check(extraction, TEXT)
        counts[effort] = len([one for one in client.asked if one.name == "numbers"])
    assert counts["fast"] == counts["balanced"] == counts["thorough"] / 2
