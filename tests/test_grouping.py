"""Groups of people: places make groups, everything else stays in one, sums and zero are counts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.finders.mention import Mention
from extractor.finders.numbers import numbers
from extractor.guide.fills import Fill
from extractor.guide.grouping import enumerated
from extractor.text.article import Article
from schemas.guide import ALL, Grouping, Guide
from tests.support.crews import crews, part_of

# --- sums of things ---


def fill_of(mention: Mention) -> Fill:
    return Fill("numbers", "sites", mention, "", mention.value)


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("They searched one barn and two mills.", 3),
        ("They searched four barns, two mills and a further six sheds.", 12),
        ("They searched five barns in Leigh and two barns in Ashby.", 5),
        ("They searched nine sites, including four barns.", 9),
        ("They searched nine sites. Four barns were empty.", 9),
    ],
)
def test_only_different_things_in_one_enumeration_add_up(text: str, total: int) -> None:
    article = Article.from_text(text)
    found = [fill_of(one) for one in numbers(article)]
    summed = enumerated(article, found[0], found)
    assert summed.value == total
    words = article.slice(summed.mention.phrase)
    assert words.startswith(article.slice(found[0].mention.phrase))


# --- all of a group ---


@pytest.mark.parametrize(
    ("text", "fields", "ashore"),
    [
        ("About six were saved. They are ashore.", ["count"], {"value": 6, "bound": "about"}),
        ("Six were saved. They are ashore, four in bed.", ["count", "ashore"], 4),
        ("They are ashore.", [], None),
    ],
)
def test_all_of_a_group_are_as_many_as_it_has(
    text: str, fields: list[str], ashore: dict[str, Any] | int | None
) -> None:
    found = crews(text, fields, also=[("ashore", "are ashore", ALL)])
    assert [crew.get("ashore") for crew in found] == ([ashore] if ashore else [])


# --- places ---


def test_single_people_counted_in_one_sentence_add_up() -> None:
    text = "A man of 30 and a man of 40 were held."
    found = crews(text, ["men", "-", "men", "-"])
    assert [(one["count"], one["men"]) for one in found] == [(2, 2)]


def test_the_total_of_several_places_is_no_group_of_its_own() -> None:
    text = "Ten were held in Ashire. Six were held in Leigh, three in Milltown and one in Ashby."
    places = ["Ashire", "Leigh", "Milltown", "Ashby"]
    assert crews(text, ["count"] * 4, places) == [
        {"count": 6, "place": "Leigh"},
        {"count": 3, "place": "Milltown"},
        {"count": 1, "place": "Ashby"},
    ]


def test_places_that_are_joined_are_one_place() -> None:
    text = "Six were held at addresses in Leigh, Ashby and Ruston."
    assert crews(text, ["count"], ["Leigh", "Ashby", "Ruston"]) == [
        {"count": 6, "place": "Leigh, Ashby and Ruston"}
    ]


def test_a_breakdown_by_place_gives_a_group_for_each_and_no_total() -> None:
    for text in (
        "Ten people were held. Six were held in Leigh and four at the port of Ashby.",
        "Ten people were held, six of them in Leigh and four in Ashby.",
        "Ten people were held. In Leigh six were held and in Ashby four.",
    ):
        assert crews(text, ["count"] * 3, ["Leigh", "Ashby"]) == [
            {"count": 6, "place": "Leigh"},
            {"count": 4, "place": "Ashby"},
        ]


@pytest.mark.parametrize(
    "text",
    [
        "Two were held in Leigh and two in Ashby.",
        "Two were held in Leigh. Two others were held in Ashby.",
    ],
)
def test_equal_numbers_at_two_places_are_two_groups(text: str) -> None:
    assert crews(text, ["count", "count"], ["Leigh", "Ashby"]) == [
        {"count": 2, "place": "Leigh"},
        {"count": 2, "place": "Ashby"},
    ]


@pytest.mark.parametrize("words", ["The two", "All two", "These two"])
def test_words_that_point_back_are_about_the_same_people(words: str) -> None:
    text = f"Two were held in Leigh. {words} were taken to a cell in Ashby."
    assert crews(text, ["count", "count"], ["Leigh", "Ashby"]) == [{"count": 2, "place": "Leigh"}]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Six were held in Leigh.", [{"count": 6, "place": "Leigh"}]),
        ("Six from Leigh were held.", [{"count": 6, "place": "Leigh"}]),
        ("In Leigh six were held.", [{"count": 6, "place": "Leigh"}]),
        (
            "At the port of Leigh, up to six were held.",
            [{"count": {"value": 6, "bound": "at_most"}}],
        ),
        (
            "In Leigh, up to six were held.",
            [{"count": {"value": 6, "bound": "at_most"}, "place": "Leigh"}],
        ),
        ("Leigh saw six held.", [{"count": 6}]),
        ("Six Leigh sailors were held.", [{"count": 6}]),
        ("Six were held there. Leigh is small.", [{"count": 6}]),
    ],
)
def test_a_place_stands_behind_its_number_or_right_in_front_of_it(
    text: str, found: list[dict[str, Any]]
) -> None:
    assert crews(text, ["count"], ["Leigh"]) == found


def test_a_total_and_one_place_are_one_group_unless_people_are_added() -> None:
    total = "Nine people were held on Monday. "
    assert crews(f"{total}Six were held in Leigh.", ["count"] * 2, ["Leigh"]) == [{"count": 9}]
    added = f"{total}A further six were held in Leigh."
    assert crews(added, ["count"] * 2, ["Leigh"]) == [
        {"count": 9},
        {"count": 6, "place": "Leigh"},
    ]


# --- other breakdowns ---


def test_sex_and_age_stay_in_one_group() -> None:
    text = "Nine people, six men and three women, aged 19 to 40, were held. Seven are ashore."
    fields = ["count", "men", "women", "age_min|age_max", "age_min|age_max", "ashore"]
    assert crews(text, fields) == [
        {"count": 9, "men": 6, "women": 3, "age_min": 19, "age_max": 40, "ashore": 7}
    ]


def test_all_women_says_the_count_again() -> None:
    text = "At least nine people, all women, were held in Leigh."
    assert crews(text, ["count", "women"], ["Leigh"]) == [
        {"count": {"value": 9, "bound": "at_least"}, "women": 9, "place": "Leigh"}
    ]


def test_a_part_greater_than_the_whole_is_of_something_else() -> None:
    text = "Six people were held. Nine men were freed. Two women were held."
    assert crews(text, ["count", "men", "women"]) == [{"count": 6, "women": 2}]


def test_ages_are_those_of_the_nearest_sentence() -> None:
    text = "A cook, 61, watched. Six men aged 19, 23 and 40 were held."
    ages = ["age_min|age_max"] * 3
    assert crews(text, ["age_min|age_max", "count", *ages]) == [
        {"count": 6, "age_min": 19, "age_max": 40}
    ]


@pytest.mark.parametrize("gap", ["; ", ". ", ". The port is old. The sea is deep. "])
def test_parts_belong_to_the_group_counted_before_them(gap: str) -> None:
    text = (
        "Six people, four of them men, aged 19 to 40, were held in Leigh"
        f"{gap}Eight people, three of them men, were held in Ashby{gap}Five women wept."
    )
    fields = ["count", "men", "age_min|age_max", "age_min|age_max", "count", "men", "women"]
    last = {"women": 5} if len(gap) < 3 else {}
    assert crews(text, fields, ["Leigh", "Ashby"]) == [
        {"count": 6, "men": 4, "age_min": 19, "age_max": 40, "place": "Leigh"},
        {"count": 8, "men": 3, **last, "place": "Ashby"},
    ]


def test_groups_stand_in_the_order_of_the_text() -> None:
    text = "At least nine were held in Leigh. Four were held in Ashby."
    found = crews(text, ["count", "count"], ["Leigh", "Ashby"])
    assert [crew["place"] for crew in found] == ["Leigh", "Ashby"]


# --- sums ---


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Six men and three women were held.", 9),
        ("At least six men and three women were held.", {"value": 9, "bound": "at_least"}),
        ("At least six men and up to three women held.", {"value": 9, "bound": "about"}),
        ("Six men were held. Three women were held.", 6),
    ],
)
def test_parts_of_one_sentence_add_up(text: str, count: Any) -> None:
    (crew,) = crews(text, ["men", "women"])
    assert crew["count"] == count
    assert crew["men"] == 6


def test_a_stated_count_is_never_a_sum() -> None:
    text = "Ten people were held. Six men and three women are ashore."
    assert crews(text, ["count", "men", "women"]) == [{"count": 10, "men": 6, "women": 3}]


def test_a_sum_never_mixes_two_ways_of_dividing_the_same_people() -> None:
    text = "They were six men, three women, seven adults and two children."
    assert crews(text, ["men", "women", "adults", "children"]) == [
        {"count": 9, "men": 6, "women": 3, "adults": 7, "children": 2}
    ]


def test_the_evidence_of_a_sum_holds_all_its_parts() -> None:
    part = part_of("In all, six men and three women were held.", ["men", "women"])
    assert part.evidence["/crews/0/count/value"][0].text == "six men and three women"


# --- zero, and no count at all ---


def test_none_is_a_count_of_nought_unless_some_are_counted() -> None:
    assert crews("No one was hurt.", ["count"]) == [{"count": 0}]
    assert crews("No one was hurt. Six people were held.", ["count"] * 2) == [{"count": 6}]
    sums = crews("No one was hurt. Six men were held.", ["count", "men"])
    assert sums == [{"count": 6, "men": 6}]
    assert part_of("The sea is deep.", []).values == {}


def test_two_facts_make_a_group_without_a_count_and_one_does_not() -> None:
    text = "Sailors thought lost are safe."
    lost, safe = ("status", "thought lost", "lost"), ("safe", "safe", True)
    assert crews(text, [], also=[lost]) == []
    assert crews(text, [], also=[lost, safe]) == [{"status": "lost", "safe": True}]


def test_a_group_may_need_a_field() -> None:
    needy = Grouping("crews", "group", anchor="count", needs="men")
    guide = Guide((), groupings=(needy,))
    also = [("status", "thought lost", "lost"), ("safe", "safe", True)]
    assert crews("Sailors thought lost are safe.", [], also=also, guide=guide) == []
    text = "Sailors thought lost are safe. Six men waved."
    assert crews(text, ["men"], also=also, guide=guide) == [
        {"men": 6, "status": "lost", "safe": True}
    ]


def test_what_is_said_of_all_is_said_of_every_group() -> None:
    text = "Six lost men were held in Leigh and four in Ashby."
    (one, other) = crews(text, ["count"] * 2, ["Leigh", "Ashby"], [("status", "lost", "lost")])
    assert one["status"] == other["status"] == "lost"


# --- which number counts ---


def test_the_body_counts_before_the_headline_and_a_number_before_a_person() -> None:
    text = "Nine held in harbour\nA man was seen. Around eight were held, at last ten were."
    assert crews(text, ["count"] * 4)[0]["count"] == 10


@given(st.lists(st.sampled_from(["count", "men", "women", "ashore", "-"]), min_size=6, max_size=6))
def test_any_sorting_of_numbers_gives_possible_groups(fields: list[str]) -> None:
    text = "Nine people, six men and three women, were held in Leigh; two in Ashby. No one, 40 men."
    article = Article.from_text(text)
    count = len(list(numbers(article)))
    part = part_of(text, (fields * 2)[:count], ["Leigh", "Ashby"])
    for crew in part.values.get("crews", []):
        if crew["count"] is not None:
            parts = [crew[name] or 0 for name in ("men", "women")]
            assert max(parts) <= crew["count"]["value"]
    for pointer, (one,) in part.evidence.items():
        if pointer.endswith("/men") or pointer.endswith("/women"):
            index = int(pointer.split("/")[2])
            assert part.values["crews"][index][pointer.rpartition("/")[2]] is not None
            assert one.text
