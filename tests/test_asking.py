"""The questions of a guide: which answers a mention may get, and how it is put to the model."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.errors import InvalidJson, ReplyInvalid
from extractor.extraction import Usage
from extractor.finders.mention import Mention
from extractor.finders.numbers import numbers
from extractor.guide.asking import (
    NONE,
    choice,
    context,
    describe_request,
    describe_step,
    is_likely,
    offered,
    pick_request,
    scope,
    sort_request,
    weights_of,
)
from extractor.guide.fills import choice_confidence, confidence, locate, weighed
from extractor.model.exchange import Reply, Token, parse
from extractor.text.article import Article, Span
from schemas.guide import LIKELY, Describe, Label, Pick, Sort
from tests.support.scripted_model import mention as mention_of
from tests.support.scripted_model import options

TEXT = "Crews met at sea. Six old boats, all from Leigh, sank. Nobody was hurt, a cook, 34, said."
ARTICLE = Article.from_text(TEXT)
MENTIONS = {str(one.value): one for one in numbers(ARTICLE)}
SIX, NOBODY, AGE = MENTIONS["6"], MENTIONS["0"], MENTIONS["34"]


def names_of(mention: Mention, *labels: Label) -> list[str]:
    return [label.name for label in offered(ARTICLE, (mention,), labels)]


# --- which labels are offered ---


@pytest.mark.parametrize(
    ("options", "is_offered"),
    [
        ({}, True),
        ({"cues": (r"\bboats\b",)}, True),
        ({"cues": (r"\bBOATS\b", r"\bships\b")}, True),
        ({"cues": (r"\bships\b",)}, False),
        ({"cues": (r"\bLeigh\b",), "scope": "clause"}, False),
        ({"cues": (r"\bLeigh\b",), "scope": "sentence"}, True),
        ({"cues": (r"\bold\b",), "scope": "mention"}, False),
        ({"cues": (r"\bold\b",), "scope": "phrase"}, True),
        ({"cues": (r"\bmet\b",), "scope": "nearby"}, True),
        ({"cues": (r"\bhurt\b",), "scope": "nearby"}, False),
        ({"cues": (r"\bhurt\b",), "scope": "article"}, True),
        ({"bar": (r"\bsank\b",)}, False),
        ({"bar": (r"\bhurt\b",)}, True),
        ({"bar": (r"phrase: \bLeigh\b",)}, True),
        ({"bar": (r"sentence: \bLeigh\b",)}, False),
        ({"bar": (r"{mention} old",)}, False),
        ({"near": (r"\bmet\b",)}, True),
        ({"near": (r"\bhurt\b",)}, False),
        ({"beside": (r"\bmet\b",)}, False),
        ({"beside": (r"\bsank\b",)}, True),
        ({"away": (r"\bsank\b",)}, False),
        ({"tags": frozenset({"age"})}, False),
        ({"cues": (r"{mention} old",)}, True),
        ({"cues": (r"phrase: \bLeigh\b", r"sentence: \bLeigh\b")}, True),
        ({"cues": (r"phrase: \bLeigh\b",)}, False),
    ],
)
def test_a_label_is_offered_where_its_words_stand(
    options: dict[str, Any], is_offered: bool
) -> None:
    assert names_of(SIX, Label("boats", "boats", **options)) == ["boats"] * is_offered


def test_a_tagged_mention_is_for_labels_that_ask_for_the_tag() -> None:
    plain = Label("people", "people")
    aged = Label("age", "age", tags=frozenset({"age"}))
    none = Label("nobody", "people", tags=frozenset({"zero"}))
    other = Label("something else")
    assert names_of(SIX, plain, aged, none, other) == ["people", "something else"]
    assert names_of(AGE, plain, aged, none, other) == ["age", "something else"]
    assert names_of(NOBODY, plain, aged, none, other) == ["nobody", "something else"]


def test_nothing_is_asked_where_no_answer_would_be_stored() -> None:
    assert names_of(SIX, Label("ships", "boats", cues=("ships",)), Label("something else")) == []


def test_words_near_by_count_only_if_none_stand_in_the_sentence_itself() -> None:
    one, other = Label("met", "met", near=(r"\bmet\b",)), Label("sunk", "sunk", near=(r"\bsank\b",))
    assert names_of(SIX, one, other) == ["sunk"]
    assert names_of(SIX, one) == ["met"]


@pytest.mark.parametrize(
    ("text", "number", "kept"),
    [
        ("They freed nine cooks, who had long been at sea, and held two captains.", 9, "freed"),
        ("They freed nine cooks, who had long been at sea, and held two captains.", 2, "held"),
        ("They freed nine cooks and held two captains.", 2, "both"),  # too near to tell
        ("They met nine cooks, who had long been at sea, and held two captains.", 9, "held"),
        ("They met nine cooks.", 9, "both"),
    ],
)
def test_of_labels_that_claim_a_mention_the_one_with_the_nearest_words_has_it(
    text: str, number: int, kept: str
) -> None:
    article = Article.from_text(text)
    mention = next(one for one in numbers(article) if one.value == number)
    labels = (
        Label("freed", "freed", claims=(r"\bfreed\b",)),
        Label("held", "held", claims=(r"\bheld\b",)),
        Label("something else"),
    )
    names = [label.name for label in offered(article, (mention,), labels)]
    assert names == [*(("freed", "held") if kept == "both" else (kept,)), "something else"]


def test_an_entity_is_offered_what_fits_any_of_its_mentions() -> None:
    label = Label("hurt", "hurt", cues=(r"\bhurt\b",))
    assert offered(ARTICLE, (SIX, NOBODY), (label,)) == () == offered(ARTICLE, (SIX,), (label,))
    whole = Label("any", "any", cues=(r"\bhurt\b",), tags=frozenset({"zero"}))
    assert offered(ARTICLE, (SIX, NOBODY), (whole,)) == (whole,)


def test_what_is_said_in_a_speech_may_be_left_out() -> None:
    said = Mention(SIX.span, SIX.phrase, SIX.clause, SIX.sentence, 6, tags=frozenset({"quoted"}))
    label = Label("boats", "boats", unquoted=True)
    assert names_of(SIX, label) == ["boats"]
    assert names_of(said, label) == []


def test_a_listed_charge_needs_no_words_beside_it_and_may_be_quoted() -> None:
    tags = frozenset({"quoted", "charge"})
    said = Mention(SIX.span, SIX.phrase, SIX.clause, SIX.sentence, 6, tags=tags)
    label = Label("boats", "boats", unquoted=True, beside=(r"\bcharged\b",))
    assert offered(ARTICLE, (said,), (label,)) == (label,)
    assert offered(ARTICLE, (SIX,), (label,)) == ()


def test_the_scopes_of_a_mention() -> None:
    found = {kind: scope(ARTICLE, SIX, kind) for kind in ("mention", "phrase", "clause")}
    assert found == {"mention": "Six", "phrase": "Six old boats", "clause": "Six old boats"}
    assert scope(ARTICLE, SIX, "sentence") == "Six old boats, all from Leigh, sank."
    assert scope(ARTICLE, SIX, "nearby") == TEXT[: TEXT.index(" Nobody")]
    assert scope(ARTICLE, SIX, "article") == TEXT


# --- the words shown ---


def test_a_mention_that_stands_twice_is_in_brackets() -> None:
    article = Article.from_text("Six men saw six boats; six sank.")
    shown = [context(article, one) for one in numbers(article)]
    assert shown == [
        "Six men saw six boats; six sank.",
        "Six men saw [six] boats; six sank.",
        "Six men saw six boats; [six] sank.",
    ]


@given(st.text(max_size=400), st.text(max_size=400))
def test_the_words_around_a_mention_hold_it_and_are_few(before: str, after: str) -> None:
    text = f"{before} 17 boats {after}"
    article = Article.from_text(text)
    for one in numbers(article):
        shown = context(article, one)
        assert " ".join(article.slice(one.span).split()) in shown
        assert len(shown) <= 300 + len(article.slice(one.span))


SORT = Sort(
    "boats",
    "numbers",
    "What do the boats do?",
    labels=(Label("sink", "sunk"), Label("swim", "swum"), Label("swim", "swum"), Label("else")),
    explain="sink: go down",
    examples=(("two", "Two sank.", "sink"),),
)
PICK = Pick("best", "@boats", "Which boat is best?", "best", explain="best: the fastest")
DESCRIBE = Describe(
    "speakers",
    "quotations",
    "Who speaks?",
    "speakers[]",
    {"name": "the name", "post": "the post"},
    "quotes",
    examples=(("said Ö. Poe", {"name": "Ö. Poe", "post": None}),),
)


def test_a_question_about_a_sentence_ends_with_that_sentence() -> None:
    first = sort_request(SORT, "ARTICLE", "six", "Six sank.", ("sink", "else"))
    second = sort_request(SORT, "ARTICLE", "ten", "Ten swam.", ("sink", "else"))
    assert first.messages[:-1] == second.messages[:-1]
    assert [turn.role for turn in first.messages] == ["system", "user", "assistant", "user"]
    assert first.messages[0].content.splitlines()[:3] == [
        "What do the boats do?",
        "Answers: sink | swim | else",
        "sink: go down",
    ]
    assert [turn.content for turn in first.messages[1:]] == [
        '"two" in "Two sank."',
        '{"a":"sink"}',
        '"six" in "Six sank."',
    ]
    assert mention_of(first) == "six"
    assert "ARTICLE" not in str(first.messages)


def test_a_question_about_the_article_has_it_first() -> None:
    step = Sort("boats", "numbers", "What?", SORT.labels, examples=SORT.examples, context="article")
    first = sort_request(step, "ARTICLE", "six", "Six sank.", ("sink", "else"))
    pick = pick_request(PICK, "ARTICLE", ("Heron", "Egret"))
    for request in (first, pick):
        assert [turn.role for turn in request.messages] == ["system", "user"]
        assert request.messages[1].content.startswith("Article:\nARTICLE\n\n")
    assert mention_of(first) == "six"
    assert options(pick) == ["Heron", "Egret", NONE]
    must = Pick("best", "@boats", "Which?", "best", optional=False, context="sentence")
    request = pick_request(must, "ARTICLE", ("Heron",))
    assert options(request) == ["Heron"]
    assert "ARTICLE" not in str(request.messages)


def test_a_description_asks_for_texts_or_null() -> None:
    request = describe_request(DESCRIBE, "said Bo Lund")
    assert request.messages[-1].content == "said Bo Lund"
    assert request.messages[2].content == '{"name":"Ö. Poe","post":null}'
    value = parse(request, '{"name": "Bo Lund", "post": null}')
    assert value.model_dump() == {"name": "Bo Lund", "post": None}
    assert request.max_tokens >= 100


@pytest.mark.parametrize(
    "request_",
    [
        sort_request(SORT, "A", "six", "", ("sink", "else")),
        pick_request(PICK, "A", ("Heron",)),
        describe_request(DESCRIBE, "said Bo"),
    ],
    ids=["sort", "pick", "describe"],
)
def test_replies_are_held_to_the_strict_subset(request_: Any) -> None:
    schema = request_.reply.model_json_schema()
    assert schema["additionalProperties"] is False
    assert schema["required"] == list(schema["properties"])
    json.dumps(schema)
    for content in ('{"a": "fly"}', "{}", '{"a": null}', '{"name": 3, "post": null}', '"sink"'):
        with pytest.raises(ReplyInvalid):
            parse(request_, content)
    with pytest.raises(InvalidJson):
        parse(request_, '{"a":')


@pytest.mark.parametrize("step", [SORT, PICK, DESCRIBE])
def test_a_step_can_be_shown_to_people(step: Sort | Pick | Describe) -> None:
    prompt, wire = describe_step(step)
    assert step.question in prompt
    assert wire["required"]


# --- what an answer weighs ---


def test_words_that_leave_little_doubt_make_an_answer_weigh_more() -> None:
    boats = Label("boats", "boats", likely=(r"phrase: \bboats\b",), weight=2.0)
    cooks = Label("cooks", "cooks", likely=(r"phrase: \bcooks\b", r"{mention} cooks"))
    other = Label("something else")
    assert weights_of(ARTICLE, (SIX,), (boats, cooks, other)) == {
        "boats": 2 * LIKELY,
        "cooks": 1.0,
        "something else": 1.0,
    }
    assert is_likely(ARTICLE, SIX, boats)
    assert not is_likely(ARTICLE, NOBODY, boats)
    assert weights_of(ARTICLE, (NOBODY, SIX), (boats,)) == {"boats": 2 * LIKELY}


# --- what an answer is worth ---


def reply(content: str, tokens: list[tuple[str, float, dict[str, float]]]) -> Reply:
    """A reply of tokens, each with its probability and its alternatives'."""
    said = tuple(
        Token(text, math.log(sure), tuple((other, math.log(p)) for other, p in top.items()))
        for text, sure, top in tokens
    )
    assert "".join(one.text for one in said) in (content, "")
    value = choice(tuple(options_of(content))).model_validate_json(content)
    return Reply(content, value, said, Usage(), "scripted")


