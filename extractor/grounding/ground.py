"""From a value and the sentences cited for it to the exact words that support it, or to none.

This module owns the decision, kind by kind. What counts as the same word is ``folding``'s, what
is a number or a date ``stated_numbers``'s and ``stated_dates``'s, what words around it mean
``cues``'s.

======================  ==========================================================================
text                    its own words, contiguous and whole: verbatim in the cited sentences, then
                        elsewhere outside boilerplate, then normalised in the same order
numbers                 in digits or words as a whole, in a cited sentence only; a day of a date is
                        no count
zero                    "0", or a negation about the field's subject: "no arrests", "nobody"
bound                   the words around the quantity's number: "more than 60 officers"
truth values, options   a cue (``schemas.Cues``, else their own name) in a cited sentence
dates, times            at least as fine in the text as the value says
======================  ==========================================================================

A negated mention supports nothing. ``text[start:end]`` is always the mention itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from extractor.extraction import Evidence, Status
from extractor.grounding.number_mentions import find_number, find_quantity
from extractor.grounding.stated import Stated
from extractor.grounding.text_mentions import Found, find_text, shifted
from extractor.grounding.time_mentions import find_date, find_datetime, find_time
from extractor.schema.tree import FieldNode, Kind
from extractor.text.article import Article, Sentence
from extractor.text.cues import cue_phrases, negation_before
from schemas.fields import Cues

UNGROUNDED = (Evidence(None, None, None, Status.UNGROUNDED),)

_NUMBERS = (Kind.INTEGER, Kind.NUMBER, Kind.DECIMAL)
_FOUND_ANYWHERE = (Kind.TEXT, Kind.DATE, Kind.PARTIAL_DATE)
_PREFIXES = ("is_", "are_", "was_", "were_", "has_", "have_", "had_", "can_")


def ground(
    article: Article,
    value: Any,
    node: FieldNode,
    sentences: Sequence[int] = (),
    cues: Sequence[str] = (),
    page: str | None = None,
) -> tuple[Evidence, ...]:
    """The words of the article that support one JSON value of a field.

    ``sentences``: the numbers cited; unknown ones are ignored. ``cues``: instead of those declared
    on the field. ``page``: the page's own date (``YYYY-MM-DD``), which lets a weekday fix a year.
    Nothing found is one entry, ungrounded. Never raises for any text.
    """
    cited = _cited(article, sentences)
    kind = _kind(node, value)
    if value is None:
        return UNGROUNDED
    if kind in _NUMBERS:
        number = _decimal(value)
        words = cue_words(node, None, cues)
        found = None if number is None else find_number(article, number, node, cited, words)
        return _evidence(article, found)
    if kind in (Kind.BOOLEAN, Kind.ENUM):
        return _evidence(article, _find_cue(article, value, node, cited, cues))
    text = str(value)
    if kind in (Kind.DATE, Kind.PARTIAL_DATE):
        return _evidence(article, find_date(article, text, cited, page))
    if kind is Kind.DATETIME:
        return _evidence(article, *find_datetime(article, text, cited, page))
    if kind is Kind.TIME:
        return _evidence(article, find_time(article, text, cited))
    return _evidence(article, find_text(article, text, cited))


def ground_quantity(
    article: Article,
    value: Any,
    bound: str,
    node: FieldNode,
    sentences: Sequence[int] = (),
    cues: Sequence[str] = (),
) -> tuple[tuple[Evidence, ...], tuple[Evidence, ...]]:
    """The words that support a number and those that support its bound: the quantity's phrase.

    ``node`` is the quantity's. A number whose words say another bound is grounded, the bound is
    not.
    """
    number = _decimal(value)
    if number is None:
        return UNGROUNDED, UNGROUNDED
    words = cue_words(node, None, cues) or cue_words(node.child("value"), None, ())
    found = find_quantity(article, number, bound, node, _cited(article, sentences), words)
    return _evidence(article, found[0]), _evidence(article, found[1])


def ground_all(
    article: Article, stated: Sequence[Stated], page: str | None = None
) -> dict[str, tuple[Evidence, ...]]:
    """Evidence of every value of a reply, by JSON pointer; a quantity's two parts together.

    A model may cite the wrong sentence. So the sentences in which an object's own texts and dates
    are found count as cited for its other values, too, after those it gave.
    """
    found: dict[str, tuple[Evidence, ...]] = {}
    anchors: dict[str, dict[int, None]] = {}
    for one in stated:
        if _kind(one.node, one.value) in _FOUND_ANYWHERE:
            found[one.pointer] = ground(article, one.value, one.node, one.sentences, page=page)
            for around in _objects_around(one.pointer):
                numbers = anchors.setdefault(around, {})
                numbers |= dict.fromkeys(_sentences_of(article, found[one.pointer]))
    bounds = {one.pointer: one.value for one in stated if one.quantity and one.node.name == "bound"}
    for one in stated:
        if one.pointer in found:
            continue
        around = one.pointer.rpartition("/")[0]
        also = [number for up in _objects_around(one.pointer) for number in anchors.get(up, ())]
        cited = (*one.sentences, *also)
        bound = bounds.get(f"{around}/bound")
        if one.quantity is not None and one.node.name == "value" and bound is not None:
            found[one.pointer], found[f"{around}/bound"] = ground_quantity(
                article, one.value, bound, one.quantity, cited
            )
        else:
            found[one.pointer] = ground(article, one.value, one.node, cited, page=page)
    return {one.pointer: found[one.pointer] for one in stated}


def _objects_around(pointer: str) -> Iterator[str]:
    """The objects that hold a value, innermost first, the record left out."""
    steps = pointer.split("/")
    for size in range(len(steps) - 1, 1, -1):
        if not steps[size].isdecimal():
            yield "/".join(steps[:size])


def _sentences_of(article: Article, evidence: Sequence[Evidence]) -> Iterator[int]:
    for one in evidence:
        sentence = None if one.start is None else article.sentence_at(one.start)
        if sentence is not None:
            yield sentence.number


def is_grounded(evidence: Sequence[Evidence]) -> bool:
    """Whether there is any evidence and none of it is missing."""
    return bool(evidence) and all(one.status is not Status.UNGROUNDED for one in evidence)


def _cited(article: Article, numbers: Iterable[int]) -> tuple[Sentence, ...]:
    known = (number for number in dict.fromkeys(numbers) if 0 < number <= len(article.sentences))
    return tuple(article.sentences[number - 1] for number in known)


def _decimal(value: Any) -> Decimal | None:
    try:
        return None if isinstance(value, bool) else Decimal(str(value))
    except InvalidOperation:
        return None


def _kind(node: FieldNode, value: Any) -> Kind:
    """What a value is to be grounded as; a union's by the type it came with."""
    if node.kind is not Kind.UNION:
        return node.kind
    if isinstance(value, bool):
        return Kind.BOOLEAN
    if isinstance(value, (int, float)):
        return Kind.NUMBER
    kinds = [one.kind for one in node.children]
    if any(one.kind is Kind.ENUM and value in one.options for one in node.children):
        return Kind.ENUM
    return next((kind for kind in kinds if kind not in (*_NUMBERS, Kind.BOOLEAN)), Kind.TEXT)


