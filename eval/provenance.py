"""What a run was made with, so that two runs can be told apart and one be made again.

This module owns the state of git, the hash of the scoring rules, the versions of the libraries that
decide results, and the snapshots of settings and prompts. ``runs`` keeps them.
"""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from eval.shapes import read_schema
from extractor.settings import Settings

_SCORING = {
    "eval": (
        "align.py",
        "assign.py",
        "compare.py",
        "evidence.py",
        "intervals.py",
        "items.py",
        "leaves.py",
        "pointers.py",
        "score.py",
        "scorecard.py",
        "shapes.py",
        "judge.py",
        "verdicts.py",
    ),
    "schemas": ("fields.py", "values.py"),
    "schemas.vocabulary": ("__init__.py", "organisations.toml"),
}
_PACKAGES = ("instructor", "openai", "pydantic", "rapidfuzz", "scipy", "xllamacpp")
_PATIENCE = 10  # seconds for one call of git


class GitState(BaseModel):
    """The commit checked out, and whether anything differed from it; ``None`` outside of git."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    commit: str | None = None
    dirty: bool | None = None


def git_state(folder: Path | None = None) -> GitState:
    """The state of the repository around a folder (the working one); never raises."""
    status = _git(folder, "--no-optional-locks", "status", "--porcelain")
    if status is None:
        return GitState()
    return GitState(
        commit=_git(folder, "rev-parse", "--verify", "--quiet", "HEAD") or None, dirty=bool(status)
    )


def scorer_hash(schema: type[BaseModel]) -> str:
    """SHA-256 of the scoring code, the alias table, and how the schema has its fields compared.

    Equal hashes give equal scores; unequal ones may, after a mere change of words in the code.
    """
    parts: list[Any] = [
        [leaf.path, leaf.kind, leaf.weight, leaf.in_totals] for leaf in read_schema(schema).rows()
    ]
    for package, names in _SCORING.items():
        for name in names:
            content = files(package).joinpath(name).read_bytes().replace(b"\r\n", b"\n")
            parts.append([package, name, hashlib.sha256(content).hexdigest()])
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def versions() -> dict[str, str]:
    """Python's version and those of the installed libraries that decide results."""
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def settings_snapshot(settings: Settings) -> dict[str, Any]:
    """The settings as JSON values, secrets masked."""
    snapshot: dict[str, Any] = settings.model_dump(mode="json")
    for name in snapshot:
        value = getattr(settings, name)
        if hasattr(value, "get_secret_value"):
            snapshot[name] = "********"
    return snapshot


def prompt_snapshot(schema: type[BaseModel]) -> list[dict[str, Any]]:
    """What the extractor asks for this schema: each section's name, fields, prompt and form."""
    from extractor.describing import describe_plan

    return [
        {
            "name": section.name,
            "fields": list(section.fields),
            "prompt": section.prompt,
            "wire_schema": _plain(section.wire_schema),
        }
        for section in describe_plan(schema)
    ]


def _plain(value: Mapping[str, Any]) -> Any:
    return json.loads(json.dumps(value, default=str))


def _git(folder: Path | None, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
