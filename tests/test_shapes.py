"""The scorer reads any Pydantic schema, and records that were never validated."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal, Optional

import pytest
from pydantic import BaseModel, Field, RootModel, computed_field

from eval.gold import GoldDocument
from eval.leaves import Leaf
from eval.score import Prediction, score
from eval.scorecard import Scorecard
from eval.shapes import read_schema
from extractor.errors import SchemaError
from schemas import OperationReport
from schemas.fields import Compare
from schemas.values import PartialDate, Quantity


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    name: str


class Tree(BaseModel):
    label: str
    parent: Tree | None = None
    branches: list[Tree] = []


class Words(RootModel[list[str]]):
    pass


class Odd(BaseModel):
    plain: str
    old_style: Optional[str] = None  # noqa: UP045
    when: datetime.date | None = None
    price: Decimal | None = None
    choice: Literal["a", "b"] | None = None
    loose: PartialDate | None = None
    unit: Annotated[dict[str, int], Compare("exact")] = {}
    pet: Annotated[Cat | Dog | None, Field(discriminator="kind")] = None
    sets: set[int] = set()
    frozen: frozenset[str] = frozenset()
    row: tuple[str, ...] = ()
    point: tuple[int, str] | None = None
    grid: list[list[int]] = []
    amounts: list[Quantity] = []
    tree: Tree | None = None
    words: Words = Words([])
    many: Sequence[Annotated[str, Compare("organisation")]] = ()
    mixed: int | str | None = None
    anything: Any = None
    hidden: str = Field(default="", exclude=True)
    whole: Annotated[Dog | None, Compare("exact", weight=4)] = None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def shout(self) -> str:
        return self.plain.upper()


def leaves(schema: type[BaseModel]) -> dict[str, Leaf]:
    return {leaf.path: leaf for leaf in read_schema(schema).rows()}


def scored(gold: Any, predicted: Any, schema: type[BaseModel] = Odd) -> Scorecard:
    document = GoldDocument(id="d", sha256="0" * 64, record=gold)
    return score([document], {"d": Prediction(predicted)}, schema)


def test_every_annotation_becomes_the_right_leaf() -> None:
    kinds = {path: leaf.kind for path, leaf in leaves(Odd).items()}
    assert kinds == {
        "plain": "text",
        "old_style": "text",
        "when": "exact",
        "price": "exact",
        "choice": "exact",
        "loose": "date",
        "unit": "exact",
        "pet.kind": "exact",
        "pet.lives": "exact",
        "pet.name": "text",
        "sets[]": "exact",
        "frozen[]": "text",
        "row[]": "text",
        "point": "exact",
        "grid[][]": "exact",
        "amounts[].value": "value",
        "amounts[].bound": "bound",
        "tree.label": "text",
        "tree.parent": "exact",
        "words[]": "text",
        "many[]": "organisation",
        "mixed": "text",
        "anything": "exact",
        "whole": "exact",
    }
    assert leaves(Odd)["choice"].nominal and not leaves(Odd)["plain"].nominal


def test_the_default_schema_reads_as_declared() -> None:
    found = leaves(OperationReport)
    heavy = {path for path, leaf in found.items() if leaf.weight == 3}
    assert heavy == {
        "arrests[].count.value",
        "victims[].count.value",
        "offences[].category",
        "organisations[].name",
        "statements[].speaker",
        "contacts[].value",
    }
    assert {leaf.weight for path, leaf in found.items() if path not in heavy} == {1}
    assert not [path for path in found if "canonical" in path]
    assert [path for path, leaf in found.items() if not leaf.in_totals] == ["statements[].quotes[]"]
    assert list(found)[:4] == ["headline", "page_date", "kind", "operation_name"]
    assert [node.path for node in read_schema(OperationReport).object_lists()] == [
        "arrests[]",
        "victims[]",
        "offences[]",
        "organisations[]",
        "statements[]",
        "contacts[]",
    ]


def test_a_schema_that_holds_itself_is_scored_to_any_depth() -> None:
    twig = {"label": "e", "branches": []}
    gold = {"label": "a", "branches": [{"label": "b", "branches": [twig, {"label": "c"}]}]}
    predicted = {"label": "a", "branches": [{"label": "b", "branches": [{"label": "d"}, twig]}]}
    card = scored(gold, predicted, Tree)
    assert card.field("branches[].label").strict.counts.cor == 1
    deep = card.field("branches[].branches[].label").strict.counts
    assert (deep.cor, deep.mis, deep.spu) == (1, 1, 1)
    assert {row.path: row.strict.fn for row in card.items}["branches[].branches[]"] == 1


def test_what_an_item_lacks_counts_at_any_depth() -> None:
    deep = {"label": "b", "branches": [{"label": "c", "branches": [{"label": "d"}]}]}
    card = scored(
        {"label": "a", "branches": [deep]}, {"label": "a", "branches": [{"label": "b"}]}, Tree
    )
    row = next(row for row in card.items if row.path == "branches[]")
    assert row.strict.tp == 0  # one leaf of three is right


def test_nested_lists_pair_row_by_row() -> None:
    card = scored({"plain": "x", "grid": [[1, 2], [3, 4]]}, {"plain": "x", "grid": [[4, 3], [1]]})
    counts = card.field("grid[][]").strict.counts
    assert (counts.cor, counts.mis, counts.spu) == (3, 1, 0)


def test_true_is_not_one_and_zero_is_not_false() -> None:
    card = scored({"anything": True, "mixed": 0}, {"anything": 1, "mixed": False})
    assert card.strict.counts.sub == 2


@pytest.mark.parametrize(
    "predicted",
    [
        {"pet": "a cat", "grid": 3, "amounts": [7, None, {"value": "7"}], "sets": {"a": 1}},
        {"tree": [], "words": None, "plain": ["x"], "loose": "yesterday", "when": {}},
        {"pet": {"kind": None}, "amounts": {"value": 3}, "many": [["a"], {}], "unknown": 1},
    ],
)
def test_records_that_were_never_validated_are_scored_too(predicted: dict[str, Any]) -> None:
    gold = {"plain": "x", "amounts": [{"value": 7, "bound": "exact"}], "loose": "2021"}
    card = scored(gold, predicted)
    assert card.strict.counts.tally.gold == 4
    assert scored(predicted, predicted).strict.f1 == 1.0


def test_a_comparator_that_does_not_fit_is_named() -> None:
    class Wrong(BaseModel):
        many: Annotated[int, Compare("quantity")]

    with pytest.raises(SchemaError, match=r"^many: a quantity needs"):
        scored({}, {}, Wrong)


def test_a_quantity_may_be_ones_own() -> None:
    class Mine(BaseModel):
        value: float
        bound: str
        unit: str = ""

    class Holder(BaseModel):
        much: Annotated[Mine | None, Compare("quantity", weight=2)] = None

    found = leaves(Holder)
    assert [(leaf.kind, leaf.weight) for leaf in found.values()] == [("value", 2), ("bound", 1)]
