"""Groups of people: which stated numbers belong to one group, and when a text makes several.

Rules (schema.md, "PeopleGroup"): a breakdown by place gives one group per place and no total; any
other breakdown stays inside one group; parts that one sentence enumerates add up to a count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from extractor.finders.mention import Mention
from extractor.guide.fills import Fill
from extractor.text.article import Article, Span
from schemas.guide import ALL, Grouping

_ADDED = re.compile(
    r"\b(?:additional\w*|another|further|also|more|separately|meanwhile)\b", re.IGNORECASE
)
_AT = re.compile(r"\b(?:in|at|near|around|from|across|outside)\s+(?:the\s+)?(?:\w+\s+){0,2}$")
_SOON = 20  # characters behind a number within which "also" is about it
_RIGHT_BEHIND = re.compile(r"\s*(?:in|at|near)\s+(?:the\s+)?(?=[A-Z])")
_AGAIN = re.compile(r"\b(?:the|all|both|these|those)\s+(?:other\s+)?$", re.IGNORECASE)
_IN_FRONT = re.compile(r"\b(?:in|at|near|around|across|outside)\s+(?:the\s+)?$", re.IGNORECASE)
_PAIRS = (("men", "women"), ("adults", "children"))


@dataclass(slots=True)
class Group:
    """One group: the fill of each field."""

    fields: dict[str, Fill] = field(default_factory=dict)


def build_groups(
    article: Article, grouping: Grouping, fills: Sequence[Fill], places: Sequence[Span]
) -> list[Group]:
    """The groups of one list, from the fills of all their fields."""
    anchor = grouping.anchor
    by_field: dict[str, list[Fill]] = {}
    for fill in fills:
        by_field.setdefault(fill.path.rpartition("].")[2], []).append(fill)
    for name in grouping.parts:
        by_field[name] = _one_by_one(by_field.get(name, []))
    by_field = {name: found for name, found in by_field.items() if found}
    counts = _distinct(article, by_field.pop(anchor, []), places)
    if not [count for count in counts if count.value]:
        total = _sum_of_parts(article, grouping, by_field)
        counts = [total] if total else counts
    groups = _split(article, grouping, counts, places)
    groups.extend(_added(article, grouping, by_field, groups, places))
    if not groups and len(by_field) >= 2 and (not grouping.needs or grouping.needs in by_field):
        groups = [Group()]
    for name, found in by_field.items():
        for group in groups:
            _attach(grouping, groups, group, name, found)
    return groups


def _one_by_one(parts: Sequence[Fill]) -> list[Fill]:
    """The counts of one part, those of one sentence that count single people added up.

    "A man of 30 and a man of 40" are two men.
    """
    found: dict[tuple[int, bool], list[Fill]] = {}
    for fill in parts:
        single = "indefinite" in fill.mention.tags
        found.setdefault((fill.mention.sentence, single), []).append(fill)
    added = []
    for (_, single), group in found.items():
        added += [_total(group, group[0].path)] if single and len(group) > 1 else group
    return sorted(added, key=lambda fill: fill.mention.span.start)


def _distinct(article: Article, counts: Sequence[Fill], places: Sequence[Span]) -> list[Fill]:
    """One fill per value, in order of worth: in the body, exact, first.

    A value stands for itself again if it is said of another place ("two in Ashby, two in Leigh"),
    unless its words point back ("the two").
    """
    chosen: dict[tuple[int, str], Fill] = {}
    for count in sorted(counts, key=lambda fill: _worth(article, fill)):
        place = _place(article, count, counts, places)
        told = [where for value, where in chosen if value == count.value]
        where = article.slice(place).casefold() if place is not None else ""
        if not told or (where and all(told) and not _points_back(article, count)):
            chosen.setdefault((count.value, where), count)
    return list(chosen.values())


def _points_back(article: Article, count: Fill) -> bool:
    start = count.mention.phrase.start
    return _AGAIN.search(article.text, max(0, start - 20), start) is not None


def _worth(article: Article, fill: Fill) -> tuple[bool, bool, bool, int]:
    sentence = article.slice(article.sentence(fill.mention.sentence)).rstrip()
    headline = not sentence.endswith((".", "!", "?", "”", '"', "’", ":", ";"))
    indefinite = "indefinite" in fill.mention.tags
    return headline, indefinite, fill.mention.bound != "exact", fill.mention.span.start


def enumerated(article: Article, first: Fill, found: Sequence[Fill]) -> Fill:
    """``first`` with the counts that its sentence adds to it, if they are of other things.

    "One farm and two caravan sites" is three. "Five homes and two homes abroad" stays five: the
    same things counted again are elsewhere, or the same once more.
    """
    together = [first]
    for fill in sorted(found, key=lambda fill: fill.mention.span.start):
        last = together[-1].mention
        between = article.text[last.phrase.end : fill.mention.phrase.start]
        nouns = {_noun(article, one) for one in together}
        if (
            fill.mention.sentence == first.mention.sentence
            and last.phrase.end <= fill.mention.phrase.start
            and _AND.fullmatch(between)
            and _noun(article, fill) not in nouns
        ):
            together.append(fill)
    return first if len(together) == 1 else _total(together, first.path)


_AND = re.compile(r"\s*(?:,|,?\s+and|,?\s+as well as)\s+")


def _noun(article: Article, fill: Fill) -> str:
    """The last word of a count's phrase, as a rule the noun it counts."""
    return article.slice(fill.mention.phrase).casefold().split()[-1].rstrip("s")


