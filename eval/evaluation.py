"""``evaluate``: gold and a system in, a scorecard out, and the run kept on disk if asked.

This module owns the carrying out of an evaluation: asking the system about each article, keeping
each answer the moment it is there, and telling what counts as missed from what was never answered.
Judging is ``score``'s, the run's folder ``runs``'s, comparing with a baseline ``gate``'s.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from eval import runs as kept
from eval.calibration import confidence_score
from eval.dataset import DEFAULT_GOLD, GoldSet, load_set
from eval.provenance import git_state, prompt_snapshot, scorer_hash, settings_snapshot, versions
from eval.score import score
from eval.scorecard import Meta, Scorecard
from eval.systems import System, answers
from extractor.errors import ExtractorError, ModelError, ModelUnavailable, NotRecorded
from extractor.model.exchange import usage_of
from extractor.settings import ReplayMode, Settings, load_settings

RESPONSES = "responses"
_NOT_ANSWERED = (NotRecorded, ModelUnavailable)


class IncompleteError(ExtractorError):
    """Some articles were never answered, so there is no score; the message says what to run."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to evaluate on what. ``settings`` are those the system was made with, if any.

    ``runs``: the folder that the run's folder is made in; ``None`` keeps nothing.
    """

    gold: GoldSet
    schema: type[BaseModel]
    system: System
    settings: Settings | None = None
    runs: Path | None = None

    @property
    def concurrency(self) -> int:
        """Articles at once."""
        return self.settings.articles_at_once if self.settings else 1


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came of a job.

    ``scorecard`` is ``None`` if an article was not answered: its reply is not recorded, or the
    model could not be reached. ``failures``: articles whose answer was unusable; they are scored as
    missed. ``lines``: what was kept, by article id.
    """

    gold: GoldSet
    lines: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    failures: Mapping[str, ModelError] = field(default_factory=dict)
    unanswered: Mapping[str, ModelError] = field(default_factory=dict)
    scorecard: Scorecard | None = None
    run: Path | None = None

    def why_incomplete(self) -> str | None:
        """One line that says what is missing and what to run, ``None`` if nothing is."""
        if not self.unanswered:
            return None
        ids = sorted(self.unanswered)
        shown = ", ".join(ids[:3]) + (", …" if len(ids) > 3 else "")
        share = f"{len(ids)} of {len(self.gold.documents)} articles ({shown})"
        first = self.unanswered[ids[0]]
        if isinstance(first, NotRecorded):
            return (
                f"{share} have requests without a recorded reply: run `CI= extractor eval` "
                "where the model is, which asks it and records them"
            )
        return f"{share} were not answered: {first}"


def evaluate(
    gold: GoldSet | Path | str | None = None,
    schema: type[BaseModel] | None = None,
    system: System | None = None,
    *,
    settings: Settings | None = None,
    runs: Path | None = None,
) -> Scorecard:
    """Score a system on gold.

    ``gold``: a gold folder, an export of one, or what ``load_set`` gave; without it the folder
    ``gold`` here. ``schema``: the records' model; without it the one the gold names. ``system``: an
    extractor (entered and left), a function from an article's text to a record (which may be
    asynchronous), or the predictions by article id; without it ``Extractor`` with ``settings``,
    which replays recorded replies and asks the model for others, except where ``CI`` is set.
    ``runs``: where a run's folder is to be made; without it nothing is kept.

    An answer without a usable record counts as all missing. Raises ``IncompleteError`` if an
    article was not answered at all, ``GoldError`` for unusable gold, and whatever the system
    raises. Inside a running event loop, await ``aevaluate`` instead.
    """
    return asyncio.run(aevaluate(gold, schema, system, settings=settings, runs=runs))


async def aevaluate(
    gold: GoldSet | Path | str | None = None,
    schema: type[BaseModel] | None = None,
    system: System | None = None,
    *,
    settings: Settings | None = None,
    runs: Path | None = None,
) -> Scorecard:
    """``evaluate``, to be awaited."""
    found = gold if isinstance(gold, GoldSet) else load_set(gold)
    schema = schema or found.schema()
    if system is None:
        from extractor.pipeline import Extractor

        if settings is None:
            folder = DEFAULT_GOLD if gold is None or isinstance(gold, GoldSet) else Path(gold)
            settings = replay_settings(folder, "replay" if in_ci() else "auto")
        system = Extractor(schema, settings)
    done = await perform(Job(found, schema, system, settings, runs))
    if done.scorecard is None:
        raise IncompleteError(done.why_incomplete() or "nothing was answered: evaluate again")
    return done.scorecard


