"""Recurrent loops of builtin operators of TFLite, for any cell."""

from collections.abc import Callable, Sequence

import tensorflow as tf

from zoo.export.tflite.scan import chunked_scan, unrolled_scan
from zoo.layers.guards import check_choice
from zoo.ops.steps import gru_step, lstm_step, simple_rnn_step
from zoo.ops.tensor_types import Tensor

STEPS = {
    "lstm": lambda z, states, recurrent, bias: lstm_step(z, states, recurrent),
    "gru": lambda z, states, recurrent, bias: gru_step(z, states, recurrent, bias[1]),
    "simple_rnn": lambda z, states, recurrent, bias: simple_rnn_step(z, states, recurrent),
}
UNROLLED = 4  # steps per iteration: more are little faster, and a short sequence pays for all

Kernel = Callable[[str, Sequence[Tensor], Tensor], Tensor]


def loop_rnn(cell: str, weights: Sequence[Tensor], sequences: Tensor) -> Tensor:
    """Run one direction of any cell as a WHILE operator, which keeps no state between calls.

    Args:
        cell: "lstm", "gru" or "simple_rnn".
        weights: (kernel (F, G), recurrent kernel (U, G), bias (G,) or, of a GRU, (2, G)), with G
            the width of all gates together.
        sequences: (B, T, F), B known, of exact length, in the order in which the direction reads
            them.

    Returns:
        (B, T, U) outputs.

    Raises:
        ValueError: `cell` is unknown.
    """
    project, step, states = _parts(cell, weights, sequences.shape[0])
    # Otherwise the file would hold the names of all enclosing scopes hundreds of times.
    with tf.name_scope("rnn/"):
        xs = [tf.transpose(sequences, (1, 0, 2))]
        _, (outputs,) = chunked_scan(step, states, xs, states[:1], prepare=project, steps=UNROLLED)
    return tf.transpose(outputs, (1, 0, 2))


def unrolled_rnn(cell: str, weights: Sequence[Tensor], sequences: Tensor) -> Tensor:
    """Run one direction of any cell over a fixed length, unrolled into single steps.

    Args:
        cell, weights, sequences: as in `loop_rnn`, T known.

    Returns:
        (B, T, U) outputs.

    Raises:
        ValueError: `cell` is unknown.
    """
    project, step, states = _parts(cell, weights, sequences.shape[0])
    xs = project([tf.transpose(sequences, (1, 0, 2))])
    _, (outputs,) = unrolled_scan(step, states, xs, states[:1])
    return tf.transpose(outputs, (1, 0, 2))


def padded(kernel: Kernel, mask: Tensor, backward: bool) -> Kernel:
    """Return a kernel for sequences with padding, by a kernel for sequences without.

    The padding is behind the tokens, so that a backward direction would read it first. Its
    sequences are shifted: it reads the tokens, and then padding, which has no effect on them.

    Args:
        kernel: a kernel as `zoo.layers.rnn.kernels.use_kernel` describes it.
        mask: (B, T) boolean in the order of positions, False for padding, which is at the end.
        backward: whether the kernel is that of a backward direction.

    Returns:
        A kernel whose outputs (B, T, U) at padding are those at the last token that the direction
        has read.
    """
    positions = tf.range(tf.shape(mask)[1])[None]
    count = tf.reduce_sum(tf.cast(mask, "int32"), axis=1, keepdims=True)
    shift = tf.shape(mask)[1] - count if backward else tf.zeros_like(count)
    read = tf.minimum(positions + shift, tf.shape(mask)[1] - 1)
    written = tf.maximum(tf.minimum(positions - shift, count - 1), 0)

    def run(cell, weights, sequences):
        if backward:
            sequences = _rows(sequences, read)
        return _rows(kernel(cell, weights, sequences), written)

    return run


def _rows(x, positions):
    """Return the rows of `x` (B, T, F) at positions (B, T)."""
    return tf.ensure_shape(tf.gather(x, positions, batch_dims=1), x.shape)


def _parts(cell, weights, batch):
    """Return `project`, `step` and zero states, for the arguments of a scan."""
    advance = STEPS[check_choice("cell", cell, STEPS)]
    kernel, recurrent, bias = map(tf.convert_to_tensor, weights)
    width, gates = kernel.shape

    def project(xs):
        z = tf.reshape(xs[0], (-1, width)) @ kernel
        z += bias[0] if cell == "gru" else bias
        return [tf.reshape(z, (-1, batch, gates))]

    def step(states, xs):
        states = advance(xs[0], states, recurrent, bias)
        return states, states[:1]

    zeros = tf.zeros((batch, recurrent.shape[0]))
    return project, step, (zeros, zeros) if cell == "lstm" else (zeros,)
