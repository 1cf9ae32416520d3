"""From fills to values: what wins, what a list holds, and evidence for every leaf."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from extractor.article import Article, Span
from extractor.assembly import assemble
from extractor.extraction import Status, dump_record
from extractor.fills import Fill
from extractor.finders.dates import dates
from extractor.finders.mention import Mention
from extractor.finders.numbers import numbers
from extractor.parts import Part, leaves
from extractor.records import assemble as record_of
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


# --- single values ---


def test_the_body_states_a_number_better_than_the_headline() -> None:
    article = Article.from_text(
        "Nine boats leave Leigh\nSome ten boats left on Monday. Later 11 boats left, then 12 boats."
    )
    part = part_of(article, *counted(article, "boats"))
    assert part.values == {"boats": {"value": 11, "bound": "exact"}}
    assert words_of(part, "/boats/value") == words_of(part, "/boats/bound") == "11 boats left"


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("At least 12 boats in port.", {"value": 12, "bound": "at_least"}),
        ("Up to forty boats in port.", {"value": 40, "bound": "at_most"}),
        ("No one was in port.", {"value": 0, "bound": "exact"}),
    ],
)
def test_a_quantity_has_the_bound_of_its_words(text: str, quantity: dict[str, Any]) -> None:
    article = Article.from_text(text)
    assert part_of(article, *counted(article, "boats")).values == {"boats": quantity}


def test_a_whole_number_takes_the_value_alone() -> None:
    article = Article.from_text("It took at least 12 boats.")
    part = part_of(article, *counted(article, "days"))
    assert part.values == {"days": 12}
    assert part.evidence["/days"][0].status is Status.VERBATIM
    assert words_of(part, "/days") == "at least 12 boats"


@pytest.mark.parametrize("field", ["day", "title"])
def test_a_date_is_stored_as_edtf_with_its_words_as_evidence(field: str) -> None:
    article = Article.from_text("It sank on 9 March 2021.")
    (found,) = dates(article, None)
    words = article.slice(found.span)
    part = part_of(article, Fill("step", field, found, words, found.value))
    assert part.values == {field: "2021-03-09"}
    assert words_of(part, f"/{field}") == "9 March 2021"
    assert part.evidence[f"/{field}"][0].status is Status.NORMALISED


def test_what_a_label_stands_for_is_stored_instead_of_the_words() -> None:
    article = Article.from_text("The trawlers sail with timber.")
    part = part_of(
        article,
        fill(article, "mode", "sail", "by sail"),
        fill(article, "cargo", "timber", "wood", shown=mention_of(article, "with timber").span),
        fill(article, "safe", "trawlers", True),
        fill(article, "title", "The trawlers"),
    )
    assert part.values == {
        "mode": "by sail",
        "cargo": "wood",
        "safe": True,
        "title": "The trawlers",
    }
    assert words_of(part, "/mode") == "sail"
    assert words_of(part, "/cargo") == "with timber"
    assert part.evidence["/title"][0].status is Status.VERBATIM


def test_the_first_of_two_equal_claims_wins_with_its_confidence() -> None:
    article = Article.from_text("The Heron met the Egret.")
    fills = [
        fill(article, "title", "Egret", confidence=0.9),
        fill(article, "title", "Heron", confidence=0.4),
    ]
    part = part_of(article, *fills)
    assert part.values == {"title": "Heron"}
    assert part.confidence == {"/title": 0.4}


# --- lists of plain values ---


def test_options_stand_in_the_order_of_the_enum_and_texts_in_that_of_the_text() -> None:
    article = Article.from_text("Logs and planks, cod and herring.")
    part = part_of(
        article,
        fill(article, "cargoes[]", "Logs", "wood"),
        fill(article, "cargoes[]", "planks", "wood"),
        fill(article, "cargoes[]", "cod", "fish"),
        fill(article, "dates[]", "Logs", "2021-03"),
        fill(article, "kinds[]", "planks"),
        fill(article, "kinds[]", "cod"),
    )
    assert part.values == {
        "cargoes": ["fish", "wood"],
        "dates": ["2021-03"],
        "kinds": ["planks", "cod"],
    }
    assert [words_of(part, f"/cargoes/{index}") for index in range(2)] == ["cod", "Logs"]


def test_of_texts_that_end_alike_the_fullest_stays() -> None:
    article = Article.from_text(
        "Deep sea trawlers, then Trawlers, sea trawlers and trawlers ashore"
    )
    words = ("Trawlers", "sea trawlers", "Deep sea trawlers", "ashore")
    part = part_of(article, *[fill(article, "kinds[]", one) for one in words])
    assert part.values == {"kinds": ["Deep sea trawlers", "ashore"]}
    plain = Guide((), ())
    part = part_of(article, *[fill(article, "kinds[]", one) for one in words], guide=plain)
    assert part.values == {"kinds": [*words]}


@given(st.permutations(["cod", "Ash", "zander", "élan", "10", "9"]))
def test_a_sets_evidence_stands_where_the_record_shows_its_values(words: list[str]) -> None:
    article = Article.from_text("cod Ash zander élan 10 9")
    part = part_of(article, *[fill(article, "tags[]", one) for one in words])
    record, _, _ = record_of(Voyage, part.values)
    assert dump_record(record)["tags"] == part.values["tags"]
    for index, value in enumerate(part.values["tags"]):
        assert words_of(part, f"/tags/{index}") == value


# --- lists of objects ---


def test_one_object_per_name_and_a_surname_is_enough() -> None:
    article = Article.from_text(
        "Captain Pia Holm said: “It sank.” Holm said: “We swam.” He added: “At night.” "
        "Bo Holmes said: “No.”"
    )

    def said(words: str, name: str | None, post: str | None = None) -> Fill:
        described = {"name": name, "post": post}
        spans = {
            key: (value, mention_of(article, value).span)
            for key, value in described.items()
            if value
        }
        quote = mention_of(article, words)
        return fill(article, "speakers[].quotes", words, described=spans, forms=(quote,))

    part = part_of(
        article,
        said("It sank.", "Pia Holm", "Captain"),
        said("We swam.", "Holm"),
        said("At night.", None),
        said("No.", "Bo Holmes"),
    )
    assert part.values["speakers"] == [
        {"name": "Pia Holm", "post": "Captain", "quotes": ["It sank.", "We swam.", "At night."]},
        {"name": "Bo Holmes", "post": None, "quotes": ["No."]},
    ]
    assert words_of(part, "/speakers/0/quotes/2") == "At night."
    assert words_of(part, "/speakers/1/name") == "Bo Holmes"


def test_an_unnamed_speaker_is_nobody_known() -> None:
    article = Article.from_text("“It sank,” said a sailor. “We swam,” said a cook.")
    fills = [
        fill(
            article,
            "speakers[].quotes",
            words,
            described={"post": (post, mention_of(article, post).span)},
        )
        for words, post in [("It sank,", "sailor"), ("We swam,", "cook")]
    ]
    part = part_of(article, *fills)
    assert part.values["speakers"] == [
        {"name": None, "post": "sailor", "quotes": ["It sank,"]},
        {"name": None, "post": "cook", "quotes": ["We swam,"]},
    ]


def test_every_passage_of_a_speech_is_a_quote() -> None:
    article = Article.from_text("“It sank,” he said. “We swam.”")
    forms = (mention_of(article, "It sank,"), mention_of(article, "We swam."))
    part = part_of(article, fill(article, "speakers[].quotes", "It sank,", forms=forms))
    assert part.values["speakers"] == [
        {"name": None, "post": None, "quotes": ["It sank,", "We swam."]}
    ]


def test_objects_without_a_declared_anchor_are_told_apart_by_the_field_that_is_filled() -> None:
    article = Article.from_text("From Leigh pier to Ashby, from LEIGH to Milltown harbour.")
    shown = mention_of(article, "pier").span
    part = part_of(
        article,
        fill(article, "ports[].name", "Leigh", fixed={"kind": "pier"}, shown=shown),
        fill(article, "ports[].name", "Ashby"),
        fill(article, "ports[].name", "LEIGH", fixed={"kind": "harbour"}),
        fill(article, "ports[].name", "Milltown", fixed={"kind": "harbour"}),
    )
    assert part.values["ports"] == [
        {"name": "Leigh", "kind": "pier", "boats": []},
        {"name": "Ashby", "kind": None, "boats": []},
        {"name": "Milltown", "kind": "harbour", "boats": []},
    ]
    assert words_of(part, "/ports/0/kind") == "pier"
    assert words_of(part, "/ports/2/kind") == "Milltown"


def test_an_optional_list_takes_all_that_is_said_of_its_object() -> None:
    article = Article.from_text("Leigh has the Heron, the Egret.")
    guide = Guide((), (Grouping("ports", "each", anchor="name"),))
    part = part_of(
        article,
        fill(article, "ports[].name", "Leigh"),
        fill(article, "ports[].boats", "Heron"),
        fill(article, "ports[].boats", "Egret"),
        guide=guide,
    )
    assert part.values["ports"] == [{"name": "Leigh", "kind": None, "boats": ["Heron", "Egret"]}]


# --- any fills ---


@given(st.data())
def test_any_fills_make_values_that_stand_on_the_text(data: st.DataObject) -> None:
    article = Article.from_text("Nine boats at sea\nSix boats met 12 men. At least two left. Ü!")
    number = st.sampled_from(list(numbers(article)))
    word = st.sampled_from(article.text.split())
    fills = []
    for path in data.draw(st.lists(st.sampled_from(["boats", "days", "kinds[]", "tags[]"]))):
        sure = data.draw(st.floats(0, 1))
        if path in ("boats", "days"):
            found = data.draw(number)
            words = article.slice(found.phrase)
            fills.append(Fill("step", path, found, words, found.value, confidence=sure))
        else:
            fills.append(fill(article, path, data.draw(word), confidence=sure))
    part = part_of(article, *fills)
    assert part.values.keys() == {one.field for one in fills}
    assert all(0 <= one <= 1 for one in part.confidence.values())
