"""One value as it was stated, with the sentences cited for it: what there is to ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from extractor.schema.tree import FieldNode

Json: TypeAlias = Any
Sentences: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stated:
    """One value as the model gave it: where it belongs, and the sentences it cites.

    ``pointer`` leads into the record, ``value`` is JSON-ready. ``sentences`` are the numbers given,
    unchecked; empty if there was none. Inside an object they are the object's. ``quantity``: the
    object it is the number or the bound of, if it is.
    """

    pointer: str
    value: Json
    sentences: Sentences
    node: FieldNode
    quantity: FieldNode | None = None
