"""Recurrent loops that TFLite runs with builtin operators, for any cell."""

import tensorflow as tf

from zoo.export.tflite.scan import chunked_scan
from zoo.layers.guards import check_choice
from zoo.ops.steps import gru_step, lstm_step, simple_rnn_step

STEPS = {
    "lstm": lambda z, states, recurrent, bias: lstm_step(z, states, recurrent),
    "gru": lambda z, states, recurrent, bias: gru_step(z, states, recurrent, bias[1]),
    "simple_rnn": lambda z, states, recurrent, bias: simple_rnn_step(z, states, recurrent),
}


def loop_rnn(cell, weights, sequences):
    """Run one direction of any cell as a WHILE operator, which keeps no state between calls.

    Args:
        cell: "lstm", "gru" or "simple_rnn"; the name of the layer's cell, for
            `zoo.layers.rnn.kernels.use_kernel`.
        weights: (kernel (F, G), recurrent kernel (U, G), bias (G,), of a GRU (2, G)), where the
            gates have G numbers in all.
        sequences: (1, T, F), of exact length, in the order in which the direction reads them.

    Returns:
        (1, T, U) outputs.

    Raises:
        ValueError: another cell.
    """
    inputs, states, step = _start(cell, weights, sequences)

    def body(states, inputs):
        states = step(inputs[0], states)
        return states, states[:1]

    _, (outputs,) = chunked_scan(body, states, [inputs[:, None]], states[:1])
    return tf.transpose(outputs, (1, 0, 2))


def unrolled_rnn(cell, weights, sequences, mask):
    """Run one direction of any cell step by step, without a loop, over a fixed length.

    Args:
        cell, weights: as in `loop_rnn`.
        sequences: (1, T, F), T known, in the order in which the direction reads them.
        mask: (T,) boolean in the same order; False where there is padding, which keeps the state.

    Returns:
        (1, T, U) outputs; those of padding are the state that was kept.

    Raises:
        ValueError: another cell.
    """
    inputs, states, step = _start(cell, weights, sequences)
    outputs = []
    for t in range(sequences.shape[1]):
        new = step(inputs[t : t + 1], states)
        states = tuple(tf.where(mask[t], *pair) for pair in zip(new, states, strict=True))
        outputs.append(states[0])
    return tf.stack(outputs, axis=1)


def _start(cell, weights, sequences):
    """Return the products of all inputs (T, G), zero states, and `(inputs_t, states) -> states`."""
    step = STEPS[check_choice("cell", cell, STEPS)]
    kernel, recurrent, bias = map(tf.convert_to_tensor, weights)
    inputs = tf.reshape(sequences, (-1, kernel.shape[0])) @ kernel
    inputs += bias[0] if cell == "gru" else bias
    zeros = tf.zeros((1, recurrent.shape[0]))
    states = (zeros, zeros) if cell == "lstm" else (zeros,)
    return inputs, states, lambda z, states: step(z, states, recurrent, bias)
