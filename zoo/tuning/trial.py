"""One trial of a search: a recipe that runs in a process of its own, which frees its memory."""

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, TextIO

from zoo.tuning.spaces import halved

SCORE = "dev.json"  # written by a recipe with --dev-only
FAILURE = "failed.json"
STOPPED = (-signal.SIGTERM, -signal.SIGINT)  # the search was stopped: not a failure
LAST_LINES = 5  # of a log, for a message


class TrialError(RuntimeError):
    """Both attempts of a trial failed; the message has the end of their logs."""


def run_trial(
    recipe: str | PathLike[str],
    config: Mapping[str, Any],
    folder: str | PathLike[str],
    arguments: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Train a recipe with a configuration; if that fails, train it again with half the batch size.

    A finished attempt in the folder is not repeated; an interrupted one resumes from its
    checkpoint.

    Args:
        recipe: name of the recipe, or path of its file. With `--dev-only` it writes `dev.json`, a
            dict with the score `dev`, higher is better.
        config: dict of changes of the recipe's configuration.
        folder: folder of the trial.
        arguments: further arguments of the recipe's command line.
        environment: dict of environment variables, added to those of this process.

    Returns:
        Dict of the score `dev`, the `config` that was trained, and the number of `attempts`.

    Raises:
        TrialError: both attempts failed.
    """
    attempts = {"full": dict(config), "half": halved(config)}
    for number, (name, tried) in enumerate(attempts.items(), start=1):
        score = _attempt(recipe, tried, Path(folder) / name, arguments, environment)
        if score is not None:
            return {"dev": score, "config": tried, "attempts": number}
    raise TrialError("\n".join(reason(Path(folder) / name) for name in attempts))


def _attempt(
    recipe: str | PathLike[str],
    config: Mapping[str, Any],
    folder: Path,
    arguments: Sequence[str],
    environment: Mapping[str, str] | None,
) -> float | None:
    """Return the score, or None after a failure."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:
        # The recipe of a killed worker may still be running: wait for its score.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ((folder / SCORE).is_file() or (folder / FAILURE).is_file()):
            command = [sys.executable, "-m", "zoo.recipes", str(recipe), "--dev-only"]
            command += ["--output", str(folder)]
            # The last --config wins: that of the search.
            command += [*arguments, "--config", json.dumps(config)]
            code = _run(command, folder / "log.txt", lock, {**os.environ, **(environment or {})})
            if code in STOPPED:
                raise KeyboardInterrupt
            if code != 0 or not (folder / SCORE).is_file():
                (folder / FAILURE).write_text(json.dumps({"exit code": code}))
    if not (folder / SCORE).is_file():
        return None
    return float(json.loads((folder / SCORE).read_text())["dev"])


def _run(command: Sequence[str], log: Path, lock: TextIO, environment: Mapping[str, str]) -> int:
    """Run a command, which holds the lock until it ends, and return its exit code."""
    with open(log, "ab") as output:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            pass_fds=[lock.fileno()],
            check=False,
        ).returncode


def reason(folder: Path) -> str:
    """Return why an attempt failed: its exit code and the last lines of its log."""
    code = json.loads((folder / FAILURE).read_text())["exit code"]
    lines = (folder / "log.txt").read_text(errors="replace").split("\n")
    end = "\n".join([line for line in lines if line.strip()][-LAST_LINES:])
    killed = " (killed, often because the host is out of memory)" if code == -9 else ""
    return f"{folder.name} batch: exit code {code}{killed}\n{end}"
