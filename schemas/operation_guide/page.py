"""What the article is as a whole: its headline, its kind, when the action began, how long."""

from __future__ import annotations

from schemas.guide import Label, Pick, Sort
from schemas.operation_guide.cues import DONE, EARLIER

HEADLINE = Pick(
    name="headline",
    context="sentence",
    find="lines",
    question="Which of these lines is the article's headline?",
    into="headline",
)

# Words that show what an article is about.
_OPERATION = (
    r"\b(?:raid\w*|search\w*|arrest\w*|rescued|warrants?|operation|checks?|crackdown|visit\w*)\b",
)
_CAMPAIGN = (r"\b(?:campaign|awareness|leaflets?|training|week of action|engage\w*)\b",)
_COURT = (r"\b(?:jailed|sentenced|charged|convicted|court|trial|pleaded|guilty)\b",)

# A court has decided; or the police came, so that a charge is what followed.
_TRIED = (
    r"\b(?:jailed|sentenced|convicted|pleaded|guilty|trial|imprisoned|verdict)\b",
    r"\b(?:appear(?:ed|ing)? (?:in|at|before)|in court|crown court|magistrates)\b",
)
_FORCE = (r"\b(?:raid\w*|rescued?|sting|swoop\w*|stormed)\b",)

KIND = Sort(
    name="kind",
    find="article",
    question="What does the article mainly report?",
    labels=(
        Label("police operation", "kind", value="operation", shows=_OPERATION),
        Label("awareness campaign", "kind", value="campaign", shows=_CAMPAIGN),
        Label("court case", "kind", value="court", shows=_COURT, cues=_TRIED, scope="clause"),
        Label(
            "court case",
            "kind",
            value="court",
            shows=_COURT,
            cues=_COURT,
            bar=_FORCE,
            scope="clause",
        ),
        Label(
            "something else",
            "kind",
            value="other",
            bar=(*_OPERATION, *_CAMPAIGN, *_COURT),
            scope="clause",
        ),
    ),
    explain="police operation: police or partners searched, raided, checked or visited to find "
    "suspects or victims\n"
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
            "Stay alert, travellers told. A charity and port police have begun a week of talks "
            "to help people spot the signs.",
            "awareness campaign",
        ),
        (
            "",
            "Brothers jailed for slavery. Two brothers have been sentenced to six years each.",
            "court case",
        ),
        (
            "",
            "Calls to hotline rise. "
            "The number of calls to a hotline grew by a third, a report says.",
            "something else",
        ),
        (
            "",
            "Officers visited ten warehouses to check on workers and spoke to 50 people.",
            "police operation",
        ),
    ),
)

# Dates of a court, of a sentence, of a long inquiry's start.
_OTHER_DATES = (
    r"\buntil\b", r"\bappear", r"\bhearing\b", r"\bcourt\b", r"\bsentenc", r"\bjailed\b",
    r"\b(?:began|begun|commenced|started|opened|launched) in\b", r"\bcomplain",
    r"\bapproached\b", r"\breported to\b", r"\bpublished\b", r"\bborn\b",
    r"\bbetween\b.*\band\b.*\b(?:19|20)\d\d\b",
    r"\b(?:said|says|told|added|announced|confirmed|statement)(?: \w+){0,3} (?:on )?{mention}",
    r"sentence: \b(?:for sentencing|appeared (?:at|in|before))\b",
    r"{mention},? (?:it |he |she |they |police )?(?:said|announced)",
)  # fmt: skip

START = Sort(
    name="dates",
    find="dates",
    question="What happened on a date in the article?",
    labels=(
        Label("the police action", "start_date", bar=_OTHER_DATES, beside=DONE, scope="clause"),
        Label("something else"),
    ),
    explain="the police action: the raids, searches, arrests or campaign that the article reports "
    "took place or began then\n"
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

# "a day" and "per week" are rates or figures of speech, not lengths.
_NO_LENGTH = (
    r"^(?:a|an|every|each|per|the) (?:day|week)$",
    # A court's and a crime's lengths.
    r"clause: \b(?:trial|jailed|sentenced?|prison|imprison\w*|hearing|worked|shifts?|debt)\b",
)

LENGTH = Sort(
    name="lengths",
    find="durations",
    question="What lasted so long?",
    labels=(
        Label("the police action", "duration_days", bar=_NO_LENGTH, away=EARLIER, scope="mention"),
        Label("something else"),
    ),
    explain="the police action: the raids, checks, action days or campaign that the article "
    "reports\n"
    "something else: an inquiry, a sentence, a journey, working hours, a delay",
    examples=(
        ("two-day", "The two-day operation targeted farms.", "the police action"),
        ("a week of", "It was a week of action against gangs.", "the police action"),
        ("three weeks", "The trial lasted three weeks.", "something else"),
        ("six days", "They worked six days without a break.", "something else"),
    ),
)
