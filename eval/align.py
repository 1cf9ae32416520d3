"""Which gold list item belongs to which predicted one.

This module owns the similarity of two items and the rule of the pairing: pairs less similar than τ
are removed first; then the one-to-one pairing is taken that has, in this order, the greatest total
similarity, the most exactly equal pairs, the most correct leaves. What is still tied is settled in
the items' canonical order, so the result never depends on the order they came in. ``assign``
solves, ``verdicts`` turns pairs into verdicts.

Numbers are whole throughout: similarities are fractions, brought to one denominator, and the three
criteria are digits of one weight, so no tie is lost to rounding.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from eval.assign import Pair, best_pairs
from eval.compare import Track, exact_form
from eval.items import Item
from eval.leaves import ListField

TAU = 50  # per cent, so that a similarity of exactly 0.3 or 0.7 is compared without rounding
TAUS = (30, TAU, 70)

Pairs: TypeAlias = tuple[Pair, ...]


class Likeness(NamedTuple):
    """What two items have in common, over the leaves in the totals that either states.

    The similarity is ``same`` of ``all``, the weighted share of correct leaves (1 if there are
    none); ``hits`` of ``leaves`` is the plain one.
    """

    same: int
    all: int
    hits: int
    leaves: int


Table: TypeAlias = dict[Pair, Likeness]
Tables: TypeAlias = dict[Track, Table]


class Aligner:
    """Pairs the list items of one document. It remembers, so it serves one document only."""

    def __init__(self) -> None:
        self._pairs: dict[tuple[str, str, Track, int], Pairs] = {}
        self._solved: dict[tuple[str, str, Track, tuple[Pair, ...]], Pairs] = {}
        self._tables: dict[tuple[str, str, int], Tables] = {}

    def pairs(
        self,
        node: ListField,
        golds: Sequence[Item],
        predicted: Sequence[Item],
        track: Track,
        tau: int = TAU,
    ) -> Pairs:
        """Index pairs (gold, predicted), sorted; an item that is in none stays alone.

        ``tau`` is in per cent, above 0.
        """
        if not golds or not predicted:
            return ()
        if len(golds) == len(predicted) and _all_equal(golds, predicted):
            return tuple((index, index) for index in range(len(golds)))
        key = (golds[0].pointer, predicted[0].pointer, track, tau)
        found = self._pairs.get(key)
        if found is None:
            found = self._pairs[key] = self._solve(node, golds, predicted, track, tau)
        return found

    def _solve(
        self,
        node: ListField,
        golds: Sequence[Item],
        predicted: Sequence[Item],
        track: Track,
        tau: int,
    ) -> Pairs:
        depends = tau if node.item.depends_on_tau else 0
        places = (golds[0].pointer, predicted[0].pointer)
        tables = self._tables.get((*places, depends))
        if tables is None:
            tables = self._tables[(*places, depends)] = self._likenesses(golds, predicted, tau)
        table = tables[track]
        if track == "lenient" and table is tables["strict"] and node.item.all_inside:
            return self.pairs(node, golds, predicted, "strict", tau)
        allowed = tuple(pair for pair, like in table.items() if like[0] * 100 >= like[1] * tau)
        if depends:
            return self._best(table, allowed, golds, predicted, track, tau)
        key = (*places, track, allowed)
        found = self._solved.get(key)
        if found is None:
            found = self._best(table, allowed, golds, predicted, track, tau)
            self._solved[key] = found
        return found

    def _likenesses(self, golds: Sequence[Item], predicted: Sequence[Item], tau: int) -> Tables:
        strict: Table = {}
        lenient: Table = {}
        for i, gold in enumerate(golds):
            for j, other in enumerate(predicted):
                firm, loose = _plain_likeness(gold, other)
                if gold.lists:
                    firm = self._with_lists(firm, gold, other, "strict", tau)
                    loose = self._with_lists(loose, gold, other, "lenient", tau)
                strict[i, j], lenient[i, j] = firm, loose
        return {"strict": strict, "lenient": strict if lenient == strict else lenient}

    def _with_lists(
        self, plain: Likeness, gold: Item, predicted: Item, track: Track, tau: int
    ) -> Likeness:
        """The leaves of inner lists, paired first, added with weight 1."""
        same, total, hits, leaves = plain
        for node, ours, theirs in _inner(gold, predicted):
            if not node.in_totals:
                continue
            alone = sum(item.size for item in ours) + sum(item.size for item in theirs)
            for i, j in self.pairs(node, ours, theirs, track, tau):
                alone -= ours[i].size + theirs[j].size
                if not ours[i].skipped:
                    found = _plain_likeness(ours[i], theirs[j])[track == "lenient"]
                    found = self._with_lists(found, ours[i], theirs[j], track, tau)
                    same, hits = same + found.hits, hits + found.hits
                    total, leaves = total + found.leaves, leaves + found.leaves
            total, leaves = total + alone, leaves + alone
        return Likeness(same, total, hits, leaves)

    def _best(
        self,
        table: Table,
        allowed: Sequence[Pair],
        golds: Sequence[Item],
        predicted: Sequence[Item],
        track: Track,
        tau: int,
    ) -> Pairs:
        if not allowed:
            return ()
        weights = _weights(table, allowed, golds, predicted)
        evident = _evident(weights)
        if evident is not None:
            return evident
        # The items in canonical order, and the leaves outside the totals as a last digit.
        ours = sorted(range(len(golds)), key=lambda i: golds[i].order)
        theirs = sorted(range(len(predicted)), key=lambda j: predicted[j].order)
        extra = {(i, j): self._hits_outside(golds[i], predicted[j], track, tau) for i, j in allowed}
        base = min(len(golds), len(predicted)) * max(extra.values()) + 1
        ranked = {
            (row, column): weights[i, j] * base + extra[i, j]
            for row, i in enumerate(ours)
            for column, j in enumerate(theirs)
            if (i, j) in weights
        }
        return tuple(sorted((ours[row], theirs[column]) for row, column in best_pairs(ranked)))

    def _hits_outside(self, gold: Item, predicted: Item, track: Track, tau: int) -> int:
        """Correct leaves outside the totals."""
        hits = sum(
            agrees(gold, predicted, index, track)
            for index, leaf in enumerate(gold.shape.leaves)
            if not leaf.in_totals and index not in gold.unscorable
        )
        for node, ours, theirs in _inner(gold, predicted):
            for i, j in self.pairs(node, ours, theirs, track, tau):
                if not ours[i].skipped:
                    hits += self._hits_outside(ours[i], theirs[j], track, tau)
        return hits


def agrees(gold: Item, predicted: Item, index: int, track: Track) -> bool:
    """Whether both items state the leaf at ``index`` of their shape, and state the same."""
    ours, theirs = gold.forms[index], predicted.forms[index]
    if ours is None or theirs is None:
        return False
    if ours == theirs:
        return True
    comparator = gold.shape.leaves[index].comparator
    beside = gold.beside[index] if gold.beside is not None else None
    return (comparator.strict if track == "strict" else comparator.lenient)(ours, theirs, beside)


def same_stray(gold: Item, predicted: Item, path: str) -> bool:
    """Whether both have the same value where something else belongs."""
    if path not in gold.strays or path not in predicted.strays:
        return False
    return bool(exact_form(gold.strays[path][1]) == exact_form(predicted.strays[path][1]))


def _plain_likeness(gold: Item, predicted: Item) -> tuple[Likeness, Likeness]:
    """Strict and lenient, inner lists left out. The innermost loop of the scorer."""
    total = leaves = same = hits = loose_same = loose_hits = 0
    besides, out = gold.beside, gold.unscorable
    for (index, weight, comparator), one, other in zip(
        gold.shape.weighed, gold.weighed, predicted.weighed, strict=True
    ):
        if one == other:
            if one is None or (out and index in out):
                continue
            same += weight
            hits += 1
        elif out and index in out:
            continue
        elif one is not None and other is not None:
            beside = besides[index] if besides is not None else None
            if not (comparator.keyed and beside is None) and comparator.strict(one, other, beside):
                same += weight
                hits += 1
            elif comparator.is_graded and comparator.lenient(one, other, beside):
                loose_same += weight
                loose_hits += 1
        total += weight
        leaves += 1
    if gold.strays or predicted.strays:
        for path in gold.strays.keys() | predicted.strays.keys():
            if path not in out:
                found = same_stray(gold, predicted, path)
                total, leaves = total + 1, leaves + 1
                same, hits = same + found, hits + found
    strict = Likeness(same, total, hits, leaves)
    if not loose_hits:
        return strict, strict
    return strict, Likeness(same + loose_same, total, hits + loose_hits, leaves)


def _inner(
    gold: Item, predicted: Item
) -> Iterator[tuple[ListField, Sequence[Item], Sequence[Item]]]:
    for node, ours, theirs in zip(gold.shape.lists, gold.lists, predicted.lists, strict=True):
        if node.path not in gold.unscorable:
            yield node, ours, theirs


def _all_equal(golds: Sequence[Item], predicted: Sequence[Item]) -> bool:
    """Whether both lists state the same item by item: each with its like is then the best."""
    return all(one.canon == other.canon for one, other in zip(golds, predicted, strict=True))


def _weights(
    table: Table, allowed: Sequence[Pair], golds: Sequence[Item], predicted: Sequence[Item]
) -> dict[Pair, int]:
    """Similarity, exact equality and correct leaves as the digits of one number above zero."""
    likes = [table[pair] for pair in allowed]
    common = math.lcm(*{like.all for like in likes if like.all})
    most = min(len(golds), len(predicted))
    hits_base = most * max(like.hits for like in likes) + 1
    equal_base = most + 1
    weights = {}
    for (i, j), (same, total, hits, _) in zip(allowed, likes, strict=True):
        share = same * (common // total) if total else common
        equal = golds[i].canon == predicted[j].canon
        weights[i, j] = (share * equal_base + equal) * hits_base + hits
    return weights


def _evident(weights: dict[Pair, int]) -> Pairs | None:
    """The pairing in which every gold item gets its one best partner, if there is one.

    No pairing weighs more than the rows' greatest weights together, and where each row's greatest
    is single, no other pairing weighs as much: it is the answer whatever the order.
    """
    best: dict[int, tuple[int, int]] = {}
    tied: set[int] = set()
    for (row, column), weight in weights.items():
        known = best.get(row)
        if known is None or weight > known[0]:
            best[row] = (weight, column)
            tied.discard(row)
        elif weight == known[0]:
            tied.add(row)
    columns = {column for _, column in best.values()}
    if tied or len(columns) < len(best):
        return None
    return tuple(sorted((row, column) for row, (_, column) in best.items()))
