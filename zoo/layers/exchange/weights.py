"""Lossless exchange of weights between the bidirectional layers of the zoo and of Keras.

The common format is that of Keras: input and recurrent matrices with concatenated gates (i, f, g, o
in an LSTM; update, reset, candidate in a GRU, which has a bias for each of its two products).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import keras
import numpy as np

from zoo.layers.rnn.bidirectional_base import BidirectionalBase
from zoo.layers.rnn.cell_base import DIRECTIONS, BiCell
from zoo.layers.rnn.keras_base import KERAS_LAYERS, cell_weights
from zoo.layers.rnn.stack import RecurrentStack
from zoo.ops.tensor_types import Variable

# A stack, a list of stacked layers, or a single layer.
Layers = keras.layers.Layer | Sequence[keras.layers.Layer]

# Settings that a Keras layer must have for its weights to mean the same in the other layers.
SETTINGS = {
    "use_bias": True,
    "reset_after": True,
    "activation": "tanh",
    "recurrent_activation": "sigmoid",
}


class DirectionWeights(NamedTuple):
    """The weights of one direction: kernel (F, gates * U), recurrent kernel (U, gates * U), bias.

    The bias is (gates * U,), or (2, 3U) in a GRU: rows of the input and of the recurrent product.
    """

    kernel: np.ndarray
    recurrent_kernel: np.ndarray
    bias: np.ndarray


class BidirectionalWeights(NamedTuple):
    """The sizes of a layer, and its variables: direction -> `DirectionWeights` of variables."""

    cell: str
    features: int
    units: int
    variables: dict[str, DirectionWeights]


def read_weights(layer: keras.layers.Layer) -> dict[str, DirectionWeights]:
    """Return the weights of a bidirectional layer as NumPy arrays.

    Args:
        layer: `BiLSTM`, `BiGRU`, `BiSimpleRNN`, `KerasBidirectional`, a `BiCell`, or
            `keras.layers.Bidirectional` of an LSTM, GRU or SimpleRNN; built.

    Returns:
        `{"forward": DirectionWeights, "backward": DirectionWeights}`.

    Raises:
        ValueError: another kind of layer, a layer that is not built, settings other than
            `SETTINGS`, directions with different cells or widths.

    Example:

    >>> from zoo.layers import BiLSTM
    >>> layer = BiLSTM(3)
    >>> layer.build((None, None, 4))
    >>> read_weights(layer)["backward"].kernel.shape
    (4, 12)
    """
    return {
        direction: DirectionWeights(*(np.asarray(v).copy() for v in variables))
        for direction, variables in bidirectional_weights(layer, "layer").variables.items()
    }


def write_weights(layer: keras.layers.Layer, weights: Mapping[str, Sequence[Any]]) -> None:
    """Set the weights of a bidirectional layer.

    Args:
        layer: as in `read_weights`.
        weights: as returned by `read_weights`, for the same cell, F and U.

    Raises:
        ValueError: as `read_weights`; a missing direction or a wrong shape.

    Example:

    >>> from zoo.layers import BiLSTM, KerasBidirectional
    >>> source, target = BiLSTM(3), KerasBidirectional(3)
    >>> source.build((None, None, 4)), target.build((None, None, 4))
    (None, None)
    >>> write_weights(target, read_weights(source))
    """
    assign(assignments(bidirectional_weights(layer, "layer"), weights))


def copy_weights(source: Layers, target: Layers) -> None:
    """Copy all weights of a bidirectional layer or of stacked layers into another.

    Besides the recurrent weights these are the projection of `merge_mode="projection"` and, between
    two `RecurrentStack`s, the layer normalizations.

    Args:
        source: a layer as in `read_weights`, a `RecurrentStack`, or a list of layers.
        target: the same, with the same cells, widths and number of layers; built.

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
        ours, theirs = bidirectional_weights(one, "source"), bidirectional_weights(other, "target")
        for name in ("cell", "units", "features"):
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
    assign(pairs + list(zip(theirs, map(np.asarray, ours), strict=True)))


def layers_of(layers: Layers, argument: str) -> list[keras.layers.Layer]:
    """Return the recurrent layers of a stack, a list or a single layer, as a list.

    Args:
        layers: the value of the argument.
        argument: its name, for messages.
    """
    if isinstance(layers, RecurrentStack):
        return list(layers.rnns)
    layers = list(layers) if isinstance(layers, list | tuple) else [layers]
    if not layers:
        raise ValueError(f"`{argument}` must hold at least one layer, got none.")
    return layers


