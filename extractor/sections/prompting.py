"""The words of a section's request: prompt files, filled with the article and the schema's text.

This module owns what is written to the model. The form of its reply is ``wire``'s, sending
``client``'s. Guidance comes from the descriptions of the schema and nowhere else, so that schema
and prompt cannot disagree; the files in ``prompts/`` say only how to answer.

The article comes first and is the same, byte for byte, in every request about it, behind a system
text that never changes: a server with a prefix cache reads it once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from extractor.model.exchange import Message
from extractor.schema.tree import FieldNode, Kind
from extractor.sections.plan import Section
from extractor.sections.wire import FORMAT, SCALARS, asked, item_bound
from extractor.text.article import Article
from schemas.values import Quantity

_FILES = ("system.txt", "section.txt", "retry.txt")
_INDENT = "  "
_HINTS = {
    Kind.INTEGER: "a whole number",
    Kind.NUMBER: "a number",
    Kind.DECIMAL: "a number",
    Kind.BOOLEAN: "true or false",
    Kind.DATE: "a date as YYYY-MM-DD",
    Kind.PARTIAL_DATE: "a date as YYYY-MM-DD, YYYY-MM or YYYY; XXXX for a year that is not stated",
    Kind.DATETIME: "date and time as YYYY-MM-DDTHH:MM:SS",
    Kind.TIME: "a time as HH:MM",
}
_BY_PATTERN = {
    SCALARS[kind]["pattern"]: kind.value.replace("_", " ")
    for kind in (Kind.DATE, Kind.PARTIAL_DATE, Kind.DATETIME, Kind.TIME)
}
_OUTERMOST = "outermost"


def messages(article: Article, section: Section) -> tuple[Message, ...]:
    """The request for a section: the system text, then the numbered article and the question."""
    return Message("system", _system()), Message("user", _question(article.numbered(), section))


def again(asked_with: Sequence[Message], reply: str, reasons: Sequence[str]) -> tuple[Message, ...]:
    """The same request once more, with the reply to it and what checks found wrong in that."""
    return (
        *asked_with,
        Message("assistant", reply),
        Message("user", _render("retry.txt", reasons=list(reasons))),
    )


def describe(section: Section) -> str:
    """A section's whole request as people read it, a placeholder where the article goes."""
    return f"{_system()}\n\n{_question('[1] (the article, one numbered sentence a line)', section)}"


@cache
def prompt_version() -> str:
    """A short hash of the prompt files and of the form in which replies are asked for."""
    digest = hashlib.sha256(f"wire {FORMAT}\n".encode())
    for name in _FILES:
        digest.update(f"{name}\n{_text(name)}\n".encode())
    return digest.hexdigest()[:12]


@cache
def _text(name: str) -> str:
    return files("extractor.sections").joinpath("prompts", name).read_text(encoding="utf-8")


def _system() -> str:
    return _text("system.txt").strip()


def _question(article: str, section: Section) -> str:
    return _render(
        "section.txt",
        article=article,
        fields=list(_form(section.nodes)),
        shape=shape(section.reply.model_json_schema()),
    )


def _render(name: str, **values: Any) -> str:
    from jinja2 import Environment, StrictUndefined

    # Text for a model is no markup, so nothing is escaped.
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_text(name)).render(**values).strip()


def _form(nodes: Sequence[FieldNode]) -> Iterator[str]:
    for node in nodes:
        yield from _lines(node, "")
    quantity = next(
        (one for node in nodes for one in _objects(node) if _is_usual_quantity(one)), None
    )
    if quantity is not None:
        yield "In every number that has a bound:"
        for one in quantity.children:
            yield from _lines(one, _INDENT)


def _is_usual_quantity(node: FieldNode) -> bool:
    """Explained once a section, not once a field."""
    return node.is_quantity and node.model is Quantity


def _objects(node: FieldNode) -> Iterator[FieldNode]:
    if node.kind is Kind.OBJECT:
        yield node
    for one in node.children:
        yield from _objects(one)


def _lines(node: FieldNode, indent: str) -> Iterator[str]:
    """What the schema says of a field, and of an object's fields below it."""
    # A grammar does not show a model its options: they stand here or nowhere.
    item = node.item if node.kind is Kind.LIST else node
    hints = [hint for hint in (_hint(item), _how_many(node)) if hint]
    described = node.description or item.description or node.name.replace("_", " ")
    yield f"{indent}{node.name}: {described}" + (f" ({'; '.join(hints)})" if hints else "")
    if item.kind is Kind.OBJECT and not _is_usual_quantity(item):
        for one in asked(item):
            yield from _lines(one, indent + _INDENT)


def _hint(node: FieldNode) -> str:
    if node.kind is Kind.ENUM:
        return "one of: " + ", ".join(map(_option, node.options, node.labels))
    if _is_usual_quantity(node):
        return "a number with its bound"
    if any(one.is_passage for one in node.children):
        return "cite the sentences that hold the quotation"
    if node.kind is Kind.UNION:
        return " or ".join(filter(None, map(_hint, node.children)))
    return _HINTS.get(node.kind, "")


def _option(value: Any, label: str) -> str:
    written = value if isinstance(value, str) else json.dumps(value)
    return written if label in (written, str(value)) else f"{written} for {label.replace('_', ' ')}"


def _how_many(node: FieldNode) -> str:
    return f"at most {item_bound(node)}" if node.kind is Kind.LIST else ""


def shape(reply_schema: Mapping[str, Any]) -> str:
    """The form of a reply, the kind of each value in angle brackets: no words to copy.

    Read from the JSON Schema that is sent, so the two cannot disagree.
    """
    return _shape(reply_schema, _OUTERMOST)


def _shape(schema: Mapping[str, Any], number: str = "number") -> str:
    found = _alternatives(schema, number)
    plain = all(one[0] not in "{[" for one in found)
    return f"<{'|'.join(found)}>" if plain else "|".join(found)


def _alternatives(schema: Mapping[str, Any], number: str) -> list[str]:
    if "anyOf" in schema:
        members = (one for part in schema["anyOf"] for one in _alternatives(part, number))
        return list(dict.fromkeys(members))
    if "enum" in schema:
        return ["option", "null"] if None in schema["enum"] else ["option"]
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return list(dict.fromkeys(_alternative(one, schema, number) for one in types))


def _alternative(name: str, schema: Mapping[str, Any], number: str) -> str:
    if name == "object":
        # The first property of every object but the outermost is its citation.
        cites = None if number == _OUTERMOST else next(iter(schema["properties"]))
        return _braces(
            f'"{key}":{_shape(one, "sentence" if key == cites else "number")}'
            for key, one in schema["properties"].items()
        )
    if name == "array":
        more = "" if number == "sentence" else ",..."
        return f"[{_shape(schema['items'], number)}{more}]"
    if name in ("integer", "number"):
        return number
    if name == "string":
        return _BY_PATTERN.get(schema.get("pattern", ""), "text")
    return "true|false" if name == "boolean" else name


def _braces(parts: Iterable[str]) -> str:
    return "{" + ",".join(parts) + "}"
