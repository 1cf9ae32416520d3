"""Uncertainty of a score over a handful of documents.

This module owns the 95 % intervals of precision, recall and F1, and the exact test between two
runs. It sees counts per document only: leaves of one document are not independent, so a document
is the unit of sampling. ``coverage`` shows by simulation how often the intervals hold the truth.

Sources: Korn and Graubard (1998), Survey Methodology 24, 193-201; Clopper and Pearson (1934),
Biometrika 26, 404-413; for the jackknife, Efron and Tibshirani (1993), chapter 11.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Literal, TypeAlias

LEVEL = 0.95

Number: TypeAlias = int | Fraction
Outcome: TypeAlias = Literal["win", "tie", "loss"]


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval within [0, 1]; ``approximate`` if its coverage is not guaranteed."""

    low: float
    high: float
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """One document's share of a score: ``hits`` correct of ``predicted`` and of ``gold`` leaves.

    Fractions where repeats of one run were averaged.
    """

    hits: Number = 0
    predicted: Number = 0
    gold: Number = 0

    @property
    def f1(self) -> Fraction | None:
        """2 TP / (ACT + POS), ``None`` if there is nothing on either side."""
        either = self.predicted + self.gold
        return Fraction(2 * self.hits) / Fraction(either) if either else None

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.hits + other.hits, self.predicted + other.predicted, self.gold + other.gold
        )


@lru_cache(maxsize=1024)
def t_quantile(degrees: float) -> float:
    """The 0.975 quantile of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees, (1 + LEVEL) / 2))


def clopper_pearson(hits: float, trials: float) -> Interval:
    """The exact binomial interval; both arguments may be fractional (effective sizes)."""
    from scipy.special import betaincinv

    tail = (1 - LEVEL) / 2
    low = 0.0 if hits <= 0 else float(betaincinv(hits, trials - hits + 1, tail))
    high = 1.0 if hits >= trials else float(betaincinv(hits + 1, trials - hits, 1 - tail))
    return Interval(low, high)


def proportion_interval(counts: Iterable[tuple[int, int]]) -> Interval | None:
    """Korn-Graubard's interval of a share, from (hits, leaves) per document.

    Documents without a leaf do not count; with fewer than two left there is no interval.
    """
    clusters = [(hits, leaves) for hits, leaves in counts if leaves]
    return _korn_graubard(clusters, sum(leaves for _, leaves in clusters))


def f1_interval(tallies: Iterable[Tally]) -> Interval | None:
    """Korn-Graubard's interval of the pooled F1, read as the share 2 TP of ACT + POS.

    F1 is a ratio of two sums over documents just as a share is, so the same variance holds; its
    leaves are half as many, since a correct one is counted on either side. Approximate, but by
    ``coverage`` it holds the truth where :func:`f1_jackknife` falls short.
    """
    counted = [(2 * one.hits, one.predicted + one.gold) for one in tallies]
    clusters = [(hits, leaves) for hits, leaves in counted if leaves]
    nominal = max(len(clusters), sum(leaves for _, leaves in clusters) / 2)
    found = _korn_graubard(clusters, float(nominal))
    return None if found is None else replace(found, approximate=True)


def f1_jackknife(tallies: Iterable[Tally]) -> Interval | None:
    """Jackknife-t over documents for the pooled F1, D - 1 degrees of freedom, clipped to [0, 1].

    An F1 of 0 or 1 has no spread: Clopper-Pearson on the number of documents stands in. Documents
    without a leaf do not count; with fewer than two left there is no interval.
    """
    counted = [tally for tally in tallies if tally.predicted + tally.gold]
    documents = len(counted)
    if documents < 2:
        return None
    hits = sum(tally.hits for tally in counted)
    either = sum(tally.predicted + tally.gold for tally in counted)
    if hits == 0 or 2 * hits == either:
        bounds = clopper_pearson(documents if hits else 0, documents)
        return replace(bounds, approximate=True)
    centre = float(2 * hits / either)
    left_out = [
        float(2 * (hits - tally.hits) / (either - tally.predicted - tally.gold))
        for tally in counted
    ]
    mean = math.fsum(left_out) / documents
    variance = (documents - 1) / documents * math.fsum((one - mean) ** 2 for one in left_out)
    half = t_quantile(documents - 1) * math.sqrt(variance)
    return Interval(max(0.0, centre - half), min(1.0, centre + half), approximate=True)


def _korn_graubard(clusters: Sequence[tuple[Number, Number]], nominal: float) -> Interval | None:
    """Clopper-Pearson at the effective size, for (hits, leaves) by document.

    ``nominal``: how many leaves there are, at least as many as documents.
    """
    documents = len(clusters)
    if documents < 2:
        return None
    n = sum(leaves for _, leaves in clusters)
    x = sum(hits for hits, _ in clusters)
    if x in (0, n):
        return clopper_pearson(documents if x else 0, documents)
    # In whole numbers: spread = n^4 v (D-1)/D, and x (n-x) = n^2 p (1-p).
    spread = sum((hits * n - x * leaves) ** 2 for hits, leaves in clusters)
    size = nominal
    if spread:
        size = min(size, float(x * (n - x) * n * n * (documents - 1) / (documents * spread)))
    size *= (t_quantile(nominal - 1) / t_quantile(documents - 1)) ** 2
    return clopper_pearson(float(x / n) * size, size)


@dataclass(frozen=True, slots=True)
class SwapTest:
    """Two runs compared on pooled F1.

    ``difference`` is the second run's F1 minus the first's. ``p`` is two-sided and exact,
    ``floor`` the least it could be: 2^(1 - m) for m ``differing`` documents. ``outcomes`` says per
    document what the second run did: "win", "tie" or "loss".
    """

    difference: float
    p: float
    floor: float
    differing: int
    outcomes: Mapping[str, Outcome]

    def count(self, outcome: Outcome) -> int:
        """How many documents were a "win", a "tie" or a "loss"."""
        return sum(found == outcome for found in self.outcomes.values())


def average(repeats: Sequence[Tally]) -> Tally:
    """One document's tally averaged over repeats of a run. Raises ``ValueError`` for none."""
    if not repeats:
        raise ValueError("there is no repeat to average")
    total = sum(repeats, Tally())
    share = Fraction(1, len(repeats))
    return Tally(total.hits * share, total.predicted * share, total.gold * share)


