"""Settings: what can be chosen, where a choice may be written, and which one is in force.

This module owns the names, bounds and defaults of the settings and the order of their sources:
explicit options, then environment (``EXTRACTOR_*``), then ``extractor.toml`` in the working
directory, then the one in the user's configuration directory, then ``OPENAI_API_KEY`` for
the key alone, then the defaults. What the values do is the business of the modules that take them.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from extractor.errors import ConfigurationError

CONFIG_FILE = "extractor.toml"
ENV_PREFIX = "EXTRACTOR_"
DEFAULT_MODEL = "qwen2.5-coder-1.5b-instruct"

Effort: TypeAlias = Literal["fast", "balanced", "thorough"]
ReplayMode: TypeAlias = Literal["off", "auto", "live", "replay"]


def _none_if_empty(value: object) -> object:
    return (value.strip() or None) if isinstance(value, str) else value


def _check_address(address: str) -> str:
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        raise ValueError("not a web address") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("write it as http://host:port/v1 or https://host/v1")
    if parts.username or parts.password or parts.query:
        raise ValueError("an address carries no key; put it into EXTRACTOR_API_KEY")
    return address.rstrip("/")


def _default_cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("extractor")


_Folder = Annotated[Path, AfterValidator(lambda path: path.expanduser())]


class Settings(BaseSettings):
    """Every choice a user has, read from all sources at construction and frozen.

    Without ``base_url`` the embedded model runs in this process; with it, ``model`` is asked for at
    that OpenAI-compatible server. Times are in seconds. Raises ``ConfigurationError``, a line that
    names the setting and where the bad value stands.
    """

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix=ENV_PREFIX,
        hide_input_in_errors=True,
        validate_default=False,
    )

    model: Annotated[str, Field(min_length=1)] = Field(
        default=DEFAULT_MODEL, description="a catalogue name, a .gguf file, or a server's"
    )
    base_url: Annotated[
        Annotated[str, AfterValidator(_check_address)] | None, BeforeValidator(_none_if_empty)
    ] = Field(default=None, description="OpenAI-compatible server; none: the embedded model")
    api_key: Annotated[SecretStr | None, BeforeValidator(_none_if_empty)] = Field(
        default=None, description="the server's key; also taken from OPENAI_API_KEY"
    )
    timeout: float = Field(
        default=300.0, gt=0, le=86_400, description="seconds one request may take"
    )
    attempts: int = Field(
        default=4, ge=1, le=20, description="tries per request, the first included"
    )
    total_time: float = Field(
        default=900.0, gt=0, le=86_400, description="seconds per request with all its tries"
    )
    context_size: int = Field(
        default=8192, ge=512, le=1_048_576, description="tokens of context of the embedded model"
    )
    threads: int | None = Field(
        default=None, ge=1, le=1024, description="threads of the embedded model; none: one per core"
    )
    cache_dir: _Folder = Field(
        default_factory=_default_cache, description="where model files are kept"
    )
    concurrency: int | None = Field(
        default=None, ge=1, le=256, description="articles at once; none: 1 embedded, 4 on a server"
    )
    effort: Effort = Field(
        default="balanced", description="fast, balanced or thorough: how much is asked again"
    )
    min_confidence: float = Field(
        default=0.0, ge=0, le=1, description="values below it are set aside for review; 0: none"
    )
    replay: ReplayMode = Field(
        default="off",
        description="off; auto: keep new replies; live: keep all; replay: ask no model",
    )
    responses_dir: Annotated[_Folder | None, BeforeValidator(_none_if_empty)] = Field(
        default=None, description="where recorded replies are kept"
    )

    def __init__(self, **options: Any) -> None:
        try:
            super().__init__(**options)
        except ValidationError as error:
            raise ConfigurationError(_one_line(error, _origins(options))) from None
        if self.replay != "off" and self.responses_dir is None:
            raise ConfigurationError(
                f"replay is {self.replay!r} but responses_dir is not set: name a folder"
            )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options, then the layers of this module; no .env file, no secrets folder."""
        del env_settings, dotenv_settings, file_secret_settings
        layers = (_Given(settings_cls, layer.values) for layer in _layers(settings_cls))
        return (init_settings, *layers)

    @property
    def embedded(self) -> bool:
        """Whether the model runs in this process."""
        return self.base_url is None

    @property
    def articles_at_once(self) -> int:
        """``concurrency``, or 1 for the embedded model (it reads one article fastest), else 4."""
        return self.concurrency or (1 if self.embedded else 4)


