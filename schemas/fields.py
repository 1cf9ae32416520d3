"""Field metadata: what a schema author may say about a field beyond its type and description.

This module owns the small vocabulary of markers that ride in ``typing.Annotated``. It gives them
no behaviour: the extractor reads the ones that say how to find a value, the scorer reads
:class:`Compare`, the checks of gold and of extractions read :class:`PartOf` and :class:`AtMost`.
A schema without any marker works everywhere, with the defaults named here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar

from pydantic.fields import FieldInfo

ComparatorKind: TypeAlias = Literal["exact", "text", "quantity", "date", "organisation", "passage"]

Marker = TypeVar("Marker")


@dataclass(frozen=True, slots=True)
class Compare:
    """How a field is scored.

    ``kind``: the comparator of ``eval.compare``; without a marker it follows from the type (``str``
    is text, a ``Quantity`` quantity, everything else exact). On a list it is that of the items.
    ``weight``: the leaf's weight in the similarity of two list items (default 1). On a ``Quantity``
    it is the weight of ``value``; ``bound`` always weighs 1.
    ``scored``: false for a derived value, which needs no evidence either.
    ``in_totals``: false for a field that has a row of its own, outside micro and macro F1 and
    outside item similarity.
    """

    kind: ComparatorKind | None = None
    weight: int = 1
    scored: bool = True
    in_totals: bool = True


@dataclass(frozen=True, slots=True)
class PartOf:
    """This number counts a part of a sibling field's number.

    ``total``: the sibling's name. ``split``: what the whole is divided by; the parts of one split
    add up to no more than the total, those of different splits overlap (women and children).
    """

    total: str
    split: str


@dataclass(frozen=True, slots=True)
class AtMost:
    """This number is no greater than a sibling field's number."""

    field: str


@dataclass(frozen=True, slots=True)
class Cues:
    """Words of the text that show a value is meant; evidence of a truth value or an option.

    ``words``: words or phrases, whole and in any case; one that ends in ``*`` takes any ending
    ("arrest*"). ``value``: the option they are cues of; ``None`` for the field as a whole, which of
    a truth value means ``True``. A field may have several of these markers. Without any, an
    option's own name and a truth value's field name are the cues. On a number, one of the words
    must stand in the number's sentence.
    """

    words: tuple[str, ...]
    value: str | int | float | bool | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """The request a field is asked in: fields of one name are asked together."""

    name: str


def marker(info: FieldInfo, kind: type[Marker]) -> Marker | None:
    """The marker of this kind on a field, or ``None``."""
    return next((found for found in info.metadata if isinstance(found, kind)), None)
