"""Fetch one file from the model hub, as a program of its own: `python hub_download.py …`.

Run by `fetch.py` as a child process, so that it can be ended at once and shows the user nothing.
Imports nothing of this package. `hf_hub_download` is not used: it starts anew after an interruption
and repeats a refused first contact for half a minute. The two library calls below do neither.

Exit codes: 0, the file's path on standard output; 28, disk full; 1, a one-line reason on standard
error. What arrives is not trusted: the caller checks it.
"""

from __future__ import annotations

import argparse
import errno
import os
import sys
from pathlib import Path
from typing import Any

DISK_FULL = 28
FIRST_CONTACT_SECONDS = 5.0
STEP = 1 << 20


def download(repo: str, file: str, revision: str, size: int, partial: Path) -> Path:
    """Fetch ``file`` into ``partial``, going on where that ends; or find it in the hub's own cache.

    ``size`` is what the file must have, in bytes. Raises whatever the hub's library raises, and
    ``ValueError`` when the hub's file has another size.
    """
    from huggingface_hub import (
        constants,
        get_hf_file_metadata,
        hf_hub_url,
        try_to_load_from_cache,
    )
    from huggingface_hub.file_download import http_get

    cached = try_to_load_from_cache(repo, file, revision=revision)
    if isinstance(cached, str) and Path(cached).stat().st_size == size:
        return Path(cached)
    # No token: the catalogue's repositories are public and need not learn who the user is.
    metadata = get_hf_file_metadata(
        hf_hub_url(repo, file, revision=revision), token=False, timeout=FIRST_CONTACT_SECONDS
    )
    if metadata.size is not None and metadata.size != size:
        raise ValueError(f"its file has {metadata.size} bytes instead of {size}")
    # The library writes in steps of 10 MB and drops a step that breaks off: on a slow line that
    # looks like standing still, and loses minutes. This process is ours alone, so it may be told
    # otherwise.
    constants.DOWNLOAD_CHUNK_SIZE = STEP
    if partial.is_file() and partial.stat().st_size > size:
        partial.unlink()
    with partial.open("ab") as out:
        http_get(
            metadata.location,
            out,
            resume_size=out.tell(),
            headers={"Accept-Encoding": "identity"},
            expected_size=size,
        )
    return partial


def reason(error: BaseException) -> str:
    """One line that names the cause without addresses (a proxy's may hold a password)."""
    status = getattr(getattr(error, "response", None), "status_code", None)
    name = type(error).__name__
    if name == "OfflineModeIsEnabled":
        return "offline mode is on (HF_HUB_OFFLINE)"
    if status in (401, 404):
        return f"no such file there (HTTP {status})"
    if status is not None:
        return f"refused (HTTP {status})"
    if isinstance(error, ImportError):
        return "the package huggingface_hub is not installed"
    if isinstance(error, ValueError) and name == "ValueError":
        return str(error)
    if isinstance(error, OSError) and name == "OSError":
        return "the download broke off"
    return f"no connection ({name})"


def is_disk_full(error: BaseException) -> bool:
    """Whether the error, or the one it came from, says that there is no room left."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def main(argv: list[str] | None = None) -> int:
    """Parse the arguments, download, and answer as the module's docstring says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("repo")
    parser.add_argument("file")
    parser.add_argument("revision")
    parser.add_argument("size", type=int)
    parser.add_argument("partial", type=Path)
    given: Any = parser.parse_args(argv)
    try:
        path = download(given.repo, given.file, given.revision, given.size, given.partial)
    except Exception as error:  # every way this can fail means: try the next source
        if is_disk_full(error):
            return DISK_FULL
        print(reason(error), file=sys.stderr)
        return 1
    print(os.fspath(path))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
