"""Recurrent layers inside of any Keras model: where they are, what they are fed, what they do."""

import inspect
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

import keras
from keras import ops

from zoo.layers.rnn.bidirectional_base import STATES, BidirectionalBase
from zoo.layers.rnn.cell_base import DIRECTIONS
from zoo.layers.rnn.keras_bidirectional import KERAS_LAYERS, cell_weights
from zoo.layers.rnn.unidirectional import UnidirectionalRNN
from zoo.ops.scan import scan
from zoo.ops.steps import gru_step, lstm_step, simple_rnn_step

STEPS = {
    "lstm": lambda z, states, kernel, bias: lstm_step(z, states, kernel),
    "gru": gru_step,
    "simple_rnn": lambda z, states, kernel, bias: simple_rnn_step(z, states, kernel),
}
GATES = {  # in the order of the columns of a layer's matrices; of a vanilla RNN its only product
    "lstm": ("i", "f", "g", "o"),
    "gru": ("update", "reset", "candidate"),
    "simple_rnn": ("state",),
}
BY_TANH = {"g", "candidate", "state"}  # all others by a sigmoid


class Direction(NamedTuple):
    """One direction of a recurrent layer: the kind of its cell, and its variables."""

    kind: str
    weights: tuple  # kernel (F, gates * U), recurrent kernel (U, gates * U), bias or None


def name_of(layer):
    """Return what a layer is called in TensorBoard: its path in the model."""
    return layer.path or layer.name


def directions_of(layer):
    """Return a recurrent layer's directions, of the zoo's layers and of Keras' own.

    Args:
        layer: a built layer of any kind.

    Returns:
        Dict of "forward" and "backward", or one of them, to `Direction`; empty for a layer that is
        not recurrent, or has other gates than usual.

    Example:

    >>> layer = keras.layers.Bidirectional(keras.layers.GRU(3))
    >>> layer.build((None, None, 2))
    >>> [(name, direction.kind) for name, direction in directions_of(layer).items()]
    [('forward', 'gru'), ('backward', 'gru')]
    """
    if isinstance(layer, BidirectionalBase | UnidirectionalRNN):
        both = isinstance(layer, BidirectionalBase)
        names = DIRECTIONS if both else (_name_one_way(layer.backward),)
        return {name: Direction(layer.cell_kind, layer.direction_weights(name)) for name in names}
    if isinstance(layer, keras.layers.Bidirectional):
        both = _keras_direction(layer.forward_layer) | _keras_direction(layer.backward_layer)
        return both if len(both) == len(DIRECTIONS) else {}
    return _keras_direction(layer)


def _name_one_way(backward):
    return "backward" if backward else "forward"


def _keras_direction(layer):
    """Return the direction of a Keras LSTM, GRU or SimpleRNN with the equations of the zoo's."""
    kind = next((kind for kind, each in KERAS_LAYERS.items() if type(layer) is each), None)
    usual = (
        kind is not None
        and not layer.stateful
        and layer.activation is keras.activations.tanh
        and getattr(layer, "recurrent_activation", keras.activations.sigmoid)
        is keras.activations.sigmoid
        and getattr(layer, "reset_after", True)
    )
    return (
        {_name_one_way(layer.go_backwards): Direction(kind, cell_weights(layer))} if usual else {}
    )


def layers_inside(layer, wanted):
    """Return the layers inside of one, itself among them, for which `wanted` is true.

    What is inside of a layer that is wanted is not looked into.

    Example:

    >>> from zoo.models import Encoder
    >>> encoder = Encoder(vocabulary_size=9, embedding_dim=4, units=3, num_layers=2)
    >>> [layer.name for layer in layers_inside(encoder, directions_of)]
    ['rnn_0', 'rnn_1']
    """
    found, seen = [], set()

    def look(each):
        if id(each) in seen or isinstance(each, keras.metrics.Metric):
            return
        seen.add(id(each))
        if wanted(each):
            found.append(each)
            return
        parts = each.layers if isinstance(each, keras.Model) else vars(each).values()
        for part in parts:
            for inner in part if isinstance(part, list | tuple) else [part]:
                if isinstance(inner, keras.layers.Layer):
                    look(inner)

    look(layer)
    return found


