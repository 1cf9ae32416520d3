"""Runs: one folder per evaluation, readable whatever became of it.

This module owns the folder's layout, its writing while an evaluation goes on, and its reading
afterwards. What the parts mean belongs to their makers: ``provenance``, ``dataset``, ``scorecard``.

    runs/20250102T030405Z-a1b2c3/
        run.json           what was run with what, how far it got, what it cost
        prompts.json       what the model was asked
        gold.jsonl         the gold with its articles, as ``dataset`` exports it
        extractions.jsonl  one line per article, added as soon as it is done
        scores.json        the scorecard, if the evaluation got that far
"""

from __future__ import annotations

import datetime
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.dataset import GoldSet, load_set, to_json_lines
from eval.files import append_line, json_text, read_lines, write_atomic
from eval.gold import GoldError, first_error
from eval.provenance import GitState
from eval.score import Prediction
from eval.scorecard import Scorecard
from extractor.errors import ConfigurationError, ExtractorError
from extractor.extraction import Evidence, Extraction, Status, Usage

RUNS = Path("runs")
LATEST = "latest"

Outcome: TypeAlias = Literal["running", "complete", "incomplete", "interrupted", "failed"]


class RunError(ConfigurationError):
    """A run that is not there or cannot be read; the message says what to do."""


