"""The accuracy benchmark: replies and extractions become predictions, predictions a table.

Nothing here needs a model; langextract itself is not needed either. All article text is invented.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from openai.types.chat import ChatCompletion
from pydantic import SecretStr

from bench import accuracy, one_shot
from bench.answers import Answer, Ask, fitting, keep, kept
from bench.comparison import Outcome, baseline, markdown, summary, table
from bench.langextract_peer import answer_of
from bench.langextract_record import Mention, record_of
from bench.langextract_task import CLASSES, EXAMPLES, description, full
from bench.ours import WritingAlong, extracting
from bench.serving import Call, Endpoint, usage_of
from bench.wording import Wording, wording
from eval.gold import GoldDocument, save, text_hash
from eval.score import Prediction, score
from extractor.errors import ConfigurationError, ModelUnavailable
from extractor.extraction import Status, Usage
from extractor.model.exchange import Reply, Request
from extractor.settings import Settings
from schemas import OperationReport
from tests.support.scripted_server import playing, says

ARTICLE = (
    "Barns searched in Tarn Hollow\n\n"
    "Marlow Police arrested six people, two of them women, in Tarn Hollow. At least 12 officers "
    "took part. Three victims were found in Oxmoor.\n"
    "“We will be back,” said Sergeant Ivy Holt.\n"
)
RECORD: dict[str, Any] = {
    "headline": "Barns searched in Tarn Hollow",
    "kind": "operation",
    "officers": {"value": 12, "bound": "at_least"},
    "arrests": [{"count": {"value": 6, "bound": "exact"}, "women": 2}],
    "locations": ["Tarn Hollow"],
}


def at(kind: str, text: str, /, **attributes: Any) -> Mention:
    """An extraction of words of the article, located where they first stand."""
    start = ARTICLE.index(text)
    return Mention(kind, text, start, start + len(text), True, attributes)


def call(content: str | None, finish: str = "stop", generated: int = 7) -> Call:
    """A call with its reply."""
    reply = {
        "id": "1",
        "object": "chat.completion",
        "created": 0,
        "model": "m",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish,
                "message": {"role": "assistant", "content": content},
            }
        ],
        "usage": {
            "prompt_tokens": 50,
            "completion_tokens": generated,
            "total_tokens": 50 + generated,
            "prompt_tokens_details": {"cached_tokens": 20},
        },
    }
    return Call({"messages": []}, ChatCompletion.model_validate(reply))


class TestFitting:
    def test_what_fits_is_kept_and_the_rest_is_null(self) -> None:
        values = {
            "headline": "Barns searched",
            "duration_days": 0,
            "page_date": "Tuesday",
            "officers": {"value": 3},
            "arrests": [{"men": -1, "women": 2}, "six"],
            "premises_types": ["barns", 7],
        }

        record, faults = fitting(OperationReport, values)

        assert record["headline"] == "Barns searched"
        assert record["duration_days"] is None and record["page_date"] is None
        assert record["officers"] == {"value": 3, "bound": "exact"}
        assert record["premises_types"] == ["barns"]
        assert [(one["men"], one["women"]) for one in record["arrests"]] == [(None, 2)]
        places = [fault.partition(":")[0] for fault in faults]
        assert places == [
            "/page_date",
            "/duration_days",
            "/premises_types/1",
            "/arrests/0/men",
            "/arrests/1",
        ]

    def test_a_missing_key_is_null_and_no_fault(self) -> None:
        record, faults = fitting(OperationReport, {})
        assert not faults
        assert record["kind"] is None and record["arrests"] == []

    def test_a_key_that_the_schema_has_not_is_a_fault(self) -> None:
        assert fitting(OperationReport, {"colour": "red"})[1] == ("/colour: no such field",)

    def test_a_quantity_without_a_number_is_null(self) -> None:
        assert fitting(OperationReport, {"officers": {"bound": "about"}})[0]["officers"] is None


class TestOneShot:
    def test_of_a_cut_off_reply_what_came_before_is_kept(self) -> None:
        cut = '{"headline": "Barns searched", "kind": "operation", "locations": ["Tarn Hollow", "Ox'
        record, faults = one_shot.salvaged(cut, ValueError("cut\noff"))
        assert record is not None
        assert record["headline"] == "Barns searched"
        assert record["locations"] == ["Tarn Hollow"]
        assert faults == ("ValueError: cut off",)

    @pytest.mark.parametrize("content", ["", "I cannot say.", "[1]", "3"])
    def test_without_a_json_object_there_is_no_record(self, content: str) -> None:
        record, faults = one_shot.salvaged(content, ValueError("no"))
        assert record is None and faults == ("ValueError: no",)

    def test_a_valid_reply_through_instructor(self, monkeypatch: pytest.MonkeyPatch) -> None:
        answer, sent = _through_instructor(monkeypatch, json.dumps(RECORD))

        assert answer.prediction.valid and not answer.faults
        assert answer.prediction.record is not None
        assert answer.prediction.record["officers"] == RECORD["officers"]
        assert answer.prediction.record["victims"] == []
        assert answer.prediction.usage.requests == 1
        assert answer.raw[0]["reply"]["choices"][0]["message"]["content"] == json.dumps(RECORD)
        assert sent["max_tokens"] == 2048 and sent["temperature"] == 0
        assert sent["messages"][-1] == {"role": "user", "content": ARTICLE}
        json.dumps(answer.raw)

    def test_an_invalid_reply_is_asked_for_once_and_salvaged(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        wrong = {**RECORD, "duration_days": 0}
        answer, _ = _through_instructor(monkeypatch, json.dumps(wrong))

        assert not answer.prediction.valid
        assert answer.prediction.usage.requests == 1
        assert answer.prediction.record is not None
        assert answer.prediction.record["duration_days"] is None
        assert answer.prediction.record["arrests"][0]["women"] == 2
        assert any(fault.startswith("/duration_days") for fault in answer.faults)

    def test_the_baseline_requires_every_field(self, monkeypatch: pytest.MonkeyPatch) -> None:
        sent = _through_instructor(monkeypatch, json.dumps(RECORD))[1]
        schema = sent["response_format"]["json_schema"]["schema"]
        assert schema["required"] == list(OperationReport.model_fields)
        victim = schema["$defs"]["VictimGroup"]
        assert victim["required"] == list(victim["properties"])
        assert {"type": "null"} in schema["properties"]["headline"]["anyOf"]
        assert '"default"' not in json.dumps(schema)

    def test_lax_sends_the_schema_as_it_is(self, monkeypatch: pytest.MonkeyPatch) -> None:
        sent = _through_instructor(monkeypatch, json.dumps(RECORD), one_shot.lax)[1]
        schema = sent["response_format"]["json_schema"]["schema"]
        assert schema == OperationReport.model_json_schema()

    def test_told_writes_the_schema_into_the_system_message(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plain = _through_instructor(monkeypatch, json.dumps(RECORD))[1]["messages"][0]
        told = _through_instructor(monkeypatch, json.dumps(RECORD), one_shot.told)[1]
        description = OperationReport.model_fields["officers"].description
        assert description is not None
        assert description not in plain["content"]
        assert description in told["messages"][0]["content"]


def _through_instructor(
    monkeypatch: pytest.MonkeyPatch, content: str, system: Any = one_shot.one_shot
) -> tuple[Answer, dict[str, Any]]:
    """One answer with a server that replies so, and what it was sent."""
    with playing(says(content)) as script:

        @contextmanager
        def scripted(settings: Settings) -> Iterator[Endpoint]:
            yield Endpoint(script.url, SecretStr("k"), settings.model)

        monkeypatch.setattr(one_shot, "serving", scripted)
        with system(Settings(model="m")) as ask:
            answer = ask(ARTICLE, "barns")
        assert len(script.calls) == 1
        return answer, script.calls[0].body


class TestLangextractTask:
    def test_examples_follow_the_guide(self) -> None:
        """Exact words, in order of appearance, without overlaps, of known classes."""
        for example in EXAMPLES:
            reached = 0
            for kind, words, attributes in example.extractions:
                place = example.text.find(words, reached)
                assert place >= 0, words
                reached = place + len(words)
                assert attributes.keys() <= CLASSES[kind].attributes.keys()

    def test_every_class_has_an_example(self) -> None:
        shown = {kind for example in EXAMPLES for kind, _, _ in example.extractions}
        assert shown == CLASSES.keys()

    def test_every_field_has_a_class(self) -> None:
        assert {one.target for one in CLASSES.values()} == OperationReport.model_fields.keys()

    def test_examples_make_valid_records(self) -> None:
        for example in EXAMPLES:
            mentions = [
                Mention(kind, words, 0, 1, True, full(kind, said) or {})
                for kind, words, said in example.extractions
            ]
            record, faults = fitting(OperationReport, record_of(mentions, example.text)[0])
            assert not faults
            OperationReport.model_validate(record)

    def test_the_description_names_every_class_and_option(self) -> None:
        text = description()
        assert all(f"\n- {name}: " in text for name in CLASSES)
        assert "money_laundering" in text and "commentator" in text and "XXXX" in text


class TestLangextractRecord:
    def test_texts_attributes_and_quantities(self) -> None:
        values, evidence = record_of(
            [
                at("headline", "Barns searched in Tarn Hollow"),
                at("kind", "searched", kind="operation"),
                at("officers", "At least 12 officers", value=12, bound="at_least"),
                at("page_date", "Three", date="2020-02-03"),
            ],
            ARTICLE,
        )
        assert values == {
            "headline": "Barns searched in Tarn Hollow",
            "kind": "operation",
            "officers": {"value": 12, "bound": "at_least"},
            "page_date": "2020-02-03",
        }
        cited = evidence["/officers"][0]
        assert (cited.text, cited.status) == ("At least 12 officers", Status.VERBATIM)
        assert cited.start is not None and ARTICLE[cited.start : cited.end] == cited.text

    def test_what_was_not_located_is_left_out(self) -> None:
        assert record_of([Mention("headline", "Something else")], ARTICLE) == ({}, {})

    def test_the_first_mention_that_states_a_value_gives_it(self) -> None:
        mentions = [
            at("kind", "Barns"),
            at("kind", "searched", kind="operation"),
            at("kind", "found", kind="court"),
        ]
        values, evidence = record_of(mentions, ARTICLE)
        assert values == {"kind": "operation"}
        assert evidence["/kind"][0].text == "searched"

    def test_mentions_of_one_place_are_one_group(self) -> None:
        values, evidence = record_of(
            [
                at("arrests", "six people", count=6, bound="exact"),
                at("arrests", "two of them women", women=2, count=2),
                at("arrests", "Three", count=3, place="Oxmoor"),
            ],
            ARTICLE,
        )
        first, second = values["arrests"]
        assert first == {"count": {"value": 6, "bound": "exact"}, "women": 2}
        assert second == {"count": {"value": 3, "bound": "exact"}, "place": "Oxmoor"}
        assert evidence["/arrests/0/women"][0].text == "two of them women"
        assert evidence["/arrests/1/place"][0].text == "Three"

    def test_lists_hold_each_thing_once(self) -> None:
        values, evidence = record_of(
            [
                at("location", "Tarn Hollow"),
                at("location", "Oxmoor"),
                at("location", "Tarn Hollow"),
                at("exploitation_type", "victims", type="labour"),
                at("exploitation_type", "found", type="sexual"),
                at("exploitation_type", "Barns", type="nonsense"),
                at("organisation", "Marlow Police"),
                at("organisation", "Marlow Police", role="lead"),
            ],
            ARTICLE,
        )
        assert values["locations"] == ["Tarn Hollow", "Oxmoor"]
        assert values["exploitation_types"] == ["sexual", "labour"]
        assert evidence["/exploitation_types/0"][0].text == "found"
        assert values["organisations"] == [{"name": "Marlow Police", "role": "lead"}]

    def test_quotes_of_one_speaker_are_one_statement(self) -> None:
        values, evidence = record_of(
            [
                at("quote", "We will be back,", speaker="Ivy Holt", title="Sergeant"),
                at("quote", "took part", speaker="ivy holt", organisation="Marlow Police"),
                at("quote", "Three", title="spokesman"),
            ],
            ARTICLE,
        )
        holt, other = values["statements"]
        assert holt == {
            "speaker": "Ivy Holt",
            "title": "Sergeant",
            "organisation": "Marlow Police",
            "quotes": ["We will be back,", "took part"],
        }
        assert other == {"title": "spokesman", "quotes": ["Three"]}
        assert evidence["/statements/0/quotes/1"][0].text == "took part"

    def test_a_reply_cut_off_makes_the_output_invalid(self) -> None:
        calls = [call('{"extractions": []}'), call('{"extractions": [', finish="length")]
        answer = answer_of(ARTICLE, [at("kind", "searched", kind="operation")], calls)
        assert not answer.prediction.valid
        assert answer.prediction.record is not None
        assert answer.prediction.record["kind"] == "operation"
        assert answer.faults == ("chunk 2: the reply is cut off or not JSON",)
        assert answer.prediction.usage == Usage(2, 100, 40, 14, 0.0, 2)
        assert len(answer.raw["calls"]) == 2

    def test_whole_replies_make_it_valid(self) -> None:
        answer = answer_of(ARTICLE, [at("location", "Oxmoor")], [call('{"extractions": []}')])
        assert answer.prediction.valid and answer.prediction.evidence.keys() == {"/locations/0"}

    def test_an_error_leaves_no_record(self) -> None:
        answer = answer_of(ARTICLE, [], [Call({}, None)], ("InferenceRuntimeError: gone",))
        assert answer.prediction.record is None and not answer.prediction.valid
        assert usage_of([Call({}, None)]) == Usage(1, 0, 0, 0, 0.0, 1)


class _Down:
    """A client whose model cannot be reached."""

    name = "down"
    closed = 0

    async def ask(self, request: Request) -> Reply:
        raise ModelUnavailable(f"section {request.name!r}: nobody there: start it")

    async def aclose(self) -> None:
        self.closed += 1


class TestOurs:
    def test_a_failure_is_an_answer_without_a_record(self) -> None:
        down = _Down()
        with extracting(Settings(model="m"), lambda _: down) as ask:
            answer = ask(ARTICLE, "barns")
        assert answer.prediction.record is None and not answer.prediction.valid
        assert answer.faults[0].startswith("ModelUnavailable: ")
        assert answer.raw["requests"][0]["reply"] is None
        assert down.closed == 1

    def test_the_client_is_itself_in_all_else(self) -> None:
        assert WritingAlong(_Down()).closed == 0
        assert not hasattr(WritingAlong(_Down()), "count_tokens")


class TestWording:
    def test_only_texts_numbers_and_dates_are_looked_for(self) -> None:
        found = wording(ARTICLE, RECORD, OperationReport)
        assert found == Wording(found=5, stated=5)

    def test_what_the_article_does_not_say_is_not_found(self) -> None:
        record = {"headline": "Barns searched in Oxmoor", "arrests": [{"age_min": 31}]}
        assert wording(ARTICLE, record, OperationReport) == Wording(0, 2)
        assert wording(ARTICLE, None, OperationReport).share is None


def gold(id: str = "barns", text: str = ARTICLE) -> GoldDocument:
    """The gold of the article."""
    record = fitting(OperationReport, RECORD)[0]
    return GoldDocument(id=id, sha256=text_hash(text), record=record)


def outcome(system: str, tokens: int, **changes: Any) -> Outcome:
    """A system that is right but for these changes."""
    record = fitting(OperationReport, {**RECORD, **changes})[0]
    prediction = Prediction(record, usage=Usage(1, 100, 0, tokens, tokens / 10, 1))
    card = score([gold()], {"barns": prediction}, OperationReport)
    return Outcome(system, card, Wording(1, 2))


class TestComparison:
    def test_ratios_refer_to_one_shot(self) -> None:
        worse = outcome("instructor", 800, warrants={"value": 2}, duration_days=4, headline="x")
        better = outcome("ours", 200, warrants={"value": 2})
        found = summary([worse, better])
        assert found["baseline"] == "instructor"
        mine = found["systems"]["ours"]
        assert (mine["generated"], mine["generated_ratio"], mine["seconds_ratio"]) == (
            200,
            0.25,
            0.25,
        )
        # Spurious: value and bound of the warrants; one-shot has the duration as well.
        assert (mine["hallucinated"], mine["hallucinated_ratio"]) == (2, 2 / 3)
        assert (mine["errors"], mine["errors_ratio"]) == (2, 0.5)
        assert mine["fields"]["headline"]["f1"] == 1.0
        assert mine["articles"]["barns"]["generated"] == 200
        assert mine["in_words"] == 0.5
        json.dumps(found)

    def test_without_one_shot_there_are_no_ratios(self) -> None:
        alone = [outcome("ours", 200)]
        assert baseline(alone) is None
        assert summary(alone)["systems"]["ours"]["generated_ratio"] is None
        assert "×" not in markdown(alone)

    def test_the_tables(self) -> None:
        text = markdown([outcome("instructor", 1200, headline="x"), outcome("ours", 300)])
        lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines()]
        assert ["generated tokens per article", "1,200", "300"] in lines
        assert ["to instructor's", "×1.00", "×0.25"] in lines
        assert ["headline", "1", "0.000", "1.000"] in lines
        assert ["statements[].quotes[] (not in the totals)", "0", "—", "—"] in lines
        assert any(line[0] == "barns" and line[2] == "1.000 300 30 s" for line in lines if line)

    def test_cells_line_up(self) -> None:
        lines = [*table(["a", "long name"], [["first", "1"], ["b", "12,345"]])]
        assert len({len(line) for line in lines}) == 1
        assert lines[1] == "|-------|----------:|"


class TestRun:
    @pytest.fixture
    def folders(self, tmp_path: Path) -> Path:
        for name in ("articles", "annotations"):
            (tmp_path / name).mkdir()
        for id in ("barns", "mills"):
            (tmp_path / "articles" / f"{id}.txt").write_text(ARTICLE, encoding="utf-8")
            save(gold(id), tmp_path / "annotations" / f"{id}.json")
        return tmp_path

    def test_answers_are_kept_and_not_asked_for_again(
        self, folders: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        asked: list[str] = []
        monkeypatch.setattr(accuracy, "SYSTEMS", {"ours": _scripted(asked)})
        arguments = [
            *("--systems", "ours", "--model", "m", "--out", str(folders / "out")),
            *("--articles", str(folders / "articles")),
            *("--annotations", str(folders / "annotations")),
        ]

        assert accuracy.main([*arguments, "--limit", "1"]) == 0
        assert asked == ["barns"]
        assert accuracy.main(arguments) == 0
        assert asked == ["barns", "mills"]

        shown = capsys.readouterr().out
        assert "2 articles, model m" in shown
        written = json.loads((folders / "out" / "summary.json").read_text())
        assert written["systems"]["ours"]["f1"] == 1.0
        assert written["systems"]["ours"]["generated"] == 40
        assert written["articles"].keys() == {"barns", "mills"}
        lines = (folders / "out" / "ours.jsonl").read_text().splitlines()
        assert [json.loads(line)["raw"] for line in lines] == [["raw barns"], ["raw mills"]]
        assert (folders / "out" / "summary.md").read_text() in shown

    def test_a_folder_of_another_model_is_refused(self, tmp_path: Path) -> None:
        keep(tmp_path, "ours", "m", "barns", ARTICLE, Answer(Prediction(RECORD)))
        assert kept(tmp_path, "ours", "m", {"barns": ARTICLE}).keys() == {"barns"}
        assert kept(tmp_path, "langextract", "m", {"barns": ARTICLE}) == {}
        with pytest.raises(ConfigurationError, match="another model"):
            kept(tmp_path, "ours", "n", {"barns": ARTICLE})
        with pytest.raises(ConfigurationError, match="another text"):
            kept(tmp_path, "ours", "m", {"barns": "x"})

    def test_an_article_that_is_not_the_annotated_one(
        self, folders: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (folders / "articles" / "barns.txt").write_text("other", encoding="utf-8")
        code = accuracy.main(
            [
                *("--articles", str(folders / "articles"), "--out", str(folders / "out")),
                *("--annotations", str(folders / "annotations")),
            ]
        )
        assert code == 2
        assert "barns: the article is not the one annotated" in capsys.readouterr().err

    def test_an_unknown_system(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit):
            accuracy.main(["--systems", "theirs"])
        assert "there is no system 'theirs'" in capsys.readouterr().err


def _scripted(asked: list[str]) -> Any:
    @contextmanager
    def system(settings: Settings) -> Iterator[Ask]:
        del settings

        def ask(text: str, id: str) -> Answer:
            assert text == ARTICLE
            asked.append(id)
            record: dict[str, Any] = fitting(OperationReport, RECORD)[0]
            return Answer(Prediction(record, usage=Usage(1, 10, 0, 40)), [f"raw {id}"])

        yield ask

    return system
