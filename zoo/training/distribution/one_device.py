"""Training on one device, and the division of a batch among several."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import keras
import numpy as np

Result = TypeVar("Result")
Part = tuple[Any, Any, float]  # x, y and the weight of the part in the mean of the loss
Split = Callable[[Any, Any, int], list[Part]]


class OneDevice:
    """One device; the base class of several devices.

    Attributes:
        chief: whether this process writes files and reports; exactly one process does.
    """

    chief = True

    def step(self, model: keras.Model, split: Split) -> Callable[[Any, Any], Any]:
        """Return a function that trains a model on a batch `(x, y)` and returns the loss before.

        Args:
            model: a compiled Keras model. Its variables hold the state of the training before and
                after each step, on any devices.
            split: function that divides a batch, such as `split_rows`.
        """
        return model.train_on_batch

    def broadcast(self, value: float) -> float:
        """Return the chief's number in every process."""
        return value

    def wait(self, path: Path | None = None) -> None:
        """Wait until all processes are here and see a file that the chief wrote."""

    def chief_first(self, function: Callable[[], Result]) -> Result:
        """Call a function in the chief and, after it has returned, in the other processes."""
        if self.chief:
            result = function()
            self.wait()
            return result
        self.wait()
        return function()


def split_rows(x: Any, y: Any, count: int) -> list[Part]:
    """Divide the rows of a batch.

    Args:
        x: array (B, ...), or dict of such.
        y: array (B, ...).
        count: number of parts. With fewer rows than parts, some parts get a repeated row of weight
            0.

    Returns:
        List of `(x, y, weight)`; the loss of the batch is the weighted mean of those of the parts.

    Example:

    >>> [(x.tolist(), weight) for x, _, weight in split_rows(np.arange(3), np.zeros(3), 2)]
    [([0, 1], 2), ([2], 1)]
    """
    parts = []
    for rows in np.array_split(np.arange(len(y)), count):
        taken = rows if len(rows) else slice(1)
        part = keras.tree.map_structure(lambda array, taken=taken: array[taken], (x, y))
        parts.append((*part, len(rows)))
    return parts