class RunInfo(BaseModel):
    """What was run with what, and how far it got. Times are in UTC; hashes are SHA-256.

    A run that says "running" but does so no more was killed. ``failures`` holds, by article id, why
    an article has no record.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    format: Literal[1] = 1
    id: str = ""
    started: datetime.datetime | None = None
    finished: datetime.datetime | None = None
    outcome: Outcome = "running"
    settings: dict[str, Any] = Field(default_factory=dict)
    model: str | None = None
    prompt_version: str | None = None
    schema_name: str
    schema_hash: str | None = None
    gold_hash: str
    documents: tuple[str, ...]
    scorer_hash: str
    git: GitState = GitState()
    versions: dict[str, str] = Field(default_factory=dict)
    usage: Usage = Usage()
    failures: dict[str, str] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """A run as read back; what it did not get to is empty or ``None``.

    ``lines``: by article id, the JSON object that was kept of it.
    """

    path: Path
    info: RunInfo
    lines: Mapping[str, Mapping[str, Any]]
    prompts: Sequence[Mapping[str, Any]]
    gold: GoldSet | None
    scorecard: Scorecard | None

    @property
    def predictions(self) -> dict[str, Prediction]:
        """What the scorer takes, by article id; failed articles have no record."""
        return {id: prediction_of(line) for id, line in self.lines.items()}


class RunWriter:
    """A run in the making. Raises ``ExtractorError`` where the disk does not take it."""

    def __init__(
        self,
        info: RunInfo,
        gold: GoldSet,
        runs: Path = RUNS,
        prompts: Sequence[Mapping[str, Any]] = (),
        *,
        now: Callable[[], datetime.datetime] | None = None,
        token: Callable[[], str] = lambda: secrets.token_hex(3),
    ) -> None:
        self._now = now or _utc_now
        started = self._now()
        stamp = started.strftime("%Y%m%dT%H%M%SZ")
        while True:
            name = f"{stamp}-{token()}"
            try:
                (runs / name).mkdir(parents=True)
                break
            except FileExistsError:
                if not runs.is_dir():
                    raise ExtractorError(f"{runs} is no folder: name another for runs") from None
            except OSError as error:
                raise _unwritable(runs, error) from None
        self.path = runs / name
        self.info = info.model_copy(update={"id": name, "started": started})
        self._write("run.json", self.info.model_dump_json(indent=2) + "\n")
        self._write("gold.jsonl", to_json_lines(gold))
        self._write("prompts.json", json_text(list(prompts)))

    def add(self, line: Mapping[str, Any]) -> None:
        """Keep what became of one article; it is on the disk on return."""
        try:
            append_line(self.path / "extractions.jsonl", line)
        except OSError as error:
            raise _unwritable(self.path, error) from None

    def finish(self, outcome: Outcome, scorecard: Scorecard | None = None, **known: Any) -> RunInfo:
        """Write the scores, then how it ended; ``known`` are further fields of the info."""
        if scorecard is not None:
            self._write("scores.json", scorecard.model_dump_json(indent=1) + "\n")
            known.setdefault("usage", scorecard.usage)
        self.info = self.info.model_copy(
            update={**known, "outcome": outcome, "finished": self._now()}
        )
        self._write("run.json", self.info.model_dump_json(indent=2) + "\n")
        return self.info

    def _write(self, name: str, content: str) -> None:
        try:
            write_atomic(self.path / name, content)
        except OSError as error:
            raise _unwritable(self.path, error) from None


def load_run(path: Path) -> Run:
    """Read a run, also one that was killed: scores may be missing, a torn last line is left out.

    Raises ``RunError`` if there is no run there or it is damaged.
    """
    info = _info(path)
    try:
        lines = {str(line["id"]): line for line in read_lines(path / "extractions.jsonl")}
    except (ValueError, KeyError, TypeError) as error:
        detail = error if isinstance(error, ValueError) else "a line has no id"
        raise RunError(f"{path}/extractions.jsonl: {detail}; evaluate anew") from None
    try:
        gold = load_set(path / "gold.jsonl") if (path / "gold.jsonl").is_file() else None
    except GoldError as error:
        raise RunError(f"{path}/gold.jsonl: {error}") from None
    return Run(path, info, lines, _prompts(path), gold, _scores(path))


def find_run(name: str, runs: Path = RUNS) -> Path:
    """The folder of a run: a path, a run's name, a part of one that fits no other, or "latest".

    Raises ``RunError`` if there is none, or if several fit.
    """
    if (Path(name) / "run.json").is_file():
        return Path(name)
    there = sorted(path.parent for path in runs.glob("*/run.json"))
    if name == LATEST and there:
        return max(there, key=_started)
    exact = [path for path in there if path.name == name]
    fitting = exact or [path for path in there if name and name in path.name]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        shown = ", ".join(path.name for path in fitting[:5])
        raise RunError(f"{name}: {len(fitting)} runs fit ({shown}); name more of it")
    raise RunError(f"{name}: no such run in {runs}; `extractor eval` makes one")


def line_of(extraction: Extraction[Any]) -> dict[str, Any]:
    """What is kept of an article that was extracted."""
    return extraction.to_dict()


def failure_line(id: str, error: Exception, usage: Usage) -> dict[str, Any]:
    """What is kept of an article without a record."""
    told = {"type": type(error).__name__, "message": " ".join(str(error).split())}
    return {"id": id, "record": None, "valid": False, "error": told, "usage": asdict(usage)}


def prediction_line(id: str, prediction: Prediction) -> dict[str, Any]:
    """What is kept of a prediction that came from elsewhere."""
    evidence = {
        place: [asdict(one) for one in found] for place, found in prediction.evidence.items()
    }
    return {
        "id": id,
        "record": None if prediction.record is None else dict(prediction.record),
        "valid": prediction.valid,
        "evidence": evidence,
        "usage": asdict(prediction.usage),
    }


def prediction_of(line: Mapping[str, Any]) -> Prediction:
    """The prediction that a kept line holds. Raises ``RunError`` for a line of another kind."""
    try:
        evidence = {
            pointer: tuple(
                Evidence(one["start"], one["end"], one["text"], Status(one["status"]))
                for one in found
            )
            for pointer, found in line.get("evidence", {}).items()
        }
        usage = Usage(**line.get("usage", {}))
        return Prediction(line["record"], evidence, bool(line["valid"]), usage)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RunError(f"extractions.jsonl: not a kept result ({error}); evaluate anew") from None


def _info(path: Path) -> RunInfo:
    try:
        return RunInfo.model_validate_json((path / "run.json").read_bytes())
    except OSError:
        raise RunError(f"{path}: no run there (run.json is missing); name one of runs/") from None
    except ValidationError as error:
        raise RunError(f"{path}/run.json: {first_error(error)}; evaluate anew") from None


def _scores(path: Path) -> Scorecard | None:
    """The scores; none if it did not get to them, or if they are of another version's form."""
    try:
        return Scorecard.model_validate_json((path / "scores.json").read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def _prompts(path: Path) -> Sequence[Mapping[str, Any]]:
    try:
        found = json.loads((path / "prompts.json").read_bytes())
    except (OSError, ValueError):
        return ()
    return found if isinstance(found, list) else ()


def _started(path: Path) -> tuple[datetime.datetime, str]:
    info = _info(path)
    return info.started or datetime.datetime.min.replace(tzinfo=datetime.UTC), path.name


def _utc_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _unwritable(path: Path, error: OSError) -> ExtractorError:
    return ExtractorError(f"{path}: cannot be written: {error.strerror or error}; make room")
