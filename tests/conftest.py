"""What several test files share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SMOKE_MODEL = "smollm2-135m-instruct"


@pytest.fixture(scope="session")
def smoke_model() -> Path:
    """The small real model: EXTRACTOR_SMOKE_MODEL if set, else the catalogue's, fetched if absent.

    It answers in seconds and knows nothing; it is for the way to a model, not for quality.
    """
    if given := os.environ.get("EXTRACTOR_SMOKE_MODEL"):
        return Path(given)
    from extractor.model_files.catalogue import load_catalogue
    from extractor.model_files.download import pull

    return pull(load_catalogue().entry(SMOKE_MODEL)).file.path
