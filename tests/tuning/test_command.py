"""`zoo tune` from its arguments to the configuration that the recipe trains with."""

import shutil
from pathlib import Path

import pytest

from zoo import cli
from zoo.recipes import recipe_named
from zoo.tuning.results import read_results

pytestmark = pytest.mark.usefixtures("light_processes")


@pytest.fixture
def command(tmp_path):
    """A command of two trials of a recipe that trains nothing."""
    recipe = tmp_path / "told.py"
    shutil.copy(Path(__file__).with_name("recipe.py"), recipe)
    (tmp_path / "plan.json").write_text("{}")
    own = ["tune", str(recipe), "--trials", "2", "--output", str(tmp_path / "s")]
    return lambda *more: [*own, *more, "--arguments", "--plan", str(tmp_path / "plan.json")]


def test_the_best_becomes_what_the_recipe_trains(command, tmp_path, capsys):
    assert cli.main(command("--apply")) == 0
    printed = capsys.readouterr().out
    assert "trial 1 (2 of 2)" in printed and "trials.csv" in printed
    trials = read_results(tmp_path / "s")
    assert len(trials) == 2
    found = recipe_named(str(tmp_path / "told.py")).config()
    assert found["rate"] == trials[0].config["rate"]
    assert found["kept"] == 2
    encoder = found["model"]["encoder"]
    assert {**encoder, **trials[0].config["model"]["encoder"]} == encoder


def test_what_cannot_be_is_one_line(command, capsys):
    for wrong, message in (
        (command("--algorithm", "grid"), "`algorithm` must be one of random, bayesian, hyperband"),
        (command("--algorithm", "hyperband"), "`epochs` must be given for hyperband"),
        (command("--only", "units", "layers"), "`only` must contain names from cell, units"),
        (["tune", "bracket"], "no recipe is named 'bracket'. Did you mean 'brackets'?"),
    ):
        assert cli.main(wrong) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert message in line


@pytest.mark.slow("a search of its own, in new processes")
def test_nothing_is_applied_where_all_trials_failed(command, tmp_path, capsys):
    (tmp_path / "plan.json").write_text('{"fail": {"trial": "error"}}')
    assert cli.main(command("--apply")) == 2
    assert "no trial has a score" in capsys.readouterr().err
    assert not (tmp_path / "told.json").exists()
