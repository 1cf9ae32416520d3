"""The example schemas can be asked for, their gold is in order, and every guide is well formed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from eval.dataset import GoldSet, load_set
from eval.gold_check import check
from examples.recall import ProductRecall
from examples.schemas import CourtJudgment, JobAdvert, Recipe
from extractor.extraction import dump_record
from extractor.finders import numbers
from extractor.finders.mention import Mention
from extractor.grounding.ground import ground, ground_quantity, is_grounded
from extractor.guide.asking import offered
from extractor.pipeline import Extractor
from extractor.run.inputs import Source, read
from extractor.schema.loading import load_schema
from extractor.schema.reading import read_schema
from extractor.schema.tree import FieldNode, Kind
from extractor.sections.plan import plan
from extractor.text.article import Article, Span
from schemas import OperationReport
from schemas.guide import ALL, Describe, Finder, Guide, Label, Pick, Sort
from tests.support.guides import guide_texts, guides
from tests.support.right_answers import KETTLE, RECORDS, RightClient
from tests.test_plan import check_strict

EXAMPLES = Path(__file__).parents[1] / "examples"
SCHEMAS = (Recipe, JobAdvert, CourtJudgment, ProductRecall)
GUIDES = guides()
FINDERS = {*get_args(Finder), "quotations"}
SORTS = [
    pytest.param(step, id=f"{schema.__name__}.{step.name}")
    for guide, schema in GUIDES.values()
    for step in guide.steps
    if isinstance(step, Sort)
]


# --- the example schemas ---


@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_field_of_an_example_is_asked_for_in_the_strict_subset(
    schema: type[BaseModel],
) -> None:
    sections = plan(schema)
    asked = [name for section in sections for name in section.fields]
    assert sorted(asked) == sorted(schema.model_fields)
    for section in sections:
        check_strict(section.reply.model_json_schema())


@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_field_of_an_example_is_described(schema: type[BaseModel]) -> None:
    def undescribed(node: FieldNode) -> Iterator[str]:
        if not node.description:
            yield node.path
        if node.kind is Kind.OBJECT and not node.is_quantity:
            for child in node.children:
                yield from undescribed(child)
        elif node.kind is Kind.LIST and node.item.kind is Kind.OBJECT:
            yield from undescribed(node.item)

    assert list(undescribed(read_schema(schema))) == []


def test_the_examples_show_what_a_schema_may_hold() -> None:
    kinds = {node.kind for schema in SCHEMAS for node in _nodes(read_schema(schema))}
    assert kinds >= {*Kind} - {Kind.UNION, Kind.DATETIME, Kind.TIME}
    assert any(node.is_set for schema in SCHEMAS for node in _nodes(read_schema(schema)))
    assert JobAdvert.model_fields["employer"].alias == "hiringOrganization"
    assert not any(hasattr(schema, "extraction_guide") for schema in SCHEMAS[:3])


def test_the_examples_are_found_as_the_command_line_names_them() -> None:
    assert load_schema("examples.schemas:CourtJudgment") is CourtJudgment
    assert load_schema("examples.recall:ProductRecall") is ProductRecall


@pytest.mark.parametrize("name", RECORDS)
def test_a_right_record_of_an_example_text_is_valid_and_grounded(name: str) -> None:
    schema, record = RECORDS[name]
    schema.model_validate(record, by_name=True)
    article = Article.from_text(read(Source(name, EXAMPLES / "texts" / f"{name}.txt")), name)
    everywhere = [sentence.number for sentence in article.sentences]
    ungrounded = []
    for node, value in _stated(read_schema(schema), record):
        if node.is_quantity:
            evidence = ground_quantity(article, value["value"], value["bound"], node, everywhere)
            grounded = all(map(is_grounded, evidence))
        else:
            grounded = is_grounded(ground(article, value, node, everywhere))
        if not grounded:
            ungrounded.append((node.path, value))
    assert ungrounded == []


@pytest.mark.parametrize("path", sorted(EXAMPLES.rglob("*.txt")), ids=lambda path: path.stem)
def test_an_example_text_is_short_and_names_no_real_site(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert 120 <= len(text.split()) <= 300
    sites = re.findall(r"[\w.-]+\.(?:com|org|net|uk|eu|gov|io)\b", text)
    assert not sites, "an example uses the domain .example"


def _nodes(node: FieldNode) -> Iterator[FieldNode]:
    yield node
    for child in node.children:
        yield from _nodes(child)


def _stated(node: FieldNode, value: Any) -> Iterator[tuple[FieldNode, Any]]:
    """The values of a record that need grounding, quantities whole."""
    if value is None:
        return
    if node.kind is Kind.OBJECT and not node.is_quantity:
        for child in node.children:
            yield from _stated(child, value.get(child.name))
    elif node.kind is Kind.LIST:
        for item in value:
            yield from _stated(node.item, item)
    else:
        yield node, value


# --- the second domain ---


@pytest.fixture(scope="module")
def recalls() -> GoldSet:
    return load_set(EXAMPLES / "recalls")


def test_the_gold_of_the_second_domain_is_in_order(recalls: GoldSet) -> None:
    assert recalls.schema() is ProductRecall
    assert len(recalls.documents) >= 4
    for document in recalls.documents:
        problems = check(document, recalls.texts[document.id], ProductRecall)
        assert not problems, f"{document.id}: {[str(one) for one in problems]}"
        assert document.record.keys() == ProductRecall.model_fields.keys()


def test_the_gold_of_the_second_domain_shows_every_field_stated_and_not(recalls: GoldSet) -> None:
    held = {
        name: [one.record[name] for one in recalls.documents]
        for name in recalls.documents[0].record
    }
    assert all(any(value not in (None, []) for value in values) for values in held.values())
    assert any(value == {"value": 0, "bound": "exact"} for value in held["injuries"])
    assert {value["bound"] for value in held["units_sold"]} >= {"about", "at_least", "at_most"}
    assert None in held["recall_date"] and None in held["incidents"] and [] in held["statements"]


def test_a_guide_of_another_domain_leads_to_the_gold_record(recalls: GoldSet) -> None:
    client = RightClient(KETTLE)
    extractor = Extractor(ProductRecall, client=client)
    found = asyncio.run(extractor.extract(recalls.texts["kettle"], "kettle"))
    gold = next(one for one in recalls.documents if one.id == "kettle")
    assert found.valid
    assert dump_record(found.record) == gold.record
    assert found.issues == {}
    assert set(client.asked) == set(KETTLE)


# --- every guide in the repository ---


def test_the_default_schema_and_the_second_domain_have_guides() -> None:
    assert {schema for _, schema in GUIDES.values()} >= {OperationReport, ProductRecall}


@pytest.mark.parametrize("name", GUIDES)
def test_every_pattern_of_a_guide_is_a_regular_expression(name: str) -> None:
    patterns = [part for part in guide_texts(GUIDES[name][0], name) if part[2]]
    assert patterns
    for place, text, _ in patterns:
        try:
            re.compile(text, re.IGNORECASE)
        except re.error as error:
            pytest.fail(f"{place}: {error}: {text}")


@pytest.mark.parametrize("name", GUIDES)
def test_every_path_of_a_guide_is_in_its_schema(name: str) -> None:
    guide, schema = GUIDES[name]
    root = read_schema(schema)
    for step in guide.steps:
        if isinstance(step, Sort):
            for label in step.labels:
                _check_path(root, label.into, label.fixed, label.value)
        elif isinstance(step, Pick):
            _check_path(root, step.into, step.fixed, None)
        else:
            item = _follow(root, step.into)
            for one in (step.given, *step.fields):
                item.child(one)
            assert {*step.split, step.named} - {""} <= step.fields.keys()
    for grouping in guide.groupings:
        if grouping.kind == "sum":
            assert _follow(root, grouping.path).is_quantity
            continue
        item = _follow(root, f"{grouping.path}[]")
        for one in (grouping.anchor, grouping.place, *grouping.parts):
            assert not one or item.child(one)
    for path in (guide.page_date, guide.places):
        assert not path or _follow(root, path)


@pytest.mark.parametrize("name", GUIDES)
def test_every_pool_is_filled_before_it_is_read(name: str) -> None:
    guide, _ = GUIDES[name]
    filled: set[str] = set()
    names = []
    for step in guide.steps:
        names.append(step.name)
        assert step.find in (filled if step.find.startswith("@") else FINDERS), step.name
        if isinstance(step, Sort):
            filled |= {label.into for label in step.labels if label.into.startswith("@")}
            filled |= {pool for _, pool in step.settled if pool} | ({step.known} - {""})
    assert len(set(names)) == len(names)
    assert {*guide.elided} - {""} <= filled


@pytest.mark.parametrize("step", SORTS)
def test_an_example_has_a_label_of_its_step_and_every_question_has_a_way_out(step: Sort) -> None:
    names = {label.name for label in step.labels}
    assert {label for _, _, label in step.examples} <= names
    for mention, sentence, _ in step.examples:
        assert mention or sentence
        assert mention in sentence or not sentence or not mention, (mention, sentence)


@pytest.mark.parametrize("step", SORTS)
def test_an_example_is_one_that_its_label_would_be_offered_for(step: Sort) -> None:
    """Else the model is shown an answer that it could never give there."""
    never = []
    for mention, sentence, label in step.examples:
        if step.find == "article" or not sentence:
            continue
        article = Article.from_text(sentence)
        here = _mention(step, article, mention)
        found = {one.name for one in offered(article, (here,), step.labels)}
        if label not in found and any(one.into for one in step.labels if one.name == label):
            never.append((mention, sentence, label))
    assert not never


@pytest.mark.parametrize("name", GUIDES)
def test_an_example_of_a_description_answers_what_is_asked(name: str) -> None:
    for step in GUIDES[name][0].steps:
        if isinstance(step, Describe):
            for shown, answer in step.examples:
                assert answer.keys() == step.fields.keys()
                assert all(text in shown for text in answer.values() if text is not None), shown


@pytest.mark.parametrize(
    "label",
    [
        Label("one", "colour"),
        Label("one", "countries"),
        Label("one", "contacts[].number"),
        Label("one", "hazard", value="flood"),
        Label("one", "contacts[].value", fixed={"label": 3}),
    ],
)
def test_a_path_or_value_that_does_not_fit_is_found(label: Label) -> None:
    with pytest.raises((KeyError, AssertionError, ValidationError)):
        _check_path(read_schema(ProductRecall), label.into, label.fixed, label.value)


def _check_path(root: FieldNode, path: str, fixed: Mapping[str, Any], value: Any) -> None:
    """Fail unless a path leads to a value, and what is stored there fits."""
    if not path or path.startswith("@"):
        assert not fixed and value is None, "a value that goes nowhere"
        return
    node = _follow(root, path)
    assert node.is_scalar or node.is_quantity, f"{path} takes no single value"
    if value == ALL:
        assert node.is_quantity or node.kind is Kind.INTEGER, f"{path} is no number"
    elif value is not None:
        TypeAdapter(node.annotation).validate_python(value)
    for name, other in fixed.items():
        sibling = _follow(root, path.rpartition(".")[0]).child(name)
        TypeAdapter(sibling.annotation).validate_python(other)


def _follow(root: FieldNode, path: str) -> FieldNode:
    """The node a guide's path names; of alternatives ("age_min|age_max") the last."""
    node = root
    for part in path.split("."):
        *others, name = part.removesuffix("[]").split("|")
        for other in others:
            node.child(other)
        node = node.child(name)
        if part.endswith("[]"):
            assert node.kind is Kind.LIST, f"{path}: {name} is no list"
            node = node.item
    return node


def _mention(step: Sort, article: Article, words: str) -> Mention:
    """The example's mention as the step's finder would bring it, tags and all."""
    if step.find == "numbers":
        for found in numbers.numbers(article, "|".join(step.terms) or numbers.PEOPLE):
            if article.slice(found.phrase).startswith(words) or words in article.slice(found.span):
                return found
    start = article.text.index(words)
    span = Span(start, start + len(words))
    sentence = article.sentence_at(start)
    whole = Span(0, len(article.text))
    return Mention(span, span, whole, sentence.number if sentence else 1, words)


def test_a_guide_without_a_schema_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    import examples

    monkeypatch.setattr(examples, "STRAY", Guide(steps=()), raising=False)
    with pytest.raises(AssertionError, match="STRAY"):
        guides()
