"""The HTML report in a real browser: filters, highlights, keys, and nothing that could run."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from eval.flips import flips
from eval.gate import Gate
from eval.report.html import policy, to_html
from eval.report.mentions import cited
from eval.report.segments import displayable
from eval.scorecard import ConfidenceScore, RiskPoint, Scorecard
from eval.verdicts import Verdict
from tests.support.browser import Page, browser, chromium
from tests.support.report_sample import HOSTILE, TEXTS, sample

IDS = ("harbour", "quay", "orchard", "hostile")
CURVE = tuple(RiskPoint(coverage=n / 4, risk=n / 20) for n in range(5))
CONFIDENCE = ConfidenceScore(leaves=72, brier=0.1234, calibration_error=0.0567, risk_coverage=CURVE)
BAD = "</script><img src=x onerror=alert(3)> \x1b\ud800"
GATE = Gate(status="regression", failures={"officers.bound": f"F1 fell {BAD}"}, notes=(BAD,))


@pytest.fixture(scope="module")
def card() -> Scorecard:
    return sample(IDS)[0].model_copy(update={"confidence": CONFIDENCE})


@pytest.fixture(scope="module")
def report(card: Scorecard, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    text = to_html(card, sample(IDS)[1], GATE)
    path.write_text(text, encoding="utf-8", errors="backslashreplace")
    return path


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    try:
        chromium()
    except LookupError as error:
        pytest.fail(str(error), pytrace=False)
    with browser(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture
def page(tab: Page, report: Path) -> Iterator[Page]:
    """The report, freshly opened in a wide window; whatever a test does, nothing goes wrong."""
    tab.size(1400, 1000)
    tab.prefer("light")
    tab.open(report)
    yield tab
    assert tab.problems == []
    assert tab.requests == [report.as_uri()]


def leaves(card: Scorecard, *verdicts: Verdict, track: str = "strict", path: str = "") -> int:
    return sum(
        getattr(leaf, track) in verdicts and (not path or leaf.path == path)
        for leaf in card.verdicts
    )


SHOWN = (Verdict.COR, Verdict.SUB, Verdict.MIS, Verdict.SPU)


def test_a_missing_browser_is_a_clear_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CHROMIUM", raising=False)
    with pytest.raises(LookupError, match="apt-get install chromium"):
        chromium()


def test_the_page_is_whole_and_lets_nothing_else_in(report: Path) -> None:
    text = report.read_text("utf-8")
    (declared,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    declared = declared.replace("&#39;", "'")
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert declared == policy(style, script)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in declared
    assert declared.startswith("default-src 'none'; ")
    assert "unsafe" not in declared and "http" not in declared
    outside = text.replace(style, "").replace(script, "")
    assert not re.search(r"<[^>]+\s(style|on\w+)=", outside)
    assert set(re.findall(r'(?:src|href)="([^"]*)"', outside)) == {"data:,", "#articles"}


def test_a_page_needs_no_article_texts(card: Scorecard) -> None:
    text = to_html(card)
    assert "Gate" not in text and '<div class="pane"' not in text
    assert text.count('class="leaf"') == len(card.verdicts)


def test_flipped_leaves_are_listed(card: Scorecard) -> None:
    (leaf,) = (one for one in card.verdicts if one.path == "addresses.value" and one.gold == 23)
    found = flips([replace(leaf, strict=Verdict.COR, predicted=23)], [leaf])
    text = to_html(card, (), Gate(status="pass", flips=found))
    row = re.sub(r"<[^>]*>", " ", text[text.index('id="flips"') :])[:400]
    assert "addresses.value orchard broke 23 23 (COR) 300 (SUB)" in " ".join(row.split())


def test_it_opens_without_an_error_and_shows_the_scores(page: Page, card: Scorecard) -> None:
    rows = [row.split() for row in page.texts("#field-table tbody tr")]
    row = next(row for row in rows if row[0] == "victims[].women")
    assert row[1:10] == ["1", "2", "1", "0", "0", "1", "0.500", "1.000", "0.667"]
    assert page.count(".leaf") == leaves(card, *SHOWN)
    assert page.texts("#shown") == [
        f"{leaves(card, *SHOWN)} of {len(card.verdicts)} leaves, in 4 of 4 articles"
    ]
    assert "0.123" in page.texts("#confidence + dl")[0]
    assert any("expected calibration error 0.057" in text for text in page.texts("dd"))
    assert page.evaluate("document.querySelectorAll('.curve polyline')[0].points.length") == 5


def test_every_article_is_shown_twice_as_it_is(page: Page) -> None:
    for number, id in enumerate(IDS):
        for side in ("gold", "predicted"):
            text = page.evaluate(
                f"document.getElementById('document-{number}').closest('article')"
                f".querySelector('[data-side={side}]').textContent"
            )
            assert text == displayable(TEXTS[id])


def test_markup_in_texts_is_text(page: Page) -> None:
    assert "</script><img src=x onerror=alert(2)>" in HOSTILE
    shown = "</script><img src=x onerror=alert(3)> \ufffd\ufffd"
    assert page.texts(".gate.regression li") == [f"officers.bound: F1 fell {shown}", shown]
    assert page.evaluate("document.scripts.length") == 1
    assert (
        page.evaluate("document.querySelectorAll('img, iframe, object, a[href^=http]').length") == 0
    )
    assert any("<b>Bold</b>" in text for text in page.texts(".leaf"))


def test_the_policy_stops_what_would_be_put_in(tab: Page, report: Path) -> None:
    tab.open(report)
    with pytest.raises(RuntimeError, match="TrustedHTML"):
        tab.evaluate("document.body.insertAdjacentHTML('beforeend', '<b>hello</b>')")
    tab.evaluate("document.querySelector('h1').setAttribute('style', 'color: red')")
    assert tab.evaluate("getComputedStyle(document.querySelector('h1')).color") != "rgb(255, 0, 0)"
    assert any("Content Security Policy" in problem for problem in tab.problems)


@pytest.mark.parametrize("verdict", SHOWN)
def test_a_verdict_can_be_left_out(page: Page, card: Scorecard, verdict: Verdict) -> None:
    page.click(f'#filters [value="{verdict.value}"]')
    rest = [one for one in SHOWN if one is not verdict]
    assert page.count(".leaf") == leaves(card, *rest)
    assert verdict.value not in page.texts(".leaf .badge")
    assert page.count(f'mark[data-verdict="{verdict.value}"]') == 0
    page.click(f'#filters [value="{verdict.value}"]')
    assert page.count(".leaf") == leaves(card, *SHOWN)
    assert page.count(f'mark[data-verdict="{verdict.value}"]') > 0


def test_leaves_null_on_both_sides_can_be_shown(page: Page, card: Scorecard) -> None:
    page.click('#filters [value="NON"]')
    assert page.count(".leaf") == len(card.verdicts)


def test_one_field_can_be_picked_from_the_table(page: Page, card: Scorecard) -> None:
    page.click('#field-table [data-field="duration_days"]')
    assert page.evaluate("document.querySelector('#filters select').value") == "duration_days"
    assert page.count(".leaf") == leaves(card, *SHOWN, path="duration_days") == 2
    assert page.texts(".document h3") == ["harbour", "orchard"]
    assert page.texts('[data-side="gold"] mark[data-verdict]') == ["a day", "three days"]
    page.choose("#filters select", "")
    assert page.count(".document") == 4


def test_the_lenient_track_has_its_own_verdicts(page: Page, card: Scorecard) -> None:
    page.choose("#filters select", "officers.bound")
    assert page.texts(".leaf .badge") == ["SUB"]
    page.click('#filters [value="lenient"]')
    assert page.texts(".leaf .badge") == ["COR"]
    assert page.evaluate("document.querySelector('mark[data-verdict]').dataset.verdict") == "COR"
    page.choose("#filters select", "")
    assert page.count(".leaf") == leaves(card, *SHOWN, track="lenient")


def test_a_click_on_a_leaf_lights_its_spans_on_both_sides(page: Page) -> None:
    leaf = '.leaf[data-field="addresses.value"][data-strict="SUB"]'
    assert page.count(".quotes") == 0
    page.click(leaf)
    assert page.texts(".leaf[aria-expanded=true] .place") == ["addresses.value"]
    # "farms" is a leaf of its own, so the mention is in two pieces.
    assert page.texts('[data-side="gold"] mark.hot') == ["23 ", "farms"]
    assert page.texts('[data-side="predicted"] mark.hot') == ["Up to 300"]
    (quotes,) = page.texts(".quotes")
    assert "Officers spoke to pickers at 23 farms around" in quotes
    assert "Up to 300 leaflets in six languages were handed out." in quotes
    page.click("h1")
    assert page.count("mark.hot") == 3
    page.click(leaf)
    page.click("h1")
    assert page.count("mark.hot") == page.count(".quotes") == 0


def test_a_chosen_span_is_scrolled_to(page: Page) -> None:
    page.size(1400, 400)
    page.click('.leaf[data-field="contacts[].value"]')
    out_of_sight = page.evaluate(
        "[...document.querySelectorAll('mark.hot')].filter(one => {"
        " const box = one.getBoundingClientRect();"
        " const pane = one.closest('.pane').getBoundingClientRect();"
        " return box.top < pane.top || box.bottom > pane.bottom; }).length"
    )
    assert (page.count("mark.hot"), out_of_sight) == (2, 0)


def test_pointing_at_a_leaf_lights_its_spans_for_the_moment(page: Page) -> None:
    page.point('.leaf[data-field="warrants.value"]')
    assert page.texts("mark.hot") == ["14 warrants", "14 warrants"]
    page.point("h1")
    assert page.count("mark.hot") == 0


def test_overlapping_spans_are_shown_and_each_click_takes_the_next_leaf(page: Page) -> None:
    # Gold cites "Around 20 potential victims" for a count and "potential victims" for a status.
    mark = "mark[title*='victims[0].status'][title*='victims[0].count.value']"
    places = []
    for _ in range(3):
        page.click(mark)
        places += page.texts(".leaf[aria-expanded=true] .place")
    assert sorted(places) == [
        "victims[0].count.bound",
        "victims[0].count.value",
        "victims[0].status",
    ]
    page.choose("#filters select", "victims[].status")
    page.click(mark)
    assert page.texts('[data-side="gold"] mark.hot') == ["potential victims"]


def test_spans_are_those_of_the_leaves(page: Page, card: Scorecard) -> None:
    documents = {document.id: document for document in sample(IDS)[1]}
    for number, leaf in enumerate(card.verdicts):
        document = documents[leaf.document]
        found = cited(leaf, document)
        for side, spans in (("gold", found.gold), ("predicted", found.predicted)):
            text = page.evaluate(
                f"[...document.querySelectorAll('[data-side={side}] mark')].filter(one =>"
                f" one.dataset.leaves.split(' ').includes('{number}'))"
                ".map(one => one.textContent).join('|')"
            )
            covered = {place for span in spans for place in range(span.start, span.end)}
            expected = "".join(document.text[place] for place in sorted(covered))
            assert text.replace("|", "") == expected.replace("|", "")


def test_the_keyboard_is_enough(page: Page) -> None:
    page.evaluate("document.querySelector('.leaf[tabindex=\"0\"]').focus()")
    assert page.evaluate("document.querySelectorAll('.leaf[tabindex=\"0\"]').length") == 4
    page.press("ArrowDown")
    page.press("ArrowDown")
    page.press("ArrowUp")
    page.press("Enter")
    assert page.texts(".leaf[aria-expanded=true] .place") == ["page_date"]
    assert page.texts("mark.hot") == ["12 May 2022", "12 May 2022"]
    page.press("End")
    last = page.evaluate(
        "[...document.querySelector('.leaves').querySelectorAll('li:not([hidden]) .leaf')].pop()"
        " === document.activeElement"
    )
    assert last
    page.press("Escape")
    assert page.count(".quotes") == 0
    page.press("Tab")  # out of the list, into the text that can be scrolled
    assert page.evaluate("document.activeElement.className") == "pane"


def test_the_fields_can_be_sorted(page: Page) -> None:
    heading = "#field-table thead th:nth-child(10) button"
    scores = "#field-table tbody td:nth-child(10)"
    page.click(heading)
    found = page.texts(scores)
    assert found == sorted(found)
    page.click(heading)
    assert page.texts(scores) == sorted(found, reverse=True)
    assert page.evaluate("document.querySelectorAll('[aria-sort]').length") == 1


def test_a_phone_scrolls_down_only(page: Page) -> None:
    page.size(360, 740)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    tops = page.evaluate(
        "[...document.querySelector('.columns').children].map(one => one.offsetTop)"
    )
    assert tops == sorted(set(tops))  # one below the other
    page.size(1400, 1000)
    tops = page.evaluate(
        "[...document.querySelector('.columns').children].map(one => one.offsetTop)"
    )
    assert len(set(tops)) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_either_scheme(page: Page, scheme: str) -> None:
    page.prefer(scheme)
    for verdict in SHOWN:
        assert contrast(page, f'.badge[data-verdict="{verdict.value}"]') >= 4.5
    page.click(".leaf")
    for selector in ("mark.hot", ".quotes b", ".gate", "h1", ".quiet", ".link", ".side"):
        assert contrast(page, selector) >= 4.5, selector


def contrast(page: Page, selector: str) -> float:
    """The ratio of WCAG 2 between an element's colour and what lies behind it."""
    ink, ground = page.evaluate(
        f"(() => {{ let one = document.querySelector('{selector}');"
        " const ink = getComputedStyle(one).color; let ground = 'rgba(0, 0, 0, 0)';"
        " for (; one && ground === 'rgba(0, 0, 0, 0)'; one = one.parentElement)"
        " ground = getComputedStyle(one).backgroundColor; return [ink, ground]; })()"
    )

    def luminance(colour: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_without_scripts_everything_is_there(tab: Page, report: Path, card: Scorecard) -> None:
    tab.without_scripts()
    try:
        tab.open(report)
        tab.without_scripts(False)
        assert tab.count("#filters") == 0
        assert tab.count(".leaf") == len(card.verdicts)
        assert tab.count(".quotes p") > 0
    finally:
        tab.without_scripts(False)
