"""The scorecard as JUnit XML: a test case per field, which fails where the gate says so.

This module owns the XML. What counts as a failure is ``gate``'s decision.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from eval.flips import Flip
from eval.gate import Gate
from eval.report.figures import is_empty, number, place, shares, totals, value
from eval.report.gate_report import WORDS, gold, said
from eval.report.worst import worst_fields
from eval.scorecard import FieldScore, Scorecard
from eval.verdicts import LeafVerdict

# What XML 1.0 cannot hold, escaped or not.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_junit(card: Scorecard, gate: Gate | None = None) -> str:
    """One test suite. A field with nothing on either side counts as skipped.

    ``gate``: what it found, if there was one. A failure that is no field's (gold that does not
    match) becomes a test case of its own.
    """
    found = dict(gate.failures) if gate is not None else {}
    wrong = {field.row.path: field.leaves for field in worst_fields(card)}
    cases = [_case(row, found.pop(row.path, None), wrong.get(row.path, ())) for row in card.fields]
    cases += [_other(name, why) for name, why in found.items()]
    counts = {
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": "0",
        "skipped": str(sum(case.find("skipped") is not None for case in cases)),
        "time": "0",
    }
    root = ElementTree.Element("testsuites", {"name": "extraction", **counts})
    suite = ElementTree.SubElement(root, "testsuite", {"name": "strict, per field", **counts})
    properties = ElementTree.SubElement(suite, "properties")
    for name, text in _properties(card):
        ElementTree.SubElement(properties, "property", {"name": name, "value": legal(text)})
    suite.extend(cases)
    if gate is not None and (gate.flips or gate.notes):
        lines = [*gate.notes, *map(_flip, gate.flips)]
        ElementTree.SubElement(suite, "system-out").text = legal("\n".join(lines))
    ElementTree.indent(root)
    declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return declaration + ElementTree.tostring(root, encoding="unicode") + "\n"


def legal(text: str) -> str:
    """``text`` without the characters XML 1.0 cannot hold."""
    return _ILLEGAL.sub("", text)


def _case(
    row: FieldScore, failure: str | None, wrong: tuple[LeafVerdict, ...]
) -> ElementTree.Element:
    case = _element(row.path, "field")
    score = row.strict
    counts = score.counts
    summary = (
        f"P {number(score.precision)} R {number(score.recall)} F1 {number(score.f1)} "
        f"(COR {counts.cor}, SUB {counts.sub}, MIS {counts.mis}, SPU {counts.spu})"
    )
    lines = [summary, *map(_wrong, wrong)]
    if failure is not None:
        _fail(case, failure, lines)
    elif is_empty(score):
        ElementTree.SubElement(case, "skipped", {"message": "nothing stated on either side"})
    else:
        ElementTree.SubElement(case, "system-out").text = legal("\n".join(lines))
    return case


def _other(name: str, why: str) -> ElementTree.Element:
    case = _element(name, "gate")
    _fail(case, why, [why])
    return case


def _element(name: str, group: str) -> ElementTree.Element:
    return ElementTree.Element("testcase", {"classname": group, "name": legal(name), "time": "0"})


def _fail(case: ElementTree.Element, why: str, lines: list[str]) -> None:
    failure = ElementTree.SubElement(case, "failure", {"message": legal(why), "type": "gate"})
    failure.text = legal("\n".join(lines))


def _wrong(leaf: LeafVerdict) -> str:
    verdict = leaf.strict.value if leaf.strict is not None else ""
    return (
        f"{verdict} {leaf.document} {place(leaf)}: "
        f"gold {value(leaf.gold)}, predicted {value(leaf.predicted)}"
    )


def _flip(flip: Flip) -> str:
    return (
        f"{WORDS[flip.kind]} {flip.document} {place(flip.leaf)}: "
        f"gold {gold(flip)}, {said(flip.before)} → {said(flip.after)}"
    )


def _properties(card: Scorecard) -> Iterator[tuple[str, str]]:
    for name, total in totals(card):
        precision, recall, f1 = shares(total)
        yield name, f"P {precision}, R {recall}, F1 {f1}"
    yield "validity", number(card.validity)
    yield "groundedness", number(card.evidence.groundedness)
    if card.meta.model:
        yield "model", card.meta.model
