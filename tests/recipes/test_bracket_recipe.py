"""The bracket recipe from its command line to the loaded model, shortened."""

import contextlib
import csv
import io
import json
import subprocess
import sys

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import zoo
from zoo.recipes import bracket_tagging

ARGUMENTS = ["--difficulty", "nested", "--test-sequences", "100"]
SMALL = {"epochs": 1, "steps": 10, "batch_size": 32, "model": {"encoder": {"units": 24}}}
ARGUMENTS += ["--config", json.dumps(SMALL)]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    output = tmp_path_factory.mktemp("recipe") / "run"
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        bracket_tagging.RECIPE.main([*ARGUMENTS, f"--output={output}"])
    return output, printed.getvalue()


def test_every_model_is_measured_beside_its_ceiling(run):
    output, printed = run
    with open(output / "results.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    names = {row["model"] for row in rows}
    assert {"bidirectional", "forward", "backward"} < names
    assert len(names) == 5
    assert {row["lengths"] for row in rows} == {"8-32", "33-64"}
    parameters = {row["model"]: int(row["parameters"]) for row in rows}
    budget = parameters["bidirectional"]
    equal = [count for name, count in parameters.items() if "units" in name]
    assert len(equal) == 2
    assert all(abs(count - budget) < 0.03 * budget for count in equal)
    for row in rows:
        one_way = row["model"] != "bidirectional"
        assert (float(row["ceiling"]) < 1) == one_way
        if one_way:
            assert float(row["accuracy"]) < float(row["ceiling"]) + 4 * float(row["standard_error"])
    assert (output / "results.md").read_text() in printed


def test_the_saved_model_is_loaded_back(run):
    output, _ = run
    tagger = zoo.load(f"path:{output / 'model'}")
    assert [token.text for token in tagger("a (b)")] == ["a", "(", "b", ")"]
    card = zoo.hub.ModelCard.read(output / "model")
    assert card.parameters == tagger.model.count_params()
    assert "--difficulty nested" in card.command


def test_the_pictures_are_files_and_in_tensorboard(run):
    output, _ = run
    files = {path.stem for path in (output / "pictures").glob("*.png")}
    assert files == {
        "state_evolution",
        "information_flow",
        "activations",
        "concatenated_layout",
        "direction_correlation",
        "learning_curves",
        "accuracy_forward",
        "accuracy_backward",
    }
    events = EventAccumulator(str(output / "logs" / "pictures"))
    events.Reload()
    tags = set(events.Tags()["tensors"])
    assert {"1 results/learning curves", "1 results/accuracy by position/forward"} <= tags
    assert {"7 information flow/backward", "5 states/activations/forward"} <= tags
    assert all(events.SummaryMetadata(tag).summary_description for tag in tags)


def test_the_curves_are_in_tensorboard(run):
    output, _ = run
    events = EventAccumulator(str(output / "logs" / "bidirectional-seed-0"))
    events.Reload()
    assert {"1 results/loss/train", "1 results/measure/dev"} <= set(events.Tags()["tensors"])


@pytest.mark.exhaustive
@pytest.mark.slow("trains in a process of its own")
def test_it_runs_as_a_script(tmp_path):
    command = [sys.executable, bracket_tagging.__file__, *ARGUMENTS, f"--output={tmp_path}"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "results.md").read_text() in done.stdout


def test_a_run_on_other_brackets_is_not_continued(run):
    output, _ = run
    given = [*ARGUMENTS, "--difficulty", "single", "--dev-only", f"--output={output}"]
    with pytest.raises(ValueError, match=r"checkpoint\.npz .* differs in source\."):
        bracket_tagging.RECIPE.main(given)
