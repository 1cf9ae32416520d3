"""Which fields went wrong most, and where: the order in which every report lists errors."""

from __future__ import annotations

from dataclasses import dataclass

from eval.report.figures import WRONG, errors
from eval.scorecard import FieldScore, Scorecard
from eval.verdicts import LeafVerdict, Tag


@dataclass(frozen=True, slots=True)
class WrongField:
    """A field and its wrong leaves on the strict track, in the documents' order."""

    row: FieldScore
    leaves: tuple[LeafVerdict, ...]


def worst_fields(card: Scorecard) -> tuple[WrongField, ...]:
    """Fields with a wrong leaf: lowest strict F1 first, then most errors, then the schema's order.

    Leaves of a document without a record are left out: all of them are missing, which is said once.
    """
    wrong: dict[str, list[LeafVerdict]] = {}
    for verdict in card.verdicts:
        if verdict.strict in WRONG and Tag.NO_RECORD not in verdict.tags:
            wrong.setdefault(verdict.path, []).append(verdict)
    rows = [row for row in card.fields if row.path in wrong]
    rows.sort(key=lambda row: (row.strict.f1 or 0.0, -errors(row.strict)))
    return tuple(WrongField(row, tuple(wrong[row.path])) for row in rows)
