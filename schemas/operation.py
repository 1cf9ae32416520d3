"""The default schema: what one news article says about police action against human trafficking.

This module owns the record and its guidance: every field's description is what the model reads and
what an annotator applies. It holds values only; evidence and confidence travel beside a record.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.fields import AtMost, Compare, PartOf, Section
from schemas.guide import Guide
from schemas.operation_guide import OPERATION_GUIDE
from schemas.values import PartialDate, Quantity


class Kind(StrEnum):
    """What the article mainly reports."""

    OPERATION = "operation"
    CAMPAIGN = "campaign"
    COURT = "court"
    OTHER = "other"


class ExploitationType(StrEnum):
    """Kinds of exploitation, in the order a record lists them."""

    SEXUAL = "sexual"
    LABOUR = "labour"
    CRIMINAL = "criminal"
    DOMESTIC_SERVITUDE = "domestic_servitude"
    OTHER = "other"


class VictimStatus(StrEnum):
    """Whether the words that make somebody a victim are hedged."""

    POTENTIAL = "potential"
    CONFIRMED = "confirmed"


class OffenceCategory(StrEnum):
    """The families of offence an analyst counts."""

    HUMAN_TRAFFICKING = "human_trafficking"
    MODERN_SLAVERY = "modern_slavery"
    LABOUR_EXPLOITATION = "labour_exploitation"
    SEXUAL_EXPLOITATION = "sexual_exploitation"
    DRUGS = "drugs"
    FIREARMS = "firearms"
    IMMIGRATION = "immigration"
    MONEY_LAUNDERING = "money_laundering"
    THEFT_OR_FRAUD = "theft_or_fraud"
    OTHER = "other"


class Role(StrEnum):
    """What an organisation does in the action."""

    LEAD = "lead"
    PARTNER = "partner"
    COMMENTATOR = "commentator"


class _Group(BaseModel):
    model_config = ConfigDict(extra="forbid", use_enum_values=False)


class PeopleGroup(_Group):
    """People arrested, as one group; only a breakdown by place makes several groups."""

    count: Annotated[Quantity | None, Compare(weight=3)] = Field(
        default=None,
        description="how many people were arrested; 0 if it says there were no arrests",
    )
    men: Annotated[int | None, PartOf("count", "sex")] = Field(
        default=None, ge=0, description="how many of the arrested are called men or male"
    )
    women: Annotated[int | None, PartOf("count", "sex")] = Field(
        default=None, ge=0, description="how many of the arrested are called women or female"
    )
    age_min: Annotated[int | None, AtMost("age_max")] = Field(
        default=None, ge=0, le=130, description="age in years of the youngest arrested person"
    )
    age_max: int | None = Field(
        default=None, ge=0, le=130, description="age in years of the oldest arrested person"
    )
    in_custody: Annotated[Quantity | None, AtMost("count")] = Field(
        default=None,
        description="how many of the arrested are in custody, on remand or not released",
    )
    place: Annotated[str | None, Compare("text")] = Field(
        default=None, description="the named place of these arrests, from the arrest's own sentence"
    )


class VictimGroup(_Group):
    """Victims, as one group; only a breakdown by place makes several groups."""

    status: VictimStatus | None = Field(
        default=None,
        description="potential if called potential, possible, suspected or believed victims; "
        "confirmed if called victims without such a word; "
        "null if only rescued or helped and never called victims",
    )
    count: Annotated[Quantity | None, Compare(weight=3)] = Field(
        default=None,
        description="how many victims were identified, rescued, recovered or safeguarded; "
        "0 if it says that there were no victims",
    )
    adults: Annotated[int | None, PartOf("count", "age")] = Field(
        default=None, ge=0, description="how many of the victims are called adults"
    )
    children: Annotated[int | None, PartOf("count", "age")] = Field(
        default=None, ge=0, description="how many of the victims are called children"
    )
    men: Annotated[int | None, PartOf("count", "sex")] = Field(
        default=None, ge=0, description="how many of the victims are called men or male"
    )
    women: Annotated[int | None, PartOf("count", "sex")] = Field(
        default=None, ge=0, description="how many of the victims are called women or female"
    )
    age_min: Annotated[int | None, AtMost("age_max")] = Field(
        default=None, ge=0, le=130, description="age in years of the youngest victim"
    )
    age_max: int | None = Field(
        default=None, ge=0, le=130, description="age in years of the oldest victim"
    )
    nationality: Annotated[str | None, Compare("text")] = Field(
        default=None, description="the victims' nationality, in the article's word"
    )
    place: Annotated[str | None, Compare("text")] = Field(
        default=None,
        description="the named place where these victims were found, from their own sentence",
    )
    safeguarded: bool | None = Field(
        default=None,
        description="true if the victims are said to be safeguarded, supported or taken to safety",
    )


class Offence(_Group):
    """A crime for which suspects are investigated, arrested, charged or convicted."""

    category: Annotated[OffenceCategory, Compare(weight=3)] = Field(
        description="the family of crime the offence belongs to"
    )
    text: Annotated[str, Compare("text")] = Field(
        description="the offence in the article's own words"
    )


class Organisation(_Group):
    """A named body that leads, takes part in, supports or officially comments on the action."""

    name: Annotated[str, Compare("organisation", weight=3)] = Field(
        description="the fullest name the body of the article gives"
    )
    canonical: Annotated[str | None, Compare(scored=False)] = Field(
        default=None, description="the alias table's name for it, filled by code"
    )
    role: Role = Field(
        description="lead if it runs the action; partner if it takes part, works with the lead, "
        "supports, lends staff or cares for victims; commentator if it only comments"
    )


class Statement(_Group):
    """One speaker quoted directly."""

    speaker: Annotated[str | None, Compare("text", weight=3)] = Field(
        default=None, description="the speaker's name without rank; null if unnamed"
    )
    title: Annotated[str | None, Compare("text")] = Field(
        default=None,
        description="the rank or post that stands before the name; if there is none, "
        "the post after the name without the organisation",
    )
    organisation: Annotated[str | None, Compare("text")] = Field(
        default=None, description="the body or unit the speaker belongs to"
    )
    quotes: Annotated[list[str], Compare("passage", in_totals=False)] = Field(
        default_factory=list,
        description="the passages quoted, verbatim, one per quoted paragraph",
    )


class Contact(_Group):
    """Where readers are told to report or to get help."""

    label: Annotated[str, Compare("text")] = Field(description="who answers there")
    value: Annotated[str, Compare("text", weight=3)] = Field(
        description="the telephone number, address or channel"
    )


class OperationReport(BaseModel):
    """What one news article says about police action against human trafficking.

    ``None`` and ``[]`` mean *not stated*, ``0`` means *stated as none*.
    """

    model_config = ConfigDict(extra="forbid")

    extraction_guide: ClassVar[Guide] = OPERATION_GUIDE

    headline: Annotated[str | None, Compare("text"), Section("page")] = Field(
        default=None,
        description="the article's headline, if the text has one; "
        "not the site's name, a section label or the opening sentence",
    )
    page_date: Annotated[PartialDate | None, Compare("date"), Section("page")] = Field(
        default=None, description="the date printed on the page or in its dateline"
    )
    kind: Annotated[Kind, Section("page")] = Field(
        description="operation: police or partners looked for suspects or victims; "
        "campaign: mainly awareness, engagement or prevention; "
        "court: a charge, trial or sentence; other: none of these",
    )
    operation_name: Annotated[str | None, Compare("text"), Section("action")] = Field(
        default=None,
        description="the code name of the action, with the word Operation or Project",
    )
    start_date: Annotated[PartialDate | None, Compare("date"), Section("action")] = Field(
        default=None, description="the first day of the police action the article reports"
    )
    duration_days: Annotated[int | None, Section("action")] = Field(
        default=None,
        ge=1,
        description="how many days the police action lasted, as stated (a week is 7); "
        "never the length of an inquiry",
    )
    exploitation_types: Annotated[list[ExploitationType], Section("kinds")] = Field(
        default_factory=list,
        description="sexual: prostitution, brothels, sexual exploitation; "
        "labour: labour exploitation, forced labour, unpaid work; "
        "criminal: drug dealing for a gang, county lines, cuckooing, forced crime; "
        "domestic_servitude: made to work in a household; other: another kind that is named; "
        "only what is said of this action's victims, suspects, offences or targets",
    )
    premises_types: Annotated[list[str], Compare("text"), Section("kinds")] = Field(
        default_factory=list,
        description="kinds of place that were searched or visited; not vehicles, not named sites",
    )
    personnel: Annotated[Quantity | None, Section("numbers")] = Field(
        default=None, description="how many people in all took part in carrying out the action"
    )
    officers: Annotated[Quantity | None, Section("numbers")] = Field(
        default=None, description="how many officers took part"
    )
    police_forces: Annotated[Quantity | None, Section("numbers")] = Field(
        default=None, description="how many police forces took part"
    )
    addresses: Annotated[Quantity | None, Section("numbers")] = Field(
        default=None,
        description="how many addresses or premises were searched, visited or targeted "
        "in the country whose police lead",
    )
    warrants: Annotated[Quantity | None, Section("numbers")] = Field(
        default=None,
        description="how many warrants were executed in the country whose police lead",
    )
    arrests: Annotated[list[PeopleGroup], Section("arrests")] = Field(
        default_factory=list, description="the people arrested in this action"
    )
    victims: Annotated[list[VictimGroup], Section("victims")] = Field(
        default_factory=list,
        description="the people said to be victims of this action's crimes, "
        "or rescued, recovered or safeguarded in it",
    )
    offences: Annotated[list[Offence], Section("offences")] = Field(
        default_factory=list,
        description="the crimes for which suspects are investigated, arrested, charged or "
        "convicted here, or which officers found",
    )
    organisations: Annotated[list[Organisation], Section("organisations")] = Field(
        default_factory=list,
        description="the named bodies that lead, take part in, support or comment on the action",
    )
    locations: Annotated[list[str], Compare("text"), Section("locations")] = Field(
        default_factory=list,
        description="the named places where the action took place or aimed",
    )
    statements: Annotated[list[Statement], Section("statements")] = Field(
        default_factory=list, description="each speaker who is quoted directly, once"
    )
    contacts: Annotated[list[Contact], Section("contacts")] = Field(
        default_factory=list,
        description="where readers are told to report or to get help",
    )

    @model_validator(mode="after")
    def _exploitation_types_in_order(self) -> Self:
        wanted = [kind for kind in ExploitationType if kind in self.exploitation_types]
        if self.exploitation_types != wanted:
            raise ValueError(
                "exploitation_types: each type once, in the order "
                + ", ".join(kind.value for kind in ExploitationType)
            )
        return self
