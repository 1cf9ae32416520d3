"""How the values of a `ProductRecall` are found: cues, labels and invented examples.

Everything known here about recalls stands in this file and in the field descriptions of
``examples.recall``; the extractor knows nothing of the subject.
"""

from __future__ import annotations

from schemas.guide import Describe, Grouping, Guide, Label, Pick, Sort

_HURT = (
    r"\binjur", r"\bhurt\b", r"\bburns?\b", r"\btreated\b", r"\bill\b", r"\brash\b", r"\bsick",
)  # fmt: skip
_FAULT = (
    r"\breport", r"\bcomplain", r"\bincidents?\b", r"\bcome off\b", r"\bfail", r"\bbr[eo]k",
)  # fmt: skip
_LAST_YEAR = r"\blast year\b"

NUMBERS = Sort(
    name="numbers",
    find="numbers",
    question="What does a number in a report on a product recall count?",
    labels=(
        Label(
            "units of the product",
            "units_sold",
            cues=(r"\bunits?\b", r"\bsold\b", r"\brecall", r"\bwithdrawn\b", r"\baffected\b"),
            bar=(_LAST_YEAR, r"\bnot affected\b"),
        ),
        Label("reports of the fault", "incidents", cues=_FAULT, bar=(_LAST_YEAR,)),
        Label("people hurt or ill", "injuries", cues=_HURT, bar=(_LAST_YEAR,)),
        Label("people hurt or ill", "injuries", cues=_HURT, tags=frozenset({"zero"})),
        Label("none of these"),
    ),
    explain="units of the product: how many were made, sold or are affected\n"
    "reports of the fault: how many times it failed or was complained about\n"
    "none of these: another product, another year, some of those hurt, prices, tests",
    examples=(
        ("Some 500 heaters", "Some 500 heaters are being recalled.", "units of the product"),
        ("about 70,000", "Units: about 70,000", "units of the product"),
        ("six reports", "The firm had six reports of a broken handle.", "reports of the fault"),
        ("One woman", "One woman was treated for a cut.", "people hurt or ill"),
        ("Nobody", "Nobody was hurt.", "people hurt or ill"),
        ("800 lamps", "Another 800 lamps, sold in blue boxes, are safe.", "none of these"),
        ("40 fires", "Last year 40 fires were reported in the region.", "none of these"),
    ),
)

NAMES = Sort(
    name="names",
    find="names",
    question="What is the thing that a name in the text stands for?",
    settled=(
        (r"\b(?:Office|Agency|Authority|Commission|Council|University|Post|Times|News)$", ""),
    ),
    labels=(
        Label("product", "@products"),
        Label("company or shop", "@companies"),
        Label("country", "@countries"),
        Label("something else"),
    ),
    explain="something else: a person, a town, a public body, an abbreviation",
    examples=(
        ("Zephyr Nano", "The Zephyr Nano heater has been recalled.", "product"),
        ("Zephyr Homeware", "Zephyr Homeware has recalled a heater.", "company or shop"),
        ("Dunmore Stores", "They were sold at Dunmore Stores until May.", "company or shop"),
        ("Portugal", "The lamps were sold in Portugal and Spain.", "country"),
        ("Anna Reid", "Anna Reid, its director, said she was sorry.", "something else"),
        ("Ashby", "A man from Ashby was hurt.", "something else"),
        ("LED", "The LED lamp is sold in three colours.", "something else"),
    ),
)

PRODUCT = Pick(
    name="product",
    find="@products",
    question="Which of these is the product that is recalled?",
    into="product",
)

MAKER = Pick(
    name="maker",
    find="@companies",
    question="Which of these companies makes the product and recalls it?",
    into="maker",
)

RETAILERS = Sort(
    name="retailers",
    find="@companies",
    question="What has a company to do with the recalled product?",
    labels=(Label("shop that sold it", "retailers[]"), Label("something else")),
    examples=(
        ("Dunmore Stores", "They were sold at Dunmore Stores until May.", "shop that sold it"),
        ("Pell", "The chains Orbis and Pell stocked the heater.", "shop that sold it"),
        ("Zephyr", "Zephyr will send a new plug.", "something else"),
    ),
)

COUNTRIES = Sort(
    name="countries",
    find="@countries",
    question="What has a country to do with the recalled product?",
    labels=(Label("it was sold there", "countries[]"), Label("something else")),
    explain="something else: made there, where somebody comes from, another case",
    examples=(
        ("Spain", "The lamps were sold in Portugal and Spain.", "it was sold there"),
        ("Chile", "Shops in Chile have taken it off the shelves.", "it was sold there"),
        ("India", "It was made in India.", "something else"),
    ),
)

