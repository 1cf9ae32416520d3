"""Gold as a data set: its folder, its hash, and its three forms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from eval.dataset import (
    GoldSet,
    article_text,
    export_gold,
    from_rows,
    gold_hash,
    load_document,
    load_documents,
    load_gold,
    load_set,
    rows_of,
)
from eval.gold import GoldDocument, GoldError, save, text_hash
from tests.support.mini_gold import SOUPS, write_gold


class Knot(BaseModel):
    """A model whose columns need every kind of type, a model inside itself among them."""

    name: Annotated[str | None, Field(alias="Name")] = None
    size: int | str | None = None
    labels: dict[str, int] = {}
    inner: list[Knot] = []
    pair: tuple[int, str] | None = None
    share: float | None = None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_gold(tmp_path / "gold")


def test_a_folder_brings_documents_with_their_articles(folder: Path) -> None:
    gold = load_set(folder)
    assert gold.ids == tuple(sorted(SOUPS))
    assert load_documents(folder) == gold.documents
    assert gold.texts["leek"].startswith("Leek soup")
    assert all(text_hash(gold.texts[one.id]) == one.sha256 for one in gold.documents)


def test_line_ends_are_part_of_the_text(folder: Path) -> None:
    (folder / "articles" / "leek.txt").write_bytes(b"One.\r\nTwo.\r\n")
    assert article_text(folder, "leek") == "One.\r\nTwo.\r\n"


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda folder: (folder / "articles/leek.txt").unlink(), "leek.txt: cannot be read"),
        (lambda folder: (folder / "articles/leek.txt").write_text("Other."), "not the one"),
        (lambda folder: (folder / "annotations/leek.json").write_text("{"), "Invalid JSON"),
        (
            lambda folder: (folder / "annotations/leek.json").rename(
                folder / "annotations/onion.json"
            ),
            "onion.json: its id is another",
        ),
        (
            lambda folder: [path.unlink() for path in (folder / "annotations").iterdir()],
            "no gold document",
        ),
    ],
)
def test_damage_is_told_in_one_line(folder: Path, damage: Any, told: str) -> None:
    damage(folder)
    with pytest.raises(GoldError, match=told) as caught:
        load_set(folder)
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="no such folder"):
        load_set(tmp_path / "none")
    with pytest.raises(GoldError, match="no such file"):
        load_set(tmp_path / "none.jsonl")


def test_one_document_by_the_start_of_its_name(folder: Path) -> None:
    assert load_document(folder, "le").id == "leek"
    with pytest.raises(GoldError, match="there is beet, leek, pea"):
        load_document(folder, "x")


def test_the_hash_sees_what_decides_scores_and_nothing_else(folder: Path) -> None:
    documents = load_documents(folder)
    before = gold_hash(documents)
    assert gold_hash(reversed(documents)) == before
    noted = [one.model_copy(update={"notes": ["hard"]}) for one in documents]
    assert gold_hash(noted) == before
    changes: list[dict[str, Any]] = [
        {"record": {**documents[0].record, "title": "Other"}},
        {"evidence": {}},
        {"alternatives": {"/title": ["Other"]}},
        {"unscorable": {"/title": "torn"}},
        {"sha256": "0" * 64},
    ]
    for change in changes:
        assert gold_hash([documents[0].model_copy(update=change), *documents[1:]]) != before, change
    assert gold_hash(documents[1:]) != before


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_gold_comes_back_from_both_exports(folder: Path, tmp_path: Path, ending: str) -> None:
    gold = load_set(folder)
    target = tmp_path / f"export.{ending}"
    export_gold(gold, target)
    again = load_set(target)
    assert again == gold
    assert again.hash == gold.hash
    assert load_gold(target).features == load_gold(folder).features


def test_the_dataset_declares_its_types(folder: Path) -> None:
    rows = load_gold(folder)
    assert rows.num_rows == 3
    record = rows.features["record"]
    assert record["eggs"]["value"].dtype == "int64"
    assert record["vegan"].dtype == "bool"
    assert record["steps"].feature["text"].dtype == "string"
    spans = rows.features["evidence"].feature["alternatives"].feature.feature
    assert spans["start"].dtype == "int64"
    first = rows[0]
    assert first["record"]["eggs"] == {"value": 2, "bound": "at_least"}
    assert first["record"]["vegan"] is None
    span = first["evidence"][0]["alternatives"][0][0]
    assert first["text"][span["start"] : span["end"]] == span["text"]


def test_a_record_that_does_not_fit_is_not_exported(folder: Path, tmp_path: Path) -> None:
    document = load_document(folder, "leek")
    save(
        document.model_copy(update={"record": {**document.record, "eggs": "many"}}),
        folder / "annotations" / "leek.json",
    )
    for use in (
        lambda: load_gold(folder),
        lambda: export_gold(load_set(folder), tmp_path / "x.jsonl"),
    ):
        with pytest.raises(GoldError, match="leek: /eggs"):
            use()


def test_an_export_needs_a_known_ending_and_a_place(folder: Path, tmp_path: Path) -> None:
    gold = load_set(folder)
    with pytest.raises(GoldError, match=r"\.jsonl or \.parquet"):
        export_gold(gold, tmp_path / "gold.csv")
    (tmp_path / "file").write_text("")
    with pytest.raises(GoldError, match="cannot be written"):
        export_gold(gold, tmp_path / "file" / "gold.jsonl")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "no gold document"),
        ("{}\n", "row 1 is not a gold document"),
        ('nonsense\n{"id": "x"}\n', "line 1 is not JSON"),
    ],
)
def test_a_foreign_file_is_told(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(content)
    with pytest.raises(GoldError, match=told):
        load_set(path)
    parquet = tmp_path / "gold.parquet"
    parquet.write_text("not parquet")
    with pytest.raises(GoldError, match=r"gold\.parquet"):
        load_set(parquet)


def test_gold_of_two_schemas_is_refused(folder: Path) -> None:
    gold = load_set(folder)
    other = gold.documents[0].model_copy(update={"schema_": "schemas:OperationReport"})
    mixed = GoldSet((other, *gold.documents[1:]), gold.texts)
    with pytest.raises(GoldError, match="several schemas"):
        mixed.schema()


@settings(deadline=None, max_examples=60)
@given(
    sizes=st.lists(st.none() | st.integers(-9, 9) | st.text(max_size=5), min_size=1, max_size=4),
    labels=st.dictionaries(st.text(max_size=4), st.integers(-5, 5), max_size=2),
    notes=st.lists(st.text(min_size=1, max_size=8), max_size=2),
)
def test_any_record_survives_the_dataset(
    sizes: list[int | str | None], labels: dict[str, int], notes: list[str]
) -> None:
    from datasets import Dataset

    from eval.features import encoded, gold_features

    def record(depth: int) -> dict[str, Any]:
        inner = [record(depth - 1)] if depth else []
        return {
            "name": None if depth else "end",
            "size": sizes[depth % len(sizes)],
            "labels": labels,
            "inner": inner,
            "pair": [depth, "x"],
            "share": 0.5,
        }

    document = GoldDocument(
        id="d", sha256=text_hash("t"), schema="m:Knot", record=record(2), notes=notes
    )
    gold = GoldSet((document,), {"d": "t"})
    features = gold_features(Knot)
    rows = Dataset.from_list(encoded(rows_of(gold), features), features=features)
    assert from_rows(rows) == gold
    assert from_rows(json.loads(json.dumps(rows_of(gold)))) == gold
