"""JSON pointers (RFC 6901) into records.

This module owns how a place in a record is written and found. What stands there is the business
of ``leaves``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

Value = TypeVar("Value")


def escape(key: str) -> str:
    """One reference token: ``~`` and ``/`` written as ``~0`` and ``~1``."""
    return key.replace("~", "~0").replace("/", "~1") if "~" in key or "/" in key else key


def join(*keys: str | int) -> str:
    """The pointer made of these keys and indices; none at all give ``""``, the whole record."""
    return "".join(f"/{escape(str(key))}" for key in keys)


def split(pointer: str) -> tuple[str, ...]:
    """The reference tokens of a pointer, unescaped. Raises ``ValueError`` if it is not one."""
    if not pointer:
        return ()
    if not pointer.startswith("/"):
        raise ValueError(f"a JSON pointer starts with a slash: {pointer}")
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/"))


def _step(value: Any, token: str) -> Any:
    if isinstance(value, dict):
        return value[token]
    if isinstance(value, list):
        if not (token.isascii() and token.isdigit()) or (token != "0" and token.startswith("0")):
            raise LookupError(token)
        return value[int(token)]
    raise LookupError(token)


def resolve(record: Any, pointer: str) -> Any:
    """The value a pointer leads to. Raises ``LookupError`` if it leads nowhere."""
    value = record
    for token in split(pointer):
        value = _step(value, token)
    return value


def enclosing(record: Any, pointer: str) -> tuple[str, ...]:
    """The pointer itself and the objects and list items around it, innermost first.

    Lists are not among them, nor the whole record: what is said of a list is not said of any one
    of its items. Steps that lead nowhere are left out.
    """
    found: list[str] = []
    value, reached = record, ""
    for token in split(pointer):
        inside_list = isinstance(value, list)
        try:
            value = _step(value, token)
        except LookupError:
            break
        reached += f"/{escape(token)}"
        if inside_list or isinstance(value, dict) or reached == pointer:
            found.append(reached)
    return tuple(reversed(found))


def covering(record: Any, pointer: str, evidence: Mapping[str, Value]) -> Value | None:
    """What ``evidence`` says of a leaf: its own entry, or that of the innermost thing around it."""
    if not evidence or pointer in evidence:
        return evidence.get(pointer)
    return next(
        (evidence[place] for place in enclosing(record, pointer) if place in evidence), None
    )
