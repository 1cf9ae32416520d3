"""How the values of an `OperationReport` are found: cues, labels and invented examples.

Everything the extractor knows about police action and human trafficking stands here and in the
field descriptions of `schemas.operation`. Every example is invented.
"""

from __future__ import annotations

from schemas.guide import Derived, Describe, Grouping, Guide, Label, Pick, Sort
from schemas.vocabulary import canonical

ARREST = (r"\barrest", r"\bdetain", r"\bheld\b", r"\bapprehend", r"\bin handcuffs")
VICTIM = (
    r"\bvictims?\b", r"\brescue", r"\brecovered\b", r"\bsafeguard", r"\bfreed\b", r"\bsafety\b",
    r"\btrafficked\b", r"\bexploited\b", r"\bsurvivors?\b", r"\benslaved\b", r"\bliberated\b",
    r"\breception centre\b", r"\bprotect", r"\bvulnerable (?:people|person|adults|women|men)\b",
)  # fmt: skip
SUSPECT = (*ARREST, r"\bcharged\b", r"\bsuspects?\b", r"\bin custody\b")
MALE = (r"\b(?:men|man|males?)\b",)
FEMALE = (r"\b(?:women|woman|females?)\b",)
SUBSET = (r"^\W*\S+ of (?:the|those|them|these|whom|our)\b", r"^\W*another\b(?! (?:man|woman))")
REPORTING = (
    r"\b(?:call|ring|phone|contact|dial|report(?:ed|ing)? (?:it |this |them )?to)\b.*\d{3}",
)
BACKGROUND = (
    r"\blast year\b", r"\bnationally\b", r"\bnationwide\b", r"\bworldwide\b", r"\bevery year\b",
    r"\beach year\b", r"\ba year\b", r"\bacross the (?:country|world|globe)\b", r"\bsince (?:19|20)\d\d\b",
    r"(?<!\d )\b(?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December) (?:19|20)\d\d\b",
    r"(?<!from )\bacross (?:England|the UK|Britain|Europe|the United Kingdom|Australia|Canada|Ireland)\b",
    r"\bin (?:19|20)\d\d\b", r"\bjailed for\b", r"\bsentenced\b", r"\bestimate[sd]?\b",
)  # fmt: skip
AGE = frozenset({"age"})
ZERO = frozenset({"zero"})
NONE_OF_THESE = Label("none of these")

