"""Recurrent loops of builtin operators of TFLite, for any cell."""

from collections.abc import Sequence

import tensorflow as tf

from zoo.export.tflite.scan import chunked_scan
from zoo.layers.guards import check_choice
from zoo.ops.steps import gru_step, lstm_step, simple_rnn_step
from zoo.ops.tensor_types import Tensor

STEPS = {
    "lstm": lambda z, states, recurrent, bias: lstm_step(z, states, recurrent),
    "gru": lambda z, states, recurrent, bias: gru_step(z, states, recurrent, bias[1]),
    "simple_rnn": lambda z, states, recurrent, bias: simple_rnn_step(z, states, recurrent),
}


def loop_rnn(cell: str, weights: Sequence[Tensor], sequences: Tensor) -> Tensor:
    """Run one direction of any cell as a WHILE operator, which keeps no state between calls.

    Args:
        cell: "lstm", "gru" or "simple_rnn".
        weights: (kernel (F, G), recurrent kernel (U, G), bias (G,) or, of a GRU, (2, G)), with G
            the width of all gates together.
        sequences: (1, T, F), of exact length, in the order in which the direction reads them.

    Returns:
        (1, T, U) outputs.

    Raises:
        ValueError: `cell` is unknown.
    """
    inputs, states, step = _start(cell, weights, sequences)

    def body(states, inputs):
        states = step(inputs[0], states)
        return states, states[:1]

    _, (outputs,) = chunked_scan(body, states, [inputs[:, None]], states[:1])
    return tf.transpose(outputs, (1, 0, 2))


def unrolled_rnn(cell: str, weights: Sequence[Tensor], sequences: Tensor, mask: Tensor) -> Tensor:
    """Run one direction of any cell over a fixed length, unrolled into single steps.

    Args:
        cell, weights: as in `loop_rnn`.
        sequences: (1, T, F), T known, in the order in which the direction reads them.
        mask: (T,) boolean in the same order, False for padding. Padding does not change the state.

    Returns:
        (1, T, U) outputs; at padding, the output repeats the state before it.

    Raises:
        ValueError: `cell` is unknown.
    """
    inputs, states, step = _start(cell, weights, sequences)
    outputs = []
    for t in range(sequences.shape[1]):
        new = step(inputs[t : t + 1], states)
        states = tuple(tf.where(mask[t], *pair) for pair in zip(new, states, strict=True))
        outputs.append(states[0])
    return tf.stack(outputs, axis=1)


def _start(cell, weights, sequences):
    """Return the input projections (T, G), zero states, and `step(inputs_t, states) -> states`."""
    step = STEPS[check_choice("cell", cell, STEPS)]
    kernel, recurrent, bias = map(tf.convert_to_tensor, weights)
    inputs = tf.reshape(sequences, (-1, kernel.shape[0])) @ kernel
    inputs += bias[0] if cell == "gru" else bias
    zeros = tf.zeros((1, recurrent.shape[0]))
    states = (zeros, zeros) if cell == "lstm" else (zeros,)
    return inputs, states, lambda z, states: step(z, states, recurrent, bias)
