"""The systems side by side: one table of measures, one of fields, one of articles.

This module owns what is compared and how it is written, as data for programs and as Markdown, which
is what the terminal shows, too. Scores are the project's own scorer's. Some measures also come as a
ratio to the baseline's, the first of `BASELINES` that took part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from bench.wording import Wording
from eval.report.figures import NOTHING, interval, number
from eval.scorecard import DocumentScore, FieldScore, Score, Scorecard

BASELINES = ("instructor", "instructor-told", "instructor-lax")

Number: TypeAlias = float | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One system's results. ``wording``: of all its records together."""

    system: str
    card: Scorecard
    wording: Wording

    def per_article(self, total: float) -> float:
        """A total by the number of articles."""
        return total / len(self.card.documents)


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of a system. ``ratio``: whether it is also shown as a ratio to the baseline's."""

    key: str
    label: str
    value: Callable[[Outcome], Number]
    show: Callable[[Number], str] = number
    ratio: bool = False


def _whole(value: Number) -> str:
    return NOTHING if value is None else f"{value:,.0f}"


def _times(value: Number) -> str:
    return NOTHING if value is None else f"×{value:.2f}"


def _errors(one: Outcome) -> Number:
    counts = one.card.strict.counts
    return counts.sub + counts.mis + counts.spu


def _lowest(one: Outcome) -> Number:
    known = [row.strict.f1 for row in one.card.documents if row.strict.f1 is not None]
    return min(known, default=None)


def _read(one: Outcome) -> Number:
    return one.per_article(one.card.usage.prompt_tokens - one.card.usage.cached_tokens)


MEASURES = (
    Measure("precision", "strict micro precision", lambda one: one.card.strict.precision),
    Measure("recall", "strict micro recall", lambda one: one.card.strict.recall),
    Measure("f1", "strict micro F1", lambda one: one.card.strict.f1),
    Measure("lenient_f1", "lenient micro F1", lambda one: one.card.lenient.f1),
    Measure("macro_f1", "strict macro F1 over fields", lambda one: one.card.strict_macro.f1),
    Measure("lowest_f1", "strict F1 of the worst article", _lowest),
    Measure("correct", "correct leaves", lambda one: one.card.strict.counts.cor, _whole),
    Measure("errors", "wrong leaves (SUB + MIS + SPU)", _errors, _whole, ratio=True),
    Measure(
        "hallucinated",
        "hallucinated leaves (SPU)",
        lambda one: one.card.strict.counts.spu,
        _whole,
        ratio=True,
    ),
    Measure("groundedness", "evidence groundedness", lambda one: one.card.evidence.groundedness),
    Measure(
        "ungrounded",
        "leaves without located evidence",
        lambda one: one.card.evidence.counts.ungrounded,
        _whole,
    ),
    Measure("span_f1", "evidence spans, F1", lambda one: one.card.evidence.f1),
    Measure("in_words", "values in the article's words", lambda one: one.wording.share),
    Measure(
        "invalid",
        "invalid outputs",
        lambda one: sum(not row.valid for row in one.card.documents),
        _whole,
    ),
    Measure(
        "no_record",
        "articles without a record",
        lambda one: sum(not row.has_record for row in one.card.documents),
        _whole,
    ),
    Measure(
        "requests",
        "requests per article",
        lambda one: one.per_article(one.card.usage.requests),
        _whole,
    ),
    Measure("read", "prompt tokens read per article", _read, _whole),
    Measure(
        "generated",
        "generated tokens per article",
        lambda one: one.per_article(one.card.usage.completion_tokens),
        _whole,
        ratio=True,
    ),
    Measure(
        "seconds",
        "seconds per article",
        lambda one: one.per_article(one.card.usage.seconds),
        _whole,
        ratio=True,
    ),
)


