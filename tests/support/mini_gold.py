"""Invented gold on soups, an extractor that answers from a script, and damage to plant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel

from eval.anchor import anchor
from eval.dataset import GoldSet
from eval.gold import GoldDocument, save
from extractor.extraction import Evidence, Extraction, Status, Usage
from schemas.fields import Compare
from schemas.values import Quantity


class Step(BaseModel):
    text: Annotated[str, Compare("text", weight=3)]
    minutes: int | None = None


class Soup(BaseModel):
    """Nothing to do with policing."""

    title: str | None = None
    eggs: Quantity | None = None
    vegan: bool | None = None
    steps: list[Step] = []
    towns: list[str] = []
    aside: Annotated[str | None, Compare(in_totals=False)] = None


SCHEMA = "tests.support.mini_gold:Soup"

ARTICLES = {
    "leek": "Leek soup\n\nBeat 3 eggs. Boil the leeks for 10 minutes. Loved in Gillby.\n",
    "pea": "Pea soup\n\nBoil the peas for 45 minutes. No eggs are used. It is vegan.\n",
    "beet": "Beet soup\n\nBeat at least 2 eggs. Chill it. Known in Harrow Vale and Ossing.\n",
}

SOUPS: Mapping[str, dict[str, Any]] = {
    "leek": {
        "title": "Leek soup",
        "eggs": {"value": 3, "bound": "exact"},
        "vegan": None,
        "steps": [{"text": "Boil the leeks", "minutes": 10}],
        "towns": ["Gillby"],
        "aside": None,
    },
    "pea": {
        "title": "Pea soup",
        "eggs": {"value": 0, "bound": "exact"},
        "vegan": True,
        "steps": [{"text": "Boil the peas", "minutes": 45}],
        "towns": [],
        "aside": None,
    },
    "beet": {
        "title": "Beet soup",
        "eggs": {"value": 2, "bound": "at_least"},
        "vegan": None,
        "steps": [{"text": "Chill it", "minutes": None}],
        "towns": ["Harrow Vale", "Ossing"],
        "aside": None,
    },
}

QUOTES = {
    "leek": {"/eggs": [["3 eggs"]], "/steps/0/minutes": [["10 minutes"]]},
    "pea": {
        "/eggs": [["No eggs"]],
        "/vegan": [["It is vegan"]],
        "/steps/0/minutes": [["45 minutes"]],
    },
    "beet": {"/eggs": [["at least 2 eggs"]]},
}


def gold_document(id: str) -> GoldDocument:
    """The gold of one soup."""
    draft = {"id": id, "record": SOUPS[id], "evidence": QUOTES[id]}
    return anchor(draft, ARTICLES[id], Soup)


def gold_set() -> GoldSet:
    """The gold of all soups."""
    return GoldSet(tuple(map(gold_document, sorted(ARTICLES))), ARTICLES)


def write_gold(folder: Path) -> Path:
    """A gold folder with all soups; returns it."""
    for name in ("articles", "annotations"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for id, text in ARTICLES.items():
        (folder / "articles" / f"{id}.txt").write_text(text, encoding="utf-8")
        save(gold_document(id), folder / "annotations" / f"{id}.json")
    return folder


def extraction(id: str, **changes: Any) -> Extraction[Any]:
    """A faultless extraction of one soup, save for ``changes`` to its record."""
    record = Soup.model_validate({**SOUPS[id], **changes})
    title = ARTICLES[id].partition("\n")[0]
    return Extraction(
        id=id,
        record=record,
        valid=True,
        evidence={"/title": (Evidence(0, len(title), title, Status.VERBATIM),)},
        confidence={"/title": 0.9},
        issues={},
        usage=Usage(2, 300, 100, 40, 1.5, 2),
        model="scripted",
        prompt_version="p7",
        schema_hash="c0ffee",
    )


@dataclass
class Cook:
    """A scripted extractor: ``changes`` to the records, ``failures`` by article id."""

    changes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    failures: Mapping[str, BaseException] = field(default_factory=dict)
    model: str = "scripted"
    prompt_version: str = "p7"
    schema_hash: str = "c0ffee"
    asked: list[str] = field(default_factory=list)
    closed: int = 0

    async def __aenter__(self) -> Cook:
        return self

    async def __aexit__(self, *error: object) -> None:
        self.closed += 1

    async def extract(self, text: str, id: str = "article") -> Extraction[Any]:
        """The scripted result. Raises the scripted failure."""
        assert text == ARTICLES[id]
        self.asked.append(id)
        if id in self.failures:
            raise self.failures[id]
        return extraction(id, **self.changes.get(id, {}))
