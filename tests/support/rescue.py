"""A small schema with a guide for part of it, an invented text, and what a model says about it."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel

from extractor.model.exchange import Request
from schemas.fields import Compare
from schemas.guide import Derived, Describe, Grouping, Guide, Label, Pick, Sort
from schemas.values import PartialDate, Quantity
from tests.support.scripted_model import mention, options, question


class Cargo(StrEnum):
    FISH = "fish"
    WOOD = "wood"


class Crew(BaseModel):
    count: Quantity | None = None
    men: int | None = None
    women: int | None = None
    age_min: int | None = None
    age_max: int | None = None
    place: str | None = None


class Body(BaseModel):
    name: str
    short: Annotated[str | None, Compare(scored=False)] = None
    role: Literal["lead", "partner"] | None = None


class Speaker(BaseModel):
    name: str | None = None
    post: str | None = None
    quotes: list[str] = []


class Contact(BaseModel):
    label: str | None = None
    value: str


_ELSE = Label("something else")
_GUIDE = Guide(
    steps=(
        Pick("headline", "lines", "Which line is the headline?", "headline"),
        Sort("names", "names", "What is it?",
             (Label("body", "@bodies"), Label("place", "places[]"), _ELSE)),
        Pick("lead", "@bodies", "Which one led it?", "bodies[].name", fixed={"role": "lead"}),
        Sort("others", "@bodies", "Did it help?",
             (Label("helped", "bodies[].name", fixed={"role": "partner"}), _ELSE)),
        Sort("numbers", "numbers", "What is counted?",
             (Label("boats", "boats"),
              Label("people", "crews[].count"),
              Label("nobody", "crews[].count", tags=frozenset({"zero"})),
              Label("men", "crews[].men", cues=(r"\bmen\b",), scope="phrase"),
              Label("women", "crews[].women", cues=(r"\bwomen\b",), scope="phrase"),
              Label("age", "crews[].age_min|age_max", tags=frozenset({"age"})), _ELSE)),
        Sort("start", "dates", "When did it begin?", (Label("began", "start"), _ELSE)),
        Sort("days", "durations", "How long did it last?", (Label("lasted", "days"), _ELSE)),
        Sort("cargo", "terms", "What did they carry?",
             (Label("fish", "cargo[]", value="fish", cues=(r"^(?:cod|herring)$",), scope="mention"),
              Label("wood", "cargo[]", value="wood", cues=(r"^timber$",), scope="mention"), _ELSE),
             terms=(r"\bcod\b", r"\bherring\b", r"\btimber\b")),
        Describe("speakers", "quotations", "Who speaks?", "speakers[]",
                 {"name": "the name", "post": "the post"}, "quotes"),
        Describe("contacts", "contacts", "Who answers?", "contacts[]", {"label": "who"}, "value"),
    ),
    groupings=(
        Grouping("crews", "group", anchor="count", place="place", parts=("men", "women")),
        Grouping("bodies", "each", anchor="name"),
        Grouping("speakers", "each", anchor="name"),
        Grouping("contacts", "each", anchor="value"),
    ),
    page_date="page_date",
    places="places[]",
    derived=(Derived("bodies", "short", "name", {"Fair Fishing Agency": "FFA"}.get),),
)  # fmt: skip


class Rescue(BaseModel):
    """What one report says about a rescue at sea; cause, storm and ships have no guide."""

    extraction_guide: ClassVar[Guide] = _GUIDE

    headline: str | None = None
    page_date: PartialDate | None = None
    start: PartialDate | None = None
    days: int | None = None
    boats: Quantity | None = None
    cargo: list[Cargo] = []
    places: list[str] = []
    crews: list[Crew] = []
    bodies: list[Body] = []
    speakers: list[Speaker] = []
    contacts: list[Contact] = []
    cause: str | None = None
    storm: int | None = None
    ships: list[str] = []


class Wreck(BaseModel):
    """The fields of a rescue that have no guide."""

    cause: str | None = None
    storm: int | None = None
    ships: list[str] = []


TEXT = """\
Sailors saved off Leigh in three-day search

Published 12 March 2021

On Tuesday the Fair Fishing Agency (FFA) met six boats that carried cod and timber off Milltown.
At least nine people, six men and three women aged 19 to 40, were saved in Leigh.
Another four people were saved in Ashby with the help of Ashby Council.

“The sea was rough,” said Pia Holm, captain of the Heron. “We are glad,” she said.

A gale was the cause. Call the FFA on 0800 000 000 or use the web form.
"""

SORTED = {
    "names": {
        "Leigh": "place",
        "Milltown": "place",
        "Ashby": "place",
        "Fair Fishing Agency": "body",
        "Ashby Council": "body",
    },
    "others": {"Ashby Council": "helped"},
    "numbers": {
        "six boats": "boats",
        "At least nine people": "people",
        "six men": "men",
        "three women aged 19": "women",
        "19": "age",
        "40": "age",
        "four people": "people",
    },
    "start": {"Tuesday": "began"},
    "days": {"three-day": "lasted"},
    "cargo": {"cod": "fish", "timber": "wood"},
}
PICKED = {"headline": "Sailors saved off Leigh in three-day search", "lead": "Fair Fishing Agency"}
SECTIONS = {
    "cause": {"s": 9, "v": "gale"},
    "storm": {"s": None, "v": None},
    "ships": [{"s": 7, "v": "Heron"}],
}


def right(request: Request) -> Any:
    """The right answer to every request about the text."""
    offered = options(request)
    if request.name in PICKED:
        return {"a": PICKED[request.name]}
    if offered:
        answer = SORTED[request.name].get(mention(request))
        return {"a": answer if answer in offered else offered[-1]}
    fields = request.reply.model_json_schema()["properties"]
    if request.name == "speakers":
        return {"name": "Pia Holm", "post": "captain"}
    if request.name == "contacts":
        return {"label": "FFA" if "FFA" in question(request) else None}
    return json.loads(json.dumps({name: SECTIONS[name] for name in fields}))
