"""Evidence is scored apart from values: spans, characters, grounding."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from eval.evidence import EvidenceCounts, compare_spans, compare_with_best, is_same_span
from eval.gold import GoldDocument, GoldSpan
from eval.pointers import covering, enclosing, join, resolve, split
from eval.score import Prediction, score
from eval.scorecard import EvidenceScore, Scorecard
from extractor.extraction import Evidence, Status
from schemas.values import Quantity


class Person(BaseModel):
    name: str | None = None
    age: int | None = None


class Report(BaseModel):
    title: str | None = None
    amount: Quantity | None = None
    people: list[Person] = []


def span(start: int, end: int) -> GoldSpan:
    return GoldSpan(start=start, end=end, text="x" * (end - start))


def cited(start: int, end: int, status: Status = Status.VERBATIM) -> Evidence:
    return Evidence(start, end, "x" * (end - start), status)


NOWHERE = Evidence(None, None, None, Status.UNGROUNDED)


def scored(
    gold: dict[str, Any],
    gold_evidence: dict[str, Any],
    predicted: dict[str, Any],
    evidence: dict[str, list[Evidence]],
) -> Scorecard:
    document = GoldDocument(id="d", sha256="0" * 64, record=gold, evidence=gold_evidence)
    return score([document], {"d": Prediction(predicted, evidence)}, Report)


def spans(found: EvidenceScore) -> tuple[int, int, int]:
    return found.counts.tp, found.counts.fp, found.counts.fn


def test_half_of_the_characters_is_enough() -> None:
    assert is_same_span(span(0, 10), span(0, 20))
    assert not is_same_span(span(0, 10), span(0, 21))
    assert not is_same_span(span(0, 10), span(10, 20))


def test_spans_are_paired_one_to_one() -> None:
    counts = compare_spans([span(0, 10)], [span(0, 10), span(0, 9)])
    assert (counts.tp, counts.fp, counts.fn) == (1, 1, 0)
    assert (counts.shared, counts.predicted_only, counts.gold_only) == (10, 0, 0)
    crossed = compare_spans([span(0, 10), span(4, 14)], [span(3, 12), span(0, 7)])
    assert (crossed.tp, crossed.fp, crossed.fn) == (2, 0, 0)


def test_the_best_alternative_counts() -> None:
    alternatives = [[span(50, 60)], [span(0, 10), span(20, 30)], [span(0, 10)]]
    best = compare_with_best(alternatives, [span(0, 10)])
    assert (best.tp, best.fp, best.fn) == (1, 0, 1)  # the first of those with most TP
    none_cited = compare_with_best(alternatives, [])
    assert (none_cited.tp, none_cited.fp, none_cited.fn) == (0, 0, 1)
    assert compare_with_best([], [span(0, 10)]) == EvidenceCounts()


def test_evidence_around_a_leaf_covers_it() -> None:
    quantity = {"value": 3, "bound": "exact"}
    card = scored(
        {"amount": quantity, "people": [{"name": "Ann", "age": 7}]},
        {
            "/amount": [[span(0, 9)]],
            "/people/0": [[span(20, 30)]],
            "/people/0/age": [[span(40, 45)]],
        },
        {"amount": quantity, "people": [{"name": "Ann", "age": 7}]},
        {
            "/amount/value": [cited(0, 9)],
            "/amount/bound": [cited(70, 79)],
            "/people/0/name": [cited(20, 30)],
            "/people/0/age": [cited(40, 45)],
        },
    )
    assert spans(card.field("amount.value").evidence) == (1, 0, 0)
    assert spans(card.field("amount.bound").evidence) == (0, 1, 1)
    assert spans(card.field("people[].name").evidence) == (1, 0, 0)
    assert spans(card.field("people[].age").evidence) == (1, 0, 0)
    assert spans(card.evidence) == (3, 1, 1)
    assert card.evidence.precision == card.evidence.recall == 0.75


def test_evidence_follows_the_pairing_and_needs_values_on_both_sides() -> None:
    card = scored(
        {"title": "Raid", "people": [{"name": "Ann", "age": 7}, {"name": "Bo", "age": 9}]},
        {"/title": [[span(0, 4)]], "/people/0": [[span(10, 13)]], "/people/1": [[span(20, 22)]]},
        {"title": None, "people": [{"name": "Bo", "age": 8}, {"name": "Ann", "age": None}]},
        {"/people/0": [cited(20, 22)], "/people/1": [cited(10, 13)]},
    )
    assert spans(card.field("title").evidence) == (0, 0, 0)
    assert spans(card.field("people[].name").evidence) == (2, 0, 0)
    assert spans(card.field("people[].age").evidence) == (1, 0, 0)  # Bo's is wrong, but cited


def test_grounding_counts_predicted_leaves_only() -> None:
    card = scored(
        {"title": "Raid", "amount": None},
        {},
        {
            "title": "Raids",
            "amount": {"value": 2, "bound": "exact"},
            "people": [{"name": "Cy", "age": None}, {"name": "Di", "age": 3}],
        },
        {
            "/title": [cited(0, 4, Status.NORMALISED)],
            "/amount": [NOWHERE],
            "/people/0/name": [cited(5, 7), NOWHERE],
            "/people/1/age": [],
        },
    )
    counts = card.evidence.counts
    assert (counts.stated, counts.supported, counts.ungrounded) == (6, 2, 4)
    assert card.evidence.groundedness == 2 / 6
    assert card.documents[0].evidence == card.evidence


def test_pointers_lead_where_they_say() -> None:
    record = {"a/b": [{"~": 1}], "list": [[1, 2], {"x": {"y": 3}}]}
    assert resolve(record, join("a/b", 0, "~")) == 1
    assert split("/a~1b/0/~0") == ("a/b", "0", "~")
    assert enclosing(record, "/list/1/x/y") == ("/list/1/x/y", "/list/1/x", "/list/1")
    assert enclosing(record, "/list/0/1") == ("/list/0/1", "/list/0")
    assert covering(record, "/list/0/1", {"/list": 1, "/list/1": 2}) is None
    assert covering(record, "/list/1/x/y", {"/list/1": 2}) == 2
