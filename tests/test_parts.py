"""A part under construction: what is known of a leaf stays with that leaf."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from extractor.extraction import Evidence, Status
from extractor.record.parts import Part, leaves

LEAVES = st.sampled_from([None, "text", 7, True])
QUANTITIES = st.fixed_dictionaries({"value": st.just(7), "bound": st.just("exact")})
OBJECTS = st.dictionaries(
    st.sampled_from("abc"), st.one_of(LEAVES, QUANTITIES, st.lists(st.just("text"), max_size=3))
)
VALUES = st.dictionaries(
    st.sampled_from(["one", "two", "three"]),
    st.one_of(
        LEAVES,
        QUANTITIES,
        OBJECTS,
        st.lists(st.just("text"), max_size=4),
        st.lists(OBJECTS, max_size=4),
        st.lists(QUANTITIES, max_size=4),
    ),
)


def numbered(value: Any, count: itertools.count[int]) -> Any:
    """The value with every leaf told apart from every other."""
    if isinstance(value, dict):
        return {key: numbered(inner, count) for key, inner in value.items()}
    if isinstance(value, list):
        return [numbered(inner, count) for inner in value]
    return None if value is None else f"{value} {next(count)}"


def evidence_of(value: Any) -> tuple[Evidence, ...]:
    return (Evidence(0, 1, str(value), Status.VERBATIM),)


def part_of(values: dict[str, Any], data: st.DataObject | None = None) -> Part:
    """A part that knows of every leaf what its value is."""
    part = Part(numbered(values, itertools.count()))
    for pointer, value in leaves(part.values):
        if value is not None:
            sure = 1.0 if data is None else data.draw(st.sampled_from([0.2, 0.5, 0.9]))
            part.put(pointer, value, evidence_of(value), sure)
            part.issues[pointer] = (str(value),)
    return part


def at(values: Any, pointer: str) -> Any:
    for key in pointer.split("/")[1:]:
        values = values[int(key)] if isinstance(values, list) else values[key]
    return values


@given(VALUES, st.data(), st.sampled_from([0.0, 0.3, 0.5, 1.0]))
def test_setting_aside_leaves_no_pointer_behind(
    values: dict[str, Any], data: st.DataObject, least: float
) -> None:
    part = part_of(values, data)
    before = dict(leaves(part.values))
    sure = dict(part.confidence)
    review = part.set_aside(least)
    doubtful = {p for p in sure if sure[p] < least}
    twins = {p: p.rpartition("/")[0] for p in sure if p.endswith(("/value", "/bound"))}
    lost = {twins[p] for p in doubtful if p in twins}
    together = {p for p in sure if twins.get(p) in lost}
    assert review == {p: before[p] for p in sorted(doubtful | together)}
    assert part.evidence.keys() == part.confidence.keys()
    for pointer, found in part.evidence.items():
        assert found == evidence_of(at(part.values, pointer))
        assert part.confidence[pointer] >= least
    kept = [value for value in before.values() if value is not None]
    left = [value for _, value in leaves(part.values) if value is not None]
    assert set(left) <= set(kept) - set(review.values())
    lost = set(kept) - set(left) - set(review.values())
    assert all(value.startswith("exact") for value in lost)  # a bound goes with its number


@given(VALUES, st.data())
def test_issues_move_with_what_they_are_about(values: dict[str, Any], data: st.DataObject) -> None:
    part = part_of(values, data)
    said = sorted(message for found in part.issues.values() for message in found)
    part.issues["/failed"] = ("no reply",)
    part.issues[""] = ("whole",)
    part.set_aside(0.6)
    assert part.issues.pop("/failed") == ("no reply",)
    assert "whole" in part.issues[""]
    assert sorted(m for found in part.issues.values() for m in found if m != "whole") == said
    for pointer, messages in part.issues.items():
        value = at(part.values, pointer)
        if isinstance(value, str):
            assert messages == (value,)


def test_nothing_is_set_aside_below_nought() -> None:
    part = part_of({"one": "text", "two": [{"a": None, "b": 7}]})
    assert part.set_aside(0.0) == {}
    assert part.values == {"one": "text 0", "two": [{"a": None, "b": "7 1"}]}


def test_what_is_set_aside() -> None:
    part = part_of(
        {
            "one": 7,
            "two": [{"a": 7, "b": None}, {"a": 7, "b": 7}],
            "three": ["text", "text"],
        }
    )
    part.confidence |= {"/one": 0.1, "/two/0/a": 0.1, "/two/1/b": 0.1, "/three/0": 0.1}
    assert part.set_aside(0.5) == {
        "/one": "7 0",
        "/two/0/a": "7 1",
        "/two/1/b": "7 3",
        "/three/0": "text 4",
    }
    assert part.values == {"one": None, "two": [{"a": "7 2", "b": None}], "three": ["text 5"]}
    assert part.evidence == {"/two/0/a": evidence_of("7 2"), "/three/0": evidence_of("text 5")}
    assert part.issues == {
        "/one": ("7 0",),
        "/two": ("7 1",),
        "/two/0/a": ("7 2",),
        "/two/0/b": ("7 3",),
        "/three": ("text 4",),
        "/three/0": ("text 5",),
    }


def test_the_bound_of_a_number_that_went_is_not_known_of_the_next() -> None:
    """The pointers of the second quantity become those of the first."""
    quantity = {"value": 7, "bound": "exact"}
    part = part_of({"two": [{"a": quantity}, {"a": quantity}]})
    part.evidence = dict(reversed(part.evidence.items()))
    part.confidence["/two/0/a/value"] = 0.1
    part.set_aside(0.5)
    assert part.values == {"two": [{"a": {"value": "7 2", "bound": "exact 3"}}]}
    assert part.evidence == {
        "/two/0/a/value": evidence_of("7 2"),
        "/two/0/a/bound": evidence_of("exact 3"),
    }


def test_a_number_whose_bound_is_doubtful_is_not_taken_for_exact() -> None:
    part = part_of({"one": {"value": 7, "bound": "exact"}})
    part.confidence |= {"/one/value": 0.9, "/one/bound": 0.1}
    assert part.set_aside(0.5) == {"/one/value": "7 0", "/one/bound": "exact 1"}
    assert part.values == {"one": None}


@given(VALUES, VALUES)
def test_a_field_is_replaced_with_all_that_is_known_of_it(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    part, other = part_of(first), part_of(second)
    issues = {
        p: part.issues.get(p, ()) + other.issues.get(p, ()) for p in {**part.issues, **other.issues}
    }
    part.update(other)
    assert part.values.keys() == first.keys() | second.keys()
    assert {name: part.values[name] for name in second} == other.values
    assert part.evidence.keys() == part.confidence.keys()
    for pointer, found in part.evidence.items():
        assert found == evidence_of(at(part.values, pointer))
    assert part.issues == issues


def test_what_a_part_knows_of_fields_it_does_not_bring_stays_out() -> None:
    part, other = part_of({"one": 7}), part_of({"one": True, "two": 7})
    del other.values["one"]
    part.update(other)
    assert part.values == {"one": "7 0", "two": "7 1"}
    assert part.evidence["/one"] == evidence_of("7 0")


def test_the_first_issue() -> None:
    assert Part().first_issue() is None
    assert Part(issues={"/a": (), "/b": ("one", "two")}).first_issue() == "one"


@given(VALUES)
def test_leaves_are_all_that_is_no_container(values: dict[str, Any]) -> None:
    for pointer, value in leaves(values):
        assert not isinstance(value, (dict, list))
        assert at(values, pointer) == value
