"""The loop over time that steps all directions of a recurrent layer at once."""

import contextlib
import contextvars
from collections.abc import Callable, Iterator, Sequence
from typing import cast

import keras
from keras import ops

from zoo.ops.tensor_types import States, Tensor

_scan: contextvars.ContextVar[Callable[..., tuple[States, States]] | None] = contextvars.ContextVar(
    "zoo_scan", default=None
)


def recurrent_scan(
    step: Callable[[Sequence[Tensor], States], States],
    inputs: Sequence[Tensor],
    states: States,
    mask: Tensor | None = None,
    *,
    backward: Sequence[bool] = (False, True),
    zero_masked: bool = True,
    steps: int = 1,
    unroll: bool = False,
) -> tuple[tuple[Tensor, ...], States]:
    """Run `step` over time: all directions in one loop, each in its own order.

    At iteration t a forward direction reads position t and a backward one position T-1-t. At a
    masked position a direction keeps its state, so that padding before, after or between the tokens
    has no effect.

    Args:
        step: function `(inputs_t, states) -> states`; `inputs_t` holds a (B, F') tensor for each
            direction.
        inputs: a (B, T, F') tensor for each direction, in the order of positions.
        states: tuple of (B, U) tensors: those of the first direction, then those of the next one;
            the first state of a direction is its output `h`.
        mask: (B, T) boolean, True where there is a token, or None for all True.
        backward: for each direction, whether it reads from the last position to the first.
        zero_masked: whether outputs are zero where masked; else they repeat the last state `h`.
        steps: time steps per iteration of the loop, on TensorFlow; more make inference faster,
            but the gradient slower.
        unroll: whether the loop is written out, one step after the other; T must be known.

    Returns:
        `(outputs, states)`: the outputs of each direction, (B, T, U), in the order of positions,
        and the final states.
    """
    count = len(states) // len(backward)
    xs = [_in_order(_time_major(x), back) for x, back in zip(inputs, backward, strict=True)]
    if mask is not None:
        keep = _time_major(ops.expand_dims(mask, -1))
        xs += [_in_order(keep, back) for back in backward]

    def body(states, xs_t):
        new = step(xs_t[: len(backward)], states)
        if mask is not None:
            keep_t = [keep for keep in xs_t[len(backward) :] for _ in range(count)]
            new = tuple(ops.where(k, n, s) for k, n, s in zip(keep_t, new, states, strict=True))
        return new, new[::count]

    states = tuple(states)
    states, outputs = scan(body, states, xs, like=states[::count], steps=steps, unroll=unroll)
    outputs = [_time_major(_in_order(o, b)) for o, b in zip(outputs, backward, strict=True)]
    if mask is not None and zero_masked:
        keep = ops.cast(ops.expand_dims(mask, -1), outputs[0].dtype)
        outputs = [output * keep for output in outputs]
    return tuple(outputs), states


def scan(
    body: Callable[[States, Sequence[Tensor]], tuple[States, States]],
    states: States,
    xs: Sequence[Tensor],
    like: States,
    steps: int = 1,
    unroll: bool = False,
) -> tuple[States, States]:
    """Run `body` over the leading axis of `xs`, carrying `states`.

    Args:
        body: function `(states, xs_t) -> (states, outputs)`, of tuples of tensors.
        states: tuple of tensors.
        xs: list of tensors with the same leading axis T.
        like: tuple of tensors with the shape and dtype of the outputs of one step; () for none.
        steps, unroll: as in `recurrent_scan`.

    Returns:
        `(states, outputs)`: the final states, and the outputs of all steps, stacked along a new
        first axis.

    Example:

    >>> import numpy as np
    >>> def add(states, xs_t):
    ...     states = (states[0] + xs_t[0], states[1] * xs_t[0])
    ...     return states, states
    >>> xs, start = [np.array([[2.0], [3.0]], "float32")], (ops.zeros(1), ops.ones(1))
    >>> (total, _), (sums, products) = scan(add, start, xs, like=start)
    >>> print(np.asarray(total), np.asarray(sums)[:, 0], np.asarray(products)[:, 0])
    [5.] [2. 5.] [2. 6.]
    """
    if unroll:
        return _scan_unrolled(body, states, xs, like)
    if replacement := _scan.get():
        return replacement(body, states, xs, like)
    if keras.backend.backend() == "tensorflow":
        return _scan_tensorflow(body, states, xs, like, steps)
    if xs[0].shape[0] == 0:  # an error of keras.ops.scan on PyTorch
        return states, tuple(ops.zeros((0, *x.shape), x.dtype) for x in like)
    return cast("tuple[States, States]", ops.scan(body, states, xs))


@contextlib.contextmanager
def use_scan(replacement: Callable[..., tuple[States, States]]) -> Iterator[None]:
    """Run all scans inside the `with` block by another function, such as one of an exporter.

    Args:
        replacement: function of `body`, `states`, `xs`, `like` that returns what `scan` returns.
    """
    token = _scan.set(replacement)
    try:
        yield
    finally:
        _scan.reset(token)


def _scan_unrolled(body, states, xs, like):
    outputs = []
    for t in range(xs[0].shape[0]):
        states, found = body(states, [x[t] for x in xs])
        outputs.append(found)
    if not outputs:
        return states, tuple(ops.zeros((0, *x.shape), x.dtype) for x in like)
    return states, tuple(ops.stack(each) for each in zip(*outputs, strict=True))


def _scan_tensorflow(body, states, xs, like, steps):
    """Scan by `tf.while_loop`.

    On TensorFlow, `keras.ops.scan` does not support several tensors of unknown T, and it stores
    all states of all steps.
    """
    import tensorflow as tf

    from zoo.ops.tensorflow_loop import loop

    xs = [tf.convert_to_tensor(x) for x in xs]
    length = tf.shape(xs[0])[0]
    reads = [tf.TensorArray(x.dtype, length, element_shape=x.shape[1:]).unstack(x) for x in xs]
    writes = tuple(tf.TensorArray(x.dtype, length, element_shape=x.shape) for x in like)

    def advance(t, states, writes):
        states, outputs = body(states, [read.read(t) for read in reads])
        writes = tuple(w.write(t, o) for w, o in zip(writes, outputs, strict=True))
        return t + 1, states, writes

    states, writes = loop(advance, length, (states, writes), steps)
    return states, tuple(write.stack() for write in writes)


def _in_order(x, backward):
    """Turn (T, ...) to the order in which a direction reads, and back."""
    return ops.flip(x, axis=0) if backward else x


def _time_major(x):
    """Swap batch and time: (B, T, F) to (T, B, F) and back."""
    return ops.transpose(x, (1, 0, 2))
