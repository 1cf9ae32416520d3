"""The scorecard as JSON, whole, and read back.

This module owns the file's text. The shape is ``scorecard``'s.
"""

from __future__ import annotations

import json
import math
from typing import Any

from pydantic import ValidationError

from eval.scorecard import Scorecard
from extractor.errors import InputError


def to_json(card: Scorecard) -> str:
    """Indented JSON, whole."""
    return strict_json(card.model_dump(mode="json"))


def strict_json(plain: Any) -> str:
    """Indented JSON; a number no JSON can hold (infinity, "not a number") is written as null."""
    return json.dumps(_finite(plain), ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def from_json(text: str) -> Scorecard:
    """Read back what ``to_json`` wrote. Raises ``InputError`` if it is something else."""
    try:
        return Scorecard.model_validate(json.loads(text))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        detail = f"{where}: {first['msg']}" if where else first["msg"]
        raise InputError(f"not a scorecard: {detail}; score the run again") from None
    except (ValueError, RecursionError):
        raise InputError("not a scorecard: it is not JSON; score the run again") from None


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_finite(part) for part in value]
    return value
