"""What a model that makes no mistake says about the example texts."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pydantic import BaseModel

from examples.schemas import CourtJudgment, JobAdvert, Recipe
from extractor.extraction import Usage
from extractor.model.exchange import Reply, Request

Answer: TypeAlias = str | Mapping[str, str] | Sequence[Mapping[str, str | None]]

RECORDS: Mapping[str, tuple[type[BaseModel], dict[str, Any]]] = {
    "recipe": (
        Recipe,
        {
            "title": "Baked barley with leeks and blue cheese",
            "serves": 6,
            "difficulty": "easy",
            "oven_celsius": 190,
            "diets": ["nut_free", "vegetarian"],
            "ingredients": [
                {"name": "pearl barley", "amount": 300, "unit": "g"},
                {"name": "leeks", "amount": 4},
                {"name": "rapeseed oil", "amount": 2, "unit": "tbsp"},
                {"name": "breadcrumbs", "amount": 40, "unit": "g", "optional": True},
            ],
            "steps": [
                {"instruction": "Heat the oven to 190C"},
                {"instruction": "Soften the leeks in the oil over a low heat", "minutes": 12},
            ],
            "published": "2023-10-14",
        },
    ),
    "job_advert": (
        JobAdvert,
        {
            "title": "Boat Maintenance Technicians",
            "employer": "Marram Quay Trust",
            "location": "Port Ellery",
            "workplace": "hybrid",
            "contract": "permanent",
            "weekly_hours": 37.5,
            "openings": 2,
            "pay": {"low": 27500, "high": 31200, "currency": "GBP", "period": "year"},
            "team_size": {"value": 15, "bound": "about"},
            "skills": ["repair a diesel engine", "read a technical drawing"],
            "benefits": ["28 days of holiday", "workplace pension"],
            "apply_by": "2025-03-21",
            "contact": "jobs@marramquay.example",
        },
    ),
    "court_judgment": (
        CourtJudgment,
        {
            "case_number": "WH-2022-00418",
            "court": "COUNTY COURT AT WESTHAVEN",
            "judges": ["Miriam Tolland"],
            "handed_down": "2023-06-09",
            "events_began": "2020-08",
            "parties": [
                {
                    "name": "ORLA FENWICK",
                    "role": "claimant",
                    "counsel": "Desmond Achterberg",
                },
                {"name": "BRACKEN ROOFING LIMITED", "role": "defendant", "counsel": "Priya Lal"},
            ],
            "claims": [
                {"subject": "cost of mending the roof", "allowed": True, "awarded": 11840},
                {
                    "subject": "damage to the ceilings and the piano",
                    "allowed": True,
                    "awarded": 4275.5,
                },
                {"subject": "distress", "allowed": False},
            ],
            "statutes": ["Consumer Rights Act 2015"],
            "costs_paid_by": "defendant",
            "appeal_allowed": False,
        },
    ),
}

KETTLE: Mapping[str, Answer] = {
    "numbers": {
        "Around 41,000 Brightwell GlowPot kettles": "units of the product",
        "17 reports of smoking kettles": "reports of the fault",
        "Two people": "people hurt or ill",
    },
    "names": {
        "Brightwell GlowPot": "product",
        "GlowPot": "product",
        "United Kingdom": "country",
        "Ireland": "country",
        "Pottle & Dean": "company or shop",
        "Homebarn": "company or shop",
        "Kitchen Lane": "company or shop",
        "Brightwell Appliances": "company or shop",
    },
    "product": "Brightwell GlowPot",
    "maker": "Brightwell Appliances",
    "retailers": dict.fromkeys(("Pottle & Dean", "Homebarn", "Kitchen Lane"), "shop that sold it"),
    "countries": dict.fromkeys(("United Kingdom", "Ireland"), "it was sold there"),
    "dates": {"Tuesday": "the recall was announced", "October 2021": "the sale began"},
    "hazard": {"overheat": "fire or burns", "fire": "fire or burns"},
    "remedies": {"refund": "money back", "replacement": "a replacement"},
    "statements": [
        {
            "speaker": "Marta Lindqvist",
            "title": "head of safety",
            "organisation": "Brightwell Appliances",
        }
    ],
    "contacts": [{"label": "Brightwell Appliances"}] * 2,
}


@dataclass
class RightClient:
    """Answers a guide's requests from a table; a mention that is not in it gets the last label."""

    answers: Mapping[str, Answer]
    name: str = "right"
    asked: Counter[str] = field(default_factory=Counter)

    async def ask(self, request: Request) -> Reply:
        """The right reply to one request."""
        said = self._answer(request)
        content = json.dumps(said)
        value = request.reply.model_validate_json(content)
        return Reply(content, value, tokens=(), usage=Usage(), model=self.name)

    def _answer(self, request: Request) -> Mapping[str, str | None]:
        known = self.answers[request.name]
        number = self.asked[request.name]
        self.asked[request.name] += 1
        options = request.reply.model_json_schema()["properties"].get("a", {}).get("enum")
        if options is None:
            assert isinstance(known, Sequence) and not isinstance(known, str)
            return known[number]
        if isinstance(known, str):
            return {"a": known}
        assert isinstance(known, Mapping)
        mention = re.search(r'"(.+?)" in "', request.messages[-1].content)
        right = known.get(mention[1]) if mention else None
        return {"a": right if right in options else options[-1]}

    async def aclose(self) -> None:
        """Nothing to let go of."""
