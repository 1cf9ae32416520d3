"""Two annotators, scored against each other and against what they settled on."""

from __future__ import annotations

from typing import Any, Literal

import krippendorff
import pytest
from pydantic import BaseModel

from eval.agreement import agreement, alpha
from eval.gold import GoldDocument, GoldError, GoldSpan


class Row(BaseModel):
    name: str | None = None
    role: Literal["lead", "partner"] | None = None


class Report(BaseModel):
    title: str | None = None
    rows: list[Row] = []


def document(id: str, record: dict[str, Any], text: str = "0", **more: Any) -> GoldDocument:
    return GoldDocument(id=id, sha256=text * 64, record=record, **more)


A = [
    document("1", {"title": "Raid", "rows": [{"name": "Ann", "role": "lead"}]}),
    document("2", {"title": None, "rows": [{"name": "Bo", "role": "partner"}]}),
]
B = [
    document("1", {"title": "Raids", "rows": [{"name": "Ann", "role": "lead"}]}),
    document("2", {"title": None, "rows": [{"name": "Bo", "role": "lead"}]}),
]


def test_either_annotator_may_come_first() -> None:
    helped = [A[0].model_copy(update={"alternatives": {"/title": ["Raids"]}}), A[1]]
    there, back = agreement(helped, B, Report), agreement(B, helped, Report)
    assert there.between.strict.f1 == back.between.strict.f1 == 3 / 5
    assert there.a is None and there.fields[0].a is None


def test_each_is_scored_against_the_adjudicated_gold() -> None:
    found = agreement(A, B, Report, adjudicated=A)
    assert found.a is not None and found.a.strict.f1 == 1.0
    assert found.b is not None and found.b.strict.f1 == found.between.strict.f1
    rows = {row.path: row for row in found.fields}
    assert (rows["title"].strict, rows["title"].lenient, rows["title"].a) == (0.0, 0.0, 1.0)
    assert rows["rows[].role"].strict == 0.5
    assert rows["title"].values is None


def test_alpha_of_presence_and_of_enums() -> None:
    found = agreement(A, B, Report)
    rows = {row.path: row for row in found.fields}
    assert (rows["title"].presence.alpha, rows["title"].presence.units) == (1.0, 2)
    assert rows["rows[].name"].presence.alpha is None  # always present: nothing to tell apart
    roles = rows["rows[].role"].values
    data = [[0, 1], [0, 0]]
    expected = krippendorff.alpha(reliability_data=data, level_of_measurement="nominal")
    assert roles is not None and roles.alpha == pytest.approx(expected)
    assert found.presence.units == 6


def test_alpha_by_hand() -> None:
    """Krippendorff's own worked example for two coders and ten binary units: 0.095."""
    one = ["0", "1", "0", "0", "0", "0", "0", "0", "1", "0"]
    other = ["1", "1", "1", "0", "0", "1", "0", "0", "0", "0"]
    assert alpha(list(zip(one, other, strict=True))).alpha == pytest.approx(0.095, abs=5e-4)


def test_evidence_agreement_uses_the_first_alternative() -> None:
    here = [[GoldSpan(start=0, end=4, text="Raid")], [GoldSpan(start=9, end=13, text="Raid")]]
    marked = document("1", {"title": "Raid"}, evidence={"/title": here, "/rows": []})
    found = agreement([marked], [marked], Report)
    assert (found.between.evidence.counts.tp, found.between.evidence.counts.fp) == (1, 0)


def test_different_texts_are_refused() -> None:
    with pytest.raises(GoldError, match="annotated by one only"):
        agreement(A, B[:1], Report)
    with pytest.raises(GoldError, match="two versions of the text"):
        agreement(A, [B[0], document("2", {}, text="1")], Report)
