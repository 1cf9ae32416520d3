"""The task for `langextract`: its entity classes, instructions and few-shot examples.

This module owns what langextract is told, written as its guide says: exact text, in order of
appearance, without overlaps, with attributes that give context. The classes are the record's fields
and their guidance is the schema's own. The examples are invented. Plain data throughout: running
langextract is ``langextract_peer``'s business, reading its extractions ``langextract_record``'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from schemas import (
    Bound,
    ExploitationType,
    Kind,
    OffenceCategory,
    OperationReport,
    Role,
    VictimStatus,
)
from schemas.values import EDTF_PATTERN

JsonSchema: TypeAlias = dict[str, Any]
Attributes: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EntityClass:
    """One class of extraction.

    ``target``: the record's field whose description is its guidance. ``text``: what its text is, if
    the guidance does not say. ``attributes``: the JSON schema of each.
    """

    target: str
    text: str = ""
    attributes: Mapping[str, JsonSchema] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Example:
    """A text and its extractions (class, text, attributes that are not null), in order."""

    text: str
    extractions: tuple[tuple[str, str, Attributes], ...]


def _one_of(options: type[StrEnum]) -> JsonSchema:
    return {"type": "string", "enum": [option.value for option in options]}


def _or_null(schema: JsonSchema) -> JsonSchema:
    return {"anyOf": [schema, {"type": "null"}]}


_INTEGER: JsonSchema = {"type": "integer"}
_NUMBER = _or_null(_INTEGER)
_TEXT = _or_null({"type": "string"})
_DATE: JsonSchema = {"type": "string", "pattern": EDTF_PATTERN}
_QUANTITY = {"value": _INTEGER, "bound": _one_of(Bound)}
_COUNT = {"count": _NUMBER, "bound": _or_null(_one_of(Bound))}
_AGES = {"age_min": _NUMBER, "age_max": _NUMBER}
_SEXES = {"men": _NUMBER, "women": _NUMBER}

CLASSES: Mapping[str, EntityClass] = {
    "headline": EntityClass("headline"),
    "page_date": EntityClass("page_date", attributes={"date": _DATE}),
    "kind": EntityClass("kind", "the words that show it", {"kind": _one_of(Kind)}),
    "operation_name": EntityClass("operation_name"),
    "start_date": EntityClass("start_date", attributes={"date": _DATE}),
    "duration": EntityClass("duration_days", attributes={"days": _INTEGER}),
    "exploitation_type": EntityClass(
        "exploitation_types", "the words for it", {"type": _one_of(ExploitationType)}
    ),
    "premises_type": EntityClass("premises_types"),
    "personnel": EntityClass("personnel", attributes=_QUANTITY),
    "officers": EntityClass("officers", attributes=_QUANTITY),
    "police_forces": EntityClass("police_forces", attributes=_QUANTITY),
    "addresses": EntityClass("addresses", attributes=_QUANTITY),
    "warrants": EntityClass("warrants", attributes=_QUANTITY),
    "arrests": EntityClass(
        "arrests",
        "the words that count them",
        {**_COUNT, **_SEXES, **_AGES, "in_custody": _NUMBER, "place": _TEXT},
    ),
    "victims": EntityClass(
        "victims",
        "the words that count them",
        {
            "status": _or_null(_one_of(VictimStatus)),
            **_COUNT,
            "adults": _NUMBER,
            "children": _NUMBER,
            **_SEXES,
            **_AGES,
            "nationality": _TEXT,
            "place": _TEXT,
            "safeguarded": _or_null({"type": "boolean"}),
        },
    ),
    "offence": EntityClass(
        "offences", "the offence", attributes={"category": _one_of(OffenceCategory)}
    ),
    "organisation": EntityClass("organisations", "the name", attributes={"role": _one_of(Role)}),
    "location": EntityClass("locations"),
    "quote": EntityClass(
        "statements",
        "the words quoted",
        {"speaker": _TEXT, "title": _TEXT, "organisation": _TEXT},
    ),
    "contact": EntityClass("contacts", "the number or channel", {"label": {"type": "string"}}),
}

EXAMPLES = (
    Example(
        "Raids on tanneries in Eastmere\n"
        "12 May 2019\n"
        "Eastmere Police searched nine addresses, tanneries among them, in Port Lowen on Tuesday "
        "7 May. Operation Copperleaf lasted three days and went after forced labour. About 40 "
        "officers and the Harbour Trust took part. Five people, four men and a woman aged 23 to "
        "51, were arrested for laundering money; two are still in custody. Seven "
        "potential victims, all Peruvian and found in Calder Bay, are being cared for.\n"
        "“Nobody owes a stranger their wages,” said Inspector Ruth Amble, of Eastmere Police.\n"
        "Call the Lantern Line on 0800 555 0142.",
        (
            ("headline", "Raids on tanneries in Eastmere", {}),
            ("page_date", "12 May 2019", {"date": "2019-05-12"}),
            ("organisation", "Eastmere Police", {"role": "lead"}),
            ("kind", "searched", {"kind": "operation"}),
            ("addresses", "nine addresses", {"value": 9, "bound": "exact"}),
            ("premises_type", "tanneries", {}),
            ("location", "Port Lowen", {}),
            ("start_date", "Tuesday 7 May", {"date": "2019-05-07"}),
            ("operation_name", "Operation Copperleaf", {}),
            ("duration", "three days", {"days": 3}),
            ("exploitation_type", "forced labour", {"type": "labour"}),
            ("officers", "About 40 officers", {"value": 40, "bound": "about"}),
            ("organisation", "Harbour Trust", {"role": "partner"}),
            (
                "arrests",
                "Five people, four men and a woman aged 23 to 51",
                {
                    "count": 5,
                    "bound": "exact",
                    "men": 4,
                    "women": 1,
                    "age_min": 23,
                    "age_max": 51,
                    "in_custody": 2,
                },
            ),
            ("offence", "laundering money", {"category": "money_laundering"}),
            (
                "victims",
                "Seven potential victims, all Peruvian and found in Calder Bay",
                {
                    "status": "potential",
                    "count": 7,
                    "bound": "exact",
                    "nationality": "Peruvian",
                    "place": "Calder Bay",
                    "safeguarded": True,
                },
            ),
            (
                "quote",
                "Nobody owes a stranger their wages,",
                {
                    "speaker": "Ruth Amble",
                    "title": "Inspector",
                    "organisation": "Eastmere Police",
                },
            ),
            ("contact", "0800 555 0142", {"label": "Lantern Line"}),
        ),
    ),
    Example(
        "Six police forces joined Project Saltmarsh on 3 June 2020, and more than 90 people were "
        "out on the roads of Holt Vale. Twelve warrants were executed at quarries. Nobody was "
        "arrested. The Wren Foundation said at least 15 victims of pimps had been reached. “We "
        "have seen fear,” a spokesman of the foundation said.",
        (
            ("police_forces", "Six police forces", {"value": 6, "bound": "exact"}),
            ("operation_name", "Project Saltmarsh", {}),
            ("start_date", "3 June 2020", {"date": "2020-06-03"}),
            ("personnel", "more than 90 people", {"value": 90, "bound": "more_than"}),
            ("location", "Holt Vale", {}),
            ("warrants", "Twelve warrants", {"value": 12, "bound": "exact"}),
            ("kind", "executed", {"kind": "operation"}),
            ("premises_type", "quarries", {}),
            ("arrests", "Nobody was arrested", {"count": 0, "bound": "exact"}),
            ("organisation", "Wren Foundation", {"role": "partner"}),
            (
                "victims",
                "at least 15 victims",
                {"status": "confirmed", "count": 15, "bound": "at_least"},
            ),
            ("exploitation_type", "pimps", {"type": "sexual"}),
            (
                "quote",
                "We have seen fear,",
                {"title": "spokesman", "organisation": "Wren Foundation"},
            ),
        ),
    ),
)


def description() -> str:
    """The instructions: the guide's own rules, then every class with its guidance and options."""
    lines = [
        "Extract the facts that a news article states about police action against human "
        "trafficking, in order of appearance.",
        "Use exact text for extractions. Do not paraphrase or overlap entities.",
        "Extract only what the text states; an attribute that it does not state is null.",
        "",
        "Classes:",
    ]
    return "\n".join([*lines, *(_line(name, one) for name, one in CLASSES.items())])


def _line(name: str, one: EntityClass) -> str:
    guidance = OperationReport.model_fields[one.target].description or ""
    text = f" Text: {one.text}." if one.text else ""
    named = [_attribute(key, schema) for key, schema in one.attributes.items()]
    attributes = f" Attributes: {', '.join(named)}." if named else ""
    return f"- {name}: {guidance}.{text}{attributes}"


def _attribute(name: str, schema: JsonSchema) -> str:
    found = next((one for one in schema.get("anyOf", []) if "enum" in one), schema)
    if "pattern" in found:
        return f"{name} (YYYY-MM-DD, YYYY-MM or YYYY; XXXX for an unknown year)"
    return f"{name} ({' | '.join(found['enum'])})" if "enum" in found else name


def full(name: str, attributes: Attributes) -> dict[str, Any] | None:
    """An example's attributes, those not stated as null, as the schema wants every reply's."""
    return {key: attributes.get(key) for key in CLASSES[name].attributes} or None
