"""Tiny stand-ins for models: a made catalogue entry, made wheels, servers on loopback, fetchers.

Everything a second process needs is at module level, so that it can be pickled.
"""

from __future__ import annotations

import hashlib
import os
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from extractor.model_files.catalogue import (
    Catalogue,
    Chunk,
    Entry,
    HubSource,
    WheelPart,
    WheelSource,
)
from extractor.model_files.download import pull
from extractor.model_files.fetch import SourceError
from extractor.model_files.progress import Silent
from extractor.model_files.store import OnBytes

DATA = b"GGUF" + bytes(range(256)) * 40
PART = 3000
VERSION = "1.0"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def pieces(data: bytes = DATA) -> list[bytes]:
    return [data[at : at + PART] for at in range(0, len(data), PART)]


def make_entry(data: bytes = DATA, *, hub: bool = True, name: str = "tiny") -> Entry:
    """A catalogue entry for ``data``, in parts of `PART` bytes; the hub is its first source."""
    wheels = WheelSource(
        package="tiny-part{n}",
        version=VERSION,
        member="tiny_part{n}/part{n:02}.bin",
        parts=tuple(Chunk(size=len(piece), sha256=sha256(piece)) for piece in pieces(data)),
    )
    hub_source = HubSource(repo="someone/tiny-GGUF", file="tiny.gguf")
    return Entry(
        name=name,
        about="for tests",
        file=f"{name}.gguf",
        size=len(data),
        sha256=sha256(data),
        licence="MIT",
        origin="someone/tiny",
        context_length=128,
        sources=(hub_source, wheels) if hub else (wheels,),
    )


def source_of(entry: Entry) -> WheelSource:
    return next(source for source in entry.sources if isinstance(source, WheelSource))


ENTRY = make_entry()
HUB = "someone/tiny-GGUF"
PACKAGES = [f"tiny-part{n}" for n in range(1, len(pieces()) + 1)]
PARTS = source_of(ENTRY).wheel_parts()


def make_catalogue(*entries: Entry) -> Catalogue:
    return Catalogue(default=entries[0].name, models=entries)


