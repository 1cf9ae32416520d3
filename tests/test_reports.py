"""Reports as text: the same numbers everywhere, nothing unescaped, nothing lost."""

from __future__ import annotations

import io
import itertools
import json
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.console import Console

from eval.dataset import GoldSet
from eval.flips import flips
from eval.gate import Gate
from eval.gold import GoldSpan
from eval.intervals import Interval
from eval.outputs import FORMS, write_reports
from eval.report import Document, documents_of
from eval.report.figures import interval, number, remarks, value
from eval.report.json_report import from_json, to_json
from eval.report.junit import to_junit
from eval.report.markdown import to_markdown
from eval.report.markup import code, escape
from eval.report.mentions import cited, sentences
from eval.report.segments import Highlight, displayable, segments
from eval.report.terminal import to_terminal
from eval.report.worst import worst_fields
from eval.runs import Run, RunInfo
from eval.score import Prediction
from eval.scorecard import Scorecard
from eval.verdicts import LeafVerdict, Verdict
from extractor.errors import InputError
from extractor.extraction import Evidence, Status
from extractor.text.article import Article, Span
from tests.support.mini_gold import ARTICLES, gold_document
from tests.support.report_sample import HOSTILE, RECORDS, TEXTS, predicted, sample

HOSTILE_NAME = "a | b `c` <i>*d*</i> \x1b[31m\ud800"
FAILURES = {"officers.bound": "F1 fell from 1.000 to 0.000 <&>", "gold": "not the baseline's"}
NOTE = "the scorer is not the one that scored the baseline"


def hostile_sample() -> tuple[Scorecard, tuple[Document, ...]]:
    """All articles; the hostile one predicted with a headline no format likes."""
    fair = predicted("hostile", {}, {})
    assert fair.record is not None
    more = {"hostile": Prediction({**fair.record, "headline": HOSTILE_NAME}, fair.evidence)}
    return sample(("harbour", "quay", "orchard", "hostile"), more)


def gate(card: Scorecard) -> Gate:
    """A gate that failed; one leaf was right before."""
    was = card.model_copy(
        update={
            "verdicts": tuple(
                replace(leaf, strict=Verdict.COR, predicted=leaf.gold)
                if (leaf.document, leaf.path) == ("orchard", "addresses.value")
                else leaf
                for leaf in card.verdicts
            )
        }
    )
    found = flips(was.verdicts, card.verdicts)
    return Gate(status="regression", failures=FAILURES, flips=found, notes=(NOTE,))


def shown(width: int = 120, gated: bool = False) -> str:
    card, documents = hostile_sample()
    out = io.StringIO()
    report = to_terminal(card, documents, gate(card) if gated else None)
    Console(file=out, width=width, highlight=False).print(report)
    return out.getvalue()


# Figures


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (None, "—"),
        (0, "0.000"),
        (1, "1.000"),
        (0.9999, "0.999"),
        (0.0001, "0.001"),
        (2 / 3, "0.667"),
    ],
)
def test_only_whole_shares_look_whole(share: float | None, expected: str) -> None:
    assert number(share) == expected


def test_intervals_are_rounded_outwards_and_say_that_they_are_approximate() -> None:
    assert interval(Interval(0.419, 0.9001)) == "0.41–0.91"
    assert interval(Interval(0.29, 1.0, approximate=True)) == "≈0.29–1.00"
    assert interval(None) == "—"


def test_a_value_shows_its_type() -> None:
    assert [value(one) for one in ("5", 5, True, None, "a\n\x1b")] == [
        '"5"',
        "5",
        "true",
        "null",
        '"a\\n\\u001b"',
    ]


def test_an_unpaired_item_says_so() -> None:
    leaf = LeafVerdict("d", "arrests[].men", None, "/arrests/0/men", None, 3, Verdict.SPU, None)
    assert remarks(leaf) == ("its list item is unpaired",)


# Order and mentions


def test_worst_fields_come_first_and_hold_every_wrong_leaf_of_a_record() -> None:
    card, _ = sample(("harbour", "quay", "orchard", "hostile"))
    worst = worst_fields(card)
    scores = [field.row.strict.f1 for field in worst if field.row.strict.f1 is not None]
    assert scores == sorted(scores) and len(scores) == len(worst)
    found = {(leaf.document, leaf.path) for field in worst for leaf in field.leaves}
    assert ("quay", "kind") in found and ("harbour", "kind") not in found
    # The hostile article has no record: that is said once, not leaf by leaf.
    assert "hostile" not in {document for document, _ in found}


