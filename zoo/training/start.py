"""The model that a training starts from: its network and weights."""

from collections.abc import Collection
from pathlib import Path
from typing import Any, NamedTuple

import keras

from zoo.hub.card import ModelCard, read_json
from zoo.hub.load import CONFIG_FILE
from zoo.hub.store import verify_files
from zoo.models import trainable_weights_of
from zoo.recipes.start import check_start
from zoo.runtime.keras_engines import WEIGHTS_FILE, load_keras_model
from zoo.tasks import Task


class StartModel(NamedTuple):
    """A trained model that a training starts from.

    Args:
        model: the network.
        labels: its labels, as in `config.json`.
        folder: its folder.
        sha256: hash of its file of weights.
    """

    model: Any
    labels: list[str]
    folder: Path
    sha256: str


def read_start(task: Task, name: str) -> StartModel:
    """Read a model that a training starts from.

    Args:
        task: the task of the training.
        name: name of a bundled model, or "path:DIR" for a model folder.

    Raises:
        UnknownModelError: no bundled model has that name.
        ModelFileError: a file is missing, changed or broken, or the model is of another network.

    Example:

    >>> from zoo.tasks import task_named
    >>> read_start(task_named("entity-tagging"), "bilstm-ner-tiny").labels
    ['LOC', 'MISC', 'ORG', 'PER']
    """
    folder = check_start(task, name)
    card = ModelCard.read(folder)
    verify_files(folder, card)
    config = read_json(folder / CONFIG_FILE)
    model = load_keras_model(folder, config)
    return StartModel(model, config["labels"], folder, card.files[WEIGHTS_FILE].sha256)


def copy_layers(
    source: keras.Model, target: keras.Model, left_out: Collection[str] = ()
) -> list[str]:
    """Copy the weights of each layer to the layer of the same name, if all shapes are the same.

    Args:
        source: the model to copy from.
        target: the model to copy to.
        left_out: names of layers that are not copied.

    Returns:
        List of the names of the layers that were copied.
    """
    theirs = {layer.name: layer for layer in target.layers if layer.name not in left_out}
    copied = []
    for layer in source.layers:
        weights = trainable_weights_of(layer)
        if weights and layer.name in theirs:
            wanted = theirs[layer.name].get_weights()
            if [w.shape for w in weights] == [w.shape for w in wanted]:
                theirs[layer.name].set_weights(weights)
                copied.append(layer.name)
    return copied
