"""What the names of an article stand for: the action's name, its lead, other bodies, its places."""

from __future__ import annotations

from schemas.guide import Label, Pick, Sort
from schemas.operation_guide.cues import ADDRESS, BACKGROUND, REPORTING

# A person by rank or title and a name ("Det Insp Lee Hart"): no question is asked about it.
_RANKED = (
    r"^(?:Acting |Temporary |Assistant |Deputy |Former |District |Senior |Chief )*"
    # Police ranks, in full and short.
    r"(?:Detective|Det|Chief|Superintendent|Supt|Inspector|Insp|Sergeant|Sgt|Constable|Const|Pc|PC"
    r"|DC|DS|DI|DCI|Commander|Commissioner|Captain|Lieutenant|Sheriff|Officer"
    # Local councils and courts.
    r"|Councillor|Coun|Cllr|Judge|Justice|Sheriff|Mayor"
    # Governments, universities, churches, nobility.
    r"|Minister|Secretary|Prosecutor|Professor|Prof|Dr|Rev|Lord|Lady|Sir|Baroness"
    r"|President|Director|Crime Commissioner)"
    # The name; not "Director of ..." and not "Sheriff's Office".
    r"\b(?! of\b)(?:\W+[A-Z].*| .*[A-Z].*)(?<!Office)(?<!Police)(?<!Department)$"
)

# Hotlines and courts: bodies, but none that can take part.
_NO_PARTY = (
    r"(?i)\b(?:helpline|hotline|crown court|magistrates|high court"
    r"|(?:district|county|sheriff) court)\b"
)

# The action's own name begins so.
_ACTION = r"^(?:Operation|Project|Taskforce) \w"
_NO_ACTION = (r"^(?:Operation|Project) ",)

# A body by the last word of its name: no question is asked about it.
_BODY = (
    r"\b(?:Police|Constabulary|Council|Agency|Authority|Services?|Force|Department|Office|Unit|Team"
    r"|Ministry|Bureau|Commission|Directorate|Executive|Trust|Charity|Foundation|Alliance"
    r"|Association|Union|Society|Helpline|Hotline|Army|Guard|Customs|Patrol|Coalition|Centre|Center"
    r"|Board|Investigations|Enforcement|Partnership|Taskforce|Task Force|Embassy|Inspectorate|Squad"
    r"|Branch|Command|Group|Network|Federation)$"
)

NAMES = Sort(
    name="names",
    find="names",
    question="What is the thing that a name in the article stands for?",
    settled=(
        (_RANKED, ""),
        (_NO_PARTY, "@not bodies"),
        (r"^(?:UK|U\.K\.|US|USA|U\.S\.|EU)$", ""),  # the scope of forces, no scene
        (_ACTION, "@operations"),
        (_BODY, "@bodies"),
    ),
    known="@bodies",
    labels=(
        Label("person"),
        Label("place", "@places", bar=_NO_ACTION, scope="mention"),
        Label("organisation", "@bodies", bar=_NO_ACTION, scope="mention"),
        Label(
            "operation",
            "@operations",
            cues=(r"\b(?:Operation|Project|Taskforce|Task Force)\b",),
            scope="mention",
        ),
        Label(
            "nationality or language",
            "@nationalities",
            cues=(r"(?:an|ese|ish|i|ch|ic|ek|ss|ch|ks|ns|ins|s|se|que)$",),
            scope="mention",
        ),
        Label("something else"),
    ),
    examples=(
        ("Ashby Constabulary", "", "organisation"),
        ("Anna Reid", "", "person"),
        ("Ashby", "", "place"),
        ("County Hospital Trust", "", "organisation"),
        ("Operation Lantern", "", "operation"),
        ("Portugal", "", "place"),
        ("RSPCA", "", "organisation"),
        ("Port Ellis", "", "place"),
        ("Port Ellis Airport", "", "place"),
        ("Major Crime Unit", "", "organisation"),
        ("Norwegian", "", "nationality or language"),
        ("Mr Ode", "", "person"),
        ("Class B", "", "something else"),
        ("Licensing Act", "", "something else"),
    ),
)

OPERATION_NAME = Pick(
    name="operation name",
    find="@operations",
    question="Which of these is the name of the police action that the article reports?",
    into="operation_name",
)

