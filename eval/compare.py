"""Comparators: when two values count as the same, strictly and leniently.

This module owns :data:`COMPARATORS`, the table of the scoring rules, and the folding of text. A
comparator first turns each value into a *form*; equal forms are equal values on both tracks, so
most comparisons are one ``==``. Which field uses which comparator is declared on the schema and
read by ``leaves``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from schemas import vocabulary

Track: TypeAlias = Literal["strict", "lenient"]
TRACKS: tuple[Track, ...] = ("strict", "lenient")
LeafKind: TypeAlias = Literal["exact", "text", "value", "bound", "date", "organisation", "passage"]
Form: TypeAlias = Any
Beside: TypeAlias = Any
"""What gold knows beside the value: a tuple of forms of its alternatives; for the ``value`` of a
quantity its bound. ``None`` if nothing."""

TEXT_CUTOFF = 90.0  # rapidfuzz's 0-100 scale
PASSAGE_CUTOFF = 0.8

_ODD = "\0"  # opens the form of a value that is not of the comparator's type
_ASCII_EDGES = "!\"#%&'()*,-./:;?@[\\]_{} \t\n\r\v\f\x1c\x1d\x1e\x1f"
_ARTICLES = frozenset({"the", "a", "an"})
_EDTF = re.compile(r"(\d{4}|XXXX)(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@lru_cache(maxsize=1 << 16)
def fold(text: str) -> str:
    """``text`` without what the eye does not count as a difference.

    The folding of the alias table (NFKC, casefold, quotation marks, white space, punctuation at
    the edges, leading article), and double quotation marks as single ones. Folding twice changes
    nothing.
    """
    if text.isascii():
        return _fold_ascii(text)
    return vocabulary.fold(text).replace('"', "'")


def _fold_ascii(text: str) -> str:
    """The same for plain text, some ten times as fast: most text is plain."""
    words = text.lower().replace("`", "'").strip(_ASCII_EDGES).split()
    while len(words) > 1 and words[0] in _ARTICLES:
        words = " ".join(words[1:]).strip(_ASCII_EDGES).split()
    return " ".join(words).replace('"', "'")


def exact_form(value: Any) -> Form:
    """A form that tells ``True`` from ``1`` and is equal for objects with equal JSON."""
    kind = type(value)
    if kind is str or kind is int:
        return value
    if kind is bool:
        return f"{_ODD}{value}"
    if isinstance(value, Enum):
        return exact_form(value.value)
    if kind is float and value == value:
        return value
    return _ODD + json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


def text_form(value: Any) -> Form:
    """The folded text."""
    return fold(value) if isinstance(value, str) else _ODD + str(exact_form(value))


@lru_cache(maxsize=1 << 14)
def _organisation(name: str) -> tuple[str, str | None]:
    return fold(name), vocabulary.canonical(name)


def organisation_form(value: Any) -> Form:
    """The folded name and the alias table's entry for it."""
    return _organisation(value) if isinstance(value, str) else (text_form(value), None)


def date_form(value: Any) -> Form:
    """Year, month and day, ``None`` where not stated; an odd value's exact form."""
    found = _EDTF.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return _ODD + str(exact_form(value))
    year, month, day = found.groups()
    return (
        None if year == "XXXX" else int(year),
        None if month is None else int(month),
        None if day is None else int(day),
    )


def is_coarser(date: Form, than: Form) -> bool:
    """Whether a date form states less than another, and nothing that contradicts it."""
    if not (isinstance(date, tuple) and isinstance(than, tuple)) or date == than:
        return False
    return all(part is None or part == full for part, full in zip(date, than, strict=True))


def _equal_or_beside(gold: Form, predicted: Form, beside: Beside) -> bool:
    return bool(gold == predicted or (beside is not None and predicted in beside))


def _equal(gold: Form, predicted: Form, _: Beside) -> bool:
    return bool(gold == predicted)


def _same_organisation(gold: Form, predicted: Form, beside: Beside) -> bool:
    if gold[0] == predicted[0] or (gold[1] is not None and gold[1] == predicted[1]):
        return True
    return beside is not None and any(predicted[0] == name for name, _ in beside)


def _similar(one: str, other: str) -> bool:
    here, there = len(one), len(other)
    if 11 * here < 9 * there or 11 * there < 9 * here:
        return False  # the ratio is at most twice the shorter length over the sum of both
    if one[:1] == _ODD or other[:1] == _ODD:
        return one == other
    return fuzz.token_sort_ratio(one, other, score_cutoff=TEXT_CUTOFF) >= TEXT_CUTOFF


