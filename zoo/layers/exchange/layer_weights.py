"""The weights of any recurrent layer or cell, of the zoo or of Keras, by direction."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import keras
import numpy as np

from zoo.layers.rnn.cells.arguments import USUAL, arguments_of, serialized
from zoo.layers.rnn.cells.base import RecurrentCell
from zoo.layers.rnn.cells.bidirectional import DIRECTIONS
from zoo.layers.rnn.keras_layers.base import KERAS_LAYERS, cell_weights
from zoo.layers.rnn.recurrent_base import RecurrentBase
from zoo.layers.rnn.stack import RecurrentStack
from zoo.ops.tensor_types import Variable

# A stack, a list of stacked layers, or a single layer.
Layers = keras.layers.Layer | Sequence[keras.layers.Layer]

# Arguments that say what the weights mean.
SETTINGS = ("use_bias", *USUAL)


class DirectionWeights(NamedTuple):
    """The weights of one direction: kernel (F, gates * U), recurrent kernel (U, gates * U), bias.

    The bias is (gates * U,); in a GRU (2, 3U), rows of the input and of the recurrent product,
    or (3U,) with `reset_after=False`; None with `use_bias=False`.
    """

    kernel: np.ndarray
    recurrent_kernel: np.ndarray
    bias: np.ndarray | None


class LayerWeights(NamedTuple):
    """A layer's sizes and `SETTINGS`, and its variables: direction -> `DirectionWeights`."""

    cell: str
    features: int
    units: int
    settings: dict[str, Any]
    variables: dict[str, DirectionWeights]

    @property
    def directions(self) -> tuple[str, ...]:
        """The directions, "forward" or "backward" or both."""
        return tuple(self.variables)


def layer_weights(layer: keras.layers.Layer, argument: str) -> LayerWeights:
    """Return the `LayerWeights` of a layer.

    Args:
        layer: a recurrent layer or cell of the zoo, `keras.layers.LSTM`, `GRU`, `SimpleRNN`, or
            `keras.layers.Bidirectional` of these; built.
        argument: the name of the argument, for messages.

    Raises:
        ValueError: another kind of layer, one that is not built, or directions that differ in more
            than their initial weights.
    """
    where = f"`{argument}` {getattr(layer, 'name', '')!r}"
    of_keras = (keras.layers.Bidirectional, *KERAS_LAYERS.values())
    if not isinstance(layer, (RecurrentBase, RecurrentCell, *of_keras)):
        raise ValueError(
            f"`{argument}` must be a recurrent layer of the zoo or of Keras (LSTM, GRU, SimpleRNN, "
            f"Bidirectional of these), or a cell of the zoo, got {type(layer).__name__}."
        )
    if not layer.built:
        raise ValueError(
            f"{where} has no weights to exchange yet: call it on data, or "
            "layer.build((None, None, features))."
        )
    if isinstance(layer, RecurrentBase | RecurrentCell):
        return _of_zoo(layer)
    if isinstance(layer, keras.layers.Bidirectional):
        return _of_both(layer, where)
    return _of_keras(layer, where)


def _of_zoo(layer):
    if isinstance(layer, RecurrentCell):
        cell, arguments = layer.kind, arguments_of(layer)
    else:
        cell, arguments = layer.cell_kind, layer.cell_arguments
    variables = {d: layer.direction_weights(d) for d in layer.directions}
    return _layer_weights(cell, arguments, variables)


def _of_keras(layer, where):
    cell = next((c for c, k in KERAS_LAYERS.items() if isinstance(layer, k)), None)
    if cell is None:
        raise ValueError(
            f"{where} must wrap keras.layers.LSTM, GRU or SimpleRNN, got {type(layer).__name__}."
        )
    direction = "backward" if layer.go_backwards else "forward"
    return _layer_weights(cell, arguments_of(layer.cell), {direction: cell_weights(layer)})


def _of_both(layer, where):
    """Return the weights of a `keras.layers.Bidirectional`, after comparing its directions."""
    sides = {d: _of_keras(getattr(layer, f"{d}_layer"), where) for d in DIRECTIONS}
    forward, backward = sides.values()
    for direction, side in sides.items():
        if side.directions != (direction,):
            raise ValueError(
                f"{where}: the {direction} layer must have "
                f"go_backwards={direction == 'backward'}, got {direction == 'forward'}."
            )
    for name in ("cell", "units", "settings"):
        a, b = getattr(forward, name), getattr(backward, name)
        if a != b:
            raise ValueError(
                f"{where} must have the same {name} in both directions, got {a!r} forward and "
                f"{b!r} backward."
            )
    return forward._replace(variables={**forward.variables, **backward.variables})


def _layer_weights(cell, arguments, variables):
    directions = {name: DirectionWeights(*each) for name, each in variables.items()}
    first = next(iter(directions.values()))
    settings = {n: serialized(n, arguments[n]) for n in SETTINGS if n in arguments}
    features, units = first.kernel.shape[0], first.recurrent_kernel.shape[0]
    return LayerWeights(cell, features, units, settings, directions)


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
