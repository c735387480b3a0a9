"""Loops over time for TFLite: in chunks, linear in the length, or unrolled."""

from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf
from keras import ops

from zoo.ops.tensor_types import States, Tensor

CHUNK = 64  # steps per iteration of the outer loop
LONGEST_PLAIN = 256  # known number of steps up to which one loop is enough

Body = Callable[[States, Sequence[Tensor]], tuple[States, States]]


def chunked_scan(
    body: Body,
    states: States,
    xs: Sequence[Tensor],
    like: States,
    *,
    prepare: Callable[[Sequence[Tensor]], Sequence[Tensor]] = list,
    steps: int = 1,
) -> tuple[States, States]:
    """Run `body` over the leading axis of `xs`, carrying `states`, as `zoo.ops.scan.scan` does.

    In TFLite, each step of a loop copies everything that the loop carries. A plain loop carries the
    inputs and outputs of all steps, so that T steps take O(T²) time. Here an outer loop carries
    these, once per `CHUNK` steps, and an inner loop carries only those of one chunk.

    Args:
        body: function `(states, xs_t) -> (states, outputs)`, of tuples of tensors.
        states: tensors of known shapes, but for the batch.
        xs: tensors (T, ...) whose other axes are known.
        like: tensors with the shape and dtype of one step's outputs; () for none.
        prepare: function from the `xs` of a chunk, (t, ...), to what `body` reads of it, such as
            products for which one step at a time would be slow.
        steps: steps per iteration of the inner loop, which are written out. With more than one, the
            final states are those after up to `steps - 1` repetitions of the last step.

    Returns:
        `(states, outputs)`: the final states, and the outputs of all steps, (T, ...).

    Example:

    >>> def add(states, xs_t):
    ...     return (states[0] + xs_t[0],), (states[0] + xs_t[0],)
    >>> (last,), (sums,) = chunked_scan(add, (tf.zeros(1),), [tf.ones((100, 1))], (tf.zeros(1),))
    >>> float(last[0]), sums.shape[0], float(sums[70, 0])
    (100.0, 100, 71.0)
    """
    xs = [tf.convert_to_tensor(x) for x in xs]
    known = xs[0].shape[0]
    if known is not None and known <= LONGEST_PLAIN:
        return _scan(body, states, prepare(xs), like, known, steps)
    length = tf.shape(xs[0])[0]

    def chunk(start, states, outputs):
        count = tf.minimum(CHUNK, length - start)
        parts = [_with_shape_of(x[start : start + count], x) for x in xs]
        states, found = _scan(body, states, prepare(parts), like, count, steps)
        return start + count, states, _written(outputs, start, found)

    outputs = _zeros(like, length)
    _, states, outputs = tf.while_loop(
        lambda start, *_: start < length, chunk, (0, tuple(states), outputs)
    )
    return states, outputs


def unrolled_scan(
    body: Body, states: States, xs: Sequence[Tensor], like: States
) -> tuple[States, States]:
    """Run `body` as `chunked_scan` does, without a loop, over a leading axis of known size."""
    steps = []
    for t in range(xs[0].shape[0]):
        states, found = body(states, [x[t] for x in xs])
        steps.append(found)
    return states, tuple(tf.stack(each) for each in zip(*steps, strict=True))


def _scan(body, states, xs, like, length, steps):
    """Run a loop of `steps` steps an iteration.

    Tensors of unknown shape would keep LiteRT from running the steps by its fast operators: a
    GATHER of a known number of rows has a known shape, a slice from a computed position has not.
    """

    def step(t, states, outputs):
        t = tf.convert_to_tensor(t)  # an eager loop begins with a number
        # Behind the end, the last row is read again.
        rows = tf.minimum(t + np.arange(steps, dtype="int32"), length - 1) if steps > 1 else t[None]
        parts = [tf.gather(x, rows) for x in xs]
        found = []
        for row in range(steps):
            states, new = body(states, [_row(part, row) for part in parts])
            found.append(new)
        new = [tf.concat([x[None] for x in each], 0) for each in zip(*found, strict=True)]
        return t + steps, states, _written(outputs, t, new)

    outputs = _zeros(like, length + steps - 1)
    _, states, outputs = tf.while_loop(lambda t, *_: t < length, step, (0, tuple(states), outputs))
    return states, outputs if steps == 1 else tuple(each[:length] for each in outputs)


def _row(x, index):
    known = x.shape[1:].is_fully_defined()
    return tf.reshape(x[index : index + 1], x.shape[1:]) if known else x[index]


def _zeros(like, length):
    """Return zeros for the outputs of `length` steps."""
    known = length if isinstance(length, int) else None
    return tuple(
        tf.ensure_shape(tf.zeros((length, *_sizes(x)), x.dtype), (known, *x.shape)) for x in like
    )


def _sizes(x):
    """Return a shape, of numbers alone if all are known: a tensor would be part of the file."""
    return x.shape if x.shape.is_fully_defined() else ops.shape(x)


def _written(outputs, start, found):
    """Write the outputs of the steps from `start` on. A TensorArray would be copied as a whole."""
    return tuple(
        _with_shape_of(
            ops.slice_update(all_of, (start, *(0,) * (len(all_of.shape) - 1)), new), all_of
        )
        for all_of, new in zip(outputs, found, strict=True)
    )


def _with_shape_of(part, whole):
    """Return a tensor with the static shape of another, except for the first axis."""
    return tf.ensure_shape(part, (None, *whole.shape[1:]))
