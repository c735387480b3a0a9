"""The comparison of two trainings by what their checkpoints hold."""

import json

import numpy as np


def checkpoint(folder):
    """Return the arrays of a folder's checkpoint by name."""
    with np.load(folder / "checkpoint.npz") as file:
        return dict(file)


def assert_same_training(folder, other):
    """Check losses, weights, the optimizer's state and the averaged weights."""
    one, two = checkpoint(folder), checkpoint(other)
    losses = [[row["loss"] for row in json.loads(str(each["history"]))] for each in (one, two)]
    np.testing.assert_allclose(*losses, atol=1e-5)
    compared = [name for name in one if name.startswith(("variable_", "averaged_"))]
    assert len(compared) > 20
    for name in compared:
        np.testing.assert_allclose(one[name], two[name], atol=1e-5, err_msg=name)
