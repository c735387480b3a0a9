"""What a layer passes on to the layers inside it."""

from typing import Any

import keras


def inherited(layer: keras.layers.Layer) -> dict[str, Any]:
    """Return the arguments that a layer passes on to the layers inside it.

    Keras passes `trainable` on where it is set as an attribute, not where it is an argument.

    >>> sorted(inherited(keras.layers.Dense(3, trainable=False)))
    ['dtype', 'trainable']
    """
    return {"dtype": layer.dtype_policy, "trainable": layer.trainable}
