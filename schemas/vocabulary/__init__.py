"""The alias table of organisations: which names in the press mean the same body.

This module owns ``organisations.toml``, the folding under which two spellings count as one name,
and the lookup from a name to its entry. The table is a fact of the field, not of any article, so
the schema, the extractor and the scorer share it. Fuzzy similarity, the alternatives that gold
lists for one article, and the completion of elided lists ("Northvale, Eastbrook Police") belong to
those neighbours: a lookup here either finds a listed name or says ``None``; it never guesses.

Importing does no work. The file is read and checked on the first lookup, then kept.
"""

from __future__ import annotations

import functools
import importlib.resources
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

__all__ = [
    "OrganisationEntry",
    "OrganisationKind",
    "aliases",
    "canonical",
    "fold",
    "index_names",
    "organisations",
    "parse_organisations",
]

# What the press sets for ' and ": curly, low, reversed and angle quotes, primes, stray accents.
_SINGLE_QUOTES = "\u2018\u2019\u201a\u201b\u2032\u2039\u203a\u02b9\u02bb\u02bc\u02bd\u02c8\u00b4`"
_DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\u301d\u301e"
_STRAIGHT_QUOTES = {ord(mark): "'" for mark in _SINGLE_QUOTES} | {
    ord(mark): '"' for mark in _DOUBLE_QUOTES
}
_ARTICLES = frozenset({"the", "a", "an"})


class OrganisationKind(StrEnum):
    """The closed set of kinds, by what a body does rather than by where it sits.

    ``POLICE_FORCE`` is a whole police service, gendarmerie or sheriff's office; ``CRIME_UNIT`` a
    regional, national or specialist unit that is named on its own. ``AGENCY`` covers other public
    bodies with powers or duties in the field: borders, customs, tax, labour inspection, licensing,
    oversight. ``GOVERNMENT`` is a government, ministry or department, ``COUNCIL`` a body of local
    government. ``CHARITY`` also holds helplines, faith bodies, research and industry initiatives.
    ``EUROPEAN`` and ``INTERNATIONAL`` are bodies set up between states.
    """

    POLICE_FORCE = "police_force"
    CRIME_UNIT = "crime_unit"
    AGENCY = "agency"
    GOVERNMENT = "government"
    PROSECUTION = "prosecution"
    HEALTH = "health"
    FIRE_RESCUE = "fire_rescue"
    COUNCIL = "council"
    CHARITY = "charity"
    EUROPEAN = "european"
    INTERNATIONAL = "international"


@dataclass(frozen=True, slots=True)
class OrganisationEntry:
    """One body: its ``canonical`` name, its ``kind`` and its other names in file order."""

    canonical: str
    kind: OrganisationKind
    aliases: tuple[str, ...] = ()


def fold(name: str) -> str:
    """The form in which two spellings of a name are compared.

    NFKC, case folding, straight quotes, single spaces, no punctuation at either edge, no leading
    "the", "a" or "an". The steps repeat until nothing changes, since one may expose work for
    another ("the 'Met'"); so folding twice equals folding once. May be empty.
    """
    current = name
    while (folded := _fold_once(current)) != current:
        current = folded
    return current


def canonical(name: str) -> str | None:
    """The canonical name of the body that ``name`` means, or ``None`` if it is not listed.

    An exact lookup among folded canonical names and aliases, widened by three general patterns:

    - "&" reads as "and": "Devon & Cornwall Police";
    - a final possessive is dropped if the name is not listed with it: "Europol's";
    - "<Place> Council", "City Council", "County Council" and "Borough Council" are never derived
      from the place: most places share their name with a force, a county or a namesake abroad.
      Such a name resolves only if it is listed.
    """
    names = _names()
    key = _key(name)
    return names.get(key) or names.get(_key(key.removesuffix("'s")))


def aliases(canonical: str) -> tuple[str, ...]:
    """The other names of a body, given its canonical name in any spelling that folds to it.

    In file order and without the canonical name itself; empty for a name that is not canonical.
    """
    entry = _entries_by_key().get(_key(canonical))
    return entry.aliases if entry else ()


@functools.cache
def organisations() -> tuple[OrganisationEntry, ...]:
    """Every entry, in file order. ``ValueError`` if the file breaks a rule of the table."""
    resource = importlib.resources.files(__name__).joinpath("organisations.toml")
    entries = parse_organisations(resource.read_text(encoding="utf-8"))
    index_names(entries)
    return entries


def parse_organisations(text: str) -> tuple[OrganisationEntry, ...]:
    """The entries of a TOML text in the table's format.

    ``ValueError`` for a missing, mistyped or unknown key and for a kind outside the closed set.
    """
    document = tomllib.loads(text)
    tables = document.pop("organisation", [])
    if document or not isinstance(tables, list):
        raise ValueError("the alias table holds [[organisation]] tables and nothing else")
    return tuple(_entry(table) for table in tables)


def index_names(entries: Iterable[OrganisationEntry]) -> Mapping[str, str]:
    """Folded name → canonical name, over canonical names and aliases.

    ``ValueError`` if a name folds to nothing, if a canonical name has two entries, or if a folded
    name belongs to two canonical names; the message names both.
    """
    names: dict[str, str] = {}
    owners: set[str] = set()
    for entry in entries:
        if entry.canonical in owners:
            raise ValueError(f"{entry.canonical!r} has two entries: merge them")
        owners.add(entry.canonical)
        for name in (entry.canonical, *entry.aliases):
            key = _key(name)
            if not key:
                raise ValueError(f"{name!r} of {entry.canonical!r} folds to nothing: remove it")
            owner = names.setdefault(key, entry.canonical)
            if owner != entry.canonical:
                raise ValueError(
                    f"{name!r} belongs to both {owner!r} and {entry.canonical!r}: "
                    "leave an ambiguous name out"
                )
    return MappingProxyType(names)


@functools.cache
def _names() -> Mapping[str, str]:
    return index_names(organisations())


@functools.cache
def _entries_by_key() -> Mapping[str, OrganisationEntry]:
    return MappingProxyType({_key(entry.canonical): entry for entry in organisations()})


def _key(name: str) -> str:
    """The folded form with "&" read as "and"."""
    return fold(fold(name).replace("&", " and "))


def _fold_once(name: str) -> str:
    text = unicodedata.normalize("NFKC", name.translate(_STRAIGHT_QUOTES))
    text = unicodedata.normalize("NFKC", text.casefold()).translate(_STRAIGHT_QUOTES)
    words = _strip_edges(text).split()
    if len(words) > 1 and words[0] in _ARTICLES:
        del words[0]
    return " ".join(words)


def _strip_edges(text: str) -> str:
    start, end = 0, len(text)
    while start < end and _is_edge(text[start]):
        start += 1
    while end > start and _is_edge(text[end - 1]):
        end -= 1
    return text[start:end]


def _is_edge(character: str) -> bool:
    return character.isspace() or unicodedata.category(character).startswith("P")


def _entry(table: object) -> OrganisationEntry:
    match table:
        case {"canonical": str(name), "kind": str(kind), "aliases": list(others), **unknown} if (
            not unknown and all(isinstance(other, str) for other in others)
        ):
            return OrganisationEntry(name, OrganisationKind(kind), tuple(others))
    raise ValueError(
        f"an organisation needs exactly canonical, kind and aliases, all text: got {table!r}"
    )
