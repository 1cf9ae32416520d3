"""What the names of an article stand for: the action's name, its lead, other bodies, its places."""

from __future__ import annotations

from schemas.guide import Label, Pick, Sort
from schemas.operation_guide.cues import (
    ADDRESS,
    BACKGROUND,
    DONE,
    EARLIER,
    PUNISHED,
    RANK,
    REPORTING,
)

# A person by rank or title and a name ("Det Insp Lee Hart"): no question is asked about it.
_RANKED = (
    rf"^{RANK}"
    # The name; not "Director of ..." and not "Sheriff's Office".
    r"\b(?! of\b)(?:\W+[A-Z].*| .*[A-Z].*)(?<!Office)(?<!Police)(?<!Department)$"
)

# Hotlines and courts: bodies, but none that can take part.
_NO_PARTY = (
    r"(?i)\b(?:helpline|hotline|crown court|magistrates|high court"
    r"|(?:district|county|sheriff) court)\b"
)

# News agencies and what reporters call themselves: they took no part.
_PRESS = (
    r"^(?:The )?(?:PTI|ANI|AP|AFP|UPI|IANS|Reuters|PA|Press Association|Associated Press"
    r"|Canadian Press|Press Trust of India|Agence France-Presse|Getty(?: Images)?|Archant|BBC"
    r"|ITV|Sky News|CNN|Facebook|Twitter|Instagram|YouTube|WhatsApp|Backpage|Craigslist)\b"
)
# Laws, orders, days, awards and crimes have capitals, too.
_NO_BODY = (
    r"(?i)\b(?:act|code|orders?|bill|law|convention|protocol|directive|strategy|award|scheme"
    r"|campaign|conference|day|mechanism|form|app|jail|prison|penitentiary|section|warrants?"
    r"|lines?|gangs?|mr|mrs|ms|(?:day|week|month)s? of \w+|officers?|spokes\w+"
    r"|(?:superintendent|commissioner|inspector|director)s?(?: general)?(?: of police)?)$"
    r"|^(?:organi[sz]ed crime (?:group|gang|network)s?|county lines?|modern(?:[- ]day)? slavery"
    r"|(?:human|sex|people|labou?r) trafficking(?: awareness)?|slavery|trafficking|ocg|fir|hiv"
    r"|covid(?:-19)?|anti-(?:trafficking|slavery)|class [abc]|christmas|easter|super bowl)$"
)
# A state or province cut short behind a town ("Milltown, Ont.").
_STATE = (
    r"^(?:Ala|Ariz|Ark|Calif|Colo|Conn|Del|Fla|Ga|Ill|Ind|Kan|Ky|La|Mass|Md|Mich|Minn|Miss|Mo|Mont"
    r"|Neb|Nev|Okla|Ore|Pa|Penn|Tenn|Tex|Va|Vt|Wash|Wis|Wyo|Ont|Que|Alta|Sask|Man|N\.S|N\.B|B\.C"
    r"|N\.Y|N\.J|N\.C|S\.C|D\.C)\.?$"
)

# The action's own name begins so.
_ACTION = r"^(?:Operation|Project|Taskforce|Ops?) \w"
_NO_ACTION = (r"^(?:Operation|Project|Ops?) ",)

# A body by the last word of its name: no question is asked about it.
_BODY = (
    r"\b(?:Police|Constabulary|Council|Agency|Authority|Services?|Force|Department|Office|Unit|Team"
    r"|Ministry|Bureau|Commission|Directorate|Executive|Trust|Charity|Foundation|Alliance"
    r"|Association|Union|Society|Helpline|Hotline|Army|Guard|Customs|Patrol|Coalition|Centre|Center"
    r"|Board|Investigations?|Enforcement|Partnership|Taskforce|Task Force|Embassy|Inspectorate"
    r"|Squad|Branch|Command|Group|Network|Federation|Sheriff|Bureau of \w+|NGO|police"
    r"|police (?:department|force))$"
)

