"""Laws of a search: every trial once, whoever dies; results, TensorBoard's HParams."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from keras_tuner import HyperParameters

from tests.grids import quick
from tests.tensorboard_server import server
from zoo.errors import CheckpointError
from zoo.recipes import all_recipes, recipe_named
from zoo.tuning import Study, gain, search, worker
from zoo.tuning.results import Result, apply_best, read_results

RECIPE = str(Path(__file__).with_name("recipe.py"))
pytestmark = pytest.mark.usefixtures("light_processes")


def study_in(folder, plan=None, **more):
    """Return a search of the recipe with its plan in a folder."""
    (folder / "plan.json").write_text(json.dumps(plan or {}))
    return Study(RECIPE, arguments=("--plan", str(folder / "plan.json")), **more)


@pytest.fixture
def study(tmp_path):
    return partial(study_in, tmp_path)


@pytest.fixture(scope="module", params=["random", "bayesian"])
def finished(request, light_processes, tmp_path_factory):
    """Return a search that went well, its folder and its results."""
    parent = tmp_path_factory.mktemp("search")
    asked = study_in(parent, trials=4, algorithm=request.param)
    return asked, parent / "s", search(asked, parent / "s", report=lambda line: None)


def once(test):
    """Run a test on one of the finished searches."""
    return pytest.mark.parametrize("finished", ["random"], indirect=True)(test)


def starts(folder):
    """Return how often each attempt was started, by the names of trial and attempt."""
    return {
        f"{path.parts[-3]}/{path.parts[-2]}": len(path.read_text().split())
        for path in folder.glob("trials/trial_*/*/starts")
    }


@pytest.mark.exhaustive
@pytest.mark.parametrize("algorithm", quick(["random", "bayesian", "hyperband"], "hyperband"))
def test_it_finds_the_best_of_its_trials(study, tmp_path, algorithm):
    lines = []
    epochs = 4 if algorithm == "hyperband" else None
    results = search(
        study(trials=5, algorithm=algorithm, epochs=epochs), tmp_path / "s", report=lines.append
    )
    assert len(results) == 5
    assert [r.dev for r in results] == sorted((r.dev for r in results), reverse=True)
    for result in results:
        encoder = result.config["model"]["encoder"]
        assert result.dev == pytest.approx(
            encoder["units"] / 100 + result.config["batch_size"] / 1e5
        )
        assert ("epochs" in result.config) == (algorithm == "hyperband")
    with open(tmp_path / "s" / "trials.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    written = [float(row["dev"]) for row in rows]
    assert written == pytest.approx([r.dev for r in results], rel=1e-4)
    assert [row["units"] for row in rows] == [str(r.values["units"]) for r in results]
    assert len([line for line in lines if "best" in line]) == 5


@pytest.mark.slow("a search of its own, in new processes")
def test_one_trial_of_ten_that_runs_out_of_memory_is_a_recorded_failure(study, tmp_path):
    lines = []
    results = search(
        study({"fail": {"trial_03": "error"}}, trials=10), tmp_path / "s", report=lines.append
    )
    assert [r.status for r in results] == ["COMPLETED"] * 9 + ["FAILED"]
    assert results[-1].name == "03"
    assert "MemoryError: no more of it" in results[-1].message
    assert any("trial 03 failed: MemoryError" in line for line in lines)
    assert starts(tmp_path / "s")["trial_03/half"] == 1


@pytest.mark.slow("a search of its own, in new processes")
def test_a_trial_that_needed_half_the_batch_says_so(study, tmp_path):
    plan = {"fail": {"trial_1/full": "killed"}}
    results = search(study(plan, trials=2), tmp_path / "s", report=lambda line: None)
    whole, half = sorted(results, key=lambda result: result.name)
    assert whole.config["batch_size"] == whole.values["batch_size"]
    assert half.config["batch_size"] == half.values["batch_size"] // 2
    assert "half the batch" in half.message and not whole.message


def in_background(tmp_path, study, workers):
    """Start a search in a process of its own and return it."""
    study.save(tmp_path / "s")
    code = (
        "from zoo.tuning import Study, gain, search; "
        f"folder = {str(tmp_path / 's')!r}; search(Study.load(folder), folder, {workers})"
    )
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def until(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.05)


def processes_of(folder):
    """Return the ids of the members of a search by their KerasTuner id."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().split(b"\0")
            settings = (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"zoo.tuning.worker" in command and str(folder).encode() in command:
            names = [s for s in settings if s.startswith(b"KERASTUNER_TUNER_ID=")]
            found[names[0].partition(b"=")[2].decode()] = int(entry.name)
    return found


@pytest.mark.slow("starts processes and kills them")
@pytest.mark.parametrize("victim", [pytest.param("tuner0", marks=pytest.mark.exhaustive), "chief"])
def test_it_survives_a_killed_process(study, tmp_path, victim):
    folder = tmp_path / "s"
    held = [f"trial_{number}" for number in range(2, 6)]
    running = in_background(tmp_path, study({"hold": held}, trials=6), workers=2)
    until(lambda: (folder / "study.json").is_file() and len(read_results(folder)) >= 1)
    os.kill(processes_of(folder)[victim], signal.SIGKILL)
    (tmp_path / "go").touch()
    printed, _ = running.communicate(timeout=240)
    assert running.returncode == 0
    assert f"{victim} died (exit code -9); restarted" in printed
    assert [r.status for r in read_results(folder)] == ["COMPLETED"] * 6
    assert starts(folder) == {f"trial_{number}/full": 1 for number in range(6)}


@pytest.mark.exhaustive
@pytest.mark.slow("starts processes and kills them")
def test_a_worker_that_comes_when_all_is_done_goes_home(study, tmp_path):
    folder = tmp_path / "s"
    running = in_background(tmp_path, study(trials=2), workers=2)
    until(lambda: {"chief", "tuner0"} <= {*processes_of(folder)})
    chief, late = (processes_of(folder)[name] for name in ("chief", "tuner0"))
    os.kill(late, signal.SIGSTOP)  # before it has spoken to the chief
    until(lambda: processes_of(folder).get("chief") != chief)
    assert [r.status for r in read_results(folder)] == ["COMPLETED"] * 2
    os.kill(late, signal.SIGCONT)
    running.communicate(timeout=120)
    assert running.returncode == 0
    assert not processes_of(folder)


@pytest.mark.slow("starts processes and kills them")
def test_a_search_that_was_killed_goes_on_where_it_was(study, tmp_path):
    folder, asked = tmp_path / "s", study({"hold": ["trial_2", "trial_3"]}, trials=4)
    running = in_background(tmp_path, asked, workers=1)
    until(lambda: (folder / "study.json").is_file() and len(read_results(folder)) >= 2)
    running.terminate()
    running.communicate(timeout=60)
    until(lambda: not processes_of(folder))
    (tmp_path / "go").touch()
    before = {result.name: result.dev for result in read_results(folder)}
    lines = []
    results = search(asked, folder, report=lines.append)
    assert f"resuming: {len(before)} trials are finished" in lines
    assert len(results) == 4
    assert before.items() <= {result.name: result.dev for result in results}.items()
    finished = starts(folder)
    assert all(finished[f"trial_{name}/full"] == 1 for name in before)


@pytest.mark.slow("starts processes and kills them")
@pytest.mark.parametrize("workers", [pytest.param(1, marks=pytest.mark.exhaustive), 2])
def test_who_ends_a_search_ends_all_of_it(study, tmp_path, workers):
    """By SIGTERM, as a scheduler does, which reaches the first process alone."""
    folder = tmp_path / "s"
    running = in_background(tmp_path, study({"hold": ["trial"]}, trials=2), workers)
    until(lambda: len(starts(folder)) == workers)
    recipes = [int(path.read_text()) for path in folder.glob("trials/*/full/starts")]
    running.terminate()
    running.communicate(timeout=60)
    assert running.returncode == 128 + signal.SIGTERM
    assert not processes_of(folder)
    until(lambda: not any(Path(f"/proc/{recipe}").exists() for recipe in recipes), seconds=10)


def test_a_kill_while_kerastuner_writes_leaves_the_file_before(study, tmp_path, monkeypatch):
    monkeypatch.setattr(worker.Stateful, "save", worker.save_atomically)
    tuner = worker.RecipeTuner(study(), tmp_path)
    tuner.save()
    files = [tmp_path / "trials" / f"{name}.json" for name in ("oracle", "tuner0")]
    before = [json.loads(path.read_text()) for path in files]

    def killed(path, text):
        path.write_bytes(text.encode()[: len(text) // 2])
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_text", killed)
    for each in (tuner, tuner.oracle):
        with pytest.raises(KeyboardInterrupt):
            each.save()
    assert [json.loads(path.read_text()) for path in files] == before


@pytest.mark.slow("a search of its own, in new processes")
@once
def test_a_score_that_never_reached_the_chief_is_not_lost(finished, tmp_path):
    _, folder, before = finished
    shutil.copytree(folder, tmp_path / "s")
    for path in (tmp_path / "s").glob("trials/trial_*/trial.json"):
        record = json.loads(path.read_text())
        lost = {"status": "FAILED", "score": None, "message": "_InactiveRpcError"}
        path.write_text(json.dumps({**record, **lost}))
    assert read_results(tmp_path / "s") == before


def test_another_search_in_the_same_folder_is_refused(study, tmp_path):
    study(trials=2).save(tmp_path / "s")
    study(trials=3).save(tmp_path / "s")  # more of the same is no other search
    assert Study.load(tmp_path / "s") == study(trials=3)
    with pytest.raises(CheckpointError, match="differs in seed"):
        study(trials=3, seed=1).save(tmp_path / "s")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"recipe": "nerr"}, "no recipe is named 'nerr'. Did you mean 'ner'?"),
        ({"algorithm": "grid"}, "`algorithm` must be one of random, bayesian, hyperband"),
        ({"trials": 0}, "`trials` must be 1 or more; got 0"),
        ({"algorithm": "hyperband"}, "`epochs` must be given for hyperband"),
    ],
)
def test_a_search_that_cannot_be_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        Study(**{"recipe": "brackets", **wrong})


