"""Describing: texts of an object, each of which must stand in the words shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from extractor.model.exchange import Request
from schemas.guide import Describe, Label, Sort
from tests.support.scripted_model import ScriptedClient, options, question, sorting
from tests.support.steps import NAMES, TEXT, fills

SPEAKERS = Describe(
    "speakers",
    "quotations",
    "Who speaks?",
    "speakers[]",
    {"name": "the name", "post": "the post"},
    "quotes",
)
CONTACTS = Describe("contacts", "contacts", "Who answers?", "contacts[]", {"label": "who"}, "value")


def described(answers: Mapping[str, str | None]) -> ScriptedClient:
    def rule(request: Request) -> Any:
        if options(request):
            return {"a": options(request)[-1]}
        names = request.reply.model_json_schema()["properties"]
        return {name: answers.get(name) for name in names}

    return ScriptedClient(rule)


def test_an_answer_counts_only_if_it_stands_in_the_words_shown() -> None:
    client = described({"name": "Pia Holm", "post": "admiral"})
    found = fills(client, SPEAKERS)
    assert [fill.path for fill in found] == ["speakers[].quotes"] * len(found)
    assert [form.value for form in found[0].forms] == ["The sea was rough,", "We are glad,"]
    assert {name: text for name, (text, _) in found[0].described.items()} == {"name": "Pia Holm"}
    name, span = found[0].described["name"]
    assert TEXT[span.start : span.end] == name
    assert "rough" not in question(client.asked[0])


def test_an_answer_holds_for_the_next_mention_of_the_sentence_too() -> None:
    def rule(request: Request) -> Any:
        return {"label": "ashby council" if "000 000" in question(request) else None}

    first, second = fills(ScriptedClient(rule), CONTACTS)
    assert (first.value, second.value) == ("0800 000 000", "0800 111 111")
    assert first.described == second.described
    assert first.described["label"][0] == "Ashby Council"


def test_a_number_is_no_name_and_the_first_value_of_a_path_may_stand_in() -> None:
    lead = Sort("lead", "names", "Who?", (Label("lead", "lead"), Label("else")))
    rule = sorting({"lead": {"Fair Fishing Agency": "lead"}})

    def answers(request: Request) -> Any:
        return {"label": "0800"} if request.name == "contacts" else rule(request)

    for otherwise, label in (("lead", "Fair Fishing Agency"), ("", None)):
        step = replace(CONTACTS, otherwise=otherwise)
        found = fills(ScriptedClient(answers), lead, step)[1:]
        assert [fill.described.get("label", (None,))[0] for fill in found] == [label, label]


def test_part_of_a_pooled_name_becomes_the_whole_name() -> None:
    rule = sorting({"names": {"Ashby Council": "body"}})

    def answers(request: Request) -> Any:
        return {"label": "council"} if request.name == "contacts" else rule(request)

    found = fills(ScriptedClient(answers), NAMES, CONTACTS)
    assert found[0].described["label"][0] == "Ashby Council"


@pytest.mark.parametrize(
    ("step", "answers", "found"),
    [
        (
            replace(SPEAKERS, split=("post", "name")),
            {"post": "FFA captain", "name": None},
            {"post": "captain", "name": "FFA"},
        ),
        (
            replace(SPEAKERS, cut=("name", "post")),
            {"post": "Captain", "name": "Captain Pia Holm"},
            {"post": "Captain", "name": "Pia Holm"},
        ),
    ],
)
def test_one_text_is_told_from_the_other(
    step: Describe, answers: dict[str, str | None], found: dict[str, str]
) -> None:
    text = "“The sea was rough,” said FFA captain Bo.\n" if "FFA" in str(answers) else ""
    text = text or "“The sea was rough,” said Captain Pia Holm."
    (fill,) = fills(described(answers), step, text=text, canonical={"FFA": "FFA"}.get)
    assert {name: words for name, (words, _) in fill.described.items()} == found
    for words, span in fill.described.values():
        assert text[span.start : span.end] == words


def test_a_name_has_a_capital_letter() -> None:
    client = described({"name": "captain", "post": None})
    assert any("name" in fill.described for fill in fills(client, SPEAKERS))
    named = fills(client, replace(SPEAKERS, named="name"))
    assert named and not any("name" in fill.described for fill in named)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("Pia Holm", {"name": "Pia Holm"}),
        ("skipper", {"post": "skipper"}),
        ("FFA", {"body": "FFA"}),
        ("Captain Pia Holm", {"name": "Pia Holm", "post": "Captain"}),
        ("Captain", {"name": "Captain"}),
    ],
)
def test_what_is_given_as_a_name_goes_where_it_belongs(
    answer: str, found: Mapping[str, str]
) -> None:
    text = (
        "The Fair Fishing Agency (FFA) freed six boats.\n"
        "“The sea was rough,” said Captain Pia Holm, a skipper of the FFA, to the FFA."
    )
    step = Describe(
        "speakers", "quotations", "Who speaks?", "speakers[]",
        {"name": "the name", "post": "the post", "body": "the body"}, "quotes",
        split=("post", "body"), named="name", lead=r"(?:Captain )+",
    )  # fmt: skip
    rule = sorting({"names": {"Fair Fishing Agency": "body", "FFA": "body"}})

    def answered(request: Request) -> Any:
        if options(request):
            return rule(request)
        return {"name": answer, "post": None, "body": None}

    (fill,) = fills(ScriptedClient(answered), NAMES, step, text=text)
    assert {name: words for name, (words, _) in fill.described.items()} == found
