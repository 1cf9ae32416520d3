"""The conformance examples of the scoring rules, one test each (TP, FP, FN, TN)."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from eval.evidence import compare_spans
from eval.gold import GoldDocument, GoldSpan
from eval.score import Prediction, score
from eval.scorecard import ItemScore, Score, Scorecard
from schemas.fields import Compare
from schemas.values import PartialDate, Quantity

Quad = tuple[int, int, int, int]


class Body(BaseModel):
    name: Annotated[str, Compare("organisation", weight=3)]


class Person(BaseModel):
    name: Annotated[str | None, Compare("text", weight=3)] = None
    role: str | None = None
    age: int | None = None


class Report(BaseModel):
    number: int | None = None
    day: Annotated[PartialDate | None, Compare("date")] = None
    amount: Quantity | None = None
    bodies: list[Body] = []
    names: Annotated[list[str], Compare("organisation")] = []
    cities: list[str] = []
    people: list[Person] = []


JOHN = {"name": "John Smith", "role": "driver", "age": 30}
MARIA = {"name": "Maria Lopez", "role": "boss", "age": 41}


def scored(gold: dict[str, Any], predicted: dict[str, Any], **more: Any) -> Scorecard:
    document = GoldDocument(id="d", sha256="0" * 64, record=gold, **more)
    return score([document], {"d": Prediction(predicted)}, Report)


def quad(found: Score) -> Quad:
    counts = found.counts
    return counts.tp, counts.fp, counts.fn, counts.tn


def both(card: Scorecard, path: str) -> tuple[Quad, Quad]:
    row = card.field(path)
    return quad(row.strict), quad(row.lenient)


def people(card: Scorecard) -> tuple[int, int, int]:
    row = next(row for row in card.items if row.path == "people[]")
    assert row.strict == row.lenient
    return row.strict.tp, row.strict.fp, row.strict.fn


@pytest.mark.parametrize(
    ("gold", "predicted", "expected"),
    [
        (5, 6, (0, 1, 1, 0)),
        (None, 0, (0, 1, 0, 0)),
        (0, None, (0, 0, 1, 0)),
        (0, 0, (1, 0, 0, 0)),
        (None, None, (0, 0, 0, 1)),
    ],
)
def test_1_and_2_zero_is_a_value(gold: int | None, predicted: int | None, expected: Quad) -> None:
    card = scored({"number": gold}, {"number": predicted})
    assert both(card, "number") == (expected, expected)


def test_3_a_coarser_date_is_right_on_the_lenient_track_only() -> None:
    card = scored({"day": "2024-03-15"}, {"day": "2024-03"})
    assert both(card, "day") == ((0, 1, 1, 0), (1, 0, 0, 0))
    assert not [verdict for verdict in card.verdicts if verdict.tags == ("over-precise",)]


def test_3_reverse_a_finer_date_is_wrong_on_both_and_tagged() -> None:
    card = scored({"day": "2024-03"}, {"day": "2024-03-15"})
    assert both(card, "day") == ((0, 1, 1, 0), (0, 1, 1, 0))
    assert "over-precise" in next(v.tags for v in card.verdicts if v.path == "day")


def test_4_a_quantity_is_two_leaves() -> None:
    card = scored(
        {"amount": {"value": 20, "bound": "about"}}, {"amount": {"value": 20, "bound": "exact"}}
    )
    assert both(card, "amount.value")[0] == (1, 0, 0, 0)
    assert both(card, "amount.bound")[0] == (0, 1, 1, 0)


def test_5_a_second_alias_is_spurious() -> None:
    alias = {"alternatives": {"/bodies/0/name": ["Federal Bureau of Investigation"]}}
    predicted = [{"name": "FBI"}, {"name": "Federal Bureau of Investigation"}]
    card = scored({"bodies": [{"name": "FBI"}]}, {"bodies": predicted}, **alias)
    assert both(card, "bodies[].name") == ((1, 1, 0, 0), (1, 1, 0, 0))


def test_5_as_a_plain_list() -> None:
    alias = {"alternatives": {"/names/0": ["Federal Bureau of Investigation"]}}
    predicted = ["Federal Bureau of Investigation", "FBI"]
    card = scored({"names": ["FBI"]}, {"names": predicted}, **alias)
    assert both(card, "names[]") == ((1, 1, 0, 0), (1, 1, 0, 0))


def test_6_plain_lists_pair_on_equality() -> None:
    card = scored({"cities": ["Athens", "Patras"]}, {"cities": ["Athens", "Zurich", "Oslo"]})
    assert both(card, "cities[]")[0] == (1, 2, 1, 0)


def test_7_order_does_not_matter() -> None:
    card = scored({"people": [JOHN, MARIA]}, {"people": [{**MARIA, "age": 44}, JOHN]})
    assert people(card) == (2, 0, 0)
    assert quad(card.field("people[].name").strict) == (2, 0, 0, 0)
    assert quad(card.field("people[].role").strict) == (2, 0, 0, 0)
    assert quad(card.field("people[].age").strict) == (1, 1, 1, 0)


def test_8_an_item_without_a_partner_is_missed_leaf_by_leaf() -> None:
    gold = [{**JOHN, "age": None}, MARIA]
    card = scored({"people": gold}, {"people": [{**JOHN, "age": 41}]})
    assert people(card) == (1, 0, 1)
    assert quad(card.field("people[].name").strict) == (1, 0, 1, 0)
    assert quad(card.field("people[].role").strict) == (1, 0, 1, 0)
    assert quad(card.field("people[].age").strict) == (0, 1, 1, 0)


def test_9_too_unlike_to_be_paired() -> None:
    card = scored({"people": [JOHN]}, {"people": [{"name": "Zed", "role": "boss", "age": 30}]})
    assert people(card) == (0, 1, 1)
    for leaf in ("name", "role", "age"):
        assert quad(card.field(f"people[].{leaf}").strict) == (0, 1, 1, 0)


def test_10_spans_that_share_a_third() -> None:
    span = GoldSpan(start=10, end=30, text="x" * 20)
    counts = compare_spans([span], [GoldSpan(start=20, end=40, text="x" * 20)])
    assert (counts.tp, counts.fp, counts.fn) == (0, 1, 1)
    assert (counts.shared, counts.predicted_only, counts.gold_only) == (10, 10, 10)


def test_a_document_without_a_record_misses_everything() -> None:
    gold = {"number": 0, "amount": {"value": 2, "bound": "exact"}, "people": [JOHN]}
    document = GoldDocument(id="d", sha256="0" * 64, record=gold)
    for predictions in ({}, {"d": Prediction(None, valid=False)}):
        card = score([document], predictions, Report)
        assert quad(card.strict)[:3] == (0, 0, 6)
        assert card.validity == 0.0
        assert card.strict.precision is None
        assert card.strict.recall == 0.0
        assert card.strict.f1 == 0.0
        assert {v.tags for v in card.verdicts if v.strict == "MIS"} == {("no-record",)}


def test_a_missing_key_is_null_and_tallied() -> None:
    card = scored({"number": 3}, {"day": None, "people": [{"name": "Ann Lee"}]})
    verdict = next(verdict for verdict in card.verdicts if verdict.path == "number")
    assert (verdict.strict, verdict.tags) == ("MIS", ("missing-key",))
    assert card.missing_keys == len(Report.model_fields) - 2 + 2


def test_unscorable_leaves_are_left_out_on_both_sides() -> None:
    gold = {"number": None, "amount": {"value": 4, "bound": "exact"}, "cities": ["Kos", "Rome"]}
    predicted = {
        "number": 5,
        "amount": {"value": 9, "bound": "about"},
        "cities": ["Rome", "Kos", "Nice"],
    }
    reasons = dict.fromkeys(("/number", "/amount", "/cities/1"), "the text contradicts itself")
    card = scored(gold, predicted, unscorable=reasons)
    assert quad(card.field("number").strict) == (0, 0, 0, 0)
    assert quad(card.field("amount.value").strict) == (0, 0, 0, 0)
    assert quad(card.field("amount.bound").strict) == (0, 0, 0, 0)
    assert quad(card.field("cities[]").strict) == (1, 1, 0, 0)


def test_no_denominator_is_none_and_left_out_of_the_macro_mean() -> None:
    card = scored({"number": 1}, {"number": 1})
    assert card.field("day").strict.f1 is None
    assert (card.strict_macro.f1, card.strict_macro.fields) == (1.0, 1)
    assert card.items[1].strict == ItemScore()


def test_values_that_are_out_of_shape_are_wrong_values() -> None:
    card = scored({"people": [JOHN], "amount": None}, {"people": "John Smith", "amount": "many"})
    assert quad(card.strict)[:3] == (0, 2, 3)
    odd = [verdict for verdict in card.verdicts if "out-of-shape" in verdict.tags]
    assert {(verdict.path, verdict.predicted) for verdict in odd} == {
        ("people", "John Smith"),
        ("amount", "many"),
    }


def test_an_alias_or_an_alternative_pairs_items() -> None:
    class Role(BaseModel):
        name: Annotated[str, Compare("organisation", weight=3)]
        role: str

    class Roles(BaseModel):
        bodies: list[Role] = []

    gold = [{"name": "National Crime Agency", "role": "lead"}, {"name": "Ashby", "role": "lead"}]
    predicted = [{"name": "Ashby Trust", "role": "helps"}, {"name": "NCA", "role": "helps"}]
    document = GoldDocument(
        id="d",
        sha256="0" * 64,
        record={"bodies": gold},
        alternatives={"/bodies/1/name": ["the Ashby Trust"]},
    )
    card = score([document], {"d": Prediction({"bodies": predicted})}, Roles)
    assert card.items[0].strict.tp == 2
    assert both(card, "bodies[].name") == ((2, 0, 0, 0), (2, 0, 0, 0))
    assert quad(card.field("bodies[].role").strict) == (0, 2, 2, 0)


def test_tracks_that_pair_differently_get_an_entry_each() -> None:
    gold = {"people": [{"name": "Jonathan Smithson", "role": "driver", "age": 30}]}
    card = scored(gold, {"people": [{"name": "Jonathan Smithsen", "role": "cook", "age": 30}]})
    row = next(row for row in card.items if row.path == "people[]")
    assert (row.strict.tp, row.lenient.tp) == (0, 1)
    assert both(card, "people[].name") == ((0, 1, 1, 0), (1, 0, 0, 0))
    assert both(card, "people[].age") == ((0, 1, 1, 0), (1, 0, 0, 0))