def _similar_text(gold: Form, predicted: Form, beside: Beside) -> bool:
    if gold == predicted or _similar(gold, predicted):
        return True
    return beside is not None and any(
        predicted == other or _similar(other, predicted) for other in beside
    )


@lru_cache(maxsize=1 << 12)
def _folded_aliases(canonical: str) -> tuple[str, ...]:
    return tuple(fold(name) for name in vocabulary.aliases(canonical))


def _similar_organisation(gold: Form, predicted: Form, beside: Beside) -> bool:
    if _same_organisation(gold, predicted, beside):
        return True
    names = [gold[0], *(name for name, _ in beside or ())]
    names.extend(() if gold[1] is None else _folded_aliases(gold[1]))
    return any(_similar(name, predicted[0]) for name in names)


def passage_overlap(one: str, other: str) -> float:
    """Characters the two share in order, over the characters of both together (0-1)."""
    shared = LCSseq.similarity(one, other)
    either = len(one) + len(other) - shared
    return shared / either if either else 1.0


def _similar_passage(gold: Form, predicted: Form, beside: Beside) -> bool:
    for wanted in (gold, *(beside or ())):
        if wanted == predicted:
            return True
        odd = wanted[:1] == _ODD or predicted[:1] == _ODD
        if not odd and passage_overlap(wanted, predicted) >= PASSAGE_CUTOFF:
            return True
    return False


def _date_lenient(gold: Form, predicted: Form, beside: Beside) -> bool:
    return any(
        predicted == wanted or is_coarser(predicted, wanted) for wanted in (gold, *(beside or ()))
    )


def _value_in_range(gold: Form, predicted: Form, bound: Beside) -> bool:
    if gold == predicted:
        return True
    if isinstance(gold, str) or isinstance(predicted, str):
        return False
    match bound:
        case "about":
            return bool(10 * abs(predicted - gold) <= gold)
        case "at_least" | "more_than":
            return bool(gold <= predicted and 4 * predicted <= 5 * gold)
        case "at_most":
            return bool(3 * gold <= 4 * predicted and predicted <= gold)
    return False


def _bound_lenient(gold: Form, predicted: Form, _: Beside) -> bool:
    return bool(gold == predicted) or {gold, predicted} == {"at_least", "more_than"}


@dataclass(frozen=True, slots=True)
class Comparator:
    """How one kind of leaf is compared.

    ``form``: value → form, never ``None``. ``strict`` and ``lenient``: gold's form, the
    prediction's form and what gold knows beside; lenient accepts whatever strict accepts. With
    ``keyed``, strict is equality of forms wherever gold has nothing beside. Without ``is_graded``,
    lenient is strict.
    """

    form: Callable[[Any], Form]
    strict: Callable[[Form, Form, Beside], bool]
    lenient: Callable[[Form, Form, Beside], bool]
    keyed: bool = True
    is_graded: bool = True


COMPARATORS: Mapping[LeafKind, Comparator] = MappingProxyType(
    {
        "exact": Comparator(exact_form, _equal_or_beside, _equal_or_beside, is_graded=False),
        "text": Comparator(text_form, _equal_or_beside, _similar_text),
        "value": Comparator(exact_form, _equal, _value_in_range),
        "bound": Comparator(exact_form, _equal, _bound_lenient),
        "date": Comparator(date_form, _equal_or_beside, _date_lenient),
        "organisation": Comparator(
            organisation_form, _same_organisation, _similar_organisation, keyed=False
        ),
        "passage": Comparator(text_form, _equal_or_beside, _similar_passage),
    }
)
"""The table of the scoring rules."""


def equal(
    kind: LeafKind, gold: Any, predicted: Any, track: Track = "strict", beside: Beside = None
) -> bool:
    """Whether two non-null values of one kind count as the same.

    ``beside``: gold's alternative values; for the ``value`` of a quantity gold's bound.
    """
    comparator = COMPARATORS[kind]
    if beside is not None and kind != "value":
        beside = tuple(comparator.form(other) for other in beside)
    judge = comparator.strict if track == "strict" else comparator.lenient
    return judge(comparator.form(gold), comparator.form(predicted), beside)
