"""Schemas that have nothing to do with the default one, and replies to them of any content."""

from __future__ import annotations

import datetime as dt
import warnings
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Annotated, Any, Literal

from hypothesis import strategies as st
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, HttpUrl, RootModel

from schemas.fields import AtMost, Compare, Cues, PartOf, Section
from schemas.values import PartialDate, Quantity


class Unit(StrEnum):
    GRAM = "g"
    SPOON = "tbsp"
    PIECE = "piece"


class Spice(IntEnum):
    MILD = 1
    HOT = 2


class Ingredient(BaseModel):
    name: str = Field(description="what is bought")
    amount: Decimal | None = Field(None, gt=0)
    unit: Unit | None = None
    notes: list[str] = []


class Recipe(BaseModel):
    """One dish and how to make it."""

    kind: Literal["recipe"] = "recipe"
    title: str = Field(description="the dish")
    serves: int | None = Field(None, ge=1, le=50, description="for how many people")
    ready_in: dt.time | None = None
    vegan: Annotated[bool | None, Cues(("vegan", "plant-based"))] = None
    heat: Spice | None = None
    calories: Quantity | None = None
    tags: set[str] = Field(default_factory=set, max_length=5)
    allergens: frozenset[Literal["nuts", "milk", "egg"]] = frozenset()
    ingredients: list[Ingredient] = Field(default_factory=list, max_length=4)
    steps: tuple[str, ...] = ()


class Money(BaseModel):
    low: Annotated[int | None, AtMost("high")] = Field(None, ge=0)
    high: int | None = Field(None, ge=0)
    currency: Literal["EUR", "GBP"] = "EUR"
    period: str | None = None


class Skill(RootModel[str]):
    pass


with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # a name that Pydantic has, too, is the point

    class JobAdvert(BaseModel):
        model_config = ConfigDict(extra="forbid", strict=True)

        title: str = Field(alias="jobTitle", description="the post")
        employer: str | None = Field(None, validation_alias=AliasChoices("firm", "company"))
        json: str | None = Field(None, alias="payload", description="a field with an awkward name")
        apply_by: dt.date | None = None
        opens: dt.datetime | None = None
        remote: bool = False
        pay: Money | None = None
        skills: list[Skill] = []
        places: list[Annotated[str, Field(min_length=1)]] = []
        hours: int | str | None = None
        link: HttpUrl | None = None
        grades: tuple[int, ...] = ()
        shares: list[float] = []


class Party(BaseModel):
    s: str = Field(description="a field that has the citation's name")
    role: Literal["claimant", "defendant"]
    fine: Quantity | None = None


class Court(BaseModel):
    name: str
    town: str
    judge: str | None = None
    room: int | None = None


class Judgment(BaseModel):
    case: Annotated[str | None, Section("head")] = None
    court: Court
    parties: list[Party]
    charges: Annotated[int | None, PartOf("counts", "kind")] = None
    counts: Annotated[int | None, Section("head")] = None
    date: Annotated[PartialDate | None, Section("head")] = None
    said: Annotated[list[str], Compare("passage")] = []
    code: Annotated[str | None, Compare(scored=False)] = None


SCHEMAS: tuple[type[BaseModel], ...] = (Recipe, JobAdvert, Judgment)

_WORDS = st.text("abcdefgh XYZ", min_size=1, max_size=8)
_BY_PATTERN = {
    "T": st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2099, 1, 1)).map(
        lambda moment: moment.isoformat(timespec="seconds")
    ),
    "X": st.sampled_from(["2021-03-09", "2021-03", "2021", "XXXX-03-09"]),
    ":": st.times().map(lambda time: time.isoformat(timespec="seconds")),
    "-": st.dates().map(str).filter(lambda day: day > "1000"),
}


def replies(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """JSON values that a JSON Schema of the strict subset allows."""
    if "anyOf" in schema:
        return st.one_of([replies(one) for one in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if isinstance(schema["type"], list):
        return st.one_of([replies({**schema, "type": one}) for one in schema["type"]])
    match schema["type"]:
        case "object":
            parts = {key: replies(one) for key, one in schema["properties"].items()}
            return st.fixed_dictionaries(parts)
        case "array":
            return st.lists(replies(schema["items"]), max_size=min(3, schema["maxItems"]))
        case "integer":
            low = schema.get("minimum", -5)
            return st.integers(low, schema.get("maximum", low + 40))
        case "number":
            return st.integers(1, 4000).map(lambda number: number / 8)
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
    pattern = schema.get("pattern", "")
    return next((found for key, found in _BY_PATTERN.items() if key in pattern), _WORDS)