@contextmanager
def recording(layers):
    """Note what each layer is called with while the context lasts.

    Args:
        layers: list of layers.

    Yields:
        Dict that fills with the `(sequences, mask)` of the first call of a layer, by its index. A
        call with an initial state is not noted.
    """
    calls = {}
    with ExitStack() as stack:
        for index, layer in enumerate(layers):
            # In the instance's own dictionary: Keras tracks what is set as an attribute.
            vars(layer)["call"] = _noting(layer.call, index, calls)
            stack.callback(vars(layer).pop, "call")
        yield calls


def _noting(call, index, calls):
    signature = inspect.signature(call)

    def noted(*args, **kwargs):
        given = signature.bind(*args, **kwargs).arguments
        if given.get("initial_state") is None:
            calls.setdefault(index, (next(iter(given.values())), given.get("mask")))
        return call(*args, **kwargs)

    return noted


def trace(direction, sequences, mask=None, backward=False):
    """Run one direction of a recurrent layer and return all that it goes through.

    Args:
        direction: `Direction`.
        sequences: (B, T, F).
        mask: (B, T) boolean, or None.
        backward: whether it reads from the end to the start.

    Returns:
        Dict of (B, T, U) tensors in the order of positions: `h`, zero where masked, and the
        activation of each of `GATES`, meaningless where masked.

    Example:

    >>> from zoo.layers import BiGRU
    >>> layer, x = BiGRU(3, return_sequences=True), ops.ones((2, 5, 4))
    >>> outputs, traced = layer(x), trace(directions_of(layer)["forward"], x)
    >>> bool(ops.all(ops.abs(traced["h"] - outputs[..., :3]) < 1e-6)), list(traced)
    (True, ['h', 'update', 'reset', 'candidate'])
    """
    kind, (kernel, recurrent_kernel, bias) = direction
    recurrent_kernel = ops.convert_to_tensor(recurrent_kernel)
    width = recurrent_kernel.shape[-1]
    bias = ops.zeros((1, width)) if bias is None else ops.reshape(bias, (-1, width))
    # A GRU has a second bias, of the recurrent product.
    bias, recurrent_bias = bias[0], bias[1] if bias.shape[0] == 2 else ops.zeros(width)
    z = ops.matmul(sequences, kernel) + bias
    mask = ops.ones(ops.shape(sequences)[:2], "bool") if mask is None else mask
    z, keep = (_turned(ops.swapaxes(x, 0, 1), backward) for x in (z, ops.expand_dims(mask, -1)))

    def body(states, xs_t):
        new = STEPS[kind](xs_t[0], states, recurrent_kernel, recurrent_bias)
        new = tuple(ops.where(xs_t[1], n, s) for n, s in zip(new, states, strict=True))
        return new, (states[0], new[0])

    start = ops.zeros((ops.shape(z)[1], recurrent_kernel.shape[0]), z.dtype)
    states = (start,) * len(STATES[kind])
    _, (before, h) = scan(body, states, [z, keep], like=(start, start))
    shares = ops.matmul(before, recurrent_kernel) + recurrent_bias
    traced = {"h": ops.where(keep, h, 0.0), **_gates(kind, z, shares)}
    return {name: ops.swapaxes(_turned(x, backward), 0, 1) for name, x in traced.items()}


def _turned(x, backward):
    return ops.flip(x, axis=0) if backward else x


def _gates(kind, z, shares):
    """Return the activations of the gates, given the input's and the recurrent share."""
    names = GATES[kind]
    inputs, recurrent = (ops.split(x, len(names), axis=-1) for x in (z, shares))
    sums = {name: a + b for name, a, b in zip(names, inputs, recurrent, strict=True)}
    if kind == "gru":
        sums["candidate"] = inputs[2] + ops.sigmoid(sums["reset"]) * recurrent[2]
    return {n: ops.tanh(s) if n in BY_TANH else ops.sigmoid(s) for n, s in sums.items()}
