"""Gold: what a careful reader found in one article, with the words that say so.

This module owns the file format, its loading and saving. ``gold_check`` verifies a document
against its article, ``anchor`` makes one from an annotator's quotes.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from extractor.errors import ExtractorError

DEFAULT_SCHEMA = "schemas:OperationReport"

Pointer = Annotated[str, StringConstraints(pattern=r"^(/([^/~]|~[01])*)*$")]
Text = Annotated[str, StringConstraints(min_length=1)]


class GoldError(ExtractorError):
    """Gold that cannot be read or used; the message names the file or place and what to do."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GoldSpan(_Part):
    """A mention: half-open character offsets into the article, and the text there."""

    start: int = Field(ge=0)
    end: int = Field(ge=1)
    text: Text


class Resolution(_Part):
    """How one difference between the two annotators was settled."""

    path: Pointer = Field(description="where, in the adjudicated record or in either first pass")
    a: Any = Field(description="what annotator a had")
    b: Any = Field(description="what annotator b had")
    chosen: Any = Field(description="what the adjudicated record has")
    reason: Text


class Change(_Part):
    """A later correction of the adjudicated record."""

    path: Pointer
    old: Any
    new: Any
    reason: Text
    date: datetime.date


class GoldDocument(_Part):
    """One annotated article. ``record`` is plain JSON, keyed by the schema's field names.

    Evidence on an object or a list item covers those of its leaves that have none of their own.
    """

    id: Text = Field(description="the article's file name without .txt")
    sha256: str = Field(
        pattern=r"^[0-9a-f]{64}$", description="of the article's text, encoded in UTF-8"
    )
    schema_: str = Field(
        default=DEFAULT_SCHEMA,
        alias="schema",
        pattern=r"^[\w.]+:[\w.<>]+$",
        description="the record's model, as module:name",
    )
    record: dict[str, Any]
    evidence: dict[Pointer, list[list[GoldSpan]]] = Field(
        default_factory=dict,
        description="JSON pointer → alternatives, each a list of spans needed together",
    )
    alternatives: dict[Pointer, list[Text]] = Field(
        default_factory=dict, description="pointer of a text leaf → other wordings just as right"
    )
    unscorable: dict[Pointer, Text] = Field(
        default_factory=dict, description="pointer → why it is left out on both sides"
    )
    notes: list[Text] = Field(default_factory=list, description="why hard decisions were taken")
    resolutions: list[Resolution] = Field(default_factory=list)
    history: list[Change] = Field(default_factory=list)

    model_config = ConfigDict(
        extra="forbid", frozen=True, validate_by_name=True, validate_by_alias=True
    )


def text_hash(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def load(path: Path) -> GoldDocument:
    """Read one gold file. Raises ``GoldError`` if it is not there or not in the format."""
    try:
        return GoldDocument.model_validate_json(path.read_bytes())
    except OSError as error:
        raise GoldError(f"{path}: {error.strerror}; check the path") from error
    except ValidationError as error:
        raise GoldError(f"{path}: {first_error(error)}; mend the file") from error


def load_all(directory: Path) -> list[GoldDocument]:
    """Every ``*.json`` in a directory, by name. Raises ``GoldError`` if there is none."""
    paths = sorted(directory.glob("*.json"))
    if not paths:
        raise GoldError(f"{directory}: no gold document here; annotate an article first")
    return [load(path) for path in paths]


def dump(document: GoldDocument) -> str:
    """The file's text: keys in the model's order, evidence in that of the record's pointers."""
    plain = document.model_dump(mode="json", by_alias=True)
    for key in ("evidence", "alternatives", "unscorable"):
        plain[key] = {pointer: plain[key][pointer] for pointer in _sorted(plain[key])}
    return json.dumps(plain, ensure_ascii=False, indent=2) + "\n"


def save(document: GoldDocument, path: Path) -> None:
    """Write one gold file whole or not at all: a temporary file beside it, then a rename.

    A crash leaves the old file. The rename is atomic on one file system, which "beside it" ensures.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(dump(document))
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def json_schema(record: type[BaseModel] | None = None) -> dict[str, Any]:
    """The file format's JSON Schema, for editors; with ``record`` the record's is set into it."""
    schema = GoldDocument.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    if record is not None:
        inner = record.model_json_schema(ref_template="#/$defs/{model}")
        definitions = inner.pop("$defs", {})
        name = record.__name__
        schema["$defs"] = {**schema.get("$defs", {}), **definitions, name: inner}
        schema["properties"]["record"] = {"$ref": f"#/$defs/{name}"}
    return schema


def first_error(error: ValidationError) -> str:
    """The first thing a validation found, on one line."""
    first = error.errors(include_url=False, include_context=False)[0]
    place = "/".join(str(part) for part in first["loc"])
    return f"{place or 'the whole'}: {first['msg']}"


def _sorted(pointers: Iterable[str]) -> list[str]:
    """Pointers with list indices in number order."""

    def key(pointer: str) -> list[tuple[int, int, str]]:
        return [
            (0, int(part), "") if part.isdigit() else (1, 0, part) for part in pointer.split("/")
        ]

    return sorted(pointers, key=key)
