"""Fitting a calibration: what it learns, what it leaves alone, and what it is tested on."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.fitting import Sample, chance_of, fit, left_out
from extractor.extraction import Evidence, Status
from extractor.grounding.ground import UNGROUNDED
from extractor.record.confidence import calibrated, chance, log_odds, path_of
from schemas.calibration import Calibration, calibration_of, load_calibration


def samples(count: int, right: float, path: str = "a", sure: float = 0.9) -> list[Sample]:
    """Leaves of ten articles, a share of which is right."""
    return [
        Sample(f"d{number % 10}", path, sure, (number * 7 % count) < right * count)
        for number in range(count)
    ]


def test_answers_that_are_too_sure_are_believed_less() -> None:
    found = fit(samples(400, 0.6, sure=0.99), "m")
    assert chance(found, "a", 0.99) == pytest.approx(0.6, abs=0.02)
    assert found.model == "m"
    assert found.fitted_on == "400 leaves of 10 articles"


def test_a_field_that_is_often_wrong_is_believed_less_than_another() -> None:
    found = fit([*samples(200, 0.9, "good"), *samples(200, 0.5, "bad")], "m")
    assert chance(found, "good", 0.9) == pytest.approx(0.9, abs=0.03)
    assert chance(found, "bad", 0.9) == pytest.approx(0.5, abs=0.03)
    assert chance(found, "bad", 0.9) < chance(found, "unknown", 0.9) < chance(found, "good", 0.9)


def test_a_field_with_one_leaf_stays_near_the_others() -> None:
    found = fit([*samples(200, 0.9), Sample("d0", "once", 0.9, False)], "m")
    assert chance(found, "once", 0.9) == pytest.approx(0.85, abs=0.07)


def test_probability_counts_where_it_tells() -> None:
    rng = random.Random(5)
    drawn = [rng.choice([0.2, 0.5, 0.8, 0.95]) for _ in range(800)]
    found = fit(
        [Sample(f"d{n % 9}", "a", sure, rng.random() < sure) for n, sure in enumerate(drawn)], "m"
    )
    assert found.slope == pytest.approx(1.0, abs=0.2)
    assert chance(found, "a", 0.2) == pytest.approx(0.2, abs=0.06)


def test_without_a_case_seen_what_has_no_evidence_keeps_a_quarter_of_the_odds() -> None:
    found = fit(samples(100, 0.8), "m")
    usual, bare = (log_odds(chance(found, "a", 0.9, grounded=yes)) for yes in (True, False))
    assert bare == pytest.approx(usual - 1.4, abs=1e-3)
    flagged = log_odds(chance(found, "a", 0.9, flagged=True))
    assert flagged == pytest.approx(usual - 1.4, abs=1e-3)


def test_a_left_out_article_is_judged_without_its_own_leaves() -> None:
    """Two articles, one all right and one all wrong: each is expected to be like the other."""
    found = [Sample("good", "a", 0.9, True)] * 30 + [Sample("bad", "a", 0.9, False)] * 30
    apart = left_out(found)
    assert max(apart[:30]) < 0.3
    assert min(apart[30:]) > 0.7
    whole = fit(found, "")
    assert chance_of(found[0], whole) == pytest.approx(0.5, abs=0.02)


def test_nothing_to_fit_and_nothing_to_leave_out_are_told() -> None:
    with pytest.raises(ValueError, match="no predicted leaf"):
        fit([], "m")
    with pytest.raises(ValueError, match="give more"):
        left_out([Sample("one", "a", 0.5, True)])


@given(
    st.lists(
        st.builds(
            Sample,
            st.sampled_from("xyz"),
            st.sampled_from(["a", "b[]", "b[].c"]),
            st.floats(0, 1),
            st.booleans(),
            st.booleans(),
            st.booleans(),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_any_samples_give_finite_chances_and_the_file_gives_them_back(found: list[Sample]) -> None:
    fitted = fit(found, "m")
    assert all(0 < chance_of(one, fitted) < 1 for one in found)
    assert calibration_of(fitted.to_json()) == fitted


@pytest.mark.parametrize(
    ("pointer", "path"),
    [
        ("/officers/value", "officers.value"),
        ("/arrests/0/men", "arrests[].men"),
        ("/locations/12", "locations[]"),
        ("/a/1/b/2/c", "a[].b[].c"),
        ("/x2/1", "x2[]"),
    ],
)
def test_the_path_of_a_pointer(pointer: str, path: str) -> None:
    assert path_of(pointer) == path


def test_evidence_and_flags_count_for_their_own_leaf() -> None:
    by = Calibration("m", 0.0, 1.0, -2.0, -1.0, {"a[]": 0.5})
    words = (Evidence(0, 3, "two", Status.NORMALISED),)
    raw = dict.fromkeys(["/a/0", "/a/1", "/b"], 0.5)
    found = calibrated(raw, {"/a/0": words, "/a/1": UNGROUNDED, "/b": words}, {"/b"}, by)
    expected = {"/a/0": 0.5, "/a/1": -1.5, "/b": -1.0}
    assert {p: log_odds(c) for p, c in found.items()} == pytest.approx(expected)


def test_a_place_without_a_file_has_no_calibration() -> None:
    assert load_calibration("schemas:nothing_here.json") is None
