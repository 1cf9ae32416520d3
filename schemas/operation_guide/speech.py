"""Who speaks in the article, and whom its readers may ring or write to."""

from __future__ import annotations

from schemas.guide import Describe
from schemas.operation_guide.cues import RANK

STATEMENTS = Describe(
    name="statements",
    find="quotations",
    question="Who is speaking?",
    into="statements[]",
    given="quotes",
    split=("title", "organisation"),
    cut=("speaker", "title"),
    named="speaker",
    lead=rf"(?i:(?:{RANK}\.? )+)",
    never=r"(?:the )?(?:police|officers?|force|he|she|they|it|statement|victims?|sources?)",
    fields={
        "speaker": "name without rank or title, null if no name is given",
        "title": "rank or post, without the organisation",
        "organisation": "body or unit the speaker belongs to",
    },
    examples=(
        (
            "Detective Sergeant Anna Reid, of Ashby Police, said: …",
            {"speaker": "Anna Reid", "title": "Detective Sergeant", "organisation": "Ashby Police"},
        ),
        (
            "… said Cllr Tom Ode, leader of Milltown Council.",
            {"speaker": "Tom Ode", "title": "Cllr", "organisation": "Milltown Council"},
        ),
        (
            "Ines Marsh, head of policy at Hope House, added: …",
            {"speaker": "Ines Marsh", "title": "head of policy", "organisation": "Hope House"},
        ),
        (
            "A spokeswoman for the Coastguard said: …",
            {"speaker": None, "title": "spokeswoman", "organisation": "Coastguard"},
        ),
        (
            "Superintendent Lee Hart said: …",
            {"speaker": "Lee Hart", "title": "Superintendent", "organisation": None},
        ),
        (
            "Hope House said in a statement: …",
            {"speaker": None, "title": None, "organisation": "Hope House"},
        ),
        (
            "… a port police officer told reporters.",
            {"speaker": None, "title": "officer", "organisation": "port police"},
        ),
    ),
)

CONTACTS = Describe(
    name="contacts",
    find="contacts",
    question="Who answers there?",
    into="contacts[]",
    given="value",
    otherwise="organisations[].name",
    fields={"label": "who answers, in the article's words"},
    examples=(
        ("Call the Rescue Line on [0800 000 000] at any time.", {"label": "Rescue Line"}),
        ("Anyone with information should ring police on [555].", {"label": "police"}),
        ("Write to the charity at [help@hope.example].", {"label": "charity"}),
    ),
)
