"""A card is a test: what the cards of the shipped models claim is computed again."""

import numpy as np
import pytest

import zoo
from tests.grids import quick
from zoo.data.brackets import VOCABULARY, bracket_source, sample
from zoo.export.device.golden_texts import TEXTS
from zoo.export.gate import Recorder
from zoo.export.verify import differences, probe
from zoo.hub import bundled, resolve, verify_files
from zoo.hub.card import read_json
from zoo.inspect import per_position_accuracy
from zoo.metrics import predict_tags, token_accuracy
from zoo.runtime import LiteRTEngine, open_with
from zoo.tasks import task_named

BRACKETS = "bilstm-brackets"


@pytest.mark.parametrize("name", zoo.list_models())
def test_files_sizes_and_parameters_are_as_the_card_says(name):
    card, folder = zoo.info(name), resolve(name)
    assert set(verify_files(folder, card)) == set(card.files)
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert there == set(card.files) | {"card.json", "card.md"}
    assert (folder / "card.md").read_text(encoding="utf-8") == card.to_markdown()
    predictor = zoo.load(name)
    assert predictor.labels == card.labels
    assert predictor.model.count_params() == card.parameters


@pytest.mark.slow("compiles the Keras model of every file")
@pytest.mark.parametrize("name", zoo.list_models())
def test_a_file_answers_texts_as_keras_in_both_apis_without_a_reset(name):
    folder = resolve(name)
    path, config = folder / "model.tflite", read_json(folder / "config.json")
    recorder = Recorder(LiteRTEngine(path))
    predictor = open_with(task_named(config["task"]), folder, config, recorder)
    for text in TEXTS.values():
        predictor(text)
    _, runs = probe(path, recorder.inputs)
    assert list(runs) == ["Interpreter 1", "Interpreter 2", "CompiledModel 1", "CompiledModel 2"]
    for _, by_run in differences(path, zoo.load(name).model, recorder.inputs, runs):
        assert all(difference < 1e-4 and not others for difference, others in by_run.values())


def test_there_are_no_models_without_a_card():
    folders = {path.name for path in bundled("saved_models").iterdir() if path.is_dir()}
    assert folders - {"__pycache__"} == set(zoo.list_models())


def claims(whose):
    return [m for m in zoo.info(BRACKETS).metrics if m.conditions.startswith(whose)]


@pytest.mark.parametrize("lengths", quick([(8, 32), (33, 64)], (33, 64)))
def test_accuracy_of_the_bracket_tagger(lengths):
    split = f"test, lengths {lengths[0]}-{lengths[1]}"
    claimed = {m.metric: m for m in claims("this model") if m.split == split}
    words = claimed["accuracy"].conditions.split()
    count, seed = int(words[2]), int(words[-1])
    test = sample(bracket_source("kinds"), count, lengths, seed=seed)
    tags = predict_tags(zoo.load(BRACKETS).model, test.ids)
    mask = test.ids != 0
    accuracy, _ = token_accuracy(test.labels, tags, mask)
    positions, _ = per_position_accuracy(test.labels, tags, mask)
    # A few of half a million tokens are so undecided that another processor may tip them.
    assert claimed["accuracy"].value == pytest.approx(accuracy, abs=1e-5)
    assert claimed["worst position"].value == pytest.approx(np.nanmin(positions), abs=2e-3)


def test_the_bracket_tagger_meets_its_bars_over_five_seeds():
    bars = {"test, lengths 8-32": 0.999, "test, lengths 33-64": 0.995}
    lowest = {m.split: m.value for m in claims("5 seeds") if m.metric == "lowest accuracy"}
    assert set(lowest) == set(bars)
    assert all(lowest[split] >= bar for split, bar in bars.items())


def test_the_vocabulary_is_that_of_the_source():
    assert zoo.load(BRACKETS).vocabulary.tokens == VOCABULARY
