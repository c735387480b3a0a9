"""A loop over time that TFLite runs in time that grows with the length, and no faster."""

import tensorflow as tf
from keras import ops

CHUNK = 64  # steps


def chunked_scan(body, states, xs, like):
    """Run `body` over the leading axis of `xs`, carrying `states`, as `zoo.ops.scan.scan` does.

    In a TFLite file a step of a loop copies all that the loop carries: what is read and what was
    written, of all steps, so that T steps take a time of T². Here an outer loop carries that, for
    every `CHUNK` steps, and an inner one no more than these steps have.

    Args:
        body: function `(states, xs_t) -> (states, outputs)`, of tuples of tensors.
        states: tuple of tensors of known shapes.
        xs: list of tensors (T, ...), whose other axes are known.
        like: tuple of tensors with the shape and dtype of one step's outputs; () for none.

    Returns:
        `(states, outputs)`: the last states, and the outputs of all steps, (T, ...).

    Example:

    >>> def add(states, xs_t):
    ...     return (states[0] + xs_t[0],), (states[0] + xs_t[0],)
    >>> (last,), (sums,) = chunked_scan(add, (tf.zeros(1),), [tf.ones((100, 1))], (tf.zeros(1),))
    >>> float(last[0]), sums.shape[0], float(sums[70, 0])
    (100.0, 100, 71.0)
    """
    xs = [tf.convert_to_tensor(x) for x in xs]
    length = tf.shape(xs[0])[0]

    def chunk(start, states, outputs):
        count = tf.minimum(CHUNK, length - start)
        parts = [_kept(x[start : start + count], x) for x in xs]
        states, found = _scan(body, states, parts, like, count)
        return start + count, states, _written(outputs, start, found)

    outputs = _room(like, length)
    _, states, outputs = tf.while_loop(
        lambda start, *_: start < length, chunk, (0, tuple(states), outputs)
    )
    return states, outputs


def _scan(body, states, xs, like, length):
    def step(t, states, outputs):
        states, found = body(states, [tf.ensure_shape(x[t], x.shape[1:]) for x in xs])
        return t + 1, states, _written(outputs, t, [each[None] for each in found])

    outputs = _room(like, length)
    _, states, outputs = tf.while_loop(lambda t, *_: t < length, step, (0, states, outputs))
    return states, outputs


def _room(like, length):
    """Return tensors of zeros for the outputs of `length` steps."""
    return tuple(
        tf.ensure_shape(tf.zeros((length, *x.shape), x.dtype), (None, *x.shape)) for x in like
    )


def _written(outputs, start, found):
    """Return outputs with those of the steps from `start` on; a TensorArray would be copied."""
    return tuple(
        _kept(ops.slice_update(all_of, (start, *(0,) * (len(all_of.shape) - 1)), new), all_of)
        for all_of, new in zip(outputs, found, strict=True)
    )


def _kept(part, whole):
    """Return a tensor whose axes but the first are known to be those of another."""
    return tf.ensure_shape(part, (None, *whole.shape[1:]))