def other_weights(layers: Layers) -> list[Variable]:
    """Return the other variables: projections, and the normalizations of a stack."""
    merges = [getattr(layer, "merge", None) for layer in layers_of(layers, "layers")]
    norms = layers.norms if isinstance(layers, RecurrentStack) else []
    return [v for part in (*merges, *norms) if part is not None for v in part.weights]


def bidirectional_weights(layer: keras.layers.Layer, argument: str) -> BidirectionalWeights:
    """Return the `BidirectionalWeights` of a layer.

    Args:
        layer: as in `read_weights`.
        argument: the name of the argument, for messages.
    """
    where = f"`{argument}` {getattr(layer, 'name', '')!r}"
    if not isinstance(layer, BidirectionalBase | BiCell | keras.layers.Bidirectional):
        raise ValueError(
            f"`{argument}` must be a bidirectional layer (BiLSTM, BiGRU, BiSimpleRNN, "
            "KerasBidirectional, keras.layers.Bidirectional) or cell, got "
            f"{type(layer).__name__}."
        )
    if not layer.built:
        raise ValueError(
            f"{where} has no weights to exchange yet: call it on data, or "
            "layer.build((None, None, features))."
        )
    if isinstance(layer, keras.layers.Bidirectional):
        cell = _keras_cell(layer, where)
        sides = [cell_weights(getattr(layer, f"{direction}_layer")) for direction in DIRECTIONS]
    else:
        cell = layer.kind if isinstance(layer, BiCell) else layer.cell_kind
        sides = [layer.direction_weights(direction) for direction in DIRECTIONS]
    variables: dict[str, DirectionWeights] = dict(
        zip(DIRECTIONS, (DirectionWeights(*side) for side in sides), strict=True)
    )
    features, _ = variables["forward"].kernel.shape
    units, _ = variables["forward"].recurrent_kernel.shape
    return BidirectionalWeights(cell, features, units, variables)


def _keras_cell(layer: keras.layers.Bidirectional, where: str) -> str:
    """Return the cell's name of a `keras.layers.Bidirectional`, after checking its settings."""
    sides = (layer.forward_layer, layer.backward_layer)
    cells: list[Any] = [
        next((c for c, k in KERAS_LAYERS.items() if isinstance(s, k)), None) for s in sides
    ]
    if None in cells:
        raise ValueError(
            f"{where} must wrap keras.layers.LSTM, GRU or SimpleRNN, got "
            f"{[type(side).__name__ for side in sides]}."
        )
    if cells[0] != cells[1] or sides[0].units != sides[1].units:
        raise ValueError(
            f"{where} must have the same cell and `units` in both directions, got {cells[0]} of "
            f"{sides[0].units} forward and {cells[1]} of {sides[1].units} backward."
        )
    for direction, side in zip(DIRECTIONS, sides, strict=True):
        config = side.get_config()
        for name, right in {**SETTINGS, "go_backwards": direction == "backward"}.items():
            if config.get(name, right) != right:
                raise ValueError(
                    f"{where}: the {direction} layer must have {name}={right!r}, got "
                    f"{config[name]!r}: otherwise its weights mean something else."
                )
    return cells[0]


def assignments(
    target: BidirectionalWeights, weights: Mapping[str, Sequence[Any]]
) -> list[tuple[Variable, Any]]:
    """Return the pairs (variable, value) that set `weights`, after checking the shapes."""
    if set(weights) != set(DIRECTIONS):
        raise ValueError(f"`weights` must have the keys {list(DIRECTIONS)}, got {list(weights)}.")
    pairs = []
    for direction, variables in target.variables.items():
        for role, variable, value in zip(
            DirectionWeights._fields, variables, weights[direction], strict=True
        ):
            if np.shape(value) != tuple(variable.shape):
                raise ValueError(
                    f"`weights`: the {direction} {role} must have shape {tuple(variable.shape)}, "
                    f"got {np.shape(value)}."
                )
            pairs.append((variable, value))
    return pairs


def assign(pairs: Iterable[tuple[Variable, Any]]) -> None:
    """Set the variables of pairs (variable, value); call it after all checks."""
    for variable, value in pairs:
        variable.assign(value)
