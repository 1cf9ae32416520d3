"""What was changed from one run to another.

This module owns the list of things that may differ, as the runs' own notes tell them. What the
changes did is ``diff``'s business.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from eval.runs import Run, RunInfo

What: TypeAlias = Literal["prompt", "schema", "model", "gold", "scorer", "settings", "code"]

_DECIDING = ("effort", "min_confidence", "context_size")  # settings that change what is found
_SHORT = 12  # characters of a hash that are shown


class Change(BaseModel):
    """One thing that differs between the runs. The code is named, but alone decides nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: What
    before: str
    after: str
    detail: str = ""

    @property
    def counts(self) -> bool:
        """Whether a second one of these makes it unclear which had the effect."""
        return self.what != "code"


def changes_between(before: Run, after: Run) -> tuple[Change, ...]:
    """Everything that differs; what a run does not know of itself counts as the same."""
    return tuple(_changes(before, after))


def _changes(before: Run, after: Run) -> Iterator[Change]:
    one, other = before.info, after.info
    yield from _prompt(before, after)
    yield from _hashes("schema", one.schema_hash, other.schema_hash)
    if _model(one) != _model(other):
        yield Change(what="model", before=_model(one), after=_model(other))
    yield from _hashes("gold", one.gold_hash, other.gold_hash)
    yield from _hashes("scorer", one.scorer_hash, other.scorer_hash)
    for name in _DECIDING:
        old, new = one.settings.get(name), other.settings.get(name)
        if old != new and one.settings and other.settings:
            yield Change(what="settings", before=f"{name} {old}", after=f"{name} {new}")
    if one.git != other.git or one.versions != other.versions:
        yield Change(
            what="code",
            before=_commit(one.git.commit, one.git.dirty),
            after=_commit(other.git.commit, other.git.dirty),
            detail=", ".join(_differing(one.versions, other.versions)),
        )


def _prompt(before: Run, after: Run) -> Iterator[Change]:
    one, other = before.info, after.info
    asked_before = {str(part.get("name")): part.get("prompt") for part in before.prompts}
    asked_after = {str(part.get("name")): part.get("prompt") for part in after.prompts}
    sections = _differing(asked_before, asked_after) if asked_before and asked_after else []
    # A changed schema changes the words of the questions by itself.
    words = sections if one.schema_hash == other.schema_hash else []
    if one.prompt_version != other.prompt_version or words:
        yield Change(
            what="prompt",
            before=str(one.prompt_version),
            after=str(other.prompt_version),
            detail=", ".join(sections),
        )


def _hashes(what: What, before: str | None, after: str | None) -> Iterator[Change]:
    if before is not None and after is not None and before != after:
        yield Change(what=what, before=before[:_SHORT], after=after[:_SHORT])


def _commit(commit: str | None, dirty: bool | None) -> str:
    return f"{(commit or 'no commit')[:_SHORT]}{' and uncommitted changes' if dirty else ''}"


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))


def _model(info: RunInfo) -> str:
    server = info.settings.get("base_url")
    return f"{info.model}{f' at {server}' if server else ''}"
