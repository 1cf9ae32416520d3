"""Gold files: the draft's quotes become offsets, and each kind of damage is named."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from eval.anchor import Draft, anchor, find_mention
from eval.consistency import Range, allowed, inconsistencies
from eval.gold import (
    GoldDocument,
    GoldError,
    dump,
    json_schema,
    load,
    load_all,
    save,
    text_hash,
)
from eval.gold_check import Problem, check
from schemas import OperationReport

TEXT = (
    "Raids in Ashby\n\n"
    "Northvale Police and the Harbour Trust searched around 20 betting shops in Ashby on Tuesday. "
    "Seven men and two women were arrested in all, aged between 19 and 44; nine people. "
    "“We will not stop,” said Inspector Jo Bell of Northvale Police.\n"
)


def record() -> dict[str, Any]:
    empty = dict.fromkeys(OperationReport.model_fields)
    group = {
        "count": {"value": 9, "bound": "exact"},
        "men": 7,
        "women": 2,
        "age_min": 19,
        "age_max": 44,
        "in_custody": None,
        "place": "Ashby",
    }
    lists: dict[str, Any] = {
        key: [] for key in ("exploitation_types", "victims", "offences", "contacts")
    }
    return {
        **empty,
        **lists,
        "headline": "Raids in Ashby",
        "kind": "operation",
        "premises_types": ["betting shops"],
        "addresses": {"value": 20, "bound": "about"},
        "arrests": [group],
        "organisations": [
            {"name": "Northvale Police", "canonical": None, "role": "lead"},
            {"name": "Harbour Trust", "canonical": None, "role": "partner"},
        ],
        "locations": ["Ashby"],
        "statements": [
            {
                "speaker": "Jo Bell",
                "title": "Inspector",
                "organisation": "Northvale Police",
                "quotes": ["We will not stop,"],
            }
        ],
    }


def draft() -> dict[str, Any]:
    return {
        "id": "made-up",
        "record": record(),
        "evidence": {
            "/kind": [["searched"]],
            "/addresses": [["around 20 betting shops"]],
            "/arrests/0": [["were arrested"]],
            "/arrests/0/count": [["nine people"], ["Seven men", "two women"]],
            "/arrests/0/men": [["Seven men"]],
            "/arrests/0/women": [["two women"]],
            "/organisations/0/role": [["searched"]],
            "/organisations/1": [[{"text": "Harbour Trust", "occurrence": 1}]],
            "/locations/0": [[{"text": "Ashby", "occurrence": 2}]],
        },
        "alternatives": {"/organisations/1/name": ["the Harbour Trust charity"]},
        "unscorable": {"/start_date": "no page date to count from"},
        "notes": ["Tuesday alone is no date."],
    }


def made(**changes: Any) -> GoldDocument:
    plain = anchor(draft(), TEXT, OperationReport).model_dump(mode="json", by_alias=True)
    return GoldDocument.model_validate({**plain, **changes})


def kinds(document: GoldDocument, text: str = TEXT) -> set[tuple[str, str]]:
    return {(found.kind, found.pointer) for found in check(document, text, OperationReport)}


def test_quotes_become_offsets() -> None:
    document = made()
    assert check(document, TEXT, OperationReport) == []
    first, second = document.evidence["/arrests/0/count"]
    assert [span.text for span in first] == ["nine people"]
    assert [TEXT[span.start : span.end] for span in second] == ["Seven men", "two women"]
    assert document.schema_ == "schemas:OperationReport"
    assert document.sha256 == text_hash(TEXT)


def test_text_leaves_are_found_without_being_quoted() -> None:
    document = made()
    assert document.evidence["/headline"][0][0].start == 0
    assert document.evidence["/statements/0/speaker"][0][0].text == "Jo Bell"
    assert document.evidence["/statements/0/quotes/0"][0][0].text == "We will not stop,"
    (span,) = document.evidence["/locations/0"][0]
    assert span.start == TEXT.index("Ashby", 20)
    assert not [pointer for pointer in document.evidence if "canonical" in pointer]


def test_a_mention_stands_by_itself_if_it_can() -> None:
    span = find_mention("Bathgate and Bath", "Bath")
    assert span is not None and span.start == 13
    inside = find_mention("Bathgate", "Bath")
    assert inside is not None and inside.start == 0
    assert find_mention("Leeds", "Bath") is None


def test_quotes_that_are_not_there_are_named_in_one_line() -> None:
    plain = draft()
    plain["evidence"]["/kind"] = [["serched"]]
    plain["evidence"]["/arrests/0/men"] = [[{"text": "Seven men", "occurrence": 2}]]
    with pytest.raises(GoldError) as raised:
        anchor(plain, TEXT, OperationReport)
    message = str(raised.value)
    assert "/kind 'serched'" in message
    assert "/arrests/0/men 'Seven men' (occurrence 2)" in message
    assert "\n" not in message


def test_a_draft_out_of_format_is_named() -> None:
    with pytest.raises(GoldError, match=r"^draft: evidence"):
        anchor({**draft(), "evidence": {"kind": [["searched"]]}}, TEXT, OperationReport)


# Damage, one kind at a time.


def test_an_edited_text_is_named() -> None:
    assert ("text", "") in kinds(made(), TEXT.replace("20", "30"))


def test_a_moved_span_is_named() -> None:
    evidence = made().model_dump(mode="json")["evidence"]
    evidence["/kind"][0][0]["start"] += 1
    evidence["/kind"][0][0]["end"] += 1
    document = made(evidence=evidence)
    assert kinds(document) == {("span", "/kind")}
    (problem,) = check(document, TEXT, OperationReport)
    assert "'searched'" in str(problem)


def test_an_edited_span_text_is_named() -> None:
    evidence = made().model_dump(mode="json")["evidence"]
    evidence["/headline"][0][0]["text"] = "Raids in Derby"
    assert kinds(made(evidence=evidence)) == {("span", "/headline")}


def test_an_alternative_without_a_span_is_named() -> None:
    evidence = made().model_dump(mode="json")["evidence"]
    evidence["/kind"].append([])
    assert kinds(made(evidence=evidence)) == {("span", "/kind")}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"men": 8}, "men 8 + women 2 exceeds count 9"),
        ({"age_min": 50}, "age_min 50 exceeds age_max 44"),
        ({"in_custody": {"value": 10, "bound": "exact"}}, "in_custody 10 exceeds count 9"),
        (
            {"in_custody": {"value": 9, "bound": "more_than"}},
            "in_custody (more_than 9) exceeds count 9",
        ),
    ],
)
def test_impossible_arithmetic_is_named(changes: dict[str, Any], message: str) -> None:
    damaged = record()
    damaged["arrests"][0].update(changes)
    problem = Problem("arithmetic", "/arrests/0", message)
    assert problem in check(made(record=damaged), TEXT, OperationReport)


def test_what_a_bound_leaves_open_is_not_impossible() -> None:
    open_ended = record()
    open_ended["arrests"][0].update(men=8, count={"value": 9, "bound": "more_than"})
    assert not inconsistencies(OperationReport, open_ended)
    assert allowed({"value": 9, "bound": "more_than"}) == Range(10, float("inf"))
    assert allowed({"value": 9, "bound": "at_most"}) == Range(0, 9)
    assert allowed({"value": 9}) == Range(9, 9)
    assert allowed(True) is None


def test_splits_are_added_up_apart() -> None:
    group = {"adults": 3, "children": 2, "men": 4, "women": 1}
    fits = {"victims": [{**group, "count": {"value": 5, "bound": "exact"}}]}
    assert not inconsistencies(OperationReport, fits)
    broken = {"victims": [{**group, "children": 3, "count": {"value": 5, "bound": "exact"}}]}
    (found,) = inconsistencies(OperationReport, broken)
    assert found.message == "adults 3 + children 3 exceeds count 5"


def test_an_unknown_enum_is_named() -> None:
    damaged = record()
    damaged["organisations"][0]["role"] = "boss"
    assert ("schema", "/organisations/0/role") in kinds(made(record=damaged))


def test_an_unknown_key_is_named() -> None:
    assert ("schema", "/weather") in kinds(made(record={**record(), "weather": "fine"}))


def test_missing_evidence_is_named() -> None:
    evidence = made().model_dump(mode="json")["evidence"]
    del evidence["/addresses"], evidence["/locations/0"]
    assert kinds(made(evidence=evidence)) == {
        ("evidence", "/addresses/value"),
        ("evidence", "/addresses/bound"),
        ("evidence", "/locations/0"),
    }


def test_evidence_of_an_item_covers_its_leaves_but_that_of_a_list_does_not() -> None:
    evidence = made().model_dump(mode="json")["evidence"]
    quoted = evidence.pop("/arrests/0")
    assert kinds(made(evidence=evidence)) == {
        ("evidence", "/arrests/0/age_min"),
        ("evidence", "/arrests/0/age_max"),
    }
    evidence["/arrests"] = quoted
    assert ("evidence", "/arrests/0/age_min") in kinds(made(evidence=evidence))


def test_unscorable_leaves_need_no_evidence() -> None:
    evidence = made().model_dump(mode="json")["evidence"]
    del evidence["/addresses"], evidence["/organisations/0/role"]
    left_out = {"/addresses": "contradicts itself", "/organisations/0": "unclear"}
    assert kinds(made(evidence=evidence, unscorable=left_out)) == set()


@pytest.mark.parametrize(
    ("field", "pointer"),
    [
        ("evidence", "/arrests/1/count"),
        ("evidence", "/arrests/00"),
        ("evidence", "/victims/0"),
        ("evidence", "/officers"),
        ("alternatives", "/organisations/9/name"),
        ("alternatives", "/addresses"),
        ("unscorable", "/no_such_field"),
    ],
)
def test_a_dangling_pointer_is_named(field: str, pointer: str) -> None:
    document = made()
    plain = document.model_dump(mode="json")[field]
    plain[pointer] = {
        "evidence": plain.get("/kind"),
        "alternatives": ["other words"],
        "unscorable": "some reason",
    }[field]
    assert ("pointer", pointer) in kinds(made(**{field: plain}))


# Files.


def test_saving_and_loading_keeps_everything_and_is_stable(tmp_path: Path) -> None:
    document = made(
        resolutions=[
            {"path": "/kind", "a": "court", "b": "other", "chosen": "court", "reason": "r"}
        ],
        history=[
            {
                "path": "/officers",
                "old": None,
                "new": 3,
                "reason": "seen late",
                "date": "2031-02-01",
            }
        ],
    )
    path = tmp_path / "made-up.json"
    save(document, path)
    before = path.read_bytes()
    assert load(path) == document
    save(load(path), path)
    assert path.read_bytes() == before
    assert [one.id for one in load_all(tmp_path)] == ["made-up"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["made-up.json"]


def test_evidence_is_written_in_the_order_of_its_indices() -> None:
    span = [[{"start": 0, "end": 5, "text": "Raids"}]]
    pointers = ["/arrests/10", "/arrests/2", "/arrests/2/men", "/addresses"]
    text = dump(made(evidence=dict.fromkeys(pointers, span)))
    wanted = ["/addresses", "/arrests/2", "/arrests/2/men", "/arrests/10"]
    assert list(json.loads(text)["evidence"]) == wanted


def test_a_failed_save_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "made-up.json"
    save(made(), path)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        save(made(notes=["changed"]), path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["made-up.json"]


def test_files_that_are_no_gold_are_named(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"nothing\.json"):
        load(tmp_path / "nothing.json")
    with pytest.raises(GoldError, match="no gold document here"):
        load_all(tmp_path)
    bad = tmp_path / "bad.json"
    bad.write_text('{"id": "x"}')
    with pytest.raises(GoldError, match=r"bad\.json: sha256: Field required"):
        load(bad)


def test_the_exported_json_schema_accepts_gold_and_rejects_damage() -> None:
    schema = json_schema(OperationReport)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    plain = json.loads(dump(made()))
    assert validator.is_valid(plain)
    plain["record"]["kind"] = "party"
    assert not validator.is_valid(plain)
    assert not validator.is_valid({**json.loads(dump(made())), "sha256": "short"})


def test_drafts_may_be_given_as_objects() -> None:
    assert anchor(Draft.model_validate(draft()), TEXT, OperationReport) == made()
