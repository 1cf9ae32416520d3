"""Intervals and the two-run test, beside independent computations."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from eval.coverage import Cell, simulate, table
from eval.intervals import (
    Tally,
    average,
    clopper_pearson,
    f1_interval,
    f1_jackknife,
    proportion_interval,
    swap_test,
)

few = settings(max_examples=60, deadline=None)
clusters = st.lists(
    st.integers(0, 12).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), max_size=6
)
tallies = st.builds(
    lambda cor, sub, mis, spu: Tally(cor, cor + sub + spu, cor + sub + mis),
    *[st.integers(0, 6)] * 4,
)


def test_clopper_pearson_is_scipys() -> None:
    for trials in (1, 5, 40):
        for hits in range(trials + 1):
            known = stats.binomtest(hits, trials).proportion_ci(0.95, method="exact")
            found = clopper_pearson(hits, trials)
            assert (found.low, found.high) == pytest.approx((known.low, known.high))


def by_the_book(counts: Sequence[tuple[int, int]]) -> tuple[float, float] | None:
    """The rules' own formula, in floating point and with scipy.stats."""
    kept = [(x, n) for x, n in counts if n]
    d, n = len(kept), sum(n for _, n in kept)
    if d < 2:
        return None
    p = sum(x for x, _ in kept) / n
    v = d / (d - 1) * sum((x - p * m) ** 2 for x, m in kept) / n**2
    if p in (0, 1):
        size: float = d
    else:
        first = n if v < 1e-15 else min(n, p * (1 - p) / v)
        size = first * (stats.t.ppf(0.975, n - 1) / stats.t.ppf(0.975, d - 1)) ** 2
    x = p * size
    low = 0.0 if p == 0 else float(stats.beta.ppf(0.025, x, size - x + 1))
    high = 1.0 if p == 1 else float(stats.beta.ppf(0.975, x + 1, size - x))
    return low, high


@few
@given(counts=clusters)
def test_korn_graubard_is_the_formula(counts: list[tuple[int, int]]) -> None:
    found, expected = proportion_interval(counts), by_the_book(counts)
    if expected is None:
        assert found is None
    else:
        assert found is not None and not found.approximate
        assert (found.low, found.high) == pytest.approx(expected, abs=1e-9)


def test_korn_graubard_by_hand() -> None:
    """Five documents, 10 leaves each, hits 5 6 7 8 9: p 0.7, v 0.005, p(1-p)/v 42."""
    found = proportion_interval([(hits, 10) for hits in (5, 6, 7, 8, 9)])
    size = 42 * (2.009575 / 2.776445) ** 2
    low, high = (
        stats.beta.ppf(0.025, 0.7 * size, 0.3 * size + 1),
        stats.beta.ppf(0.975, 0.7 * size + 1, 0.3 * size),
    )
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-5)


def test_nothing_wrong_in_five_documents_is_five_trials() -> None:
    found = proportion_interval([(40, 40)] * 5)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((0.025 ** (1 / 5), 1.0))
    none_right = proportion_interval([(0, 40)] * 5 + [(0, 0)])
    assert none_right is not None and none_right.high == pytest.approx(1 - 0.025 ** (1 / 5))


@pytest.mark.parametrize("counts", [[], [(3, 4)], [(3, 4), (0, 0)]])
def test_one_document_gives_no_interval(counts: list[tuple[int, int]]) -> None:
    assert proportion_interval(counts) is None
    assert f1_interval([Tally(x, n, n) for x, n in counts]) is None
    assert f1_jackknife([Tally(x, n, n) for x, n in counts]) is None


def test_the_jackknife_by_pseudo_values() -> None:
    counts = [Tally(5, 8, 9), Tally(2, 6, 4), Tally(9, 9, 10), Tally(0, 3, 2), Tally(4, 4, 7)]

    def f1(some: Sequence[Tally]) -> float:
        found = sum(some, Tally()).f1
        assert found is not None
        return float(found)

    d, whole = len(counts), f1(counts)
    pseudo = [d * whole - (d - 1) * f1(counts[:i] + counts[i + 1 :]) for i in range(d)]
    mean = sum(pseudo) / d
    error = math.sqrt(sum((value - mean) ** 2 for value in pseudo) / (d - 1) / d)
    half = float(stats.t.ppf(0.975, d - 1)) * error
    found = f1_jackknife(counts)
    assert found is not None and found.approximate
    assert (found.low, found.high) == pytest.approx((max(0, whole - half), min(1, whole + half)))


