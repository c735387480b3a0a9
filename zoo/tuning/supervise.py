"""A search from its beginning to its end: a chief and workers started, watched, started again."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from zoo.tuning.results import read_results, write_table
from zoo.tuning.study import Study

CHIEF = "chief"
ADDRESS = ("KERASTUNER_ORACLE_IP", "KERASTUNER_ORACLE_PORT")
VARIABLES = ("KERASTUNER_TUNER_ID", *ADDRESS)
POLL_SECONDS = 0.5
WAIT_SECONDS = 600  # of a worker on another host, for the chief's study
MOST_DEATHS = 10  # of one process, after which the search ends with an error


class SearchError(RuntimeError):
    """A search whose processes die again and again, or do not find each other."""


class Member:
    """A process of a search, and how often it had to be started.

    Args:
        name: its KerasTuner id; "chief" is the one that chooses.
        folder: of the search.
        environment: dict of variables for it.
    """

    def __init__(self, name, folder, environment):
        self.name, self.folder, self.deaths = name, folder, 0
        self.environment = {**os.environ, **environment}
        self.start()

    def start(self):
        """Start the process, or start it again, in a group of its own."""
        with open(self.folder / f"{self.name}.log", "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "zoo.tuning.worker", str(self.folder)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment,
                start_new_session=True,
            )

    def revive(self, report, needed=False):
        """Start the process again if it died, or has ended and is needed still."""
        if self.process.poll() == 0 and needed:
            self.start()
        if self.process.poll() in (None, 0):
            return
        self.deaths += 1
        if self.deaths > MOST_DEATHS:
            raise SearchError(f"{self.name} died {self.deaths} times; see {self.name}.log")
        report(f"{self.name} died (exit code {self.process.returncode}); started again")
        self.start()

    def stop(self):
        """End the process, and the recipe that it runs."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait()


@contextlib.contextmanager
def terminated_as_interrupted():
    """Have SIGTERM, as a scheduler sends it, end the program as Ctrl-C does, by an exception."""
    if threading.current_thread() is not threading.main_thread():  # which alone gets signals
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def search(study, folder, workers=1, gpus=(), report=print):
    """Run a search, or go on with it, and return its trials, the best one first.

    Where KerasTuner's variables `VARIABLES` are set, this is one part of a search on several hosts,
    its chief or one worker, and ends with it; see HOSTS.md.

    Args:
        study: a `zoo.tuning.Study`.
        folder: of the search, with `trials.csv` at its end, and TensorBoard's logs in `logs`.
        workers: how many trials run side by side; with several, KerasTuner's chief shares them out.
        gpus: of which each worker sees one, in turn; none for what there is.
        report: called with one line for each trial that ends.

    Returns:
        List of `zoo.tuning.results.Result`.

    Raises:
        CheckpointError: the folder holds another search.
        SearchError: a process of it died too often, or the variables are not right.
    """
    folder, alone = Path(folder).resolve(), part_of(os.environ, workers)
    if alone in (None, CHIEF):
        study.save(folder)
    else:
        study = await_study(folder, report)
    roles = _roles(workers, gpus) if alone is None else [_part(alone, gpus)]
    with terminated_as_interrupted():
        _watch(study, folder, roles, report)
    results = read_results(folder)
    if alone in (None, CHIEF):
        write_table(results, folder / "trials.csv")
    return results


def _watch(study, folder, roles, report):
    """Start the processes of a search and see to them until it is over; leave none behind."""
    members, seen = [], {result.name for result in read_results(folder)}
    if seen:
        report(f"{len(seen)} trials are there already")
    try:
        for name, more in roles:
            members.append(Member(name, folder, more))
        # A chief beside its workers is stopped after them; one alone ends by itself.
        awaited = [each for each in members if each.name != CHIEF] or members
        while not _ended(awaited):
            time.sleep(POLL_SECONDS)
            for each in members:
                # A chief goes when the workers it knows of have gone; one that comes late would
                # wait for it in vain.
                each.revive(report, needed=each not in awaited and not _ended(awaited))
            seen |= _tell(study, folder, seen, report)
        _tell(study, folder, seen, report)
    finally:
        for each in members:
            each.stop()


