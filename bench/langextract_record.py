"""From langextract's extractions to a record and its evidence.

This module owns the mapping, which is as kind to langextract as its guide allows: extractions that
were not located in the text are left out, repeated mentions of one thing are one entry, and the
first mention that states a value gives it. Every leaf's evidence is the extraction it came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eval.compare import fold
from extractor.extraction import Evidence, Status
from schemas import ExploitationType

QUANTITIES = ("personnel", "officers", "police_forces", "addresses", "warrants")
_GROUP_FIELDS = {
    "arrests": ("men", "women", "age_min", "age_max", "place"),
    "victims": (
        *("status", "adults", "children", "men", "women", "age_min", "age_max"),
        *("nationality", "place", "safeguarded"),
    ),
}
_FROM_ATTRIBUTE = {
    "page_date": ("page_date", "date"),
    "kind": ("kind", "kind"),
    "start_date": ("start_date", "date"),
    "duration": ("duration_days", "days"),
}
_FROM_TEXT = ("headline", "operation_name")
_LISTS = {"premises_type": "premises_types", "location": "locations"}


@dataclass(frozen=True, slots=True)
class Mention:
    """One extraction: its class, its text, where it was located, and its attributes.

    Offsets are half-open and count characters; both are ``None`` if it was not located. ``exact``:
    word for word.
    """

    kind: str
    text: str
    start: int | None = None
    end: int | None = None
    exact: bool = True
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def located(self) -> bool:
        """Whether langextract found it in the text."""
        return self.start is not None and self.end is not None


@dataclass(slots=True)
class _Record:
    """What has been mapped so far: values by field, and evidence by pointer."""

    article: str
    values: dict[str, Any] = field(default_factory=dict)
    evidence: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)

    def cite(self, pointer: str, mention: Mention) -> None:
        status = Status.VERBATIM if mention.exact else Status.NORMALISED
        words = self.article[mention.start : mention.end]
        self.evidence.setdefault(pointer, (Evidence(mention.start, mention.end, words, status),))

    def state(self, name: str, value: Any, mention: Mention) -> None:
        """A field's value, unless an earlier mention gave one."""
        if value is not None and name not in self.values:
            self.values[name] = value
            self.cite(f"/{name}", mention)

    def entry(self, name: str, index: int) -> dict[str, Any]:
        """The list item of that number, new if it is the next one."""
        items = self.values.setdefault(name, [])
        if index == len(items):
            items.append({})
        found: dict[str, Any] = items[index]
        return found

    def fill(self, name: str, index: int, key: str, value: Any, mention: Mention) -> None:
        """A field of a list item, unless an earlier mention gave one."""
        item = self.entry(name, index)
        if value is not None and item.get(key) is None:
            item[key] = value
            self.cite(f"/{name}/{index}/{key}", mention)


def record_of(
    mentions: Iterable[Mention], article: str
) -> tuple[dict[str, Any], dict[str, tuple[Evidence, ...]]]:
    """The record's values, by field, and the evidence of each by JSON pointer.

    What is not stated is missing. Values are as langextract gave them: they may not fit the schema.
    """
    located = [one for one in mentions if one.located]
    found = _Record(article)
    for one in located:
        said = one.attributes
        if one.kind in _FROM_TEXT:
            found.state(one.kind, one.text, one)
        elif one.kind in _FROM_ATTRIBUTE:
            name, key = _FROM_ATTRIBUTE[one.kind]
            found.state(name, said.get(key), one)
        elif one.kind in QUANTITIES:
            found.state(one.kind, _quantity(said.get("value"), said.get("bound")), one)
    for kind, name in _LISTS.items():
        _texts(found, name, _of(located, kind))
    _types(found, _of(located, "exploitation_type"))
    for name in _GROUP_FIELDS:
        _groups(found, name, _of(located, name))
    _entries(found, "offences", "text", ("category",), _of(located, "offence"))
    _entries(found, "organisations", "name", ("role",), _of(located, "organisation"))
    _entries(found, "contacts", "value", ("label",), _of(located, "contact"))
    _statements(found, _of(located, "quote"))
    return found.values, found.evidence


def _of(mentions: Sequence[Mention], kind: str) -> list[Mention]:
    return [one for one in mentions if one.kind == kind]


def _quantity(value: Any, bound: Any) -> dict[str, Any] | None:
    return None if value is None else {"value": value, "bound": bound or "exact"}


def _folded(value: Any) -> str:
    return fold(str(value)) if value is not None else ""


def _texts(found: _Record, name: str, mentions: Sequence[Mention]) -> None:
    distinct: dict[str, Mention] = {}
    for one in mentions:
        distinct.setdefault(_folded(one.text), one)
    for index, one in enumerate(distinct.values()):
        found.values.setdefault(name, []).append(one.text)
        found.cite(f"/{name}/{index}", one)


def _types(found: _Record, mentions: Sequence[Mention]) -> None:
    """Each type once and in the schema's order."""
    index = 0
    for kind in ExploitationType:
        first = next((one for one in mentions if one.attributes.get("type") == kind.value), None)
        if first is not None:
            found.values.setdefault("exploitation_types", []).append(kind.value)
            found.cite(f"/exploitation_types/{index}", first)
            index += 1


def _groups(found: _Record, name: str, mentions: Sequence[Mention]) -> None:
    """One group per place; mentions without one are of the group without one."""
    places: dict[str, int] = {}
    for one in mentions:
        said = one.attributes
        index = places.setdefault(_folded(said.get("place")), len(places))
        found.entry(name, index)
        count = _quantity(said.get("count"), said.get("bound"))
        found.fill(name, index, "count", count, one)
        if name == "arrests":
            custody = _quantity(said.get("in_custody"), None)
            found.fill(name, index, "in_custody", custody, one)
        for key in _GROUP_FIELDS[name]:
            found.fill(name, index, key, said.get(key), one)


def _entries(
    found: _Record, name: str, key: str, attributes: Sequence[str], mentions: Sequence[Mention]
) -> None:
    """One entry per text; ``key`` takes the text itself."""
    known: dict[str, int] = {}
    for one in mentions:
        index = known.setdefault(_folded(one.text), len(known))
        found.fill(name, index, key, one.text, one)
        for attribute in attributes:
            found.fill(name, index, attribute, one.attributes.get(attribute), one)


def _statements(found: _Record, mentions: Sequence[Mention]) -> None:
    """One entry per speaker; one without a name goes by title and organisation."""
    known: dict[tuple[str, ...], int] = {}
    for one in mentions:
        said = one.attributes
        speaker = _folded(said.get("speaker"))
        rest = () if speaker else (_folded(said.get("title")), _folded(said.get("organisation")))
        index = known.setdefault((speaker, *rest), len(known))
        for key in ("speaker", "title", "organisation"):
            found.fill("statements", index, key, said.get(key), one)
        quotes = found.entry("statements", index).setdefault("quotes", [])
        found.cite(f"/statements/{index}/quotes/{len(quotes)}", one)
        quotes.append(one.text)
