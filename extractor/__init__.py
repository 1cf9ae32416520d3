"""Structured records from news articles, every value with its evidence in the text.

This package's root owns the public names and nothing else; each is loaded on first use, so that
``import extractor`` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractor.errors import (
        ConfigurationError,
        ContextTooLong,
        EmptyReply,
        ExtractorError,
        InputError,
        InvalidJson,
        ModelError,
        ModelFileError,
        ModelUnavailable,
        NotRecorded,
        Refused,
        ReplyInvalid,
        SchemaError,
        Truncated,
    )
    from extractor.extraction import Evidence, Extraction, Status, Usage
    from extractor.pipeline import Extractor, aextract, extract
    from extractor.settings import Settings

__all__ = [
    "ConfigurationError",
    "ContextTooLong",
    "EmptyReply",
    "Evidence",
    "Extraction",
    "Extractor",
    "ExtractorError",
    "InputError",
    "InvalidJson",
    "ModelError",
    "ModelFileError",
    "ModelUnavailable",
    "NotRecorded",
    "Refused",
    "ReplyInvalid",
    "SchemaError",
    "Settings",
    "Status",
    "Truncated",
    "Usage",
    "aextract",
    "extract",
]

_OWNERS = {
    "Evidence": "extraction",
    "Extraction": "extraction",
    "Extractor": "pipeline",
    "Settings": "settings",
    "Status": "extraction",
    "Usage": "extraction",
    "aextract": "pipeline",
    "extract": "pipeline",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_OWNERS.get(name, 'errors')}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
