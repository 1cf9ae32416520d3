"""Carrying out a guide: what is asked in which order, and what a reply becomes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from extractor.errors import ModelUnavailable
from extractor.guide.asking import NONE
from extractor.guide.fills import StepResult
from extractor.guide.steps import Effort, guided_fields, step_fields
from extractor.model.exchange import Request
from schemas.guide import Describe, Guide, Label, Pick, Sort
from tests.support.scripted_model import ScriptedClient, mention, options, question, sorting
from tests.support.steps import BOATS, NAMES, TEXT, fills, results, told

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
    counts: dict[Effort, int] = {"balanced": 3, "fast": 2}
    for effort, count in counts.items():
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


SPEAK = Describe("speakers", "quotations", "Who?", "speakers[]", {"name": "the name"}, "quotes")


def test_the_fields_of_a_guide() -> None:
    guide = Guide((NAMES, BOATS, PICK, SPEAK), page_date="day")
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


def test_a_step_is_left_out_where_an_earlier_one_gave_the_value_that_excludes_it() -> None:
    colours = Sort("colours", "names", "Which colour?", (Label("Anna", "ship", value="red"),))
    steps = (colours, replace(BOATS, unless=("ship", "red")))
    client = ScriptedClient(sorting({"boats": {"six boats": "boats"}}))
    skipped = results(client, *steps)[-1]
    assert (skipped.fills, skipped.replies) == ((), ())
    kept = results(client, colours, replace(BOATS, unless=("ship", "blue")))[-1]
    assert told([*kept.fills]) == [("boats", 6)]


def test_fast_shows_a_pick_only_the_sentences_that_name_its_options() -> None:
    lead = Pick("lead", "@bodies", "Who led it?", "lead")
    sort = sorting({"names": {"Fair Fishing Agency": "body"}})

    def rule(request: Request) -> Any:
        return {"a": NONE} if request.name == "lead" else sort(request)

    shown = {}
    for effort in ("fast", "balanced"):
        client = ScriptedClient(rule)
        results(client, NAMES, lead, effort=effort)
        shown[effort] = str(client.asked[-1].messages[-1].content)
    assert "thanked Bo Lund" in shown["fast"]  # it names the agency by its short form
    assert "The sea was rough" in shown["balanced"]
    assert "The sea was rough" not in shown["fast"]


def test_a_part_of_a_persons_name_is_that_person_without_a_question() -> None:
    labels = (Label("body", "@bodies"), Label("person", "@people"))
    step = Sort("names", "names", "What is it?", labels, people="@people")
    text = "They met Pia Holm at the Fair Agency. Later Holm left. Then Fair left."
    client = ScriptedClient(sorting({"names": {"Pia Holm": "person", "Fair Agency": "body"}}))
    results(client, step, text=text)
    asked = [mention(one) for one in client.asked]
    assert "Pia Holm" in asked
    assert "Holm" not in asked
    assert "Fair" in asked  # a part of a body's name may be anything
