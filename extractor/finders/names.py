"""Capitalised names in an article, gathered into entities.

Finding only: whether a name is a person, a place or a body is the model's decision.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from extractor.text.article import Article, Span
from extractor.text.sentences import word_set

_TOKEN = re.compile(r"[^\W\d_][\w]*(?:[-.&’'](?=[^\W\d_])[\w]+)*(?:\.(?=[A-Z]))?|&|\d+", re.UNICODE)
_POSSESSIVE = re.compile(r"(?:’s|'s|s’|s')$")
_JOINERS = word_set("of for de del la di du van von der da na upon")
# Words that never belong to a name, however they are written.
_NEVER = word_set(
    """
    i we he she it they you the a an this that these those there in at by as if but and or so from
    to with when while after before during following however meanwhile today yesterday our their his
    her its my your more some both no not anyone everyone what who where how why please also any
    it's we're i'm it’s we’re i’m mr mrs ms miss sir monday tuesday wednesday thursday friday
    saturday sunday january february march april may june july august september october november
    december facebook twitter instagram youtube whatsapp
    two three four five six seven eight nine ten eleven twelve
    """
)
# Words that have their capital from beginning a sentence, even in front of a name.
_OPENERS = word_set(
    """
    call contact visit email phone ring dial report speak write then later earlier since although
    though despite because until near inside outside under only now here once yet still
    """
)
# Words that are no name by themselves.
_ALONE = word_set(
    """
    police officers detectives victims men women man woman people human modern potential last read
    photo image picture pictured comments all one two three four five six seven eight nine ten
    eleven twelve around many class section act court report operation project for on about over
    under most every each twenty thirty county council city town north south east west gardaí gardai
    garda specials pcsos agents authorities investigators prosecutors
    jan feb mar apr jun jul aug sept sep oct nov dec mon tue tues wed thu thurs fri sat sun
    """
)
# Owners that are part of a body's name ("the Sheriff's Office"), not the place or body before it.
_OWNERS = re.compile(
    r"^(?:Sheriff|Children|Farmers|Women|Men|Girls|Boys|Magistrates|Workers|Teachers|Attorney|Mayor"
    r"|Governor|Coroner|Prosecutor|Majesty|People|Drivers|King|Queen|Barnardo|Shepherd|Marshal"
    r"|Travellers|Refugee|Fisher|Citizens|Servants|Officers)(?:’s|'s|s’|s'|’|')?$"
)
# "the Ministry of Trade, Ports and Fishing" has commas in it.
_MINISTRY = re.compile(
    r"(?:Ministry|Department|Office|Secretariat|Directorate)\s+(?:of|for)\s+(?:the\s+)?[A-Z]\w+"
    r"(?:,\s+[A-Z]\w+)+,?\s+and\s+[A-Z]\w+(?:\s+[A-Z]\w+)*"
)
# "Ashby's Bay" is one place.
_OWNED = re.compile(
    r"[’']s (?:Bay|Head|Cross|Hill|Lynn|End|Heath|Green|Corner|Point|Island|Creek|Castle"
    r"|Stortford)\b"
)
_MAJESTY = re.compile(r"\s+Majesty[’']s\s+[A-Z]")
_STOPPED = {"St", "Ft", "Mt", "Dr", "Det", "Insp", "Supt", "Sgt", "Ch"}
_ELIDED = re.compile(
    r"(?:,\s+[A-Z][\w-]+(?:\s+[A-Z][\w-]+)?)*,?\s+(?:and\s+|,\s*)?[A-Z][\w-]+(?:\s+[A-Z][\w-]+)?"
    r"\s+(?:[Cc]ouncils?|[Pp]olice|Constabular(?:y|ies)|[Ff]orces)\b"
)
# "Leader of Ashby Council" names a person's post; the body is behind it.
_POST = re.compile(
    r"(?:Leader|Head|Director|Chair(?:man|woman)?|Member|Minister|Secretary|Mayor|Chief|Bishop)"
    r"\s+(?:of|for)\s+(?:the\s+)?(?=[A-Z])"
)
# "Ashby police" is a body, "Ashby police officers" are people, "Ashby police station" is a house.
_LOWER_BODY = re.compile(
    r" police(?: department| force)?\b"
    r"(?! (?:officers?|stations?|custody|chiefs?|cells?|sources?|spokes\w+|cars?|raids?|cordon"
    r"|sergeant|inspector|superintendent|commissioner|constables?|staff|records?|operation|action))"
)
# "the NGO Hope House" says what Hope House is.
_SORT_OF_BODY = re.compile(
    r"(?:NGOs?|Charity|MP|MSP|TD"
    r"|(?:Agents|Officers|Members|Detectives|Officials|Deputies|Operatives|Staff)\s+(?:of|from)"
    r"(?:\s+the)?)\s+(?=[A-Z])"
)
# "the Welfare and Housing office": the head noun shows that "and" stands inside a name.
_LOWER_HEAD = re.compile(
    r"\s+(?:office|department|agency|ministry|authority|service|unit|centre|center|bureau"
    r"|commission|committee|board)\b"
)
_SUFFIX = re.compile(r"-(?:led|wide|based|backed|run|style|born|funded)$")
MAX_WORDS = 9
_SHOUTED = 5  # spaces in a line of capitals from which on capitals tell nothing


@dataclass(frozen=True, slots=True)
class Name:
    """One name with everywhere it stands. ``text`` is its fullest form, ``mentions`` in order.

    ``elided``: it stands in a list whose last item has the head noun ("Ashby, Leigh and Milltown
    Council"), so it may be a body.
    """

    text: str
    mentions: tuple[Span, ...]
    forms: tuple[str, ...]
    elided: bool = False


@dataclass(frozen=True, slots=True)
class _Run:
    start: int
    end: int
    initial: bool  # begins its sentence


def _unknown(name: str) -> None:
    """A vocabulary that knows no name."""
    del name


def names(
    article: Article,
    known: Callable[[str], str | None] = _unknown,
) -> tuple[Name, ...]:
    """The names in the body, one entry per entity, in order of first mention.

    ``known`` maps a name to its canonical one if a vocabulary has it, which joins short and full
    forms and tells that "A and B" is one name. Forms of one entity are otherwise joined by equal
    text or as an abbreviation that stands in brackets behind the full name.
    """
    runs = list(_runs(article, known))
    inside = {article.text[run.start : run.end] for run in runs if not run.initial}
    texts = [article.text[run.start : run.end] for run in runs]
    initials = {_initials(text): text.casefold() for text in texts if text.count(" ") >= 2}
    full = [name for name in map(known, texts) if name]
    initials |= {_initials(name): name for name in full}
    groups: dict[str, list[Span]] = {}
    short = _abbreviations(article)
    before: _Run | None = None
    last = ""
    for run in runs:
        text = article.text[run.start : run.end]
        alone = " " not in text
        if alone and (text.casefold() in _ALONE or text.isdigit()):
            continue
        if alone and run.initial and text not in inside and not text.isupper() and not known(text):
            continue
        key = known(text) or short.get(text) or initials.get(text) or text.casefold()
        if before is not None and _is_other_name(article.text, before, run):
            key = last  # "the Urban Guard (Guardia Urbana)"
        groups.setdefault(key.casefold(), []).append(Span(run.start, run.end))
        before, last = run, key
    found = []
    for spans in groups.values():
        forms = tuple(dict.fromkeys(article.text[span.start : span.end] for span in spans))
        elided = any(_ELIDED.match(article.text, span.end, span.end + 120) for span in spans)
        found.append(Name(max(forms, key=len), tuple(spans), forms, elided))
    return tuple(found)


def _is_other_name(text: str, before: _Run, run: _Run) -> bool:
    """Whether a name stands alone in brackets right behind another: it is the same, once more."""
    return text[before.end : run.start] in (" (", " (the ") and text[run.end : run.end + 1] == ")"


def _initials(name: str) -> str:
    return "".join(re.findall(r"\b[A-Z]", name))


def _abbreviations(article: Article) -> dict[str, str]:
    """Abbreviations introduced in brackets, mapped to the full name in front of them."""
    table: dict[str, str] = {}
    for hit in re.finditer(r"\(([A-Z][A-Za-z&-]{1,11})\)", article.text):
        before = article.text[max(0, hit.start() - 90) : hit.start()].rstrip()
        words = re.findall(r"[\w’'&]+", before)
        initials = [letter for letter in hit.group(1) if letter.isupper()]
        for size in range(min(len(words), len(initials) + 4), 0, -1):
            tail = words[-size:]
            capitals = [word[0] for word in tail if word[:1].isupper()]
            if tail[0][:1] == initials[0] and capitals[: len(initials)] == initials:
                full = (
                    before[before.rindex(tail[0]) :]
                    if size == 1
                    else before[_locate(before, tail) :]
                )
                table[hit.group(1)] = full.casefold()
                break
    return table


def _locate(text: str, words: list[str]) -> int:
    pattern = r"\W+".join(re.escape(word) for word in words) + r"\W*$"
    hit = re.search(pattern, text)
    return hit.start() if hit else text.rindex(words[0])


# "EASTPORT, Ohio (ABC) - " at a line's start: where the report was filed, not what it is about.
_DATELINE = re.compile(
    r"^[A-Z][A-Z .'-]{2,30}(?:,\s+[A-Z][\w.]{1,14})?(?:\s*\([^)\n]{1,40}\))?\s*[-–—]{1,2}\s"
)


def _runs(article: Article, known: Callable[[str], str | None]) -> Iterator[_Run]:
    for sentence in article.sentences:
        if sentence.boilerplate:
            continue
        text = article.text[sentence.start : sentence.end]
        if text.isupper() and text.count(" ") >= _SHOUTED:
            continue
        dateline = _DATELINE.match(text)
        begin = dateline.end() if dateline else 0
        for run in _sentence_runs(text[begin:], known):
            offset = sentence.start + begin
            yield _Run(run.start + offset, run.end + offset, run.initial)


def _sentence_runs(text: str, known: Callable[[str], str | None]) -> Iterator[_Run]:
    tokens = list(_TOKEN.finditer(text))
    at = 0
    while at < len(tokens):
        crown = tokens[at].group() in ("His", "Her") and _MAJESTY.match(text, tokens[at].end())
        word = tokens[at].group()
        opener = word.casefold() in _OPENERS and _begins(text[: tokens[at].start()])
        if opener or (not _opens(word) and not crown):
            at += 1
            continue
        last = at
        head_end = 0
        ahead = at + 1
        ministry = _MINISTRY.match(text, tokens[at].start())
        while ministry and ahead < len(tokens) and tokens[ahead].end() <= ministry.end():
            last = ahead
            ahead += 1
        while ahead < len(tokens) and ahead - at < MAX_WORDS:
            gap = text[tokens[ahead - 1].end() : tokens[ahead].start()]
            if gap in ("' ", "’ ") and _OWNERS.match(tokens[ahead - 1].group()):
                gap = " "
            if gap not in (" ", "  ", " - ", " – ", ". ") or (
                gap == ". " and tokens[ahead - 1].group() not in _STOPPED
            ):
                break
            owner = _POSSESSIVE.search(tokens[ahead - 1].group())
            if (
                owner
                and not _OWNERS.match(tokens[ahead - 1].group())
                and not _OWNED.match(text, tokens[ahead - 1].start() + owner.start())
            ):
                break
            word = tokens[ahead].group()
            if _opens(word) or (word == "&" and ahead + 1 < len(tokens)):
                last = ahead
                ahead += 1
                continue
            if word in _JOINERS and ahead + 1 < len(tokens):
                skip = 2 if tokens[ahead + 1].group() == "the" else 1
                if ahead + skip < len(tokens) and _opens(tokens[ahead + skip].group()):
                    ahead += skip
                    continue
            joins = word in ("and", "the") and ahead + 1 < len(tokens)
            if joins and _opens(tokens[ahead + 1].group()):
                tail = _run_end(text, tokens, ahead + 1)
                joined = text[tokens[at].start() : tokens[tail].end()]
                listed = text[: tokens[at].start()].endswith(", ") and re.match(
                    r"(?:,\s+(?:and\s+|the\s+)*|\s+and\s+(?:the\s+)?)[A-Z]",
                    text[tokens[tail].end() :],
                )
                purpose = re.search(
                    r"\bfor\s(?:the\s)?[A-Z]\w*$",
                    text[tokens[at].start() : tokens[last].end()],
                )
                head = _LOWER_HEAD.match(text, tokens[tail].end())
                if known(joined) or (word == "and" and (listed or purpose or head)):
                    last = tail
                    ahead = tail + 1
                    if head and not known(joined):
                        head_end = head.end()
                        break
                    continue
            break
        start, end = tokens[at].start(), max(head_end, tokens[last].end())
        police = _LOWER_BODY.match(text, end)
        if police and text[start:end].casefold() not in _ALONE:
            end = police.end()
        post = _POST.match(text, start, end)
        start = post.end() if post else start
        sort = _SORT_OF_BODY.match(text, start, end)
        start = sort.end() if sort else start
        suffix = _SUFFIX.search(text[start:end])
        end -= len(suffix.group()) if suffix else 0
        if text[start:end].endswith(("’s", "'s")):
            whole, bare = known(text[start:end]), known(text[start : end - 2])
            end -= 2 if bare or not whole else 0  # "Barnardo's" is a name, "Ashby's" is not
        yield _Run(start, end, initial=_begins(text[:start]))
        at = last + 1


def _begins(before: str) -> bool:
    """Whether a name behind these words has its capital from beginning a sentence or quotation."""
    return not re.search(r"\w", before) or before.rstrip()[-1:] in '“"‘«'


def _run_end(text: str, tokens: list[re.Match[str]], at: int) -> int:
    last = at
    while (
        last + 1 < len(tokens)
        and text[tokens[last].end() : tokens[last + 1].start()] == " "
        and _opens(tokens[last + 1].group())
    ):
        last += 1
    return last


def _opens(word: str) -> bool:
    return word[:1].isupper() and re.sub(r"[’']s$", "", word.casefold()) not in _NEVER