NUMBERS = Sort(
    name="numbers",
    find="numbers",
    question="What does a number in the article count?",
    labels=(
        Label("people arrested", "arrests[].count", cues=ARREST, bar=BACKGROUND),
        Label("people arrested", "arrests[].count", cues=(r"\barrest", r"\bdetain"), tags=ZERO),
        Label("men arrested", "arrests[].men", cues=MALE, near=SUSPECT, scope="phrase", bar=SUBSET),
        Label(
            "women arrested",
            "arrests[].women",
            cues=FEMALE,
            near=SUSPECT,
            scope="phrase",
            bar=SUBSET,
        ),
        Label(
            "people still in custody",
            "arrests[].in_custody",
            cues=(
                r"\bcustody\b",
                r"\bremand",
                r"\bstill (?:being )?held\b",
                r"\bbeing held\b",
                r"\bremain",
                r"\bbehind bars\b",
                r"\bin jail\b",
                r"\bin prison\b",
                r"\bheld without\b",
            ),
        ),
        Label("victims", "victims[].count", cues=VICTIM, bar=BACKGROUND),
        Label("victims", "victims[].count", cues=(r"\bvictims?\b",), tags=ZERO),
        Label(
            "adult victims", "victims[].adults", near=VICTIM, cues=(r"\badults?\b",), scope="phrase"
        ),
        Label(
            "child victims",
            "victims[].children",
            near=VICTIM,
            cues=(r"\bchild(?:ren)?\b",),
            scope="phrase",
        ),
        Label("male victims", "victims[].men", cues=MALE, near=VICTIM, scope="phrase", bar=SUBSET),
        Label(
            "female victims",
            "victims[].women",
            cues=FEMALE,
            near=VICTIM,
            scope="phrase",
            bar=SUBSET,
        ),
        Label(
            "age of people arrested",
            "arrests[].age_min|age_max",
            near=(*SUSPECT, r"\baccused\b"),
            tags=AGE,
        ),
        Label(
            "age of victims",
            "victims[].age_min|age_max",
            near=VICTIM,
            tags=AGE,
        ),
        Label(
            "officers taking part",
            "officers",
            cues=(
                r"\bofficers?\b",
                r"\bdetectives?\b",
                r"\bpolice\b",
                r"\bagents\b",
                r"\bdeputies\b",
            ),
            away=BACKGROUND,
            scope="phrase",
            bar=SUBSET,
        ),
        Label(
            "people taking part",
            "personnel",
            cues=(
                r"\bpeople\b",
                r"\bpersonnel\b",
                r"\bstaff\b",
                r"\bofficers\b",
                r"\bprofessionals\b",
                r"\bpartners\b",
                r"\bvolunteers\b",
                r"\bspecialists\b",
                r"\bworkers\b",
            ),
            away=BACKGROUND,
            scope="phrase",
        ),
        Label(
            "police forces taking part",
            "police_forces",
            cues=(r"\bforces?\b", r"\bpolice services\b", r"\bpolice departments\b"),
            scope="phrase",
        ),
        Label(
            "places searched or visited",
            "addresses",
            cues=(
                r"\b(?:address|propert|premises|home|house|flat|site|location|shop|bar|brothel|parlour|hotel|motel|venue|building|factor|farm|warehouse|business|apartment|residence|place|restaurant|takeaway|car wash)\w*",
            ),
            away=BACKGROUND,
            scope="phrase",
        ),
        Label("warrants", "warrants", cues=(r"\bwarrants?\b",), away=BACKGROUND, scope="phrase"),
        NONE_OF_THESE,
    ),
    explain="people arrested: how many were arrested in this action\n"
    "victims: how many victims were found, rescued or safeguarded in this action\n"
    "none of these: suspects only watched, goods, money, other years, other actions, other countries' totals",
    examples=(
        ("Eleven suspects", "Eleven suspects were detained at the port.", "people arrested"),
        ("nine men", "Those arrested are nine men and a boy.", "men arrested"),
        ("A woman", "A woman, aged 33, was also arrested.", "women arrested"),
        ("five", "Ten were arrested and five are still being held.", "people still in custody"),
        ("about 35 potential victims", "Inside were about 35 potential victims.", "victims"),
        ("Six people", "Six people were brought to safety.", "victims"),
        ("four children", "They rescued six people, four children among them.", "child victims"),
        ("two men", "The victims, two men and a girl, are safe.", "male victims"),
        ("33", "A woman, aged 33, was also arrested.", "age of people arrested"),
        ("18", "The victims were aged from 18 to 44.", "age of victims"),
        ("more than 250 staff", "The day involved more than 250 staff.", "people taking part"),
        ("Some 90 detectives", "Some 90 detectives joined the raids.", "officers taking part"),
        ("nine houses", "They searched nine houses and a barn.", "places searched or visited"),
        ("No arrests", "No arrests were made at the port.", "people arrested"),
        ("no victims", "The teams found no victims.", "victims"),
        ("300 arrests", "Last year 300 arrests were made in the country.", "none of these"),
        ("40 drivers", "They spoke to 40 drivers at the depot.", "none of these"),
        ("Two inspectors", "Two inspectors gave a talk at the school.", "none of these"),
    ),
)