def test_gold_spans_are_those_of_the_alternative_that_fits_best() -> None:
    _, documents = sample(("harbour",))
    document = documents[0]
    spans = [
        [GoldSpan(start=0, end=4, text="Nine")],
        [GoldSpan(start=62, end=73, text="Nine people")],
    ]
    gold = document.gold.model_copy(update={"evidence": {"/arrests/0/count": spans}})
    evidence = {"/arrests/0/count": (Evidence(62, 73, "Nine people", Status.VERBATIM),)}
    held = Document(document.text, gold, Prediction(document.prediction.record, evidence))
    leaf = LeafVerdict(
        "harbour",
        "arrests[].count.value",
        "/arrests/0/count/value",
        "/arrests/0/count/value",
        9,
        9,
        Verdict.COR,
        Verdict.COR,
    )
    found = cited(leaf, held)
    assert found.gold == found.predicted == (Span(62, 73),)


def test_nothing_is_cited_for_what_is_not_stated() -> None:
    card, documents = sample(("harbour",))
    for leaf in card.verdicts:
        found = cited(leaf, documents[0])
        assert leaf.gold is not None or not found.gold
        assert leaf.predicted is not None or not found.predicted


texts = st.text(alphabet="ab.\n \U0001f6a8", min_size=1, max_size=60)


@given(texts, st.data())
def test_marked_parts_are_the_mentions(text: str, data: st.DataObject) -> None:
    places = st.integers(0, len(text))
    pairs = data.draw(st.lists(st.tuples(places, places), max_size=5))
    spans = [Span(*sorted(pair)) for pair in pairs if pair[0] != pair[1]]
    covered = {place for span in spans for place in range(span.start, span.end)}
    groups = sentences(Article.from_text(text), spans)
    marked = "".join(part.text for parts in groups for part in parts if part.marked)
    assert marked == "".join(text[place] for place in sorted(covered))
    assert all("".join(part.text for part in parts) in text for parts in groups)


def test_a_long_sentence_is_cut_around_its_mention() -> None:
    text = f"{'before ' * 80}HERE {'after ' * 80}"
    (parts,) = sentences(Article.from_text(text), [Span(560, 564)])
    assert [part.text for part in parts if part.marked] == ["HERE"]
    assert parts[0].text.startswith("…") and parts[-1].text.endswith("…")
    assert sum(len(part.text) for part in parts) < 200


@given(texts, st.data())
def test_segments_are_the_text_and_know_their_leaves(text: str, data: st.DataObject) -> None:
    places = st.integers(0, len(text))
    drawn = data.draw(st.lists(st.tuples(places, places, st.integers(0, 3)), max_size=8))
    highlights = [Highlight(min(a, b), max(a, b), leaf) for a, b, leaf in drawn if a != b]
    found = segments(text, highlights)
    assert "".join(segment.text for segment in found) == text
    at = 0
    for segment in found:
        for place in range(at, at + len(segment.text)):
            over = {one.leaf for one in highlights if one.start <= place < one.end}
            assert segment.leaves == tuple(sorted(over))
        at += len(segment.text)


def test_showing_a_text_moves_no_offset() -> None:
    assert len(displayable(HOSTILE)) == len(HOSTILE)
    assert displayable("a\r\nb\rc\x00\ud800\t") == "a \nb\nc\ufffd\ufffd\t"


# Terminal


@pytest.mark.parametrize("width", [80, 120])
def test_the_terminal_report_fits_and_says_everything(width: int) -> None:
    card, _ = hostile_sample()
    text = shown(width, gated=True)
    assert max(map(len, text.splitlines())) <= width
    flat = re.sub(r"\s+", "", text)
    for row in card.fields:
        assert row.path in flat
    wrong = [leaf for field in worst_fields(card) for leaf in field.leaves]
    listed = Counter(re.findall(r"^  (SUB|MIS|SPU) ", text, re.MULTILINE))
    assert listed == Counter(leaf.strict.value for leaf in wrong if leaf.strict)
    assert "95%overarticles" in flat


def test_a_field_row_has_its_counts_and_scores() -> None:
    row = next(line for line in shown().splitlines() if line.startswith("victims[].women "))
    assert row.split()[1:10] == ["1", "2", "1", "0", "0", "1", "0.500", "1.000", "0.667"]


