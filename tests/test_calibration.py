"""Confidence against outcomes: worked examples."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.calibration import confidence_score
from eval.verdicts import LeafVerdict, Verdict


def leaf(pointer: str, strict: Verdict, *, in_totals: bool = True) -> LeafVerdict:
    return LeafVerdict("one", "field", pointer, pointer, 1, 1, strict, strict, in_totals)


def test_the_measures_of_four_leaves() -> None:
    verdicts = [
        leaf("/a", Verdict.COR),
        leaf("/b", Verdict.COR),
        leaf("/c", Verdict.SPU),
        leaf("/d", Verdict.SUB),
    ]
    found = confidence_score(verdicts, {"one": {"/a": 0.9, "/b": 0.8, "/c": 0.7, "/d": 0.1}})
    assert found is not None
    assert found.leaves == 4
    assert found.brier == pytest.approx((0.01 + 0.04 + 0.49 + 0.01) / 4)
    assert found.calibration_error == pytest.approx((0.1 + 0.2 + 0.7 + 0.1) / 4)
    assert [(p.coverage, p.risk) for p in found.risk_coverage] == [
        (0.25, 0.0),
        (0.5, 0.0),
        (0.75, pytest.approx(1 / 3)),
        (1.0, 0.5),
    ]


def test_only_predicted_leaves_in_the_totals_with_a_confidence_count() -> None:
    verdicts = [
        leaf("/a", Verdict.MIS),
        leaf("/b", Verdict.COR, in_totals=False),
        leaf("/c", Verdict.COR),
    ]
    assert confidence_score(verdicts, {"one": {"/a": 0.5, "/b": 0.5}}) is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_the_measures_stay_within_bounds_and_end_at_the_error_rate(
    pairs: list[tuple[float, bool]],
) -> None:
    verdicts = [
        leaf(f"/{n}", Verdict.COR if right else Verdict.SPU) for n, (_, right) in enumerate(pairs)
    ]
    known = {f"/{n}": confidence for n, (confidence, _) in enumerate(pairs)}
    found = confidence_score(verdicts, {"one": known})
    assert found is not None
    assert 0 <= found.brier <= 1
    assert 0 <= found.calibration_error <= 1
    assert found.risk_coverage[-1].coverage == 1
    wrong = sum(not right for _, right in pairs) / len(pairs)
    assert found.risk_coverage[-1].risk == pytest.approx(wrong)