_RANKED = (
    r"^(?:Acting |Temporary |Assistant |Deputy |Former |District |Senior |Chief )*"
    r"(?:Detective|Det|Chief|Superintendent|Supt|Inspector|Insp|Sergeant|Sgt|Constable|Const|Pc|PC|DC|DS|DI|DCI"
    r"|Commander|Commissioner|Captain|Lieutenant|Sheriff|Officer|Councillor|Coun|Cllr|Judge|Justice|Sheriff|Mayor"
    r"|Minister|Secretary|Prosecutor|Professor|Prof|Dr|Rev|Lord|Lady|Sir|Baroness|President|Director|Crime Commissioner)\b(?! of\b)(?:\W+[A-Z].*| .*[A-Z].*)"
    r"(?<!Office)(?<!Police)(?<!Department)$"
)
_BODY = (
    r"\b(?:Police|Constabulary|Council|Agency|Authority|Services?|Force|Department|Office|Unit|Team|Ministry"
    r"|Bureau|Commission|Directorate|Executive|Trust|Charity|Foundation|Alliance|Association|Union|Society"
    r"|Helpline|Hotline|Army|Guard|Customs|Patrol|Coalition|Centre|Center|Board|Investigations|Enforcement"
    r"|Partnership|Taskforce|Task Force|Embassy|Inspectorate|Squad|Branch|Command|Group|Network|Federation)$"
)
NAMES = Sort(
    name="names",
    find="names",
    question="What is the thing that a name in the article stands for?",
    settled=(
        (_RANKED, ""),
        (
            r"(?i)\b(?:helpline|hotline|crown court|magistrates|high court|(?:district|county|sheriff) court)\b",
            "@not bodies",
        ),
        (r"^(?:Operation|Project|Taskforce) \w", "@operations"),
        (_BODY, "@bodies"),
    ),
    known="@bodies",
    labels=(
        Label("person"),
        Label("place", "@places", bar=(r"^(?:Operation|Project) ",), scope="mention"),
        Label("organisation", "@bodies", bar=(r"^(?:Operation|Project) ",), scope="mention"),
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

_RUNS = (
    r"\b(?:led|launched|carried out|executed|arrested|raided|searched|ran|initiated|conducted)\b",
)
_HELPS = (
    r"\b(?:support\w*|work(?:ing|ed)? (?:closely )?(?:with|alongside)|join\w*|assist\w*|help\w*|alongside"
    r"|partners?|partnership|including|together with|along with|involv\w*|took part|with)\b",
)
LEAD = Pick(
    name="lead",
    find="@bodies",
    question="Which of these bodies ran the action: whose officers carried out the raids, arrests, checks or campaign?",
    into="organisations[].name",
    fixed={"role": "lead"},
    shows=_RUNS,
)

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
            fixed={"role": "partner"},
            bar=REPORTING,
        ),
        Label(
            "commentator",
            "organisations[].name",
            fixed={"role": "commentator"},
            shows=(r"\b(?:said|says|added|told|praised|welcomed)\b",),
            cues=(
                r"\bsaid\b",
                r"\bsays\b",
                r"\badded\b",
                r"\btold\b",
                r"\bspokes",
                r"\bpraised\b",
                r"\bwelcomed\b",
                r"\bstating\b",
                r"\bcommented\b",
            ),
            scope="nearby",
        ),
        Label("not involved"),
    ),
    explain="partner: it takes part, works with the police, supports, lends staff or cares for victims\n"
    "commentator: it only comments\n"
    "not involved: a hotline or contact, a court, a source of figures, a speaker's unit, the background",
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

