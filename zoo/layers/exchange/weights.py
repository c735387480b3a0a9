"""Lossless exchange of weights between the recurrent layers of the zoo and of Keras.

The common format is that of Keras: input and recurrent matrices with concatenated gates (i, f, g, o
in an LSTM; update, reset, candidate in a GRU, which has a bias for each of its two products).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from zoo.layers.exchange.layer_weights import (
    DirectionWeights,
    Layers,
    LayerWeights,
    layer_weights,
    layers_of,
    other_weights,
)
from zoo.ops.tensor_types import Variable


def read_weights(layer: keras.layers.Layer) -> dict[str, DirectionWeights]:
    """Return the weights of a recurrent layer as NumPy arrays.

    Args:
        layer: a recurrent layer or cell of the zoo, `keras.layers.LSTM`, `GRU`, `SimpleRNN`, or
            `keras.layers.Bidirectional` of these; built.

    Returns:
        `{"forward": DirectionWeights, "backward": DirectionWeights}`, or one of them.

    Raises:
        ValueError: another kind of layer, one that is not built, or directions that differ in
            their cells, widths or activations.

    Example:

    >>> from zoo.layers import BiLSTM
    >>> layer = BiLSTM(3)
    >>> layer.build((None, None, 4))
    >>> read_weights(layer)["backward"].kernel.shape
    (4, 12)
    """
    return {
        direction: DirectionWeights(*map(_copied, variables))
        for direction, variables in layer_weights(layer, "layer").variables.items()
    }


def _copied(variable: Any) -> Any:
    return None if variable is None else np.array(ops.convert_to_numpy(variable))


def write_weights(layer: keras.layers.Layer, weights: Mapping[str, Sequence[Any]]) -> None:
    """Set the weights of a recurrent layer.

    Args:
        layer: as in `read_weights`.
        weights: as returned by `read_weights`, for the same cell, directions, F and U.

    Raises:
        ValueError: as `read_weights`; a missing direction or a wrong shape.

    Example:

    >>> from zoo.layers import BiLSTM, KerasBidirectional
    >>> source, target = BiLSTM(3), KerasBidirectional(3)
    >>> source.build((None, None, 4)), target.build((None, None, 4))
    (None, None)
    >>> write_weights(target, read_weights(source))
    """
    assign(assignments(layer_weights(layer, "layer"), weights))


def copy_weights(source: Layers, target: Layers) -> None:
    """Copy all weights of a recurrent layer or of stacked layers into another.

    Besides the recurrent weights these are the projection of `merge_mode="projection"` and, between
    two `RecurrentStack`s, the layer normalizations.

    Args:
        source: a layer as in `read_weights`, a `RecurrentStack`, or a list of layers.
        target: the same, with the same cells, directions, widths, biases, activations and number
            of layers; built.

    Raises:
        ValueError: as `read_weights`; source and target that do not match.

    Example:

    >>> import keras
    >>> from zoo.layers import BiGRU
    >>> source, target = BiGRU(3), keras.layers.Bidirectional(keras.layers.GRU(3))
    >>> source.build((None, None, 4)), target.build((None, None, 4))
    (None, None)
    >>> copy_weights(source, target)
    """
    sources, targets = layers_of(source, "source"), layers_of(target, "target")
    if len(sources) != len(targets):
        raise ValueError(
            "`source` and `target` must have the same number of layers, got "
            f"{len(sources)} and {len(targets)}."
        )
    pairs = []
    for index, (one, other) in enumerate(zip(sources, targets, strict=True)):
        ours, theirs = layer_weights(one, "source"), layer_weights(other, "target")
        for name in ("cell", "directions", "units", "features", "settings"):
            a, b = getattr(ours, name), getattr(theirs, name)
            if a != b:
                raise ValueError(
                    f"`source` and `target` must have the same {name}, got {a!r} and {b!r} in "
                    f"layer {index}."
                )
        pairs += assignments(theirs, read_weights(one))
    ours, theirs = other_weights(source), other_weights(target)
    shapes, their_shapes = ([tuple(v.shape) for v in each] for each in (ours, theirs))
    if shapes != their_shapes:
        raise ValueError(
            "`source` and `target` must have the same weights besides the recurrent ones "
            f"(merge_mode, projection_units, layer_norm), got the shapes {shapes} and "
            f"{their_shapes}. To copy the recurrent weights only, use "
            "write_weights(target, read_weights(source)) on each layer."
        )
    assign(pairs + list(zip(theirs, map(ops.convert_to_numpy, ours), strict=True)))


def assignments(
    target: LayerWeights, weights: Mapping[str, Sequence[Any]]
) -> list[tuple[Variable, Any]]:
    """Return the pairs (variable, value) that set `weights`, after checking the shapes."""
    if set(weights) != set(target.directions):
        raise ValueError(
            f"`weights` must have the keys {list(target.directions)}, got {list(weights)}."
        )
    pairs = []
    for direction, variables in target.variables.items():
        for role, variable, value in zip(
            DirectionWeights._fields, variables, weights[direction], strict=True
        ):
            came, right = (None if v is None else np.shape(v) for v in (value, variable))
            if came != right:
                raise ValueError(
                    f"`weights`: the {direction} {role} must have shape {right}, got {came}."
                )
            if variable is not None:
                pairs.append((variable, value))
    return pairs


def assign(pairs: Iterable[tuple[Variable, Any]]) -> None:
    """Set the variables of pairs (variable, value); call it after all checks."""
    for variable, value in pairs:
        variable.assign(value)
