"""This project beside the usual tools, with the same model on the same articles.

    python -m bench.accuracy [--systems instructor,langextract,ours] [--limit N]
        [--articles DIR --annotations DIR] [--model NAME] [--out DIR]

Systems, asked one after another, each with a freshly started server:

    instructor       one request for the whole record, JSON-schema mode, every field required
    instructor-lax   the same with the schema as Pydantic writes it: most fields may be left out
    instructor-told  as the first, with the schema in the system message as well
    langextract      langextract with its OpenAI-compatible provider and examples
    ours             this project; ours-fast, ours-balanced, ours-thorough: with that effort

Kept in .bench/<time>/: <system>.jsonl with every request, reply and record, summary.md and
summary.json. With --out, answers that folder already holds are not asked for again: a stopped run
goes on, and a run can be scored afresh.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import os
import platform
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bench.answers import Answer, System, keep, kept
from bench.comparison import Outcome, markdown, summary
from bench.langextract_peer import langextract
from bench.one_shot import lax, one_shot, told
from bench.ours import ours
from bench.wording import Wording, wording
from eval.files import json_text, write_atomic
from eval.gold import GoldDocument, GoldError, load_all, text_hash
from eval.provenance import git_state, settings_snapshot, versions
from eval.score import score
from extractor.errors import ExtractorError
from extractor.model.server import physical_cores
from extractor.run.inputs import Source, read
from extractor.settings import Settings, load_settings
from schemas import OperationReport

SYSTEMS: Mapping[str, System] = {
    "instructor": one_shot,
    "instructor-lax": lax,
    "instructor-told": told,
    "langextract": langextract,
    "ours": ours(),
    "ours-fast": ours("fast"),
    "ours-balanced": ours("balanced"),
    "ours-thorough": ours("thorough"),
}
DEFAULT = "instructor,langextract,ours"


@dataclass(frozen=True, slots=True)
class Job:
    """What is compared on what. ``texts``: by article id, those of ``gold``."""

    systems: tuple[str, ...]
    gold: tuple[GoldDocument, ...]
    texts: Mapping[str, str]
    settings: Settings
    folder: Path


def carry_out(job: Job, systems: Mapping[str, System]) -> tuple[Outcome, ...]:
    """Ask every system about every article that its file lacks, and score them all."""
    return tuple(outcome(job, name, answered(job, name, systems[name])) for name in job.systems)


def answered(job: Job, name: str, system: System) -> dict[str, Answer]:
    """A system's answers by article id, kept the moment they are there."""
    model = job.settings.model
    found = kept(job.folder, name, model, job.texts)
    missing = [id for id in job.texts if id not in found]
    if not missing:
        return found
    with system(job.settings) as ask:
        for id in missing:
            began = time.monotonic()
            answer = ask(job.texts[id], id)
            answer = _timed(answer, time.monotonic() - began)
            keep(job.folder, name, model, id, job.texts[id], answer)
            found[id] = answer
            print(f"  {name}  {id}  {_cost(answer)}", file=sys.stderr, flush=True)
    return found


def outcome(job: Job, name: str, answers: Mapping[str, Answer]) -> Outcome:
    """A system's answers, scored."""
    predictions = {id: answer.prediction for id, answer in answers.items()}
    found = [wording(job.texts[id], one.record, OperationReport) for id, one in predictions.items()]
    total = Wording(sum(one.found for one in found), sum(one.stated for one in found))
    return Outcome(name, score(job.gold, predictions, OperationReport), total)


def _timed(answer: Answer, seconds: float) -> Answer:
    usage = replace(answer.prediction.usage, seconds=round(seconds, 3))
    return replace(answer, prediction=replace(answer.prediction, usage=usage))


def _cost(answer: Answer) -> str:
    usage = answer.prediction.usage
    told = f"{usage.completion_tokens} tokens  {usage.seconds:.0f} s"
    return "  ".join([told, *answer.faults[:1]])


def read_gold(
    articles: Path, annotations: Path, limit: int | None
) -> tuple[tuple[GoldDocument, ...], dict[str, str]]:
    """The gold documents, the first ``limit`` of them, and their articles' texts by id."""
    gold = tuple(load_all(annotations)[:limit])
    texts = {one.id: read(Source(one.id, articles / f"{one.id}.txt")) for one in gold}
    for one in gold:
        if text_hash(texts[one.id]) != one.sha256:
            raise GoldError(f"{one.id}: the article is not the one annotated: restore its text")
    return gold, texts


def about(job: Job) -> dict[str, Any]:
    """What the run was made with and on."""
    found = versions()
    with contextlib.suppress(PackageNotFoundError):
        found["langextract"] = version("langextract")
    return {
        "time": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "settings": settings_snapshot(job.settings),
        "git": git_state().model_dump(),
        "versions": found,
        "machine": {
            "cores": physical_cores(),
            "system": f"{platform.system()} {platform.machine()}",
            "load": os.getloadavg(),
        },
        "articles": {one.id: one.sha256 for one in job.gold},
    }


def write(job: Job, outcomes: Sequence[Outcome]) -> str:
    """Write both summaries into the run's folder; returns the one for reading."""
    text = f"{len(job.gold)} articles, model {job.settings.model}\n\n{markdown(outcomes)}"
    write_atomic(job.folder / "summary.md", text)
    write_atomic(job.folder / "summary.json", json_text({**about(job), **summary(outcomes)}))
    return text


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--systems", default=DEFAULT, metavar="A,B,…")
    parser.add_argument("--articles", type=Path, default=Path("gold/articles"), metavar="DIR")
    parser.add_argument("--annotations", type=Path, default=Path("gold/annotations"), metavar="DIR")
    parser.add_argument("--limit", type=int, metavar="N", help="the first N articles only")
    parser.add_argument("--model", metavar="NAME", help="as the setting of that name")
    parser.add_argument("--out", type=Path, metavar="DIR", help="default: .bench/<time>")
    options = parser.parse_args(arguments)
    options.systems = tuple(dict.fromkeys(options.systems.split(",")))
    if unknown := [name for name in options.systems if name not in SYSTEMS]:
        parser.error(f"there is no system {unknown[0]!r}; there are {', '.join(SYSTEMS)}")
    if options.limit is not None and options.limit < 1:
        parser.error("--limit is 1 or more")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, write and print the comparison; returns the exit code."""
    options = _options(arguments)
    stamp = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")
    try:
        gold, texts = read_gold(options.articles, options.annotations, options.limit)
        settings = load_settings(model=options.model, replay="off", min_confidence=0.0)
        folder = options.out or Path(".bench") / stamp
        folder.mkdir(parents=True, exist_ok=True)
        job = Job(options.systems, gold, texts, settings, folder)
        print(write(job, carry_out(job, SYSTEMS)))
        print(f"Kept in {folder}")
    except ExtractorError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
