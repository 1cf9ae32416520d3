"""The scorer beside stickler-eval, an independent one: scalar fields, exact comparators.

Their true positive is our COR, false discovery SUB, false negative MIS, false alarm SPU, true
negative NON. Empty text is left out: it is a value here and null there.
"""

from __future__ import annotations

import random
from typing import Annotated, Any

import pytest
from pydantic import create_model
from stickler import ComparableField, ExactComparator, StructuredModel

from eval.gold import GoldDocument
from eval.score import Prediction, score
from schemas.fields import Compare

FIELDS: dict[str, tuple[Any, list[Any]]] = {
    "name": (str, ["Ann", "ann", "Bo", "Ann Lee", " Ann"]),
    "code": (str, ["0", "None", "x-1", "x1", "ß", "SS"]),
    "count": (int, [0, 1, 2, 10]),
    "flag": (bool, [True, False]),
    "ratio": (float, [0.0, 0.5, 1.0]),
}
THEIRS = {"cor": "tp", "sub": "fd", "mis": "fn", "spu": "fa", "non": "tn"}

our_fields: dict[str, Any] = {
    name: (Annotated[kind | None, Compare("exact")], None) for name, (kind, _) in FIELDS.items()
}
their_fields: dict[str, Any] = {
    name: (kind | None, ComparableField(comparator=ExactComparator(), default=None))
    for name, (kind, _) in FIELDS.items()
}
Ours = create_model("Ours", **our_fields)
Theirs = create_model("Theirs", __base__=StructuredModel, **their_fields)


def drawn(rng: random.Random) -> dict[str, Any]:
    return {name: rng.choice([None, *values]) for name, (_, values) in FIELDS.items()}


@pytest.mark.parametrize("seed", range(4))
def test_the_same_verdicts_on_a_thousand_records(seed: int) -> None:
    rng = random.Random(seed)
    pairs = [(drawn(rng), drawn(rng)) for _ in range(1000)]
    gold = [
        GoldDocument(id=str(index), sha256="0" * 64, record=record)
        for index, (record, _) in enumerate(pairs)
    ]
    predictions = {str(index): Prediction(record) for index, (_, record) in enumerate(pairs)}
    card = score(gold, predictions, Ours)
    ours: dict[tuple[str, str], str] = {
        (verdict.document, verdict.path): str(verdict.strict).lower() for verdict in card.verdicts
    }
    seen = set()
    for index, (one, other) in enumerate(pairs):
        found = Theirs(**one).compare_with(Theirs(**other), include_confusion_matrix=True)
        for name, counts in found["confusion_matrix"]["fields"].items():
            verdict = ours[str(index), name]
            expected = {theirs: int(mine == verdict) for mine, theirs in THEIRS.items()}
            assert {key: counts["overall"][key] for key in expected} == expected, (name, one, other)
            seen.add(verdict)
    assert seen == set(THEIRS)
    assert len(ours) == 1000 * len(FIELDS)
