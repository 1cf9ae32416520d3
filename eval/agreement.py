"""How far two annotators agree, by the project's own scorer and by Krippendorff's alpha.

This module owns the comparison of gold documents with gold documents. Scores come from ``score``;
alpha, corrected for chance, is Krippendorff's (2019, Content Analysis, chapter 12) for nominal
data: of *presence* (whether a document says anything in a field) and of values out of a fixed set.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from eval.gold import GoldDocument, GoldError
from eval.score import Prediction, score
from eval.scorecard import Meta, Scorecard
from eval.shapes import read_schema
from eval.verdicts import LeafVerdict
from extractor.extraction import Evidence, Status


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Alpha(_Frozen):
    """Krippendorff's alpha over so many units; ``None`` where only one value was ever used."""

    alpha: float | None
    units: int


class FieldAgreement(_Frozen):
    """One field: F1 of b against a, F1 of either against the adjudicated gold, alpha of an enum.

    ``a`` and ``b`` are ``None`` without adjudicated gold.
    """

    path: str
    strict: float | None
    lenient: float | None
    a: float | None
    b: float | None
    presence: Alpha
    values: Alpha | None


class Agreement(_Frozen):
    """Two first passes compared, and each with what became of them."""

    between: Scorecard
    a: Scorecard | None
    b: Scorecard | None
    presence: Alpha
    values: Alpha
    fields: tuple[FieldAgreement, ...]


def agreement(
    a: Sequence[GoldDocument],
    b: Sequence[GoldDocument],
    schema: type[BaseModel],
    adjudicated: Sequence[GoldDocument] | None = None,
) -> Agreement:
    """Compare two annotators, and each with the adjudicated gold if there is any.

    Between the annotators nothing helps: alternatives and unscorable leaves are set aside, so
    either may come first. Raises ``GoldError`` unless all annotated the same texts.
    """
    _same_texts(a, b)
    bare = [
        one.model_copy(update={"alternatives": {}, "unscorable": {}}) for one in _by_id(a).values()
    ]
    between = _scored(bare, b, schema)
    against_a = against_b = None
    if adjudicated is not None:
        _same_texts(a, adjudicated)
        against_a, against_b = _scored(adjudicated, a, schema), _scored(adjudicated, b, schema)
    rows = list(read_schema(schema).rows())
    presence = {leaf.path: _presence(between.verdicts, leaf.path, bare) for leaf in rows}
    values = {
        leaf.path: [
            (str(one.gold), str(one.predicted))
            for one in between.verdicts
            if one.path == leaf.path and one.strict and None not in (one.gold, one.predicted)
        ]
        for leaf in rows
        if leaf.nominal
    }
    return Agreement(
        between=between,
        a=against_a,
        b=against_b,
        presence=alpha([pair for pairs in presence.values() for pair in pairs]),
        values=alpha(
            [
                (f"{path}={one}", f"{path}={other}")
                for path, pairs in values.items()
                for one, other in pairs
            ]
        ),
        fields=tuple(
            FieldAgreement(
                path=leaf.path,
                strict=between.field(leaf.path).strict.f1,
                lenient=between.field(leaf.path).lenient.f1,
                a=against_a.field(leaf.path).strict.f1 if against_a else None,
                b=against_b.field(leaf.path).strict.f1 if against_b else None,
                presence=alpha(presence[leaf.path]),
                values=alpha(values[leaf.path]) if leaf.path in values else None,
            )
            for leaf in rows
        ),
    )


def alpha(pairs: Sequence[tuple[str, str]]) -> Alpha:
    """Krippendorff's alpha for two raters and nominal values, one pair per unit."""
    codes = {value: code for code, value in enumerate(sorted({v for pair in pairs for v in pair}))}
    if len(codes) < 2:
        return Alpha(alpha=None, units=len(pairs))
    import krippendorff

    data = [[codes[pair[rater]] for pair in pairs] for rater in (0, 1)]
    found = krippendorff.alpha(reliability_data=data, level_of_measurement="nominal")
    return Alpha(alpha=float(found), units=len(pairs))


def as_prediction(document: GoldDocument) -> Prediction:
    """An annotator's document as if a system had said it; of evidence, the first alternative."""
    evidence = {
        pointer: [
            Evidence(span.start, span.end, span.text, Status.VERBATIM) for span in alternatives[0]
        ]
        for pointer, alternatives in document.evidence.items()
        if alternatives
    }
    return Prediction(document.record, evidence)


def _scored(
    gold: Sequence[GoldDocument], other: Sequence[GoldDocument], schema: type[BaseModel]
) -> Scorecard:
    predictions = {document.id: as_prediction(document) for document in other}
    return score(gold, predictions, schema, Meta(schema_name=schema.__name__))


def _presence(
    verdicts: Sequence[LeafVerdict], path: str, documents: Sequence[GoldDocument]
) -> list[tuple[str, str]]:
    """Per document, whether either annotator states anything in a field."""
    here = [one for one in verdicts if one.path == path and one.strict]
    a = {one.document for one in here if one.gold is not None}
    b = {one.document for one in here if one.predicted is not None}
    return [(str(document.id in a), str(document.id in b)) for document in documents]


def _by_id(documents: Sequence[GoldDocument]) -> dict[str, GoldDocument]:
    return {document.id: document for document in documents}


def _same_texts(one: Sequence[GoldDocument], other: Sequence[GoldDocument]) -> None:
    ours, theirs = _by_id(one), _by_id(other)
    if ours.keys() != theirs.keys():
        odd = sorted(ours.keys() ^ theirs.keys())[0]
        raise GoldError(f"{odd}: annotated by one only; annotate it twice or leave it out")
    for id, document in ours.items():
        if document.sha256 != theirs[id].sha256:
            raise GoldError(f"{id}: annotated in two versions of the text; annotate one of them")
