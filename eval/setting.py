"""Setting and showing the baseline: which run may become one, and how it reads.

This module owns the conditions a run has to meet. The file is ``baseline``'s.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from eval.baseline import BASELINE, Baseline, load_baseline, make_baseline, save_baseline
from eval.dataset import load_set
from eval.diff import score_again
from eval.gold import GoldError
from eval.provenance import scorer_hash
from eval.runs import RunError, find_run, load_run
from extractor.errors import ConfigurationError
from extractor.schema.loading import load_schema


def set_baseline(
    name: str,
    reason: str,
    tolerances: Mapping[str, float],
    gold: Path,
    runs: Path,
    today: Callable[[], datetime.date] = datetime.date.today,
) -> Baseline:
    """Make a run's scores the baseline of a gold folder, and keep the tolerances there were.

    A run scored by another scorer is scored anew. Raises ``ConfigurationError`` for an empty
    reason, and for a run that came to no end or is of other gold: no evaluation could ever pass.
    """
    if not reason.strip():
        raise ConfigurationError("--reason is empty: say why these scores are the ones to hold")
    run = load_run(find_run(name, runs))
    if run.info.outcome != "complete" or run.gold is None:
        raise RunError(f"{run.path.name} is {run.info.outcome}: evaluate again and set that run")
    try:
        now = load_set(gold)
    except GoldError as error:
        raise ConfigurationError(str(error)) from error
    if run.info.gold_hash != now.hash:
        raise RunError(f"{run.path.name} is of other gold than {gold}: evaluate again")
    schema = load_schema(run.info.schema_name)
    rules = scorer_hash(schema)
    card = run.scorecard
    if card is None or run.info.scorer_hash != rules:
        card = score_again(run, now, schema)
    before = load_baseline(gold / BASELINE)
    kept = dict(before.tolerances) if before else {}
    known = {row.path for row in card.fields}
    wanted = {path: value for path, value in kept.items() if path in known} | dict(tolerances)
    baseline = make_baseline(card, rules, reason.strip(), today(), wanted)
    save_baseline(baseline, gold / BASELINE)
    return baseline


def lines(baseline: Baseline) -> Iterator[str]:
    """A baseline for people to read."""
    yield f"run {baseline.run}, set on {baseline.date}: {baseline.reason}"
    yield f"model {baseline.model}, prompts {baseline.prompt_version}"
    yield f"gold {baseline.gold_hash[:12]} ({len(baseline.documents)} articles)"
    yield f"strict micro F1 {_shown(baseline.f1)}"
    yield ""
    width = max((len(path) for path in baseline.fields), default=5)
    yield f"{'FIELD'.ljust(width)}      P      R     F1  TOLERANCE"
    for path, row in baseline.fields.items():
        shares = "  ".join(_shown(one).rjust(5) for one in (row.precision, row.recall, row.f1))
        allowed = baseline.tolerances.get(path)
        yield f"{path.ljust(width)}  {shares}  {allowed if allowed else ''}".rstrip()


def _shown(share: float | None) -> str:
    return "—" if share is None else f"{share:.3f}"