@dataclass(frozen=True, slots=True)
class InForce:
    """One setting: its value as text (a secret masked), its source, and what it means."""

    name: str
    value: str
    source: str
    about: str


def load_settings(**options: object) -> Settings:
    """The settings in force, where an option that is ``None`` counts as not given."""
    return Settings(**_given(options))


def settings_in_force(**options: object) -> tuple[InForce, ...]:
    """Each setting with its value and source, in the order of declaration; options as above."""
    settings, origins = load_settings(**options), _origins(_given(options))
    return tuple(
        InForce(
            name,
            _shown(getattr(settings, name)),
            origins.get(name, "default"),
            info.description or "",
        )
        for name, info in Settings.model_fields.items()
    )


def unknown_variables(environ: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Environment variables that look like settings and are none: most likely typing errors."""
    names = {f"{ENV_PREFIX}{name}".upper() for name in Settings.model_fields}
    found = os.environ if environ is None else environ
    return tuple(
        sorted(name for name in found if name.startswith(ENV_PREFIX) and name not in names)
    )


def config_files() -> tuple[Path, Path]:
    """Where configuration files are looked for, the stronger first; they need not exist."""
    from platformdirs import user_config_path

    return Path(CONFIG_FILE).absolute(), user_config_path("extractor") / CONFIG_FILE


class _Given(PydanticBaseSettingsSource):
    """A source that has been read already."""

    def __init__(self, settings_cls: type[BaseSettings], values: Mapping[str, Any]) -> None:
        super().__init__(settings_cls)
        self._values = dict(values)

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        del field
        return self._values.get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        return self._values


@dataclass(frozen=True, slots=True)
class _Layer:
    """What one source says, and the name of each value's source."""

    values: Mapping[str, Any]
    origins: Mapping[str, str]


def _given(options: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in options.items() if value is not None}


def _layers(settings_cls: type[BaseSettings]) -> Iterator[_Layer]:
    """The sources below explicit options, strongest first."""
    environment = {
        name: value
        for name, value in EnvSettingsSource(settings_cls)().items()
        # An empty variable counts as not set, but an empty address says: the embedded model.
        if value != "" or name == "base_url"
    }
    yield _Layer(
        environment, {name: f"environment {ENV_PREFIX}{name.upper()}" for name in environment}
    )
    for path in config_files():
        values = _read_file(path, settings_cls)
        yield _Layer(values, dict.fromkeys(values, f"file {path}"))
    # The weakest, so that a key meant for one server is not sent to another that has its own.
    key = os.environ.get("OPENAI_API_KEY", "")
    if key.strip():
        yield _Layer({"api_key": key}, {"api_key": "environment OPENAI_API_KEY"})


def _read_file(path: Path, settings_cls: type[BaseSettings]) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path}: not UTF-8; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: not valid TOML: {error}") from None
    for name in values:
        if name not in settings_cls.model_fields:
            raise ConfigurationError(f"{path}: {_no_such_setting(name)}")
    return values


def _origins(options: Mapping[str, Any]) -> dict[str, str]:
    """The source of each setting that is not at its default."""
    found = dict.fromkeys(options, "option")
    for layer in _layers(Settings):
        for name, origin in layer.origins.items():
            found.setdefault(name, origin)
    return found


def _no_such_setting(name: str) -> str:
    close = difflib.get_close_matches(name.replace("-", "_"), Settings.model_fields, n=1)
    hint = f"did you mean {close[0]!r}?" if close else "`extractor config` lists them"
    return f"there is no setting {name!r}; {hint}"


def _one_line(error: ValidationError, origins: Mapping[str, str]) -> str:
    found: dict[str, str] = {}
    for problem in error.errors(include_input=False, include_url=False, include_context=False):
        name = str(problem["loc"][0]) if problem["loc"] else ""
        if problem["type"] == "extra_forbidden":
            found[name] = _no_such_setting(name)
            continue
        message = problem["msg"].removeprefix("Value error, ").removeprefix("Input ")
        found.setdefault(name, f"{name} ({origins.get(name, 'default')}): {message}")
    return "; ".join(found.values())


def _shown(value: object) -> str:
    if isinstance(value, SecretStr):
        return "********"
    return "none" if value is None else str(value)