# Words that show who ran the action.
_RUNS = (
    r"\b(?:led|launched|carried out|executed|arrested|raided|searched|ran|initiated|conducted)\b",
)

LEAD = Pick(
    name="lead",
    find="@bodies",
    question="Which of these bodies ran the action: whose officers carried out the raids, arrests, "
    "checks or campaign?",
    into="organisations[].name",
    fixed={"role": "lead"},
    shows=_RUNS,
)

# Words that show who took part beside the lead.
_HELPS = (
    r"\b(?:support\w*|work(?:ing|ed)? (?:closely )?(?:with|alongside)|join\w*|assist\w*|help\w*"
    r"|alongside|partners?|partnership|including|together with|along with|involv\w*|took part"
    r"|with)\b",
)

# Words that show a body's mouthpiece; the first are shown, the second allow the answer.
_SAID = (r"\b(?:said|says|added|told|praised|welcomed)\b",)
_SPOKE = (
    r"\bsaid\b", r"\bsays\b", r"\badded\b", r"\btold\b", r"\bspokes", r"\bpraised\b",
    r"\bwelcomed\b", r"\bstating\b", r"\bcommented\b",
)  # fmt: skip

BODIES = Sort(
    name="bodies",
    context="article",
    find="@bodies",
    question="What part does a named body play in the action?",
    labels=(
        Label(
            "partner",
            "organisations[].name",
            shows=_HELPS,
            weight=2.0,
            fixed={"role": "partner"},
            bar=(*REPORTING, *ADDRESS),
        ),
        Label(
            "commentator",
            "organisations[].name",
            fixed={"role": "commentator"},
            shows=_SAID,
            cues=_SPOKE,
            scope="nearby",
        ),
        Label("not involved"),
    ),
    explain="partner: it takes part, works with the police, supports, lends staff or cares for "
    "victims\n"
    "commentator: it only comments\n"
    "not involved: a hotline or contact, a court, a source of figures, a speaker's unit, "
    "the background",
    examples=(
        ("Rescue Line", "Call Rescue Line on 0800 000 000.", "not involved"),
        ("Coastguard", "Detectives were joined by the Coastguard and vets.", "partner"),
        ("Farmers Union", "A spokesman for the Farmers Union said: We are shocked.", "commentator"),
        ("Labour Office", "Labour Office figures show a rise in cases.", "not involved"),
        ("Hope House", "The women are now in the care of Hope House.", "partner"),
        (
            "Serious Crime Unit",
            "Inspector Lee, of the Serious Crime Unit, said: It is good work.",
            "not involved",
        ),
        (
            "Dock Authority",
            "The partners were the Harbour Police, Dock Authority, Rail Board and Port Council.",
            "partner",
        ),
        ("Port Crown Court", "They appear at Port Crown Court in May.", "not involved"),
        (
            "Fire Service",
            "Staff of the Fire Service, Port Council and the Dock Authority took part.",
            "partner",
        ),
    ),
)

# What stands behind a place that only says whose somebody is.
_OF_A_PLACE = (
    r"{mention}(?:[’']s)? (?:national|government|officers|police|authorit|ambassador|embassy)",
)

PLACES = Sort(
    name="places",
    context="article",
    find="@places",
    question="What does a place have to do with the action?",
    labels=(
        Label("scene of the action", "locations[]", bar=(*BACKGROUND, *_OF_A_PLACE)),
        Label("only mentioned"),
    ),
    explain="scene of the action: raids, searches, visits, arrests, finds or the campaign took "
    "place there\n"
    "only mentioned: where somebody comes from or works, part of a name, the background, "
    "another case",
    examples=(
        ("Ashby", "Officers raided two farms near Ashby.", "scene of the action"),
        ("Milltown", "Homes in Ashby, Milltown and Leigh were searched.", "scene of the action"),
        ("Leigh", "Two victims were found in Leigh.", "scene of the action"),
        ("Portugal", "They had been brought from Portugal.", "only mentioned"),
        ("Europe", "It is a growing problem across Europe.", "only mentioned"),
        ("Eastport", "In May a couple from Eastport were jailed.", "only mentioned"),
        ("Ruston", "The Mayor of Ruston said: We are shocked.", "only mentioned"),
    ),
)
