"""From fills to record values: scalars chosen, lists built, groups formed, each leaf with evidence.

This module owns what happens when several mentions claim one place. It asks no model and knows no
subject: how lists are built is declared by the guide's groupings.
"""

from __future__ import annotations

import enum
import json
import re
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from extractor.extraction import Evidence, Status
from extractor.finders.mention import Mention
from extractor.guide.fills import Fill
from extractor.guide.grouping import Group, build_groups, enumerated
from extractor.record.parts import Part
from extractor.text.article import Article, Span
from schemas.guide import Grouping, Guide


def assemble(
    schema: type[BaseModel], guide: Guide, article: Article, fills: Sequence[Fill]
) -> Part:
    """Build the values of all fields that the fills name."""
    result = Part()
    groupings = {grouping.path: grouping for grouping in guide.groupings}
    places = [span for fill in fills if fill.path == guide.places for span in _spans(fill)]
    by_field: dict[str, list[Fill]] = {}
    for fill in fills:
        by_field.setdefault(fill.field, []).append(fill)
    for name, found in by_field.items():
        annotation = schema.model_fields[name].annotation
        pointer = f"/{name}"
        if "[]." not in found[0].path and not found[0].path.endswith("[]"):
            chosen = _best(article, found)
            if name in groupings and groupings[name].kind == "sum":
                chosen = enumerated(article, chosen, found)
            result.values[name] = _store(result, pointer, annotation, article, chosen)
        elif found[0].path.endswith("[]"):
            fullest = name in groupings and groupings[name].kind == "fullest"
            result.values[name] = _plain_list(
                result, pointer, annotation, article, _fullest(found) if fullest else found
            )
        else:
            grouping = groupings.get(name, Grouping(name, "each"))
            model = _item(annotation)
            if grouping.kind == "group":
                items = build_groups(article, grouping, found, places)
                result.values[name] = _write_groups(result, pointer, model, article, items)
            else:
                result.values[name] = _entities(result, pointer, model, grouping, article, found)
    return result


def _spans(fill: Fill) -> Iterator[Span]:
    yield from (mention.span for mention in fill.forms or (fill.mention,))


def _write_groups(
    result: Part,
    pointer: str,
    model: type[BaseModel],
    article: Article,
    groups: Sequence[Group],
) -> list[dict[str, Any]]:
    items = []
    for index, group in enumerate(groups):
        item = _empty(model)
        for name, fill in group.fields.items():
            annotation = model.model_fields[name].annotation
            item[name] = _store(result, f"{pointer}/{index}/{name}", annotation, article, fill)
        items.append(item)
    return items


def _best(article: Article, fills: Sequence[Fill]) -> Fill:
    """The fill that states a scalar best: in the body, exact rather than bounded, the first."""
    return min(
        fills,
        key=lambda fill: (
            _in_headline(article, fill.mention),
            "indefinite" in fill.mention.tags,
            fill.mention.bound == "about",
            fill.mention.span.start,
        ),
    )


def _in_headline(article: Article, mention: Mention) -> bool:
    sentence = article.sentence(mention.sentence)
    return not article.slice(sentence).rstrip().endswith((".", "!", "?", "”", '"', "’", ":"))


def _store(result: Part, pointer: str, annotation: Any, article: Article, fill: Fill) -> Any:
    """A fill as the value of a field, its evidence noted for every leaf."""
    model = _model(annotation)
    if model is not None and {"value", "bound"} <= set(model.model_fields):
        evidence = (_evidence(article, fill.mention.phrase, fill.value),)
        for leaf in ("value", "bound"):
            result.evidence[f"{pointer}/{leaf}"] = evidence
            result.confidence[f"{pointer}/{leaf}"] = fill.confidence
        return {"value": fill.value, "bound": fill.mention.bound}
    kinds = _kinds(annotation)
    value = _plain(kinds, fill)
    span = fill.shown or fill.mention.span
    if int in kinds and isinstance(value, int) and not isinstance(value, bool):
        span = fill.mention.phrase
    return result.put(pointer, value, (_evidence(article, span, value),), fill.confidence)


def _plain(kinds: Sequence[Any], fill: Fill) -> Any:
    """A fill as one plain value: a text takes the words, unless a label or a date says more."""
    if str not in kinds or any(_is_enum(kind) for kind in kinds):
        return fill.value
    given = fill.value != fill.mention.value  # by the label
    return fill.value if given or _dated(fill.value) else fill.text


def _dated(value: Any) -> bool:
    return (
        isinstance(value, str) and re.fullmatch(r"(?:\d{4}|XXXX)(?:-\d\d){0,2}", value) is not None
    )


def _evidence(article: Article, span: Span, value: Any) -> Evidence:
    text = article.slice(span)
    verbatim = (isinstance(value, str) and text == value) or str(value) in re.findall(r"\d+", text)
    return Evidence(span.start, span.end, text, Status.VERBATIM if verbatim else Status.NORMALISED)


def _fullest(fills: Sequence[Fill]) -> list[Fill]:
    """Without the fills whose text another one ends with, at a word's start."""
    texts = {fill.text.casefold() for fill in fills}
    return [
        fill
        for fill in fills
        if not any(text.endswith(f" {fill.text.casefold()}") for text in texts)
    ]


