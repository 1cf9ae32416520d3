"""Carrying out a guide: what is asked in which order, and what a reply becomes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from extractor.article import Article
from extractor.asking import NONE
from extractor.errors import ModelUnavailable
from extractor.exchange import Request
from extractor.fills import Fill, StepResult
from extractor.guided import Effort, carry_out, guided_fields, step_fields
from schemas.guide import Describe, Guide, Label, Pick, Sort, Step
from tests.support.scripted_model import ScriptedClient, mention, options, question, sorting

TEXT = (
    "Published 12 March 2021\n"
    "On Tuesday the Fair Fishing Agency (FFA) met six boats and two rafts in the sea off Leigh. "
    "The FFA and Ashby Council freed nine sailors. Pia Holm, of the FFA, thanked Bo Lund.\n"
    "“The sea was rough,” said Pia Holm, captain. “We are glad,” she said.\n"
    "Call Ashby Council on 0800 000 000, or 0800 111 111 at night."
)
BOATS = Sort(
    "boats",
    "numbers",
    "What is counted?",
    (Label("boats", "boats"), Label("sailors", "sailors"), Label("something else")),
)
NAMES = Sort(
    "names",
    "names",
    "What is it?",
    (Label("body", "@bodies"), Label("person", "@people"), Label("something else")),
)


def results(
    client: ScriptedClient, *steps: Step, text: str = TEXT, effort: Effort = "balanced", **more: Any
) -> list[StepResult]:
    async def work() -> list[StepResult]:
        guide = Guide(steps, **more)
        article = Article.from_text(text)
        return [one async for one in carry_out(guide, article, client.ask, effort)]

    return asyncio.run(work())


def fills(*args: Any, **more: Any) -> list[Fill]:
    return [fill for result in results(*args, **more) for fill in result.fills]


def told(found: list[Fill]) -> list[tuple[str, Any]]:
    return [(fill.path, fill.value) for fill in found]


# --- sorting ---


def test_every_mention_is_asked_about_and_its_answer_kept() -> None:
    client = ScriptedClient(
        sorting({"boats": {"six boats": "boats", "nine sailors": "sailors"}}), sure=lambda _: 0.7
    )
    (result,) = results(client, BOATS)
    assert told([*result.fills]) == [("boats", 6), ("sailors", 9)]
    assert [mention(one) for one in client.asked] == ["six boats", "two rafts", "nine sailors"]
    assert len(result.replies) == 3
    assert result.field == "boats"
    assert all(fill.confidence == pytest.approx(0.7) for fill in result.fills)


def test_a_request_that_fails_costs_its_own_mention_only() -> None:
    rule = sorting({"boats": {"six boats": "boats", "nine sailors": "sailors"}})

    def failing(request: Request) -> Any:
        lost = mention(request) == "six boats"
        return ModelUnavailable("no reply; try later") if lost else rule(request)

    (result,) = results(ScriptedClient(failing), BOATS)
    assert told([*result.fills]) == [("sailors", 9)]
    assert [str(error) for error in result.errors] == ["no reply; try later"]


def test_no_more_mentions_are_asked_about_than_a_step_allows() -> None:
    client = ScriptedClient(sorting({}))
    results(client, replace(BOATS, most=2))
    assert len(client.asked) == 2


def test_mentions_without_a_label_that_stores_anything_cost_no_question() -> None:
    labels = (Label("boats", "boats", cues=(r"\bboats\b",), scope="phrase"), Label("else"))
    client = ScriptedClient(sorting({}))
    results(client, replace(BOATS, labels=labels))
    assert [mention(one) for one in client.asked] == ["six boats"]


def test_names_go_to_pools_and_from_there_to_fields() -> None:
    roles = Sort(
        "roles",
        "@bodies",
        "What did it do?",
        (Label("lead", "bodies[].name", fixed={"role": "lead"}), Label("else")),
    )
    rule = sorting(
        {
            "names": {"Fair Fishing Agency": "body", "Ashby Council": "body"},
            "roles": {"Fair Fishing Agency": "lead"},
        }
    )
    client = ScriptedClient(rule)
    (fill,) = fills(client, NAMES, roles)
    assert (fill.path, fill.value, fill.fixed) == (
        "bodies[].name",
        "Fair Fishing Agency",
        {"role": "lead"},
    )
    assert len(fill.forms) == 4  # the full name, the brackets behind it, and twice "FFA"
    asked = [mention(one) for one in client.asked if one.name == "roles"]
    assert asked == ["Fair Fishing Agency", "Ashby Council"]


def test_settled_and_known_names_need_no_question() -> None:
    names = replace(NAMES, settled=((r"^Pia ", "@people"), (r"^Bo ", "")), known="@bodies")
    seen = Sort("people", "@people", "Who?", (Label("sailor", "people[]"), Label("else")))
    bodies = Sort("bodies", "@bodies", "Which?", (Label("body", "bodies[]"), Label("else")))
    table = {"FFA": "Fair Fishing Agency", "Fair Fishing Agency": "Fair Fishing Agency"}
    client = ScriptedClient(sorting({}))
    results(client, names, seen, bodies, canonical=table.get)
    assert [(one.name, mention(one)) for one in client.asked] == [
        ("names", "Leigh"),
        ("names", "Ashby Council"),
        ("people", "Pia Holm"),
        ("bodies", "Fair Fishing Agency"),
    ]


def test_a_name_in_a_list_of_bodies_may_be_one() -> None:
    text = "Crews from Ashby, Leigh and Milltown Council met Pia Holm. They left Ashby."
    places = (Label("place", "@places"), Label("else"))
    pools = tuple(
        Sort(name, f"@{name}", "Which?", (Label(name, f"{name}[]"),))
        for name in ("places", "bodies")
    )
    rule = sorting({"names": {"Ashby": "place", "Leigh": "place"}})
    found = told(
        fills(
            ScriptedClient(rule),
            replace(NAMES, labels=places),
            *pools,
            text=text,
            elided=("@places", "@bodies"),
        )
    )
    assert found == [
        ("places[]", "Ashby"),
        ("bodies[]", "Ashby"),
        ("bodies[]", "Leigh"),
    ]


# --- effort ---


EXAMPLES = (("one ship", "One ship.", "boats"), ("ten cooks", "Ten cooks.", "sailors"))


def test_fast_shows_no_article_and_asks_half_as_often() -> None:
    step = replace(BOATS, context="article", most=3)
    for effort, count in (("balanced", 3), ("fast", 2)):
        client = ScriptedClient(sorting({}))
        results(client, step, effort=effort)
        assert len(client.asked) == count
        shown = ["Article:" in question(one) for one in client.asked]
        assert shown == [effort == "balanced"] * count


def test_thorough_asks_twice_with_the_examples_turned_and_trusts_what_is_repeated() -> None:
    step = replace(BOATS, examples=EXAMPLES)

    def rule(request: Request) -> Any:
        turned = request.messages[1].content.startswith('"ten cooks"')
        if mention(request) == "six boats":
            return {"a": "boats"}
        if mention(request) == "nine sailors":
            return {"a": "sailors" if turned else "boats"}
        return {"a": "something else"}

    def sure(request: Request) -> float:
        return 0.9 if request.messages[1].content.startswith('"ten cooks"') else 0.5

    client = ScriptedClient(rule, sure=sure)
    found = fills(client, step, effort="thorough")
    assert told(found) == [("boats", 6), ("sailors", 9)]
    assert [fill.confidence for fill in found] == [pytest.approx(0.7), pytest.approx(0.45)]
    assert len(client.asked) == 6


# --- picking ---


PICK = Pick("best", "@people", "Which one is it?", "captain", fixed={"role": "lead"})


@pytest.mark.parametrize(("answer", "found"), [("Pia Holm", ["Pia Holm"]), (NONE, [])])
def test_one_mention_is_picked_or_none(answer: str, found: list[str]) -> None:
    people = {"Pia Holm": "person", "Bo Lund": "person"}
    rule = sorting({"names": people})
    client = ScriptedClient(lambda one: {"a": answer} if one.name == "best" else rule(one))
    rest = Sort("rest", "@people", "Who?", (Label("sailor", "crew[]"), Label("else")))
    got = fills(client, NAMES, PICK, rest)
    assert [fill.value for fill in got if fill.path == "captain"] == found
    asked = [mention(one) for one in client.asked if one.name == "rest"]
    assert asked == [name for name in people if name not in found]
    (picked,) = [one for one in client.asked if one.name == "best"]
    assert options(picked) == ["Pia Holm", "Bo Lund", NONE]


def test_nothing_to_pick_from_costs_no_question_and_a_failed_pick_nothing_else() -> None:
    client = ScriptedClient(lambda _: ModelUnavailable("no reply"))
    empty, dates, boats = results(client, PICK, replace(PICK, find="dates"), BOATS)
    assert empty == StepResult("best", (), (), field="captain")
    assert (len(dates.errors), dates.fills) == (1, ())
    assert len(boats.errors) == 3


# --- describing ---


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


# --- the guide as a whole ---


def test_the_pages_date_is_read_by_code_before_the_first_step() -> None:
    client = ScriptedClient(sorting({}))
    first, second = results(client, BOATS, NAMES, page_date="page_date")
    assert told([*first.fills]) == [("page_date", "2021-03-12")]
    assert told([*second.fills]) == []
    assert told(fills(client, BOATS)) == []


def test_dates_resolve_against_the_pages_own() -> None:
    step = Sort("day", "dates", "When?", (Label("start", "day"), Label("else")))
    found = fills(ScriptedClient(sorting({"day": {"Tuesday": "start"}})), step)
    assert told(found) == [("day", "2021-03-09")]


def test_what_the_article_is_about_is_one_question() -> None:
    step = Sort("kind", "article", "What is it?", (
        Label("rescue", "kind", value="rescue", shows=(r"\bfreed\b",)),
        Label("else", "kind", value="other"),
    ))  # fmt: skip
    client = ScriptedClient(lambda _: {"a": "rescue"})
    (fill,) = fills(client, step)
    assert (fill.path, fill.value) == ("kind", "rescue")
    assert fill.shown is not None
    assert TEXT[fill.shown.start : fill.shown.end] == "freed"
    assert fills(client, step, text="...") == fills(client, step, text="") == []


def test_the_fields_of_a_guide() -> None:
    guide = Guide((NAMES, BOATS, PICK, SPEAKERS), page_date="day")
    assert guided_fields(guide) == {"boats", "sailors", "captain", "speakers", "day"}
    assert [step_fields(step) for step in guide.steps] == [
        (),
        ("boats", "sailors"),
        ("captain",),
        ("speakers",),
    ]
    assert guided_fields(Guide(())) == frozenset()


def test_a_finder_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="no finder is called 'fish'"):
        results(ScriptedClient(sorting({})), replace(BOATS, find="fish"))
