"""From gold and extractions to a verdict: scoring, runs, the gate and the difference of two runs.

This package's root owns the public names and nothing else; each is loaded on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eval.dataset import GoldSet, load_documents, load_gold
    from eval.diff import RunDiff
    from eval.evaluation import aevaluate, evaluate
    from eval.gate import Gate
    from eval.gold import GoldDocument, GoldError
    from eval.runs import Run, RunError, load_run
    from eval.score import Prediction
    from eval.scorecard import Scorecard

__all__ = [
    "Gate",
    "GoldDocument",
    "GoldError",
    "GoldSet",
    "Prediction",
    "Run",
    "RunDiff",
    "RunError",
    "Scorecard",
    "aevaluate",
    "evaluate",
    "load_documents",
    "load_gold",
    "load_run",
]

_OWNERS = {
    "Gate": "gate",
    "GoldDocument": "gold",
    "GoldError": "gold",
    "GoldSet": "dataset",
    "Prediction": "score",
    "Run": "runs",
    "RunDiff": "diff",
    "RunError": "runs",
    "Scorecard": "scorecard",
    "aevaluate": "evaluation",
    "evaluate": "evaluation",
    "load_documents": "dataset",
    "load_gold": "dataset",
    "load_run": "runs",
}


def __getattr__(name: str) -> object:
    if name not in _OWNERS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_OWNERS[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
