"""What a schema is asked, for people to read: the steps of its guide, then the sections.

This module owns no request; it shows those of `guide` and `sections` with placeholders.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from extractor.guide.asking import describe_step
from extractor.guide.steps import guided_fields, step_fields
from extractor.sections.plan import plan
from extractor.sections.prompting import describe


@dataclass(frozen=True, slots=True)
class PlannedSection:
    """A section as it is shown: name, fields, the words of its request, the JSON Schema sent."""

    name: str
    fields: tuple[str, ...]
    prompt: str
    wire_schema: Mapping[str, Any]


def describe_plan(schema: type[BaseModel]) -> tuple[PlannedSection, ...]:
    """What a schema is asked, in order, for people to read.

    First the steps of its guide, if it has one, then the sections of the fields the guide leaves.
    """
    guide = getattr(schema, "extraction_guide", None)
    steps = []
    for step in guide.steps if guide else ():
        prompt, wire = describe_step(step)
        steps.append(PlannedSection(step.name, step_fields(step), prompt, wire))
    found = guided_fields(guide) if guide else frozenset[str]()
    rest = [name for name in schema.model_fields if name not in found]
    sections = plan(schema, only=rest) if rest or not steps else ()
    return (
        *steps,
        *(
            PlannedSection(
                section.name, section.fields, describe(section), section.reply.model_json_schema()
            )
            for section in sections
        ),
    )
