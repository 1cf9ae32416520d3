"""The alias table: known names resolve, ambiguous ones do not, and the file obeys its own rules."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.vocabulary import (
    OrganisationEntry,
    OrganisationKind,
    aliases,
    canonical,
    fold,
    index_names,
    organisations,
    parse_organisations,
)

# Arbitrary text seldom meets the rules, so most examples are built from what the rules touch.
NAME_PIECES = st.sampled_from(
    [
        "the",
        "The",
        "a",
        "AN",
        "Met",
        "\u2019s",
        *"\u2018\u201c\u00b4'\".,()& \u00a0\tﬁßİᾳÅ\u0301\u2026-",
    ]
)
NAMES = st.one_of(st.text(), st.lists(NAME_PIECES).map("".join))

# fmt: off
TERRITORIAL_FORCES = (
    "Avon and Somerset", "Bedfordshire", "Cambridgeshire", "Cheshire", "City of London",
    "Cleveland", "Cumbria", "Derbyshire", "Devon and Cornwall", "Dorset", "Durham", "Dyfed-Powys",
    "Essex", "Gloucestershire", "Greater Manchester", "Gwent", "Hampshire", "Hertfordshire",
    "Humberside", "Kent", "Lancashire", "Leicestershire", "Lincolnshire", "Merseyside",
    "Metropolitan", "Norfolk", "North Wales", "North Yorkshire", "Northamptonshire", "Northumbria",
    "Nottinghamshire", "South Wales", "South Yorkshire", "Staffordshire", "Suffolk", "Surrey",
    "Sussex", "Thames Valley", "Warwickshire", "West Mercia", "West Midlands", "West Yorkshire",
    "Wiltshire",
)
# fmt: on
# Forces that have never been called a constabulary.
ALWAYS_POLICE = {"City of London", "Greater Manchester", "Metropolitan"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("GMP", "Greater Manchester Police"),
        ("the Met", "Metropolitan Police Service"),
        ("Met Police", "Metropolitan Police Service"),
        ("Scotland Yard", "Metropolitan Police Service"),
        ("TVP", "Thames Valley Police"),
        ("West Mids Police", "West Midlands Police"),
        ("Devon & Cornwall Police", "Devon and Cornwall Police"),
        ("Cambridgeshire Police", "Cambridgeshire Constabulary"),
        ("Kent Constabulary", "Kent Police"),
        ("Hampshire Constabulary", "Hampshire and Isle of Wight Constabulary"),
        ("PSNI", "Police Service of Northern Ireland"),
        ("BTP", "British Transport Police"),
        ("EMSOU", "East Midlands Special Operations Unit"),
        ("North West ROCU", "North West Regional Organised Crime Unit"),
        ("NPCC", "National Police Chiefs' Council"),
        ("the NCA", "National Crime Agency"),
        ("GLA", "Gangmasters and Labour Abuse Authority"),
        ("Gangmasters & Labour Abuse Authority", "Gangmasters and Labour Abuse Authority"),
        ("Gangmasters Licensing Authority", "Gangmasters and Labour Abuse Authority"),
        ("Her Majesty\u2019s Revenue and Customs", "HM Revenue and Customs"),
        ("His Majesty's Revenue & Customs", "HM Revenue and Customs"),
        ("UK Border Force", "Border Force"),
        ("Australian Border Force", "Australian Border Force"),
        ("DWP", "Department for Work and Pensions"),
        ("CPS", "Crown Prosecution Service"),
        ("Barnardos", "Barnardo's"),
        ("Barnardo\u2019s", "Barnardo's"),
        ("The A21 Campaign", "A21"),
        ("IJM", "International Justice Mission"),
        ("Polaris Project", "Polaris"),
        ("European Border and Coast Guard Agency", "Frontex"),
        ("INTERPOL", "Interpol"),
        ("Federal Bureau of Investigation", "Federal Bureau of Investigation"),
        ("U.S. Immigration and Customs Enforcement", "US Immigration and Customs Enforcement"),
        ("RCMP", "Royal Canadian Mounted Police"),
        ("AFP", "Australian Federal Police"),
        ("Gardaí", "An Garda Síochána"),
        ("An Garda Siochana", "An Garda Síochána"),
        ("GNPSB", "Garda National Protective Services Bureau"),
        ("Policia Nacional", "Spanish National Police"),
        ("Civil Guard", "Guardia Civil"),
        ("Poliția Română", "Romanian Police"),
        ("Federal Criminal Police Office", "Bundeskriminalamt"),
        ("Arma dei Carabinieri", "Carabinieri"),
        ("NAPTIP", "National Agency for the Prohibition of Trafficking in Persons"),
        ("London Borough of Newham", "Newham Council"),
    ],
)
def test_known_names_resolve(name: str, expected: str) -> None:
    assert canonical(name) == expected


@pytest.mark.parametrize("area", TERRITORIAL_FORCES)
def test_territorial_force_resolves_as_police_and_as_constabulary(area: str) -> None:
    force = canonical(f"{area} Police")
    assert force is not None
    if area not in ALWAYS_POLICE:
        assert canonical(f"{area} Constabulary") == force


def test_there_are_43_territorial_forces() -> None:
    assert len({canonical(f"{area} Police") for area in TERRITORIAL_FORCES}) == 43


@pytest.mark.parametrize(
    "name",
    [
        "",
        "  ",
        "the",
        "'s",
        "police",
        "National Police",
        "Border Police",
        "Women's Aid",
        "SOCU",
        "MPs",
        "Kent",
        "City Council",
        "Northvale Council",
        "Northvale City Council",
        "Northvale County Council",
        "Northvale Borough Council",
        "Northvale Police",
        "Modern Slavery Unit of Kent Police",
    ],
)
def test_ambiguous_partial_and_unlisted_names_do_not_resolve(name: str) -> None:
    assert canonical(name) is None


def test_a_listed_council_is_not_the_force_of_its_place() -> None:
    assert canonical("Kent Council") == "Kent County Council"
    assert canonical("Kent Police") == "Kent Police"


@pytest.mark.parametrize(
    "template", ["{}", "the {}", "{}'s", "{}\u2019s", "\u201c{}\u201d", " {}, ", "({})"]
)
def test_every_listed_name_resolves_in_every_dress(template: str) -> None:
    wrong = [
        (name, entry.canonical)
        for entry in organisations()
        for name in (entry.canonical, *entry.aliases)
        if canonical(template.format(name)) != entry.canonical
    ]
    assert wrong == []


def test_aliases_are_listed_without_the_canonical_name() -> None:
    assert "GMP" in aliases("Greater Manchester Police")
    assert "Greater Manchester Police" not in aliases("Greater Manchester Police")
    assert aliases("the greater manchester police") == aliases("Greater Manchester Police")


@pytest.mark.parametrize("name", ["GMP", "Northvale Police", ""])
def test_a_name_that_is_not_canonical_has_no_aliases(name: str) -> None:
    assert aliases(name) == ()


def test_no_name_is_listed_twice() -> None:
    entries = organisations()
    listed = sum(1 + len(entry.aliases) for entry in entries)
    folded = {fold(name) for entry in entries for name in (entry.canonical, *entry.aliases)}
    assert listed == len(folded) == len(index_names(entries))


def test_listed_names_are_tidy() -> None:
    names = [name for entry in organisations() for name in (entry.canonical, *entry.aliases)]
    assert [name for name in names if name != " ".join(name.split())] == []
    assert [name for name in names if name != unicodedata.normalize("NFC", name)] == []


def test_every_kind_is_used() -> None:
    assert {entry.kind for entry in organisations()} == set(OrganisationKind)


def test_a_name_of_two_bodies_is_refused_and_both_are_named() -> None:
    entries = (
        OrganisationEntry("Northvale Police", OrganisationKind.POLICE_FORCE, ("NP & Co",)),
        OrganisationEntry(
            "Northvale Port", OrganisationKind.AGENCY, ("the \u201cnp and co\u201d",)
        ),
    )
    with pytest.raises(ValueError, match=r"'Northvale Police' and 'Northvale Port'"):
        index_names(entries)


def test_an_alias_that_is_another_canonical_name_is_refused() -> None:
    entries = (
        OrganisationEntry("Northvale Port", OrganisationKind.AGENCY, ("Northvale Police",)),
        OrganisationEntry("Northvale Police", OrganisationKind.POLICE_FORCE),
    )
    with pytest.raises(ValueError, match=r"'Northvale Port' and 'Northvale Police'"):
        index_names(entries)


def test_two_entries_of_one_body_are_refused() -> None:
    entry = OrganisationEntry("Northvale Police", OrganisationKind.POLICE_FORCE)
    with pytest.raises(ValueError, match="two entries"):
        index_names((entry, entry))


def test_two_spellings_of_one_body_may_fold_alike() -> None:
    entry = OrganisationEntry("Northvale Police", OrganisationKind.POLICE_FORCE, ("the Police",))
    assert index_names((entry,)) == {
        "northvale police": "Northvale Police",
        "police": "Northvale Police",
    }


def test_a_name_that_folds_to_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="folds to nothing"):
        index_names((OrganisationEntry("Northvale", OrganisationKind.AGENCY, ("—",)),))


@pytest.mark.parametrize(
    "text",
    [
        'organisation = "Northvale"',
        "organisation = [1]",
        'title = "table"',
        '[[organisation]]\ncanonical = "Northvale"\nkind = "agency"',
        '[[organisation]]\ncanonical = "Northvale"\nkind = "agency"\naliases = "N"',
        '[[organisation]]\ncanonical = "Northvale"\nkind = "agency"\naliases = [1]',
        '[[organisation]]\ncanonical = "Northvale"\nkind = "guild"\naliases = []',
        '[[organisation]]\ncanonical = "Northvale"\nkind = "agency"\naliases = []\nnote = "n"',
    ],
)
def test_a_malformed_table_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"alias table|exactly canonical|OrganisationKind"):
        parse_organisations(text)


def test_a_table_is_parsed_in_order() -> None:
    text = '[[organisation]]\ncanonical = "Northvale"\nkind = "agency"\naliases = ["N", "NV"]'
    expected = OrganisationEntry("Northvale", OrganisationKind.AGENCY, ("N", "NV"))
    assert parse_organisations(text) == (expected,)
    assert parse_organisations("") == ()


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("  The\u00a0Salvation\n Army. ", "salvation army"),
        ("\u2018the \u201cMet\u201d\u2019", "met"),
        ("Barnardo\u2019s", "barnardo's"),
        ("\uff2e\uff23\uff21", "nca"),
        ("An Garda Síochána", "garda síochána"),
        ("a", "a"),
        ("the", "the"),
        ("Theatre", "theatre"),
        ("\u201c\u2026\u201d", ""),
    ],
)
def test_fold(name: str, folded: str) -> None:
    assert fold(name) == folded


@given(NAMES)
def test_folding_twice_is_folding_once(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(NAMES)
def test_a_folded_name_has_clean_edges_and_single_spaces(name: str) -> None:
    folded = fold(name)
    assert folded == " ".join(folded.split())
    edges = folded[:1] + folded[-1:]
    assert not any(unicodedata.category(character).startswith("P") for character in edges)


@given(NAMES)
def test_folding_ignores_dress(name: str) -> None:
    assert fold(f"  \u201c{name}\u201d. ") == fold(name)


@given(NAMES)
def test_a_lookup_sees_only_the_folded_name(name: str) -> None:
    assert canonical(name) == canonical(fold(name))


@given(st.deferred(lambda: st.sampled_from(organisations())), st.text("tThHeE'\".,( &\u2019s"))
def test_resolving_is_idempotent(entry: OrganisationEntry, dress: str) -> None:
    for name in (entry.canonical, *entry.aliases):
        found = canonical(dress + name)
        assert found is None or canonical(found) == found


def test_importing_reads_nothing() -> None:
    probe = (
        "import schemas.vocabulary as v; "
        "assert v.organisations.cache_info().currsize == 0; "
        "v.canonical('GMP'); "
        "assert v.organisations.cache_info().currsize == 1"
    )
    root = Path(__file__).parent.parent
    subprocess.run([sys.executable, "-c", probe], check=True, cwd=root)
