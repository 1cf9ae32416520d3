"""From settings to a model's client: the embedded server or any OpenAI-compatible one.

This module owns the choice. With ``replay`` set, recorded replies stand in front of the model.
"""

from __future__ import annotations

from extractor.model.exchange import ModelClient
from extractor.settings import Settings

_LOG = "server.log"
_CACHE_RAM = 2048  # MiB: the examples of every step stay computed between articles


def connect(settings: Settings) -> ModelClient:
    """The client that the settings ask for. Nothing is loaded before the first request."""
    if settings.replay == "off":
        return _model(settings)
    from extractor.model.responses import RecordingClient, ResponseStore

    assert settings.responses_dir is not None  # checked by Settings
    return RecordingClient(
        model_name(settings),
        lambda: _model(settings),
        ResponseStore(settings.responses_dir),
        settings.replay,
        engine=_engine(settings),
    )


def model_name(settings: Settings) -> str:
    """The model's name in results and in keys of recorded replies."""
    return settings.model


def _engine(settings: Settings) -> str:
    if settings.base_url is not None:
        return settings.base_url
    from extractor.model.local import engine_version

    return engine_version()


def _model(settings: Settings) -> ModelClient:
    from extractor.model.retry import RetryPolicy

    policy = RetryPolicy(attempts=settings.attempts, total_seconds=settings.total_time)
    if settings.base_url is not None:
        from extractor.model.client import OpenAIClient

        return OpenAIClient(
            settings.model,
            settings.base_url,
            settings.api_key,
            timeout=settings.timeout,
            policy=policy,
        )
    from extractor.model.local import EmbeddedClient
    from extractor.model.server import ServerOptions
    from extractor.model_files.store import resolve

    models = settings.cache_dir / "models"
    found = resolve(settings.model, folder=models)
    context = min(settings.context_size, found.context_length or settings.context_size)
    options = ServerOptions(
        model=found.path,
        n_ctx=context,
        threads=settings.threads,
        cache_ram_mib=_CACHE_RAM,
        log_file=settings.cache_dir / _LOG,
    )
    return EmbeddedClient(settings.model, options, timeout=settings.timeout, policy=policy)
