"""``extractor eval``, ``diff``, ``calibrate`` and ``baseline``: parses and calls.

This module owns these commands, their options and help; the entry-point group
``extractor.commands`` hangs them into ``extractor``. ``command`` does an evaluation, ``gold`` is in
``gold_commands``. Exit codes: 0 pass, 1 internal error, 2 wrong use, 3 regression, 4 incomplete,
130 interrupted.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from extractor.errors import ConfigurationError

Gold = Annotated[
    Path, typer.Option("--gold", metavar="DIR", help="Holds articles/, annotations/, responses/.")
]
Runs = Annotated[Path, typer.Option("--runs", metavar="DIR", help="Where runs are kept.")]

_GOLD, _RUNS = Path("gold"), Path("runs")

baseline = typer.Typer(
    help="Set or show the scores that evaluations are held to.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


class DiffForm(StrEnum):
    """How a difference is shown."""

    TERMINAL = "terminal"
    MARKDOWN = "markdown"
    JSON = "json"


def evaluate(
    gold: Gold = _GOLD,
    schema: Annotated[
        str | None, typer.Option(metavar="MODULE:CLASS", help="Default: the one the gold names.")
    ] = None,
    live: Annotated[
        bool, typer.Option("--live", help="Ask the model everything; ignore recorded replies.")
    ] = False,
    replay_only: Annotated[
        bool, typer.Option("--replay-only", help="Ask no model; the default where CI is true.")
    ] = False,
    limit: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Only the first N articles (no pass).")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="For reports; default: in the run's folder.")
    ] = None,
    formats: Annotated[
        str | None,
        typer.Option(metavar="A,B", help="Of terminal,json,markdown,junit,html; default: all."),
    ] = None,
    no_gate: Annotated[
        bool, typer.Option("--no-gate", help="Scores only; do not hold them to the baseline.")
    ] = False,
    model: Annotated[
        str | None, typer.Option(help="Catalogue name, .gguf file, or the server's model.")
    ] = None,
    base_url: Annotated[
        str | None, typer.Option(help="OpenAI-compatible server; '' for the embedded model.")
    ] = None,
    runs: Runs = _RUNS,
) -> None:
    """Score the extraction against gold, field by field, and hold it to the baseline.

    \b
    Examples:
      extractor eval                    replay recorded replies, ask for and record the others
      extractor eval --replay-only      ask no model; incomplete if a reply is not recorded
      extractor eval --live --no-gate   how it does right now
      extractor eval --out reports --formats html,junit

    \b
    Exit codes: 0 pass, 1 internal error, 2 wrong use, 3 regression (a field's strict F1 fell below
    the baseline), 4 incomplete (no baseline, other gold, or an article without an answer),
    130 interrupted.
    """
    from eval.command import Options, run
    from eval.outputs import parse_forms
    from extractor.pipeline import Extractor

    if live and replay_only:
        raise ConfigurationError("--live and --replay-only exclude each other: give one of them")
    options = Options(
        gold=gold,
        schema=schema,
        replay="live" if live else "replay-only" if replay_only else "auto",
        limit=limit,
        out=out,
        forms=parse_forms(formats),
        gated=not no_gate,
        runs=runs,
        model=model,
        base_url=base_url,
    )
    raise typer.Exit(run(options, Extractor))


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="A run: name, part of it, or path.")],
    after: Annotated[str, typer.Argument(metavar="B", help='Another, or "latest".')],
    form: Annotated[DiffForm, typer.Option("--format", help="How to show it.")] = DiffForm.TERMINAL,
    runs: Runs = _RUNS,
) -> None:
    """Compare two runs: what was changed, what that did to each field and leaf.

    \b
    Examples:
      extractor diff a1b2c3 latest
      extractor diff runs/20250102T030405Z-a1b2c3 latest --format markdown >> summary.md
    """
    from eval import diff_report
    from eval.diff import diff as compare
    from eval.outputs import console
    from eval.runs import find_run, load_run

    found = compare(load_run(find_run(before, runs)), load_run(find_run(after, runs)))
    if form is DiffForm.TERMINAL:
        console().print(diff_report.to_terminal(found))
    else:
        write = diff_report.to_json if form is DiffForm.JSON else diff_report.to_markdown
        typer.echo(write(found), nl=False)


def calibrate(
    gold: Annotated[
        list[Path] | None,
        typer.Option("--gold", metavar="DIR", help="Fit on this; may be given more than once."),
    ] = None,
    test: Annotated[
        list[Path] | None,
        typer.Option("--test", metavar="DIR", help="Measure on this as well, without fitting."),
    ] = None,
    schema: Annotated[
        str | None, typer.Option(metavar="MODULE:CLASS", help="Default: the one the gold names.")
    ] = None,
    samples: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Fit on kept samples, too (CSV).")
    ] = None,
    keep_samples: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep the samples fitted on (CSV).")
    ] = None,
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the calibration there.")
    ] = None,
) -> None:
    """Fit what a model's probabilities are worth, so that confidence is the chance of being right.

    \b
    Takes recorded replies where there are any. Name the file as `calibration` in the schema's
    guide, and the extractor applies it. Samples are numbers and names of fields without any text,
    so that what was learnt from articles that cannot be passed on can be kept.

    \b
    Examples:
      extractor calibrate --gold tests/dev --test gold
      extractor calibrate --gold tests/dev --to schemas/operation_guide/calibration.json
    """
    from eval.calibrating import calibrate as do
    from eval.calibrating import read_samples, report, save, save_samples
    from eval.command import replay_mode
    from eval.dataset import load_set
    from extractor.schema.loading import load_schema

    fitted = gold or ([] if samples else [_GOLD])
    record = (
        load_schema(schema) if schema else load_set((*fitted, *(test or ()), _GOLD)[0]).schema()
    )
    known = read_samples(samples) if samples else ()
    found = do(fitted, test or (), record, replay_mode("auto"), known)
    typer.echo(report(found))
    if keep_samples is not None:
        save_samples(found.samples, keep_samples)
        typer.echo(f"wrote {keep_samples}", err=True)
    if to is not None:
        save(found.calibration, to)
        typer.echo(f"wrote {to}", err=True)


@baseline.command("set")
def set_baseline(
    run: Annotated[str, typer.Argument(metavar="RUN", help='Name, part of it, path or "latest".')],
    reason: Annotated[str, typer.Option(help="Why these scores are the ones to hold.")],
    tolerance: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD=DROP", help="Let a field's strict F1 fall by this much."),
    ] = None,
    gold: Gold = _GOLD,
    runs: Runs = _RUNS,
) -> None:
    """Hold later evaluations to the scores of this run; tolerances set before stay.

    \b
    Examples:
      extractor baseline set latest --reason "first honest scores"
      extractor baseline set a1b2c3 --reason "new model" --tolerance statements[].title=0.05
    """
    from eval.setting import set_baseline as do

    done = do(run, reason, _tolerances(tolerance or ()), gold, runs)
    f1 = "—" if done.f1 is None else f"{done.f1:.3f}"
    typer.echo(
        f"baseline is run {done.run}: strict micro F1 {f1} over {len(done.documents)} articles"
    )


@baseline.command("show")
def show_baseline(gold: Gold = _GOLD) -> None:
    """Show the scores that evaluations are held to, and why."""
    from eval.baseline import BASELINE, load_baseline
    from eval.setting import lines

    found = load_baseline(gold / BASELINE)
    if found is None:
        raise ConfigurationError(
            f"{gold / BASELINE}: there is none; `extractor baseline set RUN --reason …` makes one"
        )
    typer.echo("\n".join(lines(found)))


def _tolerances(given: Sequence[str]) -> dict[str, float]:
    found = {}
    for one in given:
        path, equals, drop = one.rpartition("=")
        try:
            found[path] = float(drop)
        except ValueError:
            equals = ""
        if not path or not equals:
            raise ConfigurationError(f"--tolerance {one}: write it as field=0.05")
    return found
