"""How often the intervals hold the truth, shown by simulation.

    python -m eval.coverage [--quick] [--documents 5] [--repeats 2000]

This module owns the simulated documents; the intervals are those of ``intervals``, called as the
scorer calls them. Each document has its own true rate, drawn from a beta distribution: leaves of
one document are alike to the degree of the correlation. Beside them stands the interval that takes
all leaves for independent, to show what it would hide.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

from eval.intervals import (
    LEVEL,
    Interval,
    Tally,
    clopper_pearson,
    f1_interval,
    f1_jackknife,
    proportion_interval,
)

SIZES = (3, 10, 40)
RATES = (0.3, 0.6, 0.9, 0.97)
CORRELATIONS = (0.0, 0.1, 0.3)
WRONG = (0.4, 0.3, 0.3)  # of the leaves that are not correct: substituted, missing, spurious

Method: TypeAlias = Callable[[Sequence[Tally]], Interval | None]


def _precision(tallies: Sequence[Tally]) -> Interval | None:
    return proportion_interval((int(one.hits), int(one.predicted)) for one in tallies)


def _independent(tallies: Sequence[Tally]) -> Interval | None:
    total = sum(tallies, Tally())
    return clopper_pearson(float(total.hits), float(total.predicted)) if total.predicted else None


METHODS: Mapping[str, tuple[str, Method]] = MappingProxyType(
    {
        "P, Korn-Graubard": ("precision", _precision),
        "P, as if independent": ("precision", _independent),
        "F1, Korn-Graubard": ("f1", f1_interval),
        "F1, jackknife-t": ("f1", f1_jackknife),
    }
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One setting: leaves per document, rate of correct leaves, correlation within a document."""

    size: int
    rate: float
    correlation: float

    @property
    def truth(self) -> Mapping[str, float]:
        """What the scores come to over endless documents."""
        substituted, missing, spurious = ((1 - self.rate) * share for share in WRONG)
        predicted = self.rate + substituted + spurious
        gold = self.rate + substituted + missing
        return {
            "precision": self.rate / predicted,
            "f1": 2 * self.rate / (predicted + gold),
        }


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often a method's interval held the truth, and how wide it was, where there was one."""

    share: float
    width: float


def cells() -> Iterator[Cell]:
    """Every setting of the table."""
    for size in SIZES:
        for rate in RATES:
            for correlation in CORRELATIONS:
                yield Cell(size, rate, correlation)


def simulate(cell: Cell, documents: int, repeats: int, seed: int = 0) -> dict[str, Coverage]:
    """Coverage by method for one setting. The same seed gives the same numbers."""
    import numpy as np

    rng = np.random.default_rng([seed, cell.size, round(1000 * cell.rate), documents])
    held, width, found = (dict.fromkeys(METHODS, 0.0) for _ in range(3))
    for _ in range(repeats):
        tallies = _documents(cell, documents, rng)
        for name, (score, method) in METHODS.items():
            interval = method(tallies)
            if interval is not None:
                found[name] += 1
                held[name] += interval.low <= cell.truth[score] <= interval.high
                width[name] += interval.high - interval.low
    return {
        name: Coverage(held[name] / max(found[name], 1), width[name] / max(found[name], 1))
        for name in METHODS
    }


def _documents(cell: Cell, documents: int, rng: Any) -> list[Tally]:
    tallies = []
    for _ in range(documents):
        size = 1 + int(rng.poisson(cell.size - 1))
        rate = cell.rate
        if cell.correlation:
            spread = (1 - cell.correlation) / cell.correlation
            rate = float(rng.beta(rate * spread, (1 - rate) * spread))
        shares = [rate, *((1 - rate) * share for share in WRONG)]
        cor, sub, mis, spu = (int(count) for count in rng.multinomial(size, shares))
        tallies.append(Tally(cor, cor + sub + spu, cor + sub + mis))
    return tallies


def table(documents: int, repeats: int) -> Iterator[str]:
    """The lines of the table, coverage and mean width by setting and method."""
    yield f"coverage (mean width) of {LEVEL:.0%} intervals: {documents} documents, {repeats} times"
    yield f"{'leaves':>6} {'rate':>5} {'corr.':>5}  " + "".join(f"{name:>22}" for name in METHODS)
    least = dict.fromkeys(METHODS, 1.0)
    for cell in cells():
        found = simulate(cell, documents, repeats)
        shown = "".join(f"{one.share:>14.3f} ({one.width:.2f}) " for one in found.values())
        yield f"{cell.size:>6} {cell.rate:>5.2f} {cell.correlation:>5.1f}  {shown}"
        least = {name: min(least[name], one.share) for name, one in found.items()}
    yield f"{'least':<20}" + "".join(f"{share:>13.3f}         " for share in least.values())


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="coverage of the scorer's intervals")
    parser.add_argument("--documents", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=2000)
    parser.add_argument("--quick", action="store_true", help="200 repeats")
    options = parser.parse_args()
    for line in table(options.documents, 200 if options.quick else options.repeats):
        print(line)


if __name__ == "__main__":
    main()
