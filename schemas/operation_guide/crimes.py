"""What the crime was: the kinds of exploitation, the kinds of place searched, the offences."""

from __future__ import annotations

from schemas.guide import Label, Sort
from schemas.operation_guide.cues import EARLIER, GENERAL, PROBE, PUNISHED, either

# How each kind of exploitation is named.
_SEXUAL = either(
    r"prostitut\w*",
    r"brothels?",
    r"pimp\w*",
    r"sex(?:ual)? (?:exploitation|slavery|trafficking|work\w*|services|trade)",
    r"sexually exploit\w*",
    r"sell sex",
    r"massage parlours?",
    r"(?:bawdy|disorderly) houses?",
    r"sexual (?:acts|services?)",
    r"sex workers?",
    r"pop-up brothels?",
)
_LABOUR = either(
    r"labour exploitation",
    r"forced (?:labour|to work)",
    r"unpaid (?:work|labour)",
    r"labor (?:exploitation|trafficking)",
    r"forced labor",
    r"(?:very |so )?little (?:or no )?pay",
    r"made to work",
    r"exploit\w* workers",
    r"compulsory labour",
)
_CRIMINAL = either(
    r"county lines",
    r"cuckoo\w*",
    r"drug (?:dealing|supply|trafficking|runners?)",
    r"supply(?:ing)? (?:of )?(?:class|drugs)",
    r"forced crim\w*",
    r"criminal exploitation",
    r"deal drugs",
    r"forced to (?:steal|beg|shoplift|grow)",
    r"cannabis farms?",
    r"tend(?:ing)? (?:the )?(?:cannabis|plants)",
)
_OTHER = r"forced begging|organ (?:removal|harvesting|trafficking)|forced marriages?"
_DOMESTIC = r"domestic servitude|domestic slave\w*|housekeeper|domestic work\w*"

# Invented; in the last two the words are there, but not said of an action.
_EXPLOITED = (
    ("forced labour", "Four men were arrested over forced labour.",
     "labour exploitation in this action"),
    ("brothels", "Officers raided two brothels and held the owner.",
     "sexual exploitation in this action"),
    ("county lines", "The week targeted county lines gangs.",
     "criminal exploitation in this action"),
    ("sexual exploitation",
     "Slavery, forced labour and sexual exploitation happen everywhere, he said.",
     "in general"),
    ("prostitution", "Signs of trafficking are debt, fear and prostitution.", "in general"),
)  # fmt: skip

# The model says "in general" too readily where nothing general is said.
_SAID_OF_IT = 3.0


def _exploited(name: str, value: str, cues: tuple[str, ...], bar: tuple[str, ...] = ()) -> Label:
    return Label(
        f"{name} in this action",
        "exploitation_types[]",
        value=value,
        unquoted=True,
        away=(*EARLIER, *GENERAL),
        weight=_SAID_OF_IT,
        cues=cues,
        bar=bar,
        scope="mention",
    )


EXPLOITATION = Sort(
    name="exploitation",
    find="terms",
    question="Is a kind of exploitation named for this action (its victims, suspects, offences or "
    "targets), or only in general?",
    terms=(_SEXUAL, _LABOUR, _CRIMINAL, _DOMESTIC, _OTHER),
    labels=(
        _exploited(
            "sexual exploitation", "sexual", (r"prostitut|brothel|pimp|sex|massage parlour",)
        ),
        _exploited("labour exploitation", "labour", (r"labou?r|work",), (r"sex|domestic",)),
        _exploited(
            "criminal exploitation",
            "criminal",
            (r"county lines|cuckoo|drug|class|crim|deal|forced to|cannabis|tend",),
            (r"forced to work",),
        ),
        _exploited("domestic servitude", "domestic_servitude", (r"domestic|housekeeper",)),
        _exploited("another kind of exploitation", "other", (r"begging|organ|marriage",)),
        Label("in general"),
    ),
    examples=_EXPLOITED,
    most=8,
)

