"""One trial of a search: a recipe in a process of its own, so that its memory goes back."""

import fcntl
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from zoo.tuning.spaces import halved

SCORE = "dev.json"  # what a recipe writes with --dev-only
FAILURE = "failed.json"
STOPPED = (-signal.SIGTERM, -signal.SIGINT)  # by who started the search: no failure
LAST_LINES = 5  # of a log, for a message


class TrialError(RuntimeError):
    """A trial that gave no score, with the end of what it printed."""


def run_trial(recipe, config, folder, arguments=(), environment=None):
    """Train a recipe under a configuration; once more with half the batch, should that fail.

    What was finished in the folder before is not trained again, and what was begun goes on from
    its checkpoint.

    Args:
        recipe: its name, or the path of its file; with `--dev-only` it writes `dev.json`, a dict
            with the number `dev`; more is better.
        config: dict, what is changed of the recipe's configuration.
        folder: of the trial, a `pathlib.Path`.
        arguments: more of the recipe's own.
        environment: dict of what is set in the process besides this one's own environment.

    Returns:
        Dict of `dev`, `config` as it was trained, and `attempts`.

    Raises:
        TrialError: both attempts failed.
    """
    attempts = {"full": config, "half": halved(config)}
    for number, (name, tried) in enumerate(attempts.items(), start=1):
        score = _attempt(recipe, tried, Path(folder) / name, arguments, environment)
        if score is not None:
            return {"dev": score, "config": tried, "attempts": number}
    raise TrialError("\n".join(reason(Path(folder) / name) for name in attempts))


def _attempt(recipe, config, folder, arguments, environment):
    """Return the score, or None after a failure."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:
        # Of a worker that was killed the recipe may still run: its score is waited for.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ((folder / SCORE).is_file() or (folder / FAILURE).is_file()):
            command = [sys.executable, "-m", "zoo.recipes", str(recipe), "--dev-only"]
            command += ["--output", str(folder)]
            # The last of several has its way: what the search chooses.
            command += [*arguments, "--config", json.dumps(config)]
            code = _run(command, folder / "log.txt", lock, {**os.environ, **(environment or {})})
            if code in STOPPED:
                raise KeyboardInterrupt
            if code != 0 or not (folder / SCORE).is_file():
                (folder / FAILURE).write_text(json.dumps({"exit code": code}))
    if not (folder / SCORE).is_file():
        return None
    return float(json.loads((folder / SCORE).read_text())["dev"])


def _run(command, log, lock, environment):
    """Run a command that holds the lock for as long as it lives; return its exit code."""
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


def reason(folder):
    """Return in a few lines why an attempt failed."""
    code = json.loads((folder / FAILURE).read_text())["exit code"]
    lines = (folder / "log.txt").read_text(errors="replace").split("\n")
    end = "\n".join([line for line in lines if line.strip()][-LAST_LINES:])
    killed = " (killed, as it happens when memory runs out)" if code == -9 else ""
    return f"{folder.name} batch: exit code {code}{killed}\n{end}"
