"""A part of a record under construction: values, and what is known of each leaf, by JSON pointer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from extractor.extraction import Evidence, Status


@dataclass(slots=True)
class Part:
    """Values by top-level field name; evidence, confidence and issues by JSON pointer."""

    values: dict[str, Any] = field(default_factory=dict)
    evidence: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)
    confidence: dict[str, float] = field(default_factory=dict)
    issues: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def put(
        self, pointer: str, value: Any, evidence: tuple[Evidence, ...], confidence: float
    ) -> Any:
        """Note a leaf's evidence and confidence, and return its value."""
        self.evidence[pointer] = evidence
        self.confidence[pointer] = confidence
        return value

    def update(self, other: Part) -> None:
        """Take over what another part brought; its fields replace those of the same name."""
        for name in other.values:
            self._forget(f"/{name}")
        self.values.update(other.values)
        self.evidence.update(other.evidence)
        self.confidence.update(other.confidence)
        self.issues.update(other.issues)

    def first_issue(self) -> str | None:
        """The first issue in one line, if there is one."""
        return next((text for found in self.issues.values() for text in found), None)

    def set_aside(self, least: float) -> dict[str, Any]:
        """Take leaves out whose confidence is below ``least``; return them by pointer.

        A leaf of an object becomes ``None``; an entry of a list goes, and the entries behind it move
        up. The pointers returned are those before anything moved.
        """
        doubtful = {
            pointer
            for pointer, confidence in self.confidence.items()
            if confidence < least and _value(self.values, pointer) is not None
        }
        review = {pointer: _value(self.values, pointer) for pointer in sorted(doubtful)}
        moved: dict[str, str] = {}
        self.values = {
            name: _without(value, f"/{name}", f"/{name}", doubtful, moved)
            for name, value in self.values.items()
        }
        self.evidence = {moved[p]: found for p, found in self.evidence.items() if p in moved}
        self.confidence = {moved[p]: found for p, found in self.confidence.items() if p in moved}
        return review

    def _forget(self, pointer: str) -> None:
        self.evidence = {p: found for p, found in self.evidence.items() if not _under(p, pointer)}
        self.confidence = {p: c for p, c in self.confidence.items() if not _under(p, pointer)}
        self.issues = {p: found for p, found in self.issues.items() if not _under(p, pointer)}


def _under(pointer: str, parent: str) -> bool:
    return pointer == parent or pointer.startswith(f"{parent}/")


def ungrounded() -> tuple[Evidence, ...]:
    """The evidence of a value that the article's words do not support."""
    return (Evidence(None, None, None, Status.UNGROUNDED),)


def leaves(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that is no container, with its JSON pointer."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, f"{pointer}/{key}")
    elif isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            yield from leaves(inner, f"{pointer}/{index}")
    else:
        yield pointer, value


def _value(values: Mapping[str, Any], pointer: str) -> Any:
    found: Any = values
    for key in pointer.split("/")[1:]:
        try:
            found = found[int(key)] if isinstance(found, list) else found[key]
        except (KeyError, IndexError, TypeError, ValueError):
            return None
    return found


def _without(value: Any, old: str, new: str, doubtful: set[str], moved: dict[str, str]) -> Any:
    """``value`` without its doubtful leaves; ``moved`` learns where each kept leaf stands now."""
    if isinstance(value, dict):
        kept = {
            key: _without(inner, f"{old}/{key}", f"{new}/{key}", doubtful, moved)
            for key, inner in value.items()
        }
        # A count without its number says nothing.
        return None if set(kept) == {"value", "bound"} and kept["value"] is None else kept
    if isinstance(value, list):
        items: list[Any] = []
        for index, inner in enumerate(value):
            item = _without(inner, f"{old}/{index}", f"{new}/{len(items)}", doubtful, moved)
            if item is not None and (
                not isinstance(item, dict) or any(_said(v) for v in item.values())
            ):
                items.append(item)
        return items
    if old in doubtful:
        return None
    moved[old] = new
    return value


def _said(value: Any) -> bool:
    return value is not None and value != []