def options_of(content: str) -> list[str]:
    return [json.loads(content)["a"], "else"]


def test_confidence_is_the_probability_of_the_answer_without_its_syntax() -> None:
    tokens: list[tuple[str, float, dict[str, float]]] = [
        ('{"', 0.5, {}),
        ("a", 0.5, {}),
        ('":"', 0.5, {}),
        ("sin", 0.8, {}),
        ("k", 0.9, {}),
    ]
    said = reply('{"a":"sink"}', [*tokens, ('"}', 0.5, {})])
    assert confidence(said) == pytest.approx(0.72)
    assert confidence(reply('{"a":"sink"}', [])) == 1.0


def test_only_alternatives_that_would_still_be_an_option_take_from_an_answer() -> None:
    """ "sink" against "sing" at the second token, and against "swim" at the first."""
    said = reply(
        '{"a":"sink"}',
        [
            ('{"a":"', 0.6, {'{"a":"': 0.6, "{": 0.4}),
            ("sin", 0.4, {"sin": 0.4, "sw": 0.1, "The": 0.5}),
            ("k", 0.3, {"k": 0.3, "g": 0.6, "e": 0.1}),
            ('"}', 0.2, {'"}': 0.2, "er": 0.8}),
        ],
    )
    assert choice_confidence(said, ("sink", "swim", "sing")) == pytest.approx(0.8 * 0.3 / 0.9)
    assert choice_confidence(said, ("sink", "sing")) == pytest.approx(0.3 / 0.9)
    assert choice_confidence(said, ("sink",)) == 1.0
    assert choice_confidence(reply('{"a":"sink"}', []), ("sink", "swim")) == 1.0