PLACES = Sort(
    name="places",
    context="article",
    find="@places",
    question="What does a place have to do with the action?",
    labels=(
        Label("scene of the action", "locations[]", bar=BACKGROUND),
        Label("only mentioned"),
    ),
    explain="scene of the action: raids, searches, visits, arrests, finds or the campaign took place there\n"
    "only mentioned: where somebody comes from or works, part of a name, the background, another case",
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

KIND = Sort(
    name="kind",
    find="article",
    question="What does the article mainly report?",
    labels=(
        Label(
            "police operation",
            "kind",
            value="operation",
            shows=(
                r"\b(?:raid\w*|search\w*|arrest\w*|rescued|warrants?|operation|checks?|crackdown|visit\w*)\b",
            ),
        ),
        Label(
            "awareness campaign",
            "kind",
            value="campaign",
            shows=(r"\b(?:campaign|awareness|leaflets?|training|week of action|engage\w*)\b",),
        ),
        Label(
            "court case",
            "kind",
            value="court",
            shows=(r"\b(?:jailed|sentenced|charged|convicted|court|trial|pleaded|guilty)\b",),
        ),
        Label("something else", "kind", value="other"),
    ),
    explain="police operation: police or partners searched, raided, checked or visited to find suspects or victims\n"
    "awareness campaign: mainly to inform, engage or prevent\n"
    "court case: a charge, a trial or a sentence",
    examples=(
        (
            "",
            "Nine held in farm raids. Police have arrested nine people after raids on two farms.",
            "police operation",
        ),
        (
            "",
            "Six men held in sting. Deputies arrested six men after a two-day undercover sting.",
            "police operation",
        ),
        (
            "",
            "Stay alert, travellers told. A charity and port police have begun a week of talks to help people spot the signs.",
            "awareness campaign",
        ),
        (
            "",
            "Brothers jailed for slavery. Two brothers have been sentenced to six years each.",
            "court case",
        ),
        (
            "",
            "Calls to hotline rise. The number of calls to a hotline grew by a third, a report says.",
            "something else",
        ),
        (
            "",
            "Officers visited ten warehouses to check on workers and spoke to 50 people.",
            "police operation",
        ),
    ),
)

HEADLINE = Pick(
    name="headline",
    context="sentence",
    find="lines",
    question="Which of these lines is the article's headline?",
    into="headline",
)

START = Sort(
    name="dates",
    find="dates",
    question="What happened on a date in the article?",
    labels=(
        Label(
            "the police action",
            "start_date",
            bar=(
                r"\buntil\b",
                r"\bappear",
                r"\bhearing\b",
                r"\bcourt\b",
                r"\bsentenc",
                r"\bjailed\b",
                r"\bbegan in\b",
            ),
            scope="clause",
        ),
        Label("something else"),
    ),
    explain="the police action: the raids, searches, arrests or campaign that the article reports took place or began then\n"
    "something else: a court date, the start of an inquiry, an earlier case, the crimes, figures",
    examples=(
        ("4 May", "Officers raided the farm on 4 May.", "the police action"),
        ("today", "Nine people were held today in raids.", "the police action"),
        (
            "Monday 2 March",
            "The campaign, launched on Monday 2 March, aims to inform.",
            "the police action",
        ),
        ("9 July", "He will be sentenced on 9 July.", "something else"),
        ("June 2015", "The inquiry began in June 2015.", "something else"),
    ),
)

LENGTH = Sort(
    name="lengths",
    find="durations",
    question="What lasted so long?",
    labels=(
        Label(
            "the police action",
            "duration_days",
            bar=(r"^(?:a|an|every|each|per|the) (?:day|week)$",),
            scope="mention",
        ),
        Label("something else"),
    ),
    explain="the police action: the raids, checks, action days or campaign that the article reports\n"
    "something else: an inquiry, a sentence, a journey, working hours, a delay",
    examples=(
        ("two-day", "The two-day operation targeted farms.", "the police action"),
        ("a week of", "It was a week of action against gangs.", "the police action"),
        ("three weeks", "The trial lasted three weeks.", "something else"),
        ("six days", "They worked six days without a break.", "something else"),
    ),
)

_NOT_HERE = Label("in general")
EXPLOITATION = Sort(
    name="exploitation",
    find="terms",
    question="Is a kind of exploitation named for this action (its victims, suspects, offences or targets), or only in general?",
    terms=(
        r"prostitut\w*|brothels?|pimp\w*|sex(?:ual)? (?:exploitation|slavery|trafficking|work\w*|services|trade)|sexually exploit\w*|sell sex|massage parlours?",
        r"labour exploitation|forced (?:labour|to work)|unpaid (?:work|labour)|labor (?:exploitation|trafficking)|forced labor|work(?:ing)? for little or no pay|made to work|exploit\w* workers|compulsory labour",
        r"county lines|cuckoo\w*|drug (?:dealing|supply|trafficking|runners?)|supply(?:ing)? (?:of )?(?:class|drugs)|forced crim\w*|criminal exploitation|deal drugs|forced to (?:steal|beg|shoplift|grow)|cannabis farms?|tend(?:ing)? (?:the )?(?:cannabis|plants)",
        r"domestic servitude|domestic slave\w*|housekeeper|domestic work\w*",
    ),
    labels=(
        Label(
            "sexual exploitation in this action",
            "exploitation_types[]",
            value="sexual",
            cues=(r"prostitut|brothel|pimp|sex|massage parlour",),
            scope="mention",
        ),
        Label(
            "labour exploitation in this action",
            "exploitation_types[]",
            value="labour",
            cues=(r"labou?r|work",),
            bar=(r"sex|domestic",),
            scope="mention",
        ),
        Label(
            "criminal exploitation in this action",
            "exploitation_types[]",
            value="criminal",
            cues=(r"county lines|cuckoo|drug|class|crim|deal|forced to|cannabis|tend",),
            bar=(r"forced to work",),
            scope="mention",
        ),
        Label(
            "domestic servitude in this action",
            "exploitation_types[]",
            value="domestic_servitude",
            cues=(r"domestic|housekeeper",),
            scope="mention",
        ),
        _NOT_HERE,
    ),
    examples=(
        (
            "forced labour",
            "Four men were arrested over forced labour.",
            "labour exploitation in this action",
        ),
        (
            "brothels",
            "Officers raided two brothels and held the owner.",
            "sexual exploitation in this action",
        ),
        (
            "county lines",
            "The week targeted county lines gangs.",
            "criminal exploitation in this action",
        ),
        (
            "sexual exploitation",
            "Slavery, forced labour and sexual exploitation happen everywhere, he said.",
            "in general",
        ),
        ("prostitution", "Signs of trafficking are debt, fear and prostitution.", "in general"),
    ),
    most=8,
)

PREMISES = Sort(
    name="premises",
    find="terms",
    question="Was a kind of place searched or visited in this action?",
    terms=(
        r"\b(?:(?!(?:that|the|this|a|an|of|at|in|on|to|by|as|is|are|was|were|these|those|their|our|its|his|her|other|several|some|more|many|all|no|and|or|from|for|with|into|over|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|raids?|search|visit|visits|target|hit|check|checks|police|fake|illegal|many|\w+ed|\w+ly)\b)[a-z-]+ ){0,2}\b(?:bars|salons?|shops|stores|parlours|washes|houses|homes|flats|apartments|farms?|factories|warehouses|hotels|motels|hostels|shelters|brothels|restaurants|takeaways|cafes|pubs|clubs|nightclubs|sites|schools|churches|rentals|offices|buildings|saunas|spas|farmhouse|schools)|\b(?:truck|rest|service|bingo|scrap|building|caravan|construction|petrol|taxi|filling|industrial|market|recycling|breakers) (?:stops|halls?|yards|stations|firms|units|stalls|sites|plants|estates)|(?<=\ba )(?:[a-z-]+ ){0,2}(?:house|home|flat|apartment|farm|farmhouse|factory|warehouse|hotel|motel|brothel|restaurant|takeaway|shop|salon|nail bar|car wash|massage parlour|nightclub|pub|caravan site|hall|sauna)\b",
    ),
    labels=(
        Label(
            "searched or visited",
            "premises_types[]",
            bar=(
                r"^(?:police|fire|service|train|custody) ",
                r"\bcannabis\b",
                r"\b(?:safe|guest) houses?$",
                r"\b(?:business(?:es)?|sites|buildings|offices|units|airports|ports|homes and)$",
            ),
            scope="mention",
        ),
        Label("only mentioned"),
    ),
    examples=(
        ("betting shops", "Officers searched betting shops and garages.", "searched or visited"),
        ("warehouses", "The team went to warehouses to speak to staff.", "searched or visited"),
        ("police station", "They were taken to a police station.", "only mentioned"),
        ("fields", "Victims are often found in fields and kitchens.", "only mentioned"),
    ),
    most=8,
)

PROBE = (
    *SUSPECT,
    r"\b(?:probe|investigat\w*|inquiry|raid\w*|gang|convicted|jailed|guilty|operation|offences?|admitted"
    r"|sentenced|wanted|sting|accused|crackdown)\b",
)
_CATEGORIES = (
    ("human trafficking", "human_trafficking"),
    ("modern slavery", "modern_slavery"),
    ("labour exploitation", "labour_exploitation"),
    ("sexual exploitation", "sexual_exploitation"),
    ("drugs", "drugs"),
    ("firearms", "firearms"),
    ("immigration", "immigration"),
    ("money laundering", "money_laundering"),
    ("theft or fraud", "theft_or_fraud"),
    ("other crime", "other"),
)
_OFFENCE_CUES: dict[str, tuple[str, ...]] = {
    "human_trafficking": (r"traffick", r"arrang\w+ (?:or facilitat\w+ )?(?:the )?travel"),
    "modern_slavery": (r"slave", r"servitude", r"forced", r"compulsory"),
    "labour_exploitation": (r"labou?r", r"worker", r"exploit"),
    "sexual_exploitation": (r"prostitut", r"brothel", r"pimp", r"sex"),
    "drugs": (
        r"drug",
        r"class [abc]",
        r"cannabis",
        r"cocaine",
        r"heroin",
        r"narcotic",
        r"supply",
        r"meth",
    ),
    "firearms": (r"firearm", r"gun", r"weapon", r"ammunition"),
    "immigration": (
        r"immigra",
        r"illegal entry",
        r"smuggl",
        r"illegal work",
        r"non-citizen",
        r"overstay",
        r"visa",
    ),
    "money_laundering": (r"launder", r"proceeds of crime", r"criminal property"),
    "theft_or_fraud": (r"theft", r"fraud", r"robber", r"burglar", r"stolen", r"steal"),
}
_NOUNS = (
    r"(?:human|people|child|sex) trafficking(?: offences)?|trafficking offences|modern(?:[- ]day)? slavery(?: offences)?|labour exploitation|forced labour|sexual exploitation|money laundering|controlling prostitution(?: for gain)?|immigration offences|drugs? offences|firearms? offences|benefit fraud|people smuggling",
)
OFFENCES = Sort(
    name="offences",
    find="charges",
    question="Which crime are suspects investigated, arrested, charged or convicted for in this action?",
    terms=(
        r"\bsuspicion of\b|\bsuspected of\b|\bcharged with\b|\bcharges? of\b|\bconvicted of\b|\bguilty of\b|\bguilty to\b|\badmitted\b|\bcounts? of\b|\bin connection with\b|\baccused of\b|\boffences (?:of|including|involving|such as)\b|\bwanted for\b|\barrested for\b|\bheld over\b|\barrested over\b|\binvestigat\w+ (?:into|for)\b|\bsentenced for\b|\bjailed for\b|\bface charges of\b",
        *_NOUNS,
    ),
    labels=(
        *(
            Label(
                name,
                "offences[].text",
                beside=PROBE,
                fixed={"category": category},
                cues=_OFFENCE_CUES.get(category, ()),
                bar=()
                if category in _OFFENCE_CUES
                else tuple(cue for cues in _OFFENCE_CUES.values() for cue in cues),
                scope="mention",
            )
            for name, category in _CATEGORIES
        ),
        Label("not a crime of these suspects"),
    ),
    explain="not a crime of these suspects: a remark about such crime in general, a body's or law's name, victims of a crime, no crime at all",
    examples=(
        (
            "running a cannabis farm",
            "Two men were held on suspicion of running a cannabis farm.",
            "drugs",
        ),
        (
            "people trafficking",
            "Seven homes were raided in a people trafficking probe.",
            "human trafficking",
        ),
        ("handling stolen goods", "She was charged with handling stolen goods.", "theft or fraud"),
        (
            "holding a person in slavery",
            "He admitted holding a person in slavery.",
            "modern slavery",
        ),
        (
            "modern slavery",
            "Modern slavery is often hidden, she said.",
            "not a crime of these suspects",
        ),
        (
            "sex trafficking",
            "Victims of sex trafficking can call the hotline.",
            "not a crime of these suspects",
        ),
    ),
    most=14,
)

STATUS = Sort(
    name="victim status",
    find="terms",
    question="How sure is the article that the people are victims?",
    terms=(r"(?:\w+ ){0,2}victims?\b(?: of)?",),
    labels=(
        Label(
            "potential victims found in this action",
            "victims[].status",
            value="potential",
            cues=(
                r"\b(?:potential|possible|suspected|believed|alleged|thought|feared|may have|potentially|could be)\b",
            ),
            scope="sentence",
        ),
        Label(
            "victims found in this action",
            "victims[].status",
            value="confirmed",
            bar=(r"\b(?:potential|possible|suspected|believed|alleged|thought|feared)\b",),
            scope="sentence",
        ),
        Label("victims in general"),
    ),
    explain="victims in general: no particular people, or other cases",
    examples=(
        (
            "possible victims of",
            "Ten possible victims of slavery were found.",
            "potential victims found in this action",
        ),
        (
            "suspected victims",
            "The two suspected victims are in care.",
            "potential victims found in this action",
        ),
        ("victims", "All six victims were taken to hospital.", "victims found in this action"),
        ("a victim", "Anyone could be a victim, he said.", "victims in general"),
    ),
    most=6,
)

SAFE = Sort(
    name="safeguarded",
    find="terms",
    question="Are the victims of this action said to be safe or supported?",
    terms=(
        r"safeguard(?:ed|ing)|place(?:s)? of safety|reception cent(?:re|er)|taken to (?:a )?safe\w*|being supported|are (?:now )?(?:being )?(?:supported|cared for|looked after)|offered (?:\w+ )?support|receiv\w+ (?:\w+ )?(?:support|care|help)|(?:given|provided with) (?:\w+ )?(?:support|care|help|accommodation)|protected|in (?:the )?care of|safe house|safe accommodation|brought to safety",
    ),
    labels=(
        Label("victims of this action are safe or supported", "victims[].safeguarded", value=True),
        Label("not about the victims of this action"),
    ),
    examples=(
        (
            "place of safety",
            "The women were moved to a place of safety.",
            "victims of this action are safe or supported",
        ),
        (
            "being supported",
            "They are being supported by a charity.",
            "victims of this action are safe or supported",
        ),
        (
            "safeguarding",
            "Safeguarding is a duty for all of us, he said.",
            "not about the victims of this action",
        ),
    ),
    most=5,
)

NATIONALITY = Sort(
    name="nationality",
    find="@nationalities",
    question="Whose nationality does a word give?",
    labels=(
        Label(
            "victims",
            "victims[].nationality",
            cues=(
                *VICTIM,
                r"\bwomen\b",
                r"\bmen\b",
                r"\bworkers\b",
                r"\bpeople\b",
                r"\bnationals\b",
            ),
        ),
        Label("somebody else"),
    ),
    examples=(
        ("Norwegian", "The nine victims, all Norwegian, are safe.", "victims"),
        ("Chilean", "Six Chilean women were rescued.", "victims"),
        ("Chilean", "Chilean police took part.", "somebody else"),
        ("Norwegian", "Two Norwegian suspects were arrested.", "somebody else"),
    ),
)

STATEMENTS = Describe(
    name="statements",
    find="quotations",
    question="Who is speaking?",
    into="statements[]",
    given="quotes",
    split=("title", "organisation"),
    cut=("speaker", "title"),
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
    ),
)

