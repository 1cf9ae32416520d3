"""Any Pydantic model becomes small requests; what comes back becomes a record again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Generic, Literal, NewType, TypeVar

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from extractor.describing import describe_plan
from extractor.errors import SchemaError
from extractor.extraction import dump_record
from extractor.model.exchange import response_format
from extractor.record.records import assemble
from extractor.schema.reading import read_schema
from extractor.schema.tree import Kind
from extractor.sections.plan import Section, plan
from extractor.sections.replies import decode
from schemas import OperationReport
from schemas import fields as markers
from tests.support.plan_schemas import SCHEMAS, JobAdvert, Judgment, Recipe, replies

ALL = (*SCHEMAS, OperationReport)
SECTIONS = [
    pytest.param(section, id=f"{schema.__name__}.{section.name}")
    for schema in ALL
    for section in plan(schema)
]
_ALLOWED = {
    "object": {"type", "properties", "required", "additionalProperties"},
    "array": {"type", "items", "maxItems"},
    "string": {"type", "enum", "pattern"},
    "integer": {"type", "enum", "minimum", "maximum"},
    "number": {"type", "enum"},
    "boolean": {"type", "enum"},
    "null": {"type", "enum"},
}


def check_strict(schema: Mapping[str, Any], depth: int = 0) -> None:
    """Fail unless a JSON Schema lies in the OpenAI strict subset, every list bounded, inline."""
    assert depth <= 10, "nested too deep"
    if "anyOf" in schema:
        assert depth > 0, "the root must be an object"
        assert set(schema) == {"anyOf"}
        for one in schema["anyOf"]:
            check_strict(one, depth)
        return
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    assert len(set(types)) == len(types)
    assert set(schema) <= set().union(*(_ALLOWED[one] for one in types)), schema
    if depth == 0:
        assert types == ["object"]
    if "object" in types:
        assert schema["required"] == list(schema["properties"])
        assert schema["additionalProperties"] is False
        for one in schema["properties"].values():
            check_strict(one, depth + 1)
    if "array" in types:
        assert isinstance(schema["maxItems"], int)
        check_strict(schema["items"], depth + 1)
    if "enum" in schema:
        assert len(schema["enum"]) == len({json.dumps(one) for one in schema["enum"]})


def resolve(record: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        record = record[int(step)] if isinstance(record, list) else record[step]
    return record


def sections(schema: type[BaseModel]) -> dict[str, tuple[str, ...]]:
    return {section.name: section.fields for section in plan(schema)}


def section_of(schema: type[BaseModel], name: str) -> Section:
    return next(section for section in plan(schema) if name in section.fields)


# --- sections ---


def test_the_default_schema_is_asked_in_the_sections_it_names() -> None:
    found = sections(OperationReport)
    assert list(found)[:3] == ["page", "action", "kinds"]
    assert found["numbers"] == ("personnel", "officers", "police_forces", "addresses", "warrants")
    asked = [name for names in found.values() for name in names]
    assert sorted(asked) == sorted(OperationReport.model_fields)


def test_scalars_and_lists_are_grouped_in_order() -> None:
    assert sections(Recipe) == {
        "title": ("title", "serves", "ready_in", "vegan"),
        "heat": ("heat", "calories"),
        "tags": ("tags", "allergens"),
        "ingredients": ("ingredients",),
        "steps": ("steps",),
    }


def test_named_sections_gather_fields_from_anywhere() -> None:
    found = sections(Judgment)
    assert found["head"] == ("case", "counts", "date")
    assert found["court"] == ("court",)
    assert found["parties"] == ("parties",)


def test_a_large_object_is_asked_alone_and_a_small_one_among_scalars() -> None:
    assert sections(JobAdvert)["pay"] == ("pay",)
    assert "calories" in sections(Recipe)["heat"]


def test_constants_derived_values_and_passages_are_not_asked() -> None:
    asked = [name for schema in SCHEMAS for names in sections(schema).values() for name in names]
    assert not {"kind", "code", "said"} & set(asked)
    properties = section_of(OperationReport, "organisations").reply.model_json_schema()
    item = properties["properties"]["organisations"]["items"]["properties"]
    assert list(item) == ["s", "name", "role"]


def test_only_asks_for_the_fields_named() -> None:
    assert [one.fields for one in plan(Recipe, ["serves", "steps"])] == [("serves",), ("steps",)]
    assert plan(Recipe, []) == ()


def test_an_unknown_field_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(SchemaError, match="Recipe has no field serve; did you mean serves"):
        plan(Recipe, ["serve"])


def test_names_of_sections_are_unique_and_fit_for_the_wire() -> None:
    class Odd(BaseModel):
        a: Annotated[str | None, markers.Section("the page / top")] = None
        b: list[str] = []
        the: Annotated[list[int], markers.Section("b")] = []

    found = plan(Odd)
    assert [one.name for one in found] == ["the page / top", "b", "b_2"]
    for one in found:
        name = response_format(one.reply)["json_schema"]["name"]
        assert name.isascii() and name.replace("_", "").isalnum() and len(name) <= 64


def test_a_description_of_the_plan_shows_options_and_schema() -> None:
    found = {one.name: one for one in describe_plan(Recipe)}
    assert "one of: nuts, milk, egg" in found["tags"].prompt
    assert "1 for mild, 2 for hot" in found["heat"].prompt
    assert found["title"].wire_schema["required"] == list(found["title"].fields)


# --- the wire ---


@pytest.mark.parametrize("section", SECTIONS)
def test_wire_schemas_lie_in_the_strict_subset(section: Section) -> None:
    check_strict(section.reply.model_json_schema())
    assert 0 < section.max_tokens <= 1536


@pytest.mark.parametrize(
    "bad",
    [
        {"type": "object", "properties": {"a": {"type": "string"}}, "required": []},
        {"type": "array", "items": {"type": "string"}, "maxItems": 3},
    ],
)
def test_the_validator_of_the_subset_can_fail(bad: dict[str, Any]) -> None:
    with pytest.raises((AssertionError, KeyError)):
        check_strict(bad)


def test_the_citation_stands_before_the_value() -> None:
    title = section_of(Recipe, "title").reply.model_json_schema()["properties"]["title"]
    assert list(title["properties"]) == ["s", "v"]
    assert title["properties"]["s"] == {
        "anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]
    }
    item = section_of(Recipe, "ingredients").reply.model_json_schema()["properties"]["ingredients"]
    assert next(iter(item["items"]["properties"])) == "s"


def test_a_field_with_the_citations_name_moves_the_citation() -> None:
    item = section_of(Judgment, "parties").reply.model_json_schema()["properties"]["parties"]
    assert list(item["items"]["properties"]) == ["ss", "s", "role", "fine"]


def test_bounds_come_from_the_field_or_the_default() -> None:
    def bound(schema: type[BaseModel], name: str) -> int:
        return int(
            section_of(schema, name).reply.model_json_schema()["properties"][name]["maxItems"]
        )

    assert bound(Recipe, "tags") == 5
    assert bound(Recipe, "ingredients") == 4
    assert bound(Recipe, "steps") == 12
    assert bound(Judgment, "parties") == 8


def test_what_an_item_needs_may_not_be_null_but_what_a_required_object_needs_may() -> None:
    item = section_of(Recipe, "ingredients").reply.model_json_schema()["properties"]["ingredients"]
    assert item["items"]["properties"]["name"] == {"type": "string"}
    court = section_of(Judgment, "court").reply.model_json_schema()["properties"]["court"]
    assert court["type"] == "object"
    assert court["properties"]["name"] == {"type": ["string", "null"]}
    pay = section_of(JobAdvert, "pay").reply.model_json_schema()["properties"]["pay"]
    assert {"type": "null"} in pay["anyOf"]


@pytest.mark.parametrize("section", SECTIONS)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_the_reply_model_takes_what_is_allowed(section: Section, data: st.DataObject) -> None:
    wire = section.reply.model_json_schema()
    value = data.draw(replies(wire))
    jsonschema.validate(value, wire)
    section.reply.model_validate_json(json.dumps(value), strict=True)


@pytest.mark.parametrize("section", SECTIONS)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_the_reply_model_refuses_other_shapes(section: Section, data: st.DataObject) -> None:
    wire = section.reply.model_json_schema()
    value = data.draw(replies(wire))
    spoil = data.draw(st.sampled_from(sorted(_SPOILED)))
    spoiled = _SPOILED[spoil](json.loads(json.dumps(value)))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(spoiled, wire)
    with pytest.raises(ValidationError):
        section.reply.model_validate_json(json.dumps(spoiled), strict=True)


def _without_first(value: dict[str, Any]) -> dict[str, Any]:
    value.pop(next(iter(value)))
    return value


_SPOILED: Mapping[str, Callable[[dict[str, Any]], Any]] = {
    "a key missing": _without_first,
    "a key too many": lambda value: {**value, "more": 1},
    "a plain value": lambda value: {**value, next(iter(value)): "word"},
    "a list": lambda value: [value],
}


def test_sentence_numbers_begin_at_one() -> None:
    reply = section_of(Recipe, "steps").reply
    with pytest.raises(ValidationError):
        reply.model_validate({"steps": [{"s": 0, "v": "stir"}]})
    with pytest.raises(ValidationError):
        reply.model_validate({"steps": [{"s": 1, "v": "stir"}] * 13})


def test_options_are_held_to_their_type() -> None:
    reply = section_of(Recipe, "heat").reply
    calories = {"calories": None}
    reply.model_validate({"heat": {"s": 1, "v": 2}, **calories})
    for wrong in (3, "2", True):
        with pytest.raises(ValidationError):
            reply.model_validate({"heat": {"s": 1, "v": wrong}, **calories})


# --- from the wire to the record ---


@pytest.mark.parametrize("schema", ALL)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_stated_value_is_where_its_pointer_says(
    schema: type[BaseModel], data: st.DataObject
) -> None:
    values: dict[str, Any] = {}
    stated = []
    for section in plan(schema):
        wire = data.draw(replies(section.reply.model_json_schema()))
        reply = section.reply.model_validate_json(json.dumps(wire), strict=True)
        decoded = decode(section, reply)
        assert decoded == decode(section, wire)
        assert set(decoded.values) == set(section.fields)
        values |= decoded.values
        stated.extend(decoded.stated)
    record, valid, issues = assemble(schema, values)
    assert valid is not bool(issues)
    dumped = dump_record(record)
    assert set(dumped) == set(schema.model_fields)
    for one in stated:
        assert resolve(dumped, one.pointer) == one.value, one.pointer
    assert len({one.pointer for one in stated}) == len(stated)


def test_a_reply_taken_apart() -> None:
    section = section_of(Recipe, "ingredients")
    wire = {
        "ingredients": [
            {"s": [2, 2, 4], "name": " flour ", "amount": 200, "unit": "g", "notes": ["sifted"]},
            {"s": [], "name": "", "amount": None, "unit": None, "notes": []},
            {"s": [3], "name": "egg", "amount": None, "unit": "piece", "notes": []},
        ]
    }
    found = decode(section, wire)
    assert [(one.pointer, one.value, one.sentences) for one in found.stated] == [
        ("/ingredients/0/name", "flour", (2, 4)),
        ("/ingredients/0/amount", "200", (2, 4)),
        ("/ingredients/0/unit", "g", (2, 4)),
        ("/ingredients/0/notes/0", "sifted", (2, 4)),
        ("/ingredients/1/name", "egg", (3,)),
        ("/ingredients/1/unit", "piece", (3,)),
    ]
    assert found.objects == {"/ingredients/0": (2, 4), "/ingredients/1": (3,)}


def test_an_inner_object_without_a_citation_has_that_of_the_object_around_it() -> None:
    section = section_of(Judgment, "parties")
    fine = {"s": [], "value": 50, "bound": "about"}
    wire = {"parties": [{"ss": [7], "s": "Vale", "role": "defendant", "fine": fine}]}
    found = {one.pointer: one for one in decode(section, wire).stated}
    assert found["/parties/0/fine/value"].sentences == (7,)
    quantity = found["/parties/0/fine/bound"].quantity
    assert quantity is not None and quantity.path == "parties[].fine"


def test_sets_lose_repeats_and_are_sorted_as_the_record_shows_them() -> None:
    section = section_of(Recipe, "tags")
    wire = {
        "tags": [{"s": 3, "v": "quick"}, {"s": 1, "v": "easy"}, {"s": 5, "v": "quick"}],
        "allergens": [{"s": None, "v": "milk"}, {"s": 2, "v": "egg"}],
    }
    found = decode(section, wire)
    assert [(one.pointer, one.value, one.sentences) for one in found.stated] == [
        ("/tags/0", "easy", (1,)),
        ("/tags/1", "quick", (3,)),
        ("/allergens/0", "egg", (2,)),
        ("/allergens/1", "milk", ()),
    ]


def test_a_missing_optional_field_has_its_default_and_a_nullable_one_is_null() -> None:
    class Some(BaseModel):
        level: int = 3
        name: str | None = "somebody"
        tags: list[str] = ["x"]

    record, valid, issues = assemble(Some, {"level": None})
    assert (record, valid, issues) == (Some(level=3, name=None, tags=["x"]), True, {})


def test_validation_is_by_name_even_for_strict_models_with_aliases() -> None:
    values = {"title": "Cook", "employer": "Grill", "apply_by": "2031-05-02", "grades": [1, 2]}
    record, valid, issues = assemble(JobAdvert, values)
    assert valid and not issues
    assert (record.title, record.employer, record.grades) == ("Cook", "Grill", (1, 2))
    assert dump_record(record)["apply_by"] == "2031-05-02"


def test_a_record_that_fails_keeps_what_there_is() -> None:
    values = {
        "title": None,
        "serves": 900,
        "ready_in": "soon",
        "ingredients": [{"name": "rice", "amount": "-1", "unit": "g"}, {"name": None}],
        "tags": ["b", "a"],
    }
    record, valid, issues = assemble(Recipe, values)
    assert not valid
    assert issues["/title"] == ("required, but the text does not state it",)
    assert set(issues) == {
        "/title",
        "/serves",
        "/ready_in",
        "/ingredients/0/amount",
        "/ingredients/1/name",
    }
    assert record.title is None and record.serves == 900 and record.tags == {"a", "b"}
    assert record.steps == () and record.kind == "recipe"
    dumped = dump_record(record)
    assert dumped["ingredients"][0] == {"name": "rice", "amount": "-1", "unit": "g", "notes": []}
    assert dumped["tags"] == ["a", "b"] and dumped["ready_in"] == "soon"


def test_a_failed_section_leaves_a_required_field_null() -> None:
    record, valid, issues = assemble(Judgment, {"case": "R v Vale"})
    assert not valid and set(issues) == {"/court", "/parties"}
    assert record.case == "R v Vale" and record.court is None and record.parties is None


def test_a_rule_of_the_whole_model_is_an_issue_of_the_whole_record() -> None:
    class Pair(BaseModel):
        low: int
        high: int

        @model_validator(mode="after")
        def _ordered(self) -> Pair:
            if self.low > self.high:
                raise ValueError("low is above high")
            return self

    record, valid, issues = assemble(Pair, {"low": 3, "high": 1})
    assert (record.low, record.high, valid) == (3, 1, False)
    assert issues == {"": ("low is above high",)}


def test_a_constant_without_a_default_is_filled_in() -> None:
    class Tagged(BaseModel):
        kind: Literal["tagged"]
        name: str | None = None

    assert assemble(Tagged, {})[0] == Tagged(kind="tagged")


# --- types ---

Item = TypeVar("Item")
Grams = NewType("Grams", int)


class Box(BaseModel, Generic[Item]):
    inside: Item


class Node(BaseModel):
    name: str
    inner: list[Node] = []


class Left(BaseModel):
    right: Right | None = None


class Right(BaseModel):
    left: Left | None = None


class Holder(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    deep: list[Box[dict[str, int]]] = []


def _with(annotation: Any) -> type[BaseModel]:
    return type("Made", (BaseModel,), {"__annotations__": {"odd": annotation}})


REFUSED = {
    "a mapping": (_with(dict[str, int]), "odd: a mapping"),
    "anything": (_with(Any), "odd: its type says nothing"),
    "a function": (_with(Callable[[int], int]), "odd: a function"),
    "bytes": (_with(bytes), "odd: bytes"),
    "a secret": (_with(SecretStr), "odd: a secret"),
    "a bare list": (_with(list), "odd: a list needs the type"),
    "a list of lists": (_with(list[list[int]]), "odd: a list of lists"),
    "fixed parts": (_with(tuple[int, str]), "odd: a tuple of fixed parts"),
    "null alone": (_with(None), "odd: can only be null"),
    "a union of models": (_with(Recipe | Judgment), "odd: only unions of scalars"),
    "list or scalar": (_with(list[int] | int), "odd: only unions of scalars"),
    "a set of objects": (_with(set[Box[int]]), "odd: a set of objects"),
    "an open type": (Box, "inside: its type ~Item is open"),
    "itself": (Node, r"inner\[\]: a model inside itself \(Node → Node\)"),
    "itself in two steps": (Left, r"right.left: a model inside itself \(Left → Right → Left\)"),
    "deep inside": (Holder, r"deep\[\].inside: a mapping"),
}


@pytest.mark.parametrize(("schema", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_asked_for_is_refused_by_name(schema: type[BaseModel], message: str) -> None:
    with pytest.raises(SchemaError, match=message) as caught:
        plan(schema)
    assert "\n" not in str(caught.value)


def test_what_is_no_model_is_refused() -> None:
    class Empty(BaseModel):
        pass

    for wrong in (int, Empty, "Recipe"):
        with pytest.raises(SchemaError):
            plan(wrong)  # type: ignore[arg-type]


def test_kinds_limits_and_nullability_are_read() -> None:
    class Many(BaseModel):
        grams: Grams = Field(gt=2, lt=9)
        maybe: Literal["a", None] = None
        either: Annotated[int, Field(ge=0)] | Literal["some"] | None = None
        hidden: int = Field(3, exclude=True)
        words: Annotated[list[Annotated[str, Field(description="one")]] | None, "note"] = None

    root = read_schema(Many)
    assert [one.name for one in root.children] == ["grams", "maybe", "either", "words"]
    grams, maybe, either, words = root.children
    assert (grams.kind, grams.minimum, grams.maximum) == (Kind.INTEGER, 3, 8)
    assert (maybe.kind, maybe.options, maybe.nullable) == (Kind.ENUM, ("a",), True)
    assert [one.kind for one in either.children] == [Kind.INTEGER, Kind.ENUM]
    assert words.nullable and words.item.description == "one" and "note" in words.markers


def _paths(schema: type[BaseModel]) -> Iterator[str]:
    return (leaf.path for leaf in read_schema(schema).leaves())


def test_paths_name_lists_and_nested_fields() -> None:
    assert "arrests[].count.value" in set(_paths(OperationReport))
    assert "ingredients[].notes[]" in set(_paths(Recipe))
