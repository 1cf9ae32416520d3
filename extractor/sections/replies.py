"""What a section's reply says: its part of the record, and every value with the sentences it cites.

This module owns the way from the wire form back to plain values. Whether the article supports them
is ``grounding``'s business, what record they make ``records``'s.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

from pydantic import BaseModel

from extractor.grounding.stated import Sentences, Stated
from extractor.schema.tree import FieldNode, Kind
from extractor.sections.plan import Section
from extractor.sections.wire import CITE, VALUE, asked, cite_key

Json: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Decoded:
    """A reply taken apart.

    ``values``: the section's part of the record, JSON-ready, every asked field present, ``None`` or
    ``[]`` where nothing is stated. ``stated``: its non-null leaves in order. ``objects``: pointer
    of each object → the sentences it cites.
    """

    values: Mapping[str, Json]
    stated: tuple[Stated, ...]
    objects: Mapping[str, Sentences]


def decode(section: Section, wire_value: BaseModel | Mapping[str, Json]) -> Decoded:
    """Take a reply apart.

    An empty text states nothing; an object or a list item that states nothing is left out. A set's
    items come sorted and once each, as the record shows them.
    """
    if isinstance(wire_value, BaseModel):
        wire_value = wire_value.model_dump(by_alias=True)
    collected = _Collected()
    values = {node.name: collected.field(node, wire_value.get(node.name)) for node in section.nodes}
    return Decoded(values, tuple(collected.stated), collected.objects)


@dataclass(slots=True)
class _Collected:
    """What has been read so far."""

    stated: list[Stated] = field(default_factory=list)
    objects: dict[str, Sentences] = field(default_factory=dict)

    def field(self, node: FieldNode, value: Json) -> Json:
        pointer = _step("", node.name)
        if node.is_scalar:
            found = _clean(node, (value or {}).get(VALUE))
            self.note(pointer, found, _sentences((value or {}).get(CITE)), node)
            return found
        if node.kind is Kind.LIST and node.item.is_scalar:
            cited = ((one[VALUE], _sentences(one[CITE])) for one in value or ())
            return self.scalars(node, pointer, cited)
        return self.inner(node, pointer, value, ())

    def inner(
        self,
        node: FieldNode,
        pointer: str,
        value: Json,
        sentences: Sentences,
        within: FieldNode | None = None,
    ) -> Json:
        """A value inside an object, which has no citation of its own if it is plain."""
        if node.is_scalar:
            found = _clean(node, value)
            self.note(pointer, found, sentences, node, within)
            return found
        if node.kind is Kind.OBJECT:
            return self.object(node, pointer, value, sentences)
        if node.item.is_scalar:
            return self.scalars(node, pointer, ((one, sentences) for one in value or ()))
        items: list[Json] = []
        for one in value or ():
            found = self.object(node.item, _step(pointer, len(items)), one, sentences)
            if found is not None:
                items.append(found)
        return items

    def object(self, node: FieldNode, pointer: str, value: Json, around: Sentences) -> Json:
        if value is None or (node.is_quantity and value.get("value") is None):
            return None
        sentences = _sentences(value.get(cite_key(node))) or around
        noted = len(self.stated)
        within = node if node.is_quantity else None
        found = {
            one.name: self.inner(
                one, _step(pointer, one.name), value.get(one.name), sentences, within
            )
            for one in asked(node)
        }
        if len(self.stated) == noted:
            return None
        self.objects[pointer] = sentences
        return found

    def scalars(
        self, node: FieldNode, pointer: str, cited: Iterator[tuple[Json, Sentences]]
    ) -> list[Json]:
        pairs = [(_clean(node.item, value), sentences) for value, sentences in cited]
        pairs = [pair for pair in pairs if pair[0] is not None]
        if node.is_set:
            first = {json.dumps(value): (value, sentences) for value, sentences in reversed(pairs)}
            pairs = sorted(first.values(), key=lambda pair: _rank(pair[0]))
        for index, (value, sentences) in enumerate(pairs):
            self.note(_step(pointer, index), value, sentences, node.item)
        return [value for value, _ in pairs]

    def note(
        self,
        pointer: str,
        value: Json,
        sentences: Sentences,
        node: FieldNode,
        within: FieldNode | None = None,
    ) -> None:
        if value is not None:
            self.stated.append(Stated(pointer, value, sentences, node, within))


def _step(pointer: str, key: str | int) -> str:
    """A JSON pointer (RFC 6901) one step further; field names hold no character to escape."""
    return f"{pointer}/{key}"


def _sentences(cited: int | Sequence[int] | None) -> Sentences:
    if cited is None:
        return ()
    return (cited,) if isinstance(cited, int) else tuple(dict.fromkeys(cited))


def _clean(node: FieldNode, value: Json) -> Json:
    if isinstance(value, str):
        return value.strip() or None
    if node.kind is Kind.DECIMAL and value is not None:
        return format(Decimal(str(value)), "f")
    return value


def _rank(value: Json) -> tuple[bool, float, str]:
    """The order in which ``extraction`` writes a set: numbers by size, the rest by its JSON."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return (False, value, "")
    return (True, 0, json.dumps(value, ensure_ascii=False))
