"""The files of an evaluation: one scorecard in every form asked for.

This module owns the choice of forms, the files of a report, and the summary of a CI job. The forms
themselves are ``report``'s.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from eval.files import json_text, write_atomic
from eval.gate import Gate
from eval.report.mentions import Document
from eval.scorecard import Scorecard
from extractor.errors import ConfigurationError

if TYPE_CHECKING:
    from rich.console import Console

Form: TypeAlias = Literal["terminal", "json", "markdown", "junit", "html"]
FORMS: tuple[Form, ...] = get_args(Form)
SUMMARY = "GITHUB_STEP_SUMMARY"

_FILES: Mapping[Form, str] = {
    "json": "scorecard.json",
    "markdown": "summary.md",
    "junit": "junit.xml",
    "html": "report.html",
}
_WIDTH = 140  # columns where there is no terminal to ask


def parse_forms(text: str | None) -> tuple[Form, ...]:
    """The forms of a list such as ``json,html``; all of them without one.

    Raises ``ConfigurationError`` for a form that there is not.
    """
    if text is None:
        return FORMS
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in FORMS:
            raise ConfigurationError(f"--formats: no form {name!r}; there are {', '.join(FORMS)}")
    return tuple(form for form in FORMS if form in names)


def write_reports(
    card: Scorecard,
    documents: Sequence[Document],
    gate: Gate | None,
    folder: Path,
    forms: Iterable[Form],
) -> tuple[Path, ...]:
    """Write the forms that are files, and ``gate.json`` if there was a gate; returns their paths.

    Raises ``ConfigurationError`` if the folder cannot be written to.
    """
    written = []
    try:
        for form in forms:
            if form in _FILES:
                path = folder / _FILES[form]
                write_atomic(path, _render(form, card, documents, gate))
                written.append(path)
        if gate is not None:
            write_atomic(folder / "gate.json", json_text(gate.model_dump(mode="json")))
            written.append(folder / "gate.json")
    except OSError as error:
        raise ConfigurationError(f"{folder}: cannot be written: {error.strerror}") from None
    return tuple(written)


def add_to_summary(text: str, environ: Mapping[str, str]) -> None:
    """Add Markdown to the job's summary, if this is a job that has one."""
    path = environ.get(SUMMARY, "").strip()
    if not path:
        return
    try:
        with Path(path).open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text if text.endswith("\n") else f"{text}\n")
    except OSError as error:
        raise ConfigurationError(f"{SUMMARY} {path}: cannot be written: {error}") from None


def console() -> Console:
    """Standard output as a ``rich`` console, wide where it is no terminal."""
    from rich.console import Console

    with contextlib.suppress(AttributeError, io.UnsupportedOperation):
        sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    # A pipe or a log file has no width of its own.
    width = None if sys.stdout.isatty() else _WIDTH
    return Console(file=sys.stdout, highlight=False, width=width)


def _render(form: Form, card: Scorecard, documents: Sequence[Document], gate: Gate | None) -> str:
    if form == "json":
        from eval.report.json_report import to_json

        return to_json(card)
    if form == "junit":
        from eval.report.junit import to_junit

        return to_junit(card, gate)
    if form == "html":
        from eval.report.html import to_html

        return to_html(card, documents, gate)
    from eval.report.markdown import to_markdown

    return to_markdown(card, documents, gate)
