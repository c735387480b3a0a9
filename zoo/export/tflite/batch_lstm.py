"""An LSTM as a loop over a batch, its weights laid out as the rest of a TFLite file has them."""

import numpy as np
import tensorflow as tf

from zoo.export.tflite.scan import chunked_scan

CLOSED = -1e9  # a gate's input that leaves nothing of what it gates
WIDE = 2**16  # numbers in the kernel of one direction; see `is_wide`


def is_wide(weights):
    """Say whether an LSTM runs faster as a loop than as the fused operator, at batch 1.

    The operator multiplies the inputs with the kernel step by step, and so reads all of the kernel
    at every step, from memory where it is too wide for the cache. A loop takes one product for all
    steps, but its own operators cost some microseconds a step.

    Args:
        weights: (kernel (F, 4U), recurrent kernel (U, 4U), bias (4U,)).
    """
    rows, columns = weights[0].shape
    return rows * columns > WIDE


def gate_loop(weights, sequences, mask=None):
    """Run one direction of an LSTM over a batch, without the fused operator.

    The fused operator of TFLite keeps its weights gate by gate, transposed. A layer that is not
    wide, which has it elsewhere in the file, has a matrix of its own for every gate here, the same
    bytes, which a file holds once; a wide one has all four in one, which is faster.

    Args:
        weights: (kernel (F, 4U), recurrent kernel (U, 4U), bias (4U,)).
        sequences: (B, T, F), B known, in the order in which the direction reads them.
        mask: (B, T) boolean in the same order; padding is before the tokens or behind them. None
            for no padding.

    Returns:
        (B, T, U) outputs, 0 where masked.
    """
    with tf.init_scope():  # out of the graph that is being traced, to read the values
        kernel, recurrent, bias = (w.numpy() for w in weights)
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

    # The names of all that a model is nested in would be in the file hundreds of times.
    with tf.name_scope("lstm/"):
        _, (outputs,) = chunked_scan(step, (zeros, zeros), [inputs], (zeros,))
    return tf.transpose(outputs, (1, 0, 2))


def _closed(inputs, mask):
    """Return the gates' inputs (T B, 4U) with i and f closed where masked.

    Where neither the cell nor its input passes a gate, the state is 0, as it is at the start.
    """
    if mask is None:
        return inputs
    keep = tf.reshape(tf.transpose(mask), (-1, 1))
    i, f, g, o = tf.split(inputs, 4, axis=-1)
    return tf.concat([tf.where(keep, i, CLOSED), tf.where(keep, f, CLOSED), g, o], axis=-1)


def _parts(matrix, count):
    """Return the matrices (4U / count, F) that stand side by side, transposed, in one, (F, 4U)."""
    parts = np.split(matrix, count, axis=1)
    return [tf.constant(np.ascontiguousarray(part.T)) for part in parts]
