"""``extractor gold check | show | edit | agreement | export | schema | anchor``: parses and calls.

This module owns these commands, their options and words; the entry-point group
``extractor.commands`` hangs ``app`` into ``extractor`` as ``gold``. Exit codes: 0 done, 1 something
is wrong with the gold, 2 wrong use.
"""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from extractor.errors import ConfigurationError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from eval.gold import GoldDocument

app = typer.Typer(
    help="Check, show, correct, compare and export gold annotations.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Gold = Annotated[
    Path, typer.Option("--gold", metavar="DIR", help="Holds articles/ and annotations/.")
]
Id = Annotated[str, typer.Argument(metavar="ID", help="An article's name, or how it begins.")]
Schema = Annotated[
    str | None,
    typer.Option("--schema", metavar="MODULE:CLASS", help="Default: the one the gold names."),
]

_GOLD = Path("gold")


@app.command()
def check(gold: Gold = _GOLD, schema: Schema = None) -> None:
    """Verify every annotation against its article and the schema; exit code 1 if anything is wrong.

    The adjudicated annotations and, where there are any, the annotators' first passes.
    """
    from eval.dataset import ANNOTATIONS, ARTICLES

    texts = {path.stem for path in (gold / ARTICLES).glob("*.txt")}
    if not texts:
        raise ConfigurationError(f"{gold}: no articles; name the folder that holds {ARTICLES}/")
    folders = [gold / ANNOTATIONS, *sorted((gold / "annotators").glob("*/"))]
    found = sum(_check_folder(gold, folder, schema) for folder in folders)
    for id in sorted(texts - {path.stem for path in (gold / ANNOTATIONS).glob("*.json")}):
        typer.echo(f"{id}: has no annotation; annotate it or take the article out")
        found += 1
    if found:
        typer.echo(f"{found} {'problem' if found == 1 else 'problems'}", err=True)
        raise typer.Exit(1)
    typer.echo(f"{len(texts)} articles: nothing wrong")


@app.command()
def show(id: Id, gold: Gold = _GOLD, schema: Schema = None) -> None:
    """Show an article with its annotations highlighted."""
    from eval.dataset import article_text, load_document
    from eval.gold_show import to_terminal
    from eval.outputs import console

    document = load_document(gold, id)
    text = article_text(gold, document.id)
    console().print(to_terminal(document, text, _schema(document, schema)))


