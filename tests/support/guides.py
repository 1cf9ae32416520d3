"""Every guide in the repository with its schema, and every text in a guide with its place."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import ModuleType
from typing import Any

from pydantic import BaseModel

import examples
import schemas
from schemas.guide import Guide

PATTERN_FIELDS = frozenset({"cues", "bar", "near", "away", "terms", "settled"})
"""Where a guide holds regular expressions; of ``settled`` the first of each pair."""


def modules() -> Iterator[ModuleType]:
    """Every module of the packages that hold schemas."""
    for package in (schemas, examples):
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(found.name)


def models() -> dict[str, type[BaseModel]]:
    """Every model defined in those modules, by module and name."""
    return {
        f"{module.__name__}:{name}": value
        for module in modules()
        for name, value in vars(module).items()
        if isinstance(value, type)
        and issubclass(value, BaseModel)
        and value.__module__ == module.__name__
    }


def guides() -> dict[str, tuple[Guide, type[BaseModel]]]:
    """Every guide with the schema it belongs to, by the schema's name.

    Fails for a guide that no schema carries: nothing would check it.
    """
    found = {
        name: (guide, model)
        for name, model in models().items()
        if isinstance(guide := getattr(model, "extraction_guide", None), Guide)
    }
    carried = [guide for guide, _ in found.values()]
    for module in modules():
        for name, value in vars(module).items():
            if isinstance(value, Guide):
                assert value in carried, f"{module.__name__}.{name} is the guide of no schema"
    return found


def guide_texts(
    value: Any, place: str, is_pattern: bool = False
) -> Iterator[tuple[str, str, bool]]:
    """Place, text, and whether it is a regular expression, of every text in a guide."""
    if isinstance(value, str):
        yield place, value, is_pattern
    elif is_dataclass(value):
        name = getattr(value, "name", "")
        for one in fields(value):
            patterns = one.name in PATTERN_FIELDS
            inner = getattr(value, one.name)
            if one.name == "settled":
                inner = tuple(pattern for pattern, _ in inner)
            yield from guide_texts(
                inner, f"{place}[{name}].{one.name}" if name else f"{place}.{one.name}", patterns
            )
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from guide_texts(inner, f"{place}.{key}", is_pattern)
    elif isinstance(value, (tuple, list, set, frozenset)):
        for index, inner in enumerate(value):
            yield from guide_texts(inner, f"{place}[{index}]", is_pattern)
