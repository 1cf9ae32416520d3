"""The child process that holds llama.cpp's server; started by `local.py`, run as a script.

A process of its own, because the engine's loading keeps Python's lock for seconds, its stopping
blocks while a request is running, and leaving it running ends an interpreter with a crash. A child
can simply be ended at any moment, and what goes wrong in native code goes wrong here only.

Protocol: one JSON object of parameters comes on standard input (so that the key is in no argument
list and no environment), one JSON object with the address or the error goes to standard output.
The process ends when standard input does, that is, at the latest when its parent is gone.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any


def main() -> None:
    """Serve until standard input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever native code prints is log
    server = None
    try:
        server = _serve(json.loads(sys.stdin.readline()))
        answer = {"address": server.listening_address}
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), file=answers, flush=True)
    if server is not None:
        sys.stdin.read()
    os._exit(0)  # at once, whatever the engine is doing; the destructor would wait for it


def _serve(options: dict[str, Any]) -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = options["model"]
    params.model_alias = {options["alias"]}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [options["key"]]
    params.n_ctx = options["n_ctx"]
    params.n_parallel = options["n_parallel"]
    params.cpuparams.n_threads = options["threads"]
    params.cpuparams_batch.n_threads = options["threads"]
    params.cache_ram_mib = options["cache_ram_mib"]
    params.slot_save_path = options["slot_save_path"]
    params.warmup = False
    params.ui = False
    params.verbosity = 2  # warnings and errors
    if options["speculation"]:
        kind = f"COMMON_SPECULATIVE_TYPE_{options['speculation'].upper().replace('-', '_')}"
        params.speculative.types = [xllamacpp.common_speculative_type[kind]]
    return xllamacpp.Server(params)


if __name__ == "__main__":
    main()
