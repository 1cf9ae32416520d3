"""One ``extractor eval``: from options to reports and an exit code.

This module joins evaluation, gate and reports, and owns the words of it on standard error and what
each ending is worth: 0 pass, 3 regression, 4 incomplete. Reading options is ``cli``'s.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import typer
from pydantic import BaseModel

from eval.baseline import BASELINE, load_baseline
from eval.dataset import ANNOTATIONS, DEFAULT_GOLD, GoldSet, load_set
from eval.evaluation import Evaluation, Job, in_ci, perform, replay_settings
from eval.files import json_text, write_atomic
from eval.flips import with_sentences
from eval.gate import Gate, Status, hold_against, incomplete
from eval.gold import GoldError
from eval.outputs import FORMS, Form, add_to_summary, console, write_reports
from eval.provenance import scorer_hash
from eval.report import Document, documents_of
from eval.report.gate_report import gate_block
from eval.report.markdown import to_markdown
from eval.report.terminal import to_terminal
from eval.runs import RUNS, load_run
from eval.scorecard import Scorecard
from extractor.errors import ConfigurationError, ModelFileError
from extractor.run.batch import Meter, Outcome
from extractor.run.command import MakeExtractor
from extractor.run.inputs import Source
from extractor.run.progress import choose_display
from extractor.schema.loading import load_schema
from extractor.settings import ReplayMode

Replay: TypeAlias = Literal["live", "replay-only", "auto"]

EXIT: Mapping[Status, int] = {"pass": 0, "regression": 3, "incomplete": 4}


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for. ``out`` ``None``: the run's own folder. ``schema`` ``None``: gold's."""

    gold: Path = DEFAULT_GOLD
    schema: str | None = None
    replay: Replay = "auto"
    limit: int | None = None
    out: Path | None = None
    forms: tuple[Form, ...] = FORMS
    gated: bool = True
    runs: Path = RUNS
    model: str | None = None
    base_url: str | None = None


def run(options: Options, make_extractor: MakeExtractor) -> int:
    """Evaluate, report, and say what it is worth.

    Raises ``ConfigurationError`` for what is wrong with the options or the gold.
    """
    gold, schema = _gold(options)
    if gold is None:
        return _stop(f"{options.gold}: there is no gold to evaluate on: annotate an article", None)
    try:
        done = _evaluate(options, gold, schema, make_extractor)
    except ModelFileError as error:
        return _stop(f"the model is not there: {error}", None)
    why = done.why_incomplete()
    folder = options.out or (done.run / "report" if done.run else None)
    if why is not None or done.scorecard is None:
        return _stop(why or "nothing was evaluated", folder)
    documents = documents_of(load_run(done.run)) if done.run else ()
    gate = _gate(options, done.scorecard, documents, schema) if options.gated else None
    if "terminal" in options.forms:
        console().print(to_terminal(done.scorecard, documents, gate))
    for id, failure in done.failures.items():
        typer.echo(f"warning: {id}: scored as missed: {failure}", err=True)
    if folder is not None:
        for path in write_reports(done.scorecard, documents, gate, folder, options.forms):
            typer.echo(f"wrote {path}", err=True)
    add_to_summary(to_markdown(done.scorecard, documents, gate), os.environ)
    if done.run is not None:
        typer.echo(f"run {done.run}", err=True)
    return EXIT[gate.status] if gate is not None else 0


def replay_mode(replay: Replay) -> ReplayMode:
    """Which replies are played back; in a CI job no model is asked unless told to."""
    if replay == "live":
        return "off"
    return "replay" if replay == "replay-only" or in_ci() else "auto"


def _gold(options: Options) -> tuple[GoldSet | None, type[BaseModel]]:
    """The gold and its schema; no gold at all is told apart from gold that is not in order."""
    folder = options.gold / ANNOTATIONS
    if folder.is_dir() and not any(folder.glob("*.json")):
        return None, BaseModel
    try:
        gold = load_set(options.gold)
        schema = load_schema(options.schema) if options.schema else gold.schema()
    except GoldError as error:
        raise ConfigurationError(str(error)) from error
    return gold.only(gold.ids[: options.limit]), schema


def _evaluate(
    options: Options, gold: GoldSet, schema: type[BaseModel], make_extractor: MakeExtractor
) -> Evaluation:
    mode = replay_mode(options.replay)
    settings = replay_settings(options.gold, mode, model=options.model, base_url=options.base_url)
    display = choose_display(len(gold.documents))
    quiet = mode == "replay"
    meter = Meter(len(gold.documents), display.update)
    extractor = make_extractor(schema, settings, on_event=None if quiet else meter.on_event)
    job = Job(gold, schema, extractor, settings, options.runs)

    def tell(id: str) -> None:
        if not quiet:
            meter.finished(Outcome(0, Source(id, None)))

    with contextlib.nullcontext() if quiet else display:
        return asyncio.run(perform(job, tell))


def _gate(
    options: Options, card: Scorecard, documents: Iterable[Document], schema: type[BaseModel]
) -> Gate:
    """The gate's verdict, with the sentences behind what flipped."""
    gate = hold_against(card, load_baseline(options.gold / BASELINE), scorer_hash(schema))
    known = {document.id: document for document in documents}
    flips = tuple(with_sentences(flip, {}, known) for flip in gate.flips)
    return gate.model_copy(update={"flips": flips})


def _stop(why: str, folder: Path | None) -> int:
    """Say that there is no verdict, wherever one is looked for."""
    gate: Gate = incomplete(why)
    typer.echo(f"incomplete: {why}", err=True)
    if folder is not None:
        try:
            write_atomic(folder / "gate.json", json_text(gate.model_dump(mode="json")))
        except OSError as error:
            raise ConfigurationError(f"{folder}: cannot be written: {error.strerror}") from None
    add_to_summary(f"## Extraction scorecard\n\n{gate_block(gate)}\n", os.environ)
    return EXIT[gate.status]
