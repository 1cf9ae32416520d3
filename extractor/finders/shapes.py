"""Shapes of dates and telephone numbers, shared by the finders."""

from __future__ import annotations

import re

MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
WEEKDAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?"
DATE = re.compile(
    rf"""\b(?P<y0>\d{{4}})-(?P<mm>\d{{2}})-(?P<dd>\d{{2}})\b
    |(?:\b(?P<w1>{WEEKDAY}),?\s+)?(?:the\s+)?\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?
        (?:\s+(?:and|to|until|-|–)\s+(?:{WEEKDAY}\s+)?\d{{1,2}}(?:st|nd|rd|th)?
        |\s*[-–]\s*\d{{1,2}})?
        (?:\s+of)?\s+(?P<m1>{MONTH})\b(?:\.?,?\s+(?P<y1>\d{{4}})\b)?
    |(?:\b(?P<w2>{WEEKDAY}),?\s+)?\b(?P<m2>{MONTH})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b
        (?!\s+[a-z]+s\b)(?:(?:\s*[-–]\s*|\s+(?:and|to|until)\s+)\d{{1,2}}(?:st|nd|rd|th)?\b)?
        (?:,?\s+(?P<y2>(?:\d{{4}}(?=\d{{1,2}}\s?min)|\d{{4}}\b)))?
    |\b(?P<m3>{MONTH})\.?,?\s+(?P<y3>\d{{4}})\b
    |(?<![\w./-])(?P<n1>\d{{1,2}})(?P<sep>[./-])(?P<n2>\d{{1,2}})(?P=sep)(?P<y4>(?:19|20)\d\d)\b""",
    re.VERBOSE,
)
PHONE = re.compile(
    r"(?<![\w£$€,.-])(?:\+?\(?\d{1,5}\)?(?:[ .-]\(?\d{2,7}\)?){1,5}|0\d{9,10}|1\d{2}|999|911|112"
    r"|000|800\d{7})(?![\w%]|,\d|\.\d)"
)


def is_telephone(text: str) -> bool:
    """Whether a match of `PHONE` has enough digits to be a telephone number."""
    digits = sum(letter.isdigit() for letter in text)
    return digits >= 7 or (digits == 3 and text.isdecimal()) or (digits >= 5 and " " in text)
