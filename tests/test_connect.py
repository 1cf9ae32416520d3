"""Which client the settings ask for, and that nothing is loaded before it is needed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from extractor.errors import ModelFileError, NotRecorded
from extractor.model.client import OpenAIClient
from extractor.model.connect import connect
from extractor.model.exchange import Message, Request
from extractor.model.responses import RecordingClient
from extractor.settings import Settings
from tests.support.rescue import Speaker

REQUEST = Request("speakers", (Message("user", "Who?"),), Speaker, max_tokens=9)


def settings(tmp_path: Path, **options: Any) -> Settings:
    return Settings(**{"cache_dir": tmp_path, "replay": "off", **options})


def test_an_address_means_that_server(tmp_path: Path) -> None:
    client = connect(settings(tmp_path, base_url="http://localhost:1/v1", model="other"))
    assert isinstance(client, OpenAIClient)
    assert client.name == "other"


def test_without_an_address_a_model_file_is_needed(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="no-such-model"):
        connect(settings(tmp_path, model="no-such-model"))


def test_recorded_replies_need_no_model(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    client = connect(settings(tmp_path, replay="replay", responses_dir=kept, model="no-such-model"))
    assert isinstance(client, RecordingClient)
    assert (client.name, client.mode) == ("no-such-model", "replay")
    with pytest.raises(NotRecorded, match=r"'speakers'.*no-such-model"):
        asyncio.run(client.ask(REQUEST))
    asyncio.run(client.aclose())


def test_what_is_not_recorded_is_asked_of_the_model(tmp_path: Path) -> None:
    options = {"replay": "auto", "responses_dir": tmp_path / "kept", "model": "no-such-model"}
    client = connect(settings(tmp_path, **options))
    with pytest.raises(ModelFileError):
        asyncio.run(client.ask(REQUEST))
