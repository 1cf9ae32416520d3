"""Gold as a data set: documents with their articles, and the same as a Hugging Face ``Dataset``.

This module owns the layout of a gold folder (``articles/*.txt`` beside ``annotations/*.json``), the
hash that tells one gold from another, and the row form shared by ``Dataset``, JSON Lines and
Parquet. One document's file is ``gold``'s, the declared types are ``features``'.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from eval.files import json_line, read_lines, write_atomic
from eval.gold import GoldDocument, GoldError, first_error, load, load_all, text_hash
from eval.gold_check import check
from extractor.errors import InputError
from extractor.run.inputs import Source, read
from extractor.schema.loading import load_schema

if TYPE_CHECKING:
    from datasets import Dataset

DEFAULT_GOLD = Path("gold")
ARTICLES, ANNOTATIONS = "articles", "annotations"

# What decides scores; notes and history do not.
_SCORED = ("id", "sha256", "schema", "record", "evidence", "alternatives", "unscorable")


@dataclass(frozen=True, slots=True)
class GoldSet:
    """Gold documents, by id in order, and the text of each one's article by id."""

    documents: tuple[GoldDocument, ...]
    texts: Mapping[str, str]

    @property
    def ids(self) -> tuple[str, ...]:
        """The documents' ids, in order."""
        return tuple(document.id for document in self.documents)

    @property
    def hash(self) -> str:
        """SHA-256, in hexadecimal, of all that decides a score; notes and history do not."""
        return gold_hash(self.documents)

    def only(self, ids: Collection[str]) -> GoldSet:
        """The documents of these ids."""
        kept = tuple(document for document in self.documents if document.id in ids)
        return GoldSet(kept, {document.id: self.texts[document.id] for document in kept})

    def schema(self) -> type[BaseModel]:
        """The model all records are of. Raises ``GoldError`` if they name different ones."""
        names = sorted({document.schema_ for document in self.documents})
        if len(names) != 1:
            raise GoldError(f"gold of several schemas ({', '.join(names)}): keep one folder each")
        return load_schema(names[0])


def load_set(path: Path | str | None = None) -> GoldSet:
    """Gold with its articles, from a gold folder or from what ``export_gold`` wrote.

    ``None`` is the folder ``gold`` here. Raises ``GoldError``, one line, if there is none, if an
    article is missing, or if a text is not the one that was annotated.
    """
    path = DEFAULT_GOLD if path is None else Path(path)
    if path.suffix in (".jsonl", ".parquet"):
        found = _from_file(path)
    else:
        documents = load_documents(path)
        found = GoldSet(documents, {one.id: article_text(path, one.id) for one in documents})
    for document in found.documents:
        if text_hash(found.texts[document.id]) != document.sha256:
            raise GoldError(
                f"{document.id}: the article's text is not the one annotated (SHA-256 differs): "
                "restore it or annotate it afresh"
            )
    return found


def load_documents(directory: Path | str | None = None) -> tuple[GoldDocument, ...]:
    """The annotations of a gold folder, by id; ``load_set`` brings the articles' texts, too.

    Raises ``GoldError``, one line, if there is none or a file is out of format.
    """
    directory = DEFAULT_GOLD if directory is None else Path(directory)
    if not directory.is_dir():
        raise GoldError(f"{directory}: no such folder; name the one that holds {ANNOTATIONS}/")
    documents = tuple(load_all(directory / ANNOTATIONS))
    for path in sorted((directory / ANNOTATIONS).glob("*.json")):
        if path.stem not in {document.id for document in documents}:
            raise GoldError(f"{path}: its id is another; name the file after it")
    return documents


def load_document(directory: Path, id: str) -> GoldDocument:
    """One annotation of a gold folder. Raises ``GoldError``, naming those there are."""
    path = directory / ANNOTATIONS / f"{id}.json"
    if not path.is_file():
        there = [one.stem for one in sorted(path.parent.glob("*.json"))]
        near = [one for one in there if one.startswith(id)]
        if len(near) != 1 or not id:
            raise GoldError(f"{path}: no such gold; there is {', '.join(there) or 'none'}")
        path = path.with_name(f"{near[0]}.json")
    return load(path)


def article_text(directory: Path, id: str) -> str:
    """The text of one article of a gold folder. Raises ``GoldError`` if it cannot be read."""
    try:
        return read(Source(id, directory / ARTICLES / f"{id}.txt"))
    except InputError as error:
        raise GoldError(str(error)) from error


