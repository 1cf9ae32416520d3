"""Properties of the scoring rules, on random records of a schema that has every kind of field."""

from __future__ import annotations

import random
from collections import Counter
from enum import StrEnum
from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, create_model

from eval.align import TAUS
from eval.compare import COMPARATORS, LeafKind, equal, fold
from eval.gold import GoldDocument
from eval.items import Notes, read_record
from eval.judge import Judge
from eval.score import Prediction, score
from eval.scorecard import Counts, Scorecard
from eval.shapes import read_schema
from eval.verdicts import Verdict
from schemas import vocabulary
from schemas.fields import Compare
from schemas.values import PartialDate, Quantity

Record = dict[str, Any]


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class Part(BaseModel):
    name: Annotated[str | None, Compare("text", weight=2)] = None
    colour: Colour | None = None


class Thing(BaseModel):
    title: Annotated[str | None, Compare("text", weight=2)] = None
    amount: Annotated[Quantity | None, Compare(weight=3)] = None
    day: Annotated[PartialDate | None, Compare("date")] = None
    flag: bool | None = None
    tags: list[str] = []
    parts: list[Part] = []
    quotes: Annotated[list[str], Compare("passage", in_totals=False)] = []
    derived: Annotated[str | None, Compare(scored=False)] = None


class Everything(BaseModel):
    headline: str | None = None
    number: int | None = None
    ratio: float | None = None
    colours: list[Colour] = []
    bodies: Annotated[list[str], Compare("organisation")] = []
    things: list[Thing] = []
    single: Part | None = None


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), values)


words = st.sampled_from(["red house", "the red house", "blue barn", "Blue  barn.", "red houses"])
colours = st.sampled_from(["red", "green"])
quantities = st.fixed_dictionaries(
    {
        "value": st.integers(0, 3),
        "bound": st.sampled_from(["exact", "about", "at_least", "more_than"]),
    }
)
days = st.sampled_from(["2021", "2021-03", "2021-03-09", "XXXX-03-09", "2022-03"])
parts = st.fixed_dictionaries({"name": maybe(words), "colour": maybe(colours)})
things = st.fixed_dictionaries(
    {
        "title": maybe(words),
        "amount": maybe(quantities),
        "day": maybe(days),
        "flag": maybe(st.booleans()),
        "tags": st.lists(words, max_size=2),
        "parts": st.lists(parts, max_size=3),
        "quotes": st.lists(words, max_size=2),
        "derived": maybe(words),
    }
)
records = st.fixed_dictionaries(
    {
        "headline": maybe(words),
        "number": maybe(st.integers(0, 2)),
        "ratio": maybe(st.sampled_from([0.0, 0.5, 1.0])),
        "colours": st.lists(colours, max_size=3),
        "bodies": st.lists(
            st.sampled_from(["National Crime Agency", "NCA", "the N.C.A", "Ashby Council"]),
            max_size=3,
        ),
        "things": st.lists(things, max_size=4),
        "single": maybe(parts),
    }
)
junk: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-2, 2), words, st.floats(allow_nan=True)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from([*Everything.model_fields, "name", "value"]), inner),
    ),
    max_leaves=8,
)
broken = st.dictionaries(st.sampled_from(list(Everything.model_fields)), junk)
few = settings(max_examples=100, deadline=None)


def scored(
    gold: Record, predicted: Record | None, schema: type[BaseModel] = Everything
) -> Scorecard:
    document = GoldDocument(id="d", sha256="0" * 64, record=gold)
    return score([document], {"d": Prediction(predicted)}, schema)


def shuffled(value: Any, rng: random.Random) -> Any:
    """The same record with every list in another order."""
    if isinstance(value, dict):
        return {key: shuffled(inner, rng) for key, inner in value.items()}
    if isinstance(value, list):
        return rng.sample([shuffled(inner, rng) for inner in value], len(value))
    return value


def numbers(card: Scorecard) -> Any:
    """All counts a scorecard shows."""
    rows = [(row.path, row.strict.counts, row.lenient.counts) for row in card.fields]
    taus = [(row.strict.counts, row.lenient.counts, row.items) for row in card.tau_sensitivity]
    return rows, card.items, taus


@few
@given(gold=records, predicted=records, seed=st.integers(0, 99))
def test_order_of_list_items_never_matters(gold: Record, predicted: Record, seed: int) -> None:
    rng = random.Random(seed)
    other = scored(shuffled(gold, rng), shuffled(predicted, rng))
    assert numbers(other) == numbers(scored(gold, predicted))


@few
@given(gold=records, predicted=records)
def test_swapping_gold_and_prediction_swaps_fp_and_fn(gold: Record, predicted: Record) -> None:
    there, back = scored(gold, predicted).strict.counts, scored(predicted, gold).strict.counts
    assert (there.tp, there.fp, there.fn) == (back.tp, back.fn, back.fp)


@few
@given(record=st.one_of(records, broken))
def test_a_record_against_itself_has_no_errors(record: Record) -> None:
    card = scored(record, record)
    for score_ in (card.strict, card.lenient, *(row.strict for row in card.fields)):
        assert (score_.counts.fp, score_.counts.fn) == (0, 0)
    assert all(row.strict.fp == row.strict.fn == 0 for row in card.items)