def test_a_wrong_leaf_stands_beside_its_mention() -> None:
    lines = shown().splitlines()
    at = next(i for i, line in enumerate(lines) if "SUB orchard addresses.value" in line)
    assert "gold 23, predicted 300" in lines[at]
    assert "gold Officers spoke to pickers at [23 farms] around" in lines[at + 1]
    assert any("pred [Up to 300] leaflets" in line for line in lines[at : at + 5])


def test_a_terminal_cannot_be_steered() -> None:
    assert "\x1b" not in shown() and "\ud800" not in shown()


def test_an_article_without_a_record_is_named() -> None:
    card, documents = sample(("quay", "hostile"))
    out = io.StringIO()
    Console(file=out, width=120).print(to_terminal(card, documents))
    assert "hostile (every gold leaf is missing)" in out.getvalue()


def test_the_gate_is_told_of_if_there_was_one() -> None:
    assert "Gate" not in shown()
    failed = shown(gated=True)
    assert "Gate failed" in failed and "gold: not the baseline's" in failed and NOTE in failed
    assert "broke orchard addresses.value: gold 23, 23 (COR) → 300 (SUB)" in failed
    card, _ = sample()
    assert "✅ **Gate passed" in to_markdown(card, gate=Gate(status="pass"))
    assert "❌ **Gate incomplete" in to_markdown(card, gate=Gate(status="incomplete"))


# JSON


def test_json_reads_back_the_same() -> None:
    card, _ = sample()
    assert from_json(to_json(card)) == card


def test_json_is_strict_whatever_the_values_are() -> None:
    card, _ = hostile_sample()
    odd = LeafVerdict("d", "x", "/x", "/x", float("nan"), [float("inf"), "\ud800"], None, None)
    text = to_json(card.model_copy(update={"verdicts": (*card.verdicts, odd)}))

    def refuse(name: str) -> Any:
        raise AssertionError(name)

    found = json.loads(text, parse_constant=refuse)
    assert found["verdicts"][-1]["predicted"] == [None, "\ud800"]


@pytest.mark.parametrize("text", ["", "[", "[]", '{"format": 1}', "[" * 10_000])
def test_what_is_no_scorecard_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InputError, match="not a scorecard") as caught:
        from_json(text)
    assert "\n" not in str(caught.value)


# Markdown


def rendered(text: str) -> str:
    return str(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))


