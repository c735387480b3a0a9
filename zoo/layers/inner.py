"""What a layer passes on to the layers inside it, and which of them are frozen."""

from collections.abc import Collection, Iterable
from typing import Any

import keras


def inherited(layer: keras.layers.Layer) -> dict[str, Any]:
    """Return the arguments that a layer passes on to the layers inside it.

    Keras passes `trainable` on where it is set as an attribute, not where it is an argument.

    >>> sorted(inherited(keras.layers.Dense(3, trainable=False)))
    ['dtype', 'trainable']
    """
    return {"dtype": layer.dtype_policy, "trainable": layer.trainable}


def frozen_parts(layer: keras.layers.Layer, parts: Iterable[Any]) -> dict[str, Any]:
    """Return the part of a configuration that says which layers inside a layer are frozen.

    Args:
        layer: a layer or model.
        parts: the layers inside it, or the views of its directions.

    Returns:
        `{"frozen": names}`, or nothing if all are trained, or if the whole layer is frozen.

    Example:

    >>> parts = [keras.layers.Dense(3, name="a"), keras.layers.Dense(3, name="b")]
    >>> parts[1].trainable = False
    >>> frozen_parts(keras.Sequential(parts), parts)
    {'frozen': ['b']}
    """
    names = [part.name for part in parts if not part.trainable]
    return {"frozen": names} if names and layer.trainable else {}


def freeze_parts(parts: Iterable[Any], names: Collection[str]) -> None:
    """Freeze those of some layers, or views, that have the given names.

    >>> layer = keras.layers.Dense(3, name="a")
    >>> freeze_parts([layer], ["a"])
    >>> layer.trainable
    False
    """
    for part in parts:
        if part.name in names:
            part.trainable = False