DATES = Sort(
    name="dates",
    find="dates",
    question="What happened on a date in the text?",
    labels=(
        Label("the recall was announced", "recall_date", bar=(r"\bbest[- ]before\b",)),
        Label(
            "the sale began",
            "sold_from",
            cues=(r"\bsold\b", r"\bon sale\b", r"\bshel(?:f|ves)\b", r"\bavailable\b"),
        ),
        Label("something else"),
    ),
    explain="the sale began: the first day or month of sale\n"
    "something else: the last day of sale, a use-by date, an earlier recall, a test",
    examples=(
        ("9 May", "The firm recalled the lamps on 9 May.", "the recall was announced"),
        ("April 2015", "They were sold from April 2015 to June 2016.", "the sale began"),
        ("June 2016", "They were sold from April 2015 to June 2016.", "something else"),
        ("1 July 2016", "All jars have a use-by date of 1 July 2016.", "something else"),
    ),
)

_HAZARDS = (
    ("fire", "fire or burns", r"fires?|burns?|overheat\w*|smok\w+|explo\w+|melt\w*"),
    ("electric_shock", "electric shock", r"shocks?|electrocut\w+"),
    ("choking", "choking", r"chok\w+|suffocat\w+"),
    ("fall", "a fall", r"falls?|fell|tip(?:s|ped)? over|collaps\w+"),
    ("cut", "cuts", r"cuts?|lacerat\w+|shatter\w*"),
    ("allergen", "an allergy", r"allerg\w+|undeclared \w+|may contain \w+"),
    ("contamination", "contaminated food", r"salmonella|listeria|contaminat\w+|mould"),
)
HAZARD = Sort(
    name="hazard",
    find="terms",
    question="Is a danger the reason for the recall?",
    terms=tuple(rf"\b(?:{words})\b" for _, _, words in _HAZARDS),
    labels=(
        *(
            Label(name, "hazard", value=value, cues=(rf"^(?:{words})$",), scope="mention")
            for value, name, words in _HAZARDS
        ),
        Label("not the reason"),
    ),
    examples=(
        ("shock", "The plug can give its user a shock.", "electric shock"),
        ("collapse", "The chair may collapse.", "a fall"),
        ("mould", "Jars were found to hold mould.", "contaminated food"),
        ("fires", "Fire crews put out 40 fires last year.", "not the reason"),
    ),
    most=5,
)

_REMEDIES = (
    ("refund", "money back", r"refund\w*|money back|reimburse\w*|pay back"),
    ("replacement", "a replacement", r"replace\w*|new one|exchange\w*"),
    ("repair", "a repair", r"repair\w*"),
    ("disposal", "throw it away", r"thr[eo]wn? (?:\w+ )?away|dispos\w+|in the bin|discard\w*"),
)
REMEDIES = Sort(
    name="remedies",
    find="terms",
    question="What are owners of the recalled product offered or told to do?",
    terms=tuple(rf"\b(?:{words})\b" for _, _, words in _REMEDIES),
    labels=(
        *(
            Label(name, "remedies[]", value=value, cues=(rf"^(?:{words})$",), scope="mention")
            for value, name, words in _REMEDIES
        ),
        Label("not for owners"),
    ),
    examples=(
        ("money back", "Buyers get their money back.", "money back"),
        ("repair", "The maker will repair the lamps.", "a repair"),
        ("discard", "Owners should discard the jars.", "throw it away"),
        ("replaced", "The director was replaced in May.", "not for owners"),
    ),
    most=6,
)

STATEMENTS = Describe(
    name="statements",
    find="quotations",
    question="Who is speaking?",
    into="statements[]",
    given="quotes",
    fields={
        "speaker": "name without title, null if no name is given",
        "title": "post or trade, without the organisation",
        "organisation": "company or body the speaker belongs to",
    },
    examples=(
        (
            "… said Tom Ode, chief engineer of Zephyr Homeware.",
            {"speaker": "Tom Ode", "title": "chief engineer", "organisation": "Zephyr Homeware"},
        ),
        (
            "A spokesman for Pell said: …",
            {"speaker": None, "title": "spokesman", "organisation": "Pell"},
        ),
        (
            "Ines Marsh, a nurse, told us: …",
            {"speaker": "Ines Marsh", "title": "nurse", "organisation": None},
        ),
    ),
)

CONTACTS = Describe(
    name="contacts",
    find="contacts",
    question="Who answers there?",
    into="contacts[]",
    given="value",
    fields={"label": "who answers, in the text's words, null if it does not say"},
    examples=(
        ("Owners should ring Zephyr Homeware on [555].", {"label": "Zephyr Homeware"}),
        ("The safety board's hotline is [0800 000 000].", {"label": "safety board's hotline"}),
        ("They can also use the [web form].", {"label": None}),
    ),
)

RECALL_GUIDE = Guide(
    steps=(
        NUMBERS, NAMES, PRODUCT, MAKER, RETAILERS, COUNTRIES, DATES, HAZARD, REMEDIES, STATEMENTS,
        CONTACTS,
    ),
    groupings=(
        Grouping("statements", "each", anchor="speaker"),
        Grouping("contacts", "each", anchor="value"),
    ),
)  # fmt: skip
