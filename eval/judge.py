"""The judge: gold and prediction in, one verdict per leaf and the counts of list items out.

This module owns the walk through both records. ``align`` decides which items belong together,
``score`` adds up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from eval.align import TAU, Aligner, agrees, same_stray
from eval.compare import TRACKS, is_coarser
from eval.items import Item, is_missing
from eval.leaves import ListField
from eval.verdicts import LeafVerdict, Tag, Verdict


@dataclass(slots=True)
class ItemTally:
    """List items of one field: paired, and left alone on either side, per track."""

    strict: list[int] = field(default_factory=lambda: [0, 0, 0])
    lenient: list[int] = field(default_factory=lambda: [0, 0, 0])


@dataclass(frozen=True, slots=True)
class Judgement:
    """A document, or a part of it, judged: its leaves, and its list items by path."""

    verdicts: Sequence[LeafVerdict]
    items: dict[str, ItemTally]


Known: TypeAlias = dict[tuple[str, str, bool, bool], list[LeafVerdict]]


class Judge:
    """Judges one document, given both records read along one shape; ``tau`` is in per cent.

    It remembers what two items came to, so that asking again with another τ is cheap.
    """

    def __init__(self, document: str, gold: Item, predicted: Item) -> None:
        self._document = document
        self._gold = gold
        self._predicted = predicted
        self._aligner = Aligner()
        self._known: Known = {}

    def whole(self, tau: int = TAU) -> Judgement:
        """The verdicts on the whole document."""
        walk = self._walk(tau)
        walk.pair(self._gold, self._predicted, True, True)
        return Judgement(walk.verdicts, walk.items)

    def leaves(self) -> Judgement:
        """The verdicts on what stands outside the document's lists."""
        walk = self._walk(TAU)
        walk.leaves(self._gold, self._predicted, True, True)
        return Judgement(walk.verdicts, walk.items)

    def list(self, index: int, tau: int = TAU) -> Judgement:
        """The verdicts on one of the document's lists, by its index in the shape."""
        walk = self._walk(tau)
        walk.list_at(index, self._gold, self._predicted, True, True)
        return Judgement(walk.verdicts, walk.items)

    def is_paired_as_usual(self, index: int, tau: int) -> bool:
        """Whether this τ pairs the same items of a list, and so changes nothing in it."""
        node = self._gold.shape.lists[index]
        ours, theirs = self._gold.lists[index], self._predicted.lists[index]
        if not ours or not theirs:
            return True
        pairs = self._aligner.pairs
        return not node.item.depends_on_tau and all(
            pairs(node, ours, theirs, track, tau) == pairs(node, ours, theirs, track)
            for track in TRACKS
        )

    def _walk(self, tau: int) -> _Walk:
        no_record = self._predicted.value is None
        return _Walk(self._document, self._aligner, tau, no_record, self._known)