CONTACTS = Describe(
    name="contacts",
    find="contacts",
    question="Who answers there?",
    into="contacts[]",
    given="value",
    fields={"label": "who answers, in the article's words"},
    examples=(
        ("Call the Rescue Line on [0800 000 000] at any time.", {"label": "Rescue Line"}),
        ("Anyone with information should ring police on [555].", {"label": "police"}),
        ("Write to the charity at [help@hope.example].", {"label": "charity"}),
    ),
)

OPERATION_GUIDE = Guide(
    steps=(
        HEADLINE, KIND, NUMBERS, NAMES, OPERATION_NAME, LEAD, BODIES, PLACES, START, LENGTH,
        EXPLOITATION, PREMISES, OFFENCES, STATUS, SAFE, NATIONALITY, STATEMENTS, CONTACTS,
    ),
    groupings=(
        Grouping("arrests", "group", anchor="count", place="place", parts=("men", "women")),
        Grouping("victims", "group", anchor="count", place="place", parts=("men", "women", "adults", "children")),
        Grouping("offences", "each", anchor="text"),
        Grouping("organisations", "each", anchor="name"),
        Grouping("premises_types", "fullest"),
        Grouping("statements", "each", anchor="speaker"),
        Grouping("contacts", "each", anchor="value"),
    ),
    page_date="page_date",
    places="locations[]",
    elided=("@places", "@bodies"),
    canonical=canonical,
    derived=(Derived("organisations", "canonical", "name", canonical),),
)  # fmt: skip
