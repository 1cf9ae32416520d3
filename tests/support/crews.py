"""Groups of people made from the numbers of a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from extractor.finders.mention import Mention
from extractor.finders.numbers import numbers
from extractor.guide.assembly import assemble
from extractor.guide.fills import Fill
from extractor.record.parts import Part, leaves
from extractor.text.article import Article, Span
from schemas.guide import Grouping, Guide
from schemas.values import Quantity


class Crew(BaseModel):
    count: Quantity | None = None
    men: int | None = None
    women: int | None = None
    adults: int | None = None
    children: int | None = None
    age_min: int | None = None
    age_max: int | None = None
    ashore: Quantity | None = None
    status: str | None = None
    safe: bool | None = None
    place: str | None = None


class Voyage(BaseModel):
    crews: list[Crew] = []
    places: list[str] = []


GROUPING = Grouping(
    "crews",
    "group",
    anchor="count",
    place="place",
    parts=("men", "women", "adults", "children"),
)
GUIDE = Guide((), groupings=(GROUPING,), places="places[]")


def part_of(
    text: str,
    fields: Sequence[str],
    places: Sequence[str] = (),
    also: Sequence[tuple[str, str, Any]] = (),
    guide: Guide = GUIDE,
) -> Part:
    """The part in which the numbers of a text, in order, fill the fields named.

    "-" leaves a number out; ``places``: names that are places, wherever they stand; ``also``:
    field, words and value of further fills.
    """
    article = Article.from_text(text)
    found = list(numbers(article))
    assert len(found) == len(fields), [article.slice(one.span) for one in found]
    fills = [
        Fill("step", f"crews[].{name}", one, article.slice(one.phrase), one.value)
        for one, name in zip(found, fields, strict=True)
        if name != "-"
    ]
    for name, words, value in also:
        mention = mention_at(article, text.index(words), words)
        fills.append(Fill("step", f"crews[].{name}", mention, words, value))
    for place in places:
        starts = [at for at in range(len(text)) if text.startswith(place, at)]
        forms = tuple(mention_at(article, at, place) for at in starts)
        fills.append(Fill("step", "places[]", forms[0], place, place, forms=forms))
    part = assemble(Voyage, guide, article, fills)
    stated = {p: v for p, v in leaves(part.values) if v is not None}
    assert part.evidence.keys() == stated.keys()
    for pointer, (one,) in part.evidence.items():
        assert one.start is not None
        assert text[one.start : one.end] == one.text
        if pointer.endswith("/place"):
            assert one.text == stated[pointer]
    return part


def mention_at(article: Article, at: int, words: str) -> Mention:
    span = Span(at, at + len(words))
    sentence = article.sentence_at(at)
    assert sentence is not None
    return Mention(span, span, span, sentence.number, words)


def crews(*args: Any, **more: Any) -> list[dict[str, Any]]:
    """What the groups state; a count without a bound as a number."""
    stated = []
    for crew in part_of(*args, **more).values.get("crews", []):
        told = {key: value for key, value in crew.items() if value is not None}
        for key, value in told.items():
            if isinstance(value, dict) and value["bound"] == "exact":
                told[key] = value["value"]
        stated.append(told)
    return stated
