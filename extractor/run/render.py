"""Results as text for machines: JSON, JSON Lines and CSV, and JSON read back.

This module owns the file formats and the list of a record's leaves that they share with the table.
The JSON form of one result is ``extraction``'s, the table for people ``table``'s, and where the
text goes is decided by ``sinks``.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

from extractor.errors import InputError
from extractor.extraction import Evidence, Extraction, Status, dump_record, from_dict

Record = TypeVar("Record", bound=BaseModel)

CSV_COLUMNS = ("id", "path", "value", "status", "confidence", "start", "end", "mention")

# Spreadsheets run a cell that starts so as a formula; the full-width forms count in some locales.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

_FIRMNESS = (Status.UNGROUNDED, Status.NORMALISED, Status.VERBATIM)


def _never(value: Any) -> bool:
    del value
    return False


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of a record: its JSON pointer, its JSON value, and what is known of it.

    A leaf without evidence of its own has that of the innermost object around it.
    """

    pointer: str
    value: Any
    evidence: tuple[Evidence, ...]
    confidence: float | None

    @property
    def status(self) -> Status | None:
        """The weakest status of its mentions, or ``None`` if there is no evidence at all."""
        found = {one.status for one in self.evidence}
        return next((status for status in _FIRMNESS if status in found), None)


def leaves(extraction: Extraction[Any], whole: Callable[[Any], bool] = _never) -> tuple[Leaf, ...]:
    """Every leaf in the record's order, nulls and empty lists included.

    ``whole``: says of an object that it is to be one leaf, which then has its parts' evidence too.
    """
    record = dump_record(extraction.record)
    return tuple(_leaves(record, "", _Known((), None), extraction, whole))


def to_json(extractions: Iterable[Extraction[Any]]) -> str:
    """A JSON array of results, indented for reading."""
    found = [extraction.to_dict() for extraction in extractions]
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def to_json_line(extraction: Extraction[Any], extra: Mapping[str, Any] | None = None) -> str:
    """One result as one line with its line end; ``extra`` keys come after the result's own."""
    found = {**extraction.to_dict(), **(extra or {})}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n"


def to_csv(extractions: Iterable[Extraction[Any]]) -> str:
    """One row per leaf that holds a value, with its first mention; the header comes first.

    A text that a spreadsheet would run as a formula is written with an apostrophe before it.
    """
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(CSV_COLUMNS)
    for extraction in extractions:
        for leaf in leaves(extraction):
            if leaf.value is not None and leaf.value != [] and leaf.value != {}:
                rows.writerow([_cell(value) for value in _row(extraction.id, leaf)])
    return text.getvalue()


def from_json(text: str, schema: type[Record]) -> Extraction[Record]:
    """Read one result: the JSON object of one article, or one line of JSON Lines.

    Raises ``InputError`` if it is not one, or its record does not fit ``schema``.
    """
    return _from_value(_parse(text, "the text"), schema)


def read_results(text: str, schema: type[Record]) -> tuple[Extraction[Record], ...]:
    """Read a whole JSON or JSON Lines output, in its order.

    A resumed file may hold an article twice, after its text or the model changed: the later line
    stands, in the place of the earlier. Raises ``InputError`` as ``from_json`` does.
    """
    if text.lstrip().startswith("["):
        values = _parse(text, "the text")
    else:
        values = [
            _parse(line, f"line {number}")
            for number, line in enumerate(text.split("\n"), start=1)
            if line.strip()
        ]
    found = (_from_value(value, schema) for value in values)
    return tuple({extraction.id: extraction for extraction in found}.values())


def to_bytes(text: str) -> bytes:
    """UTF-8. Half a surrogate pair, which a model's escapes can hold, is written as its escape."""
    return text.encode("utf-8", "backslashreplace")


@dataclass(frozen=True, slots=True)
class _Known:
    evidence: tuple[Evidence, ...]
    confidence: float | None


def _leaves(
    value: Any,
    pointer: str,
    around: _Known,
    extraction: Extraction[Any],
    whole: Callable[[Any], bool],
) -> Iterator[Leaf]:
    known = _Known(
        extraction.evidence.get(pointer, around.evidence),
        extraction.confidence.get(pointer, around.confidence),
    )
    if isinstance(value, dict) and value and not whole(value):
        for key, part in value.items():
            inner = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
            yield from _leaves(part, inner, known, extraction, whole)
    elif isinstance(value, list) and value:
        # What is said of a list is not said of any one of its items.
        for index, part in enumerate(value):
            yield from _leaves(part, f"{pointer}/{index}", _Known((), None), extraction, whole)
    elif isinstance(value, dict) and value:
        parts = [*_leaves(value, pointer, known, extraction, _never)]
        stated = [leaf for leaf in parts if leaf.value is not None]
        mentions = dict.fromkeys(one for leaf in stated for one in leaf.evidence)
        sure = [leaf.confidence for leaf in stated if leaf.confidence is not None]
        yield Leaf(pointer, value, tuple(mentions), min(sure, default=None))
    else:
        yield Leaf(pointer, value, known.evidence, known.confidence)


def _row(article_id: str, leaf: Leaf) -> tuple[Any, ...]:
    first = next(iter(leaf.evidence), None)
    start, end, mention = (first.start, first.end, first.text) if first else (None, None, None)
    value = json.dumps(leaf.value) if isinstance(leaf.value, bool) else leaf.value
    return (article_id, leaf.pointer, value, leaf.status, leaf.confidence, start, end, mention)


def _cell(value: Any) -> Any:
    text = str(value) if isinstance(value, str) else value
    return f"'{text}" if isinstance(text, str) and text.startswith(_FORMULA_STARTS) else text


def _parse(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise InputError(
            f"{where} is not JSON; read the output of `extractor run --format json` or jsonl"
        ) from None


def _from_value(value: Any, schema: type[Record]) -> Extraction[Record]:
    if not isinstance(value, dict):
        raise InputError("not a result of `extractor run`: a result is one JSON object")
    return from_dict(value, schema)