def _total(parts: Sequence[Fill], path: str) -> Fill:
    """The sum of counts as one fill, whose words reach from the first count to the last."""
    spans = [fill.mention.phrase for fill in parts]
    whole = Span(min(span.start for span in spans), max(span.end for span in spans))
    bounds = {fill.mention.bound for fill in parts} - {"exact"} or {"exact"}
    bound = bounds.pop() if len(bounds) == 1 else "about"
    mention = replace(parts[0].mention, span=whole, phrase=whole, bound=bound)
    return replace(parts[0], mention=mention, value=sum(fill.value for fill in parts), path=path)


def _sum_of_parts(
    article: Article, grouping: Grouping, by_field: dict[str, list[Fill]]
) -> Fill | None:
    """The count that the parts of one sentence add up to, if no count is stated."""
    parts = [fill for name in grouping.parts for fill in by_field.get(name, [])]
    if not parts:
        return None
    first = min(parts, key=lambda fill: _worth(article, fill))
    together = [fill for fill in parts if fill.mention.sentence == first.mention.sentence]
    names = {fill.path.rpartition(".")[2] for fill in together}
    pair = next((pair for pair in _PAIRS if names & set(pair)), tuple(names))
    chosen: dict[str, Fill] = {}
    for fill in together:
        name = fill.path.rpartition(".")[2]
        if name in pair:
            chosen.setdefault(name, fill)
    if not chosen:
        return None
    return _total(list(chosen.values()), f"{grouping.path}[].{grouping.anchor}")


def _split(
    article: Article, grouping: Grouping, counts: Sequence[Fill], places: Sequence[Span]
) -> list[Group]:
    placed = [(count, _place(article, count, counts, places)) for count in counts]
    there = [
        (count, _all_of(article, place, places)) for count, place in placed if place is not None
    ]
    there = _without_total(there)
    several = len({article.slice(place) for _, place in there}) >= 2
    if several:
        there.sort(key=lambda pair: pair[0].mention.span.start)
        return [_group(article, grouping, count, place) for count, place in there]
    loose = [count for count, place in placed if place is None and count.value]
    groups = []
    if loose:
        groups.append(_group(article, grouping, loose[0], None))
        for count, place in there:
            if _ADDED.search(article.slice(article.sentence(count.mention.sentence))):
                groups.append(_group(article, grouping, count, place))
    elif there:
        groups.append(_group(article, grouping, *there[0]))
    elif counts:
        groups.append(_group(article, grouping, counts[0], None))
    return groups


def _without_total(there: list[tuple[Fill, Span]]) -> list[tuple[Fill, Span]]:
    """Without a count that the others add up to: it is their total, said of a wider place."""
    for total, _ in there:
        others = [pair for pair in there if pair[0] is not total]
        if len(others) > 1 and sum(count.value for count, _ in others) == total.value:
            return others
    return there


def _all_of(article: Article, place: Span, places: Sequence[Span]) -> Span:
    """A place with those joined to it: "Ashby, Leigh and Milltown" is where all of them were."""
    for other in sorted(places, key=lambda span: span.start):
        joined = _JOINED.fullmatch(article.text, place.end, max(place.end, other.start))
        if other.start > place.end and joined:
            place = Span(place.start, other.end)
    return place


_JOINED = re.compile(r",? and |, ")


