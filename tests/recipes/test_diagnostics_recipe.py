"""The comparison of directions on diagnostic tasks, from its command line to its picture."""

import csv
import json

import numpy as np
import pytest
from matplotlib.image import imread

from zoo.data.diagnostics import DIAGNOSTICS
from zoo.recipes import diagnostics
from zoo.training.diagnostics.grid import Grid, run_grid
from zoo.training.diagnostics.report import diagnostics_figure, table
from zoo.training.diagnostics.run import DiagnosticNetwork, DiagnosticOptions

TINY = ["--smoke", "--cells", "lstm", "--directions", "forward"]
ONE, TWO = ["--tasks", "reversed copy"], ["--tasks", "reversed copy", "adding"]


def read(folder):
    with open(folder / "results.csv", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def smoke(tmp_path_factory):
    folder = tmp_path_factory.mktemp("diagnostics")
    diagnostics.main([*TINY, *ONE, f"--output={folder}"])
    return folder


def test_a_smoke_run_writes_table_and_picture(smoke):
    (row,) = read(smoke)
    assert (row["task"], row["cell"], row["direction"]) == ("reversed copy", "lstm", "forward")
    assert float(row["ceiling"]) == 0.625
    assert len(row["by_position"].split()) == DIAGNOSTICS["reversed copy"].length
    assert (smoke / "results.md").read_text().count("\n") == 3
    assert imread(smoke / "results.png").shape[1] == 800


def named(network, name, cell, direction, options):
    network.name = name


def test_a_run_continues_with_what_is_missing(smoke, monkeypatch):
    (row,), trained = read(smoke), []
    other = {**row, "task": "adding"}

    def rows(network, seed):
        trained.append((network.name, seed))
        return [other]

    monkeypatch.setattr(DiagnosticNetwork, "__init__", named)
    monkeypatch.setattr(DiagnosticNetwork, "rows", rows)
    diagnostics.main([*TINY, *TWO, f"--output={smoke}"])
    assert trained == [("adding", 0)]
    assert read(smoke) == [row, other]


def test_results_of_other_options_are_not_continued(smoke):
    with pytest.raises(ValueError, match="holds results of other steps"):
        diagnostics.main([*TINY, *ONE, "--steps", "3", f"--output={smoke}"])
    assert json.loads((smoke / "options.json").read_text())["steps"] == diagnostics.SMOKE["steps"]


def test_an_unknown_task_is_refused(tmp_path):
    with pytest.raises(SystemExit, match="no task is named 'telepathy'. Tasks: look-ahead by 1"):
        diagnostics.main(["--tasks", "telepathy", f"--output={tmp_path}"])


@pytest.mark.slow("trains one network three times")
def test_each_seed_begins_anew_and_gives_the_same_rows_again():
    options = DiagnosticOptions(units=4, steps=3, batch_size=8, test_tokens=100)
    network = DiagnosticNetwork("sandwich XOR", "gru", "both", options)
    first, other, again = [], [], []
    for seed, weights in ((0, first), (1, other), (0, again)):
        network.train(seed)
        weights += network.model.get_weights()
    for a, b, c in zip(first, other, again, strict=True):
        np.testing.assert_array_equal(a, c)
        assert not np.array_equal(a, b)


def test_the_picture_shows_every_task_with_its_ceilings():
    rows = [
        {
            "task": name,
            "cell": cell,
            "direction": direction,
            "seed": 0,
            "length": length,
            "accuracy": 0.5,
            "ceiling": 1.0,
            "by_position": " ".join(["50.0"] * length),
        }
        for name, task in DIAGNOSTICS.items()
        for cell in ("gru", "lstm")
        for direction in ("forward", "both")
        for length in (task.length, *task.longer)
    ]
    figure = diagnostics_figure(rows)
    assert [axes.get_title() for axes in figure.axes] == list(DIAGNOSTICS)
    dashed = [sum(line.get_linestyle() == "--" for line in axes.lines) for axes in figure.axes]
    plain = [task.whole or bool(task.longer) for task in DIAGNOSTICS.values()]
    assert dashed == [0 if each else 2 for each in plain]
    assert table(rows).count("\n") == 1 + len(rows) / 2


@pytest.mark.slow("trains 18 networks for two steps")
def test_a_smoke_run_takes_every_cell_and_direction(tmp_path):
    diagnostics.main(["--smoke", f"--output={tmp_path}"])
    rows = read(tmp_path)
    assert len({(row["task"], row["cell"], row["direction"]) for row in rows}) == len(rows) == 18


@pytest.mark.slow("starts processes that load TensorFlow")
def test_several_processes_give_the_rows_of_one(tmp_path):
    options = DiagnosticOptions(units=2, steps=2, batch_size=4, test_tokens=100)
    grid = Grid(["copy"], ["gru"], ["forward", "both"], 1, options)
    assert run_grid(grid, tmp_path / "two", 2) == run_grid(grid, tmp_path / "one", 1)


@pytest.mark.slow("trains for some seconds")
def test_both_directions_are_right_where_one_cannot_be():
    options = DiagnosticOptions(units=16, steps=300, test_tokens=10_000)
    both, forward = (
        DiagnosticNetwork("look-ahead by 1", "gru", direction, options).rows(seed=0)[0]
        for direction in ("both", "forward")
    )
    assert both["accuracy"] > 0.99
    assert abs(forward["accuracy"] - forward["ceiling"]) < 0.03