class Cells(HTMLParser):
    """The table cells' text, and every tag."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: set[str] = set()
        self.rows: list[list[str]] = []
        self.inside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes |= {name for name, _ in attrs}
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.rows[-1][-1] += data


def test_every_markdown_row_has_its_header_s_columns() -> None:
    card, documents = hostile_sample()
    text = to_markdown(card, documents, gate(card))
    for block in re.findall(r"(?:^\|.*\n?)+", text, re.MULTILINE):
        widths = {
            len(re.findall(r"(?<!\\)\|", line.replace("\\\\", ""))) for line in block.splitlines()
        }
        assert len(widths) == 1, block
    found = Cells(rendered(text))
    row = next(row for row in found.rows if row[0] == "victims[].women")
    assert row[1:10] == ["1", "2", "1", "0", "0", "1", "0.500", "1.000", "0.667"]


def test_markdown_lets_no_markup_through() -> None:
    card, documents = hostile_sample()
    found = Cells(rendered(to_markdown(card, documents, gate(card))))
    allowed = {"h2", "p", "ul", "li", "strong", "code", "table", "thead", "tbody", "tr", "th", "td"}
    assert set(found.tags) <= allowed | {"details", "summary", "b", "br"}
    assert found.attributes <= {"style"}  # the alignment of columns
    texts = list(itertools.chain.from_iterable(found.rows))
    assert '"a | b `c` <i>*d*</i> \\u001b[31m\ufffd"' in texts
    assert any("<script>alert(1)</script>" in text and "`ticks` *stars*" in text for text in texts)


@given(st.text(alphabet="ab 1|`*_<>&\\[]$~-!#:()é", min_size=1, max_size=30))
def test_escaped_text_reads_as_it_was(text: str) -> None:
    plain = " ".join(text.split()) or "x"
    for escaped in (escape(plain), code(plain)):
        found = Cells(rendered(f"| a | b |\n| --- | --- |\n| {escaped} | end |\n"))
        assert found.rows[1] == [plain, "end"]
        assert set(found.tags) <= {"table", "thead", "tbody", "tr", "th", "td", "code"}


def test_addresses_in_markdown_do_not_become_links() -> None:
    assert escape("see http://a.invalid and www.b.invalid") == (
        "see http\\://a.invalid and www\\.b.invalid"
    )


def test_a_summary_stays_under_its_limit_and_says_what_is_left_out() -> None:
    card, documents = sample()
    whole = to_markdown(card, documents)
    start = whole.index("<details>")
    text = to_markdown(card, documents, limit=start + 1500)
    assert len(text.encode()) < start + 1600
    assert re.search(r"The wrong leaves of \d+ more fields are in the HTML report", text)
    assert text.count("<details>") == text.count("</details>") > 0


# JUnit


def test_junit_has_a_case_per_field_and_fails_where_the_gate_does() -> None:
    card, _ = hostile_sample()
    root = ElementTree.fromstring(to_junit(card, gate(card)))
    cases = root.findall("testsuite/testcase")
    fields = [case for case in cases if case.get("classname") == "field"]
    assert [case.get("name") for case in fields] == [row.path for row in card.fields]
    failed = {case.get("name"): case.find("failure") for case in cases}
    found = {name: one.get("message") for name, one in failed.items() if one is not None}
    assert found == FAILURES
    failure = failed["officers.bound"]
    assert failure is not None and failure.text is not None
    assert 'SUB harbour officers.bound: gold "more_than", predicted "at_least"' in failure.text
    for element in (root, root[0]):
        assert element.get("tests") == str(len(cases))
        assert element.get("failures") == "2"
        skipped = sum(case.find("skipped") is not None for case in cases)
        assert element.get("skipped") == str(skipped)
    assert 0 < skipped < len(fields)
    said = root.findtext("testsuite/system-out")
    assert said is not None and NOTE in said
    assert "broke orchard addresses.value: gold 23, 23 (COR) → 300 (SUB)" in said


def test_junit_passes_without_a_gate() -> None:
    card, _ = sample()
    root = ElementTree.fromstring(to_junit(card))
    assert root.get("failures") == "0" and not root.findall(".//failure")


def test_junit_holds_only_what_xml_can_hold() -> None:
    card, _ = sample()
    bad = "\x00\x0b\x1b\ud800\ufffe"
    why = f"w{bad}hy \t]]> \U0001f6a8"
    text = to_junit(card, Gate(status="incomplete", failures={f"na{bad}me": why}))
    assert not set(bad) & set(text)
    failure = ElementTree.fromstring(text.encode()).find(".//failure")
    assert failure is not None and failure.text == "why \t]]> \U0001f6a8"


# All of it


def test_all_files_are_written_and_agree(tmp_path: Path) -> None:
    card, documents = hostile_sample()
    paths = write_reports(card, documents, None, tmp_path / "report", FORMS)
    assert len(paths) == 4
    f1 = number(card.strict.f1)
    for path in paths:
        text = path.read_text("utf-8")
        assert (f"{card.strict.f1}" if path.suffix == ".json" else f1) in text


def test_a_report_needs_no_article_texts() -> None:
    card, documents = sample()
    assert "23 farms" in to_markdown(card, documents)
    assert "23 farms" not in to_markdown(card)


def test_documents_come_from_a_run() -> None:
    golds = tuple(gold_document(id) for id in ("leek", "pea"))
    texts = {id: ARTICLES[id] for id in ("leek", "pea")}
    info = RunInfo(schema_name="Soup", gold_hash="", documents=("leek", "pea"), scorer_hash="")
    line = {
        "id": "leek",
        "record": {"title": "Leek soup"},
        "valid": True,
        "evidence": {"/title": [{"start": 0, "end": 9, "text": "Leek soup", "status": "verbatim"}]},
        "confidence": {"/title": 0.9},
    }
    run = Run(Path("r"), info, {"leek": line}, (), GoldSet(golds, texts), None)
    leek, pea = documents_of(run)
    assert (leek.id, leek.text, leek.confidence) == ("leek", ARTICLES["leek"], {"/title": 0.9})
    assert leek.prediction.record == {"title": "Leek soup"}
    assert pea.prediction.record is None and not pea.confidence


def test_the_sample_holds_every_verdict() -> None:
    card, _ = sample()
    assert {leaf.strict for leaf in card.verdicts} >= set(Verdict)
    assert set(TEXTS) == set(RECORDS)