class _Walk:
    """One way through a document, gathering verdicts."""

    def __init__(
        self, document: str, aligner: Aligner, tau: int, no_record: bool, known: Known
    ) -> None:
        self.document = document
        self.aligner = aligner
        self.tau = tau
        self.no_record: tuple[str, ...] = (Tag.NO_RECORD.value,) if no_record else ()
        self.known = known
        self.verdicts: list[LeafVerdict] = []
        self.items: dict[str, ItemTally] = {}

    def pair(self, gold: Item, predicted: Item, strict: bool, lenient: bool) -> None:
        """Two items that belong together on these tracks."""
        self.leaves(gold, predicted, strict, lenient)
        for index in range(len(gold.lists)):
            self.list_at(index, gold, predicted, strict, lenient)

    def list_at(self, index: int, gold: Item, predicted: Item, strict: bool, lenient: bool) -> None:
        """One of the lists that both items hold."""
        node, ours, theirs = gold.shape.lists[index], gold.lists[index], predicted.lists[index]
        if (ours or theirs) and not gold.skipped and node.path not in gold.unscorable:
            self._list(node, ours, theirs, strict, lenient)

    def leaves(self, gold: Item, predicted: Item, strict: bool, lenient: bool) -> None:
        """The leaves of two items that belong together, without those of their lists."""
        if gold.skipped:
            return
        document, add = self.document, self.verdicts.append
        ours, theirs, out = gold.forms, predicted.forms, gold.unscorable
        for index, leaf in enumerate(gold.shape.leaves):
            if index in out:
                continue
            one, other = ours[index], theirs[index]
            tags = self.no_record
            if other is None:
                both = Verdict.NON if one is None else Verdict.MIS
                if not tags and is_missing(predicted.value, leaf.steps):
                    tags = (Tag.MISSING_KEY.value,)
                here = there = both
            elif one is None:
                here = there = Verdict.SPU
            elif one == other:
                here = there = Verdict.COR
            else:
                here = Verdict.COR if agrees(gold, predicted, index, "strict") else Verdict.SUB
                there = Verdict.COR if agrees(gold, predicted, index, "lenient") else Verdict.SUB
                if leaf.kind == "date" and here is Verdict.SUB and is_coarser(one, other):
                    tags = (Tag.OVER_PRECISE.value,)
            add(
                LeafVerdict(
                    document,
                    leaf.path,
                    gold.pointer + leaf.pointer,
                    predicted.pointer + leaf.pointer,
                    gold.raw[index],
                    predicted.raw[index],
                    here if strict else None,
                    there if lenient else None,
                    leaf.in_totals,
                    tags,
                )
            )
        if gold.strays or predicted.strays:
            self._strays(gold, predicted, strict, lenient)

    def _list(
        self,
        node: ListField,
        golds: Sequence[Item],
        predicted: Sequence[Item],
        strict: bool,
        lenient: bool,
    ) -> None:
        pairs = self.aligner.pairs
        firm = dict(pairs(node, golds, predicted, "strict", self.tau)) if strict else {}
        loose = dict(pairs(node, golds, predicted, "lenient", self.tau)) if lenient else {}
        for index, gold in enumerate(golds):
            here, there = firm.get(index), loose.get(index)
            if here == there:
                self._given(node, gold, here, predicted, strict, lenient)
            else:
                self._given(node, gold, here, predicted, strict, False)
                self._given(node, gold, there, predicted, False, lenient)
        taken_firm, taken_loose = set(firm.values()), set(loose.values())
        for index, item in enumerate(predicted):
            alone_firm = strict and index not in taken_firm
            alone_loose = lenient and index not in taken_loose
            if alone_firm or alone_loose:
                self._count(node, 1, alone_firm, alone_loose)
                self._alone(item, False, alone_firm, alone_loose)

    def _given(
        self,
        node: ListField,
        gold: Item,
        partner: int | None,
        predicted: Sequence[Item],
        strict: bool,
        lenient: bool,
    ) -> None:
        if gold.skipped or not (strict or lenient):
            return
        if partner is None:
            self._count(node, 2, strict, lenient)
            self._alone(gold, True, strict, lenient)
        else:
            self._count(node, 0, strict, lenient)
            other = predicted[partner]
            if gold.lists:
                self.pair(gold, other, strict, lenient)
                return
            key = (gold.pointer, other.pointer, strict, lenient)
            if key in self.known:
                self.verdicts.extend(self.known[key])
            else:
                before = len(self.verdicts)
                self.leaves(gold, other, strict, lenient)
                self.known[key] = self.verdicts[before:]

    def _count(self, node: ListField, outcome: int, strict: bool, lenient: bool) -> None:
        """Add one list item: 0 paired, 1 predicted only, 2 gold only."""
        if node.of_objects:
            tally = self.items.setdefault(node.path, ItemTally())
            tally.strict[outcome] += strict
            tally.lenient[outcome] += lenient

    def _alone(self, item: Item, is_gold: bool, strict: bool, lenient: bool) -> None:
        """An item without a partner: each of its non-null leaves is missing or spurious."""
        if item.skipped:
            return
        verdict = Verdict.MIS if is_gold else Verdict.SPU
        tags = self.no_record if is_gold else ()
        stated = [
            (leaf.path, leaf.pointer, value, leaf.in_totals, tags)
            for index, (leaf, value) in enumerate(zip(item.shape.leaves, item.raw, strict=True))
            if value is not None and index not in item.unscorable
        ]
        odd = (*tags, Tag.OUT_OF_SHAPE.value)
        stated.extend(
            (path, pointer.removeprefix(item.pointer), value, True, odd)
            for path, (pointer, value) in item.strays.items()
            if path not in item.unscorable
        )
        for path, pointer, value, in_totals, marks in stated:
            place = item.pointer + pointer
            self.verdicts.append(
                LeafVerdict(
                    self.document,
                    path,
                    place if is_gold else None,
                    None if is_gold else place,
                    value if is_gold else None,
                    None if is_gold else value,
                    verdict if strict else None,
                    verdict if lenient else None,
                    in_totals,
                    marks,
                )
            )
        for node, items in zip(item.shape.lists, item.lists, strict=True):
            if node.path not in item.unscorable:
                for inner in items:
                    if not inner.skipped:
                        self._count(node, 2 if is_gold else 1, strict, lenient)
                        self._alone(inner, is_gold, strict, lenient)

    def _strays(self, gold: Item, predicted: Item, strict: bool, lenient: bool) -> None:
        """Values that are out of shape, one leaf each, compared whole."""
        for path in sorted(gold.strays.keys() | predicted.strays.keys()):
            if path in gold.unscorable:
                continue
            ours, theirs = gold.strays.get(path), predicted.strays.get(path)
            if ours is None or theirs is None:
                verdict = Verdict.SPU if ours is None else Verdict.MIS
            else:
                same = same_stray(gold, predicted, path)
                verdict = Verdict.COR if same else Verdict.SUB
            self.verdicts.append(
                LeafVerdict(
                    self.document,
                    path,
                    None if ours is None else ours[0],
                    None if theirs is None else theirs[0],
                    None if ours is None else ours[1],
                    None if theirs is None else theirs[1],
                    verdict if strict else None,
                    verdict if lenient else None,
                    True,
                    (Tag.OUT_OF_SHAPE.value,),
                )
            )
