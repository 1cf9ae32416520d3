"""From fills to values: what wins, what a list holds, and evidence for every leaf."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.extraction import Status, dump_record
from extractor.finders.dates import dates
from extractor.finders.numbers import numbers
from extractor.guide.fills import Fill
from extractor.record.records import assemble as record_of
from extractor.text.article import Article
from schemas.guide import Guide
from tests.support.voyage import Voyage, counted, fill, mention_of, part_of, words_of

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
