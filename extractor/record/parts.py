"""A part of a record under construction: values, and what is known of each leaf by pointer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from extractor.extraction import Evidence


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
        """Take over what another part brought; its fields replace those of the same name.

        What it knows of other fields stays out. Issues add up: what failed before did fail.
        """
        names = other.values.keys()
        self.values.update(other.values)
        self.evidence = {
            **{p: found for p, found in self.evidence.items() if _field(p) not in names},
            **{p: found for p, found in other.evidence.items() if _field(p) in names},
        }
        self.confidence = {
            **{p: found for p, found in self.confidence.items() if _field(p) not in names},
            **{p: found for p, found in other.confidence.items() if _field(p) in names},
        }
        for pointer, found in other.issues.items():
            self.issues[pointer] = (*self.issues.get(pointer, ()), *found)

    def first_issue(self) -> str | None:
        """The first issue in one line, if there is one."""
        return next((text for found in self.issues.values() for text in found), None)

    def set_aside(self, least: float) -> dict[str, Any]:
        """Take leaves out whose confidence is below ``least``; return them by pointer.

        A leaf of an object becomes ``None``; an entry of a list goes, and the entries behind it
        move up, with all that is known of them. A number and its bound go together: the one
        without the other would say something else. The pointers returned are those before anything
        moved.
        """
        doubtful = {
            pointer
            for pointer, confidence in self.confidence.items()
            if confidence < least and _value(self.values, pointer) is not None
        }
        doubtful |= {other for pointer in doubtful for other in self._whole(pointer)}
        review = {pointer: _value(self.values, pointer) for pointer in sorted(doubtful)}
        moved: dict[str, str] = {}
        for name, value in self.values.items():
            self.values[name], places = _without(value, f"/{name}", f"/{name}", doubtful)
            moved |= places
        self.evidence = {moved[p]: found for p, found in self.evidence.items() if p in moved}
        self.confidence = {moved[p]: found for p, found in self.confidence.items() if p in moved}
        issues: dict[str, tuple[str, ...]] = {}
        for pointer, messages in self.issues.items():
            place = self._place(pointer, moved)
            issues[place] = (*issues.get(place, ()), *messages)
        self.issues = issues
        return review

    def _whole(self, pointer: str) -> Iterator[str]:
        """The leaves of the quantity that a leaf is one of."""
        around = pointer.rpartition("/")[0]
        quantity = _value(self.values, around)
        if _is_quantity(quantity):
            yield from (f"{around}/{name}" for name in quantity)

    def _place(self, pointer: str, moved: Mapping[str, str]) -> str:
        """Where an issue belongs now: its leaf, or what is left of that around it."""
        kept = pointer
        while kept and kept not in moved:
            kept = kept.rpartition("/")[0]
        place = moved.get(kept, "")
        if kept == pointer or not isinstance(_value(self.values, place), Mapping):
            return place
        return f"{place}/{pointer[len(kept) + 1 :].partition('/')[0]}"


def _field(pointer: str) -> str:
    """The top-level field that a pointer leads into."""
    return pointer.partition("/")[2].partition("/")[0]


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


def _without(value: Any, old: str, new: str, doubtful: set[str]) -> tuple[Any, dict[str, str]]:
    """``value`` without its doubtful leaves, and where all that is kept of it stands now."""
    moved = {old: new}
    if isinstance(value, dict):
        kept: dict[str, Any] = {}
        for key, inner in value.items():
            kept[key], places = _without(inner, f"{old}/{key}", f"{new}/{key}", doubtful)
            moved |= places
        lost = _is_quantity(kept) and kept["value"] is None
        return (None, {}) if lost else (kept, moved)
    if isinstance(value, list):
        items: list[Any] = []
        for index, inner in enumerate(value):
            item, places = _without(inner, f"{old}/{index}", f"{new}/{len(items)}", doubtful)
            if item is not None and (
                not isinstance(item, dict) or any(_said(v) for v in item.values())
            ):
                items.append(item)
                moved |= places
        return items, moved
    return (None, {}) if old in doubtful else (value, moved)


def _is_quantity(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) == {"value", "bound"}


def _said(value: Any) -> bool:
    return value is not None and value != []
