"""The engines that need TensorFlow: the Keras model and the exported SavedModel."""

# TensorFlow and Keras have no type annotations.
# pyright: reportMissingTypeStubs=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from zoo.extras import hint_of_missing_extra
from zoo.hub.errors import ModelFileError
from zoo.hub.renames import WEIGHT_GROUPS, renamed
from zoo.runtime.predictor import Arrays
from zoo.tasks import task_named
from zoo.trust.saved_model import check_saved_model
from zoo.trust.stored import check_weights

WEIGHTS_FILE = "model.weights.h5"


def load_keras_model(folder: str | Path, config: dict[str, Any]) -> Any:
    """Build the Keras model of a model folder and load its weights.

    Args:
        folder: the model folder.
        config: content of its `config.json`.

    Returns:
        A `keras.Model`.

    Raises:
        ModelFileError: the weight file is missing, invalid, or does not fit the model; nothing of
            the sizes in the configuration is allocated before it was compared with the file.
    """
    from zoo.models import build

    path = Path(folder) / WEIGHTS_FILE
    if not path.is_file():
        raise ModelFileError(f"{path}: no such file")
    options = renamed(config["model"])
    check_weights(path, task_named(config["task"]).config_rules.layers(options))
    try:
        model = build(config["task"], options)
    except (ValueError, TypeError) as error:
        file = Path(folder) / "config.json"
        raise ModelFileError(f"{file}: `model` describes no model: {error}") from error
    try:
        _load_weights(model, path)
    except (OSError, ValueError, KeyError) as error:
        raise ModelFileError(f"{path}: cannot be read as this model's weights: {error}") from error
    return model


def _load_weights(model: Any, path: Path) -> None:
    """Load a weight file; if it has old names of groups, load a renamed copy."""
    import h5py

    names: list[str] = []
    with h5py.File(path) as file:
        file.visit(names.append)
    old = [name for name in names if name.rpartition("/")[2] in WEIGHT_GROUPS]
    if not old:
        model.load_weights(path)
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copyfile(path, Path(folder) / WEIGHTS_FILE))
        with h5py.File(copy, "r+") as file:
            for name in old:
                parent, _, group = name.rpartition("/")
                file.move(name, f"{parent}/{WEIGHT_GROUPS[group]}")
        model.load_weights(copy)


class KerasEngine:
    """Runs a Keras model on one sequence at a time.

    Args:
        model: a model of `zoo.models`.
    """

    def __init__(self, model: Any) -> None:
        self._model = model

    def __call__(self, inputs: Arrays) -> Arrays:
        """Return the outputs for one sequence.

        Args:
            inputs: dict of int32 arrays (T, ...).

        Returns:
            Dict of arrays without the batch axis.
        """
        from keras import ops

        outputs = self._model.answers({name: array[None] for name, array in inputs.items()})
        arrays = {name: np.asarray(ops.convert_to_numpy(x)) for name, x in outputs.items()}
        return {name: array[0] for name, array in arrays.items()}


class SavedModelEngine:
    """Runs a SavedModel on one sequence at a time.

    Args:
        folder: folder of the SavedModel.

    Raises:
        ModelFileError: the folder is missing or invalid, or has operators that no export uses, such
            as those that read and write files.
    """

    def __init__(self, folder: str | Path) -> None:
        with hint_of_missing_extra():
            import tensorflow as tf

        check_saved_model(folder)
        try:
            self._module = tf.saved_model.load(str(folder))
        except (OSError, ValueError, KeyError, tf.errors.OpError) as error:
            raise ModelFileError(f"{folder}: cannot be read as a SavedModel: {error}") from error
        found = self._module.signatures
        # If there is a signature "ids", the default one takes raw texts.
        self._serve = found["ids" if "ids" in found else "serving_default"]
        self._constant = tf.constant

    def __call__(self, inputs: Arrays) -> Arrays:
        """Return the outputs for one sequence; see `KerasEngine.__call__`."""
        tensors = {name: self._constant(array[None]) for name, array in inputs.items()}
        return {name: value.numpy()[0] for name, value in self._serve(**tensors).items()}
