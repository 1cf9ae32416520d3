"""``extractor``: the command line. Parses and calls.

This module owns the commands ``run``, ``plan``, ``schema`` and ``config``, their options and help.
``running`` does a run; ``command_group`` mounts ``model`` and plugin commands and turns errors into
one line and an exit code: 0 all went well, 1 something failed, 2 wrong use, 130 interrupted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer

from extractor.command_group import CommandGroup
from extractor.errors import SchemaError
from extractor.run.sinks import Format
from extractor.schema.loading import DEFAULT_SCHEMA, load_schema
from extractor.settings import Effort, config_files, settings_in_force, unknown_variables

app = typer.Typer(
    name="extractor",
    cls=CommandGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Schema = Annotated[
    str,
    typer.Option(
        "--schema", metavar="MODULE:CLASS", help="Pydantic model; the working folder is searched."
    ),
]
Debug = Annotated[bool, typer.Option("--debug", help="Show where an error arose.")]


class PlannedSection(Protocol):
    """What ``extractor plan`` shows of a section; ``describing.describe_plan`` returns these."""

    @property
    def name(self) -> str: ...

    @property
    def fields(self) -> Sequence[str]: ...

    @property
    def prompt(self) -> str: ...

    @property
    def wire_schema(self) -> Mapping[str, Any]: ...


def main() -> None:
    """The console script."""
    app()


@app.callback()
def extractor(debug: Debug = False) -> None:
    """Turn news articles into structured records, every value with its evidence in the text.

    \b
    First steps:
      extractor run article.txt            a table, each value beside its mention
      extractor run articles/ -o out.jsonl whole results, one line per article
      extractor plan                       what the model is asked, and in which form
      extractor config                     the settings in force and where they come from

    \b
    With your own Pydantic model, in recipe.py in this folder:
      extractor run soup.txt --schema recipe:Recipe

    \b
    With another model than the embedded one (any OpenAI-compatible server):
      extractor run article.txt --base-url http://localhost:11434/v1 --model qwen3:8b
      OPENAI_API_KEY=… extractor run article.txt --base-url https://api.openai.com/v1 --model …

    Settings can also stand in the environment (EXTRACTOR_MODEL, …) or in extractor.toml.
    Exit codes: 0 all went well, 1 something failed, 2 wrong use, 130 interrupted.
    """
    del debug  # read by the command group


@app.command(no_args_is_help=True)
def run(
    context: typer.Context,
    articles: Annotated[
        list[str], typer.Argument(metavar="FILE|DIR|-...", help="Texts; a folder's *.txt; stdin.")
    ],
    schema: Schema = DEFAULT_SCHEMA,
    model: Annotated[
        str | None, typer.Option(help="Catalogue name, .gguf file, or the server's model.")
    ] = None,
    base_url: Annotated[
        str | None, typer.Option(help="OpenAI-compatible server; '' for the embedded model.")
    ] = None,
    form: Annotated[
        Format | None, typer.Option("--format", help="Default: by the ending of -o, else table.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Instead of stdout.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a .jsonl file: skip what it holds.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a .jsonl file that holds results.")
    ] = False,
    effort: Annotated[
        Effort | None, typer.Option(help="How much is asked again; more is slower.")
    ] = None,
    min_confidence: Annotated[
        float | None, typer.Option(metavar="0..1", help="Set doubtful values aside for review.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Only the first N articles.")
    ] = None,
    debug: Debug = False,
) -> None:
    """Extract a record from each article.

    \b
    Examples:
      extractor run article.txt
      extractor run articles/ extra.txt --format json -o out.json
      extractor run articles/ -o out.jsonl            each result kept as soon as it is there
      extractor run articles/ -o out.jsonl --resume   after an interruption
      extractor run articles/ -o out.csv              one row per value, for a spreadsheet
      cat article.txt | extractor run - --format jsonl
      extractor run soup.txt --schema recipe:Recipe

    Results go to standard output or FILE, progress and errors to standard error. An article that
    fails is reported in one line and the others go on.
    """
    from extractor.errors import ConfigurationError
    from extractor.pipeline import Extractor
    from extractor.run.command import Job
    from extractor.run.command import run as do
    from extractor.run.sinks import choose_format
    from extractor.settings import load_settings

    debug = debug or bool(context.find_root().params.get("debug"))
    context.find_root().params["debug"] = debug
    if resume and (output is None or choose_format(form, output) != "jsonl"):
        raise ConfigurationError("--resume goes on with a JSON Lines file: add -o FILE.jsonl")
    job = Job(
        arguments=tuple(articles),
        schema=load_schema(schema),
        settings=load_settings(
            model=model, base_url=base_url, effort=effort, min_confidence=min_confidence
        ),
        form=form,
        output=output,
        resume=resume,
        overwrite=overwrite,
        limit=limit,
        debug=debug,
    )
    raise typer.Exit(do(job, Extractor))


@app.command()
def plan(schema: Schema = DEFAULT_SCHEMA) -> None:
    """Show what the model is asked: each section, its prompt and the JSON Schema of its reply.

    \b
    Examples:
      extractor plan
      extractor plan --schema recipe:Recipe
    """
    from extractor.describing import describe_plan

    sections: Sequence[PlannedSection] = describe_plan(load_schema(schema))
    for number, section in enumerate(sections, start=1):
        title = f"{number}/{len(sections)} {section.name}: {', '.join(section.fields)}"
        typer.echo(f"{title}\n{'─' * min(len(title), 100)}\n{section.prompt.rstrip()}\n")
        typer.echo(f"{_json(section.wire_schema)}\n")


@app.command(name="schema")
def print_schema(schema: Schema = DEFAULT_SCHEMA) -> None:
    """Print a record's JSON Schema.

    \b
    Examples:
      extractor schema
      extractor schema --schema recipe:Recipe > recipe.schema.json
    """
    from pydantic.errors import PydanticInvalidForJsonSchema

    try:
        typer.echo(_json(load_schema(schema).model_json_schema()))
    except PydanticInvalidForJsonSchema as error:
        detail = error.message.partition("\n")[0]
        raise SchemaError(f"--schema {schema}: has no JSON Schema: {detail}") from None


@app.command()
def config() -> None:
    """Show every setting in force and where it comes from; secrets are masked.

    \b
    Strongest first: options of `run`, the environment (EXTRACTOR_TIMEOUT=60), ./extractor.toml,
    extractor.toml in your configuration folder, the defaults. In the file: timeout = 60
    """
    rows = [("SETTING", "VALUE", "SOURCE", "MEANING")]
    rows += [(one.name, one.value, one.source, one.about) for one in settings_in_force()]
    typer.echo("\n".join(_columns(rows)))
    typer.echo("")
    for path in config_files():
        typer.echo(f"{path}: {'read' if path.exists() else 'not there'}")
    for name in unknown_variables():
        typer.echo(f"warning: {name} is set but is no setting of extractor", err=True)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _columns(rows: Iterable[Sequence[str]]) -> list[str]:
    found = [*rows]
    widths = [max(map(len, column)) for column in zip(*found, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in found
    ]
