"""Run a search: start its processes, the chief and the workers, and restart those that die."""

import contextlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from zoo.tuning.processes import (
    CHIEF,
    Gpus,
    Member,
    Report,
    Role,
    SearchError,
    local_roles,
    part_of,
    remote_role,
)
from zoo.tuning.results import Result, read_results, write_table
from zoo.tuning.study import Study

TABLE = "trials.csv"  # written when a search has ended
POLL_SECONDS = 0.5
WAIT_SECONDS = 600  # how long a worker on another host waits for the chief's study


@contextlib.contextmanager
def terminated_as_interrupted() -> Iterator[None]:
    """Make SIGTERM, which schedulers send, raise an exception as Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():  # only that one handles signals
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def search(
    study: Study,
    folder: str | PathLike[str],
    workers: int = 1,
    gpus: Gpus = (),
    report: Report = print,
) -> list[Result]:
    """Run a search, or resume it, and return its trials, the best one first.

    If KerasTuner's environment variables `VARIABLES` are set, this process runs one part of a
    search on several hosts, the chief or one worker; see HOSTS.md.

    Args:
        study: a `zoo.tuning.Study`.
        folder: folder of the search; `trials.csv` is written there at the end, TensorBoard's logs
            to its subfolder `logs`.
        workers: number of trials that run in parallel; if more than 1, a KerasTuner chief
            distributes them.
        gpus: ids of GPUs, assigned to the workers in turn, one each; empty for all visible GPUs.
        report: called with one line per finished trial.

    Returns:
        List of `zoo.tuning.results.Result`.

    Raises:
        CheckpointError: the folder holds another search.
        SearchError: a process died too often, or the environment variables are incomplete.
    """
    folder, part = Path(folder).resolve(), part_of(os.environ, workers)
    table, leads = folder / TABLE, part in (None, CHIEF)
    before = _changed(table)
    if leads:
        study.save(folder)
    else:
        study = await_study(folder, report)
    roles = local_roles(workers, gpus) if part is None else [remote_role(part, gpus)]
    with terminated_as_interrupted():
        _supervise(study, folder, roles, report, over=lambda: _changed(table) != before)
    results = read_results(folder)
    if leads:
        write_table(results, table)
    return results


def _changed(path: Path) -> int | None:
    """Return when a file was changed, or None if there is no such file."""
    return path.stat().st_mtime_ns if path.exists() else None


def _supervise(
    study: Study, folder: Path, roles: Sequence[Role], report: Report, over: Callable[[], bool]
) -> None:
    """Start the processes of a search, restart them until it has ended, then stop all of them.

    `over` returns whether the chief's command on another host has ended the search. Its chief does
    not wait for a worker that has not connected, nor until its last answer has arrived; such a
    worker would wait for it in vain.
    """
    members, seen = [], {result.name for result in read_results(folder)}
    if seen:
        report(f"resuming: {len(seen)} trials are finished")
    try:
        for name, environment in roles:
            members.append(Member(name, folder, environment))
        # A chief is stopped after its workers; a chief alone on its host ends by itself.
        awaited = [each for each in members if each.name != CHIEF] or members
        while not (_ended(awaited) or over()):
            time.sleep(POLL_SECONDS)
            for each in members:
                # The chief ends when the workers that it knows have ended. A worker that connects
                # later would wait for it forever, so the chief is restarted.
                each.revive(report, needed=each not in awaited and not _ended(awaited))
            seen |= _report_new(study, folder, seen, report)
        _report_new(study, folder, seen, report)
    finally:
        for each in members:
            each.stop()


def _ended(members: Sequence[Member]) -> bool:
    return all(each.process.poll() == 0 for each in members)


def await_study(folder: Path, report: Report = print, seconds: float = WAIT_SECONDS) -> Study:
    """Wait for the `Study` that the chief writes to the folder of a search, and return it.

    Args:
        folder: folder of the search.
        report: called with one line if the study is not there yet.
        seconds: maximum waiting time.

    Raises:
        SearchError: the study is not there in time.
    """
    end, told = time.monotonic() + seconds, False
    while True:
        try:
            return Study.load(folder)
        except (FileNotFoundError, json.JSONDecodeError):  # missing, or partly written
            if time.monotonic() > end:
                raise SearchError(
                    f"no study.json in {folder} after {seconds} s. The chief writes it; all hosts "
                    "must share that folder."
                ) from None
        if not told:
            report(f"waiting for the chief: {folder / 'study.json'}")
            told = True
        time.sleep(POLL_SECONDS)


def _report_new(study: Study, folder: Path, seen: set[str], report: Report) -> set[str]:
    """Report the trials that have ended since the last call; return their names."""
    results = read_results(folder)
    new = [result for result in results if result.name not in seen]
    for result in new:
        if result.dev is None:
            report(f"trial {result.name} failed: {result.message.strip().split(chr(10))[-1]}")
            continue
        best = max(each.dev for each in results if each.dev is not None)
        values = "  ".join(f"{name} {_short(value)}" for name, value in result.values.items())
        report(
            f"trial {result.name} ({len(results)} of {study.trials})  dev {100 * result.dev:.2f}  "
            f"best {100 * best:.2f}  {values}"
        )
    return {result.name for result in new}


def _short(value: Any) -> Any:
    return f"{value:.3g}" if isinstance(value, float) else value