@app.command()
def edit(
    id: Id,
    path: Annotated[str, typer.Argument(metavar="PATH", help="Pointer, such as /officers/value.")],
    value: Annotated[
        str | None, typer.Argument(metavar="VALUE", help="JSON; anything else is taken as text.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why the gold was wrong; kept in its history.")] = "",
    evidence: Annotated[
        list[str] | None,
        typer.Option(metavar="WORDS", help="The article's words that say so; all are needed."),
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take a list's item away.")] = False,
    gold: Gold = _GOLD,
    schema: Schema = None,
) -> None:
    """Correct one value, with the reason written to the file's history.

    \b
    Examples:
      extractor gold edit 003 /officers/value 40 --reason "misread" --evidence "40 officers"
      extractor gold edit 003 /locations/- Ossing --reason "overlooked"
      extractor gold edit 003 /locations/1 --remove --reason "named in another story"

    The file stays as it is if the result would break a rule that `gold check` knows.
    """
    from eval.dataset import ANNOTATIONS, article_text, load_document
    from eval.gold import save
    from eval.gold_edit import Edit
    from eval.gold_edit import edit as do

    if remove == (value is not None):
        raise ConfigurationError("give a VALUE, or --remove for a list's item")
    document = load_document(gold, id)
    change = Edit(path, _value(value), reason, tuple(evidence or ()), remove)
    text = article_text(gold, document.id)
    edited = do(document, text, _schema(document, schema), change, datetime.date.today())
    save(edited, gold / ANNOTATIONS / f"{document.id}.json")
    last = edited.history[-1]
    typer.echo(f"{document.id} {last.path}: {_json(last.old)} → {_json(last.new)}")


@app.command()
def agreement(
    gold: Gold = _GOLD,
    schema: Schema = None,
    form: Annotated[bool, typer.Option("--json", help="Everything, as JSON.")] = False,
) -> None:
    """Score two annotators against each other, and each against the adjudicated gold."""
    from eval.agreement import agreement as compare
    from eval.agreement_report import to_terminal
    from eval.dataset import ANNOTATIONS
    from eval.gold import load_all
    from eval.outputs import console

    folders = sorted(path for path in (gold / "annotators").glob("*/") if path.is_dir())
    if len(folders) != 2:
        raise ConfigurationError(
            f"{gold / 'annotators'}: {len(folders)} annotators; two are compared, a folder each"
        )
    a, b = (load_all(folder) for folder in folders)
    settled = load_all(gold / ANNOTATIONS) if any((gold / ANNOTATIONS).glob("*.json")) else None
    found = compare(a, b, _schema(a[0], schema), settled)
    if form:
        typer.echo(found.model_dump_json(indent=2))
    else:
        console().print(to_terminal(found))


@app.command()
def export(
    target: Annotated[Path, typer.Argument(metavar="FILE", help="Ends in .jsonl or .parquet.")],
    gold: Gold = _GOLD,
    schema: Schema = None,
) -> None:
    """Write gold with its articles as JSON Lines or Parquet, for `datasets` and others."""
    from eval.dataset import export_gold, load_set
    from extractor.schema.loading import load_schema

    found = load_set(gold)
    export_gold(found, target, load_schema(schema) if schema else None)
    typer.echo(f"{target}: {len(found.documents)} articles")


@app.command("schema")
def print_schema(gold: Gold = _GOLD, schema: Schema = None) -> None:
    """Print the JSON Schema of an annotation file, for editors.

    The record is that of --schema, or of the gold if there is any, or of the default schema.
    """
    from eval.dataset import ANNOTATIONS
    from eval.gold import DEFAULT_SCHEMA, json_schema, load
    from extractor.schema.loading import load_schema

    first = next(iter(sorted((gold / ANNOTATIONS).glob("*.json"))), None)
    name = schema or (load(first).schema_ if first else DEFAULT_SCHEMA)
    typer.echo(json.dumps(json_schema(load_schema(name)), ensure_ascii=False, indent=2))


@app.command()
def anchor(
    drafts: Annotated[
        list[Path], typer.Argument(metavar="DRAFT...", help="Files with quotes as evidence.")
    ],
    to: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Default: the gold's annotations/.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files.")] = False,
    gold: Gold = _GOLD,
    schema: Annotated[
        str, typer.Option("--schema", metavar="MODULE:CLASS", help="The records' model.")
    ] = "schemas:OperationReport",
) -> None:
    """Turn drafts, in which evidence is quoted, into annotations with offsets.

    \b
    Examples:
      extractor gold anchor drafts/*.json
      extractor gold anchor drafts/a/*.json --to gold/annotators/a
    """
    from eval.anchor import anchor as do
    from eval.dataset import ANNOTATIONS, article_text
    from eval.gold import GoldError, save
    from extractor.schema.loading import load_schema

    model, folder = load_schema(schema), to or gold / ANNOTATIONS
    made = []
    for path in drafts:
        draft = _draft(path)
        document = do(draft, article_text(gold, draft["id"]), model)
        target = folder / f"{document.id}.json"
        if target.exists() and not overwrite:
            raise GoldError(f"{target} is there already; add --overwrite to replace it")
        made.append((document, target))
    folder.mkdir(parents=True, exist_ok=True)
    for document, target in made:
        save(document, target)
        typer.echo(f"wrote {target}")


def _check_folder(gold: Path, folder: Path, schema: str | None) -> int:
    """Print what is wrong with the annotations of a folder; how much that is."""
    from eval.dataset import article_text
    from eval.gold import GoldError, load
    from eval.gold_check import check as find

    found = 0
    for path in sorted(folder.glob("*.json")):
        label = path.relative_to(gold).with_suffix("")
        try:
            document = load(path)
            problems: list[Any] = []
            if document.id != path.stem:
                problems.append(f"(document): its id is {document.id}; name the file after it")
            text = article_text(gold, path.stem)
            problems += find(document, text, _schema(document, schema))
        except GoldError as error:
            problems = [str(error)]
        for problem in problems:
            typer.echo(f"{label}: {problem}")
        found += len(problems)
    return found


def _schema(document: GoldDocument, name: str | None) -> type[BaseModel]:
    from extractor.schema.loading import load_schema

    return load_schema(name or document.schema_)


def _draft(path: Path) -> dict[str, Any]:
    from eval.gold import GoldError

    try:
        draft = json.loads(path.read_bytes())
    except OSError as error:
        raise GoldError(f"{path}: {error.strerror}; check the path") from None
    except ValueError as error:
        raise GoldError(f"{path}: not JSON ({error}); mend the draft") from None
    if not isinstance(draft, dict) or not isinstance(draft.get("id"), str):
        raise GoldError(f"{path}: a draft is a JSON object with an id; mend it")
    return draft


def _value(text: str | None) -> Any:
    if text is None:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
