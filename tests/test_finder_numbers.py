"""Numbers: what they say, what the words around them add, and what is no count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.finders.numbers import number_value, numbers
from extractor.text.article import Article

WORDS = """
one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety
"""
ONES, TENS = WORDS.split()[:19], WORDS.split()[19:]


def in_words(number: int, joint: str = "-", link: str = " and ") -> str:
    """An English number below 1000, for values from 1."""
    if number >= 100:
        rest = f"{link}{in_words(number % 100, joint)}" if number % 100 else ""
        return f"{ONES[number // 100 - 1]} hundred{rest}"
    if number < 20:
        return ONES[number - 1]
    rest = f"{joint}{ONES[number % 10 - 1]}" if number % 10 else ""
    return f"{TENS[number // 10 - 2]}{rest}"


def found_in(text: str) -> list[tuple[str, int | str, str]]:
    article = Article.from_text(text)
    return [(article.slice(one.phrase), one.value, one.bound) for one in numbers(article)]


def tagged_in(text: str) -> list[tuple[int | str, ...]]:
    return [(one.value, *one.tags) for one in numbers(Article.from_text(text))]


@given(st.integers(1, 999), st.sampled_from("- "), st.sampled_from([" and ", " "]), st.booleans())
def test_number_words_round_trip(number: int, joint: str, link: str, loud: bool) -> None:
    words = in_words(number, joint, link)
    words = words.upper() if loud else words
    assert number_value(words) == number
    assert found_in(f"They saw {words} boats.") == [(f"{words} boats", number, "exact")]


@given(st.integers(0, 99_999))
def test_digits_round_trip(number: int) -> None:
    assert number_value(str(number)) == number
    assert number_value(f"{number:,}") == number
    if not 1900 <= number < 2100:
        assert found_in(f"They saw {number} boats.") == [(f"{number} boats", number, "exact")]
    assert found_in(f"They saw {number:,} boats.") == [(f"{number:,} boats", number, "exact")]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("half a dozen", 6),
        ("a dozen", 12),
        ("two dozen", 24),
        ("a hundred", 100),
        ("a hundred and six", 106),
        ("both", 2),
        ("٤٢", 42),
        ("", None),
        ("and", None),
        ("a", None),
        ("some", None),
        ("dozen boats", None),
        ("one third", None),
        ("²", None),
        ("12.5", None),
    ],
)
def test_number_values(words: str, value: int | None) -> None:
    assert number_value(words) == value


@given(st.text())
def test_any_words_have_a_value_or_none(words: str) -> None:
    value = number_value(words)
    assert value is None or value >= 0


@pytest.mark.parametrize(
    ("text", "phrase", "value", "bound"),
    [
        ("Seven boats in port.", "Seven boats", 7, "exact"),
        ("A total of 23 boats in port.", "A total of 23 boats", 23, "exact"),
        ("Around 20 boats in port.", "Around 20 boats", 20, "about"),
        ("Roughly twenty boats in port.", "Roughly twenty boats", 20, "about"),
        ("They saw 20 or so boats.", "20 or so boats", 20, "about"),
        ("At least 12 boats in port.", "At least 12 boats", 12, "at_least"),
        ("They saw 12 or more boats.", "12 or more boats", 12, "at_least"),
        ("They saw 12+ boats.", "12+ boats", 12, "at_least"),
        ("No fewer than 12 boats in port.", "No fewer than 12 boats", 12, "at_least"),
        ("More than 60 boats in port.", "More than 60 boats", 60, "more_than"),
        ("Over sixty boats in port.", "Over sixty boats", 60, "more_than"),
        ("Upwards of 50 boats in port.", "Upwards of 50 boats", 50, "more_than"),
        ("Up to 40 boats in port.", "Up to 40 boats", 40, "at_most"),
        ("As many as 30 boats in port.", "As many as 30 boats", 30, "at_most"),
        ("No more than 20 boats in port.", "No more than 20 boats", 20, "at_most"),
        ("Not more than 20 boats in port.", "Not more than 20 boats", 20, "at_most"),
        (
            "More than a total of 60 boats in port.",
            "More than a total of 60 boats",
            60,
            "more_than",
        ),
        ("Six boats and a raft in port.", "Six boats", 6, "exact"),
        ("Six old, red boats.", "Six old", 6, "exact"),
        ("Six very old red boats from Leigh.", "Six very old red boats", 6, "exact"),
        ("Both men in port.", "Both men", 2, "exact"),
    ],
)
def test_bounds_and_phrases(text: str, phrase: str, value: int, bound: str) -> None:
    assert found_in(text) == [(phrase, value, bound)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("No arrests were made.", [(0, "zero")]),
        ("No further arrests were made.", [(0, "zero")]),
        ("No one was hurt.", [(0, "zero")]),
        ("Nobody was hurt.", [(0, "zero")]),
        ("None of the boats sank.", [(0, "zero")]),
        ("Zero arrests were made.", [(0, "zero")]),
        ("No one said a word.", []),
        ("They had no idea.", []),
        ("A man and two women left.", [(1, "indefinite"), (2,)]),
        ("Another young man left.", [(1, "indefinite")]),
        ("A boat left.", []),
        ("Pia Holm, 34, left.", [(34, "age")]),
        ("Men aged 19 to 40 left.", [(19, "age"), (40, "age")]),
        ("Men aged 19-40 left.", [(19, "age"), (40, "age")]),
        ("Men aged 19–40 years left.", [(19, "age"), (40, "age")]),
        ("Men aged between 19 and 40 left.", [(19, "age"), (40, "age")]),
        ("Men between the ages of 19 and 40 left.", [(19, "age"), (40, "age")]),
        ("A 19-year-old man left.", [(1, "indefinite"), (19, "age")]),
        ("A group of 18-25-year-olds left.", [(18, "age"), (25, "age")]),
        ("A twenty-one-year-old cook left.", [(21, "age")]),
        ("Men aged 19, 23 and 40 left.", [(19, "age"), (23, "age"), (40, "age")]),
        ("Crews of 10-15 boats left.", [(10,)]),
        ("Between 30 and 40 boats left.", [(30,), (40,)]),
    ],
)
def test_zero_articles_and_ages(text: str, found: list[tuple[int | str, ...]]) -> None:
    assert tagged_in(text) == found


def test_all_women_says_the_number_before_again() -> None:
    assert found_in("At least nine people, aged 20 to 41, all women, left.") == [
        ("At least nine people", 9, "at_least"),
        ("20", 20, "exact"),
        ("41", 41, "exact"),
        ("all women", 9, "at_least"),
    ]
    assert found_in("They were all women. Six left.") == [("Six left", 6, "exact")]


@pytest.mark.parametrize(
    "text",
    [
        "In 2019 it began.",
        "It began on 12 March 2021.",
        "It began on March 12.",
        "It began at 9.30am or 10:45.",
        "Call 01632 960 001 now.",
        "It cost £40, $3.5 or 60 euros.",
        "It cost ten pounds.",
        "Some 40% or 30 per cent were lost.",
        "It took three hours, 12 days and two-week stops.",
        "It took two or three days.",
        "It took 10-12 weeks.",
        "Under section 45 of the Act.",
        "Incident number 1234 of the day.",
        "It weighs 12kg, 4 kilos or 3 grams.",
        "It lies ten miles off.",
        "Two million boats, five thousand rafts.",
        "One of the most common boats.",
        "The 1st, 2nd and 3rd boats.",
        "The B52, the M25, PC4431 and the COVID-19 boats.",
        "Shares of 1/2 and 3.5 boats.",
        "Dozens, several and many boats.",
    ],
)
def test_what_counts_nothing_is_left_out(text: str) -> None:
    assert found_in(text) == []


@given(
    st.integers(1, 999),
    st.sampled_from(["", "around ", "at least ", "more than ", "up to "]),
    st.sampled_from(["officers", "men and women", "arrests were made", "people, aged 18-25,"]),
)
def test_the_first_number_is_the_one_written(number: int, bound: str, noun: str) -> None:
    expected = {"around ": "about", "at least ": "at_least", "more than ": "more_than"}
    text = f"In Leigh {bound}{number:,} {noun} came."
    article = Article.from_text(text)
    first = next(iter(numbers(article)))
    assert first.value == number
    assert first.bound == expected.get(bound, "at_most" if bound else "exact")
    assert article.slice(first.phrase).startswith(f"{bound}{number:,}")
