"""Dates: their EDTF value, the year that a weekday fixes, the page's own date, lengths of time."""

from __future__ import annotations

import datetime as dt
from calendar import day_name, month_abbr, month_name

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.finders.dates import dates, durations, page_date, resolve_year
from extractor.text.article import Article
from schemas.values import check_partial_date

BODY = (
    "Police in Leigh said that a long search of the harbour and of the old mill had come to an end"
)
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31))


def dates_in(text: str) -> list[tuple[str, str]]:
    article = Article.from_text(text)
    found = dates(article, page_date(article))
    return [(article.slice(one.span), str(one.value)) for one in found]


# --- one date ---


@given(
    DAYS,
    st.sampled_from(
        [
            "{0:%d} {1} {0.year}",
            "{0.day}th {1} {0.year}",
            "{0.day} of {1}, {0.year}",
            "{1} {0.day}, {0.year}",
            "{1} {0.day} {0.year}",
            "{2} {0.day} {1} {0.year}",
            "{2}, {1} {0.day}, {0.year}",
            "{0:%Y-%m-%d}",
        ]
    ),
    st.booleans(),
)
def test_a_full_date_in_any_form(day: dt.date, form: str, short: bool) -> None:
    month = (month_abbr if short else month_name)[day.month]
    weekday = day_name[day.weekday()][: 3 if short else None]
    assert [value for _, value in dates_in(f"It sank on {form.format(day, month, weekday)}.")] == [
        day.isoformat()
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It sank in March 2021.", [("March 2021", "2021-03")]),
        ("It sank on 9 March.", [("9 March", "XXXX-03-09")]),
        ("It sank on March 9.", [("March 9", "XXXX-03-09")]),
        ("It ran from 9 to 11 March 2021.", [("9 to 11 March 2021", "2021-03-09")]),
        ("It ran on 9-11 March 2021.", [("9-11 March 2021", "2021-03-09")]),
        ("It ran on 9 and 10 March.", [("9 and 10 March", "XXXX-03-09")]),
        ("It sank on 29 February.", [("29 February", "XXXX-02-29")]),
        ("It sank on 29 February 2021.", []),
        ("It sank on 31 June.", []),
        ("It sank on 2021-13-01.", []),
        ("It sank on 0000-01-01.", []),
        ("It sank on 1 May 0800.", []),
        ("In 2021 it sank.", []),
        ("It may sink.", []),
        ("They made March 12 arrests.", []),
    ],
)
def test_dates_and_what_is_none(text: str, found: list[tuple[str, str]]) -> None:
    assert dates_in(text) == found


@given(st.text(), st.sampled_from(["Published 12 March 2021\n", ""]))
def test_every_value_is_a_partial_date(text: str, head: str) -> None:
    for _, value in dates_in(f"{head}{BODY} today, {text}"):
        assert check_partial_date(value) == value


# --- the year that a weekday fixes ---


@settings(deadline=None)
@given(DAYS, st.integers(1, 12), st.integers(1, 31), st.integers(0, 6))
def test_a_year_is_resolved_as_the_calendar_says(
    page: dt.date, month: int, day: int, weekday: int
) -> None:
    """The five latest such days that are not after the page's date, and one of them at most."""
    possible = [
        one
        for back in range(2200)
        if (one := page - dt.timedelta(days=back)) and (one.month, one.day) == (month, day)
    ]
    within = [one for one in possible if one.year > page.year - 6][:5]
    fitting = [one.year for one in within if one.weekday() == weekday]
    expected = fitting[0] if len(fitting) == 1 else None
    assert resolve_year(month, day, weekday, page.isoformat()) == expected


@given(DAYS, st.integers(0, 300))
def test_a_resolved_year_has_that_weekday(page: dt.date, back: int) -> None:
    day = page - dt.timedelta(days=back)
    year = resolve_year(day.month, day.day, day.weekday(), page.isoformat())
    assert year in (None, day.year)
    text = f"Barge is found\nPublished {page.isoformat()}\n{BODY}. It sank on {day:%A %-d %B}."
    ((_, value),) = dates_in(text)
    assert value == (day.isoformat() if year else f"XXXX-{day:%m-%d}")


@pytest.mark.parametrize("page", [None, "2021", "2021-03", "XXXX-03-09"])
def test_no_year_without_a_full_date_on_the_page(page: str | None) -> None:
    assert resolve_year(3, 9, 1, page) is None


# --- the page's date ---