def baseline(outcomes: Sequence[Outcome]) -> Outcome | None:
    """The system that ratios refer to, if it took part."""
    by_name = {one.system: one for one in outcomes}
    return next((by_name[name] for name in BASELINES if name in by_name), None)


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Everything the tables show, and the counts behind it, as JSON values."""
    base = baseline(outcomes)
    return {
        "baseline": base.system if base else None,
        "systems": {one.system: _system(one, base) for one in outcomes},
    }


def markdown(outcomes: Sequence[Outcome]) -> str:
    """The three tables."""
    names = [one.system for one in outcomes]
    tables = (
        (["measure", *names], _measure_rows(outcomes)),
        (["strict F1 by field", "gold", *names], _field_rows(outcomes)),
        (["F1, tokens, seconds by article", *names], _article_rows(outcomes)),
    )
    return "\n".join("\n".join([*table(head, [*rows]), ""]) for head, rows in tables)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A Markdown table that lines up in a terminal: the first column left, the others right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        first, *others = (
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        return f"| {' | '.join([first, *others])} |"

    yield line(head)
    rules = ["-" * (width + 1) + (":" if place else "-") for place, width in enumerate(widths)]
    yield f"|{'|'.join(rules)}|"
    yield from map(line, rows)


def _measure_rows(outcomes: Sequence[Outcome]) -> Iterator[list[str]]:
    base = baseline(outcomes)
    for measure in MEASURES:
        yield [measure.label, *(measure.show(measure.value(one)) for one in outcomes)]
        if measure.key == "f1":
            yield ["95 % interval", *(interval(one.card.strict.f1_interval) for one in outcomes)]
        if measure.ratio and base is not None:
            ratios = (_times(_ratio(measure, one, base)) for one in outcomes)
            yield [f"  to {base.system}'s", *ratios]


def _field_rows(outcomes: Sequence[Outcome]) -> Iterator[list[str]]:
    found = [{row.path: row for row in one.card.fields} for one in outcomes]
    for path in dict.fromkeys(path for rows in found for path in rows):
        known: list[FieldScore | None] = [rows.get(path) for rows in found]
        some = next(row for row in known if row is not None)
        counts = some.strict.counts
        yield [
            path if some.in_totals else f"{path} (not in the totals)",
            str(counts.cor + counts.sub + counts.mis),
            *(NOTHING if row is None else number(row.strict.f1) for row in known),
        ]


def _article_rows(outcomes: Sequence[Outcome]) -> Iterator[list[str]]:
    for row in outcomes[0].card.documents:
        yield [row.id, *(_article(one.card.document(row.id)) for one in outcomes)]


def _article(row: DocumentScore) -> str:
    mark = "" if row.valid else " (invalid)"
    cost = f"{row.usage.completion_tokens:,} {row.usage.seconds:,.0f} s"
    return f"{number(row.strict.f1)} {cost}{mark}"


def _ratio(measure: Measure, one: Outcome, base: Outcome | None) -> Number:
    value, of = measure.value(one), measure.value(base) if base is not None else None
    return value / of if value is not None and of else None


def _system(one: Outcome, base: Outcome | None) -> dict[str, Any]:
    spread = one.card.strict.f1_interval
    found: dict[str, Any] = {measure.key: measure.value(one) for measure in MEASURES}
    found |= {
        f"{measure.key}_ratio": _ratio(measure, one, base) for measure in MEASURES if measure.ratio
    }
    found["f1_interval"] = [spread.low, spread.high] if spread is not None else None
    found["in_words_counts"] = one.wording._asdict()
    found["fields"] = {row.path: _score(row.strict) for row in one.card.fields}
    found["articles"] = {
        row.id: {
            **_score(row.strict),
            "valid": row.valid,
            "generated": row.usage.completion_tokens,
            "seconds": row.usage.seconds,
        }
        for row in one.card.documents
    }
    return found


def _score(score: Score) -> dict[str, Any]:
    shares = {"precision": score.precision, "recall": score.recall, "f1": score.f1}
    return {**shares, **score.counts.model_dump()}
