"""Output formats: what goes out comes back, and nothing in a value can do harm."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from enum import Enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, RootModel, computed_field

from extractor.errors import InputError
from extractor.extraction import Evidence, Status, Usage, dump_record, from_dict
from extractor.run.render import (
    CSV_COLUMNS,
    from_json,
    leaves,
    read_results,
    to_bytes,
    to_csv,
    to_json,
    to_json_line,
)
from extractor.run.table import is_quantity
from tests.support.fake_extractor import TEXT, Recipe, make_extraction, mention


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_one_line_holds_the_whole_result() -> None:
    line = to_json_line(make_extraction())
    assert line.endswith("}\n")
    assert line.count("\n") == 1
    value = json.loads(line)
    assert [*value] == [
        "id",
        "record",
        "valid",
        "evidence",
        "confidence",
        "issues",
        "usage",
        "model",
        "prompt_version",
        "schema_hash",
        "needs_review",
    ]
    assert value["evidence"]["/title"] == [
        {"start": 0, "end": 10, "text": "Plain soup", "status": "verbatim"}
    ]
    assert value["evidence"]["/steps/0/text"] == [
        {"start": None, "end": None, "text": None, "status": "ungrounded"}
    ]
    assert value["record"]["note"] is None
    assert value["usage"]["cached_tokens"] == 200
    assert value["needs_review"] == {"/vegan": True}


def test_a_result_comes_back_from_each_json_form() -> None:
    first, second = make_extraction("a"), make_extraction("b", valid=False)
    assert from_json(to_json_line(first), Recipe) == first
    assert from_json(to_json_line(first, {"text_sha256": "0"}), Recipe) == first
    assert read_results(to_json([first, second]), Recipe)[0] == first
    lines = to_json_line(first) + to_json_line(second)
    assert [one.id for one in read_results(lines, Recipe)] == ["a", "b"]
    assert read_results("", Recipe) == ()
    assert to_json([]) == "[]\n"


def test_of_two_lines_for_one_article_the_later_stands() -> None:
    old, new = make_extraction("a"), make_extraction("a", model="newer")
    lines = to_json_line(old) + to_json_line(make_extraction("b")) + to_json_line(new)
    assert [(one.id, one.model) for one in read_results(lines, Recipe)] == [
        ("a", "newer"),
        ("b", "scripted"),
    ]


texts = st.text(max_size=20)
numbers = st.integers(0, 999)
mentions = st.one_of(
    st.builds(
        lambda start, text: Evidence(start, start + len(text), text, Status.VERBATIM),
        numbers,
        texts,
    ),
    st.just(Evidence(None, None, None, Status.UNGROUNDED)),
)


@given(
    record=st.builds(Recipe, title=texts | st.none(), tags=st.sets(texts, max_size=3), note=texts),
    evidence=st.dictionaries(texts, st.lists(mentions, max_size=2).map(tuple), max_size=3),
    confidence=st.dictionaries(texts, st.floats(0, 1), max_size=3),
    issues=st.dictionaries(texts, st.lists(texts, max_size=2).map(tuple), max_size=2),
    usage=st.builds(Usage, numbers, numbers, numbers, numbers, st.floats(0, 9), numbers),
)
def test_any_result_survives_the_round_trip(**parts: Any) -> None:
    extraction = make_extraction("any", **parts)
    line = to_bytes(to_json_line(extraction))
    assert line.count(b"\n") == 1
    assert from_json(line.decode(), Recipe) == extraction
    assert to_bytes(to_json_line(from_json(line.decode(), Recipe))) == line


def test_half_a_surrogate_pair_is_still_json() -> None:
    extraction = make_extraction(record=Recipe.model_construct(title="a\ud83d", note=None))
    assert json.loads(to_bytes(to_json_line(extraction)))["record"]["title"] == "a\ud83d"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[]", "one JSON object"),
        ("{}", "there is no 'valid'"),
        ('{"valid": true, "id": "a"}', "there is no 'record'"),
        (to_json_line(make_extraction()).replace('"verbatim"', '"guessed"'), "guessed"),
        (to_json_line(make_extraction()).replace('"requests"', '"asked"'), "asked"),
        (to_json_line(make_extraction()).replace('"Plain soup",', "7,", 1), "record does not fit"),
    ],
)
def test_what_is_no_result_is_refused_in_one_line(text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as caught:
        from_json(text, Recipe)
    assert "\n" not in str(caught.value)


def test_an_invalid_record_is_kept_as_it_is() -> None:
    record = Recipe.model_construct(title=5, steps=[{"minutes": "long"}])
    extraction = make_extraction(record=record, valid=False)
    back = from_json(to_json_line(extraction), Recipe)
    assert back.record.title == 5  # type: ignore[comparison-overlap]
    assert dump_record(back.record)["steps"] == [{"minutes": "long"}]
    assert back.to_dict() == extraction.to_dict()


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Tag(BaseModel):
    model_config = ConfigDict(frozen=True)
    name: str
    days: frozenset[date] = frozenset()


class Odd(BaseModel):
    sizes: set[int]
    colours: frozenset[Colour] = frozenset()
    tags: set[Tag] = set()
    named: dict[str, set[int]] = Field(default={}, alias="namedSizes")
    roots: list[RootModel[set[str]]] = []
    share: float = 0.5

    @computed_field  # type: ignore[prop-decorator]
    @property
    def total(self) -> int:
        return sum(self.sizes)


def test_sets_are_sorted_at_any_depth_and_come_back() -> None:
    odd = Odd(
        sizes={10, 9, 100},
        colours=frozenset(Colour),
        tags={Tag(name="b"), Tag(name="a", days=frozenset({date(2021, 3, 9), date(2020, 1, 1)}))},
        namedSizes={"x": {3, 20, 1}},
        roots=[RootModel[set[str]]({"z", "y"})],
        share=float("inf"),
    )
    assert dump_record(odd) == {
        "sizes": [9, 10, 100],
        "colours": ["blue", "red"],
        "tags": [
            {"name": "a", "days": ["2020-01-01", "2021-03-09"]},
            {"name": "b", "days": []},
        ],
        "named": {"x": [1, 3, 20]},
        "roots": [["y", "z"]],
        "share": None,
    }
    line = json.loads(to_json_line(make_extraction(record=odd.model_copy(update={"share": 1.0}))))
    assert from_dict(line, Odd).record.tags == odd.tags


def test_leaves_have_their_own_evidence_or_that_of_the_object_around_them() -> None:
    found = {leaf.pointer: leaf for leaf in leaves(make_extraction())}
    assert found["/eggs/value"].evidence == found["/eggs/bound"].evidence
    assert found["/eggs/value"].confidence == 0.75
    assert found["/eggs/value"].status is Status.VERBATIM
    assert found["/steps/0/minutes"].status is Status.NORMALISED
    assert found["/steps/0/text"].status is Status.UNGROUNDED
    assert found["/tags/0"].status is None
    assert found["/note"].value is None


def test_a_list_says_nothing_of_its_items() -> None:
    extraction = make_extraction(evidence={"/steps": (mention(TEXT, "Beat"),)})
    found = {leaf.pointer: leaf for leaf in leaves(extraction)}
    assert found["/steps/0/text"].evidence == ()


def test_a_quantity_is_one_leaf_with_its_parts_evidence() -> None:
    words, sign = mention(TEXT, "3 eggs"), mention(TEXT, "about", Status.NORMALISED)
    extraction = make_extraction(
        evidence={"/eggs/value": (words,), "/eggs/bound": (sign, words)}, confidence={}
    )
    found = {leaf.pointer: leaf for leaf in leaves(extraction, whole=is_quantity)}
    assert found["/eggs"].evidence == (words, sign)
    assert found["/eggs"].status is Status.NORMALISED
    assert "/eggs/value" not in found


def test_csv_has_a_row_per_stated_leaf() -> None:
    found = rows(to_csv([make_extraction("a"), make_extraction("b")]))
    assert [*found[0]] == [*CSV_COLUMNS]
    assert {row["id"] for row in found} == {"a", "b"}
    of_a = {row["path"]: row for row in found if row["id"] == "a"}
    assert [*of_a] == [
        "/title",
        "/eggs/value",
        "/eggs/bound",
        "/steps/0/text",
        "/steps/0/minutes",
        "/tags/0",
        "/tags/1",
    ]
    assert of_a["/title"] == {
        "id": "a",
        "path": "/title",
        "value": "Plain soup",
        "status": "verbatim",
        "confidence": "0.98",
        "start": "0",
        "end": "10",
        "mention": "Plain soup",
    }
    assert of_a["/steps/0/text"]["value"] == '\'=Beat, then "wait"\nfor long'
    assert of_a["/steps/0/text"]["start"] == ""
    assert to_csv([]) == ",".join(CSV_COLUMNS) + "\r\n"


@given(
    st.text(max_size=12), st.sampled_from(["", "=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff20"])
)
def test_no_csv_cell_is_a_formula(text: str, start: str) -> None:
    words = start + text
    record = Recipe(title=words, vegan=False)
    evidence = {"/title": (Evidence(0, 1, words, Status.VERBATIM),)}
    found = rows(to_csv([make_extraction(words, record=record, evidence=evidence)]))
    assert found[-1]["value"] == "false"
    for row in found:
        for cell in (row["id"], row["value"], row["mention"]):
            assert not cell.startswith(
                ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
            )
    assert found[0]["value"].removeprefix("'") == words.removeprefix("'")


def test_a_number_below_zero_stays_a_number() -> None:
    record = Recipe.model_construct(title=-5, note=None)
    assert rows(to_csv([make_extraction(record=record)]))[0]["value"] == "-5"