# What a recipe leaves to the layers, which start from the same.


@pytest.mark.slow("a search of its own, in new processes")
def test_what_is_not_searched_stays_as_the_recipe_has_it(study, tmp_path):
    results = search(
        study(trials=4, only=("units", "rate")), tmp_path / "s", report=lambda line: None
    )
    for result in results:
        assert {*result.values} == {"units", "rate"}
        units = {"encoder": {"units": result.values["units"]}}
        rest = {"rate": result.values["rate"], "batch_size": 128}
        assert result.config == {"model": units, **rest}
    assert len({result.values["units"] for result in results}) > 1
    with open(tmp_path / "s" / "trials.csv", newline="") as file:
        columns = ["trial", "status", "dev", "own configuration", "units", "rate", "message"]
        assert next(csv.reader(file)) == columns
    assert gain(results) is not None
    assert Study.load(tmp_path / "s").only == ("units", "rate")


@pytest.mark.slow("a search of its own, in new processes")
def test_what_the_arguments_say_stays_in_every_trial_but_for_what_is_searched(study, tmp_path):
    said = {"model": {"encoder": {"units": 1, "cell": "gru"}}, "kept": 3}
    one = study(trials=2, only=("units",))
    one = replace(one, arguments=(*one.arguments, "--config", json.dumps(said)))
    for result in search(one, tmp_path / "s", report=lambda line: None):
        path = tmp_path / "s" / "trials" / f"trial_{result.name}" / "full" / "config.json"
        encoder = {"units": result.values["units"], "cell": "gru"}
        trained = {"model": {"encoder": encoder}, "kept": 3, "batch_size": 128}
        assert json.loads(path.read_text()) == trained


