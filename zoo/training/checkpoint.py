"""The state of a training run, in one file from which it resumes."""

import json
import os
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np

from zoo.errors import CheckpointError, check_conditions

History = list[dict[str, Any]]  # one row per epoch


class Checkpoint:
    """The weights, the optimizer, the averaged weights and the history of a run.

    Args:
        folder: folder of `checkpoint.npz` and `history.json`.
        model: a compiled Keras model; its state is restored if the file exists.
        conditions: dict of plain values that determine the result of the run.
        frozen: layers that are not trained; their weights are left out of the file.

    Attributes:
        history: list of dicts, one per epoch.
        averaged: list of arrays, the averaged trainable weights; None before the first average.

    Raises:
        CheckpointError: the file belongs to a run under other conditions, or is broken.
    """

    def __init__(
        self,
        folder: Path,
        model: keras.Model,
        conditions: Mapping[str, Any],
        frozen: Iterable[keras.layers.Layer] = (),
    ) -> None:
        self.path, self.model = folder / "checkpoint.npz", model
        self.history: History = []
        self.averaged: list[np.ndarray] | None = None
        model.optimizer.build(model.trainable_variables)
        left_out = {id(variable) for layer in frozen for variable in layer.variables}
        self.variables = [v for v in model.variables if id(v) not in left_out]
        self.variables += model.optimizer.variables
        self.conditions = json.loads(json.dumps(dict(conditions), default=str))
        if self.path.is_file():
            self._restore()

    def _restore(self) -> None:
        try:
            with np.load(self.path, allow_pickle=False) as file:
                arrays = dict(file)
        except (OSError, EOFError, ValueError, zipfile.BadZipFile) as error:
            raise CheckpointError(
                f"{self.path}: cannot be read as a checkpoint: {error}. Delete it to start anew."
            ) from error
        check_conditions(self.path, json.loads(str(arrays["conditions"])), self.conditions)
        for index, variable in enumerate(self.variables):
            variable.assign(arrays[f"variable_{index}"])
        self.averaged = [
            arrays[f"averaged_{i}"] for i in range(len(self.model.trainable_variables))
        ]
        self.history = json.loads(str(arrays["history"]))

    def average(self, share: float) -> None:
        """Update the averaged weights, `a = share a + (1 - share) w`; the first time `a = w`."""
        weights = [np.asarray(v) for v in self.model.trainable_variables]
        if self.averaged is None or not share:
            self.averaged = [w.copy() for w in weights]
            return
        for average, w in zip(self.averaged, weights, strict=True):
            average += (1 - share) * (w - average)

    def swap(self) -> None:
        """Exchange the trained weights of the model and the averaged ones."""
        assert self.averaged is not None
        for index, variable in enumerate(self.model.trainable_variables):
            trained = np.array(variable)
            variable.assign(self.averaged[index])
            self.averaged[index] = trained

    def save(self) -> None:
        """Write the file."""
        arrays: dict[str, Any] = {
            f"variable_{i}": np.asarray(v) for i, v in enumerate(self.variables)
        }
        arrays |= {f"averaged_{i}": a for i, a in enumerate(self.averaged or ())}
        arrays["history"] = json.dumps(self.history)
        arrays["conditions"] = json.dumps(self.conditions)
        # Written to another file and then moved: an interruption leaves the last complete one.
        fresh = self.path.with_suffix(".fresh.npz")
        np.savez(fresh, **arrays)
        os.replace(fresh, self.path)
        (self.path.parent / "history.json").write_text(json.dumps(self.history, indent=1) + "\n")