# Up to two words that describe a place ("empty nail bars"), but none of these.
_DESCRIBING = (
    r"(?:(?!(?:that|the|this|a|an|of|at|in|on|to|by|as|is|are|was|were|these|those|their|our|its"
    r"|his|her|your|typical|other|several|some|more|many|all|no|and|or|from|for|with|into|over|one|two|three|four"
    r"|five|six|seven|eight|nine|ten|eleven|twelve|various|numerous|local|such|including|different"
    r"|certain|nearby|raids?|search|visit|visits|target|hit|check"
    r"|checks|police|fake|illegal|many|\w+ed|\w+ly)\b)"
    # A capital only where the sentence begins: "Ashby farm" is a farm.
    r"(?:(?-i:[a-z])|(?<![\s\S])[A-Z])[a-z-]* ){0,2}"
)
# Kinds of place, mostly in the plural.
_PLACES = (
    r"(?:bars|salons?|shops|stores|parlours|washes|houses|homes|flats|apartments|farms?|factories"
    r"|warehouses|hotels|motels|hostels|shelters|brothels|restaurants|takeaways|cafes|pubs|clubs"
    r"|nightclubs|sites|schools|churches|rentals|offices|buildings|saunas|spas|farmhouse|lodges"
    r"|properties|residences|establishments|stations|airports|ports|crossings|condominiums|bedsits"
    r"|caravans|dwellings|hostels|cafes|cafés|casinos|markets|stalls|yards|villas|dormitories|gers)"
)
# Kinds of place that take two words ("truck stops").
_PAIRS = (
    r"\b(?:truck|rest|service|bingo|scrap|building|caravan|construction|petrol|taxi|filling"
    r"|industrial|market|recycling|breakers)"
    r" (?:stops|halls?|yards|stations|firms|units|stalls|sites|plants|estates)"
)
# One place, after "a".
_ONE = (
    r"(?<=\ba )(?:[a-z-]+ ){0,2}(?:house|home|flat|apartment|farm|farmhouse|factory|warehouse|hotel"
    r"|motel|brothel|restaurant|takeaway|shop|salon|nail bar|car wash|massage parlour|nightclub|pub"
    r"|caravan site|hall|sauna|bar|residence|condominium|villa|spa|café|cafe|casino|lodge)\b"
)

PREMISES = Sort(
    name="premises",
    find="terms",
    question="Was a kind of place searched or visited in this action?",
    terms=(either(rf"\b{_DESCRIBING}\b{_PLACES}\b", _PAIRS, _ONE),),
    labels=(
        Label(
            "searched or visited",
            "premises_types[]",
            beside=(
                r"\b(?:raid\w*|search\w*|visit\w*|target\w*|warrants?|enter\w*|check\w*|inspect\w*"
                r"|swoop\w*|storm\w*|patrol\w*|attend\w*|went to|called at|premises|operations?"
                r"|discovered|uncovered|closed|shut|bust\w*|arrested|rescued|found|addresses"
                r"|bar|crackdown|sting|probe)\b",
            ),
            away=(*EARLIER, *PUNISHED, r"\bused to\b", r"\b(?:sent|taken|moved) to\b"),
            bar=(
                # Where the police, or those they took in, are at home.
                r"^(?:police|fire|service|custody) ",
                r"^(?:properties|establishments|yards|stations)$",
                r"\b(?:safe|guest) houses?$",
                # Too general to be a kind of place.
                r"\b(?:business(?:es)?|sites|buildings|offices|units|homes and)$",
            ),
            scope="mention",
        ),
        Label("only mentioned"),
    ),
    examples=(
        ("betting shops", "Officers searched betting shops and garages.", "searched or visited"),
        ("warehouses", "The team went to warehouses to speak to staff.", "searched or visited"),
        ("police station", "Both are being questioned at a police station.", "only mentioned"),
        ("fields", "Victims are often found in fields and kitchens.", "only mentioned"),
    ),
    most=8,
)

# Words that lead up to an offence: what follows them is asked about.
_LEAD_INS = either(
    r"\bsuspicion of\b", r"\bsuspected of\b", r"\bcharged(?: \w+){0,3} with\b",
    r"\bcharges? of\b", r"\bcharges? (?:including|relat(?:ed|ing) to)\b",
    r"\bconvicted(?: \w+){0,3} of\b", r"\bguilty(?: \w+){0,3} (?:of|to)\b", r"\badmitt(?:ed|ing)\b",
    r"\bcounts? of\b", r"\bin (?:connection with|relation to)\b", r"\baccused of\b",
    r"\boffen[cs]es? (?:of|including|involving|such as|relat(?:ed|ing) to|under)\b",
    r"\bwanted for\b", r"\barrested(?: \w+){0,3} (?:for|over)\b", r"\bheld over\b",
    r"\binvestigat\w+ (?:into|for)\b", r"\bsentenced(?: \w+){0,3} for\b", r"\bjailed for\b",
    r"\bfac(?:e|es|ed|ing)(?: \w+){0,3} charges of\b", r"\bviolations? of\b",
    r"\bcharged with the following\b", r"\bfor alleged(?:ly)?\b",
    r"\bfound to (?:be|have been)\b",
)  # fmt: skip
# Offences that are named without such words.
_NAMED = either(
    r"(?:human|people|child|sex)[- ]trafficking(?: offences)?", r"trafficking offences",
    r"modern(?:[- ]day)? slavery(?: offences)?", r"labour exploitation", r"forced labour",
    r"sexual exploitation", r"money laundering", r"controlling prostitution(?: for gain)?",
    r"immigration offences", r"drugs? offences", r"firearms? offences", r"benefit fraud",
    r"people smuggling", r"prostitution(?= (?:sting|ring|raids?|probe|operation|gang|network))",
)  # fmt: skip

