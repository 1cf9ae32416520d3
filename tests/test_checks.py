"""What cannot be right is found, said in one line, and laid at the right section's door."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from extractor.extraction import Evidence, Status
from extractor.grounding.ground import UNGROUNDED
from extractor.record.checks import (
    allowed,
    by_pointer,
    check,
    check_part,
)
from extractor.record.parts import Part
from extractor.record.records import assemble
from extractor.schema.reading import read_schema
from schemas.fields import AtMost, Compare, Cues, PartOf
from schemas.values import Quantity

FOUND = (Evidence(0, 1, "x", Status.VERBATIM),)


class Crew(BaseModel):
    name: str | None = None
    total: Quantity | None = None
    men: Annotated[int | None, PartOf("total", "sex")] = None
    women: Annotated[int | None, PartOf("total", "sex")] = None
    cooks: Annotated[int | None, PartOf("total", "post")] = None
    saved: Annotated[Quantity | None, AtMost("total")] = None
    youngest: Annotated[int | None, AtMost("oldest")] = Field(None, ge=0, le=120)
    oldest: int | None = Field(None, ge=0, le=120)


class Voyage(BaseModel):
    ship: str | None = None
    length: int | None = Field(None, gt=0)
    cargo: list[str] = []
    crews: list[Crew] = []
    lost: Annotated[int | None, AtMost("aboard")] = None
    aboard: int | None = None
    code: Annotated[str | None, Compare(scored=False)] = None


NODES = read_schema(Voyage).children


def pointers(value: Any, pointer: str = "") -> list[str]:
    if isinstance(value, dict):
        return [one for key, part in value.items() for one in pointers(part, f"{pointer}/{key}")]
    if isinstance(value, list):
        return [one for at, part in enumerate(value) for one in pointers(part, f"{pointer}/{at}")]
    return [pointer]


def findings(values: dict[str, Any], **evidence: Any) -> dict[str, tuple[str, ...]]:
    """Findings by pointer; everything is grounded unless told otherwise."""
    known = dict.fromkeys(pointers(values), FOUND)
    known |= {f"/{place.replace('__', '/')}": found for place, found in evidence.items()}
    return by_pointer(check_part(NODES, values, known))


def crew(**values: Any) -> dict[str, Any]:
    return {"crews": [{"name": "A", **values}]}


def test_nothing_is_found_where_all_is_well() -> None:
    whole = {
        "ship": "Petrel",
        "length": 30,
        "cargo": ["tin", "coal"],
        "lost": 3,
        "aboard": 3,
        **crew(total={"value": 5, "bound": "exact"}, men=3, women=2, cooks=5, youngest=9, oldest=9),
    }
    assert findings(whole) == {}
    assert findings({"ship": None, "cargo": [], "crews": []}) == {}


def test_parts_of_one_split_exceed_their_total_only_together() -> None:
    five = {"value": 5, "bound": "exact"}
    assert findings(crew(total=five, men=3, cooks=4)) == {}
    assert findings(crew(total=five, men=3, women=3)) == {
        "/crews/0/women": ("crews[0]: men 3 + women 3 is more than total 5",)
    }
    assert findings(crew(total=None, men=3, women=3)) == {}


@pytest.mark.parametrize(
    ("bound", "men", "is_possible"),
    [
        ("exact", 6, False),
        ("at_least", 600, True),
        ("more_than", 600, True),
        ("about", 5, True),
        ("about", 6, False),
        ("at_most", 6, False),
        ("at_most", 5, True),
    ],
)
def test_a_bound_leaves_open_what_its_words_do(bound: str, men: int, is_possible: bool) -> None:
    found = findings(crew(total={"value": 5, "bound": bound}, men=men))
    assert (found == {}) is is_possible


def test_ages_stand_in_order() -> None:
    assert findings(crew(youngest=40, oldest=30)) == {
        "/crews/0/youngest": ("crews[0]: youngest 40 is more than oldest 30",)
    }
    assert list(findings({"lost": 9, "aboard": 4})) == ["/lost"]


def test_a_lesser_number_is_compared_with_all_that_the_greater_may_be() -> None:
    over_five = {"value": 5, "bound": "more_than"}
    assert findings(crew(total=over_five, saved={"value": 9, "bound": "exact"})) == {}
    up_to_five = {"value": 5, "bound": "at_most"}
    assert findings(crew(total=up_to_five, saved={"value": 4, "bound": "more_than"})) == {}
    assert findings(crew(total=up_to_five, saved=over_five)) == {
        "/crews/0/saved": ("crews[0]: saved more than 5 is more than total at most 5",)
    }


def test_constraints_are_said_with_the_value() -> None:
    found = findings({"length": 0, **crew(youngest=200)})
    assert found["/length"] == ("length 0: Input should be greater than 0",)
    assert found["/crews/0/youngest"][0].startswith("crews[0].youngest 200: ")


def test_a_value_without_evidence_is_found() -> None:
    values = {"ship": "Petrel", "cargo": ["tin", "coal"]}
    found = findings(values, ship=UNGROUNDED, cargo__1=())
    assert found == {
        "/ship": ('ship "Petrel": no sentence cited for it states that',),
        "/cargo/1": ('cargo[1] "coal": no sentence cited for it states that',),
    }


def test_an_option_without_cues_is_not_asked_for_again() -> None:
    class Mill(BaseModel):
        state: Literal["open", "shut"] | None = None
        wheel: Annotated[bool | None, Cues(("wheel",))] = None

    nodes, values = read_schema(Mill).children, {"state": "open", "wheel": True}
    assert [one.pointer for one in check_part(nodes, values, {})] == ["/wheel"]
    record, _, _ = assemble(Mill, values)
    assert set(check(Mill, record, Part())) == {"/state", "/wheel"}


def test_repeats_are_found_up_to_case_and_quotation_marks() -> None:
    assert list(findings({"cargo": ["Tin", "coal", "“tin”", "TIN"]})) == ["/cargo/2", "/cargo/3"]
    twice = {"crews": [{"name": "A"}, {"name": "a"}, {"name": "B"}]}
    assert list(findings(twice)) == ["/crews/1"]


def test_long_values_are_cut_in_messages() -> None:
    (message,) = findings({"ship": "y" * 500}, ship=UNGROUNDED)["/ship"]
    assert len(message) < 120 and "\n" not in message


def test_a_whole_record_is_checked_across_sections() -> None:
    values = {"lost": 9, "aboard": 4, "ship": "Petrel", "code": "derived", "cargo": ["tin"]}
    record, valid, _ = assemble(Voyage, values)
    assert valid
    part = Part(values, {"/lost": FOUND, "/aboard": FOUND, "/cargo": FOUND})
    assert check(Voyage, record, part) == {
        "/lost": ("lost 9 is more than aboard 4",),
        "/ship": ('ship "Petrel": no sentence cited for it states that',),
    }
    part.issues["/lost"] = ("lost 9 is more than aboard 4",)
    assert list(check(Voyage, record, part)) == ["/ship"]


def test_evidence_on_an_object_covers_its_leaves() -> None:
    values = crew(total={"value": 5, "bound": "exact"})
    record, _, _ = assemble(Voyage, values)
    assert check(Voyage, record, Part(values, {"/crews/0": FOUND})) == {}
    assert set(check(Voyage, record, Part(values, {"/crews/0/total": FOUND}))) == {"/crews/0/name"}


def test_an_unvalidated_record_is_checked_as_far_as_it_goes() -> None:
    record, valid, _ = assemble(Voyage, {"length": "long", "crews": [{"total": "many", "men": 2}]})
    assert not valid
    assert "/length" in check(Voyage, record, Part())


@given(
    st.integers(0, 10**6), st.sampled_from(["exact", "about", "at_least", "more_than", "at_most"])
)
def test_a_number_lies_in_what_its_words_allow(value: int, bound: str) -> None:
    found = allowed({"value": value, "bound": bound})
    assert found is not None and found.low <= found.high
    assert (found.low <= value <= found.high) is (bound != "more_than")


@given(st.none() | st.booleans() | st.text() | st.lists(st.integers()))
def test_what_is_no_number_allows_nothing(value: Any) -> None:
    assert allowed(value) is None