def test_an_answer_that_is_given_too_seldom_weighs_more() -> None:
    top = {"sink": 0.5, "swim": 0.4, "else": 0.1}
    said = reply('{"a":"sink"}', [('{"a":"', 1, {}), ("sink", 0.5, top), ('"}', 1, {})])
    names = ("sink", "swim", "else")
    assert weighed(said, names, {}) == ("sink", pytest.approx(0.5))
    assert weighed(said, names, {"swim": 1.2}) == ("sink", pytest.approx(0.5 / 1.08))
    assert weighed(said, names, {"swim": 1.3}) == ("swim", pytest.approx(0.52 / 1.12))
    assert weighed(said, ("sink", "else"), {"swim": 9}) == ("sink", pytest.approx(0.5 / 0.6))
    assert weighed(reply('{"a":"sink"}', []), names, {"swim": 9}) == ("sink", 1.0)


# --- where an answer stands ---


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("leigh", "Leigh"),
        (' "all  from\nLeigh", ', "all from Leigh"),
        ("Leig", None),
        ("Ashby", None),
        ("", None),
        (" .,", None),
        ("hurt", None),
        ("(", None),
    ],
)
def test_an_answer_is_found_as_whole_words_where_it_may_stand(text: str, words: str | None) -> None:
    found = locate(ARTICLE, text, Span(0, TEXT.index("Nobody")))
    assert (found and ARTICLE.slice(found)) == words


@given(st.text(max_size=30), st.text(max_size=60))
def test_any_answer_is_found_inside_or_not_at_all(answer: str, text: str) -> None:
    article = Article.from_text(text)
    found = locate(article, answer, Span(1, max(1, len(text) - 1)))
    if found is not None:
        assert 1 <= found.start < found.end <= len(text) - 1