# Each category of offence: the answer, the category, words one of which the offence must have.
_CATEGORIES = (
    ("human trafficking", "human_trafficking",
     (r"traffick|human traffic|to traffic", r"(?:arrang|facilitat)\w+\W+(?:\w+ ){0,2}travel")),
    ("modern slavery", "modern_slavery", (r"slave", r"servitude", r"forced", r"compulsory")),
    ("labour exploitation", "labour_exploitation", (r"labou?r", r"worker", r"exploit")),
    ("sexual exploitation", "sexual_exploitation", (r"prostitut", r"brothel", r"pimp", r"sex")),
    ("drugs", "drugs",
     (r"drug", r"class [abc]", r"cannabis", r"cocaine", r"heroin", r"narcotic", r"supply",
      r"meth", r"substance", r"marijuana")),
    ("firearms", "firearms", (r"firearm", r"gun", r"weapon", r"ammunition")),
    ("immigration", "immigration",
     (r"immigra", r"illegal entry", r"smuggl", r"illegal work", r"non-citizen", r"overstay",
      r"visa")),
    ("money laundering", "money_laundering",
     (r"launder", r"proceeds of crime", r"criminal property")),
    ("theft or fraud", "theft_or_fraud",
     (r"theft", r"fraud", r"robber", r"burglar", r"stolen", r"steal")),
)  # fmt: skip
# What a category's words also say of another one.
_BUT = {
    "human_trafficking": (
        r"\b(?:drugs?|cannabis|cocaine|heroin|substances?|narcotics?|arms|weapons?) traffick",
        r"traffick\w+ (?:in |of )?(?:drugs?|cannabis|cocaine|heroin|controlled|narcotics?|arms)",
        r"purposes? of traffick",
    ),
    "modern_slavery": (r"\bforced (?:entry|marriage)", r"traffic\w*\b.*\bfor\b"),
    # What somebody is trafficked for is the purpose, not a crime of its own.
    "labour_exploitation": (r"traffic", r"forced", r"compulsory"),
    "sexual_exploitation": (r"traffic",),
}
_ANY_CATEGORY = tuple(cue for _, _, cues in _CATEGORIES for cue in cues)


# Bare things, and words for an offence that say nothing of it.
_NO_OFFENCE = (
    r"^(?:crack |class [abc] )?(?:heroin|cocaine|crack|cannabis|marijuana|drugs|cash|weapons)$",
    r"^(?:multiple|numerous|various|total of|\d+) [\w ]*(?:offen[cs]es|crimes|charges|felonies)$",
    r"^(?:felon(?:y|ies)|misdemeanou?rs?|serious (?:offen[cs]es|crimes))$",
    r"^(?:variety|number|range|series|string|host) of\b",
    r"^(?:the )?(?:following|offen[cs]es?|crimes?|charges?|investigation|incidents?|matter)$",
)


# People and things: an inquiry into these names no crime.
_WHO = (
    r"\b(?:gangs?|groups?|networks?|rings?|suspects?|persons?|people|man|men|woman|women|official"
    r"|agents?|addresses|allegations?|complaints?|reports?|activit(?:y|ies)|matters?|deaths?|raids?"
    r"|operations?|arrests?|acts? no|identification|information)\b",
)


def _offence(name: str, category: str, cues: tuple[str, ...], bar: tuple[str, ...] = ()) -> Label:
    return Label(
        name,
        "offences[].text",
        beside=PROBE,
        unquoted=True,
        fixed={"category": category},
        cues=cues,
        bar=(*_NO_OFFENCE, *bar),
        scope="mention",
    )


# Invented; the last two speak of such crime in general.
_OFFENDED = (
    ("running a cannabis farm", "Two men were held on suspicion of running a cannabis farm.",
     "drugs"),
    ("people trafficking", "Seven homes were raided in a people trafficking probe.",
     "human trafficking"),
    ("handling stolen goods", "She was charged with handling stolen goods.", "theft or fraud"),
    ("holding a person in slavery", "He admitted holding a person in slavery.", "modern slavery"),
    ("Modern slavery", "Modern slavery is often hidden, she said.",
     "not a crime of these suspects"),
    ("sex trafficking", "Victims of sex trafficking can call the hotline.",
     "not a crime of these suspects"),
)  # fmt: skip

OFFENCES = Sort(
    name="offences",
    find="charges",
    question="Which crime are suspects investigated, arrested, charged or convicted for in this "
    "action?",
    terms=(_LEAD_INS, _NAMED),
    labels=(
        *(
            _offence(name, category, cues, _BUT.get(category, ()))
            for name, category, cues in _CATEGORIES
        ),
        _offence("other crime", "other", (), bar=(*_ANY_CATEGORY, *_WHO)),
        Label("not a crime of these suspects"),
    ),
    explain="not a crime of these suspects: a remark about such crime in general, a body's or "
    "law's name, victims of a crime, no crime at all",
    examples=_OFFENDED,
    most=14,
    unless=("kind", "campaign"),  # what it wants to prevent is nobody's offence
)
