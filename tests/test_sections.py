"""A section's request: grounded values, one re-ask with the reason, and what a failure costs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from extractor.errors import ModelError, ModelUnavailable, ReplyInvalid
from extractor.extraction import Status
from extractor.model.exchange import Request
from extractor.record.parts import Part, leaves
from extractor.sections.filling import UNGROUNDED_FACTOR, extract, planned
from extractor.text.article import Article
from tests.support.plan_schemas import replies
from tests.support.scripted_model import ScriptedClient

TEXT = "The Heron sank off Leigh. Six boats came. Pia Holm and Bo Lund swam. No one was hurt."


class Wreck(BaseModel):
    ship: str | None = None
    boats: int | None = Field(None, le=50)
    calm: bool | None = None
    sea: Literal["rough", "calm"] | None = None
    names: list[str] = []


RIGHT: dict[str, Any] = {
    "ship": {"s": 1, "v": "Heron"},
    "boats": {"s": 2, "v": 6},
    "calm": {"s": None, "v": None},
    "sea": {"s": None, "v": None},
}
WRONG = {**RIGHT, "ship": {"s": 1, "v": "Egret"}}
NULL = {name: {"s": None, "v": None} for name in RIGHT}


def run(
    answers: Sequence[Any], only: Sequence[str] = tuple(RIGHT), sure: float | None = None
) -> tuple[Part, ScriptedClient]:
    """The part of the only section of some fields, with these replies or errors in turn."""
    left = iter(answers)
    client = ScriptedClient(lambda _: next(left), sure=None if sure is None else lambda _: sure)
    (section,) = planned(Wreck, only)
    return asyncio.run(extract(section, Article.from_text(TEXT), client.ask)), client


def roles(request: Request) -> list[str]:
    return [turn.role for turn in request.messages]


def test_a_right_reply_is_grounded_and_asked_for_once() -> None:
    part, client = run([RIGHT], sure=0.8)
    assert part.values == {"ship": "Heron", "boats": 6, "calm": None, "sea": None}
    (ship,), (boats,) = part.evidence["/ship"], part.evidence["/boats"]
    assert (ship.text, ship.status) == ("Heron", Status.VERBATIM)
    assert (boats.text, boats.status) == ("Six", Status.NORMALISED)
    assert part.confidence == {"/ship": pytest.approx(0.8), "/boats": pytest.approx(0.8)}
    assert part.issues == {}
    assert [roles(one) for one in client.asked] == [["system", "user"]]


def test_what_a_check_finds_is_asked_for_once_more_with_the_reason() -> None:
    part, client = run([WRONG, RIGHT])
    assert part.values["ship"] == "Heron"
    assert part.issues == {}
    assert [roles(one) for one in client.asked] == [
        ["system", "user"],
        ["system", "user", "assistant", "user"],
    ]
    first, second = client.asked
    assert second.messages[:2] == first.messages
    assert "Egret" in second.messages[2].content
    assert 'ship "Egret"' in second.messages[3].content
    assert (first.name, first.max_tokens, first.reply) == (
        second.name,
        second.max_tokens,
        second.reply,
    )


def test_a_value_that_stays_unsupported_is_kept_with_an_issue_and_little_confidence() -> None:
    part, client = run([WRONG, WRONG], sure=0.8)
    assert len(client.asked) == 2
    assert part.values["ship"] == "Egret"
    assert [one.status for one in part.evidence["/ship"]] == [Status.UNGROUNDED]
    assert part.confidence["/ship"] == pytest.approx(0.8 * UNGROUNDED_FACTOR)
    assert part.confidence["/boats"] == pytest.approx(0.8)
    ((message,),) = part.issues.values()
    assert "Egret" in message


@pytest.mark.parametrize(
    ("first", "second", "ship"),
    [
        (WRONG, {**WRONG, "boats": {"s": 2, "v": 99}}, "Egret"),
        ({**WRONG, "boats": {"s": 2, "v": 99}}, WRONG, "Egret"),
        ({**WRONG, "boats": {"s": 2, "v": 99}}, NULL, None),
    ],
)
def test_the_reply_with_fewer_findings_is_kept(first: Any, second: Any, ship: str | None) -> None:
    part, _ = run([first, second])
    assert part.values["ship"] == ship
    assert part.values["boats"] != 99


@pytest.mark.parametrize("error", [ModelUnavailable("no reply"), ReplyInvalid("does not fit")])
def test_a_request_that_fails_leaves_its_fields_null_with_the_reason(error: ModelError) -> None:
    part, client = run([error])
    assert part.values == {}
    assert part.issues == {f"/{name}": (str(error),) for name in RIGHT}
    assert len(client.asked) == 1


def test_if_asking_again_fails_the_first_reply_stands() -> None:
    part, client = run([WRONG, ModelUnavailable("no reply")])
    assert part.values["boats"] == 6
    assert list(part.issues) == ["/ship"]
    assert len(client.asked) == 2


def test_items_of_a_list_have_evidence_of_their_own() -> None:
    names = [{"s": 3, "v": "Pia Holm"}, {"s": 3, "v": "Bo Lund"}]
    part, _ = run([{"names": names}], only=["names"])
    assert part.values == {"names": ["Pia Holm", "Bo Lund"]}
    assert [part.evidence[f"/names/{index}"][0].text for index in range(2)] == [
        "Pia Holm",
        "Bo Lund",
    ]


def test_only_the_fields_named_are_planned() -> None:
    assert [section.fields for section in planned(Wreck, ["names", "ship"])] == [
        ("ship",),
        ("names",),
    ]
    assert planned(Wreck, []) == ()


@settings(deadline=None)
@given(st.data(), st.sampled_from([None, 0.1, 1.0]))
def test_any_reply_makes_a_part_whose_pointers_lead_into_it(
    data: st.DataObject, sure: float | None
) -> None:
    for fields in (tuple(RIGHT), ("names",)):
        (section,) = planned(Wreck, fields)
        answers = [data.draw(replies(section.reply.model_json_schema())) for _ in range(2)]
        part, client = run(answers, only=fields, sure=sure)
        assert 1 <= len(client.asked) <= 2
        stated = {p: v for p, v in leaves(part.values) if v is not None}
        assert part.evidence.keys() == part.confidence.keys() == stated.keys()
        assert all(0 <= one <= 1 for one in part.confidence.values())
        assert all(pointer.split("/")[1] in fields for pointer in part.issues)
        for found in part.evidence.values():
            for one in found:
                assert one.text is None or TEXT[one.start : one.end] == one.text
