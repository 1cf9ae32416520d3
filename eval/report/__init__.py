"""Reports: one scorecard, written for a terminal, for programs, for CI and for a browser.

Every format reads the same ``Scorecard`` and works nothing out that another would work out
differently: numbers are spelt by ``figures``, errors ordered by ``worst``, words found by
``mentions``. This root owns what a report takes from a run beside its scorecard; which files are
written is ``outputs``' business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eval.report.mentions import Document
from eval.score import Prediction

if TYPE_CHECKING:
    from eval.dataset import GoldSet
    from eval.runs import Run

__all__ = ["Document", "documents_of"]


def documents_of(run: Run, gold: GoldSet | None = None) -> tuple[Document, ...]:
    """What a run kept of its articles, for the reports; none if its gold is gone.

    ``gold``: the gold the run was scored on, if that is not its own.
    """
    gold = gold or run.gold
    if gold is None:
        return ()
    predictions, nothing = run.predictions, Prediction(None, valid=False)
    return tuple(
        Document(
            text=gold.texts[document.id],
            gold=document,
            prediction=predictions.get(document.id, nothing),
            confidence=run.lines.get(document.id, {}).get("confidence") or {},
        )
        for document in gold.documents
    )
