"""An LSTM as a loop over a batch, with the weight layout of the fused operator."""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from zoo.export.tflite.scan import chunked_scan
from zoo.ops.tensor_types import Tensor

CLOSED = -1e9  # input of a gate that closes it
WIDE = 2**16  # size of the kernel of one direction; see `is_wide`


def is_wide(weights: Sequence[Tensor]) -> bool:
    """Return whether an LSTM is faster as a loop than as the fused operator, at batch size 1.

    The fused operator reads the whole kernel at every step, from main memory if it does not fit
    into the cache. A loop multiplies all inputs with the kernel at once, but its own operators cost
    some microseconds per step.

    Args:
        weights: (kernel (F, 4U), recurrent kernel (U, 4U), bias (4U,)).
    """
    rows, columns = weights[0].shape
    return rows * columns > WIDE


def gate_loop(weights: Sequence[Tensor], sequences: Tensor, mask: Tensor | None = None) -> Tensor:
    """Run one direction of an LSTM over a batch, without the fused operator.

    The fused operator of TFLite stores one transposed matrix per gate. A layer that is not wide
    uses the fused operator elsewhere in the file; here it uses the same matrices, so that the file
    stores them once. A wide layer has one matrix for all four gates, which is faster.

    Args:
        weights: (kernel (F, 4U), recurrent kernel (U, 4U), bias (4U,)).
        sequences: (B, T, F), B known, in the order in which the direction reads them.
        mask: (B, T) boolean in the same order, False for padding before or after the tokens. None
            for no padding.

    Returns:
        (B, T, U) outputs, 0 where masked.
    """
    with tf.init_scope():  # leaves the graph that is being traced, to read the values
        kernel, recurrent, bias = (np.asarray(w) for w in weights)
    batch, units = sequences.shape[0], len(recurrent)
    parts = 1 if is_wide(weights) else 4
    kernels, recurrents = (_parts(matrix, parts) for matrix in (kernel, recurrent))
    rows = tf.reshape(tf.transpose(sequences, (1, 0, 2)), (-1, len(kernel)))
    inputs = tf.concat([tf.matmul(rows, part, transpose_b=True) for part in kernels], axis=-1)
    inputs = tf.reshape(_closed(inputs + bias, mask), (-1, batch, 4 * units))
    zeros = tf.zeros((batch, units))

    def step(states, xs):
        h, c = states
        sums = [
            each + tf.matmul(h, part, transpose_b=True)
            for each, part in zip(tf.split(xs[0], parts, axis=-1), recurrents, strict=True)
        ]
        i, f, g, o = sums if parts == 4 else tf.split(sums[0], 4, axis=-1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
        return (h, c), (h,)

    # Otherwise the file would hold the names of all enclosing scopes hundreds of times.
    with tf.name_scope("lstm/"):
        _, (outputs,) = chunked_scan(step, (zeros, zeros), [inputs], (zeros,))
    return tf.transpose(outputs, (1, 0, 2))


def _closed(inputs, mask):
    """Return the inputs of the gates (T B, 4U) with i and f closed where masked.

    With both gates closed, the state is 0, as before the first token.
    """
    if mask is None:
        return inputs
    keep = tf.reshape(tf.transpose(mask), (-1, 1))
    i, f, g, o = tf.split(inputs, 4, axis=-1)
    return tf.concat([tf.where(keep, i, CLOSED), tf.where(keep, f, CLOSED), g, o], axis=-1)


def _parts(matrix, count):
    """Split a matrix (F, 4U) into `count` transposed matrices (4U / count, F)."""
    parts = np.split(matrix, count, axis=1)
    return [tf.constant(np.ascontiguousarray(part.T)) for part in parts]
