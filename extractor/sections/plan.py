"""From any Pydantic model to sections: small groups of fields, one request each.

This module owns what is asked together and how long a reply may be. The form of a reply is
``wire``'s, the words of the request ``prompting``'s, the reading of the model ``schema_reading``'s.

Fields that carry a ``schemas.fields.Section`` of one name are asked together. The others are
grouped in their order: up to four scalars that follow each other (an object of up to three leaves
counts as one), up to two lists of scalars that follow each other; every list of objects and every
larger object has a section of its own. Not asked at all: constants, derived values, and passages
that code reads from the quotation marks.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from extractor.errors import SchemaError
from extractor.schema.reading import read_schema
from extractor.schema.tree import FieldNode, Kind
from extractor.sections.wire import MOST_CITED, asked, item_bound, reply_model
from schemas import fields as markers

MOST_TOGETHER = 4
MOST_LISTS_TOGETHER = 2
SMALL_OBJECT = 3
"""Leaves of an object that is asked among scalars."""

_TOKENS = {
    Kind.TEXT: 40,
    Kind.ENUM: 12,
    Kind.DATE: 14,
    Kind.PARTIAL_DATE: 14,
    Kind.DATETIME: 24,
    Kind.TIME: 10,
    Kind.UNION: 40,
}
_TOKENS_OF_A_NUMBER = 8
_TOKENS_AROUND = 6  # a key, quotation marks, a comma
_LEAST_TOKENS = 96
_MOST_TOKENS = 1536  # some 150 seconds on the embedded model
_MOST_DEPTH = 10  # of objects and lists, the limit of OpenAI's strict mode


@dataclass(frozen=True, slots=True)
class Section:
    """One request: the fields it asks for and the form of its reply.

    ``fields``: names of top-level fields, in the schema's order; ``nodes``: the same as nodes.
    ``reply``: its ``model_json_schema()`` is what is sent. ``max_tokens``: what a full reply needs,
    generously.
    """

    name: str
    fields: tuple[str, ...]
    reply: type[BaseModel]
    max_tokens: int
    nodes: tuple[FieldNode, ...]


def plan(schema: type[BaseModel], only: Collection[str] | None = None) -> tuple[Section, ...]:
    """The sections of a schema, in the order of their first fields.

    ``only``: top-level fields to ask for; the others are left out, the grouping stays as it is
    otherwise. Raises ``SchemaError`` for a type that cannot be asked for and for an unknown name.
    """
    root = read_schema(schema)
    _check_names(root, only)
    wanted = [node for node in asked(root) if only is None or node.name in only]
    for node in wanted:
        if _depth(node) > _MOST_DEPTH:
            raise SchemaError(
                f"{node.name}: nested more than {_MOST_DEPTH} levels deep; make the model flatter"
            )
    taken: set[str] = set()
    return tuple(_section(name, group, taken) for name, group in _groups(wanted))


def _check_names(root: FieldNode, only: Collection[str] | None) -> None:
    known = [node.name for node in root.children]
    for name in only or ():
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            meant = f"did you mean {near[0]}?" if near else f"it has {', '.join(known)}"
            raise SchemaError(f"{root.name} has no field {name}; {meant}")


def _groups(nodes: Iterable[FieldNode]) -> Iterator[tuple[str | None, list[FieldNode]]]:
    """Fields that are asked together, each group with its declared name or ``None``."""
    groups: list[tuple[str | None, str, list[FieldNode]]] = []
    named: dict[str, list[FieldNode]] = {}
    for node in nodes:
        name = _declared(node)
        if name is not None:
            if name not in named:
                named[name] = []
                groups.append((name, "named", named[name]))
            named[name].append(node)
            continue
        sort, most = _sort(node)
        if groups and groups[-1][1] == sort and len(groups[-1][2]) < most:
            groups[-1][2].append(node)
        else:
            groups.append((None, sort, [node]))
    for name, _, group in groups:
        yield name, group


def _declared(node: FieldNode) -> str | None:
    found = (one.name for one in node.markers if isinstance(one, markers.Section))
    return next((name.strip() for name in found if name.strip()), None)


def _sort(node: FieldNode) -> tuple[str, int]:
    """The sort of field that may be asked together, and how many of them."""
    if node.is_scalar:
        return "scalars", MOST_TOGETHER
    if node.kind is Kind.LIST:
        return ("lists", MOST_LISTS_TOGETHER) if node.item.is_scalar else ("objects", 1)
    small = all(one.is_scalar for one in asked(node)) and len(asked(node)) <= SMALL_OBJECT
    return ("scalars", MOST_TOGETHER) if small else ("objects", 1)


def _section(declared: str | None, nodes: list[FieldNode], taken: set[str]) -> Section:
    name = declared or nodes[0].name
    number = 2
    while name in taken:
        name = f"{declared or nodes[0].name}_{number}"
        number += 1
    taken.add(name)
    needed = _LEAST_TOKENS // 2 + sum(_tokens(node) for node in nodes)
    return Section(
        name=name,
        fields=tuple(node.name for node in nodes),
        reply=reply_model(name, nodes),
        max_tokens=min(max(needed, _LEAST_TOKENS), _MOST_TOKENS),
        nodes=tuple(nodes),
    )


def _tokens(node: FieldNode) -> int:
    """Tokens that a full reply to a field may take."""
    around = _TOKENS_AROUND + len(node.name) // 3
    if node.is_scalar:
        return 2 * around + _TOKENS.get(node.kind, _TOKENS_OF_A_NUMBER)
    if node.kind is Kind.LIST:
        return around + item_bound(node) * _tokens(node.item)
    return around + 3 * MOST_CITED + sum(_tokens(one) for one in asked(node))


def _depth(node: FieldNode) -> int:
    if node.is_scalar:
        return 1
    return 1 + max((_depth(one) for one in node.children), default=0)