def swap_test(first: Mapping[str, Tally], second: Mapping[str, Tally]) -> SwapTest:
    """Two-sided exact test that swaps the two runs' counts document by document.

    Under the null hypothesis either run could have produced either set of counts. All 2^m ways of
    swapping are counted by dynamic programming over the pooled sums, not sampled: the two runs'
    sums add up to a constant, so hits and leaves of one run tell both F1. Memory grows with the
    number of distinct sums, some tens of thousands for a hundred documents.

    Raises ``ValueError`` if the runs hold different documents.
    """
    if first.keys() != second.keys():
        raise ValueError("the two runs hold different documents: score the same gold with both")
    outcomes = {name: _outcome(first[name], second[name]) for name in first}
    everything = sum(first.values(), Tally()) + sum(second.values(), Tally())
    total = _sums(everything)
    differing = [
        (_sums(first[name]), _sums(second[name]))
        for name in first
        if _sums(first[name]) != _sums(second[name])
    ]
    start = _sums(sum(first.values(), Tally()))
    observed = _difference(start, total)
    ways: dict[tuple[Fraction, Fraction], int] = {start: 1}
    for ours, theirs in differing:
        grown: dict[tuple[Fraction, Fraction], int] = {}
        change = (theirs[0] - ours[0], theirs[1] - ours[1])
        for (hits, leaves), count in ways.items():
            for state in ((hits, leaves), (hits + change[0], leaves + change[1])):
                grown[state] = grown.get(state, 0) + count
        ways = grown
    extreme = sum(
        count for state, count in ways.items() if abs(_difference(state, total)) >= abs(observed)
    )
    m = len(differing)
    p = Fraction(extreme, 2**m)
    floor = Fraction(2, 2**m) if m else Fraction(1)
    return SwapTest(float(observed), float(p), float(floor), m, outcomes)


def _sums(tally: Tally) -> tuple[Fraction, Fraction]:
    return Fraction(tally.hits), Fraction(tally.predicted) + Fraction(tally.gold)


def _difference(first: tuple[Fraction, Fraction], total: tuple[Fraction, Fraction]) -> Fraction:
    """The second run's F1 minus the first's; a run without any leaf has an F1 of zero here."""

    def f1(hits: Fraction, leaves: Fraction) -> Fraction:
        return 2 * hits / leaves if leaves else Fraction(0)

    return f1(total[0] - first[0], total[1] - first[1]) - f1(*first)


def _outcome(first: Tally, second: Tally) -> Outcome:
    before, after = first.f1 or Fraction(0), second.f1 or Fraction(0)
    if after == before:
        return "tie"
    return "win" if after > before else "loss"
