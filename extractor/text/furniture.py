"""Site furniture: lines of a scraped page that are not the article.

This module owns what counts as furniture: weather, breadcrumbs, section labels, bylines, sharing
buttons, advertisements, newsletters, cookie notices, links to other articles, marked captions,
copyright lines and comment sections. It only marks; nothing is deleted. Headlines and dates are
never furniture, as they carry facts.

A missed line costs the model a few tokens; a marked sentence loses facts. So every rule asks for
a clear sign, and a rule that could hit a headline or a subheading works only above the body or
only below its beginning. Patterns see at most `_LONGEST` characters, so the time is linear.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.text.sentences import word_set

_LONGEST = 300
_PROSE_WORDS = 8  # a line of so many words that ends like a sentence is body text,
_LONG_LINE_WORDS = 25  # and so is one of so many words, however it ends
_BODY_CHARS = 300  # body text needed above a comment section that takes the rest of the page
_MOST_LINKS = 10
_HEADING = 80  # characters of the longest heading of a section
_HEADLINE = 20  # characters of the shortest headline told by being repeated
_LOOK_AHEAD = 3  # lines below a breadcrumb among which its headline may be repeated

_WHOLE_LINE = re.compile(
    r"""
    [-−+]?\d{1,2}(?:[.,]\d)?\s?(?:°\s?[CF]?|[CF])
    |(?:read|see|hear)\ (?:more|also|next)(?:\s*[:|»>–—].*|\s*\.{0,3})
    |(?:also\ read|more\ on\ this(?:\ story)?|related|you\ m(?:ay|ight)\ also\ like)\s*[:|»>].*
    |(?:related|recommended|more)\ (?:articles?|stor(?:y|ies)|news|links|content|reading)\s*:?
    |-*\s*(?:advertisements?|advert|ad|(?:sponsored|promoted)(?:\ content)?)\s*-*
    |-*\s*advertisement\s*[-–—:].*
    |(?:(?:the\ )?(?:article|story)\ )?continues\ (?:after|below)(?:\ (?:the\ |this\ )?ad\w*)?
    |(?:scroll\ down|keep\ scrolling)\ to\ (?:continue|read)\b[^.]*
    |skip\ (?:past\ |to\ )(?:main\ |primary\ )?(?:content|newsletter|navigation|footer)\b[^.]*
    |press\ "?enter"?\ to\ skip\ to\ content|continue\ reading(?:\.{3}|…)?
    |back\ to\ (?:the\ )?top|loading(?:\.{3}|…)?|play\ video|close|menu|(?:next|previous)\ article
    |search|log\ in|sign\ in|register|subscribe(?:\ now)?|my\ account
    |\d{1,2}[-\ ]min(?:ute)?s?\ read
    |(?:privacy|cookies?)\ (?:policy|notice|statement|settings|preferences)
    |terms\ (?:of\ use|and\ conditions|of\ service)|about\ us|advertise\ with\ us
    |(?:accept|reject|manage)(?:\ all|\ my)?\ cookies
    |(?:tags?|topics|filed\ under|categor(?:y|ies))\s*:.*
    |this\ article\ is\ more\ than\ .{1,20}\ old
    |@\w{2,30}|\d{1,3}|(?:published|posted|(?:last\ )?updated)(?:\ on)?\s*:?
    |(?:top|bottom)\ of\ page|is\ this\ page\ useful\?|yes\s+no
    |[(\[]?(?:image|picture|photo|photograph|pic)(?:\ (?:credit|source|caption|by))?\s?:.*
    |[(\[]?(?:image|picture|photo|photograph)\ (?:credit|source|caption)\s?[,–—-].*
    |(?:image|picture|photo|photograph)\ (?:by|courtesy\ of)\ (?-i:[A-Z])[^.]{0,60}
    |[^.]{0,120}(?-i:[a-z]Image)\ (?:source|caption)\s?,.*
    |[^.]{0,200}\([^()/]{3,40}/(?:PA|AP|AFP|Reuters|Getty)(?:\ Wire|\ Images)?\)
    |[^.]{0,200}\((?:image|picture|photo|pic|credit)s?(?:\ credit|\ source)?:\ ?[^()]{1,80}\)
    |(?:caption|pictured)\s*:.*
    |.*\b(?:image|picture|photo|pic):\ .*\((?:image|picture|photo|pic|credit):\ ?[^()]{1,60}\)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_BEGINNING = re.compile(
    r"""
    (?:please\ )?(?:sign\ up|subscribe)\b.{0,120}\b(?:newsletters?|inbox|e-?mail\ updates)\b
    |(?:get|receive)\ (?:the\ latest|our|all\ the|breaking)\b.{0,120}\b(?:inbox|newsletters?)\b
    |(?:follow|like|find)\ us\ on\b|download\ our\ (?:free\ )?app\b
    |by\ (?:signing\ up|subscribing|continuing\ to\ (?:use|browse))\b.{0,80}\byou\b
    |please\ enter\ a\ valid\ e-?mail|thank\ you\ for\ (?:subscribing|signing\ up)
    |already\ (?:a\ |an\ )?(?:subscriber|subscribed|registered|member)\s*\?
    |to\ continue\ reading\b|support\ (?:our|independent)\ journalism
    |(?:do\ you\ have|have\ you\ got|got)\ (?:a|any)\ (?:news\ )?(?:story|stories|news\ tip)\b
    |(?:please\ )?report\ (?:abusive\ |offensive\ |any\ )?comments\b
    |(?:you\ must\ be|please)\ (?:log|sign)(?:ged|ed)?\ in\ to\b
    |comments\ (?:are|have\ been)\ (?:now\ )?(?:closed|disabled|moderated|switched\ off|turned\ off)
    |©|\(c\)\s*\d{4}|copyright\s*(?:©|\(c\)|\d{4})|all\ rights\ reserved
    |this\ site\ uses\ akismet\b|learn\ how\ your\ comment\ data\b
    |this\ material\ may\ not\ be\ (?:published|reproduced)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_COOKIES = re.compile(
    r"(?:we|this (?:web ?)?site|our (?:web ?)?sites?)\b.{0,60}\buses? cookies\b"
    r"|(?:[^\W\d_]+ ){0,3}(?:media|news|group|network|website) uses? cookies (?:for|to)\b",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"[(\[](?:image|picture|photo|pic|credit)s?(?: credit| source)?: ?[^()]{1,80}[)\]]\.?"
    r"|[(\[](?:related|read more|read also|see also|more): [^()]{1,200}[)\]]"
    r"|read (?:more|also|next)\s*[:>»].{1,200}"
    r"|(?:image|picture|photo|pic)(?: credit| source)?: (?-i:[A-Z])[^\s:]{1,20}(?: \S{1,20}){0,4}",
    re.IGNORECASE,
)
_FILM = re.compile(r"(?:watch|listen|video|audio)\s*[:|].*", re.IGNORECASE)
_SHARE = word_set(
    """
    share shares sharing tweet facebook twitter x whatsapp linkedin pinterest reddit telegram
    messenger flipboard instagram threads bluesky email e-mail print copy link copied save bookmark
    """
)
_SHARE_FILLERS = word_set("on this via to the article story page by and us follow comment comments")
_SECTIONS = word_set(
    """
    home news local latest national regional uk world international crime courts court politics
    business sport sports entertainment lifestyle opinion education health weather video videos
    breaking live exclusive newsroom press release releases
    """
)
_ARROWS = re.compile(r"\s*[>›»→]\s*")
_BARS = re.compile(r"\s+[/|]\s+|\s{2,}")
_GLUED = re.compile(rf"Home(?:{'|'.join(w.capitalize() for w in sorted(_SECTIONS))}|UK)(?=[A-Z])")
_FORECAST = re.compile(
    r"(?:[^\W\d]\S{0,20} ){0,4}[-−+]?\d{1,2}(?:[.,]\d)?\s?°\s?[CF]?(?:[ ,/]+\S{1,20}){0,4}"
)
_TEMPERATURE = re.compile(r"[-−+]?\d{1,2}(?:[.,]\d)?\s?(?:°\s?[CF]?|[CF])")
_PLACE = re.compile(r"[A-Z][\w'’.-]*(?: (?:[A-Z][\w'’.-]*|on|the|of|upon|le|in|and|under|by)){0,5}")
_DATE = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\b.{0,12}\d"
    r"|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b",
    re.IGNORECASE,
)
_NAME = r"(?!The\b|A\b|An\b)[A-Z][\w'’-]*\.?(?: (?!AND\b)[A-Z][\w'’-]*\.?){1,3}"
_BYLINE = re.compile(
    rf"(?:(?:Words|Story|Report|Written|Reporting) )?(?:By|BY|by):? {_NAME}"
    rf"(?: (?:and|AND|&) {_NAME})?(?:(?: ?[,|–—-] ?| )(?P<role>[^.\d]{{3,60}}))?"
)
_UNNAMED_BYLINE = re.compile(
    r"(?:By|BY|by):? (?:The |the )?"
    r"(?:(?:Associated Press|Press Association|PA|AP|Reuters|AFP)(?: [^.]*)?"
    r"|our [a-z ]{0,30}(?:staff|reporters?|correspondents?|newsdesk))"
    r"|(?:[A-Z]\w+ ){1,2}(?:Reporter|Correspondent|Editor)"
)
# The paper's name by itself: every word has its capital, the last says what sort of thing it is.
_NAMEPLATE = re.compile(
    r"(?:The )?(?:(?-i:[A-Z])[\w'’-]*,? (?:& |and )?){1,4}"
    r"(?:Herald|Courier|Times|Gazette|Echo|Argus|Chronicle|Observer|Tribune|Journal|Advertiser"
    r"|Telegraph|Examiner|Mercury|Reporter|Mail|Post|Standard|Star|Dispatch|Bugle|Sentinel"
    r"|Press|News|Online|Today|Weekly)(?: (?:Online|News|Live))?",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:reporter|correspondent|editor|journalist|writer|staff|newsdesk|agency|bureau)\b|@",
    re.IGNORECASE,
)
_LINKS = re.compile(
    r"(?:(?:related|recommended|more|most|top|trending|popular|latest|other) "
    r"(?:articles?|stor(?:y|ies)|news|links|content|reading|read|popular|viewed|headlines|posts|"
    r"on this story|from .{1,40}|for you|now)|trending|recommended for you|read (?:next|more)|"
    r"don['’]t miss|you (?:may|might) (?:also )?(?:like|be interested in|want to (?:read|watch))|"
    r"editor['’]?s['’]? picks|(?:around|from) the web|also in the news)\s*:?",
    re.IGNORECASE,
)
_COMMENTS_SURE = re.compile(
    r"(?:\d+ )?comments?(?: \(?\d+\)?)?\s*[:–—-]\s*(?:our |the )?(?:rules|policy|guidelines)"
    r"|(?:our |the )?(?:comment(?:s|ing)?|community) (?:rules|policy|guidelines)"
    r"|(?:leave|post|add|write) (?:a|your) (?:comment|reply)(?: below)?"
    r"|comments (?:are|have been) (?:now )?(?:closed|disabled)\.?|readers?['’]?s?['’]? comments",
    re.IGNORECASE,
)
_COMMENTS_MAYBE = re.compile(
    r"comments?|no comments?:?|comments? \(?\d+\)?|\(?\d+\)? comments?"
    r"|(?:view|show|read|see) (?:all )?comments?(?: \(?\d+\)?)?"
    r"|join the (?:conversation|discussion|debate)|have your say(?: \(?\d+\)?)?",
    re.IGNORECASE,
)
_COMMENT_SIGN = re.compile(
    r"\bcomments\b|\breply\b|\blog ?in\b|\bsign in\b|\bmoderat|\busername\b|\bupvote", re.IGNORECASE
)
_SOMEBODY_SAID = re.compile(r"\b(?:said|added|told|says)\b[^\"“]{0,40}:\s*[\"“]")


def is_furniture_sentence(sentence: str) -> bool:
    """Whether one sentence of an otherwise ordinary line is furniture.

    The caller sees to it that the line quotes nobody: speech is never furniture.
    """
    if len(sentence) > _LONGEST:
        return False
    return bool(_BEGINNING.match(sentence) or _CREDIT.fullmatch(sentence))


def furniture_lines(lines: Sequence[str]) -> list[bool]:
    """For each line of a page (none blank, no white space at the edges), whether it is furniture.

    A line that holds one furniture sentence among others is not: see `is_furniture_sentence`.
    """
    flags = [_is_furniture(line) for line in lines]
    prose = [not flag and _is_prose(line) for line, flag in zip(lines, flags, strict=True)]
    top = prose.index(True) if True in prose else len(lines)  # first line of the body
    for i, line in enumerate(lines[:top]):
        flags[i] = flags[i] or _in_header(line, lines[i + 1 : i + 1 + _LOOK_AHEAD])
    for i in range(top + 1, len(lines)):
        if len(lines[i]) <= _LONGEST:
            flags[i] = flags[i] or _in_body(lines[i])
    _mark_weather_place(lines[:top], flags)
    _mark_links(lines, prose, flags, top)
    _mark_comments(lines, prose, flags)
    return flags


def _is_prose(line: str) -> bool:
    words = len(line.split(maxsplit=_LONG_LINE_WORDS))
    ends = line.rstrip("\"'”’»)] ").endswith((".", "!", "?", "…", ":"))
    return words > _LONG_LINE_WORDS or (ends and words >= _PROSE_WORDS)


def _is_furniture(line: str) -> bool:
    """Furniture wherever it stands."""
    if not any(char.isalnum() for char in line):
        return True
    if _COOKIES.match(line):
        return len(line) <= 3 * _LONGEST
    if len(line) > _LONGEST:
        return False
    one_sentence = not re.search(r"[.!?]\s", line)
    if _WHOLE_LINE.fullmatch(line) or (one_sentence and _BEGINNING.match(line)):
        return True
    words = re.findall(r"[\w-]+", line.casefold())
    return any(word in _SHARE for word in words) and all(
        word in _SHARE or word in _SHARE_FILLERS or word.isdigit() for word in words
    )


def _in_header(line: str, below: Sequence[str]) -> bool:
    """Furniture if it stands above the body."""
    if len(line) > _LONGEST:
        return False
    words = re.findall(r"\w+", line.casefold())
    label = 0 < len(words) <= 6 and all(w in _SECTIONS or w == "and" for w in words)
    byline = _BYLINE.fullmatch(line)
    by = byline is not None and (byline["role"] is None or _ROLE.search(byline["role"]) is not None)
    by = by or _UNNAMED_BYLINE.fullmatch(line) is not None or _NAMEPLATE.fullmatch(line) is not None
    return label or by or _FORECAST.fullmatch(line) is not None or _is_crumb(line, below)


def _is_crumb(line: str, below: Sequence[str]) -> bool:
    """A path through the site; the headline at its end is safe if a line below repeats it."""
    for other in below:
        longer = len(line) - len(other)
        if 0 < longer < len(other) and len(other) >= _HEADLINE and line.endswith(other):
            return True
    first = _ARROWS.split(line, maxsplit=1)
    bar = _BARS.split(line, maxsplit=1)
    return (
        (len(first) > 1 and first[0].casefold() in _SECTIONS)
        or (len(bar) > 1 and bar[0].casefold() in ("home", "menu", "sign in", "log in"))
        or line.casefold().startswith("you are here:")
        or _GLUED.match(line) is not None
    )


def _in_body(line: str) -> bool:
    """Furniture if it stands below the first line of the body, where no headline can be."""
    byline = _BYLINE.fullmatch(line)
    signed = byline is not None and byline["role"] is not None and _ROLE.search(byline["role"])
    return bool(signed or _FILM.fullmatch(line))


def _mark_weather_place(header: Sequence[str], flags: list[bool]) -> None:
    """Mark the place below a temperature, if a date or a breadcrumb comes next.

    It could be a headline, so another candidate for one has to be left below.
    """
    for i in range(1, len(header) - 1):
        if not (_TEMPERATURE.fullmatch(header[i - 1]) and _PLACE.fullmatch(header[i][:_LONGEST])):
            continue
        rest = range(i + 1, min(len(header), i + 2 + _LOOK_AHEAD))
        dated = {j for j in rest if len(header[j]) <= 60 and _DATE.search(header[j])}
        headlines = [j for j in rest if not flags[j] and j not in dated]
        if headlines and (i + 1 in dated or flags[i + 1]):
            flags[i] = True


def _mark_links(lines: Sequence[str], prose: list[bool], flags: list[bool], top: int) -> None:
    """Mark the headlines listed under "Related articles" and the like, up to the next body text."""
    left = 0
    for i in range(top + 1, len(lines)):
        line = lines[i]
        if len(line) <= _HEADING and _LINKS.fullmatch(line):
            flags[i] = True
            left = _MOST_LINKS
        elif left and not flags[i]:
            ends = line.endswith((".", ":", "”", '"', "…")) or line[0] in '"“«‘'
            link = not (prose[i] or ends or re.search(r"\d{3}", line)) and len(line) <= _LONGEST
            flags[i] = link
            left = left - 1 if link else 0


def _mark_comments(lines: Sequence[str], prose: list[bool], flags: list[bool]) -> None:
    """Mark a comment section to the end of the page.

    Body text must stand above it and no attributed quotation below. A bare "Comments" may also
    be a button, so it needs the vocabulary of a comment section in the lines below.
    """
    last_said = max((i for i, line in enumerate(lines) if _SOMEBODY_SAID.search(line)), default=-1)
    body = 0
    for i, line in enumerate(lines):
        body += len(line) if prose[i] else 0
        head = line[:_HEADING].split(". ")[0].rstrip(".")  # the rules may follow on the same line
        sure = _COMMENTS_SURE.fullmatch(head) is not None
        if not sure and _COMMENTS_MAYBE.fullmatch(line[: _HEADING + 1]) is None:
            continue
        flags[i] = True
        signs = sure or any(_COMMENT_SIGN.search(below) for below in lines[i + 1 : i + 7])
        if signs and body >= _BODY_CHARS and i > last_said:
            flags[i:] = [True] * (len(lines) - i)
            return
