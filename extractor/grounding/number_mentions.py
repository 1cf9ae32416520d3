"""Where a number stands in an article: in digits or words, as a whole, in a cited sentence.

This module owns which stated number supports a value: not the day of a date, not a negated one, and
with a cue of the field in its sentence if there are cues. What is a number at all is
``stated_numbers``'s, what a negation or a bound looks like ``cues``'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from extractor.extraction import Status
from extractor.grounding.text_mentions import Found, shifted
from extractor.schema.tree import FieldNode
from extractor.text.article import Article, Sentence, Span
from extractor.text.cues import bound_of, cue_phrases, is_negated, one_person, zero_phrases
from extractor.text.folding import token_at, tokens
from extractor.text.sentences import word_set
from extractor.text.stated_dates import stated_dates
from extractor.text.stated_numbers import StatedNumber, stated_numbers

_EMPTY_WORDS = word_set(
    """
    number numbers count counts value values many much said says that there were with from only
    also what which when where total this have been article text stated
    """
)
_STEM = 5


def find_number(
    article: Article,
    number: Decimal,
    node: FieldNode,
    cited: Sequence[Sentence],
    cues: Sequence[str],
) -> Found | None:
    for sentence, mention in number_mentions(article, number, cited, cues):
        status = number_status(article.slice(sentence), mention, number)
        return shifted(sentence, Span(mention.start, mention.end)), status
    for sentence in cited if number in (0, 1) else ():
        text = article.slice(sentence)
        if number == 0:
            found = (one for one in zero_phrases(text) if _is_about(text, one, node, cues))
        else:
            found = (one for one in one_person(text) if _cue_places(text, cues) is not None)
        for span in found:
            return shifted(sentence, span), Status.NORMALISED
    return None


def number_mentions(
    article: Article, number: Decimal, cited: Sequence[Sentence], cues: Sequence[str]
) -> Iterator[tuple[Sentence, StatedNumber]]:
    """Where a number stands in the cited sentences, in each the one nearest to a cue first."""
    for sentence in cited:
        text = article.slice(sentence)
        places = _cue_places(text, cues)
        if places is None:
            continue
        same = [
            one
            for one in stated_numbers(text)
            if one.value == number and not _is_day(text, one) and not _is_denied(text, one)
        ]
        same.sort(key=lambda one: min((abs(one.start - place) for place in places), default=0))
        yield from ((sentence, one) for one in same)


def _cue_places(text: str, cues: Sequence[str]) -> list[int] | None:
    """Where cues stand in a sentence; ``None`` if there should be one and is not."""
    places = [span.start for cue in cues for span, _ in cue_phrases(text, cue)]
    return None if cues and not places else places


def _is_day(text: str, number: StatedNumber) -> bool:
    """Whether a number is the day of a date, and so counts nothing; a year may be asked for."""
    return any(
        one.start <= number.start and number.end <= one.end and one.year != number.value
        for one in stated_dates(text)
    )


def _is_denied(text: str, number: StatedNumber) -> bool:
    found = tokens(text)
    at = token_at(found, number.start)
    return at is not None and is_negated(found, at)


def number_status(text: str, mention: StatedNumber, number: Decimal) -> Status:
    written = text[mention.start : mention.end]
    return Status.VERBATIM if written == format(number, "f") else Status.NORMALISED


def _is_about(text: str, zero: Span, node: FieldNode, cues: Sequence[str]) -> bool:
    """Whether a negation speaks of the field: it has a cue, a word of the field, or no noun."""
    phrase = text[zero.start : zero.end]
    if cues:
        return bool(_cue_places(phrase, cues))
    if len(phrase.split()) == 1 or phrase.lower().replace("-", " ") == "no one":
        return True
    words = {*_stems(f"{node.path} {node.description}")}
    return any(stem in words for stem in _stems(phrase))


def _stems(text: str) -> Iterator[str]:
    for word in re.findall(r"[^\W\d_]{4,}", text.lower()):
        if word not in _EMPTY_WORDS:
            yield word[:_STEM].rstrip("s")


def find_quantity(
    article: Article,
    number: Decimal,
    bound: str,
    node: FieldNode,
    cited: Sequence[Sentence],
    cues: Sequence[str],
) -> tuple[Found | None, Found | None]:
    """The phrase that supports a number, and the same if it supports the bound, too."""
    if number == 0:
        found = find_number(article, number, node, cited, cues)
        return found, found if bound == "exact" else None
    first: Found | None = None
    for sentence, mention in number_mentions(article, number, cited, cues):
        text = article.slice(sentence)
        stated, phrase = bound_of(text, mention.start, mention.end)
        span, status = shifted(sentence, phrase), number_status(text, mention, number)
        if stated == bound:
            return (span, status), (span, status if bound == "exact" else Status.NORMALISED)
        first = first or (span, status)
    if first is None and bound == "exact":
        found = find_number(article, number, node, cited, cues)
        return found, found
    return first, None