def page_of(text: str) -> tuple[str, bool] | None:
    article = Article.from_text(text)
    found = page_date(article)
    if found is not None:
        assert article.slice(found.span).strip() == article.slice(found.span)
    return None if found is None else (found.value, found.own)


@pytest.mark.parametrize(
    ("text", "value", "own"),
    [
        (f"Skip to content\nMenu\n12 March 2021\nBarge is found\n{BODY} on Tuesday.",
         "2021-03-12", False),
        (f"Skip to content\n12 March 2021\nBarge is found\nPosted on 10 March 2021\n{BODY}.",
         "2021-03-10", True),
        (f"Barge is found\n12 March 2021\n{BODY}.", "2021-03-12", True),
        (f"Skip to content\nBarge is found\nPublished: 12 March 2021, 10:30\n{BODY}.",
         "2021-03-12", True),
        (f"Barge is found\n\nLEIGH, March 12, 2021 - {BODY}.", "2021-03-12", True),
        (f"Leigh (12 March 2021) {BODY}.", "2021-03-12", True),
        (f"12 March 2021 – {BODY}.", "2021-03-12", True),
    ],
)  # fmt: skip
def test_a_site_header_is_not_the_articles_own_date(text: str, value: str, own: bool) -> None:
    assert page_of(text) == (value, own)


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{BODY}.",
        f"On 12 March 2021 {BODY}.",
        f"In March 2021 {BODY}.",
        f"Barge is found\n12 March\n{BODY}.",
        f"Barge is found\n{BODY}.\n12 March 2021",
        f"Published 0000-05-05\n{BODY} today.",
        f"Published 0001-01-01\n{BODY} yesterday.",
    ],
)
def test_a_date_in_a_sentence_is_not_the_pages(text: str) -> None:
    assert page_of(text) is None
    assert not [value for words, value in dates_in(text) if words in ("today", "yesterday")]


# --- relative words ---


@given(DAYS, st.sampled_from([*day_name]), st.sampled_from(["on", "last", "this"]))
def test_a_weekday_is_the_latest_one(page: dt.date, weekday: str, word: str) -> None:
    text = f"Barge is found\nPublished {page.isoformat()}\n{BODY} {word} {weekday}."
    ((words, value),) = dates_in(text)
    day = dt.date.fromisoformat(value)
    assert words == weekday == day_name[day.weekday()]
    least = 1 if word == "last" else 0
    assert dt.timedelta(least) <= page - day <= dt.timedelta(7 - (1 - least))


@given(DAYS)
def test_today_and_yesterday(page: dt.date) -> None:
    text = f"Barge is found\nPublished {page.isoformat()}\n{BODY} today, and not last night."
    day = dt.timedelta(days=1)
    assert dates_in(text) == [
        ("today", page.isoformat()),
        ("last night", (page - day).isoformat()),
    ]


def test_relative_words_need_a_date_of_the_articles_own() -> None:
    header = "Skip to content\nMenu\n12 March 2021\nBarge is found\n"
    assert dates_in(f"{header}{BODY} today, on Tuesday and yesterday.") == []
    assert dates_in(f"{BODY} today.") == []


# --- lengths ---


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("A week-long drive ended.", 7),
        ("The week of action ended.", 7),
        ("It took three days of raids.", 3),
        ("A three-day drive ended.", 3),
        ("A twenty-one-day drive ended.", 21),
        ("It took two hundred days.", 200),
        ("A 12-week drive ended.", 84),
        ("It took a fortnight.", 14),
        ("It took 48 hours.", 2),
        ("It took one full day.", 1),
        ("It took 30 hours.", None),
        ("Last week it ended.", None),
        ("These days it ends.", None),
        ("It ended in mid-week.", None),
    ],
)
def test_lengths_in_days(text: str, days: int | None) -> None:
    found = [one.value for one in durations(Article.from_text(text))]
    assert found == ([] if days is None else [days])


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("17/07/2023", "2023-07-17"),
        ("07/17/2023", "2023-07-17"),
        ("17.07.2023", "2023-07-17"),
        ("05/05/2023", "2023-05-05"),
        ("05/07/2023", None),  # the day may be either
        ("17/13/2023", None),
        ("17/07.2023", None),
    ],
)
def test_a_date_in_figures_counts_if_it_is_clear_which_is_the_day(
    written: str, value: str | None
) -> None:
    page = page_date(Article.from_text(f"Posted on {written}\nBarge sinks\nNobody was hurt."))
    assert (page and page.value) == value
