"""Model folders with old names load as before."""

import json

import h5py
import numpy as np
import pytest

import zoo
from tests.grids import quick
from zoo.hub import resolve
from zoo.hub.renames import ARGUMENTS, VALUES, WEIGHT_GROUPS, renamed
from zoo.models import build
from zoo.runtime.keras_engines import WEIGHTS_FILE, load_keras_model

ENCODER = {"vocabulary_size": 8, "embedding_dim": 4, "units": 3}
STACK = {"backend_layer": "keras", "units": 3}
MODELS = {
    "bigrams": ("sequence-classification", {"num_labels": 2, "bigram_buckets": 9}),
    "frozen words": ("word-tagging", {"frozen_words": 5, "quantized_words": True}),
    "keras": ("token-tagging", {"num_labels": 2, "backend_layer": "keras"}),
    "forward": (
        "token-tagging",
        {"num_labels": 2, "direction": "forward", "backend_layer": "keras"},
    ),
}


def present(name):
    task, options = MODELS[name]
    if task == "word-tagging":
        words = {"vocabulary_size": 8, "labels": ["A", "B"], "scheme": None, "stack": STACK}
        return task, {**words, **options}
    stack = {key: options[key] for key in ("backend_layer", "direction") if key in options}
    head = {key: value for key, value in options.items() if key not in stack}
    return task, {"encoder": {**ENCODER, **stack}, **head}


def aged(config):
    """Return a configuration with its old names."""
    old = {new: old for old, new in ARGUMENTS.items()}
    values = {n: {new: old for old, new in each.items()} for n, each in VALUES.items()}
    found = {}
    for name, value in config.items():
        if isinstance(value, dict):
            value = aged(value)
        elif name in values:
            value = values[name][value]
        found[old.get(name, name)] = value
    return found


def age_weights(path):
    old, found = {new: old for old, new in WEIGHT_GROUPS.items()}, []
    with h5py.File(path, "r+") as file:
        file.visit(found.append)
        for name in found:
            parent, _, group = name.rpartition("/")
            if group in old:
                file.move(name, f"{parent}/{old[group]}")
    return {name.rpartition("/")[2] for name in found} & {*old}


@pytest.mark.parametrize("name", MODELS)
def test_old_names_give_the_same_model(name, tmp_path):
    task, config = present(name)
    model = build(task, config)
    for weight in model.weights:
        weight.assign(np.random.default_rng(0).integers(-9, 9, weight.shape) % 7)
    model.save_weights(tmp_path / WEIGHTS_FILE)
    assert age_weights(tmp_path / WEIGHTS_FILE)
    again = load_keras_model(tmp_path, {"task": task, "model": aged(config)})
    assert again.get_config() == model.get_config()
    for one, other in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_present_names_stay():
    for name in MODELS:
        config = present(name)[1]
        assert renamed(config) == config == renamed(aged(config))


def test_an_old_layer_of_one_direction_was_always_the_one_of_keras():
    old = {"direction": "backward", "implementation": "scratch"}
    assert renamed(old) == {"direction": "backward", "backend_layer": "keras"}


@pytest.mark.parametrize("name", quick(zoo.list_models(), "bilstm-ner-tiny", "bilstm-sentiment"))
def test_the_configurations_of_shipped_models_build(name):
    config = json.loads((resolve(name) / "config.json").read_text(encoding="utf-8"))
    model = build(config["task"], renamed(config["model"]))
    assert model.count_params() == zoo.info(name).parameters