def in_ci() -> bool:
    """Whether this runs in a CI job, where no model is asked unless told to."""
    return os.environ.get("CI", "").strip().lower() in ("true", "1", "yes")


def replay_settings(gold: Path, replay: ReplayMode, **options: object) -> Settings:
    """The settings in force with this way of replaying; replies are kept beside the gold."""
    settings = load_settings(**options, replay="off")
    if replay == "off":
        return settings
    folder = settings.responses_dir or gold / RESPONSES
    return load_settings(**options, replay=replay, responses_dir=folder)


async def perform(job: Job, tell: Callable[[str], None] | None = None) -> Evaluation:
    """Carry out a job; ``tell`` is called with the id of each article that is done.

    Raises what would concern every article alike, after noting in the run that it failed.
    """
    info = _info(job)
    writer = None
    if job.runs is not None:
        writer = kept.RunWriter(info, job.gold, job.runs, _prompts(job))
    lines: dict[str, Mapping[str, Any]] = {}
    failures: dict[str, ModelError] = {}
    unanswered: dict[str, ModelError] = {}
    try:
        told = answers(job.system, job.gold, job.schema, job.concurrency)
        async with contextlib.aclosing(told):
            async for id, answer in told:
                if isinstance(answer, ModelError):
                    group = unanswered if isinstance(answer, _NOT_ANSWERED) else failures
                    group[id] = answer
                    answer = kept.failure_line(id, answer, usage_of(answer))
                lines[id] = answer
                if writer is not None:
                    writer.add(answer)
                if tell is not None:
                    tell(id)
        card = None if unanswered else _score(job, lines, info, writer.info.id if writer else None)
    except BaseException as error:
        if writer is not None:
            stopped = isinstance(error, (KeyboardInterrupt, asyncio.CancelledError))
            writer.finish("interrupted" if stopped else "failed", failures=_words(failures))
        raise
    if writer is not None:
        outcome: kept.Outcome = "complete" if card is not None else "incomplete"
        writer.finish(outcome, card, failures=_words({**failures, **unanswered}))
    return Evaluation(job.gold, lines, failures, unanswered, card, writer.path if writer else None)


def _score(
    job: Job, lines: Mapping[str, Mapping[str, Any]], info: kept.RunInfo, run: str | None
) -> Scorecard:
    predictions = {id: kept.prediction_of(line) for id, line in lines.items()}
    card = score(job.gold.documents, predictions, job.schema, meta_of(info, run))
    known = {id: line.get("confidence") or {} for id, line in lines.items()}
    return card.model_copy(update={"confidence": confidence_score(card.verdicts, known)})


def meta_of(info: kept.RunInfo, run: str | None) -> Meta:
    """What a scorecard says of the run behind it."""
    return Meta(
        run=run,
        model=info.model,
        prompt_version=info.prompt_version,
        schema_name=info.schema_name,
        schema_hash=info.schema_hash,
        gold_hash=info.gold_hash,
    )


def _info(job: Job) -> kept.RunInfo:
    return kept.RunInfo(
        settings=settings_snapshot(job.settings) if job.settings else {},
        schema_name=f"{job.schema.__module__}:{job.schema.__qualname__}",
        gold_hash=job.gold.hash,
        documents=job.gold.ids,
        scorer_hash=scorer_hash(job.schema),
        git=git_state(),
        versions=versions(),
        model=getattr(job.system, "model", None),
        prompt_version=getattr(job.system, "prompt_version", None),
        schema_hash=getattr(job.system, "schema_hash", None),
    )


def _prompts(job: Job) -> list[dict[str, Any]]:
    """What is asked, if it is the extractor with these settings that asks."""
    return prompt_snapshot(job.schema) if job.settings is not None else []


def _words(errors: Mapping[str, ModelError]) -> dict[str, str]:
    return {id: " ".join(str(error).split()) for id, error in errors.items()}
