"""Flips: leaves that were right and are wrong, or the reverse, or are wrong in another way.

This module owns recognising the same leaf in two sets of verdicts, and what a change is called.
``gate`` looks for flips against the baseline, ``diff`` between two runs.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from eval.report.mentions import Document, Part, cited, sentences
from eval.verdicts import LeafVerdict, Verdict

Kind: TypeAlias = Literal["fixed", "broke", "changed"]
Key: TypeAlias = tuple[str, str, str, int]
Sentences: TypeAlias = tuple[tuple[Part, ...], ...]

_RIGHT = frozenset({Verdict.COR, Verdict.NON})
_ORDER = {"broke": 0, "changed": 1, "fixed": 2}


class Flip(BaseModel):
    """A leaf that changed: *fixed* (now right), *broke* (now wrong), *changed* (wrong otherwise).

    A side is ``None`` where that set has no such leaf, which is as good as null on both sides. The
    sentences, where known, are those that gold and each prediction cite.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    document: str
    path: str
    before: LeafVerdict | None
    after: LeafVerdict | None
    gold_sentences: Sentences = ()
    before_sentences: Sentences = ()
    after_sentences: Sentences = ()

    @property
    def leaf(self) -> LeafVerdict:
        """The later side that there is."""
        leaf = self.after or self.before
        assert leaf is not None
        return leaf

    @property
    def gold(self) -> Any:
        """What gold says."""
        return self.leaf.gold


def flips(before: Iterable[LeafVerdict], after: Iterable[LeafVerdict]) -> tuple[Flip, ...]:
    """Every leaf that flipped on the strict track: first what broke, then the rest, by document."""
    first, second = _leaves(before), _leaves(after)
    found = []
    for key in sorted(first.keys() | second.keys()):
        one, other = first.get(key), second.get(key)
        kind = _kind(one, other)
        if kind is not None:
            found.append(Flip(kind=kind, document=key[0], path=key[1], before=one, after=other))
    return tuple(sorted(found, key=lambda flip: (_ORDER[flip.kind], flip.document)))


def with_sentences(
    flip: Flip, before: Mapping[str, Document], after: Mapping[str, Document]
) -> Flip:
    """A flip with the sentences behind it, as far as the documents are known."""
    words: dict[str, Sentences] = {}
    for leaf, documents, name in (
        (flip.before, before, "before_sentences"),
        (flip.after, after, "after_sentences"),
    ):
        document = documents.get(flip.document)
        if leaf is not None and document is not None:
            spans = cited(leaf, document)
            words[name] = sentences(document.article, spans.predicted)
            if spans.gold:
                words["gold_sentences"] = sentences(document.article, spans.gold)
    return flip.model_copy(update=words)


def counted(found: Iterable[Flip]) -> Counter[str]:
    """How many of each kind."""
    return Counter(flip.kind for flip in found)


def _leaves(verdicts: Iterable[LeafVerdict]) -> dict[Key, LeafVerdict]:
    """The strict track's leaves: gold's by their place, the others by what was predicted.

    What only the prediction has stands at any place of its list, so its value is its name; the same
    value twice is counted.
    """
    found: dict[Key, LeafVerdict] = {}
    for verdict in verdicts:
        if verdict.strict is None:
            continue
        if verdict.gold_pointer is not None:
            name = verdict.gold_pointer
        else:
            name = "=" + json.dumps(verdict.predicted, sort_keys=True, default=str)
        number = 0
        while (verdict.document, verdict.path, name, number) in found:
            number += 1
        found[verdict.document, verdict.path, name, number] = verdict
    return found


def _kind(before: LeafVerdict | None, after: LeafVerdict | None) -> Kind | None:
    was = before is None or before.strict in _RIGHT
    now = after is None or after.strict in _RIGHT
    if was and now:
        return None
    if was:
        return "broke"
    if now:
        return "fixed"
    assert before is not None
    assert after is not None
    same = before.strict == after.strict and before.predicted == after.predicted
    return None if same else "changed"
