"""What a system under test says of an article, and the file of it that every run keeps.

This module owns `Answer` and its line on disk. The lines of a folder that fit what is asked now are
answers already had: a run that was stopped goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import BaseModel

from eval.files import append_line, read_lines
from eval.gold import text_hash
from eval.runs import prediction_line, prediction_of
from eval.score import Prediction
from extractor.errors import ConfigurationError
from extractor.record.records import problem
from extractor.schema.reading import read_schema
from extractor.schema.tree import FieldNode, Kind
from extractor.settings import Settings


@dataclass(frozen=True, slots=True)
class Answer:
    """A system's prediction for one article.

    ``raw``: what went over the wire and came back, as JSON values. ``faults``: why the output is
    not valid whole, one line each; none if it is.
    """

    prediction: Prediction
    raw: Any = None
    faults: tuple[str, ...] = ()


Ask: TypeAlias = Callable[[str, str], Answer]
"""From an article's text and id to an answer."""
System: TypeAlias = Callable[[Settings], AbstractContextManager[Ask]]


def keep(folder: Path, system: str, model: str, id: str, text: str, answer: Answer) -> None:
    """Add an answer to the system's file; it is on the disk on return."""
    line = {
        "system": system,
        "model": model,
        "text": text_hash(text),
        **prediction_line(id, answer.prediction),
        "faults": list(answer.faults),
        "raw": answer.raw,
    }
    append_line(folder / f"{system}.jsonl", line)


def kept(folder: Path, system: str, model: str, texts: Mapping[str, str]) -> dict[str, Answer]:
    """The answers a folder holds, by article id, for the articles in ``texts``.

    Raises ``ConfigurationError`` if they are of another model or of another text.
    """
    path = folder / f"{system}.jsonl"
    try:
        lines = [line for line in read_lines(path) if line["id"] in texts]
        for line in lines:
            if line["model"] != model or line["text"] != text_hash(texts[line["id"]]):
                raise ConfigurationError(
                    f"{path}: {line['id']} was answered by another model or for another text: "
                    "name a new folder"
                )
        return {
            line["id"]: Answer(prediction_of(line), line["raw"], tuple(line["faults"]))
            for line in lines
        }
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(f"{path}: not a file of answers ({error}): name another") from None


def fitting(
    schema: type[BaseModel], values: Mapping[str, Any]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """``values`` as a record, null where a value does not fit its field, and what did not.

    A key that is missing is null and no fault. A list item that does not fit is left out.
    """
    faults: list[str] = []
    record = _fit(read_schema(schema), values, "", faults)
    return record or {}, tuple(faults)


def _fit(node: FieldNode, value: Any, place: str, faults: list[str]) -> Any:
    if node.kind is Kind.LIST:
        if value is not None and not isinstance(value, list):
            faults.append(f"{place}: not a list")
        items = value if isinstance(value, list) else []
        fits = [_fit(node.item, one, f"{place}/{i}", faults) for i, one in enumerate(items)]
        return [one for one in fits if one is not None]
    if value is None:
        return None
    if node.kind is Kind.OBJECT:
        return _fit_object(node, value, place, faults)
    if fault := problem(node, value):
        faults.append(f"{place}: {fault}")
        return None
    return value


def _fit_object(node: FieldNode, value: Any, place: str, faults: list[str]) -> Any:
    if not isinstance(value, Mapping):
        faults.append(f"{place}: not an object")
        return None
    names = [one.name for one in node.children]
    faults.extend(f"{place}/{key}: no such field" for key in value if key not in names)
    found = {
        one.name: _fit(one, value.get(one.name), f"{place}/{one.name}", faults)
        for one in node.children
    }
    if node.is_quantity:
        if found["value"] is None:
            return None
        found["bound"] = found["bound"] or "exact"
    return found


def one_line(error: BaseException) -> str:
    """An error's type and message, in one line of reasonable length."""
    words = " ".join(str(error).split())
    return f"{type(error).__name__}: {words[:300]}"
