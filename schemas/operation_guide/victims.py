"""What is said of the victims: how sure it is, whether they are safe, their nationality."""

from __future__ import annotations

from schemas.guide import Label, Sort
from schemas.operation_guide.cues import HYPOTHETICAL, VICTIM, either

# Words of doubt. With one, victims are potential; without the second set, they are confirmed.
_DOUBT = (
    r"\b(?:potential|possible|suspected|believed|alleged(?:ly)?|thought|feared|may have|potentially"
    r"|could be)\b",
)
_STRONG_DOUBT = (r"\b(?:potential|possible|suspected|believed|alleged(?:ly)?|thought|feared)\b",)

# Whoever may be a victim, nobody in particular.
_NOBODY = (
    *HYPOTHETICAL,
    r"\b(?:identify|identifying|spot|help|find|look(?:ing)? for|search(?:ing)? for)"
    r" (?:any |other |more |further |new )?(?:potential |possible )?victims\b",
    r"\b(?:a|any|every|each) (?:potential |possible )?victims?\b(?! (?:was|were|has|had)\b)",
)

# The model says "victims in general" too readily.
_FOUND = 2.0

STATUS = Sort(
    name="victim status",
    find="terms",
    question="How sure is the article that the people are victims?",
    terms=(
        r"(?:\w+ ){0,2}victims?\b(?: of)?",
        # Called so by a verb: "who had been trafficked".
        r"(?:(?:allegedly|believed|feared|suspected|thought|alleged|may) (?:to )?)?"
        r"(?:(?:have|having|had|has|been|being|were|was|is|are) ){1,3}(?:allegedly )?"
        r"(?:trafficked|exploited|enslaved|forced into \w+|forced to work)",
    ),
    labels=(
        Label(
            "potential victims found in this action",
            "victims[].status",
            value="potential",
            away=_NOBODY,
            weight=_FOUND,
            cues=_DOUBT,
            scope="sentence",
        ),
        Label(
            "victims found in this action",
            "victims[].status",
            value="confirmed",
            away=_NOBODY,
            weight=_FOUND,
            bar=_STRONG_DOUBT,
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

# People who may be the victims: called so, or at least not called suspects.
_PEOPLE = (
    *VICTIM,
    r"\bwomen\b",
    r"\bmen\b",
    r"\bgirls?\b",
    r"\bboys?\b",
    r"\bworkers\b",
    r"\bpeople\b",
    r"\bnationals\b",
    r"\b(?:she|her|him|they|them)\b",
)

# Ways to say that somebody is safe or cared for.
_SAFE = either(
    r"safeguard(?:ed|ing)",
    r"place(?:s)? of safety",
    r"reception cent(?:re|er)",
    r"taken to (?:a )?safe\w*",
    r"being supported",
    r"are (?:now )?(?:being )?(?:supported|cared for|looked after)",
    r"offered (?:\w+ )?support",
    r"receiv\w+ (?:\w+ )?(?:support|care|help)",
    r"(?:given|provided with) (?:\w+ )?(?:support|care|help|accommodation)",
    r"protected",
    r"in (?:the )?care of",
    r"safe house",
    r"safe accommodation",
    r"brought to safety",
)

SAFE = Sort(
    name="safeguarded",
    find="terms",
    question="Are the victims of this action said to be safe or supported?",
    terms=(_SAFE,),
    labels=(
        Label(
            "victims of this action are safe or supported",
            "victims[].safeguarded",
            value=True,
            cues=_PEOPLE,
            scope="nearby",
            # An inquiry that is supported, and what is done for victims as a rule.
            away=(
                r"\b(?:operation|investigation|inquiry|activity|action|work|campaign)"
                r" (?:is|was|has been|have been) (?:\w+ ){0,2}supported",
                r"\bto ensure (?:\w+ ){0,3}victims\b",
                r"\bvictims (?:can|may|could|should|will be able)\b",
            ),
        ),
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
            "Safeguarding",
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
        Label("victims", "victims[].nationality", cues=_PEOPLE),
        Label("somebody else"),
    ),
    examples=(
        ("Norwegian", "The nine victims, all Norwegian, are safe.", "victims"),
        ("Chilean", "Six Chilean women were rescued.", "victims"),
        ("Chilean", "Chilean police took part.", "somebody else"),
        ("Norwegian", "Two Norwegian suspects were arrested.", "somebody else"),
    ),
)
