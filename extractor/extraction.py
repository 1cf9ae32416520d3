"""What an extraction returns: a record, and beside it evidence, confidence, issues and usage.

This module owns the result's shape and its JSON form. It computes nothing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError, to_jsonable_python

from extractor.errors import InputError

Record = TypeVar("Record", bound=BaseModel)


class Status(StrEnum):
    """How firmly the article's words support a value."""

    VERBATIM = "verbatim"
    NORMALISED = "normalised"
    UNGROUNDED = "ungrounded"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One mention: half-open character offsets into the untouched text, and the text there.

    An ungrounded value has one evidence entry whose first three fields are ``None``.
    """

    start: int | None
    end: int | None
    text: str | None
    status: Status


@dataclass(frozen=True, slots=True)
class Usage:
    """What an extraction cost. Tokens are the model's own counts; ``seconds`` is wall time.

    ``prompt_tokens`` counts the whole prompts, ``cached_tokens`` the part of them the server had
    already computed, ``attempts`` every call made, retries included.
    """

    requests: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    attempts: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.requests + other.requests,
            self.prompt_tokens + other.prompt_tokens,
            self.cached_tokens + other.cached_tokens,
            self.completion_tokens + other.completion_tokens,
            self.seconds + other.seconds,
            self.attempts + other.attempts,
        )


@dataclass(frozen=True, slots=True)
class Extraction(Generic[Record]):
    """The record of one article with all that is known about it.

    ``record`` is the Pydantic object; ``valid`` says whether it passed validation whole, and if
    not, the record keeps what there is unvalidated. The mappings go from a JSON pointer into the
    record to what is known of that leaf. ``confidence`` lies in [0, 1]. ``needs_review`` holds
    values that were too doubtful to be facts: they are not in the record.
    """

    id: str
    record: Record
    valid: bool
    evidence: Mapping[str, tuple[Evidence, ...]]
    confidence: Mapping[str, float]
    issues: Mapping[str, tuple[str, ...]]
    usage: Usage
    model: str
    prompt_version: str
    schema_hash: str
    needs_review: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The whole result as JSON values; `from_dict` reads it back."""
        return {
            "id": self.id,
            "record": dump_record(self.record),
            "valid": self.valid,
            "evidence": {
                pointer: [
                    {
                        "start": one.start,
                        "end": one.end,
                        "text": one.text,
                        "status": one.status.value,
                    }
                    for one in found
                ]
                for pointer, found in self.evidence.items()
            },
            "confidence": dict(self.confidence),
            "issues": {pointer: list(found) for pointer, found in self.issues.items()},
            "usage": asdict(self.usage),
            "model": self.model,
            "prompt_version": self.prompt_version,
            "schema_hash": self.schema_hash,
            "needs_review": {
                pointer: _jsonable(value) for pointer, value in self.needs_review.items()
            },
        }


def dump_record(record: BaseModel) -> dict[str, Any]:
    """A record as JSON values under its field names; this is what the pointers lead into.

    A set has no order of its own, so it becomes a list sorted by its items' JSON. Computed fields
    are left out: they follow from the rest. Works on records that were never validated, too.
    """
    try:
        dumped = record.model_dump(mode="json", round_trip=True, warnings=False, fallback=str)
    except PydanticSerializationError:
        # An unvalidated value can defeat its field's serialiser; its own type still speaks.
        dumped = to_jsonable_python(dict(record), fallback=str)
    settled: dict[str, Any] = _settle(record, dumped)
    return settled


def from_dict(data: Mapping[str, Any], schema: type[Record]) -> Extraction[Record]:
    """Read back what ``to_dict`` wrote; keys it does not know are ignored.

    Raises ``InputError`` if something is missing, or if a record marked valid does not fit
    ``schema``. A record marked as not valid is taken as it stands.
    """
    try:
        valid = data["valid"] is True
        return Extraction(
            id=str(data["id"]),
            record=_load_record(data["record"], schema, valid=valid),
            valid=valid,
            evidence={
                pointer: tuple(
                    Evidence(one["start"], one["end"], one["text"], Status(one["status"]))
                    for one in found
                )
                for pointer, found in data["evidence"].items()
            },
            confidence={pointer: float(value) for pointer, value in data["confidence"].items()},
            issues={pointer: tuple(found) for pointer, found in data["issues"].items()},
            usage=Usage(**data["usage"]),
            model=data["model"],
            prompt_version=data["prompt_version"],
            schema_hash=data["schema_hash"],
            needs_review=dict(data.get("needs_review", {})),
        )
    except KeyError as error:
        raise InputError(f"not a result of `extractor run`: there is no {error}") from None
    except (TypeError, ValueError, AttributeError) as error:
        detail = str(error).partition("\n")[0]
        raise InputError(f"not a result of `extractor run`: {detail}") from None


def _load_record(values: Mapping[str, Any], schema: type[Record], *, valid: bool) -> Record:
    if not valid:
        return schema.model_construct(**values)
    try:
        return schema.model_validate_json(json.dumps(values), by_alias=True, by_name=True)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(step) for step in problem["loc"])
        raise InputError(
            f"the record does not fit {schema.__name__}: {place}: {problem['msg']}; "
            "give the schema it was extracted with"
        ) from None


def _jsonable(value: Any) -> Any:
    return _settle(value, to_jsonable_python(value, fallback=str))


def _settle(value: Any, dumped: Any) -> Any:
    """``dumped`` with what was a set in ``value`` sorted, and numbers JSON cannot write as null."""
    if isinstance(dumped, float):
        return dumped if math.isfinite(dumped) else None
    if isinstance(dumped, dict):
        if isinstance(value, BaseModel):
            return {key: _settle(getattr(value, key, None), part) for key, part in dumped.items()}
        if isinstance(value, Mapping) and len(value) == len(dumped):
            pairs = zip(value.values(), dumped.items(), strict=True)
            return {key: _settle(part, done) for part, (key, done) in pairs}
        return {key: _settle(None, part) for key, part in dumped.items()}
    if isinstance(value, BaseModel) and hasattr(value, "root"):
        return _settle(value.root, dumped)
    if isinstance(dumped, list):
        is_set = isinstance(value, (set, frozenset))
        known = is_set or isinstance(value, (list, tuple))
        parts = value if known and len(value) == len(dumped) else [None] * len(dumped)
        items = [_settle(part, done) for part, done in zip(parts, dumped, strict=True)]
        return sorted(items, key=_rank) if is_set else items
    return dumped


def _rank(value: Any) -> tuple[bool, float, str]:
    """Numbers first, by size, then everything else by its canonical JSON."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return (False, value, "")
    return (True, 0, json.dumps(value, sort_keys=True, ensure_ascii=False))
