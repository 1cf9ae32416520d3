"""The gate: what fails it, what does not, and that no flip goes unseen."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval import evaluate
from eval.baseline import BASELINE, Baseline, load_baseline, make_baseline, save_baseline
from eval.dataset import GoldSet
from eval.flips import Flip, flips
from eval.gate import Gate, hold_against, incomplete
from eval.report.mentions import Document
from eval.runs import RunError, find_run
from eval.score import Prediction
from eval.scorecard import Scorecard
from eval.setting import lines, set_baseline
from eval.verdicts import LeafVerdict, Verdict
from extractor.errors import ConfigurationError
from tests.support.mini_gold import (
    ARTICLES,
    SOUPS,
    Cook,
    Soup,
    extraction,
    gold_document,
    gold_set,
    write_gold,
)

TODAY = datetime.date(2025, 1, 2)
GOLD = gold_set()

Changes = dict[str, dict[str, Any]]


def card_of(changes: Changes | None = None, gold: GoldSet = GOLD) -> Scorecard:
    found = changes or {}
    return evaluate(gold, Soup, {id: extraction(id, **found.get(id, {})) for id in gold.ids})


def baseline_of(
    changes: Changes | None = None, tolerances: dict[str, float] | None = None
) -> Baseline:
    return make_baseline(card_of(changes), "rules", "first", TODAY, tolerances)


def told(found: Gate) -> list[tuple[str, str, str, Any]]:
    return [(one.kind, one.document, one.path, one.leaf.predicted) for one in found.flips]


def test_the_same_scores_pass() -> None:
    gate = hold_against(card_of(), baseline_of(), "rules")
    assert gate == Gate(status="pass", baseline=None)


def test_a_field_that_falls_is_a_regression() -> None:
    gate = hold_against(card_of({"pea": {"vegan": None}}), baseline_of())
    assert gate.status == "regression"
    assert list(gate.failures) == ["vegan"]
    assert "strict F1 was 1.000 and is 0.000" in gate.failures["vegan"]
    assert told(gate) == [("broke", "pea", "vegan", None)]
    assert [(row.path, row.before, row.after) for row in gate.fields] == [("vegan", 1.0, 0.0)]


def test_only_the_drop_that_is_allowed_passes() -> None:
    worse = card_of({"leek": {"eggs": {"value": 4, "bound": "exact"}}})
    after = worse.field("eggs.value").strict.f1
    assert after == pytest.approx(2 / 3)
    for tolerance, status in [(0.0, "regression"), (0.33, "regression"), (0.34, "pass")]:
        gate = hold_against(worse, baseline_of(tolerances={"eggs.value": tolerance}))
        assert gate.status == status, tolerance
        assert told(gate) == [("broke", "leek", "eggs.value", 4)]


def test_the_exact_tolerance_still_passes() -> None:
    before = baseline_of().model_copy(update={"tolerances": {"towns[]": 1 - 0.8}})
    worse = card_of({"leek": {"towns": []}})
    assert worse.field("towns[]").strict.f1 == pytest.approx(0.8)
    assert hold_against(worse, before).status == "pass"


def test_an_f1_without_a_denominator_is_a_regression() -> None:
    spoilt = {"leek": {"aside": "made up"}}
    gate = hold_against(card_of(), baseline_of(spoilt))
    assert gate.status == "regression"
    assert "is —" in gate.failures["aside"]


def test_a_field_out_of_the_schema_is_a_regression() -> None:
    before = baseline_of()
    gone = before.model_copy(update={"fields": {**before.fields, "salt": before.fields["title"]}})
    assert list(hold_against(card_of(), gone).failures) == ["salt"]


def test_inventing_where_nothing_is_stated_is_a_regression() -> None:
    gate = hold_against(card_of({"leek": {"aside": "made up"}}), baseline_of())
    assert list(gate.failures) == ["aside"]
    assert told(gate) == [("broke", "leek", "aside", "made up")]


def test_flips_are_listed_though_the_totals_hold() -> None:
    before = baseline_of({"leek": {"title": "Leak"}})
    gate = hold_against(card_of({"pea": {"title": "Pee"}}), before)
    assert gate.status == "pass"
    assert gate.fields == ()
    assert told(gate) == [
        ("broke", "pea", "title", "Pee"),
        ("fixed", "leek", "title", "Leek soup"),
    ]


def test_another_wrong_value_is_a_flip_too() -> None:
    before = baseline_of({"leek": {"title": "Leak"}})
    gate = hold_against(card_of({"leek": {"title": "Lake"}}), before)
    assert gate.status == "pass"
    assert told(gate) == [("changed", "leek", "title", "Lake")]


def test_invented_list_entries_are_known_by_their_value() -> None:
    two = {"leek": {"towns": ["Gillby", "Aston", "Bray"]}}
    other = {"leek": {"towns": ["Bray", "Gillby", "Corby"]}}
    gate = hold_against(card_of(other), baseline_of(two))
    assert told(gate) == [
        ("broke", "leek", "towns[]", "Corby"),
        ("fixed", "leek", "towns[]", "Aston"),
    ]


def test_without_a_baseline_nothing_passes() -> None:
    gate = hold_against(card_of(), None)
    assert gate.status == "incomplete"
    assert "extractor baseline set" in gate.failures["baseline"]


def test_an_empty_baseline_does_not_pass() -> None:
    parts: list[dict[str, Any]] = [{"fields": {}}, {"documents": ()}]
    for part in parts:
        gate = hold_against(card_of(), baseline_of().model_copy(update=part))
        assert (gate.status, list(gate.failures)) == ("incomplete", ["baseline"])


def test_other_gold_does_not_pass() -> None:
    fewer = GOLD.only(("leek", "pea"))
    gate = hold_against(card_of(gold=fewer), baseline_of())
    assert gate.status == "incomplete"
    assert "other documents (beet)" in gate.failures["gold"]
    record = {**SOUPS["leek"], "vegan": True}
    changed = GOLD.documents[1].model_copy(update={"record": record})
    other = GoldSet((GOLD.documents[0], changed, GOLD.documents[2]), ARTICLES)
    assert "other annotations" in hold_against(card_of(gold=other), baseline_of()).failures["gold"]


def test_an_evaluation_without_an_end_does_not_pass() -> None:
    assert incomplete("no reply").failures == {"evaluation": "no reply"}
    assert incomplete("no reply").status == "incomplete"


def test_notes_tell_of_another_scorer_and_of_better_scores() -> None:
    better = card_of().model_copy(update={"meta": card_of().meta.model_copy(update={"run": "r1"})})
    gate = hold_against(better, baseline_of({"pea": {"vegan": False}}), "others")
    assert gate.status == "pass"
    assert any("scorer" in note for note in gate.notes)
    assert any("baseline set r1" in note for note in gate.notes)


def test_a_baseline_comes_back_from_its_file(tmp_path: Path) -> None:
    baseline = baseline_of({"leek": {"title": "Leak", "towns": ["Aston"]}})
    save_baseline(baseline, tmp_path / "gold" / BASELINE)
    assert load_baseline(tmp_path / "gold" / BASELINE) == baseline
    text = (tmp_path / "gold" / BASELINE).read_text(encoding="utf-8")
    assert json.loads(text)["leaves"]
    assert sum('"document"' in line for line in text.splitlines()) == len(baseline.leaves)
    assert load_baseline(tmp_path / "none.json") is None


@pytest.mark.parametrize("content", ["{", "{}", '{"format": 2}'])
def test_a_foreign_baseline_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / BASELINE).write_text(content)
    with pytest.raises(ConfigurationError, match=r"baseline\.json: .*set the baseline anew"):
        load_baseline(tmp_path / BASELINE)


@pytest.mark.parametrize(
    ("tolerances", "why"), [({"salt": 0.1}, "no such field"), ({"title": 1.5}, "not between")]
)
def test_senseless_tolerances_are_refused(tolerances: dict[str, float], why: str) -> None:
    with pytest.raises(ConfigurationError, match=why):
        baseline_of(tolerances=tolerances)


def test_setting_a_baseline_keeps_tolerances_and_needs_a_reason(tmp_path: Path) -> None:
    gold, runs = write_gold(tmp_path / "gold"), tmp_path / "runs"
    evaluate(gold, Soup, Cook({"leek": {"title": "Leak"}}), runs=runs)
    set_baseline("latest", "first", {"title": 0.4, "vegan": 0.1}, gold, runs, lambda: TODAY)
    evaluate(gold, Soup, Cook(), runs=runs)
    done = set_baseline("latest", " better ", {"vegan": 0.0}, gold, runs, lambda: TODAY)
    assert (done.reason, done.tolerances, done.f1) == ("better", {"title": 0.4}, 1.0)
    assert load_baseline(gold / BASELINE) == done
    assert any("title" in line and "0.4" in line for line in lines(done))
    with pytest.raises(ConfigurationError, match="reason"):
        set_baseline("latest", " ", {}, gold, runs)


def test_only_a_whole_run_of_this_gold_becomes_the_baseline(tmp_path: Path) -> None:
    gold, runs = write_gold(tmp_path / "gold"), tmp_path / "runs"
    with pytest.raises(RuntimeError):
        evaluate(gold, Soup, Cook(failures={"pea": RuntimeError("defect")}), runs=runs)
    with pytest.raises(RunError, match="is failed"):
        set_baseline("latest", "first", {}, gold, runs)
    evaluate(GOLD.only(["leek"]), Soup, Cook(), runs=runs)
    with pytest.raises(RunError, match="other gold"):
        set_baseline("latest", "first", {}, gold, runs)
    assert not (gold / BASELINE).exists()


def test_a_run_scored_by_other_rules_is_scored_anew(tmp_path: Path) -> None:
    gold, runs = write_gold(tmp_path / "gold"), tmp_path / "runs"
    evaluate(gold, Soup, Cook(), runs=runs)
    run = find_run("latest", runs)
    info = json.loads((run / "run.json").read_text())
    (run / "run.json").write_text(json.dumps({**info, "scorer_hash": "0"}))
    card = json.loads((run / "scores.json").read_text())
    (run / "scores.json").write_text(json.dumps({**card, "strict": {**card["strict"], "f1": 0.5}}))
    done = set_baseline("latest", "first", {}, gold, runs)
    assert done.f1 == 1.0
    assert done.scorer_hash != "0"


def leaf(pointer: str | None, predicted: Any, verdict: str) -> LeafVerdict:
    return LeafVerdict("d", "p", pointer, None, None, predicted, Verdict(verdict), None)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ([leaf("/p", 1, "COR")], [leaf("/p", 2, "SUB")], "broke"),
        ([leaf("/p", None, "MIS")], [leaf("/p", 1, "COR")], "fixed"),
        ([leaf("/p", 2, "SUB")], [leaf("/p", None, "MIS")], "changed"),
        ([leaf("/p", 2, "SUB")], [leaf("/p", 3, "SUB")], "changed"),
        ([leaf("/p", 2, "SUB")], [leaf("/p", 2, "SUB")], None),
        ([leaf("/p", None, "NON")], [leaf("/p", 2, "SPU")], "broke"),
        ([], [leaf("/p", 2, "SPU")], "broke"),
        ([leaf("/p", 2, "SPU")], [], "fixed"),
        ([leaf("/p", None, "NON")], [], None),
        ([leaf(None, 2, "SPU"), leaf(None, 2, "SPU")], [leaf(None, 2, "SPU")], "fixed"),
        ([leaf("/p", 1, "COR")], [leaf("/p", 2, "COR")], None),
    ],
)
def test_what_a_change_is_called(
    before: list[LeafVerdict], after: list[LeafVerdict], kind: str | None
) -> None:
    assert [one.kind for one in flips(before, after)] == ([kind] if kind else [])


records = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["Leek soup", "Pea soup", None]),
        "vegan": st.sampled_from([True, False, None]),
        "towns": st.lists(st.sampled_from(["Gillby", "Ossing", "Bray"]), max_size=3),
        "steps": st.lists(
            st.fixed_dictionaries(
                {
                    "text": st.sampled_from(["Boil the leeks", "Chill it"]),
                    "minutes": st.sampled_from([None, 10, 45]),
                }
            ),
            max_size=2,
        ),
    },
)
cooks = st.fixed_dictionaries(dict.fromkeys(ARTICLES, records))


@settings(max_examples=40, deadline=None)
@given(before=cooks, after=cooks)
def test_the_baseline_s_file_knows_every_flip_that_the_scorecards_do(
    before: Changes, after: Changes
) -> None:
    one, other = card_of(before), card_of(after)
    baseline = make_baseline(one, "rules", "first", TODAY)
    again = Baseline.model_validate_json(baseline.model_dump_json())
    gate = hold_against(other, again)

    def known(found: tuple[Flip, ...]) -> list[tuple[str, str, str, Any]]:
        return [(flip.kind, flip.document, flip.path, flip.leaf.predicted) for flip in found]

    assert known(gate.flips) == known(flips(one.verdicts, other.verdicts))
    wrong = {"fixed": -1, "changed": 0, "broke": 1}
    errors = [
        card.strict.counts.sub + card.strict.counts.mis + card.strict.counts.spu
        for card in (one, other)
    ]
    inside = [flip for flip in gate.flips if flip.path != "aside"]
    assert errors[1] - errors[0] == sum(wrong[flip.kind] for flip in inside)
    worse = any((row.strict.f1 or 0) < (one.field(row.path).strict.f1 or 0) for row in other.fields)
    assert gate.status == "regression" or not worse


def test_a_flip_can_show_its_sentences() -> None:
    from eval.flips import with_sentences

    changes: Changes = {"leek": {"eggs": {"value": 10, "bound": "exact"}}}
    found = extraction("leek", **changes["leek"])
    gate = hold_against(card_of(changes), baseline_of())
    document = Document(ARTICLES["leek"], gold_document("leek"), Prediction.from_extraction(found))
    (flip,) = (with_sentences(one, {}, {"leek": document}) for one in gate.flips)
    assert "".join(part.text for part in flip.gold_sentences[0]) == "Beat 3 eggs."
    assert [part.text for part in flip.gold_sentences[0] if part.marked] == ["3 eggs"]
    assert flip.gold == 3
