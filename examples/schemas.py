"""Three schemas that need nothing but Pydantic: a recipe, a job advert, a court judgment.

They have no guide, so the extractor asks for them section by section, straight from the types and
descriptions below; ``examples.recall`` shows what a guide adds. Run one of them with

    extractor run examples/texts/recipe.txt --schema examples.schemas:Recipe

The only words here that are not Pydantic's are `schemas.Cues`: what the text says where an option
has a name of its own ("work from home" means ``remote``). They are how an option gets its evidence.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas.fields import AtMost, Cues
from schemas.values import PartialDate, Quantity


class Diet(StrEnum):
    """Who can eat a dish."""

    VEGETARIAN = "vegetarian"
    VEGAN = "vegan"
    GLUTEN_FREE = "gluten_free"
    NUT_FREE = "nut_free"


class Ingredient(BaseModel):
    """One thing to buy."""

    name: str = Field(description="what it is, without the amount and without how it is cut")
    amount: float | None = Field(default=None, gt=0, description="how much of it, as a number")
    unit: Literal["g", "kg", "ml", "l", "tsp", "tbsp"] | None = Field(
        default=None, description="what the amount is measured in; null for pieces"
    )
    optional: bool = Field(default=False, description="true if it may be left out")


class Step(BaseModel):
    """One thing to do."""

    instruction: str = Field(min_length=3, description="what to do, in the text's own words")
    minutes: int | None = Field(default=None, ge=1, description="how many minutes it takes")


class Recipe(BaseModel):
    """How to cook one dish."""

    title: str = Field(description="the name of the dish")
    serves: int | None = Field(default=None, ge=1, le=100, description="for how many people")
    difficulty: Literal["easy", "medium", "hard"] | None = Field(
        default=None, description="how hard it is said to be"
    )
    oven_celsius: Annotated[int, Field(ge=50, le=300)] | None = Field(
        default=None, description="the heat of the oven in degrees Celsius"
    )
    diets: Annotated[
        set[Diet],
        Cues(("gluten-free", "no gluten"), "gluten_free"),
        Cues(("nut-free",), "nut_free"),
    ] = Field(default_factory=set, description="who can eat it, as the text says")
    ingredients: list[Ingredient] = Field(
        default_factory=list, max_length=14, description="what goes into it"
    )
    steps: list[Step] = Field(
        default_factory=list, max_length=10, description="what to do, in order"
    )
    published: dt.date | None = Field(default=None, description="the day it was published")


class Pay(BaseModel):
    """What a job pays."""

    low: Annotated[int | None, AtMost("high")] = Field(
        default=None, ge=0, description="the lowest pay stated"
    )
    high: int | None = Field(default=None, ge=0, description="the highest pay stated")
    currency: Annotated[
        Literal["GBP", "EUR", "USD"] | None,
        Cues(("£*", "pounds"), "GBP"),
        Cues(("€*", "euros"), "EUR"),
        Cues(("$*", "dollars"), "USD"),
    ] = Field(default=None, description="the money it is paid in")
    period: Annotated[
        Literal["hour", "month", "year"] | None, Cues(("a year", "per year", "annual*"), "year")
    ] = Field(default=None, description="the time that the pay is for")


class JobAdvert(BaseModel):
    """One vacancy."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    title: str = Field(description="the name of the post")
    employer: str | None = Field(
        default=None, alias="hiringOrganization", description="who is hiring"
    )
    location: str | None = Field(default=None, description="the town or place of work")
    workplace: Annotated[
        Literal["on_site", "hybrid", "remote"] | None,
        Cues(("hybrid", "from home"), "hybrid"),
        Cues(("remote*",), "remote"),
    ] = Field(default=None, description="whether one works there, at home, or both")
    contract: Literal["permanent", "fixed-term", "freelance"] | None = Field(
        default=None, description="the kind of contract"
    )
    weekly_hours: float | None = Field(
        default=None, gt=0, le=60, description="how many hours a week"
    )
    openings: int = Field(default=1, ge=1, description="how many people are wanted")
    pay: Pay | None = Field(default=None, description="what the post pays")
    team_size: Quantity | None = Field(default=None, description="how many people the team has")
    skills: set[str] = Field(
        default_factory=set, description="what an applicant must know or be able to do"
    )
    benefits: list[str] = Field(default_factory=list, max_length=8, description="what comes on top")
    apply_by: dt.date | None = Field(default=None, description="the last day to apply")
    contact: Annotated[str, Field(pattern=r"^\S+@\S+$")] | None = Field(
        default=None, description="the mail address for applications"
    )


class PartyRole(StrEnum):
    """On which side somebody stands."""

    CLAIMANT = "claimant"
    DEFENDANT = "defendant"
    INTERVENER = "intervener"


class Party(BaseModel):
    """Somebody whose case it is."""

    name: str = Field(description="the full name of the person or company")
    role: PartyRole = Field(description="the side the party is on")
    counsel: str | None = Field(default=None, description="the lawyer who spoke for the party")


class Claim(BaseModel):
    """One thing that the court was asked for."""

    subject: str = Field(description="what the claim is about, in the text's own words")
    allowed: Annotated[
        bool | None, Cues(("succeed*", "allowed"), True), Cues(("dismissed", "fails"), False)
    ] = Field(default=None, description="true if it succeeds, false if it is dismissed")
    awarded: Decimal | None = Field(
        default=None, ge=0, description="the sum of money awarded for it"
    )


class CourtJudgment(BaseModel):
    """What a court decided in one civil case."""

    case_number: Annotated[str, Field(pattern=r"^[\w/-]+$")] | None = Field(
        default=None, description="the number of the case"
    )
    court: str = Field(description="the court that decided")
    judges: list[str] = Field(
        default_factory=list, max_length=5, description="names of the judges, without their title"
    )
    handed_down: dt.date | None = Field(default=None, description="the day of the judgment")
    events_began: PartialDate | None = Field(
        default=None, description="when the events of the case began"
    )
    parties: list[Party] = Field(
        default_factory=list, max_length=6, description="the parties to the case"
    )
    claims: list[Claim] = Field(default_factory=list, max_length=6, description="what was claimed")
    statutes: set[str] = Field(default_factory=set, description="the Acts the court relied on")
    costs_paid_by: PartyRole | None = Field(
        default=None, description="the side that has to pay the costs"
    )
    appeal_allowed: Annotated[
        bool | None, Cues(("granted", "given"), True), Cues(("refused",), False)
    ] = Field(default=None, description="true if permission to appeal is given, false if refused")
