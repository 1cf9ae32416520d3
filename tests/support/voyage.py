"""A schema of many kinds of fields, and fills for it made by hand."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel

from extractor.extraction import Status, dump_record
from extractor.finders.mention import Mention
from extractor.finders.numbers import numbers
from extractor.guide.assembly import assemble
from extractor.guide.fills import Fill
from extractor.record.parts import Part, leaves
from extractor.record.records import assemble as record_of
from extractor.text.article import Article, Span
from schemas.guide import Grouping, Guide
from schemas.values import PartialDate, Quantity


class Cargo(StrEnum):
    FISH = "fish"
    WOOD = "wood"


class Speaker(BaseModel):
    name: str | None = None
    post: str | None = None
    quotes: list[str] = []


class Port(BaseModel):
    name: str
    kind: Literal["harbour", "pier"] | None = None
    boats: list[str] | None = None


class Voyage(BaseModel):
    title: str | None = None
    mode: str | None = None
    boats: Quantity | None = None
    days: int | None = None
    day: PartialDate | None = None
    left: dt.date | None = None
    safe: bool | None = None
    cargo: Cargo | None = None
    cargoes: list[Cargo] = []
    kinds: list[str] = []
    tags: set[str] = set()
    dates: list[PartialDate] = []
    ports: list[Port] = []
    speakers: list[Speaker] = []


GUIDE = Guide(
    (),
    groupings=(
        Grouping("kinds", "fullest"),
        Grouping("speakers", "each", anchor="name"),
    ),
)


def mention_of(article: Article, words: str, value: Any = None) -> Mention:
    start = article.text.index(words)
    span = Span(start, start + len(words))
    sentence = article.sentence_at(start)
    assert sentence is not None
    return Mention(span, span, span, sentence.number, words if value is None else value)


def fill(article: Article, path: str, words: str, value: Any = None, **more: Any) -> Fill:
    mention = mention_of(article, words)
    chosen = mention.value if value is None else value
    return Fill("step", path, mention, words, chosen, **more)


def counted(article: Article, path: str) -> list[Fill]:
    return [
        Fill("step", path, one, article.slice(one.phrase), one.value) for one in numbers(article)
    ]


def part_of(article: Article, *fills: Fill, guide: Guide = GUIDE) -> Part:
    """The part that the fills make, after every leaf's evidence was looked at."""
    part = assemble(Voyage, guide, article, fills)
    record, valid, _ = record_of(Voyage, part.values)
    assert valid
    stated = {p: v for p, v in leaves(dump_record(record)) if v is not None}
    assert part.evidence.keys() == part.confidence.keys() == stated.keys()
    for pointer, found in part.evidence.items():
        for one in found:
            assert one.start is not None and one.end is not None
            assert article.text[one.start : one.end] == one.text
            if one.status is Status.VERBATIM and not pointer.endswith("/bound"):
                assert str(stated[pointer]) in str(one.text)
    return part


def words_of(part: Part, pointer: str) -> str | None:
    (one,) = part.evidence[pointer]
    return one.text
