"""Names: where they begin and end, and which mentions are one entity."""

from __future__ import annotations

import pytest

from extractor.finders.names import Name, names
from extractor.text.article import Article


def found_in(text: str) -> list[Name]:
    return list(names(Article.from_text(text)))


def texts_in(text: str) -> list[str]:
    return [name.text for name in found_in(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The barge met Pia Holm in Leigh.", ["Pia Holm", "Leigh"]),
        ("He met Mr Poe on Monday in March.", ["Poe"]),
        ("He met Tom O’Hara-Smith of McAvoy & Sons.", ["Tom O’Hara-Smith of McAvoy & Sons"]),
        ("He met the Department for Trade and Industry.", ["Department for Trade and Industry"]),
        ("He saw St. Brigid Hall and Leigh.", ["St. Brigid Hall", "Leigh"]),
        ("It was the Sheriff’s Office of Leigh.", ["Sheriff’s Office of Leigh"]),
        ("They met at Pia Holm’s Leigh home.", ["Pia Holm", "Leigh"]),
        ("He named it Project Heron.", ["Project Heron"]),
        ("Swimmers left the water.", []),
        ("The men said: I saw it.", []),
        ("They saw Swimmers. Swimmers left.", ["Swimmers"]),
        ("Call Ashby Council or Pia Holm.", ["Ashby Council", "Pia Holm"]),
        ("Then Pia Holm left. “Contact Bo Lund,” he said.", ["Pia Holm", "Bo Lund"]),
        ("Later Ashby police and Leigh Police left.", ["Ashby police", "Leigh Police"]),
        ("Later Ashby police officers left Leigh police station.", ["Ashby", "Leigh"]),
        ("He met agents and Officers of the Fishing Board.", ["Fishing Board"]),
        ("They thanked the NGO Hope House.", ["Hope House"]),
        ("He saw the City Welfare and Housing office.", ["City Welfare and Housing office"]),
        ("He saw Leigh and Ashby offices.", ["Leigh", "Ashby"]),
        (
            "The Ministry of Trade, Ports and Fishing left.",
            ["Ministry of Trade, Ports and Fishing"],
        ),
        ("He met the Sea Guard (Guardia del Mar) there.", ["Guardia del Mar"]),
        ("Police in Hawk’s Bay met Pia’s Leigh crew.", ["Hawk’s Bay", "Pia", "Leigh"]),
        ("SEVEN BOATS SINK IN A STORM OFF LEIGH TODAY", []),
        ("", []),
    ],
)
def test_where_a_name_begins_and_ends(text: str, found: list[str]) -> None:
    assert texts_in(text) == found


def test_an_abbreviation_is_joined_to_its_full_name() -> None:
    text = "The Fair Fishing Agency (FFA) led it. FFA boats sank. The Fair Fishing Agency left."
    (name,) = found_in(text)
    assert name.text == "Fair Fishing Agency"
    assert name.forms == ("Fair Fishing Agency", "FFA")
    assert [text[span.start : span.end] for span in name.mentions] == [
        "Fair Fishing Agency",
        "FFA",
        "FFA",
        "Fair Fishing Agency",
    ]


def test_a_short_form_of_initials_is_joined_without_brackets_too() -> None:
    (name,) = found_in("The Fair Fishing Agency led it. FFA boats sank.")
    assert name.forms == ("Fair Fishing Agency", "FFA")
    (hyphened,) = found_in("The Anti-Poaching Sea Unit (APSU) led it. The APSU left.")
    assert hyphened.forms == ("Anti-Poaching Sea Unit", "APSU")


def test_equal_names_are_one_entity_whatever_their_case() -> None:
    (name,) = found_in("He met Pia Holm. They call PIA HOLM kind.")
    assert name.forms == ("Pia Holm", "PIA HOLM")
    assert len(name.mentions) == 2


def test_a_vocabulary_joins_names_and_keeps_a_name_with_and_in_one() -> None:
    table = {
        "Reed and Rush Trust": "Reed and Rush Trust",
        "Rushes": "Reed and Rush Trust",
    }
    article = Article.from_text("He met the Reed and Rush Trust. Rushes helped.")
    (name,) = names(article, table.get)
    assert name.text == "Reed and Rush Trust"
    assert name.forms == ("Reed and Rush Trust", "Rushes")
    apart = [one.text for one in names(article)]
    assert apart == ["Reed", "Rush Trust"]


def test_a_vocabulary_keeps_a_name_with_the_in_it_whole() -> None:
    article = Article.from_text("He met the charity Stop the Nets.")
    assert [one.text for one in names(article)] == ["Stop", "Nets"]
    known = {"Stop the Nets": "Stop the Nets"}
    assert [one.text for one in names(article, known.get)] == ["Stop the Nets"]


def test_a_list_whose_last_item_has_the_head_noun() -> None:
    found = found_in("Crews from Ashby, Leigh and Milltown Council met Pia Holm.")
    assert [(name.text, name.elided) for name in found] == [
        ("Ashby", True),
        ("Leigh", True),
        ("Milltown Council", False),
        ("Pia Holm", False),
    ]


def test_the_place_of_a_dateline_is_not_what_the_text_is_about() -> None:
    for head in ("EASTPORT, Ohio (ABC) - ", "EASTPORT - ", "EAST PORT — "):
        assert texts_in(f"{head}Crews met Pia Holm in Leigh.") == ["Pia Holm", "Leigh"]
        assert texts_in(f"{head}Pia Holm met crews in Leigh.") == ["Pia Holm", "Leigh"]


def test_names_come_in_the_order_of_their_first_mention() -> None:
    text = "He met Pia Holm in Leigh. Later Bo Lund met Pia Holm in Ashby."
    assert texts_in(text) == ["Pia Holm", "Leigh", "Bo Lund", "Ashby"]
