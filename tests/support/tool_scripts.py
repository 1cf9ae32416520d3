"""The scripts of tools/ as modules: they have no ending, so they cannot be imported by name."""

from __future__ import annotations

import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / "tools"


def load(name: str) -> Any:
    """A script of tools/, executed as a module. It may import ``pages``, its neighbour."""
    loader = SourceFileLoader(f"tool_{name}", str(TOOLS / name))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    sys.path.insert(0, str(TOOLS))
    try:
        loader.exec_module(module)
    finally:
        sys.path.remove(str(TOOLS))
    return module
