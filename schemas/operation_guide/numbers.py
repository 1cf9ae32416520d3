"""What the numbers of an article count: people arrested, victims, officers, places, warrants."""

from __future__ import annotations

from schemas.guide import ALL, Label, Sort
from schemas.operation_guide.cues import (
    ARREST,
    ARRESTED,
    BACKGROUND,
    EARLIER,
    FEMALE,
    HYPOTHETICAL,
    MALE,
    OFFICERS,
    PUNISHED,
    RESCUED,
    SUBSET,
    SUSPECT,
    VICTIM,
)

# What a number is by its form: somebody's age, or none at all ("no arrests").
_AGE = frozenset({"age"})
_ZERO = frozenset({"zero"})

# Arrested people whom the police have not let go.
_CUSTODY = (
    r"\bcustody\b", r"\bremand", r"\bstill (?:being )?held\b", r"\bbeing held\b",
    r"\bremain\w*\s+(?:in (?:police|jail|prison|detention)|behind|under|detained|held)\b",
    r"\bbehind bars\b", r"\bdetained (?:by|at|in) ", r"\bin jail\b", r"\bin prison\b",
    r"\bheld without\b",
)  # fmt: skip

# Everybody who may take part beside officers.
_PERSONNEL = (
    r"\bpeople\b", r"\bpersonnel\b", r"\bstaff\b", r"\bofficers\b", r"\bprofessionals\b",
    r"\bpartners\b", r"\bvolunteers\b", r"\bspecialists\b", r"\bworkers\b",
)  # fmt: skip

# Whole forces, not their officers.
_FORCES = (r"\bforces?\b", r"\bpolice services\b", r"\bpolice departments\b")

# Places that can be searched or visited, by the stem that singular and plural share.
_ADDRESSES = (
    r"\b(?:address|propert|premises|home|house|flat|site|location|shop|bar|brothel|parlour|hotel"
    r"|motel|venue|building|factor|farm|warehouse|business|apartment|residence|place|restaurant"
    r"|takeaway|car wash)\w*",
)

# Who counts here are the police.
_POLICE = tuple(f"phrase: {cue}" for cue in OFFICERS)

# Things are counted, not people.
_THINGS = (
    r"phrase: \b(?:warrants?|offen[cs]es?|charges?|counts?|cases?|vehicles?|cars?|phones?|plants?"
    r"|teams?|searches|raids|visits|years?(?!-old)|reports?|calls?|leaflets|forces)\b",
    *(f"phrase: {words}" for words in _ADDRESSES),
)

# Men and women are counted as such; their sum is the count.
_SEXED = (*(f"phrase: {words}" for words in (*MALE, *FEMALE)),)

# Some of those counted before ("12 of them").
_PART = tuple(f"phrase: {words}" for words in SUBSET)

# Somebody came to a place.
_SEARCHED = (
    r"sentence: \b(?:raid\w*|search\w*|warrants?|visit\w*|target\w*|attended|entered|swoop\w*"
    r"|stormed|checks?|checked|inspect\w*)\b",
)

# The clause says who is still held, not who was arrested.
_KEPT = (
    r"clause: \b(?:remain\w*|still)\b.*\b(?:custody|held|detained|behind bars)\b",
    r"clause: \bremanded\b",
)

# Who carried the action out.
_TAKING_PART = (
    r"\b(?:involv\w*|took part|taking part|join\w*|deployed|attended|supported|made up|drawn from"
    r"|strong|carried out|worked|led|from)\b",
)

# Words that claim a number for those arrested; for the victims it is VICTIM.
_TAKEN = (*SUSPECT, r"\baccused\b")


def _taken(name: str, field: str, cues: tuple[str, ...]) -> Label:
    """Part of the people arrested, told by a word of the number's own phrase."""
    return Label(
        name,
        f"arrests[].{field}",
        cues=cues,
        near=SUSPECT,
        scope="phrase",
        bar=SUBSET,
        claims=_TAKEN,
        likely=ARRESTED,
    )


def _freed(name: str, field: str, cues: tuple[str, ...], bar: tuple[str, ...] = ()) -> Label:
    """Part of the victims, in the same way."""
    return Label(
        name,
        f"victims[].{field}",
        cues=cues,
        near=VICTIM,
        scope="phrase",
        bar=bar,
        claims=VICTIM,
        likely=RESCUED,
    )


_ARRESTED = (
    Label(
        "people arrested",
        "arrests[].count",
        cues=ARREST,
        bar=(*BACKGROUND, *_KEPT, *_POLICE, *_PART, *_THINGS, *_SEXED),
        claims=_TAKEN,
        likely=ARRESTED,
    ),
    Label("people arrested", "arrests[].count", cues=(r"\barrest", r"\bdetain"), tags=_ZERO),
    _taken("men arrested", "men", MALE),
    _taken("women arrested", "women", FEMALE),
    Label("people still in custody", "arrests[].in_custody", cues=_CUSTODY, bar=_THINGS),
)

