"""Value types shared by records: counts with a bound, and dates at the precision stated.

This module owns what a single value may look like. What the values mean in a record is the
business of the schema that uses them.
"""

from __future__ import annotations

import calendar
import re
from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

_EDTF = re.compile(r"(?P<year>\d{4}|XXXX)(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?")
EDTF_PATTERN = r"^(\d{4}(-\d{2}(-\d{2})?)?|XXXX-\d{2}(-\d{2})?)$"
_LEAP_YEAR = 2000  # an unknown year may be a leap year


class Bound(StrEnum):
    """What the words around a number say about it."""

    EXACT = "exact"
    ABOUT = "about"
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"


class Quantity(BaseModel):
    """A count as stated: the number and the bound its words put on it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: int = Field(ge=0, description="the number")
    bound: Bound = Field(
        default=Bound.EXACT,
        description="exact, unless the words say about, at least, more than or at most",
    )


def check_partial_date(text: str) -> str:
    """Return ``text`` if it is a date in EDTF at day, month or year precision.

    ``XXXX`` stands for an unknown year and needs a month. Raises ``ValueError`` otherwise.
    """
    found = _EDTF.fullmatch(text)
    if found is None:
        raise ValueError("a partial date looks like 2021-03-09, 2021-03, 2021 or XXXX-03-09")
    year, month, day = found.group("year", "month", "day")
    if year == "0000":
        raise ValueError("there is no year 0000")
    if month is None:
        if year == "XXXX":
            raise ValueError("a date with an unknown year needs a month")
        return text
    if not 1 <= int(month) <= 12:
        raise ValueError(f"there is no month {month}")
    if day is not None:
        in_year = _LEAP_YEAR if year == "XXXX" else int(year)
        if not 1 <= int(day) <= calendar.monthrange(in_year, int(month))[1]:
            raise ValueError(f"{text}: that month has no day {day}")
    return text


PartialDate: TypeAlias = Annotated[
    str,
    AfterValidator(check_partial_date),
    WithJsonSchema({"type": "string", "pattern": EDTF_PATTERN}),
]
