"""Whether the values of a record are in the article's words, checked alike for every system.

This module owns a measure that asks no system for evidence: of the texts, numbers and dates in a
record, how many the project's own grounding finds anywhere in the article. Options, truth values,
bounds and quoted passages are left out. It says nothing of whether a value is right: an age found
in the article may be somebody else's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel

from extractor.grounding.ground import ground, is_grounded
from extractor.schema.reading import read_schema
from extractor.schema.tree import FieldNode, Kind
from extractor.text.article import Article

_WORDED = (Kind.TEXT, Kind.INTEGER, Kind.NUMBER, Kind.PARTIAL_DATE, Kind.DATE)


class Wording(NamedTuple):
    """How many values were looked for, and how many were found."""

    found: int = 0
    stated: int = 0

    @property
    def share(self) -> float | None:
        """Found of stated; ``None`` if there was nothing to look for."""
        return self.found / self.stated if self.stated else None


def wording(text: str, record: Mapping[str, Any] | None, schema: type[BaseModel]) -> Wording:
    """Look for the values of one article's record."""
    article = Article.from_text(text)
    everywhere = [sentence.number for sentence in article.sentences]
    date = (record or {}).get("page_date")
    page = date if isinstance(date, str) and len(date) == 10 else None
    stated = list(_values(read_schema(schema), record))
    found = sum(
        is_grounded(ground(article, value, node, everywhere, page=page)) for node, value in stated
    )
    return Wording(found, len(stated))


def _values(node: FieldNode, value: Any) -> Iterator[tuple[FieldNode, Any]]:
    if value is None or node.is_passage:
        return
    if node.kind is Kind.OBJECT and isinstance(value, Mapping):
        for child in node.children:
            if child.is_asked:
                yield from _values(child, value.get(child.name))
    elif node.kind is Kind.LIST and isinstance(value, list):
        for one in value:
            yield from _values(node.item, one)
    elif node.kind in _WORDED:
        yield node, value
