"""What the gate found, and flipped leaves, for a terminal and as Markdown.

This module owns the layout, for the report on one run and for that on two. What a flip is, is
``flips``' business, what fails is ``gate``'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from eval.flips import Flip, Sentences, counted
from eval.gate import Gate
from eval.report.figures import NOTHING, place, value
from eval.report.markup import code, escape, marked, table
from eval.report.mentions import Part
from eval.verdicts import LeafVerdict, Verdict
from extractor.run.table import plain

if TYPE_CHECKING:
    from rich.text import Text

_STYLES = {"broke": "red", "changed": "yellow", "fixed": "green"}
WORDS = {"broke": "broke", "changed": "wrong otherwise", "fixed": "fixed"}


VERDICTS = {
    "pass": "Gate passed",
    "regression": "Gate failed: a field is worse than the baseline",
    "incomplete": "Gate incomplete: nothing can be said",
}


def gate_lines(gate: Gate) -> Iterator[Text]:
    """The gate's verdict for a terminal, with every leaf that flipped."""
    from rich.text import Text

    yield from flip_lines(gate.flips)
    passed = gate.status == "pass"
    yield Text(f"\n{VERDICTS[gate.status]}", style="bold green" if passed else "bold red")
    for name, why in gate.failures.items():
        yield Text(f"  {plain(name)}: {plain(why)}", style="red")
    for note in gate.notes:
        yield Text(f"  {plain(note)}", style="dim")


def gate_block(gate: Gate) -> str:
    """The gate's verdict as Markdown, with every leaf that flipped."""
    mark = "✅" if gate.status == "pass" else "❌"
    lines = [f"{mark} **{VERDICTS[gate.status]}**", ""]
    lines += [f"- {code(name)}: {escape(why)}" for name, why in gate.failures.items()]
    lines += [f"- {escape(note)}" for note in gate.notes]
    if gate.flips:
        lines += ["", flip_table(gate.flips)]
    return "\n".join(lines).rstrip()


def flip_lines(found: Sequence[Flip]) -> Iterator[Text]:
    """Flipped leaves for a terminal; nothing if there are none."""
    from rich.text import Text

    if not found:
        return
    yield Text(f"\nflipped leaves, strict: {summary(found)}", style="bold")
    for flip in found:
        line = Text("  ")
        line.append(WORDS[flip.kind], style=_STYLES[flip.kind])
        line.append(f" {plain(flip.document)} {place(flip.leaf)}: ", style="dim")
        line.append(f"gold {gold(flip)}, {said(flip.before)} → {said(flip.after)}")
        yield line
        for side, parts in _sentences(flip):
            words = Text(f"      {side} ", style="dim")
            for part in parts:
                shown = f"[{plain(part.text)}]" if part.marked else plain(part.text)
                words.append(shown, style="not dim bold" if part.marked else "not dim")
            yield words


def flip_table(found: Sequence[Flip]) -> str:
    """Flipped leaves as a Markdown table under a fold."""
    rows = [
        [
            WORDS[flip.kind],
            escape(flip.document),
            code(place(flip.leaf)),
            code(gold(flip)),
            code(said(flip.before)),
            code(said(flip.after)),
            "<br>".join(f"{side}: {marked(parts)}" for side, parts in _sentences(flip)),
        ]
        for flip in found
    ]
    header = ["", "article", "leaf", "gold", "before", "after", "in the article"]
    body = table(header, rows, numbers_from=len(header))
    return f"<details><summary>Flipped leaves: {summary(found)}</summary>\n\n{body}\n\n</details>"


def summary(found: Iterable[Flip]) -> str:
    """``2 broke, 1 fixed``."""
    counts = counted(found)
    return ", ".join(f"{counts[kind]} {word}" for kind, word in WORDS.items() if counts[kind])


def gold(flip: Flip) -> str:
    """What gold says."""
    return NOTHING if flip.gold is None else value(flip.gold)


def said(leaf: LeafVerdict | None) -> str:
    """What one side predicted, with its verdict."""
    if leaf is None or leaf.strict in (None, Verdict.NON):
        return "nothing"
    if leaf.strict is Verdict.MIS:
        return "nothing (MIS)"
    if leaf.strict is Verdict.COR and leaf.predicted is None:  # the baseline keeps no more
        return "right (COR)"
    return f"{value(leaf.predicted)} ({leaf.strict})"


def _sentences(flip: Flip) -> Iterator[tuple[str, tuple[Part, ...]]]:
    sides: tuple[tuple[str, Sentences], ...] = (
        ("gold", flip.gold_sentences),
        ("before", flip.before_sentences),
        ("after", flip.after_sentences),
    )
    told: list[Sentences] = []
    for side, found in sides:
        if found and found not in told:
            told.append(found)
            for parts in found:
                yield side, parts
