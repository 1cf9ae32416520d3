"""Which list items are paired, beside a search through all pairings, and how ties are settled."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from eval.align import TAU, TAUS, Aligner
from eval.assign import best_pairs, solve, solve_exactly
from eval.compare import LeafKind, Track, equal, fold
from eval.gold import GoldDocument
from eval.items import Item, read_record
from eval.score import Prediction, score
from eval.scorecard import Scorecard
from eval.shapes import read_schema
from schemas.fields import Compare
from schemas.values import PartialDate, Quantity

Record = dict[str, Any]
Pairing = tuple[tuple[int, int], ...]


class Thing(BaseModel):
    title: Annotated[str | None, Compare("text", weight=2)] = None
    amount: Annotated[Quantity | None, Compare(weight=3)] = None
    day: Annotated[PartialDate | None, Compare("date")] = None
    flag: bool | None = None
    tags: list[str] = []


class Things(BaseModel):
    things: list[Thing] = []


class Row(BaseModel):
    one: str | None = None
    two: str | None = None
    three: Annotated[str | None, Compare(weight=2)] = None
    quotes: Annotated[list[str], Compare("passage", in_totals=False)] = []


class Rows(BaseModel):
    rows: list[Row] = []


KINDS: dict[str, LeafKind] = {"title": "text", "day": "date", "flag": "exact"}
WEIGHTS = {"title": 2}
SHAPE = read_schema(Things)
words = st.sampled_from(["red house", "the red house", "blue barn"])
things = st.fixed_dictionaries(
    {
        "title": st.one_of(st.none(), words),
        "amount": st.sampled_from(
            [None, None, {"value": 1, "bound": "exact"}, {"value": 1, "bound": "about"}]
        ),
        "day": st.sampled_from([None, "2021", "2022"]),
        "flag": st.sampled_from([None, True, False]),
        "tags": st.lists(words, max_size=2),
    }
)


def scored(gold: Record, predicted: Record | None, schema: type[BaseModel] = Rows) -> Scorecard:
    document = GoldDocument(id="d", sha256="0" * 64, record=gold)
    return score([document], {"d": Prediction(predicted)}, schema)


def likeness(gold: Record, predicted: Record, track: Track) -> tuple[Fraction, int]:
    """Similarity and correct leaves of two things, written from the rules."""
    ours, theirs = gold["amount"] or {}, predicted["amount"] or {}
    bound = ours.get("bound")
    leaves: list[tuple[int, Any, Any, LeafKind, Any]] = [
        (WEIGHTS.get(key, 1), gold[key], predicted[key], kind, None) for key, kind in KINDS.items()
    ]
    leaves.append((3, ours.get("value"), theirs.get("value"), "value", bound))
    leaves.append((1, bound, theirs.get("bound"), "bound", None))
    here, there = (Counter(map(fold, one["tags"])) for one in (gold, predicted))
    hits = (here & there).total()
    same, total = hits, here.total() + there.total() - hits
    for weight, one, other, kind, beside in leaves:
        if one is not None or other is not None:
            total += weight
            if None not in (one, other) and equal(kind, one, other, track, beside):
                same, hits = same + weight, hits + 1
    return (Fraction(same, total) if total else Fraction(1)), hits


def stated(thing: Record) -> Record:
    return {**thing, "tags": sorted(thing["tags"])}


def worth(
    pairs: Pairing, golds: list[Record], predicted: list[Record], track: Track
) -> tuple[Fraction, int, int]:
    """What a pairing is judged by: similarity, exactly equal pairs, correct leaves."""
    found = [likeness(golds[i], predicted[j], track) for i, j in pairs]
    exact = sum(stated(golds[i]) == stated(predicted[j]) for i, j in pairs)
    return sum((one for one, _ in found), Fraction(0)), exact, sum(hits for _, hits in found)


def every_pairing(rows: int, columns: list[int]) -> Iterator[Pairing]:
    if rows == 0:
        yield ()
        return
    for rest in every_pairing(rows - 1, columns):
        yield rest
        taken = {column for _, column in rest}
        for column in columns:
            if column not in taken:
                yield (*rest, (rows - 1, column))


@settings(max_examples=250, deadline=None)
@given(
    golds=st.lists(things, min_size=1, max_size=5),
    predicted=st.lists(things, min_size=1, max_size=5),
    tau=st.sampled_from(TAUS),
    track=st.sampled_from(["strict", "lenient"]),
)
def test_pairing_is_the_best_of_all(
    golds: list[Record], predicted: list[Record], tau: int, track: Track
) -> None:
    """Pairs under τ removed first; then similarity, then equal pairs, then correct leaves."""
    ours, theirs = items_of(golds, "gold"), items_of(predicted, "other")
    pairs = Aligner().pairs(SHAPE.lists[0], ours, theirs, track, tau)
    allowed = {
        (i, j)
        for i, j in itertools.product(range(len(golds)), range(len(predicted)))
        if likeness(golds[i], predicted[j], track)[0] * 100 >= tau
    }
    assert set(pairs) <= allowed
    best = max(
        worth(candidate, golds, predicted, track)
        for candidate in every_pairing(len(golds), list(range(len(predicted))))
        if set(candidate) <= allowed
    )
    assert worth(pairs, golds, predicted, track) == best


def items_of(records: list[Record], side: str) -> list[Item]:
    found = list(read_record(SHAPE, {"things": records}).lists[0])
    for item in found:
        item.pointer = f"/{side}{item.pointer}"
    return found


def test_total_similarity_goes_before_equal_pairs() -> None:
    """Two pairs of 0.6 are worth more than one of 1 whose rest lies under τ."""

    class Even(BaseModel):
        a: str
        b: str
        c: str
        d: str
        e: str

    class Evens(BaseModel):
        rows: list[Even] = []

    x = dict.fromkeys("abcde", "same")
    near_one = {**x, "a": "other", "b": "other"}
    near_two = {**x, "d": "else", "e": "else"}
    card = scored({"rows": [near_one, x]}, {"rows": [x, near_two]}, Evens)
    assert (card.items[0].strict.tp, card.strict.counts.tp) == (2, 6)


@pytest.mark.parametrize("turned", [False, True])
def test_what_is_tied_is_settled_in_canonical_order(turned: bool) -> None:
    """Either partner is as good, but not for the same field."""
    whole = [{"one": "same", "two": "same"}]
    halves = [{"one": "same", "two": "odd"}, {"one": "odd", "two": "same"}]
    halves = halves[:: -1 if turned else 1]
    card = scored({"rows": whole}, {"rows": halves}, Rows)
    pointer = "/rows/0/two" if turned else "/rows/1/two"
    right = [verdict for verdict in card.verdicts if verdict.strict == "COR"]
    assert [verdict.predicted_pointer for verdict in right] == [pointer]
    card = scored({"rows": halves}, {"rows": whole}, Rows)
    right = [verdict for verdict in card.verdicts if verdict.strict == "COR"]
    assert [verdict.gold_pointer for verdict in right] == [pointer]


@pytest.mark.parametrize("turned", [False, True])
def test_correct_leaves_decide_between_equal_similarities(turned: bool) -> None:
    heavy, light = {"three": "same", "one": "no", "two": "no"}, {"one": "same", "two": "same"}
    predicted = [heavy, {**light, "three": "no"}]
    card = scored(
        {"rows": [{"one": "same", "two": "same", "three": "same"}]},
        {"rows": predicted[:: -1 if turned else 1]},
        Rows,
    )
    assert card.strict.counts.cor == 2


@pytest.mark.parametrize("turned", [False, True])
def test_equal_pairs_decide_between_equal_similarities(turned: bool) -> None:
    predicted = [{"one": "the barn"}, {"one": "barn"}]
    card = scored({"rows": [{"one": "barn"}]}, {"rows": predicted[:: -1 if turned else 1]}, Rows)
    right = [verdict for verdict in card.verdicts if verdict.strict == "COR"]
    assert [verdict.predicted for verdict in right] == ["barn"]


@pytest.mark.parametrize("turned", [False, True])
def test_leaves_outside_the_totals_decide_last(turned: bool) -> None:
    gold = [{"one": "barn", "quotes": ["alpha"]}, {"one": "barn", "quotes": ["omega"]}]
    predicted = [
        {"one": "the barn", "quotes": ["omega"]},
        {"one": "the barn", "quotes": ["zeta"]},
    ]
    card = scored({"rows": gold}, {"rows": predicted[:: -1 if turned else 1]}, Rows)
    assert card.field("rows[].quotes[]").strict.counts.cor == 1
    assert card.strict.counts.cor == 2  # the quotes have a row of their own


matrices = st.integers(1, 5).flatmap(
    lambda rows: st.integers(1, 5).flatmap(
        lambda columns: st.lists(
            st.lists(
                st.one_of(st.integers(0, 4), st.integers(0, 10**25)),
                min_size=columns,
                max_size=columns,
            ),
            min_size=rows,
            max_size=rows,
        )
    )
)


@settings(max_examples=100, deadline=None)
@given(matrix=matrices)
def test_assignment_is_the_best_of_all(matrix: list[list[int]]) -> None:
    weights = {
        (i, j): weight for i, row in enumerate(matrix) for j, weight in enumerate(row) if weight
    }
    best = max(
        sum(matrix[i][j] for i, j in pairing)
        for pairing in every_pairing(len(matrix), list(range(len(matrix[0]))))
    )
    for pairs in (best_pairs(weights), tuple(solve(matrix))):
        assert sum(matrix[i][j] for i, j in pairs) == best
        assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)


@pytest.mark.parametrize("size", [7, 20, 50])
@pytest.mark.parametrize("most", [3, 10**6, 2**40 // 100])
def test_both_solvers_find_the_same_total(size: int, most: int) -> None:
    """SciPy, used where doubles are exact, against whole numbers of any size."""
    rng = random.Random(size * most)
    matrix = [[rng.randint(0, most) for _ in range(size + 2)] for _ in range(size)]
    totals = [
        sum(matrix[i][j] for i, j in pairs) for pairs in (solve(matrix), solve_exactly(matrix))
    ]
    assert totals[0] == totals[1]


def test_the_default_tau_is_a_half() -> None:
    assert (TAU, TAUS) == (50, (30, 50, 70))


def test_tau_sensitivity_where_the_tracks_pair_differently() -> None:
    """Alike by a third strictly, wholly on the lenient track."""

    class Plain(BaseModel):
        one: str | None = None
        three: Annotated[str | None, Compare(weight=2)] = None

    class Plains(BaseModel):
        rows: list[Plain] = []

    gold, predicted = {"one": "a", "three": "red house"}, {"one": "a", "three": "red houses"}
    card = scored({"rows": [gold]}, {"rows": [predicted]}, Plains)
    found = [
        (row.tau, row.strict.counts.cor, row.strict.counts.sub, row.strict.counts.spu)
        for row in card.tau_sensitivity
    ]
    assert found == [(0.3, 1, 1, 0), (0.5, 0, 0, 2), (0.7, 0, 0, 2)]
    assert [row.lenient.counts.cor for row in card.tau_sensitivity] == [2, 2, 2]
    assert [row.items[0].strict.tp for row in card.tau_sensitivity] == [1, 0, 0]