@few
@given(gold=records, predicted=records)
def test_nulls_added_on_both_sides_change_only_tn(gold: Record, predicted: Record) -> None:
    more: dict[str, Any] = {"extra": (str | None, None), "amount2": (Quantity | None, None)}
    wider_thing: Any = create_model("WiderThing", __base__=Thing, **more)
    more["things"] = (list[wider_thing], [])
    wider = create_model("Wider", __base__=Everything, **more)

    def widened(record: Record) -> Record:
        nulls = {"extra": None, "amount2": None}
        return {**record, **nulls, "things": [{**thing, **nulls} for thing in record["things"]]}

    before = scored(gold, predicted)
    after = scored(widened(gold), widened(predicted), wider)
    rows = {row.path: row for row in after.fields}
    for row in before.fields:
        assert rows.pop(row.path).strict == row.strict
    for row in rows.values():
        assert row.strict.counts == Counts(non=row.strict.counts.non)
    assert after.items == before.items


@few
@given(gold=records, predicted=st.one_of(records, broken))
def test_every_leaf_is_counted_once(gold: Record, predicted: Record) -> None:
    """POS depends on gold alone, ACT on the prediction alone."""
    card, alone = scored(gold, predicted), scored(gold, None)
    mirror = scored(predicted, None)
    for here, missed, stated in (
        (card.strict, alone.strict, mirror.strict),
        (card.lenient, alone.lenient, mirror.lenient),
    ):
        assert here.counts.tally.gold == missed.counts.mis
        assert here.counts.tally.predicted == stated.counts.mis


@few
@given(gold=records, predicted=records)
def test_totals_are_the_sums_of_what_they_total(gold: Record, predicted: Record) -> None:
    card = scored(gold, predicted)
    inside = [row.strict.counts for row in card.fields if row.in_totals]
    assert card.strict.counts.cor == sum(counts.cor for counts in inside)
    assert card.strict.counts.fp == sum(counts.fp for counts in inside)
    assert card.documents[0].strict.counts == card.strict.counts
    assert card.tau_sensitivity[1].strict == card.strict
    judged = [verdict for verdict in card.verdicts if verdict.strict == "COR" and verdict.in_totals]
    assert len(judged) == card.strict.counts.cor


@few
@given(gold=records, predicted=records)
def test_each_tau_is_judged_as_if_alone(gold: Record, predicted: Record) -> None:
    card, shape = scored(gold, predicted), read_schema(Everything)
    for tau, row in zip(TAUS, card.tau_sensitivity, strict=True):
        judge = Judge("d", read_record(shape, gold, Notes()), read_record(shape, predicted))
        alone = judge.whole(tau)
        for track in ("strict", "lenient"):
            found = Counter(getattr(one, track) for one in alone.verdicts if one.in_totals)
            counts = getattr(row, track).counts
            assert {name: counts.model_dump()[name] for name in Counts.model_fields} == {
                name: found[Verdict(name.upper())] for name in Counts.model_fields
            }
            pairs = {path: getattr(tally, track)[0] for path, tally in alone.items.items()}
            shown = {item.path: getattr(item, track).tp for item in row.items}
            assert shown == {**dict.fromkeys(shown, 0), **pairs}


@few
@given(gold=records, predicted=records)
def test_a_scorecard_survives_json(gold: Record, predicted: Record) -> None:
    card = scored(gold, predicted)
    assert Scorecard.model_validate_json(card.model_dump_json()) == card


VALUES: dict[LeafKind, st.SearchStrategy[Any]] = {
    "exact": st.one_of(colours, st.booleans(), st.integers(0, 1)),
    "text": st.one_of(words, st.text(max_size=8), st.integers(0, 3)),
    "value": st.one_of(st.integers(0, 40), words),
    "bound": st.sampled_from(["exact", "about", "at_least", "more_than", "at_most"]),
    "date": st.one_of(days, words),
    "organisation": st.sampled_from(["NCA", "National Crime Agency", "N.C.A.", "Ashby", 3]),
    "passage": st.one_of(words, st.text(max_size=12)),
}


MARKS = "theaAn '\"`.,&% -(\u201c\u2019\u2014"


@pytest.mark.parametrize("kind", list(COMPARATORS))
@few
@given(data=st.data())
def test_lenient_accepts_whatever_strict_accepts(kind: LeafKind, data: st.DataObject) -> None:
    gold, predicted = data.draw(VALUES[kind]), data.draw(VALUES[kind])
    beside = data.draw(
        maybe(VALUES["bound"] if kind == "value" else st.lists(VALUES[kind], max_size=2))
    )
    assert equal(kind, gold, gold) and equal(kind, gold, gold, "lenient")
    if equal(kind, gold, predicted, "strict", beside):
        assert equal(kind, gold, predicted, "lenient", beside)
    if kind != "value":
        assert equal(kind, gold, predicted) == equal(kind, predicted, gold)


@few
@given(
    text=st.one_of(
        st.text(max_size=12), st.text("theaAn '\"`.,&% -(\u201c\u2019\u2014", max_size=12)
    )
)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(text) == vocabulary.fold(text).replace('"', "'")