def make_wheel(folder: Path, part: WheelPart, data: bytes, member: str | None = None) -> Path:
    """A wheel that pip accepts, with ``data`` as the part's member and code that must never run."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{part.package.replace('-', '_')}-{part.version}"
    path = folder / f"{stem}-py3-none-any.whl"
    info = f"{stem}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {part.package}\nVersion: {part.version}\n"
    metadata += "Requires-Dist: a-package-that-is-nowhere\n"
    tag = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part.member if member is None else member, data)
        archive.writestr(f"{part.package.replace('-', '_')}/__init__.py", "raise SystemExit(9)\n")
        archive.writestr(f"{info}/METADATA", metadata)
        archive.writestr(f"{info}/WHEEL", tag)
        archive.writestr(f"{info}/RECORD", "")
    return path


def part_data(part: WheelPart, data: bytes = DATA) -> bytes:
    return pieces(data)[int(part.package.removeprefix("tiny-part")) - 1]


@dataclass
class FakeFetcher:
    """Delivers what it is told to, without a network; ``asked`` tells what was wanted of it.

    ``hub_data`` None: the hub does not answer. ``trouble`` maps a package to what happens instead
    of a delivery, first come, first served: an exception to raise, or the bytes of its "wheel".
    """

    data: bytes = DATA
    hub_data: bytes | None = None
    trouble: dict[str, list[BaseException | bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def hub(self, source: HubSource, size: int, partial: Path, report: OnBytes) -> Path:
        self.asked.append(source.repo)
        if self.hub_data is None:
            raise SourceError("no connection")
        assert size == len(self.data)
        partial.write_bytes(self.hub_data)
        report(len(self.hub_data))
        return partial

    def wheel(self, part: WheelPart, folder: Path, report: OnBytes) -> Path:
        self.asked.append(part.package)
        path = make_wheel(folder, part, part_data(part, self.data))
        if queue := self.trouble.get(part.package):
            now = queue.pop(0)
            if isinstance(now, BaseException):
                raise now
            path.write_bytes(now)
        report(path.stat().st_size)
        return path


@dataclass
class Notes(Silent):
    """A progress that remembers what it was told."""

    notes: list[str] = field(default_factory=list)
    stretches: list[tuple[str, int]] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)

    def begin(self, what: str, total: int) -> None:
        self.stretches.append((what, total))

    def at(self, done: int) -> None:
        self.seen.append(done)

    def note(self, text: str) -> None:
        self.notes.append(text)


class PatientFetcher(FakeFetcher):
    """Starts delivering only when the other process has said that it waits."""

    def __init__(self, other_waits: threading.Event) -> None:
        super().__init__()
        self.other_waits = other_waits

    def wheel(self, part: WheelPart, folder: Path, report: OnBytes) -> Path:
        if not self.other_waits.wait(30):
            raise SourceError("the other process never came to wait")
        return super().wheel(part, folder, report)


class TellsWaiting(Notes):
    """Sets an event when it is noted that another process is at work."""

    def __init__(self, waits: threading.Event) -> None:
        super().__init__()
        self.waits = waits

    def note(self, text: str) -> None:
        super().note(text)
        if "another process" in text:
            self.waits.set()


def pull_in_process(folder: Path, waits: threading.Event, report_to: Path) -> None:
    """What each of two processes does; writes down what it fetched and what it was told."""
    fetcher, progress = PatientFetcher(waits), TellsWaiting(waits)
    pulled = pull(make_entry(hub=False), folder, fetcher=fetcher, progress=progress)
    lines = [f"source {pulled.source}", *fetcher.asked, *progress.notes]
    report_to.write_text("\n".join(lines), encoding="utf-8")


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """A server on loopback for the block; its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Quiet(BaseHTTPRequestHandler):
    """A handler that writes no log."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""

    def answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def hub_handler(
    data: bytes, ranges: list[str | None], *, status: int = 200, cut_after: int | None = None
) -> type[BaseHTTPRequestHandler]:
    """The part of a model hub that serves one file; ``ranges`` collects each GET's Range header.

    ``cut_after``: each answer stops after so many bytes and is then refused altogether.
    """

    class Hub(Quiet):
        def do_HEAD(self) -> None:
            self._serve()

        def do_GET(self) -> None:
            ranges.append(self.headers.get("Range"))
            self._serve()

        def _serve(self) -> None:
            facts = {"ETag": f'"{sha256(data)}"', "X-Repo-Commit": "0" * 40}
            whole = facts | {"Content-Length": str(len(data))}
            if status != 200:
                self.answer(status, b"", {})
            elif self.command == "HEAD":
                self.answer(200, b"", whole)
            elif cut_after is not None and len(ranges) > 1:
                self.answer(403, b"", {})
            elif cut_after is not None:
                self.answer(200, data[:cut_after], whole)
                self.close_connection = True
            elif wanted := self.headers.get("Range"):
                start = int(wanted.removeprefix("bytes=").split("-")[0])
                span = f"bytes {start}-{len(data) - 1}/{len(data)}"
                self.answer(206, data[start:], facts | {"Content-Range": span})
            else:
                self.answer(200, data, whole)

    return Hub


def index_handler(wheels: Path, asked: list[str]) -> type[BaseHTTPRequestHandler]:
    """A package index that serves the wheels of a folder; ``asked`` collects the file names."""

    class Index(Quiet):
        def do_GET(self) -> None:
            name = self.path.rstrip("/").rsplit("/", 1)[-1]
            if self.path.startswith("/simple/"):
                found = [path.name for path in wheels.glob(f"{name.replace('-', '_')}-*.whl")]
                links = "".join(f'<a href="/files/{file}">{file}</a>' for file in found)
                page = f"<!DOCTYPE html><html><body>{links}</body></html>".encode()
                self.answer(200 if found else 404, page, {"Content-Type": "text/html"})
            else:
                asked.append(name)
                self.answer(200, (wheels / name).read_bytes(), {})

    return Index


def good_copy(folder: Path) -> Path:
    """The right file in place, without a marker."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / ENTRY.file
    path.write_bytes(DATA)
    return path


def flip_byte(path: Path, at: int) -> None:
    """Damage a file without touching its size or its time, as a failing disk does."""
    times = path.stat()
    with path.open("rb+") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1]))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
