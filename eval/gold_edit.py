"""One correction of a gold document, with its reason kept.

This module owns changing a value where a pointer leads and keeping the rest of the document in step
with it. Whether the result is sound is ``gold_check``'s judgement; reading and writing the file is
``gold``'s business.
"""

from __future__ import annotations

import copy
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from eval.anchor import find, find_mention
from eval.gold import Change, GoldDocument, GoldError, GoldSpan, first_error
from eval.gold_check import check, scored_leaves
from eval.items import read_record
from eval.pointers import covering, join, resolve, split
from eval.shapes import read_schema

Value = TypeVar("Value")

_TEXT_KINDS = ("text", "organisation", "passage")


@dataclass(frozen=True, slots=True)
class Edit:
    """What to change and why.

    ``pointer`` leads to a value that is there; ``-`` for an index adds to the list's end.
    ``quotes`` are the article's words, needed together, that say so. ``remove``: take the list
    item away.
    """

    pointer: str
    value: Any
    reason: str
    quotes: Sequence[str] = ()
    remove: bool = False


def edit(
    document: GoldDocument, text: str, schema: type[BaseModel], change: Edit, date: datetime.date
) -> GoldDocument:
    """The document with the change made and noted in its history.

    What was said of places that are null or gone is dropped, and pointers behind a removed item
    move up. A new text that stands in the article is its own evidence. Raises ``GoldError``, one
    line, if the pointer leads nowhere or the result breaks a rule that was kept before.
    """
    if not change.reason.strip():
        raise GoldError("--reason is empty: say why the gold was wrong")
    record = copy.deepcopy(document.record)
    pointer, old = _change(record, change)
    notes: dict[str, dict[str, Any]] = {
        name: dict(getattr(document, name)) for name in ("evidence", "alternatives", "unscorable")
    }
    if change.remove:
        notes = {name: _moved(found, pointer) for name, found in notes.items()}
    elif change.quotes:
        notes["evidence"][pointer] = [[_span(text, quote) for quote in change.quotes]]
    notes = {name: _kept(found, record) for name, found in notes.items()}
    noted = Change(
        path=pointer,
        old=old,
        new=None if change.remove else change.value,
        reason=change.reason.strip(),
        date=date,
    )
    plain = document.model_dump(by_alias=True)
    plain.update(record=record, **notes, history=[*document.history, noted])
    try:
        edited = GoldDocument.model_validate(plain)
    except ValidationError as error:
        raise GoldError(f"{document.id}: {first_error(error)}; change something else") from None
    edited = _with_mentions(edited, text, schema, pointer)
    known = {str(problem) for problem in check(document, text, schema)}
    broken = [one for one in check(edited, text, schema) if str(one) not in known]
    if broken:
        more = f" and {len(broken) - 1} more" if len(broken) > 1 else ""
        hint = "; quote the words with --evidence" if broken[0].kind == "evidence" else ""
        raise GoldError(f"not changed: {broken[0]}{more}{hint}")
    return edited


def _change(record: dict[str, Any], change: Edit) -> tuple[str, Any]:
    """Change the record in place; the pointer to the changed value, and what was there."""
    try:
        *around, last = split(change.pointer)
        holder = resolve(record, join(*around))
        if isinstance(holder, list) and last == "-" and not change.remove:
            holder.append(change.value)
            return join(*around, len(holder) - 1), None
        old = resolve(holder, join(last))
    except (ValueError, LookupError):
        raise GoldError(
            f"{change.pointer}: leads nowhere in the record; write it like /arrests/0/count, "
            "or /locations/- to add"
        ) from None
    if change.remove:
        if not isinstance(holder, list):
            raise GoldError(f"{change.pointer}: only a list's item can be removed; set it to null")
        del holder[int(last)]
    elif isinstance(holder, list):
        holder[int(last)] = change.value
    else:
        holder[last] = change.value
    return change.pointer, copy.deepcopy(old)


def _moved(found: Mapping[str, Value], removed: str) -> dict[str, Value]:
    """Entries by pointer after a list item has gone: its own dropped, later items' moved up."""
    *around, gone = split(removed)
    kept = {}
    for pointer, value in found.items():
        steps = list(split(pointer))
        inside = steps[: len(around)] == around and len(steps) > len(around)
        if inside and steps[len(around)] == gone:
            continue
        if inside and int(steps[len(around)]) > int(gone):
            steps[len(around)] = str(int(steps[len(around)]) - 1)
        kept[join(*steps)] = value
    return kept


def _kept(found: Mapping[str, Value], record: dict[str, Any]) -> dict[str, Value]:
    """Entries whose place still holds something."""

    def stated(pointer: str) -> bool:
        try:
            return resolve(record, pointer) is not None
        except LookupError:
            return False

    return {pointer: value for pointer, value in found.items() if stated(pointer)}


def _span(text: str, quote: str) -> GoldSpan:
    found = find(text, quote) if quote else None
    if found is None:
        raise GoldError(f"--evidence {quote!r}: not in the article; copy the words exactly")
    return found


def _with_mentions(
    document: GoldDocument, text: str, schema: type[BaseModel], below: str
) -> GoldDocument:
    """Changed text leaves that nothing is quoted for, with their first mention if there is one."""
    evidence = dict(document.evidence)
    for pointer, leaf, value in scored_leaves(read_record(read_schema(schema), document.record)):
        changed = pointer == below or pointer.startswith(f"{below}/")
        if not changed or leaf.kind not in _TEXT_KINDS or not isinstance(value, str):
            continue
        cited = covering(document.record, pointer, evidence)
        # A mention of the words that were there before says nothing of the new ones.
        if cited is None or (pointer in evidence and not _holds(cited, value)):
            span = find_mention(text, value)
            if span is not None:
                evidence[pointer] = [[span]]
    return document.model_copy(update={"evidence": evidence})


def _holds(alternatives: Sequence[Sequence[GoldSpan]], value: str) -> bool:
    return any(value in span.text for spans in alternatives for span in spans)
