"""The ``extractor`` command line as a group that loads its parts on demand and fails in one line.

This module owns three things every command shares: sub-commands from other modules and from
installed packages (entry-point group ``extractor.commands``) are imported only when used, one that
cannot be imported spoils no other, and errors become one line and an exit code. The commands
themselves are ``cli``'s.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from extractor.errors import ConfigurationError, ExtractorError, SchemaError

PLUGINS = "extractor.commands"
BUILT_IN = (EntryPoint("model", "extractor.model_files.commands:app", PLUGINS),)

FAILED, USAGE, INTERRUPTED = 1, 2, 130


class CommandGroup(TyperGroup):
    """The commands of ``cli``, then ``model``, then those of installed packages by name.

    A plugin is a ``typer.Typer``, mounted under the entry point's name, or a function, which
    becomes the command of that name.
    """

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """Every command's name, in the order of the help."""
        del ctx
        return [*self.commands, *(name for name in _entries() if name not in self.commands)]

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]
        """The command of this name, imported now if it lives elsewhere; ``None`` if unknown."""
        own = super().get_command(ctx, cmd_name)
        entry = _entries().get(cmd_name)
        return _load(entry) if own is None and entry is not None else own

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        """Run a command; what goes wrong on purpose or not is told in one line."""
        try:
            return super().invoke(ctx)
        except TyperException as error:
            if error.message.startswith("Usage:"):  # a group named alone answers with its help
                raise
            where = getattr(getattr(error, "ctx", None), "command_path", "extractor")
            message = error.format_message().rstrip(".").replace("Value error, ", "")
            _end(f"{message}; see `{where} --help`", error.exit_code)
        except (typer.Exit, typer.Abort, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            typer.echo("interrupted", err=True)
            raise typer.Exit(INTERRUPTED) from None
        except Exception as error:
            if ctx.params.get("debug"):
                raise
            if not isinstance(error, ExtractorError):
                what = f"unexpected {type(error).__name__}: {error}"
                _end(f"{what}; `extractor --debug …` shows where", FAILED)
            wrong_use = isinstance(error, (ConfigurationError, SchemaError))
            _end(str(error), USAGE if wrong_use else FAILED)


def _entries() -> dict[str, EntryPoint]:
    found = sorted(entry_points(group=PLUGINS), key=lambda entry: entry.name)
    return {entry.name: entry for entry in (*found, *BUILT_IN)}


def _load(entry: EntryPoint) -> Any:
    try:
        found: object = entry.load()
        if not isinstance(found, typer.Typer) and not callable(found):
            raise TypeError("neither a typer.Typer nor a function")
        return _as_command(found, entry.name)
    except (Exception, SystemExit) as error:
        return _broken(entry, error)


def _as_command(found: typer.Typer | Callable[..., Any], name: str) -> Any:
    if not isinstance(found, typer.Typer):
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        app.command(name)(found)
        found = app
    command = typer.main.get_command(found)
    command.name = name
    completion = ("install_completion", "show_completion")  # belong to a whole program
    command.params = [each for each in command.params if each.name not in completion]
    return command


def _broken(entry: EntryPoint, error: BaseException) -> Any:
    detail = " ".join(f"{type(error).__name__}: {error}".split())
    message = f"`{entry.name}` ({entry.value}) cannot be loaded: {detail}"

    def tell() -> None:
        raise ConfigurationError(f"{message}; reinstall or remove its package") from error

    tell.__doc__ = f"Cannot be loaded: {detail}"
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    anything = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
    app.command(entry.name, context_settings=anything)(tell)
    return _as_command(app, entry.name)


def _end(message: str, code: int) -> None:
    line = " ".join(message.split())
    encoding = sys.stderr.encoding or "utf-8"
    typer.echo(f"error: {line}".encode(encoding, "replace").decode(encoding), err=True)
    raise typer.Exit(code) from None
