"""The directions of any recurrent layer, of the zoo or of Keras: their states and gates."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import keras
from keras import ops

from zoo.layers.rnn.cells.bidirectional import DIRECTIONS
from zoo.layers.rnn.keras_layers.base import KERAS_LAYERS, cell_weights
from zoo.layers.rnn.recurrent_base import STATES, RecurrentBase
from zoo.ops.scan import scan
from zoo.ops.steps import gru_step, lstm_step, simple_rnn_step
from zoo.ops.tensor_types import Tensor, Variable

STEPS = {
    "lstm": lambda z, states, kernel, bias: lstm_step(z, states, kernel),
    "gru": gru_step,
    "simple_rnn": lambda z, states, kernel, bias: simple_rnn_step(z, states, kernel),
}
GATES = {  # in the order of the columns of a layer's matrices
    "lstm": ("i", "f", "g", "o"),
    "gru": ("update", "reset", "candidate"),
    "simple_rnn": ("state",),
}
BY_TANH = {"g", "candidate", "state"}  # all others by a sigmoid


class Direction(NamedTuple):
    """One direction of a recurrent layer: the kind of its cell, and its variables."""

    kind: str
    # kernel (F, gates * U), recurrent kernel (U, gates * U), bias or None
    weights: Sequence[Variable]


def directions_of(layer: keras.layers.Layer) -> dict[str, Direction]:
    """Return the directions of a recurrent layer of the zoo or of Keras.

    Args:
        layer: a built layer of any kind.

    Returns:
        Dict from "forward", "backward" or both to `Direction`; empty for a layer that is not
        recurrent, or has other activations.

    Example:

    >>> layer = keras.layers.Bidirectional(keras.layers.GRU(3))
    >>> layer.build((None, None, 2))
    >>> [(name, direction.kind) for name, direction in directions_of(layer).items()]
    [('forward', 'gru'), ('backward', 'gru')]
    """
    if isinstance(layer, RecurrentBase):
        usual = not layer.unusual and not getattr(layer, "stateful", False)
        return {
            name: Direction(layer.cell_kind, layer.direction_weights(name))
            for name in (layer.directions if usual else ())
        }
    if isinstance(layer, keras.layers.Bidirectional):
        both = _keras_direction(layer.forward_layer) | _keras_direction(layer.backward_layer)
        return both if len(both) == len(DIRECTIONS) else {}
    return _keras_direction(layer)


def _keras_direction(layer: Any) -> dict[str, Direction]:
    """Return the direction of a Keras LSTM, GRU or SimpleRNN with the equations of the zoo."""
    kind = next((kind for kind, each in KERAS_LAYERS.items() if type(layer) is each), None)
    if kind is None:
        return {}
    usual = (
        not layer.stateful
        and layer.activation is keras.activations.tanh
        and getattr(layer, "recurrent_activation", keras.activations.sigmoid)
        is keras.activations.sigmoid
        and getattr(layer, "reset_after", True)
    )
    name = "backward" if layer.go_backwards else "forward"
    return {name: Direction(kind, cell_weights(layer))} if usual else {}


def trace(
    direction: Direction, sequences: Tensor, mask: Tensor | None = None, backward: bool = False
) -> dict[str, Tensor]:
    """Run one direction of a recurrent layer and return its states and gates.

    Args:
        direction: `Direction`.
        sequences: (B, T, F).
        mask: (B, T) boolean, or None.
        backward: whether the direction reads from the end to the start.

    Returns:
        Dict of (B, T, U) tensors in the order of positions: `h`, zero where masked, and the
        activation of each of `GATES`, undefined where masked.

    Example:

    >>> from zoo.layers import BiGRU
    >>> layer, x = BiGRU(3, return_sequences=True), ops.ones((2, 5, 4))
    >>> outputs, traced = layer(x), trace(directions_of(layer)["forward"], x)
    >>> bool(ops.all(ops.abs(traced["h"] - outputs[..., :3]) < 1e-6)), list(traced)
    (True, ['h', 'update', 'reset', 'candidate'])
    """
    kind, (kernel, recurrent_kernel, bias) = direction
    recurrent_kernel: Tensor = ops.convert_to_tensor(recurrent_kernel)
    width = recurrent_kernel.shape[-1]
    biases: Tensor = ops.zeros((1, width)) if bias is None else ops.reshape(bias, (-1, width))
    # A GRU has a second bias, for the recurrent product.
    recurrent_bias = biases[1] if biases.shape[0] == 2 else ops.zeros(width)
    products: Tensor = ops.matmul(sequences, kernel)
    z = products + biases[0]
    mask = ops.ones(ops.shape(sequences)[:2], "bool") if mask is None else mask
    z, keep = (_turned(ops.swapaxes(x, 0, 1), backward) for x in (z, ops.expand_dims(mask, -1)))

    def body(states: Any, xs_t: Any) -> Any:
        new = STEPS[kind](xs_t[0], states, recurrent_kernel, recurrent_bias)
        new = tuple(ops.where(xs_t[1], n, s) for n, s in zip(new, states, strict=True))
        return new, (states[0], new[0])

    start = ops.zeros((ops.shape(z)[1], recurrent_kernel.shape[0]), z.dtype)
    states = (start,) * len(STATES[kind])
    _, (before, h) = scan(body, states, [z, keep], like=(start, start))
    shares: Tensor = ops.matmul(before, recurrent_kernel)
    shares += recurrent_bias
    traced = {"h": ops.where(keep, h, 0.0), **_gates(kind, z, shares)}
    return {name: ops.swapaxes(_turned(x, backward), 0, 1) for name, x in traced.items()}


def _turned(x: Tensor, backward: bool) -> Tensor:
    return ops.flip(x, axis=0) if backward else x


def _gates(kind: str, z: Tensor, shares: Tensor) -> dict[str, Tensor]:
    """Return the activations of the gates, given the input and the recurrent products."""
    names = GATES[kind]
    inputs: Any = ops.split(z, len(names), axis=-1)
    recurrent: Any = ops.split(shares, len(names), axis=-1)
    sums: dict[str, Tensor] = {
        name: a + b for name, a, b in zip(names, inputs, recurrent, strict=True)
    }
    if kind == "gru":
        sums["candidate"] = inputs[2] + ops.sigmoid(sums["reset"]) * recurrent[2]
    return {n: ops.tanh(s) if n in BY_TANH else ops.sigmoid(s) for n, s in sums.items()}
