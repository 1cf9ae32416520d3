"""Where model files live, and whether a file is the one it should be.

Owns the cache folder, checksums and the "already verified" marker that spares hashing a gigabyte at
every start. What a file should be is `model_catalogue.py`'s to say, fetching one that is not there
`download.py`'s, loading it into a server `local.py`'s.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from extractor.errors import ModelFileError
from extractor.model_files.catalogue import Catalogue, Entry, load_catalogue

BLOCK = 1 << 20
OnBytes: TypeAlias = Callable[[int], None]
"""Called with the number of bytes done so far."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model on disk, ready to load: ``size`` in bytes, ``context_length`` in tokens.

    ``context_length``, ``licence`` and ``origin`` are None for a file that is not of the catalogue.
    """

    path: Path
    name: str
    size: int
    context_length: int | None = None
    licence: str | None = None
    origin: str | None = None


class State(StrEnum):
    """What is on disk for a catalogue entry, judged without reading the file."""

    INSTALLED = "installed"
    UNCHECKED = "unchecked"
    DAMAGED = "damaged"
    PARTIAL = "partly fetched"
    ABSENT = "not installed"


def models_dir(environ: Mapping[str, str] | None = None) -> Path:
    """The folder of the model files: ``EXTRACTOR_CACHE_DIR``/models, or the user's cache folder."""
    from platformdirs import user_cache_path

    chosen = (os.environ if environ is None else environ).get("EXTRACTOR_CACHE_DIR")
    root = Path(chosen).expanduser().absolute() if chosen else user_cache_path("extractor")
    return root / "models"


def work_dir(entry: Entry, folder: Path) -> Path:
    """Where a download of this entry keeps what it has so far; gone once the file is complete."""
    return folder / f"{entry.file}.partial"


def names_model_file(text: str, catalogue: Catalogue | None = None) -> bool:
    """Whether ``text`` means a model file here (catalogue name or .gguf path), not a server's."""
    if text.lower().endswith(".gguf"):
        return True
    return (catalogue or load_catalogue()).find(text) is not None


def resolve(
    name_or_path: str | Path | None = None,
    *,
    folder: Path | None = None,
    catalogue: Catalogue | None = None,
) -> ModelFile:
    """The model file for a catalogue name (None: the default) or a path to a .gguf file.

    A catalogue file that carries no fitting marker is hashed once, about a second per gigabyte.
    Raises `ModelFileError` when the file is absent, damaged, no GGUF file, or the name is unknown.
    """
    catalogue = catalogue or load_catalogue()
    if isinstance(name_or_path, Path) or str(name_or_path or "").lower().endswith(".gguf"):
        return _own_file(Path(str(name_or_path)).expanduser())
    entry = catalogue.entry(name_or_path)
    folder = folder or models_dir()
    path = folder / entry.file
    if not path.is_file():
        raise ModelFileError(
            f"{entry.name} is not installed: run `extractor model pull {entry.name}`"
        )
    if not is_verified(entry, folder):
        verify(entry, folder)
    return model_file(entry, folder)


def model_file(entry: Entry, folder: Path) -> ModelFile:
    """The entry's place on disk, whether the file is there or not."""
    return ModelFile(
        path=folder / entry.file,
        name=entry.name,
        size=entry.size,
        context_length=entry.context_length,
        licence=entry.licence,
        origin=entry.origin,
    )


def state(entry: Entry, folder: Path) -> State:
    """What is on disk for the entry, without hashing it."""
    path = folder / entry.file
    if not path.is_file():
        return State.PARTIAL if work_dir(entry, folder).is_dir() else State.ABSENT
    if path.stat().st_size != entry.size:
        return State.DAMAGED
    return State.INSTALLED if is_verified(entry, folder) else State.UNCHECKED


def verify(entry: Entry, folder: Path, on_bytes: OnBytes | None = None) -> None:
    """Hash the installed file whole, whatever the marker says, and renew the marker.

    Raises `ModelFileError` when the file is absent or not the catalogue's; the marker goes then.
    """
    path = folder / entry.file
    try:
        size = path.stat().st_size
        found = file_sha256(path, on_bytes) if size == entry.size else ""
    except FileNotFoundError:
        raise ModelFileError(
            f"{entry.name} is not installed: run `extractor model pull {entry.name}`"
        ) from None
    except OSError as error:
        raise ModelFileError(f"cannot read {path}: {error.strerror or error}") from error
    if found == entry.sha256:
        mark_verified(entry, folder)
        return
    with contextlib.suppress(OSError):  # a read-only folder; the error below is what matters
        _marker(entry, folder).unlink(missing_ok=True)
    what = "its checksum is wrong" if found else f"it has {size} bytes instead of {entry.size}"
    raise ModelFileError(
        f"{path} is damaged ({what}): run `extractor model pull {entry.name}` to fetch it anew"
    )


def is_verified(entry: Entry, folder: Path) -> bool:
    """Whether the file was hashed before and has not been touched since (size and mtime)."""
    try:
        stat = (folder / entry.file).stat()
        marker = json.loads(_marker(entry, folder).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(marker == _facts(entry, stat)) and stat.st_size == entry.size


def mark_verified(entry: Entry, folder: Path) -> None:
    """Note that the file was just hashed and is right. A read-only folder goes without the note."""
    marker = _marker(entry, folder)
    temporary = marker.with_name(f"{marker.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        facts = _facts(entry, (folder / entry.file).stat())
        temporary.write_text(json.dumps(facts), encoding="utf-8")
        temporary.replace(marker)


def file_sha256(path: Path, on_bytes: OnBytes | None = None) -> str:
    """SHA-256 of a file, as 64 lower-case hexadecimal digits."""
    digest = hashlib.sha256()
    done = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            done += len(block)
            if on_bytes is not None:
                on_bytes(done)
    return digest.hexdigest()


def human_size(size: int) -> str:
    """Bytes for people, in decimal units: ``1.12 GB``, ``98.4 MB``."""
    for unit, factor in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)):
        if size >= factor:
            return f"{size / factor:.3g} {unit}"
    return f"{size} bytes"


def _marker(entry: Entry, folder: Path) -> Path:
    return folder / f"{entry.file}.verified.json"


def _facts(entry: Entry, stat: os.stat_result) -> dict[str, int | str]:
    return {"size": stat.st_size, "mtime_ns": stat.st_mtime_ns, "sha256": entry.sha256}


def _own_file(path: Path) -> ModelFile:
    try:
        with path.open("rb") as file:
            magic = file.read(4)
        size = path.stat().st_size
    except OSError as error:
        raise ModelFileError(f"cannot read the model {path}: {error.strerror or error}") from error
    if magic != b"GGUF":
        raise ModelFileError(f"{path} is not a GGUF model file: give the path of a .gguf file")
    return ModelFile(path=path.absolute(), name=path.stem, size=size)
