"""Record schemas: the default one for police action against human trafficking, and its parts."""

from schemas.fields import Compare, Cues, Section, marker
from schemas.operation import (
    Contact,
    ExploitationType,
    Kind,
    Offence,
    OffenceCategory,
    OperationReport,
    Organisation,
    PeopleGroup,
    Role,
    Statement,
    VictimGroup,
    VictimStatus,
)
from schemas.values import Bound, PartialDate, Quantity

__all__ = [
    "Bound",
    "Compare",
    "Contact",
    "Cues",
    "ExploitationType",
    "Kind",
    "Offence",
    "OffenceCategory",
    "OperationReport",
    "Organisation",
    "PartialDate",
    "PeopleGroup",
    "Quantity",
    "Role",
    "Section",
    "Statement",
    "VictimGroup",
    "VictimStatus",
    "marker",
]
