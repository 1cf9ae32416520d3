"""A second domain with a guide: what one notice or news report says about a product recall.

It is made of the same means as the default schema: descriptions here, cues, labels and invented
examples in ``examples.recall_guide``. Run and score it with

    extractor run examples/recalls/articles --schema examples.recall:ProductRecall
    extractor eval --gold examples/recalls --schema examples.recall:ProductRecall
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from examples.recall_guide import RECALL_GUIDE
from schemas.fields import AtMost, Compare
from schemas.guide import Guide
from schemas.values import PartialDate, Quantity


class Hazard(StrEnum):
    """What the product may do to somebody."""

    FIRE = "fire"
    ELECTRIC_SHOCK = "electric_shock"
    CHOKING = "choking"
    FALL = "fall"
    CUT = "cut"
    ALLERGEN = "allergen"
    CONTAMINATION = "contamination"
    OTHER = "other"


class Remedy(StrEnum):
    """What owners are offered or told to do, in the order in which a record lists them."""

    REFUND = "refund"
    REPLACEMENT = "replacement"
    REPAIR = "repair"
    DISPOSAL = "disposal"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Statement(_Part):
    """One speaker quoted directly."""

    speaker: Annotated[str | None, Compare("text", weight=3)] = Field(
        default=None, description="the speaker's name without title; null if unnamed"
    )
    title: str | None = Field(default=None, description="the speaker's post or trade")
    organisation: str | None = Field(default=None, description="the body the speaker belongs to")
    quotes: Annotated[list[str], Compare("passage", in_totals=False)] = Field(
        default_factory=list, description="the passages quoted, verbatim"
    )


class Contact(_Part):
    """Where owners get help."""

    label: str | None = Field(default=None, description="who answers there")
    value: Annotated[str, Compare("text", weight=3)] = Field(
        description="the telephone number, address or channel"
    )


class ProductRecall(_Part):
    """What one text says about the recall of one product; ``None`` and ``[]`` mean not stated."""

    extraction_guide: ClassVar[Guide] = RECALL_GUIDE

    product: str | None = Field(
        default=None, description="the brand or model name, without the word for what it is"
    )
    maker: str | None = Field(default=None, description="the company that makes or recalls it")
    hazard: Hazard | None = Field(default=None, description="the danger it is recalled for")
    units_sold: Quantity | None = Field(
        default=None, description="how many of the product were made, sold or are affected"
    )
    incidents: Annotated[Quantity | None, AtMost("units_sold")] = Field(
        default=None, description="how often the fault was reported or has shown itself"
    )
    injuries: Quantity | None = Field(
        default=None, description="how many people were hurt or fell ill; 0 if it says nobody was"
    )
    sold_from: PartialDate | None = Field(
        default=None, description="the first day or month the product was on sale"
    )
    recall_date: PartialDate | None = Field(
        default=None, description="the day the recall was announced; not the page's own date"
    )
    countries: list[str] = Field(
        default_factory=list, description="the countries where the product was sold"
    )
    retailers: list[str] = Field(default_factory=list, description="the shops that sold it")
    remedies: list[Remedy] = Field(
        default_factory=list, description="what owners are offered or told to do"
    )
    statements: list[Statement] = Field(
        default_factory=list, description="each speaker who is quoted directly, once"
    )
    contacts: list[Contact] = Field(
        default_factory=list, description="where owners get help, each number or address once"
    )