def test_what_is_not_searched_is_left_to_the_model_that_a_training_goes_on_from():
    searched = Study("sentiment", only=("rate", "adversarial_size"))
    asked = searched.own_values()
    asked.values["adversarial_size"] = 0.05
    steps = {"size": 0.05}
    # Neither units nor cell, which are that model's.
    assert searched.changes(asked) == {"rate": 2e-3, "batch_tokens": 10_000, "adversarial": steps}


def test_epochs_are_searched_where_nobody_says_how_many():
    searched, given = Study("ner"), Study("ner", epochs=3)
    asked = searched.own_values()
    asked.values["epochs"] = 40
    assert searched.changes(asked)["epochs"] == 40
    assert given.changes(given.own_values())["epochs"] == 3
    for name in (["epochs"], ["ner"]):
        with pytest.raises(ValueError, match="`only` must contain names from optimizer, rate_sgd"):
            Study("ner", epochs=3, only=name)


def test_what_is_applied_trains_for_as_long_as_was_found_best(tmp_path):
    def applied(**epochs):
        result = Result("0", "COMPLETED", 0.9, {"units": 3, **epochs}, {"epochs": 1}, "", False)
        return json.loads(apply_best([result], tmp_path / "recipe.py").read_text())

    assert applied() == {}
    assert applied(epochs=40) == {"epochs": 40}