def _added(
    article: Article,
    grouping: Grouping,
    by_field: dict[str, list[Fill]],
    groups: Sequence[Group],
    places: Sequence[Span],
) -> list[Group]:
    """A further group that only one of its parts counts: "another man was arrested in Leigh"."""
    counted = {group.fields[grouping.anchor].mention.sentence for group in groups if group.fields}
    found = []
    for name in grouping.parts if groups else ():
        for fill in by_field.get(name, ()):
            sentence = article.sentence(fill.mention.sentence)
            place = _place(article, fill, (), places)
            if sentence.number in counted or place is None:
                continue
            near = article.text[sentence.start : fill.mention.phrase.end + _SOON]
            if _ADDED.search(near):
                counted.add(sentence.number)
                group = _group(article, grouping, fill, place)
                group.fields[name] = fill
                found.append(group)
    return found


def _group(article: Article, grouping: Grouping, count: Fill, place: Span | None) -> Group:
    group = Group({grouping.anchor: count})
    if place is not None and grouping.place:
        text = article.slice(place)
        mention = Mention(place, place, place, count.mention.sentence, text)
        group.fields[grouping.place] = replace(count, mention=mention, value=text, text=text)
    return group


def _place(
    article: Article, count: Fill, counts: Sequence[Fill], places: Sequence[Span]
) -> Span | None:
    """The place said of a count: "In Leigh six", or the first one behind it, before the next count.

    A place behind a count stands after a word like "in", and not in front of another count.
    """
    sentence = article.sentence(count.mention.sentence)
    start = count.mention.span.end
    later = [
        other.mention.span.start
        for other in counts
        if start < other.mention.span.start < sentence.end
    ]
    end = min(later, default=sentence.end)
    right_behind = _RIGHT_BEHIND.match(article.text, count.mention.phrase.end)
    if right_behind:
        own = [place for place in places if place.start == right_behind.end()]
        if own:
            return own[0]
    in_front = next((place for place in places if _leads(article, place, count)), None)
    if in_front is not None:
        return in_front
    for place in sorted(places, key=lambda span: span.start):
        if (
            start <= place.start
            and place.end <= end
            and _AT.search(article.text[start : place.start])
            and not any(_leads(article, place, other) for other in counts)
        ):
            return place
    return None


def _leads(article: Article, place: Span, count: Fill) -> bool:
    """Whether a place stands right in front of a count: "In Leigh, six were held".

    Not if the count has a place of its own right behind it: "six in Leigh, four in Ashby".
    """
    if _RIGHT_BEHIND.match(article.text, count.mention.phrase.end):
        return False
    between = article.text[place.end : max(place.end, count.mention.phrase.start)]
    before = article.text[max(0, place.start - 20) : place.start]
    return (
        place.end <= count.mention.phrase.start
        and not between.strip(", ")
        and _IN_FRONT.search(before) is not None
    )


def _attach(
    grouping: Grouping, groups: Sequence[Group], group: Group, name: str, found: Sequence[Fill]
) -> None:
    """Give a group the fills of one field that belong to it; what is no number belongs to all."""
    whole = [fill for fill in found if fill.value == ALL]
    found = [fill for fill in found if fill.value != ALL]
    count = group.fields.get(grouping.anchor)
    if not found:
        if count is not None and count.value and len(groups) == 1:
            mention = replace(whole[0].mention, bound=count.mention.bound)
            group.fields[name] = replace(whole[0], value=count.value, mention=mention)
        return
    if isinstance(found[0].value, bool) or not isinstance(found[0].value, int):
        group.fields[name] = found[0]
        return
    own = [fill for fill in found if _owner(grouping, groups, fill) is group]
    near = _near(group, grouping, own)
    if "|" in name:
        low, high = name.split("|")
        ages = [fill for fill in near if fill.mention.sentence == near[0].mention.sentence]
        if ages:
            group.fields[low] = min(ages, key=lambda fill: int(fill.value))
            group.fields[high] = max(ages, key=lambda fill: int(fill.value))
        return
    for fill in near:
        if count is None or fill.value <= count.value:
            group.fields[name] = fill
            return


def _owner(grouping: Grouping, groups: Sequence[Group], fill: Fill) -> Group | None:
    """The group that a number is said of: of several, the one counted last before it, near by."""
    if len(groups) == 1:
        return groups[0]
    at = fill.mention.span.start

    def distance(group: Group) -> tuple[int, bool, int]:
        count = group.fields[grouping.anchor].mention
        start = count.span.start
        return abs(fill.mention.sentence - count.sentence), start > at, abs(start - at)

    nearest = min(groups, key=distance)
    return nearest if distance(nearest)[0] <= 1 else None


def _near(group: Group, grouping: Grouping, found: Sequence[Fill]) -> list[Fill]:
    count = group.fields.get(grouping.anchor)
    if count is None:
        return list(found)
    here = count.mention.sentence
    return sorted(
        found, key=lambda fill: (abs(fill.mention.sentence - here), fill.mention.span.start)
    )
