"""The pytest plugin, as another project's tests use it."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval import evaluate
from eval.pytest_plugin import assert_f1
from eval.scorecard import Scorecard
from eval.systems import System
from tests.support.mini_gold import ARTICLES, Soup, extraction, gold_set, write_gold

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parent.parent
PLUGIN = ("-p", "no:extraction", "-p", "eval.pytest_plugin", "-p", "no:cacheprovider")


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Another project with gold of its own; its tests import nothing but the plugin."""
    write_gold(pytester.path / "gold")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return pytester


def test_a_field_s_f1_can_be_asserted_on(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        from eval.pytest_plugin import assert_f1

        asked = []

        def cook(text):
            asked.append(text)
            title = text.partition("\\n")[0]
            return {"title": title, "eggs": {"value": 3, "bound": "exact"}}

        def test_title(extraction_scorecard):
            card = extraction_scorecard(system=cook)
            assert card.field("title").strict.f1 == 1
            assert_f1(card, "title", at_least=1)

        def test_eggs(extraction_scorecard):
            assert_f1(extraction_scorecard(system=cook), "eggs.value", at_least=0.9)

        def test_once():
            assert len(asked) == 3
        """
    )
    done = project.runpytest_subprocess(*PLUGIN)
    done.assert_outcomes(passed=2, failed=1)
    done.stdout.fnmatch_lines(
        [
            "*strict F1 of eggs.value is 0.333, not at least 0.9",
            "*SUB beet eggs.value: gold 2, predicted 3",
            "*SUB pea eggs.value: gold 0, predicted 3",
        ]
    )


def test_the_fixture_is_explained(project: pytest.Pytester) -> None:
    done = project.runpytest_subprocess(*PLUGIN, "--fixtures")
    done.stdout.fnmatch_lines(["extraction_scorecard*", "*Evaluate an extraction on gold*"])


def test_without_a_system_replies_are_replayed_and_no_model_is_asked(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    project.makepyfile(
        """
        def test_replay(extraction_scorecard):
            extraction_scorecard("gold", "tests.support.mini_gold:Soup")
        """
    )
    done = project.runpytest_subprocess(*PLUGIN)
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["*without a recorded reply*"])


def test_a_failure_names_what_is_wrong_and_no_more_than_can_be_read() -> None:
    found = [extraction(id, towns=[f"T{n}" for n in range(9)]) for id in ARTICLES]
    card = evaluate_all({one.id: one for one in found})
    with pytest.raises(AssertionError, match=r"strict F1 of towns\[\] is 0\.000") as caught:
        assert_f1(card, "towns[]", at_least=0.5)
    assert len(str(caught.value).splitlines()) == 12
    assert "and 20 more" in str(caught.value)
    assert_f1(card, "", at_least=0.1)
    with pytest.raises(AssertionError, match="all fields"):
        assert_f1(card, "", at_least=0.9, track="lenient")
    with pytest.raises(AssertionError, match="is —"):
        assert_f1(card, "aside", at_least=0.0)
    with pytest.raises(KeyError, match="salt"):
        assert_f1(card, "salt", at_least=0.0)


def evaluate_all(system: System) -> Scorecard:
    return evaluate(gold_set(), Soup, system)