NAMES = Sort(
    name="names",
    find="names",
    question="What is the thing that a name in the article stands for?",
    settled=(
        (_RANKED, "@people"),
        (_NO_PARTY, "@not bodies"),
        (_PRESS, ""),
        (_NO_BODY, ""),
        (_STATE, ""),
        (r"^(?:UK|U\.K\.|US|USA|U\.S\.|EU)$", ""),  # the scope of forces, no scene
        (_ACTION, "@operations"),
        (_BODY, "@bodies"),
    ),
    known="@bodies",
    people="@people",
    labels=(
        Label("person", "@people"),
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

# The same, right in front of the body or behind it.
_BESIDE_IT = (
    r"sentence: \b(?:(?:support(?:ed)?|assist(?:ed|ance)|help(?:ed)?) (?:by|from|of)|alongside"
    r"|work(?:ing|ed)? (?:closely )?(?:with|alongside)|joined by|together with|accompanied by"
    r"|in (?:partnership|conjunction|collaboration|co-?operation) with|backed (?:up )?by"
    r"|partners?(?: agencies)?,? (?:including|such as|from|in|like)"
    r"|agencies,? (?:including|such as))\b[^.;]{0,220}{mention}",
    r"sentence: {mention}[^.;]{0,40}"
    r"\b(?:supported|assisted|helped|took part|participated|joined)\b",
)

# Words that show a body's mouthpiece; the first are shown, the second allow the answer.
_SAID = (r"\b(?:said|says|added|told|praised|welcomed)\b",)
_SPOKE = (
    r"\bsaid\b", r"\bsays\b", r"\badded\b", r"\btold\b", r"\bspokes", r"\bpraised\b",
    r"\bwelcomed\b", r"\bstating\b", r"\bcommented\b",
)  # fmt: skip

# The words right beside a body say that it ran the action.
_LED_BY = (
    r"\b(?:conducted|carried out|led|headed|run|executed|co-?ordinated|mounted|launched"
    r"|organised|spearheaded)(?: \w+)? (?:jointly )?by "
    r"(?:officers from |detectives from |members of )?"
    r"(?:the )?(?:[\w’'. -]{1,40}(?:,| and) (?:the )?)?{mention}",
    r"{mention}[\w ,()]{0,25} "
    r"(?:led|headed|ran|spearheaded|executed|carried out|conducted|raided) ",
)

BODIES = Sort(
    name="bodies",
    find="@bodies",
    question="What part does a named body play in the action?",
    labels=(
        Label(
            "partner",
            "organisations[].name",
            shows=_HELPS,
            weight=2.0,
            fixed={"role": "partner"},
            bar=(
                *REPORTING,
                *ADDRESS,
                r"{mention}[’'”\"]* (?:app|website|scheme|framework|programme|platform)\b",
                r"\b(?:taken|held|questioned|interviewed|brought) (?:to|at) (?:the )?{mention}",
            ),
            away=EARLIER,
            likely=_BESIDE_IT,
        ),
        Label(
            "commentator",
            "organisations[].name",
            fixed={"role": "commentator"},
            shows=_SAID,
            cues=_SPOKE,
            scope="nearby",
        ),
        Label(
            "co-leader",
            "organisations[].name",
            shows=_RUNS,
            fixed={"role": "lead"},
            cues=_LED_BY,
        ),
        Label("not involved"),
    ),
    explain="partner: it takes part, works with the police, supports, lends staff or cares for "
    "victims\n"
    "commentator: it only comments\n"
    "co-leader: it ran the action, too\n"
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

# What stands around a place that only says whose somebody is, where from, or where to.
_OF_A_PLACE = (
    r"{mention}(?:[’']s)? (?:national|government|officers|police|authorit|ambassador|embassy"
    r"|nationals?|citizens?|women|men|woman|man|girls?|gang|origin|descent|born|crown court"
    r"|magistrates|court|jail|prison)",
    # A suspect's home: "Lee Hart, 31, of Mill Lane, Ashby".
    r"\b\d\d,? (?:both |all )?(?:of|from) [^.;]{0,60}{mention}",
    r"\b(?:of no fixed|living in|lives? in|lived in|home in|reside\w* in|native of|born in|based in"
    r"|originally from|citizens? of|nationals? of|mayor of|university of|bishop of|embassy in) "
    r"[^.;,]{0,30}{mention}",
    # A journey, before the crime or after it.
    r"\b(?:travel\w*|fled|flew|flown|flights?|smuggl\w+|lured|recruited|brought|bringing|come|came|traffick\w*|departure|trip|journey|return"
    r"|coming|arrived|arriving|returned|deported|extradited|sent|taken|driven|moved|jobs?|work)"
    r" (?:\w+ ){0,4}(?:from|to|into|in|through|via|back to|across) [^.;]{0,30}{mention}",
    r"\b(?:women|men|people|girls|victims|workers|nationals|migrants|children|man|woman|girl|boy)"
    r" (?:\w+ )?from [^.;]{0,25}{mention}",
    r"\b(?:court|prison|jail|hospital) (?:in|at) {mention}",
)

# Somebody came to the place, or was found there.
_SCENE = (
    r"sentence: \b(?:raid\w*|search\w*|warrants?|arrest\w*|address\w*|propert\w+|operations?|found"
    r"|rescued|visited|brothels?|premises)\b[^.;]{0,60}\b(?:in|at|across|around|near|on) (?:the )?"
    r"(?:[A-Z][\w’'.-]*,? (?:and )?){0,6}{mention}",
)

PLACES = Sort(
    name="places",
    find="@places",
    question="What does a place have to do with the action?",
    labels=(
        Label(
            "scene of the action",
            "locations[]",
            beside=DONE,
            bar=(*BACKGROUND, *PUNISHED, *_OF_A_PLACE),
            likely=_SCENE,
            weight=2.0,  # the model says "only mentioned" too readily
        ),
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
