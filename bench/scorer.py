"""Scorer speed beside stickler-eval and anls-star, in one process, on the same records.

    python -m bench.scorer [--records 1000] [--others 100]

Each record has ten scalars and two lists of five objects of four fields. A prediction is its gold
with about a fifth of the leaves changed, some nulls, list items shuffled, and now and then an item
lost or made up. Ours is timed over all records and includes everything a scorecard holds: both
tracks, three thresholds, intervals, every leaf verdict. The others are timed over the first
``--others`` records, since they are several times slower. Time is processor time of this one
thread, so other work on the machine disturbs little.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import BaseModel, create_model

from eval.gold import GoldDocument
from eval.score import Prediction, score

_WORDS = tuple(
    word
    for line in (
        "amber birch cedar delta ember fjord grove heath inlet jetty knoll larch",
        "marsh north oasis prairie quarry ridge shore thicket upland valley wharf yard",
    )
    for word in line.split()
)
_SCALARS = tuple(f"field_{index}" for index in range(10))
_LISTS = ("people", "places")


class Entry(BaseModel):
    """A list item of four fields."""

    name: str | None = None
    role: str | None = None
    town: str | None = None
    number: int | None = None


_FIELDS: dict[str, Any] = {
    **dict.fromkeys(_SCALARS[:6], (str | None, None)),
    **dict.fromkeys(_SCALARS[6:], (int | None, None)),
    **{name: (list[Entry], []) for name in _LISTS},
}
Record = create_model("Record", **_FIELDS)


def _text(rng: random.Random) -> str:
    return " ".join(rng.choices(_WORDS, k=rng.randint(2, 4))).title()


def _entry(rng: random.Random) -> dict[str, Any]:
    return {
        "name": _text(rng),
        "role": rng.choice(_WORDS),
        "town": rng.choice(_WORDS).title(),
        "number": rng.randrange(60),
    }


def _gold(rng: random.Random) -> dict[str, Any]:
    record: dict[str, Any] = {name: _text(rng) for name in _SCALARS[:6]}
    record.update({name: rng.randrange(100) for name in _SCALARS[6:]})
    record.update({name: [_entry(rng) for _ in range(5)] for name in _LISTS})
    return record


def _changed(value: Any, rng: random.Random) -> Any:
    if rng.random() < 0.8:
        return value
    if rng.random() < 0.3:
        return None
    return _text(rng) if isinstance(value, str) else rng.randrange(100)


def _predicted(gold: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    record: dict[str, Any] = {name: _changed(gold[name], rng) for name in _SCALARS}
    for name in _LISTS:
        items = [{key: _changed(value, rng) for key, value in one.items()} for one in gold[name]]
        rng.shuffle(items)
        if rng.random() < 0.3:
            items.pop()
        if rng.random() < 0.3:
            items.append(_entry(rng))
        record[name] = items
    return record


def records(count: int, seed: int = 0) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Pairs of gold and prediction, the same for one seed."""
    rng = random.Random(seed)
    return [(gold, _predicted(gold, rng)) for gold in (_gold(rng) for _ in range(count))]


def ours(pairs: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """Score with this project."""
    gold = [
        GoldDocument(id=str(index), sha256="0" * 64, record=one)
        for index, (one, _) in enumerate(pairs)
    ]
    predictions = {str(index): Prediction(other) for index, (_, other) in enumerate(pairs)}
    score(gold, predictions, Record)


def stickler(pairs: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """Compare with stickler-eval, exact comparators throughout, with its confusion matrix."""
    from stickler import ComparableField, ExactComparator, StructuredModel

    def exact(kind: Any) -> tuple[Any, Any]:
        return (kind | None, ComparableField(comparator=ExactComparator(), default=None))

    parts: dict[str, Any] = {name: exact(str) for name in ("name", "role", "town")}
    parts["number"] = exact(int)
    entry: Any = create_model("Entry", __base__=StructuredModel, **parts)
    entry.match_threshold = 0.5
    fields: dict[str, Any] = {name: exact(str) for name in _SCALARS[:6]}
    fields |= {name: exact(int) for name in _SCALARS[6:]}
    fields |= {name: (list[entry], ComparableField(default=[])) for name in _LISTS}
    record = create_model("Record", __base__=StructuredModel, **fields)
    for gold, predicted in pairs:
        record(**gold).compare_with(record(**predicted), include_confusion_matrix=True)


def anls_star(pairs: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """Compare with ANLS*."""
    from anls_star import anls_score

    for gold, predicted in pairs:
        anls_score(gold, predicted)


def rate(
    scorer: Callable[[Sequence[tuple[dict[str, Any], dict[str, Any]]]], None],
    pairs: Sequence[tuple[dict[str, Any], dict[str, Any]]],
    repeats: int = 1,
) -> float:
    """Records a processor second, the best of so many repeats after two records to warm up."""
    scorer(pairs[:2])
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        scorer(pairs)
        best = min(best, time.process_time() - start)
    return len(pairs) / best


def main() -> None:
    """Print a table of rates."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--records", type=int, default=1000)
    parser.add_argument("--others", type=int, default=100)
    options = parser.parse_args()
    pairs = records(options.records)
    few = pairs[: options.others]
    rows = [
        ("this scorer", rate(ours, pairs, 3), len(pairs)),
        ("stickler-eval", rate(stickler, few), len(few)),
        ("anls-star", rate(anls_star, few), len(few)),
    ]
    print(f"{'scorer':<16}{'records/s':>12}{'records':>10}")
    for name, speed, count in rows:
        print(f"{name:<16}{speed:>12,.0f}{count:>10,}")


if __name__ == "__main__":
    main()
