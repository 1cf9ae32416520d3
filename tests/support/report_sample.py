"""A scorecard to report on: invented articles, their gold, and predictions with every verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eval.anchor import anchor, find
from eval.gold import GoldDocument
from eval.report import Document
from eval.score import Prediction, score
from eval.scorecard import Meta, Scorecard
from extractor.extraction import Evidence, Status, Usage, dump_record
from schemas import OperationReport

HARBOUR = """Nine held as Operation Lantern targets car washes

12 May 2022

Nine people have been arrested on suspicion of modern slavery offences after a day of raids across \
Westmere and Calder Bay.

More than 60 officers from Northmoor Police executed 14 warrants at car washes and flats on \
Tuesday, 10 May, as part of Operation Lantern. Staff from the Gangways Charity were on hand to \
support those found at the addresses.

Seven men and two women, aged between 24 and 51, were arrested. Around 20 potential victims, \
including three children, were taken to a reception centre. All are believed to be from Varania.

Detective Inspector Joan Ashby said: "These people were made to work fourteen hours a day for \
almost nothing. We will not let it go on in our towns."

Anyone with concerns can call the Slavery Line on 0800 000 111.
"""

QUAY = """Brothel raids: four charged

Four men have been charged with controlling prostitution for gain and money laundering after \
police searched five homes in Eastbrook last month.

Northmoor Police said twelve women had been identified as victims and were receiving support from \
Safe Steps. Officers seized cash and "a large amount" of telephones.

The investigation began in January 2022. "Exploitation hides behind ordinary front doors," said \
Superintendent Amir Dane.
"""

ORCHARD = """Farm visits raise awareness of labour exploitation

Officers spoke to pickers at 23 farms around Alderholt this week in a campaign to spot the signs \
of labour exploitation. No arrests were made.

The Labour Standards Agency and Alderholt Council joined the visits, which went on for three days. \
Up to 300 leaflets in six languages were handed out.

"Most growers look after their people," said Cllr Mary Whitlow, leader of Alderholt Council.
"""

HOSTILE = """<script>alert(1)</script> & "Operation <b>Bold</b>" | `ticks` *stars*

</script><img src=x onerror=alert(2)> officers arrested 5 people in R\u00fcdenau \u2014 \u4e94.\
 A bell \x07 and a null \x00 stay harmless.\r\nSee http://example.invalid/ too.
"""

TEXTS = {"harbour": HARBOUR, "quay": QUAY, "orchard": ORCHARD, "hostile": HOSTILE}


def quantity(value: int, bound: str = "exact") -> dict[str, Any]:
    return {"value": value, "bound": bound}


RECORDS: Mapping[str, dict[str, Any]] = {
    "harbour": {
        "headline": "Nine held as Operation Lantern targets car washes",
        "page_date": "2022-05-12",
        "kind": "operation",
        "operation_name": "Operation Lantern",
        "start_date": "2022-05-10",
        "duration_days": 1,
        "exploitation_types": ["labour"],
        "premises_types": ["car washes", "flats"],
        "officers": quantity(60, "more_than"),
        "warrants": quantity(14),
        "arrests": [{"count": quantity(9), "men": 7, "women": 2, "age_min": 24, "age_max": 51}],
        "victims": [
            {
                "status": "potential",
                "count": quantity(20, "about"),
                "children": 3,
                "nationality": "Varania",
                "safeguarded": True,
            }
        ],
        "offences": [{"category": "modern_slavery", "text": "modern slavery offences"}],
        "organisations": [
            {"name": "Northmoor Police", "role": "lead"},
            {"name": "Gangways Charity", "role": "partner"},
        ],
        "locations": ["Westmere", "Calder Bay"],
        "contacts": [{"label": "the Slavery Line", "value": "0800 000 111"}],
    },
    "quay": {
        "headline": "Brothel raids: four charged",
        "kind": "court",
        "start_date": "2022-01",
        "exploitation_types": ["sexual"],
        "premises_types": ["homes"],
        "addresses": quantity(5),
        "arrests": [],
        "victims": [
            {"status": "confirmed", "count": quantity(12), "women": 12, "safeguarded": True}
        ],
        "offences": [
            {"category": "sexual_exploitation", "text": "controlling prostitution for gain"},
            {"category": "money_laundering", "text": "money laundering"},
        ],
        "organisations": [
            {"name": "Northmoor Police", "role": "lead"},
            {"name": "Safe Steps", "role": "partner"},
        ],
        "locations": ["Eastbrook"],
    },
    "orchard": {
        "headline": "Farm visits raise awareness of labour exploitation",
        "kind": "campaign",
        "duration_days": 3,
        "exploitation_types": ["labour"],
        "premises_types": ["farms"],
        "addresses": quantity(23),
        "arrests": [{"count": quantity(0)}],
        "organisations": [
            {"name": "Labour Standards Agency", "role": "partner"},
            {"name": "Alderholt Council", "role": "partner"},
        ],
        "locations": ["Alderholt"],
    },
    "hostile": {
        "headline": '<script>alert(1)</script> & "Operation <b>Bold</b>" | `ticks` *stars*',
        "kind": "operation",
        "operation_name": "Operation <b>Bold</b>",
        "arrests": [{"count": quantity(5), "place": "R\u00fcdenau"}],
        "locations": ["R\u00fcdenau"],
    },
}

QUOTES: Mapping[str, dict[str, list[list[str]]]] = {
    "harbour": {
        "/kind": [["raids"]],
        "/page_date": [["12 May 2022"]],
        "/start_date": [["Tuesday, 10 May"]],
        "/duration_days": [["a day"]],
        "/exploitation_types/0": [["made to work fourteen hours a day for almost nothing"]],
        "/officers": [["More than 60 officers"]],
        "/warrants": [["14 warrants"]],
        "/arrests/0/count": [["Nine people"], ["Nine"]],
        "/arrests/0/men": [["Seven men"]],
        "/arrests/0/women": [["two women"]],
        "/arrests/0/age_min": [["aged between 24 and 51"]],
        "/arrests/0/age_max": [["aged between 24 and 51"]],
        "/victims/0/status": [["potential victims"]],
        "/victims/0/count": [["Around 20 potential victims"]],
        "/victims/0/children": [["three children"]],
        "/victims/0/safeguarded": [["taken to a reception centre"]],
        "/offences/0/category": [["modern slavery offences"]],
        "/organisations/0": [["Northmoor Police"]],
        "/organisations/1": [["Staff from the Gangways Charity were on hand to support"]],
    },
    "quay": {
        "/kind": [["charged"]],
        "/start_date": [["January 2022"]],
        "/exploitation_types/0": [["prostitution"]],
        "/addresses": [["five homes"]],
        "/victims/0": [["twelve women had been identified as victims", "receiving support"]],
    },
    "orchard": {
        "/kind": [["campaign"]],
        "/duration_days": [["three days"]],
        "/addresses": [["23 farms"]],
        "/arrests/0/count": [["No arrests"]],
    },
    "hostile": {
        "/kind": [["arrested"]],
        "/arrests/0/count": [["5 people"]],
    },
}


def cite(text: str, words: str) -> Evidence:
    span = find(text, words)
    if span is None:
        return Evidence(None, None, None, Status.UNGROUNDED)
    return Evidence(span.start, span.end, words, Status.VERBATIM)


def predicted(id: str, changes: Mapping[str, Any], quotes: Mapping[str, str]) -> Prediction:
    """Gold's record and first quotes, with changes: what a fair model might say."""
    text = TEXTS[id]
    record = OperationReport.model_validate({**RECORDS[id], **changes})
    verbatim = anchor({"id": id, "record": dump_record(record)}, text, OperationReport).evidence
    evidence = {
        pointer: tuple(cite(text, span.text) for span in alternatives[0])
        for pointer, alternatives in verbatim.items()
    }
    evidence |= {
        pointer: tuple(cite(text, words) for words in alternatives[0])
        for pointer, alternatives in QUOTES[id].items()
    }
    evidence |= {pointer: (cite(text, words),) for pointer, words in quotes.items()}
    usage = Usage(14, 21_480, 18_200, 612, 48.5, 14)
    return Prediction(dump_record(record), evidence, True, usage)


