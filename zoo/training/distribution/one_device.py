"""Training on one device, and how a batch is shared out among several."""

import keras
import numpy as np


class OneDevice:
    """Training as it is without a switch; several devices answer to the same names.

    Attributes:
        chief: whether this process writes files and reports; one of all processes does.
    """

    chief = True

    def step(self, model, split):
        """Return a function that trains a model on a batch, and returns the loss before.

        Args:
            model: a compiled Keras model, whose variables hold the state of the training before
                and after each step, whatever the devices.
            split: as `split_rows`; or another way to take a batch apart.
        """
        return model.train_on_batch

    def chiefs(self, value):
        """Return the number that the chief has, in every process."""
        return value

    def wait(self, path=None):
        """Wait until all processes have come here, and see a file that the chief wrote."""

    def chief_first(self, function):
        """Call a function in the chief, and when it has returned in the other processes."""
        if self.chief:
            result = function()
        self.wait()
        return result if self.chief else function()


def split_rows(x, y, count):
    """Share the rows of a batch out.

    Args:
        x: array (B, ...), or dict of such.
        y: array (B, ...).
        count: how many parts; where there are too few rows for all, some get a row again, with no
            weight.

    Returns:
        List of `(x, y, weight)`; the loss of the batch is the mean of those of the parts by weight.

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
