"""Finds words of the gold in what a model is shown: prompts, descriptions, guides, patterns.

This module owns what counts as a leak: five consecutive folded words of a gold article, or the
whole of one of gold's text values of two words or more. What is guarded, and what is allowed
nevertheless, is the business of ``test_no_leaks``.

Words are folded as the extractor folds them ("Twelve" is "12", "&" is "and"). A regular expression
is read for the words it can match: every alternative of it, with what is optional and without.
"""

from __future__ import annotations

import importlib
import itertools
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from extractor.text.folding import tokens

RUN = 5  # words that an article and a prompt may not share
WILD = "\u02ac"  # stands for whatever a regular expression leaves open; a letter nobody writes
_LEAST_LETTERS = 3  # of a word that is partly open; with fewer it may be nearly any word
_MOST_READINGS = 20_000

Words: TypeAlias = tuple[str, ...]


class TooManyReadingsError(Exception):
    """A regular expression that can match more than can be listed."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """A text that no gold may stand in, and where it is."""

    place: str
    text: str
    is_pattern: bool = False


@dataclass(frozen=True, slots=True)
class Leak:
    """Gold words in a guarded text. ``kind``: five words of an article, or a value."""

    place: str
    words: Words
    kind: str

    def __str__(self) -> str:
        return f"{self.place}: {' '.join(self.words)!r} ({self.kind})"


@dataclass(frozen=True)
class Gold:
    """The folded words of the articles and of the text values of two words or more."""

    articles: tuple[Words, ...]
    values: frozenset[Words]

    @cached_property
    def wanted(self) -> Mapping[Words, str]:
        """Every run of words that may not be shown, with its kind."""
        runs = {run: "article" for words in self.articles for run in windows(words, RUN)}
        return {**runs, **dict.fromkeys(self.values, "value")}

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        """How many words the runs have."""
        return tuple(sorted({len(run) for run in self.wanted}))

    @cached_property
    def by_word(self) -> Mapping[tuple[int, int, str], list[Words]]:
        """The runs by their length, a place in them, and the word there."""
        found: dict[tuple[int, int, str], list[Words]] = defaultdict(list)
        for run in self.wanted:
            for place, word in enumerate(run):
                found[len(run), place, word].append(run)
        return found


def fold(text: str) -> Words:
    """The words and numbers of a text as they are compared; punctuation counts as nothing."""
    return tuple(token.core for token in tokens(text) if not token.symbol)


def windows(words: Words, size: int) -> Iterator[Words]:
    """Every run of ``size`` consecutive words."""
    return (words[at : at + size] for at in range(len(words) - size + 1))


def load_gold(folder: Path) -> Gold:
    """The gold of a folder that holds ``articles`` and ``annotations``."""
    articles = [fold(path.read_text(encoding="utf-8")) for path in (folder / "articles").glob("*")]
    values: set[Words] = set()
    for path in (folder / "annotations").glob("*.json"):
        document = json.loads(path.read_text(encoding="utf-8"))
        for text in (*_texts(document["record"]), *_texts(document["alternatives"])):
            words = fold(text)
            if len(words) >= 2:
                values.add(words)
    return Gold(tuple(articles), frozenset(values))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from itertools.chain.from_iterable(map(_texts, value.values()))
    elif isinstance(value, list):
        yield from itertools.chain.from_iterable(map(_texts, value))


def find_leaks(guarded: Guarded, gold: Gold) -> list[Leak]:
    """Every run of gold words in a guarded text."""
    found: dict[Words, None] = {}
    for words in readings(guarded.text) if guarded.is_pattern else [fold(guarded.text)]:
        for size in gold.lengths:
            for window in windows(words, size):
                found.update(dict.fromkeys(_matches(window, gold)))
    return [Leak(guarded.place, run, gold.wanted[run]) for run in found]


def is_allowed(leak: Leak, terms: Iterable[Words]) -> bool:
    """Whether the words lie inside one of the allowed terms."""
    return any(leak.words in windows(term, len(leak.words)) for term in terms)


def _matches(window: Words, gold: Gold) -> Iterator[Words]:
    open_words = [word for word in window if WILD in word]
    if not open_words:
        if window in gold.wanted:
            yield window
        return
    letters = [len(word) - word.count(WILD) for word in open_words]
    if 0 in letters or sum(count < _LEAST_LETTERS for count in letters) > len(window) // 4:
        return
    place = next((at for at, word in enumerate(window) if WILD not in word), None)
    if place is None:
        candidates: Iterable[Words] = (run for run in gold.wanted if len(run) == len(window))
    else:
        candidates = gold.by_word.get((len(window), place, window[place]), ())
    for run in candidates:
        if all(_fits(word, there) for word, there in zip(window, run, strict=True)):
            yield run


def _fits(word: str, there: str) -> bool:
    if WILD not in word:
        return word == there
    return re.fullmatch(r"\w*".join(map(re.escape, word.split(WILD))), there) is not None


def readings(pattern: str) -> list[Words]:
    """The runs of words that a regular expression can match, what it leaves open marked ``WILD``.

    Raises ``TooManyReadingsError`` if it cannot be listed, ``re.error`` if it is none.
    """
    parsed = importlib.import_module("re._parser").parse(pattern)  # the one parser there is
    apart: list[str] = []
    whole = _sequence(list(parsed), apart)
    return [fold(text) for text in dict.fromkeys((*whole, *apart))]


def _sequence(parts: Sequence[tuple[Any, Any]], apart: list[str]) -> list[str]:
    found = [""]
    for name, argument in parts:
        choices = _choices(str(name), argument, apart)
        if len(found) * len(choices) > _MOST_READINGS:
            raise TooManyReadingsError
        found = list(dict.fromkeys(one + more for one in found for more in choices))
    return found


def _choices(name: str, argument: Any, apart: list[str]) -> list[str]:
    """What one part can match. What only looks around goes to ``apart``."""
    if name == "LITERAL":
        return [chr(argument)]
    if name == "IN":
        return [_class(argument)]
    if name == "BRANCH":
        return list(dict.fromkeys(c for part in argument[1] for c in _sequence(list(part), apart)))
    if name == "SUBPATTERN":
        return _sequence(list(argument[-1]), apart)
    if name == "ATOMIC_GROUP":
        return _sequence(list(argument), apart)
    if name in ("ASSERT", "ASSERT_NOT"):
        apart.extend(_sequence(list(argument[1]), apart))
        return [""]
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return _repeated(argument[0], argument[1], list(argument[2]), apart)
    return [""] if name == "AT" else [WILD]


def _repeated(
    least: int, most: int, parts: Sequence[tuple[Any, Any]], apart: list[str]
) -> list[str]:
    once = _sequence(parts, apart)
    if all(len(one) == 1 for one in once):  # a letter or a space
        return once if once == [" "] else [WILD] if least != most else [one * least for one in once]
    more = [one + one for one in once] if most > 1 and len(once) < 10 else []
    return list(dict.fromkeys((*([] if least else [""]), *once, *more)))


def _class(members: Sequence[tuple[Any, Any]]) -> str:
    """A set of characters: a space if it may be one, a letter if there is one, else open."""
    names = [(str(name), argument) for name, argument in members]
    if ("NEGATE", None) in names:
        return WILD
    if any(
        (name == "CATEGORY" and str(argument) == "CATEGORY_SPACE")
        or (name == "LITERAL" and chr(argument).isspace())
        for name, argument in names
    ):
        return " "
    if all(name == "LITERAL" and not chr(argument).isalnum() for name, argument in names):
        return chr(names[0][1])
    return WILD
