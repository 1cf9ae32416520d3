"""An evaluation from recorded replies, with the real pipeline and an invented model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.evaluation import IncompleteError, evaluate, replay_settings
from eval.runs import find_run, load_run
from extractor.extraction import Usage
from extractor.model.exchange import Reply, Request
from extractor.model.responses import RecordingClient, ResponseStore
from extractor.pipeline import Extractor
from tests.support.mini_gold import ARTICLES, Soup, write_gold


class Oracle:
    """Answers null wherever a schema lets it, an empty list otherwise."""

    name = "oracle"

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def ask(self, request: Request) -> Reply:
        """The emptiest reply that fits."""
        self.asked.append(request.name)
        schema = request.reply.model_json_schema()
        content = json.dumps(_empty(schema, schema))
        value = request.reply.model_validate_json(content)
        return Reply(content, value, (), Usage(1, 100, 60, 5, 2.0, 1), self.name)

    async def aclose(self) -> None:
        """Nothing to let go of."""


def _empty(schema: dict[str, Any], whole: dict[str, Any]) -> Any:
    """The emptiest value that fits a JSON Schema."""
    if "$ref" in schema:
        return _empty(whole["$defs"][schema["$ref"].rpartition("/")[2]], whole)
    kinds = [choice.get("type") for choice in schema.get("anyOf", [schema])]
    if schema.get("type") == "object":
        return {name: _empty(part, whole) for name, part in schema["properties"].items()}
    return [] if kinds == ["array"] else None


@pytest.fixture
def gold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A gold folder with every reply recorded."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)
    folder = write_gold(tmp_path / "gold")
    settings = replay_settings(folder, "auto", model="oracle")
    oracle = Oracle()
    client = RecordingClient("oracle", lambda: oracle, ResponseStore(folder / "responses"))
    evaluate(folder, Soup, Extractor(Soup, settings, client=client), settings=settings)
    assert len(oracle.asked) % len(ARTICLES) == 0
    return folder


def test_replaying_is_free_and_always_the_same(gold: Path) -> None:
    settings = replay_settings(gold, "replay", model="oracle")
    cards = []
    for _ in range(2):
        evaluate(gold, Soup, settings=settings, runs=gold.parent / "runs")
        run = load_run(find_run("latest", gold.parent / "runs"))
        assert run.info.settings["replay"] == "replay"
        assert [part["name"] for part in run.prompts]
        cards.append(run.scorecard)
    one, other = cards
    assert one is not None
    assert other is not None
    assert one.verdicts == other.verdicts
    assert one.usage.completion_tokens == other.usage.completion_tokens > 0
    assert one.strict.counts.fp == 0


def test_an_article_with_one_reply_missing_is_not_scored(gold: Path) -> None:
    (file,) = (gold / "responses").glob("*.jsonl")
    lines = file.read_text().splitlines(keepends=True)
    settings = replay_settings(gold, "replay", model="oracle")
    for left_out in range(len(lines)):
        file.write_text("".join(lines[:left_out] + lines[left_out + 1 :]))
        with pytest.raises(IncompleteError, match="1 of 3 articles"):
            evaluate(gold, Soup, settings=settings)


def test_a_way_of_replaying_in_the_environment_does_not_matter(
    gold: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXTRACTOR_REPLAY", "live")
    assert replay_settings(gold, "off").replay == "off"
    settings = replay_settings(gold, "replay")
    assert (settings.replay, settings.responses_dir) == ("replay", gold / "responses")
    monkeypatch.setenv("EXTRACTOR_RESPONSES_DIR", str(gold / "others"))
    assert replay_settings(gold, "auto").responses_dir == gold / "others"