def test_a_choice_within_a_choice_can_be_searched_alone():
    search_of = Study("ner", only=("rate_sgd", "units")).own_values()
    searched = [each.name for each in search_of.space if type(each).__name__ != "Fixed"]
    assert searched == ["rate_sgd", "units"]
    assert search_of.values == Study("ner").own_values().values


@pytest.mark.parametrize("name", all_recipes())
def test_a_space_starts_from_the_recipes_own_configuration(name):
    recipe = recipe_named(name)
    assert recipe.config(recipe.space(HyperParameters())) == recipe.config()


@pytest.mark.slow("a search of its own, in new processes")
def test_the_first_trial_is_the_recipes_own(finished):
    asked, folder, results = finished
    (own,) = [result for result in results if result.own]
    assert own.values == asked.own_values().values
    assert own.config == recipe_named("brackets").space(HyperParameters())
    assert gain(results) == results[0].dev - own.dev
    with open(folder / "trials.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["trial"] for row in rows if row["own configuration"]] == [own.name]


@pytest.mark.slow("a search of its own, in new processes")
def test_without_the_recipes_own_trial_no_gain_is_claimed(study, tmp_path):
    asked = study(trials=2, plan={"fail": {"trial_0": "memory"}})
    results = search(asked, tmp_path / "s", report=lambda line: None)
    assert [result.dev is None for result in results] == [False, True]
    assert gain(results) is None


@pytest.mark.slow("a search, and TensorBoard as a server")
@once
def test_tensorboards_own_server_shows_the_trials(finished):
    _, folder, results = finished
    wanted = {
        "experimentName": "",
        "allowedStatuses": ["STATUS_SUCCESS"],
        "colParams": [],
        "startIndex": 0,
        "sliceSize": 10,
    }
    with server(folder / "logs") as get:
        groups = json.loads(get("plugin/hparams/session_groups", wanted))["sessionGroups"]
    assert len(groups) == 4
    shown = {group["sessions"][0]["name"]: group for group in groups}
    for result in results:
        assert shown[result.name]["hparams"]["units"] == result.values["units"]
        assert shown[result.name]["metricValues"][0]["value"] == pytest.approx(result.dev)