def gold_hash(documents: Iterable[GoldDocument]) -> str:
    """SHA-256 of all that decides a score, whatever the documents' order."""
    parts = []
    for document in sorted(documents, key=lambda one: one.id):
        plain = document.model_dump(mode="json", by_alias=True)
        parts.append({key: plain[key] for key in _SCORED})
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def load_gold(path: Path | str | None = None, schema: type[BaseModel] | None = None) -> Dataset:
    """Gold as a Hugging Face ``Dataset`` with declared ``Features``, one row per document.

    ``schema`` is the record's model; without it the one the documents name. Raises ``GoldError`` as
    ``load_set`` does, and for a record that does not fit its schema.
    """
    gold = load_set(path)
    return _dataset(gold, schema or gold.schema())


def export_gold(gold: GoldSet, target: Path, schema: type[BaseModel] | None = None) -> None:
    """Write gold, whole or not at all, as JSON Lines or Parquet by the ending of ``target``.

    Raises ``GoldError`` for another ending, if it cannot be written, and as ``load_gold`` does.
    """
    if target.suffix not in (".jsonl", ".parquet"):
        raise GoldError(f"{target}: gold is exported as .jsonl or .parquet; name it so")
    schema = schema or gold.schema()
    try:
        if target.suffix == ".jsonl":
            _check_records(gold, schema)
            write_atomic(target, to_json_lines(gold))
        else:
            write_atomic(target, _parquet(_dataset(gold, schema)))
    except OSError as error:
        raise GoldError(f"{target}: cannot be written: {error.strerror}") from None


def _dataset(gold: GoldSet, schema: type[BaseModel]) -> Dataset:
    from datasets import Dataset

    from eval.features import encoded, gold_features

    _check_records(gold, schema)
    features = gold_features(schema)
    return Dataset.from_list(encoded(rows_of(gold), features), features=features)


def _check_records(gold: GoldSet, schema: type[BaseModel]) -> None:
    for document in gold.documents:
        for problem in check(document, gold.texts[document.id], schema):
            if problem.kind in ("schema", "unknown-key"):
                raise GoldError(f"{document.id}: {problem}; `extractor gold check` lists all")


def _parquet(rows: Dataset) -> bytes:
    import pyarrow.parquet

    buffer = io.BytesIO()
    pyarrow.parquet.write_table(rows.data.table, buffer)
    return buffer.getvalue()


def to_json_lines(gold: GoldSet) -> str:
    """The rows as JSON Lines."""
    return "".join(map(json_line, rows_of(gold)))


def rows_of(gold: GoldSet) -> list[dict[str, Any]]:
    """The documents as rows: mappings become lists, since a column has no free keys."""
    return [_row(document, gold.texts[document.id]) for document in gold.documents]


def from_rows(rows: Iterable[Mapping[str, Any]]) -> GoldSet:
    """The documents behind rows. Raises ``GoldError`` for a row that is not one of ``rows_of``."""
    documents, texts = [], {}
    for number, row in enumerate(rows, start=1):
        try:
            document = GoldDocument.model_validate(_plain(row))
            texts[document.id] = str(row["text"])
        except ValidationError as error:
            raise GoldError(f"row {number}: {first_error(error)}; export the gold anew") from None
        except (KeyError, TypeError):
            raise GoldError(f"row {number} is not a gold document; export the gold anew") from None
        documents.append(document)
    if not documents:
        raise GoldError("no gold document here; annotate an article first")
    return GoldSet(tuple(sorted(documents, key=lambda one: one.id)), texts)


def _row(document: GoldDocument, text: str) -> dict[str, Any]:
    plain = document.model_dump(mode="json", by_alias=True)
    return {
        "id": plain["id"],
        "text": text,
        "sha256": plain["sha256"],
        "schema": plain["schema"],
        "record": plain["record"],
        "evidence": [
            {"pointer": pointer, "alternatives": found}
            for pointer, found in plain["evidence"].items()
        ],
        "alternatives": [
            {"pointer": pointer, "texts": texts} for pointer, texts in plain["alternatives"].items()
        ],
        "unscorable": [
            {"pointer": pointer, "reason": reason}
            for pointer, reason in plain["unscorable"].items()
        ],
        "notes": plain["notes"],
        "resolutions": plain["resolutions"],
        "history": plain["history"],
    }


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: value for key, value in row.items() if key != "text"}
    for name, inner in (("evidence", "alternatives"), ("alternatives", "texts")):
        found[name] = {one["pointer"]: one[inner] for one in row[name]}
    found["unscorable"] = {one["pointer"]: one["reason"] for one in row["unscorable"]}
    return found


def _from_file(path: Path) -> GoldSet:
    try:
        if path.suffix == ".jsonl":
            if not path.is_file():
                raise GoldError(f"{path}: no such file; name a gold folder or an export")
            return from_rows(read_lines(path))
        import pyarrow.parquet
        from datasets import Dataset

        return from_rows(Dataset(pyarrow.parquet.read_table(path)))
    except OSError as error:
        raise GoldError(f"{path}: {error.strerror or error}; check the path") from None
    except ValueError as error:
        raise GoldError(f"{path}: {error}; export the gold anew") from None