def predictions() -> dict[str, Prediction]:
    """No prediction for the hostile article."""
    harbour = RECORDS["harbour"]
    return {
        "harbour": predicted(
            "harbour",
            {
                "duration_days": None,
                "officers": quantity(60, "at_least"),
                "arrests": [{**harbour["arrests"][0], "place": "Westmere"}],
                "victims": [{**harbour["victims"][0], "count": quantity(23), "women": 2}],
                "organisations": [harbour["organisations"][0]],
                "locations": ["Westmere", "Calder Bay", "Varania"],
            },
            {
                "/victims/0/count": "Around 20 potential victims, including three children",
                "/victims/0/women": "two women",
                "/arrests/0/place": "Westmere",
                "/headline": "Nine held as Operation Lantern",
            },
        ),
        "quay": predicted(
            "quay",
            {
                "kind": "operation",
                "start_date": "2022-01-15",
                "arrests": [{"count": quantity(4), "men": 4}],
                "victims": [{**RECORDS["quay"]["victims"][0], "status": "potential"}],
            },
            {
                "/kind": "raids",
                "/arrests/0/count": "Four men",
            },
        ),
        "orchard": predicted(
            "orchard",
            {"premises_types": [], "addresses": quantity(300, "at_most")},
            {"/addresses": "Up to 300", "/locations/0": "nowhere to be found"},
        ),
    }


def gold_of(id: str) -> GoldDocument:
    """The gold document of one article, its evidence anchored in the text."""
    draft = {"id": id, "record": RECORDS[id], "evidence": QUOTES[id]}
    return anchor(draft, TEXTS[id], OperationReport)


def sample(
    ids: tuple[str, ...] = ("harbour", "quay", "orchard"),
    more: Mapping[str, Prediction] | None = None,
) -> tuple[Scorecard, tuple[Document, ...]]:
    """A scorecard of these articles and what a report shows beside it."""
    found = {**predictions(), **(more or {})}
    golds = [gold_of(id) for id in ids]
    meta = Meta(
        run="20220601T101500Z-a1b2c3",
        model="qwen3-4b-instruct",
        prompt_version="p3",
        schema_name="OperationReport",
        schema_hash="c0ffee" * 10,
        gold_hash="5eed" * 16,
    )
    used = {id: found[id] for id in ids if id in found}
    card = score(golds, used, OperationReport, meta)
    nothing = Prediction(None, valid=False)
    documents = tuple(
        Document(TEXTS[gold.id], gold, used.get(gold.id, nothing), {"/kind": 0.83})
        for gold in golds
    )
    return card, documents
