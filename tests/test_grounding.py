"""A value is supported by exact words of the article, or it is ungrounded."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from extractor.extraction import Evidence, Status
from extractor.grounding.ground import UNGROUNDED, ground, ground_all, ground_quantity, is_grounded
from extractor.grounding.stated import Stated
from extractor.grounding.text_mentions import passages
from extractor.schema.reading import read_schema
from extractor.schema.tree import FieldNode, Kind, leaf
from extractor.text.article import Article
from extractor.text.folding import tokens
from extractor.text.stated_dates import stated_dates, stated_times, year_of
from extractor.text.stated_numbers import stated_numbers
from schemas.fields import Cues
from schemas.values import Quantity

NORMALISED, VERBATIM = Status.NORMALISED, Status.VERBATIM


def grounded(
    text: str,
    value: Any,
    kind: Kind | FieldNode = Kind.TEXT,
    sentences: Sequence[int] | None = None,
    **more: Any,
) -> tuple[Evidence, ...]:
    """Ground a value in a text, every sentence cited unless told otherwise."""
    article = Article.from_text(text)
    node = kind if isinstance(kind, FieldNode) else leaf(kind)
    cited = range(1, len(article.sentences) + 1) if sentences is None else sentences
    found = ground(article, value, node, tuple(cited), **more)
    for one in found:
        if one.status is Status.UNGROUNDED:
            assert found == UNGROUNDED
        else:
            assert one.start is not None and one.end is not None
            assert 0 <= one.start < one.end <= len(text)
            assert text[one.start : one.end] == one.text
    return found


def mention(*arguments: Any, **more: Any) -> tuple[str | None, Status]:
    (found,) = grounded(*arguments, **more)
    return found.text, found.status


NOTHING = (None, Status.UNGROUNDED)


# --- text ---


@pytest.mark.parametrize(
    ("text", "value", "words", "status"),
    [
        ("The Lantern Trust runs a shelter.", "Lantern Trust", "Lantern Trust", VERBATIM),
        ("Pia’s boat sank.", "Pia", "Pia", VERBATIM),
        ("Pia’s boat sank.", "Pia's boat", "Pia’s boat", NORMALISED),
        ("The Oslo-based yard closed.", "Oslo", "Oslo", VERBATIM),
        ("the lantern  TRUST runs", "Lantern Trust", "lantern  TRUST", NORMALISED),
        ("He called it “a fine day”.", '"a fine day"', "a fine day", NORMALISED),
        ("St. Brigid’s Hall burned.", "St Brigids Hall", "St. Brigid’s Hall", NORMALISED),
        ("Marsh & Vale merged.", "Marsh and Vale", "Marsh & Vale", NORMALISED),
        ("Lantern Trust runs a shelter.", "the Lantern Trust", "Lantern Trust", NORMALISED),
        ("Insp Pia Holm spoke.", "Inspector Pia Holm", "Pia Holm", NORMALISED),
        ("Pia Holm spoke.", "Chief Inspector Holm", "Holm", NORMALISED),
        ("Add twelve eggs now.", "12 eggs", "twelve eggs", NORMALISED),
        ("Add 2 cups of oats.", "two cups of oats", "2 cups of oats", NORMALISED),
        ("Marsh\nVale Ltd won.", "Marsh Vale Ltd", "Marsh\nVale Ltd", NORMALISED),
        ("Led by Vale, with Bo’s help", "led by Vale with Bo", "Led by Vale, with Bo", NORMALISED),
        ("ﬁne Cafe\u0301 Rouge", "Café Rouge", "Cafe\u0301 Rouge", NORMALISED),
        ("A mid\u00adsummer fair", "midsummer fair", "mid\u00adsummer fair", NORMALISED),
        ("U.S. crews left.", "US crews", "U.S. crews", NORMALISED),
        ("200g of rye", "g", "g", VERBATIM),
        ("No entry signs were stolen.", "No entry signs", "No entry signs", VERBATIM),
        ("They met at No 10 Mill Lane.", "10 Mill Lane", "10 Mill Lane", VERBATIM),
    ],
)  # fmt: skip
def test_text_is_found(text: str, value: str, words: str, status: Status) -> None:
    assert mention(text, value) == (words, status)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Anna left.", "Ann"),
        ("Ann-Marie left.", "Ann"),
        ("Joanna left.", "anna"),
        ("Ann\u0301 left.", "Ann"),
        ("Mr O’Hara left.", "Hara"),
        ("Non-British crews", "British"),
        ("brothel-keeping charges", "brothel"),
        ("Present were Ann, Lee and Bo.", "Ann Lee"),
        ("He met Ann. Lee was late.", "Ann Lee"),
        ("They saw Pia.\n\nHolm was away.", "Pia Holm"),
        ("Mrs Holm spoke.", "Mr Holm"),
        ("Pia Holm spoke.", "Mia Holm"),
        ("Pia Holm spoke.", "Pia Holms"),
        ("He was not convicted of arson.", "convicted of arson"),
        ("He has not been convicted of arson.", "convicted of arson"),
        ("He wasn’t convicted of arson.", "convicted of arson"),
        ("He was convicted of arson.", "not convicted of arson"),
        ("He did not see the fire.", "did see the fire"),
        ("He can't swim.", "can swim"),
        ("A £12 fee", "$12 fee"),
        ("They paid 12.5 crowns.", "12"),
        ("They paid 1,200 crowns.", "1"),
        ("They paid 12 million crowns.", "12"),
        ("Add twelve eggs now.", "13 eggs"),
        ("The fire began at the mill.", "a fire broke out at the mill"),
        ("Anything at all.", ""),
        ("Anything at all.", "  \n"),
        ("", "Pia"),
    ],
)
def test_text_is_not_found(text: str, value: str) -> None:
    assert mention(text, value) == NOTHING


def test_the_cited_sentences_come_first_and_verbatim_before_normalised() -> None:
    text = "Pia Holm came. PIA HOLM left. Then Pia Holm slept."
    assert grounded(text, "Pia Holm", sentences=[3])[0].start == text.rindex("Pia Holm")
    assert grounded(text, "Pia Holm", sentences=[2])[0].start == 0
    assert grounded(text, "pia holm", sentences=[2])[0].start == text.index("PIA")
    assert grounded(text, "Pia Holm", sentences=[99, 0, -1])[0].start == 0


def test_a_negated_mention_is_passed_over_for_one_that_is_not() -> None:
    text = "Holm was not charged with theft. Vale was charged with theft."
    found = grounded(text, "charged with theft", sentences=[1])
    assert found[0].start == text.rindex("charged with theft")


def test_boilerplate_supports_nothing_unless_it_is_cited() -> None:
    text = "Log in\nSubscribe\nCookie policy\n\nPia Holm won the race in Oslo on Sunday.\n"
    article = Article.from_text(text)
    furniture = [one for one in article.sentences if one.boilerplate]
    assert furniture
    value = article.slice(furniture[0])
    assert mention(text, value, sentences=[]) == NOTHING
    assert mention(text, value, sentences=[furniture[0].number]) == (value, VERBATIM)


# --- numbers ---

SAW = "He saw 12 of 120 ships, 12.5 tonnes and 1,200 crates; two sank on 5 March."


@pytest.mark.parametrize(
    ("text", "value", "words", "status"),
    [
        (SAW, 12, "12", VERBATIM),
        (SAW, 1200, "1,200", NORMALISED),
        (SAW, 2, "two", NORMALISED),
        ("A dozen hens, twenty-one geese", 12, "A dozen", NORMALISED),
        ("A dozen hens, twenty-one geese", 21, "twenty-one", NORMALISED),
        ("half a dozen hens", 6, "half a dozen", NORMALISED),
        ("both boats sank", 2, "both", NORMALISED),
        ("one hundred and twenty sheep", 120, "one hundred and twenty", NORMALISED),
        ("two thousand five hundred sheep", 2500, "two thousand five hundred", NORMALISED),
        ("a crowd of 12 million", 12_000_000, "12 million", NORMALISED),
        ("a £3m grant", 3_000_000, "3m", NORMALISED),
        ("10 000 tins", 10_000, "10 000", NORMALISED),
        ("a 34-year-old potter", 34, "34", VERBATIM),
        ("aged 12-15", 15, "15", VERBATIM),
        ("200g of flour", 200, "200", VERBATIM),
        ("some forty crews", 40, "forty", NORMALISED),
        ("It opened in 2019.", 2019, "2019", VERBATIM),
        ("A 34-year-old man drowned.", 1, "A 34-year-old man", NORMALISED),
        ("It was -5 degrees.", -5, "-5", VERBATIM),
    ],
)
def test_whole_numbers_are_found(text: str, value: int, words: str, status: Status) -> None:
    assert mention(text, value, Kind.INTEGER) == (words, status)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("He saw 120 ships.", 12),
        ("He saw 12.5 tonnes.", 12),
        ("He saw 1,200 crates.", 1),
        ("He saw 1,200 crates.", 200),
        ("A crowd of 12 million.", 12),
        ("10 000 tins", 10),
        ("the 12th ship", 12),
        ("the M12 road", 12),
        ("a COVID-19 ward", 19),
        ("in his 20s", 20),
        ("at 10.30am", 10),
        ("at 10:30", 10),
        ("at 10 am", 10),
        ("at 10 o’clock", 10),
        ("ring 0800 555 111", 555),
        ("It sank on 5 March.", 5),
        ("It sank on March 5, 2019.", 5),
        ("no one came", 1),
        ("dozens came", 12),
        ("the twenty-first ship", 20),
        ("two-thirds of it", 2),
        ("two and a half tonnes", 2),
        ("nineteen ninety-nine", 19),
        ("It was -5 degrees.", 5),
        ("5² tiles", 52),
        ("There were not 12 ships.", 12),
        ("twelve ships", 13),
        ("", 3),
    ],
)
def test_whole_numbers_are_not_found(text: str, value: int) -> None:
    assert mention(text, value, Kind.INTEGER) == NOTHING


@pytest.mark.parametrize(
    ("text", "value", "kind", "words", "status"),
    [
        ("12.50 crowns", "12.50", Kind.DECIMAL, "12.50", VERBATIM),
        ("12.50 crowns", 12.5, Kind.NUMBER, "12.50", NORMALISED),
        ("2½ cups", 2.5, Kind.NUMBER, "2½", NORMALISED),
        ("1 1/2 cups", "1.5", Kind.DECIMAL, "1 1/2", NORMALISED),
        ("half a teaspoon", "0.5", Kind.DECIMAL, "half", NORMALISED),
        ("three-quarters of a mile", 0.75, Kind.NUMBER, "three-quarters", NORMALISED),
        ("half a million", 500_000.0, Kind.NUMBER, "half a million", NORMALISED),
        ("ten and a half miles", 10.5, Kind.NUMBER, "ten and a half", NORMALISED),
    ],
)
def test_decimals_agree(text: str, value: Any, kind: Kind, words: str, status: Status) -> None:
    assert mention(text, value, kind) == (words, status)
    assert mention(text, Decimal(str(value)) + 1, kind) == NOTHING


def test_a_number_needs_its_own_sentence() -> None:
    text = "Twelve ships came. They left again."
    assert mention(text, 12, Kind.INTEGER, sentences=[1])[0] == "Twelve"
    assert mention(text, 12, Kind.INTEGER, sentences=[2]) == NOTHING
    assert mention(text, 12, Kind.INTEGER, sentences=[]) == NOTHING


def test_a_cue_on_a_number_chooses_and_is_required() -> None:
    node = leaf(Kind.INTEGER, markers=(Cues(("sank", "drown*")),))
    text = "Of 9 boats and 9 rafts that sank 3 were new. The 9 crews ate. Then 4 drowned."
    assert grounded(text, 9, node)[0].start == text.index("9 rafts")
    assert mention(text, 4, node)[0] == "4"
    assert mention("The 9 crews ate.", 9, node) == NOTHING
    assert mention("The 9 crews ate.", 9, node, cues=("ate",))[0] == "9"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("There were no injuries.", "no injuries"),
        ("They did not report any injuries.", "not report any injuries"),
        ("Nobody was hurt.", "Nobody"),
        ("None of the crew fell ill.", "None"),
        ("Zero injuries were reported.", "Zero"),
        ("There were 0 injuries.", "0"),
        ("Not a single injury was seen.", "Not a single injury"),
    ],
)
def test_zero_needs_its_negation(text: str, words: str) -> None:
    assert mention(text, 0, leaf(Kind.INTEGER, "injuries"))[0] == words


@pytest.mark.parametrize(
    "text",
    [
        "There were injuries.",
        "There was no comment.",
        "There were no more than 5 injuries.",
        "There were no further injuries.",
        "There were 10 injuries.",
        "There were 0.5 injuries.",
        "",
    ],
)
def test_zero_is_not_read_into_anything_else(text: str) -> None:
    assert mention(text, 0, leaf(Kind.INTEGER, "injuries")) == NOTHING


class Fleet(BaseModel):
    ships: Quantity | None = None
    crew: Annotated[Quantity | None, Cues(("sailors",))] = None


SHIPS = read_schema(Fleet).child("ships")


@pytest.mark.parametrize(
    ("text", "value", "bound", "words"),
    [
        ("More than 60 grey ships sailed.", 60, "more_than", "More than 60 grey ships"),
        ("It took over 60 ships.", 60, "more_than", "over 60 ships"),
        ("Around 20 ships were lost.", 20, "about", "Around 20 ships"),
        ("At least a dozen ships were lost.", 12, "at_least", "At least a dozen ships"),
        ("No fewer than 12 ships were lost.", 12, "at_least", "No fewer than 12 ships"),
        ("12 or more ships were lost.", 12, "at_least", "12 or more ships"),
        ("Up to 40 ships were lost.", 40, "at_most", "Up to 40 ships"),
        ("No more than 40 ships were lost.", 40, "at_most", "No more than 40 ships"),
        ("A total of 7 ships sailed.", 7, "exact", "A total of 7 ships"),
        ("Seven ships sailed.", 7, "exact", "Seven ships"),
        ("There were no ships.", 0, "exact", "no ships"),
    ],
)
def test_a_bound_is_grounded_by_the_quantitys_phrase(
    text: str, value: int, bound: str, words: str
) -> None:
    article = Article.from_text(text)
    number, said = ground_quantity(article, value, bound, SHIPS, [1])
    assert (number[0].text, said[0].text) == (words, words)
    for other in ("exact", "about", "at_least", "more_than", "at_most"):
        if other != bound:
            number, said = ground_quantity(article, value, other, SHIPS, [1])
            assert said == UNGROUNDED
            assert is_grounded(number)
    number, said = ground_quantity(article, value + 1, bound, SHIPS, [1])
    assert number == said == UNGROUNDED


def test_both_parts_of_a_quantity_are_grounded_together() -> None:
    article = Article.from_text("Around 20 ships and more than 300 sailors left.")
    crew = read_schema(Fleet).child("crew")

    def stated(pointer: str, value: Any, around: FieldNode) -> Stated:
        return Stated(pointer, value, (1,), around.child(pointer.rpartition("/")[2]), around)

    found = ground_all(
        article,
        [
            stated("/ships/value", 20, SHIPS),
            stated("/ships/bound", "about", SHIPS),
            stated("/crew/value", 300, crew),
            stated("/crew/bound", "exact", crew),
        ],
    )
    assert [one.text for (one,) in found.values()] == [
        "Around 20 ships",
        "Around 20 ships",
        "more than 300 sailors",
        None,
    ]


class Cargo(BaseModel):
    name: str
    tons: int | None = None
    crew: Quantity | None = None


class Hold(BaseModel):
    cargo: list[Cargo] = []


def test_an_objects_own_texts_put_a_wrong_citation_right() -> None:
    text = "The Petrel sailed. It held 40 tons of tin and about 30 men. Then 50 tons of coal came."
    article = Article.from_text(text)
    item = read_schema(Hold).child("cargo").item
    crew = item.child("crew")

    def stated(name: str, tons: int) -> list[Stated]:
        return [
            Stated("/cargo/0/name", name, (1,), item.child("name")),
            Stated("/cargo/0/tons", tons, (1,), item.child("tons")),
            Stated("/cargo/0/crew/value", 30, (1,), crew.child("value"), crew),
            Stated("/cargo/0/crew/bound", "about", (1,), crew.child("bound"), crew),
        ]

    found = ground_all(article, stated("tin", 40))
    assert [one.text for (one,) in found.values()] == ["tin", "40", "about 30 men", "about 30 men"]
    found = ground_all(article, stated("coal", 40))
    assert [one.text for (one,) in found.values()] == ["coal", None, None, None]
    alone = Stated("/tons", 40, (1,), item.child("tons"))
    assert ground_all(article, [stated("tin", 40)[0], alone])["/tons"] == UNGROUNDED


# --- truth values and options ---

REMOTE = leaf(Kind.BOOLEAN, "is_remote", markers=(Cues(("from home", "remote*")),))
STATUS = leaf(
    Kind.ENUM,
    "status",
    options=("open", "shut_down"),
    labels=("open", "shut_down"),
    markers=(Cues(("closed", "shut"), value="shut_down"),),
)


def test_a_truth_value_needs_a_cue_and_only_the_cue_is_its_mention() -> None:
    assert mention("You may work from home.", True, REMOTE)[0] == "from home"
    assert mention("You may work remotely.", True, REMOTE)[0] == "remotely"
    assert mention("You may not work remotely.", True, REMOTE)[0] == "remotely"
    assert mention("This is not remote.", True, REMOTE) == NOTHING
    assert mention("This is not remote.", False, REMOTE)[0] == "not remote"
    assert mention("You may work here.", True, REMOTE) == NOTHING
    assert mention("You may work here.", False, REMOTE) == NOTHING


def test_without_cues_the_fields_own_name_is_one() -> None:
    assert mention("The post is remote.", True, leaf(Kind.BOOLEAN, "is_remote"))[0] == "remote"
    assert mention("The remoteness appeals.", True, leaf(Kind.BOOLEAN, "is_remote")) == NOTHING


def test_cues_of_false_are_their_own() -> None:
    node = leaf(Kind.BOOLEAN, "open", markers=(Cues(("open",)), Cues(("closed",), value=False)))
    assert mention("The mill is closed.", False, node)[0] == "closed"
    assert mention("The mill is closed.", True, node) == NOTHING
    assert mention("The mill is not open.", False, node)[0] == "not open"


def test_an_option_is_grounded_by_its_cues_or_its_own_name() -> None:
    assert mention("The mill is open.", "open", STATUS) == ("open", VERBATIM)
    assert mention("The mill has closed.", "shut_down", STATUS) == ("closed", NORMALISED)
    assert mention("The mill has closed.", "open", STATUS) == NOTHING
    assert mention("The mill has not closed.", "shut_down", STATUS) == NOTHING
    assert mention("The mill reopened.", "open", STATUS) == NOTHING
    plain = leaf(Kind.ENUM, options=("shut_down",), labels=("shut_down",))
    assert mention("It was shut down.", "shut_down", plain)[0] == "shut down"
    numbered = leaf(Kind.ENUM, options=(1, 2), labels=("mild", "hot"))
    assert mention("A mild sauce.", 1, numbered)[0] == "mild"
    assert mention("A mild sauce.", 2, numbered) == NOTHING


def test_options_are_looked_for_in_cited_sentences_only() -> None:
    assert mention("The mill is open. It is old.", "open", STATUS, sentences=[2]) == NOTHING


def test_a_union_is_grounded_by_the_type_its_value_has() -> None:
    node = leaf(Kind.UNION, children=(leaf(Kind.INTEGER), leaf(Kind.TEXT)))
    assert mention("Twelve hours a week.", 12, node)[0] == "Twelve"
    assert mention("Twelve hours a week.", "hours a week", node)[0] == "hours a week"
    assert mention("Twelve hours a week.", 13, node) == NOTHING


# --- dates and times ---


@pytest.mark.parametrize(
    ("text", "value", "words"),
    [
        ("It sank on 9 March 2021.", "2021-03-09", "9 March 2021"),
        ("It sank on 9 March 2021.", "2021-03", "9 March 2021"),
        ("It sank on 9 March 2021.", "2021", "9 March 2021"),
        ("It sank on 9 March 2021.", "XXXX-03-09", "9 March 2021"),
        ("It sank on March 9, 2021.", "2021-03-09", "March 9, 2021"),
        ("It sank on Tuesday 9 March.", "XXXX-03-09", "Tuesday 9 March"),
        ("It sank on the 9th of March.", "XXXX-03-09", "the 9th of March"),
        ("It sank on 9 and 11 March 2021.", "2021-03-09", "9 and 11 March 2021"),
        ("It ran from 9 March to 2 April 2021.", "2021-03-09", "9 March to 2 April 2021"),
        ("It ran March 9-11, 2021.", "2021-03-11", "March 9-11, 2021"),
        ("It sank in March 2021.", "2021-03", "March 2021"),
        ("It sank in March.", "XXXX-03", "March"),
        ("It sank in 2021.", "2021", "2021"),
        ("It sank on 09/03/2021.", "2021-03-09", "09/03/2021"),
        ("It sank on 3.9.2021.", "2021-03-09", "3.9.2021"),
        ("Sank 9 Sept. 2021", "2021-09-09", "9 Sept. 2021"),
    ],
)
def test_dates_are_found(text: str, value: str, words: str) -> None:
    status = VERBATIM if words == value else NORMALISED
    assert mention(text, value, Kind.PARTIAL_DATE) == (words, status)


def test_an_iso_date_is_verbatim() -> None:
    assert mention("Sank 2021-03-09.", "2021-03-09", Kind.DATE) == ("2021-03-09", VERBATIM)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("It sank on 9 March 2021.", "2021-03-10"),
        ("It sank on 9 March 2021.", "2020-03-09"),
        ("It sank on 19 March 2021.", "2021-03-09"),
        ("It sank on 9 March.", "2021-03-09"),
        ("It sank on Tuesday 9 March.", "2021-03-09"),
        ("It sank in March 2021.", "2021-03-01"),
        ("It sank in 2021.", "2021-01"),
        ("All 9 may march.", "XXXX-05-09"),
        ("It cost £2021.", "2021"),
        ("It sank on 9 March 2021.", "soon"),
        ("It sank on 9 March 2021.", "XXXX"),
        ("It sank on 31 February 2021.", "2021-02-31"),
    ],
)
def test_dates_that_are_finer_or_other_are_not_found(text: str, value: str) -> None:
    assert mention(text, value, Kind.PARTIAL_DATE) == NOTHING


def test_a_weekday_fixes_the_year_against_the_pages_date() -> None:
    text = "It sank on Tuesday 9 March."
    assert mention(text, "2021-03-09", Kind.DATE, page="2021-05-01")[0] == "Tuesday 9 March"
    assert mention(text, "2020-03-09", Kind.DATE, page="2021-05-01") == NOTHING
    assert mention(text, "2021-03-09", Kind.DATE, page="2021") == NOTHING
    assert year_of(3, 9, 1, "2021-05-01") == 2021
    assert year_of(3, 9, 1, "2021-03-08") is None or year_of(3, 9, 1, "2021-03-08") < 2021


def test_a_moment_needs_its_date_and_its_time() -> None:
    text = "It sank at 2.30pm on 9 March 2021. It rose at 14:45."
    found = grounded(text, "2021-03-09T14:30:00", Kind.DATETIME)
    assert [one.text for one in found] == ["9 March 2021", "2.30pm"]
    assert grounded(text, "2021-03-09T14:31:00", Kind.DATETIME) == UNGROUNDED
    assert grounded(text, "2021-03-10T14:30:00", Kind.DATETIME) == UNGROUNDED
    assert mention(text, "2021-03-09T00:00:00", Kind.DATETIME)[0] == "9 March 2021"
    assert mention(text, "14:45:00", Kind.TIME)[0] == "14:45"
    assert mention(text, "14:46", Kind.TIME) == NOTHING
    hours = {one.time.hour for one in stated_times("noon, 12am, 1430 hours, 25:00, 13pm")}
    assert hours == {12, 0, 14}


# --- quoted passages ---


def test_a_cited_sentence_brings_the_whole_quotation() -> None:
    text = (
        "Pia Holm said: “The sea was calm.\n\n“It rose at noon.”\n\n"
        "Bo Vale said: “We were late.” He left.\n"
    )
    article = Article.from_text(text)
    number = next(one.number for one in article.sentences if "calm" in article.slice(one))
    found = passages(article, [number])
    assert [words for words, _ in found] == ["The sea was calm.", "It rose at noon."]
    assert all(text[one.start : one.end] == one.text == words for words, one in found)
    assert passages(article, [99]) == ()


# --- for any text ---

ANY = st.text(max_size=80) | st.text("ab 12.,-'’“”\n½²\u0301\u00ad£&ß", max_size=60)
KINDS = st.sampled_from([one for one in Kind if one not in (Kind.OBJECT, Kind.LIST, Kind.UNION)])
VALUES = (
    st.text(max_size=20)
    | st.integers(-3, 3000)
    | st.booleans()
    | st.floats(allow_nan=True)
    | st.sampled_from(["2021-03-09", "2021", "14:30", "2021-03-09T14:30:00"])
)


@settings(max_examples=300, deadline=None)
@given(text=ANY, value=VALUES, kind=KINDS, sentences=st.lists(st.integers(-1, 9), max_size=3))
@example("½²", 0.5, Kind.NUMBER, [1])
@example("\u0301a", "a", Kind.TEXT, [1])
@example("ß", "ss", Kind.TEXT, [1])
def test_offsets_hold_for_any_text(text: str, value: Any, kind: Kind, sentences: list[int]) -> None:
    grounded(text, value, kind, sentences)


@settings(max_examples=200, deadline=None)
@given(text=ANY, data=st.data())
def test_offsets_hold_for_pieces_of_the_text(text: str, data: st.DataObject) -> None:
    assume(text)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    (found,) = grounded(text, text[start:end])
    if found.text is not None:
        mine = [one.core for one in tokens(text[start:end].strip())]
        theirs = [one.core for one in tokens(found.text)]
        assert len(theirs) <= len(mine)


@settings(max_examples=200, deadline=None)
@given(text=ANY)
def test_readings_lie_in_the_text_in_order(text: str) -> None:
    for found in (tokens(text), stated_numbers(text)):
        at = 0
        for one in found:
            assert at <= one.start < one.end <= len(text)
            at = one.end
    for date in stated_dates(text):
        assert 0 <= date.start < date.end <= len(text)


NAMES = st.sampled_from(["Ann", "Anna", "Bo", "Holm", "Holmes", "Lee", "Leeds", "Pia"])
FULL = st.lists(NAMES, min_size=1, max_size=3).map(" ".join)
NUMBERS = st.integers(1, 2_000_000)


def written(number: int) -> list[str]:
    return [str(number), f"{number:,}"] if number >= 1000 else [str(number)]


@settings(max_examples=200, deadline=None)
@given(there=NUMBERS, other=NUMBERS)
@example(there=120, other=12)
@example(there=1200, other=1)
@example(there=1200, other=200)
def test_another_number_is_never_grounded(there: int, other: int) -> None:
    assume(there != other)
    for shape in written(there):
        text = f"The yard lost {shape} crates that week."
        assert mention(text, there, Kind.INTEGER)[0] == shape
        assert mention(text, other, Kind.INTEGER) == NOTHING
        for words in written(other):
            assert mention(text, f"{words} crates") == NOTHING


@settings(max_examples=200, deadline=None)
@given(there=NUMBERS, data=st.data())
def test_a_changed_digit_is_never_grounded(there: int, data: st.DataObject) -> None:
    digits = str(there)
    place = data.draw(st.integers(0, len(digits) - 1))
    digit = data.draw(st.sampled_from([one for one in "0123456789" if one != digits[place]]))
    changed = digits[:place] + digit + digits[place + 1 :]
    text = f"The yard lost {there} crates that week."
    assert mention(text, f"{there} crates") == (f"{there} crates", VERBATIM)
    assert mention(text, f"{changed} crates") == NOTHING
    assert mention(text, int(changed), Kind.INTEGER) == NOTHING


@settings(max_examples=200, deadline=None)
@given(there=FULL, other=FULL, joint=st.sampled_from([" ", ", ", "-", ". ", "’s "]))
def test_another_name_is_never_grounded(there: str, other: str, joint: str) -> None:
    text = f"Early today {there}{joint}was seen."
    words, wanted = there.split(), other.split()
    within = any(words[at : at + len(wanted)] == wanted for at in range(len(words)))
    found = mention(text, other)
    if not within:
        assert found == NOTHING
    elif joint != "-":
        assert found == (other, VERBATIM)


@settings(max_examples=100, deadline=None)
@given(
    verb=st.sampled_from(["charged with arson", "seen at the mill", "paid in full", "British"]),
    negation=st.sampled_from(["not", "never", "not yet", "not been", "never actually", "non-"]),
)
def test_a_dropped_negation_is_never_grounded(verb: str, negation: str) -> None:
    space = "" if negation.endswith("-") else " "
    text = f"Pia Holm was {negation}{space}{verb} last week."
    assert mention(text, verb) == NOTHING
    node = leaf(Kind.BOOLEAN, markers=(Cues((verb,)),))
    assert mention(text, True, node) == NOTHING


@pytest.mark.parametrize(
    "piece",
    ["no ", "one ", "1 111 ", "9 March ", "12 men and ", "a'", "a.", "1/", "not ", "-", " "],
)
def test_long_texts_of_any_kind_take_no_longer_than_long_texts(piece: str) -> None:
    text = piece * (30_000 // len(piece))
    for kind, value in ((Kind.TEXT, "Pia Holm"), (Kind.INTEGER, 0), (Kind.DATE, "2021-03-09")):
        assert mention(text, value, leaf(kind, "ships")) == NOTHING
