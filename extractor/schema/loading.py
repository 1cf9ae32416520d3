"""From ``module:Class`` on a command line to a Pydantic model.

This module owns importing a user's module and saying in one line why that failed. Whether the
model can be turned into requests is the business of ``plan``.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel

from extractor.errors import SchemaError

DEFAULT_SCHEMA = "schemas:OperationReport"


def load_schema(name: str) -> type[BaseModel]:
    """The model called ``module:Class``; modules in the working directory are found, too.

    Raises ``SchemaError``, one line, if there is no such module or class, if importing the module
    fails, or if the class is no Pydantic model.
    """
    module_name, colon, class_name = name.partition(":")
    if not colon or not module_name or not class_name or module_name.startswith("."):
        raise SchemaError(f"--schema {name}: write it as module:Class, like {DEFAULT_SCHEMA}")
    if module_name.endswith(".py") or "/" in module_name or "\\" in module_name:
        module = Path(module_name).stem
        raise SchemaError(
            f"--schema {name}: name the module, not the file: run it in the file's folder "
            f"as {module}:{class_name}"
        )
    importlib.import_module("schemas")  # ours, before a folder of that name here can hide it
    with _working_directory_first():
        try:
            found: object = importlib.import_module(module_name)
        except (Exception, SystemExit) as error:
            raise SchemaError(f"--schema {name}: {_why(module_name, error)}") from error
    for part in class_name.split("."):
        if not hasattr(found, part):
            raise SchemaError(
                f"--schema {name}: {module_name} has no {class_name}; {_models_in(module_name)}"
            )
        found = getattr(found, part)
    if not isinstance(found, type) or not issubclass(found, BaseModel) or found is BaseModel:
        raise SchemaError(
            f"--schema {name}: {class_name} is not a Pydantic model; {_models_in(module_name)}"
        )
    return found


def _why(module_name: str, error: BaseException) -> str:
    if isinstance(error, ModuleNotFoundError) and error.name is not None:
        packages = [
            module_name.rsplit(".", depth)[0] for depth in range(module_name.count(".") + 1)
        ]
        if error.name in packages:
            return f"there is no module {error.name}, neither installed nor in this folder"
    detail = " ".join(str(error).split())
    return f"importing {module_name} failed: {type(error).__name__}: {detail}"


def _models_in(module_name: str) -> str:
    module = sys.modules[module_name]
    names = [
        name
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, BaseModel) and value is not BaseModel
    ]
    return f"it has {', '.join(names)}" if names else "it has no Pydantic model"


@contextmanager
def _working_directory_first() -> Iterator[None]:
    folder = str(Path.cwd())
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        sys.path.remove(folder)
