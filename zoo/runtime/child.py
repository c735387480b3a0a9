"""Opening of a model folder from elsewhere in a process of its own, before this one opens it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from zoo.hub.errors import CardError, ModelFileError, UnknownModelError

EXAMPLE = "Ada (of London) met Bo [and] me."
SECONDS = 300
MEMORY = 16 * 2**30  # bytes of addresses; TensorFlow alone reserves several GiB
CODE = "from zoo import load; from zoo.runtime.child import main; main(load)"
ERRORS = {each.__name__: each for each in (CardError, ModelFileError, UnknownModelError)}


def open_in_child(
    folder: str | os.PathLike[str], runtimes: Sequence[str], seconds: float = SECONDS
) -> None:
    """Open a model folder in a new process, and let it answer one text.

    A file that makes a library crash, or take all memory, ends that process only.

    Args:
        folder: the model folder.
        runtimes: the runtimes to open it with.
        seconds: how long the process may take.

    Raises:
        ModelFileError: the process raised it, was ended by a signal, or took too long.
        CardError: the process raised it.
    """
    command = [sys.executable, "-P", "-c", CODE, str(folder), *runtimes]
    path = os.pathsep.join(each for each in sys.path if each)
    environment = {**os.environ, "PYTHONPATH": path, "TF_CPP_MIN_LOG_LEVEL": "3"}
    try:
        found = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired as error:
        raise ModelFileError(
            f"{folder}: a process that opened this model took more than {seconds:g} s; do not "
            "use it"
        ) from error
    if found.returncode == 0:
        return
    try:
        name, message = json.loads(found.stdout)
    except ValueError:
        raise ModelFileError(
            f"{folder}: a process that opened this model was ended by "
            f"{_cause(found.returncode)}; do not use it"
        ) from None
    raise ERRORS.get(name, ModelFileError)(message)


def _cause(code: int) -> str:
    if code >= 0:
        return f"an error (exit code {code})"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"the signal {-code}"


def main(load: Callable[[str, str], Any]) -> None:
    """Open the folder of the command line; write an error as JSON and exit with 1.

    Args:
        load: `zoo.load`.
    """
    folder, *runtimes = sys.argv[1:]
    stdout = os.dup(1)
    os.dup2(2, 1)  # libraries may print
    _limit_memory()
    try:
        for runtime in runtimes:
            load(f"path:{Path(folder)}", runtime)(EXAMPLE)
    except Exception as error:  # whatever a damaged file makes a library raise
        known = type(error).__name__ in ERRORS
        message = str(error) if known else f"{folder}: {type(error).__name__}: {error}"
        os.write(stdout, json.dumps([type(error).__name__, message[:2000]]).encode())
        os._exit(1)
    os._exit(0)


def _limit_memory() -> None:
    try:
        import resource
    except ModuleNotFoundError:  # on Windows
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
