"""`extractor model pull | list | path | verify`: parses, calls, prints.

Owns the words on the terminal and the exit codes (0 done, 1 it failed, 2 wrong usage). The work is
`download.py`'s and `models.py`'s. `cli.py` hangs ``app`` in as the sub-command ``model``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from extractor.errors import ModelFileError
from extractor.model_files import store as models
from extractor.model_files.catalogue import Catalogue, Entry, load_catalogue
from extractor.model_files.download import pull
from extractor.model_files.fetch import Fetcher
from extractor.model_files.progress import showing
from extractor.model_files.store import human_size

app = typer.Typer(
    help="Get and check the embedded model files.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

ModelName = Annotated[str | None, typer.Argument(metavar="MODEL", help="A name from `model list`.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]


@dataclass(frozen=True, slots=True)
class Means:
    """What the commands work with; given as the Typer context's object to replace it."""

    catalogue: Catalogue
    fetcher: Fetcher | None = None


@app.command("pull")
def pull_model(
    context: typer.Context,
    name: ModelName = None,
    given: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="Take this local copy instead of fetching."),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Fetch a model file (the default one if none is named) unless it is there already."""
    means = _means(context)
    entry = _entry(means, name)
    if given is not None and not given.is_file():
        _end(f"--from {given}: no such file", code=2)
    folder = models.models_dir()
    with _one_line(), showing(sys.stderr, quiet=quiet) as progress:
        if not models.is_verified(entry, folder):
            progress.note(
                f"{entry.name} ({entry.about}): {human_size(entry.size)}, "
                f"licence {entry.licence}, origin {entry.origin}"
            )
        pulled = pull(entry, folder, given=given, fetcher=means.fetcher, progress=progress)
    if not quiet:
        how = "was there already" if pulled.source is None else f"from {pulled.source}, checked"
        typer.echo(f"{entry.name} is ready ({how}): {pulled.file.path}")


@app.command("list")
def list_models(context: typer.Context) -> None:
    """Show the models that can be had, and what is here of them."""
    catalogue = _means(context).catalogue
    folder = models.models_dir()
    rows = [("MODEL", "STATE", "SIZE", "LICENCE", "CONTEXT", "ORIGIN")]
    rows += [
        (
            entry.name + ("*" if entry.name == catalogue.default else ""),
            str(models.state(entry, folder)),
            human_size(entry.size),
            entry.licence,
            str(entry.context_length),
            entry.origin,
        )
        for entry in catalogue.models
    ]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        typer.echo("  ".join(cells).rstrip())
    typer.echo(f"\n* used when no model is named. Files are kept in {folder}")


@app.command("path")
def print_path(context: typer.Context, name: ModelName = None) -> None:
    """Print where the model file is, and nothing else; fails if it is not there."""
    means = _means(context)
    entry = _entry(means, name)
    with _one_line():
        typer.echo(models.resolve(entry.name, catalogue=means.catalogue).path)


@app.command("verify")
def verify_models(context: typer.Context, name: ModelName = None, quiet: Quiet = False) -> None:
    """Read the model file whole and compare its checksum (all installed ones if none is named)."""
    means = _means(context)
    folder = models.models_dir()
    present = [entry for entry in means.catalogue.models if (folder / entry.file).is_file()]
    chosen = present if name is None else [_entry(means, name)]
    if not chosen:
        _end("no model is installed: run `extractor model pull`", code=1)
    failed = False
    for entry in chosen:
        try:
            with _stoppable(), showing(sys.stderr, quiet=quiet) as progress:
                progress.begin(f"checking {entry.file}", entry.size)
                models.verify(entry, folder, progress.at)
        except ModelFileError as error:
            typer.echo(f"error: {error}", err=True)
            failed = True
        else:
            if not quiet:
                typer.echo(f"{entry.name} is right (sha256 {entry.sha256})")
    if failed:
        raise typer.Exit(1)


def _means(context: typer.Context) -> Means:
    found = context.find_object(Means)
    return Means(load_catalogue()) if found is None else found


def _entry(means: Means, name: str | None) -> Entry:
    try:
        return means.catalogue.entry(name)
    except ModelFileError as error:
        _end(str(error), code=2)


def _end(message: str, *, code: int) -> NoReturn:
    typer.echo(f"error: {message}", err=True)
    raise typer.Exit(code)


@contextmanager
def _stoppable() -> Iterator[None]:
    """Turn Ctrl-C into one line."""
    try:
        yield
    except KeyboardInterrupt:
        _end("stopped; what was fetched is kept, run the same again to go on", code=1)


@contextmanager
def _one_line() -> Iterator[None]:
    """Turn what can go wrong into one line and exit code 1."""
    with _stoppable():
        try:
            yield
        except ModelFileError as error:
            _end(str(error), code=1)
