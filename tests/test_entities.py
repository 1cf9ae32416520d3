"""Lists of objects: which fills are about the same one, and what each of them adds."""

from __future__ import annotations

from extractor.guide.fills import Fill
from extractor.text.article import Article
from schemas.guide import Grouping, Guide
from tests.support.voyage import fill, mention_of, part_of, words_of


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