def _evidence(article: Article, *found: Found | None) -> tuple[Evidence, ...]:
    located = [one for one in found if one is not None]
    if not located:
        return UNGROUNDED
    return tuple(
        Evidence(span.start, span.end, article.slice(span), status) for span, status in located
    )


def cue_words(node: FieldNode, value: Any, given: Sequence[str]) -> tuple[str, ...]:
    """The cues given, or those declared on the field for this value (``None``: the whole field)."""
    if given:
        return tuple(given)
    declared = (one for one in node.markers if isinstance(one, Cues))
    return tuple(
        word
        for one in declared
        if one.value == value and type(one.value) is type(value)
        for word in one.words
    )


def _find_cue(
    article: Article, value: Any, node: FieldNode, cited: Sequence[Sentence], given: Sequence[str]
) -> Found | None:
    cues = cue_words(node, value, given)
    whole = cue_words(node, None, ())
    if value is False:
        positive = given or cue_words(node, True, ()) or whole or _own_names(node, True)
        return _first_cue(article, value, cited, () if given else cues, positive)
    return _first_cue(article, value, cited, cues or whole or _own_names(node, value), ())


def _first_cue(
    article: Article,
    value: Any,
    cited: Sequence[Sentence],
    cues: Sequence[str],
    denied: Sequence[str],
) -> Found | None:
    """The first of ``cues`` that is not negated, or of ``denied`` that is, with its negation."""
    for sentence in cited:
        text = article.slice(sentence)
        spans = [span for cue in cues for span, negated in cue_phrases(text, cue) if not negated]
        for cue in denied:
            negations = (negation_before(text, span) for span, _ in cue_phrases(text, cue))
            spans.extend(span for span in negations if span is not None)
        if spans:
            span = min(spans, key=lambda one: (one.start, -one.end))
            is_verbatim = text[span.start : span.end] == value
            status = Status.VERBATIM if is_verbatim else Status.NORMALISED
            return shifted(sentence, span), status
    return None


def _own_names(node: FieldNode, value: Any) -> tuple[str, ...]:
    """A value's own name in words; of a truth value the field's."""
    if value is True:
        name = node.name
        for prefix in _PREFIXES:
            name = name.removeprefix(prefix)
        return (_spaced(name),)
    options = [
        (option, label)
        for one in (node, *node.children)
        for option, label in zip(one.options, one.labels, strict=False)
    ]
    labels = [label for option, label in options if option == value]
    return tuple(dict.fromkeys(_spaced(name) for name in (str(value), *labels)))


def _spaced(name: str) -> str:
    return " ".join(name.replace("_", " ").replace("-", " ").split())