def _ended(members):
    return all(each.process.poll() == 0 for each in members)


def part_of(environment, workers=1):
    """Return which part of a search on several hosts this is, or None for all of one on this host.

    Args:
        environment: dict of variables.
        workers: how many are asked for on this host.

    Raises:
        SearchError: some variables are missing, or several workers are asked for.

    Example:

    >>> part_of({name: "1" for name in ADDRESS} | {"KERASTUNER_TUNER_ID": "tuner1"})
    'tuner1'
    """
    if not any(name in environment for name in ADDRESS):
        return None
    missing = [name for name in VARIABLES if not environment.get(name)]
    if missing:
        raise SearchError(f"a search on several hosts needs {', '.join(missing)}, too.")
    if workers > 1:
        raise SearchError(
            f"`workers` must be 1 where {ADDRESS[0]} is set: start each with its own "
            f"{VARIABLES[0]}; got {workers}."
        )
    return CHIEF if CHIEF in environment[VARIABLES[0]] else environment[VARIABLES[0]]


def await_study(folder, report=print, seconds=WAIT_SECONDS):
    """Return the `Study` that the chief writes to the folder of a search.

    Raises:
        SearchError: it is not there in time.
    """
    end, told = time.monotonic() + seconds, False
    while True:
        try:
            return Study.load(folder)
        except (FileNotFoundError, json.JSONDecodeError):  # not yet, or not yet whole
            if time.monotonic() > end:
                raise SearchError(
                    f"no study.json in {folder} after {seconds} s: the chief writes it, and all "
                    "hosts must see that folder."
                ) from None
        if not told:
            report(f"waiting for the chief: {folder / 'study.json'}")
            told = True
        time.sleep(POLL_SECONDS)


def _roles(workers, gpus):
    """Yield name and environment of each process."""
    threads = str(max(1, len(os.sched_getaffinity(0)) // workers))
    shared = {"TF_NUM_INTRAOP_THREADS": threads, "OMP_NUM_THREADS": threads}
    if workers > 1:
        shared |= {
            "KERASTUNER_ORACLE_IP": "127.0.0.1",
            "KERASTUNER_ORACLE_PORT": str(_free_port()),
        }
        yield CHIEF, {**shared, "KERASTUNER_TUNER_ID": CHIEF, "CUDA_VISIBLE_DEVICES": "-1"}
    for number in range(workers):
        gpu = {"CUDA_VISIBLE_DEVICES": str(gpus[number % len(gpus)])} if gpus else {}
        yield f"tuner{number}", {**shared, "KERASTUNER_TUNER_ID": f"tuner{number}", **gpu}


def _part(name, gpus):
    """Return name and environment of the one process that there is on this host."""
    if name == CHIEF:
        return name, {"CUDA_VISIBLE_DEVICES": "-1"}
    return name, {"CUDA_VISIBLE_DEVICES": ",".join(gpus)} if gpus else {}


def _free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _tell(study, folder, seen, report):
    """Report the trials that have ended and were not seen before; return their names."""
    results = read_results(folder)
    ended = [result for result in results if result.name not in seen]
    for result in ended:
        if result.dev is None:
            report(f"trial {result.name} failed: {result.message.strip().split(chr(10))[-1]}")
            continue
        values = "  ".join(f"{name} {_short(value)}" for name, value in result.values.items())
        report(
            f"trial {result.name} ({len(results)} of {study.trials})  dev {100 * result.dev:.2f}  "
            f"best {100 * results[0].dev:.2f}  {values}"
        )
    return {result.name for result in ended}


def _short(value):
    return f"{value:.3g}" if isinstance(value, float) else value
