"""An LSTM loop that the TFLite converter replaces with its fused operator."""

import uuid
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from zoo.layers.guards import check_choice
from zoo.ops.tensor_types import Tensor

WIDE = 2**16  # size of the kernel of one direction; see `is_wide`


def is_wide(weights: Sequence[Tensor]) -> bool:
    """Return whether an LSTM is faster as a loop than as the fused operator, at batch size 1.

    The fused operator reads the whole kernel at every step, from main memory if it does not fit
    into the cache. A loop multiplies the inputs of many steps with the kernel at once, but its own
    operators cost some microseconds per step.

    Args:
        weights: (kernel (F, 4U), recurrent kernel (U, 4U), bias (4U,)).
    """
    rows, columns = weights[0].shape
    return rows * columns > WIDE


def fused_lstm(cell: str, weights: Sequence[Tensor], sequences: Tensor) -> Tensor:
    """Run one direction of an LSTM in a form that converts to UNIDIRECTIONAL_SEQUENCE_LSTM.

    The converter looks for a function tagged as an LSTM, with six arguments and five results in
    the order below. It ignores the body, which only has to be a correct LSTM. The weights must be
    constants, so the values of the variables are read here.

    Args:
        cell: "lstm".
        weights: (kernel (F, 4U), recurrent kernel (U, 4U), bias (4U,)).
        sequences: (1, T, F), of exact length, in the order in which the direction reads them.

    Returns:
        (1, T, U) outputs.

    Raises:
        ValueError: `cell` is another one; the converter has no fused operator for it.
    """
    check_choice("cell", cell, ["lstm"])
    with tf.init_scope():  # leaves the graph that is being traced, to read the values
        values = [np.asarray(w) for w in weights]
    kernel, recurrent_kernel, bias = map(tf.constant, values)
    units = recurrent_kernel.shape[0]
    zeros = tf.zeros((1, units))
    lstm = tf.function(
        _lstm_loop,
        autograph=False,
        experimental_attributes={
            "api_implements": f"lstm_{uuid.uuid4()}",
            "api_preferred_device": "CPU",
            "time_major": False,
            "go_backwards": False,
        },
    )
    _, outputs, *_ = lstm(sequences, zeros, zeros, kernel, recurrent_kernel, bias)
    return tf.ensure_shape(outputs, (1, None, units))


def _lstm_loop(inputs, init_h, init_c, kernel, recurrent_kernel, bias):
    length = tf.shape(inputs)[1]
    outputs = tf.TensorArray(inputs.dtype, length, element_shape=init_h.shape)

    def step(t, h, c, outputs):
        z = inputs[:, t] @ kernel + h @ recurrent_kernel + bias
        i, f, g, o = tf.split(z, 4, axis=-1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
        return t + 1, h, c, outputs.write(t, h)

    _, h, c, outputs = tf.while_loop(lambda t, *_: t < length, step, (0, init_h, init_c, outputs))
    outputs = tf.transpose(outputs.stack(), (1, 0, 2))
    return h, outputs, h, c, tf.constant(1.0)
