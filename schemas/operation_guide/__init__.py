"""How the values of an `OperationReport` are found: questions, cues and invented examples.

This package owns everything the extractor knows about police action and human trafficking beside
the field descriptions of `schemas.operation` and the names of bodies in `schemas.vocabulary`. Every
example is invented. A change here changes the prompts, so measure it: CONTRIBUTING.md says how.

`cues` has the words that several steps look for; each other module has the steps of its part of the
record. The steps run in the order given below, since later ones sort further what earlier ones
found: names first, then the bodies and places among them.
"""

from __future__ import annotations

from schemas.guide import Derived, Grouping, Guide
from schemas.operation_guide.crimes import EXPLOITATION, OFFENCES, PREMISES
from schemas.operation_guide.names import BODIES, LEAD, NAMES, OPERATION_NAME, PLACES
from schemas.operation_guide.numbers import CUSTODY, NUMBERS
from schemas.operation_guide.page import HEADLINE, KIND, LENGTH, START
from schemas.operation_guide.speech import CONTACTS, STATEMENTS
from schemas.operation_guide.victims import NATIONALITY, SAFE, STATUS
from schemas.vocabulary import canonical

__all__ = ["OPERATION_GUIDE"]

# Human trafficking and slavery are each one offence however often they are worded anew.
_ONE_CRIME = frozenset({"human_trafficking", "modern_slavery"})

OPERATION_GUIDE = Guide(
    steps=(
        HEADLINE, KIND, NUMBERS, CUSTODY, NAMES, OPERATION_NAME, LEAD, BODIES, PLACES, START,
        LENGTH, EXPLOITATION, PREMISES, OFFENCES, STATUS, SAFE, NATIONALITY, STATEMENTS, CONTACTS,
    ),
    groupings=(
        Grouping("arrests", "group", anchor="count", place="place", parts=("men", "women")),
        Grouping(
            "victims", "group", anchor="count", place="place",
            parts=("men", "women", "adults", "children"), needs="safeguarded",
        ),
        Grouping("offences", "each", anchor="text", once=("category", _ONE_CRIME)),
        Grouping("addresses", "sum"),
        Grouping("locations", "fullest"),
        Grouping("organisations", "each", anchor="name"),
        Grouping("premises_types", "fullest"),
        Grouping("statements", "each", anchor="speaker"),
        Grouping("contacts", "each", anchor="value"),
    ),
    page_date="page_date",
    places="locations[]",
    elided=("@places", "@bodies"),
    canonical=canonical,
    calibration="schemas.operation_guide:calibration.json",
    derived=(Derived("organisations", "canonical", "name", canonical),),
)  # fmt: skip