def _plain_list(
    result: Part, pointer: str, annotation: Any, article: Article, fills: Sequence[Fill]
) -> list[Any]:
    """Distinct values; enum members in the enum's order, others in order of mention.

    Those of a set stand as a record shows them, sorted, so that pointers lead to them.
    """
    item = _item(annotation)
    chosen: dict[str, tuple[Any, Fill]] = {}
    for fill in fills:
        value = _plain(_kinds(item), fill)
        chosen.setdefault(str(value).casefold(), (value, fill))
    ordered = list(chosen.values())
    if _is_set(annotation):
        ordered.sort(key=lambda pair: json.dumps(pair[0], ensure_ascii=False))
    elif _is_enum(item):
        order = [member.value for member in item]
        ordered.sort(key=lambda pair: order.index(pair[0]))
    values = []
    for index, (value, fill) in enumerate(ordered):
        leaf = (value, (_evidence(article, fill.mention.span, value),), fill.confidence)
        values.append(result.put(f"{pointer}/{index}", *leaf))
    return values


def _entities(
    result: Part, pointer: str, model: type[BaseModel], grouping: Grouping, article: Article,
    fills: Sequence[Fill],
) -> list[dict[str, Any]]:  # fmt: skip
    """One item per distinct entity; a later mention of the same one adds its listed values."""
    items: list[dict[str, Any]] = []
    anchor = grouping.anchor or fills[0].path.rpartition(".")[2]
    once, values = grouping.once
    listed: set[tuple[Any, int]] = set()  # what lists have named, by value and sentence
    for fill in fills:
        name = fill.path.rpartition(".")[2]
        value = fill.fixed.get(once)
        held = any(value in values and item[once] == value for item in items)
        apart = (value, fill.mention.sentence) in listed and "charge" in fill.mention.tags
        listed.add((value, fill.mention.sentence))
        if held and not apart:
            continue
        at = _same(items, anchor, fill)
        if at is None:
            items.append(_empty(model))
            at = len(items) - 1
            _describe(result, f"{pointer}/{at}", items[at], article, fill)
        elif not isinstance(items[at][name], list):
            continue
        here = f"{pointer}/{at}/{name}"
        annotation = model.model_fields[name].annotation
        if _is_list(annotation):
            items[at][name] = _extend(result, here, items[at][name], article, fill)
        else:
            items[at][name] = _store(result, here, annotation, article, fill)
    return items


def _same(items: Sequence[Mapping[str, Any]], anchor: str, fill: Fill) -> int | None:
    """The item that a fill is about: of an equal name, of the same surname, or the one before.

    The one before is meant where the words around a mention name nobody ("he added").
    """
    if fill.described or fill.path.endswith(f".{anchor}"):
        described = fill.described.get(anchor)
        text = described[0] if described else fill.text
        if described is None and not fill.path.endswith(f".{anchor}"):
            return None
        wanted = text.casefold()
        for index, item in enumerate(items):
            held = str(item[anchor] or "").casefold()
            if held == wanted or (described and held and held.split()[-1] == wanted.split()[-1]):
                return index
        return None
    return len(items) - 1 if items else None


def _describe(result: Part, at: str, item: dict[str, Any], article: Article, fill: Fill) -> None:
    for name, value in fill.fixed.items():
        span = fill.shown or fill.mention.phrase
        leaf = (value, (_evidence(article, span, value),), fill.confidence)
        item[name] = result.put(f"{at}/{name}", *leaf)
    for name, (text, span) in fill.described.items():
        leaf = (text, (_evidence(article, span, text),), fill.confidence)
        item[name] = result.put(f"{at}/{name}", *leaf)


def _extend(
    result: Part, pointer: str, values: list[str], article: Article, fill: Fill
) -> list[str]:
    values = list(values)
    for mention in fill.forms or (fill.mention,):
        text = article.slice(mention.span)
        leaf = (text, (_evidence(article, mention.span, text),), fill.confidence)
        values.append(result.put(f"{pointer}/{len(values)}", *leaf))
    return values


def _empty(model: type[BaseModel]) -> dict[str, Any]:
    return {
        name: [] if _is_list(info.annotation) else None for name, info in model.model_fields.items()
    }


def _kinds(annotation: Any) -> tuple[Any, ...]:
    """The types of an annotation, ``None`` left out."""
    if typing.get_origin(annotation) is typing.Annotated:
        return _kinds(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return tuple(
            kind
            for part in typing.get_args(annotation)
            if part is not type(None)
            for kind in _kinds(part)
        )
    return (annotation,)


def _model(annotation: Any) -> type[BaseModel] | None:
    for kind in _kinds(annotation):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
    return None


def _item(annotation: Any) -> Any:
    """The item type of a list annotation."""
    return _kinds(typing.get_args(_kinds(annotation)[0])[0])[0]


def _is_list(annotation: Any) -> bool:
    return any(typing.get_origin(kind) is list for kind in _kinds(annotation))


def _is_set(annotation: Any) -> bool:
    return any(typing.get_origin(kind) in (set, frozenset) for kind in _kinds(annotation))


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, enum.Enum)
