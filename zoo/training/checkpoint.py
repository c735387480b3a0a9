"""What a training run needs to go on after a break, in one file."""

import json
import os
import zipfile

import numpy as np

from zoo.errors import CheckpointError, check_conditions


class Checkpoint:
    """The weights, the optimizer, the averaged weights and the history of a run.

    Args:
        folder: where `checkpoint.npz` and `history.json` lie, or will.
        model: a compiled Keras model; put back to where the run stopped, if it did.
        conditions: dict of plain values that make the run what it is.
        frozen: layers whose weights stay as they were made, and are left out of the file.

    Raises:
        CheckpointError: the file is of a run under other conditions, or broken.
    """

    def __init__(self, folder, model, conditions, frozen=()):
        self.path, self.model = folder / "checkpoint.npz", model
        self.history, self.averaged = [], None
        model.optimizer.build(model.trainable_variables)
        left_out = {id(variable) for layer in frozen for variable in layer.variables}
        self.variables = [v for v in model.variables if id(v) not in left_out]
        self.variables += model.optimizer.variables
        self.conditions = json.loads(json.dumps(conditions, default=str))
        if self.path.is_file():
            self._restore()

    def _restore(self):
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

    def average(self, share):
        """Move the averaged weights towards the model's, `a = share a + (1 - share) w`."""
        weights = [np.asarray(v) for v in self.model.trainable_variables]
        if self.averaged is None:
            self.averaged = [w.copy() for w in weights]
        for average, w in zip(self.averaged, weights, strict=True):
            average += (1 - share) * (w - average)

    def swap(self):
        """Exchange the model's trained weights and the averaged ones."""
        for index, variable in enumerate(self.model.trainable_variables):
            mine = np.array(variable)
            variable.assign(self.averaged[index])
            self.averaged[index] = mine

    def save(self):
        """Write the file."""
        arrays = {f"variable_{i}": np.asarray(v) for i, v in enumerate(self.variables)}
        arrays |= {f"averaged_{i}": a for i, a in enumerate(self.averaged)}
        # Written beside and moved into place: a kill leaves the last whole one.
        fresh = self.path.with_suffix(".fresh.npz")
        notes = {"history": self.history, "conditions": self.conditions}
        np.savez(fresh, **{name: json.dumps(note) for name, note in notes.items()}, **arrays)
        os.replace(fresh, self.path)
        (self.path.parent / "history.json").write_text(json.dumps(self.history, indent=1) + "\n")