_VICTIMS = (
    Label(
        "victims",
        "victims[].count",
        cues=VICTIM,
        bar=(*BACKGROUND, *HYPOTHETICAL, *_POLICE, *_PART, *_THINGS, *_SEXED),
        claims=VICTIM,
        likely=RESCUED,
    ),
    Label("victims", "victims[].count", cues=(r"\bvictims?\b",), tags=_ZERO),
    _freed("adult victims", "adults", (r"\badults?\b",)),
    _freed("child victims", "children", (r"\bchild(?:ren)?\b",)),
    _freed("male victims", "men", MALE, SUBSET),
    _freed("female victims", "women", FEMALE, SUBSET),
)

_AGES = (
    Label(
        "age of people arrested",
        "arrests[].age_min|age_max",
        near=_TAKEN,
        away=EARLIER,
        tags=_AGE,
        claims=_TAKEN,
    ),
    Label(
        "age of victims",
        "victims[].age_min|age_max",
        near=VICTIM,
        away=(*EARLIER, *PUNISHED),
        tags=_AGE,
        claims=VICTIM,
    ),
)

_SCALE = (
    Label(
        "officers taking part",
        "officers",
        likely=(r"sentence: \b(?:involv\w*|took part|taking part|deployed|joined|carried out)\b",),
        cues=OFFICERS,
        away=BACKGROUND,
        scope="phrase",
        # "30 officers, staff and volunteers" are more than officers.
        bar=(*SUBSET, r"sentence: {mention} officers, [\w ,]{3,60} and "),
    ),
    Label(
        "people taking part",
        "personnel",
        cues=_PERSONNEL,
        likely=(r"sentence: {mention} officers, [\w ,]{3,60} and ",),
        beside=_TAKING_PART,
        away=BACKGROUND,
        scope="phrase",
    ),
    Label("police forces taking part", "police_forces", cues=_FORCES, scope="phrase"),
    Label(
        "places searched or visited",
        "addresses",
        cues=_ADDRESSES,
        away=BACKGROUND,
        likely=_SEARCHED,
        scope="phrase",
    ),
    Label("warrants", "warrants", cues=(r"\bwarrants?\b",), away=BACKGROUND, scope="phrase"),
)

# What "a" counts one of: people, and what can be searched or executed once.
_SINGLE = (
    r"man|woman|boy|girl|teenager|child|suspect|victim|warrant|address|property|house|home"
    r"|flat|apartment|residence|farm|bar|brothel|restaurant|shop|salon|hotel|factory|warehouse|site",
)

NUMBERS = Sort(
    name="numbers",
    find="numbers",
    terms=_SINGLE,
    question="What does a number in the article count?",
    labels=(*_ARRESTED, *_VICTIMS, *_AGES, *_SCALE, Label("none of these")),
    explain="people arrested: how many were arrested in this action\n"
    "victims: how many victims were found, rescued or safeguarded in this action\n"
    "none of these: suspects only watched, goods, money, other years, other actions, "
    "other countries' totals",
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
        (
            "nine forces",
            "The week involved nine forces from the region.",
            "police forces taking part",
        ),
        ("three search warrants", "They had three search warrants.", "warrants"),
        ("300 arrests", "Last year saw 300 arrests in the whole country.", "none of these"),
        ("40 drivers", "They spoke to 40 drivers at the depot.", "none of these"),
        ("Two inspectors", "Two inspectors gave a talk at the school.", "none of these"),
    ),
)

# All of those arrested are held, without a number.
_EVERYBODY = (
    r"sentence: \b(?:they|all|both|who|the (?:\w+ )?(?:men|women|man|woman|suspects?|accused|pair"
    r"|trio|duo|individuals|defendants|couple|brothers|sisters|people))\b[^.;]{0,70}{mention}",
)
_SOME = (
    r"sentence: \b(?:rest|others?|some|several|\d+|one|two|three|four|five|six|seven|eight|nine|ten"
    r"|another)\b[^.;,]{0,40}{mention}",
)

CUSTODY = Sort(
    name="custody",
    find="terms",
    question="Who is said to be in custody?",
    terms=(
        r"remain(?:s|ed|ing)? (?:in (?:police )?custody|behind bars|in detention)",
        r"(?:were|was|been|are|is) (?:all |both )?remanded(?: in(?:to)? (?:police )?custody)?",
        r"(?:are|is|were|was) (?:still |currently |now |being held )*in (?:police )?custody",
        r"(?:being|still|currently) held (?:in custody|by police|for questioning)",
    ),
    labels=(
        Label(
            "all of the people arrested",
            "arrests[].in_custody",
            value=ALL,
            cues=_EVERYBODY,
            bar=_SOME,
            away=(*EARLIER, *PUNISHED),
        ),
        Label("somebody else"),
    ),
    examples=(
        (
            "remain in custody",
            "The drivers were held at dawn. All of them remain in custody.",
            "all of the people arrested",
        ),
        ("are still in custody", "Both are still in custody.", "all of the people arrested"),
        ("was remanded", "A driver held in an earlier case was remanded.", "somebody else"),
    ),
    most=3,
)
