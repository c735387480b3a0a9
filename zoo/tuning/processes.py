"""The processes of a search: their roles, given by environment variables, and their restarts."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

CHIEF = "chief"
TUNER_ID = "KERASTUNER_TUNER_ID"
ADDRESS = ("KERASTUNER_ORACLE_IP", "KERASTUNER_ORACLE_PORT")
VARIABLES = (TUNER_ID, *ADDRESS)
MAX_DEATHS = 10  # of one process; one more ends the search with an error
Report = Callable[[str], object]
Gpus = Sequence[str | int]
Role = tuple[str, dict[str, str]]  # the KerasTuner id of a process, and its environment variables


class SearchError(RuntimeError):
    """A process of a search dies repeatedly, or the processes cannot find each other."""


class Member:
    """A process of a search, with the number of times that it died.

    Args:
        name: its KerasTuner id; "chief" for the process that chooses the trials.
        folder: folder of the search.
        environment: dict of environment variables, added to those of this process.
    """

    def __init__(self, name: str, folder: Path, environment: Mapping[str, str]) -> None:
        self.name, self.folder, self.deaths = name, folder, 0
        self.environment = {**os.environ, **environment}
        self.process = self.start()

    def start(self) -> "subprocess.Popen[bytes]":
        """Start the process in a process group of its own, and return it."""
        with open(self.folder / f"{self.name}.log", "ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "zoo.tuning.worker", str(self.folder)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment,
                start_new_session=True,
            )

    def revive(self, report: Report, needed: bool = False) -> None:
        """Restart the process if it died, or if it has ended but is still needed.

        Raises:
            SearchError: the process died more than `MAX_DEATHS` times.
        """
        if self.process.poll() == 0 and needed:
            self.process = self.start()
        if self.process.poll() in (None, 0):
            return
        self.deaths += 1
        if self.deaths > MAX_DEATHS:
            raise SearchError(f"{self.name} died {self.deaths} times; see {self.name}.log")
        report(f"{self.name} died (exit code {self.process.returncode}); restarted")
        self.process = self.start()

    def stop(self) -> None:
        """Terminate the process and the recipe that it runs."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait()


def part_of(environment: Mapping[str, str], workers: int = 1) -> str | None:
    """Return the KerasTuner id of this part of a search, or None if the search has only one host.

    Args:
        environment: dict of environment variables.
        workers: number of workers requested on this host.

    Raises:
        SearchError: a variable is missing, or several workers are requested.

    Example:

    >>> part_of({name: "1" for name in ADDRESS} | {"KERASTUNER_TUNER_ID": "tuner1"})
    'tuner1'
    """
    if not any(name in environment for name in ADDRESS):
        return None
    missing = [name for name in VARIABLES if not environment.get(name)]
    if missing:
        raise SearchError(
            f"a search on several hosts needs {', '.join(VARIABLES)}; missing: {', '.join(missing)}"
        )
    if workers > 1:
        raise SearchError(
            f"`workers` must be 1 if {ADDRESS[0]} is set; got {workers}. Start one command per "
            f"worker, each with its own {TUNER_ID}."
        )
    return CHIEF if CHIEF in environment[TUNER_ID] else environment[TUNER_ID]


def local_roles(workers: int, gpus: Gpus) -> list[Role]:
    """Return the processes of a search on one host.

    Args:
        workers: number of workers; if more than 1, there is a chief besides them.
        gpus: ids of GPUs, assigned to the workers in turn, one each; empty for all visible GPUs.
    """
    threads = str(max(1, len(os.sched_getaffinity(0)) // workers))
    shared = {"TF_NUM_INTRAOP_THREADS": threads, "OMP_NUM_THREADS": threads}
    roles = []
    if workers > 1:
        shared |= dict(zip(ADDRESS, ("127.0.0.1", str(_free_port())), strict=True))
        roles.append((CHIEF, {**shared, TUNER_ID: CHIEF, "CUDA_VISIBLE_DEVICES": "-1"}))
    for number in range(workers):
        gpu = {"CUDA_VISIBLE_DEVICES": str(gpus[number % len(gpus)])} if gpus else {}
        roles.append((f"tuner{number}", {**shared, TUNER_ID: f"tuner{number}", **gpu}))
    return roles


def remote_role(name: str, gpus: Gpus) -> Role:
    """Return the only process of this host, in a search on several hosts.

    Args:
        name: its KerasTuner id.
        gpus: ids of the GPUs that it uses; empty for all visible GPUs.
    """
    if name == CHIEF:
        return name, {"CUDA_VISIBLE_DEVICES": "-1"}
    return name, {"CUDA_VISIBLE_DEVICES": ",".join(map(str, gpus))} if gpus else {}


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