@few
@given(counts=st.lists(tallies, max_size=6))
def test_intervals_hold_the_score_they_belong_to(counts: list[Tally]) -> None:
    pooled = sum(counts, Tally()).f1
    for interval in (f1_interval(counts), f1_jackknife(counts)):
        if interval is not None:
            assert pooled is not None and interval.approximate
            assert 0 <= interval.low <= float(pooled) + 1e-12
            assert float(pooled) - 1e-12 <= interval.high <= 1


def test_an_f1_of_one_uses_the_number_of_documents() -> None:
    for interval in (f1_interval, f1_jackknife):
        found = interval([Tally(3, 3, 3), Tally(7, 7, 7), Tally()])
        assert found is not None
        assert (found.low, found.high) == pytest.approx((math.sqrt(0.025), 1.0))


# Two runs.


def all_swaps(first: dict[str, Tally], second: dict[str, Tally]) -> Fraction:
    """The two-sided p-value by trying every way of swapping."""

    def f1(some: Sequence[Tally]) -> Fraction:
        return sum(some, Tally()).f1 or Fraction(0)

    names = list(first)
    observed = abs(f1(list(second.values())) - f1(list(first.values())))
    extreme = 0
    for swaps in itertools.product((False, True), repeat=len(names)):
        here = [second[n] if swap else first[n] for n, swap in zip(names, swaps, strict=True)]
        there = [first[n] if swap else second[n] for n, swap in zip(names, swaps, strict=True)]
        extreme += abs(f1(there) - f1(here)) >= observed
    return Fraction(extreme, 2 ** len(names))


@few
@given(pairs=st.lists(st.tuples(tallies, tallies), min_size=1, max_size=6))
def test_the_swap_test_counts_every_swap(pairs: list[tuple[Tally, Tally]]) -> None:
    first = {str(index): one for index, (one, _) in enumerate(pairs)}
    second = {str(index): other for index, (_, other) in enumerate(pairs)}
    found = swap_test(first, second)
    assert found.p == pytest.approx(float(all_swaps(first, second)))
    assert found.floor <= found.p <= 1
    mirrored = swap_test(second, first)
    assert (mirrored.p, mirrored.difference) == pytest.approx((found.p, -found.difference))
    assert mirrored.count("win") == found.count("loss")
    assert found.count("win") + found.count("tie") + found.count("loss") == len(pairs)


def test_five_better_documents_reach_the_floor_and_no_further() -> None:
    first = {str(index): Tally(5, 10, 10) for index in range(5)}
    second = {str(index): Tally(8, 10, 10) for index in range(5)}
    found = swap_test(first, second)
    assert (found.p, found.floor, found.differing) == (0.0625, 0.0625, 5)
    assert found.difference == pytest.approx(0.3)
    assert found.outcomes == dict.fromkeys(second, "win")


def test_documents_that_do_not_differ_raise_the_floor() -> None:
    first = {"a": Tally(5, 10, 10), "b": Tally(4, 9, 9), "c": Tally(1, 2, 3)}
    assert swap_test(first, {**first, "a": Tally(6, 10, 10)}).floor == 1.0
    same = swap_test(first, first)
    assert (same.p, same.floor, same.differing, same.difference) == (1.0, 1.0, 0, 0.0)


def test_a_hundred_documents_are_counted_exactly_too() -> None:
    first = {str(index): Tally(index % 4, 5, 5) for index in range(100)}
    second = {str(index): Tally(index % 4 + index % 2, 5, 5) for index in range(100)}
    assert swap_test(first, second).p == pytest.approx(2.0**-49)


def test_repeats_are_averaged_within_the_document() -> None:
    mean = average([Tally(3, 4, 5), Tally(4, 4, 5), Tally(3, 5, 5)])
    assert mean == Tally(Fraction(10, 3), Fraction(13, 3), 5)
    with pytest.raises(ValueError, match="no repeat"):
        average([])


def test_runs_over_different_documents_are_refused() -> None:
    with pytest.raises(ValueError, match="different documents"):
        swap_test({"a": Tally()}, {"b": Tally()})


# Coverage.


def test_coverage_of_the_printed_intervals_holds_where_independence_does_not() -> None:
    found = simulate(Cell(size=40, rate=0.6, correlation=0.3), documents=5, repeats=400)
    assert found["P, Korn-Graubard"].share > 0.92
    assert found["F1, Korn-Graubard"].share > 0.92
    assert found["P, as if independent"].share < 0.6


def test_simulated_scores_come_to_the_stated_truth() -> None:
    cell = Cell(size=40, rate=0.6, correlation=0.0)
    found = simulate(cell, documents=30, repeats=100)
    assert found["P, as if independent"].share > 0.85
    assert found == simulate(cell, documents=30, repeats=100)


def test_the_table_has_a_line_per_setting() -> None:
    lines = list(table(documents=3, repeats=2))
    assert len(lines) == 36 + 3
    assert lines[-1].startswith("least")
