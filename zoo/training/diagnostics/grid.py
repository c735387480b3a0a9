"""All networks on all diagnostic tasks, in several processes; an interrupted run continues."""

import csv
import json
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from zoo.data.diagnostics import DIAGNOSTICS, DIRECTIONS
from zoo.training.diagnostics.run import DiagnosticNetwork, DiagnosticOptions

CELLS = ("simple_rnn", "gru", "lstm")
# Steps of so small networks are faster on one thread, and two processes do not disturb each other.
THREADS = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS")
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Grid:
    """The networks to train.

    Args:
        tasks: keys of `zoo.data.diagnostics.DIAGNOSTICS`.
        cells: "simple_rnn", "gru", "lstm".
        directions: "forward", "backward", "both".
        seeds: number of seeds, from 0.
        options: sizes of networks and training.

    Example:

    >>> len(Grid().networks)
    90
    """

    tasks: Sequence[str] = tuple(DIAGNOSTICS)
    cells: Sequence[str] = CELLS
    directions: Sequence[str] = DIRECTIONS
    seeds: int = 5
    options: DiagnosticOptions = DiagnosticOptions()

    @property
    def networks(self) -> list[tuple[str, str, str]]:
        """Task, cell and direction of each network."""
        return [*product(self.tasks, self.cells, self.directions)]


def run_grid(grid: Grid, folder: Path, jobs: int = 2) -> Rows:
    """Train what `results.csv` of the folder does not hold yet, and return its rows.

    Args:
        grid: the networks.
        folder: folder of `results.csv` and `options.json`.
        jobs: number of processes; 1 to train in this one.

    Returns:
        The rows of the grid's networks, one for each seed and test length.

    Raises:
        ValueError: the folder holds the results of other options.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _check_options(grid.options, folder / "options.json")
    path = folder / "results.csv"
    rows = read_rows(path) if path.is_file() else []
    there = {(*_network_of(row), int(row["seed"])) for row in rows}
    missing = [
        (*network, seeds, grid.options)
        for network in grid.networks
        if (seeds := [seed for seed in range(grid.seeds) if (*network, seed) not in there])
    ]
    for number, found in enumerate(_results(missing, jobs), 1):
        rows += found
        write_rows(rows, path)
        print(f"{number} of {len(missing)}: {', '.join(_network_of(found[0]))}", flush=True)
    order = {network: place for place, network in enumerate(grid.networks)}
    rows = [row for row in read_rows(path) if _network_of(row) in order]
    return sorted(rows, key=lambda row: (order[_network_of(row)], int(row["length"])))


def _check_options(options: DiagnosticOptions, path: Path) -> None:
    given = asdict(options)
    there = json.loads(path.read_text()) if path.is_file() else given
    if changed := sorted(name for name in given if given[name] != there.get(name)):
        raise ValueError(f"{path.parent} holds results of other {', '.join(changed)}: use another")
    path.write_text(json.dumps(given))


def _network_of(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["task"], row["cell"], row["direction"]


def _results(missing: Sequence[tuple[Any, ...]], jobs: int) -> Iterable[Rows]:
    """Yield the rows of each network when it is trained."""
    if jobs == 1:
        yield from (_train(*each) for each in missing)
        return
    os.environ.update({name: "1" for name in THREADS})  # the processes inherit it
    with ProcessPoolExecutor(jobs, get_context("spawn"), max_tasks_per_child=20) as pool:
        for done in as_completed([pool.submit(_train, *each) for each in missing]):
            yield done.result()


def _train(
    task: str, cell: str, direction: str, seeds: Sequence[int], options: DiagnosticOptions
) -> Rows:
    network = DiagnosticNetwork(task, cell, direction, options)
    return [row for seed in seeds for row in network.rows(seed)]


def read_rows(path: Path) -> Rows:
    """Return the rows of a CSV file, dicts of strings."""
    with open(path, newline="") as file:
        return [*csv.DictReader(file)]


def write_rows(rows: Rows, path: Path) -> None:
    """Write dicts of the same keys as a CSV file."""
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
