"""The loop over time that steps both directions at once."""

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


def bidirectional_scan(
    step: Callable[[Tensor, Tensor, States], States],
    inputs: Sequence[Tensor],
    states: States,
    mask: Tensor | None = None,
    unroll: int = 1,
) -> tuple[Tensor, Tensor, States]:
    """Run `step` over time, the forward direction from 0 up and the backward one from T-1 down.

    At iteration t the forward half reads position t and the backward half position T-1-t. At a
    masked position a half keeps its state, so that padding before, after or between the tokens has
    no effect.

    Args:
        step: function `(forward_t, backward_t, states) -> states`; its inputs are (B, F').
        inputs: pair of (B, T, F'), the input of each direction, both in the order of positions.
        states: tuple of (B, U) tensors: the forward direction's states, then the backward one's;
            the first of each half is the output `h`.
        mask: (B, T) boolean, True where there is a token, or None for all True.
        unroll: time steps per iteration of the loop, on TensorFlow; more make inference faster,
            but the gradient slower.

    Returns:
        `(forward, backward, states)`: the outputs of the two directions, (B, T, U), both in the
        order of positions and zero where masked, and the final states.
    """
    half = len(states) // 2
    xs = [_time_major(inputs[0]), ops.flip(_time_major(inputs[1]), axis=0)]
    if mask is not None:
        keep = _time_major(ops.expand_dims(mask, -1))
        xs += [keep, ops.flip(keep, axis=0)]

    def body(states, xs_t):
        new = step(xs_t[0], xs_t[1], states)
        if mask is not None:
            keep_t = (xs_t[2],) * half + (xs_t[3],) * half
            new = tuple(ops.where(k, n, s) for k, n, s in zip(keep_t, new, states, strict=True))
        return new, (new[0], new[half])

    states, (forward, backward) = scan(
        body, tuple(states), xs, like=(states[0], states[half]), unroll=unroll
    )
    forward, backward = _time_major(forward), _time_major(ops.flip(backward, axis=0))
    if mask is not None:
        keep = ops.cast(ops.expand_dims(mask, -1), forward.dtype)
        forward, backward = forward * keep, backward * keep
    return forward, backward, states


def scan(
    body: Callable[[States, Sequence[Tensor]], tuple[States, States]],
    states: States,
    xs: Sequence[Tensor],
    like: States,
    unroll: int = 1,
) -> tuple[States, States]:
    """Run `body` over the leading axis of `xs`, carrying `states`.

    Args:
        body: function `(states, xs_t) -> (states, outputs)`, of tuples of tensors.
        states: tuple of tensors.
        xs: list of tensors with the same leading axis T.
        like: tuple of tensors with the shape and dtype of the outputs of one step; () for none.
        unroll: as in `bidirectional_scan`.

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
    if replacement := _scan.get():
        return replacement(body, states, xs, like)
    if keras.backend.backend() == "tensorflow":
        return _scan_tensorflow(body, states, xs, like, unroll)
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


def _scan_tensorflow(body, states, xs, like, unroll):
    """Scan by `tf.while_loop`.

    On TensorFlow, `keras.ops.scan` does not support several tensors of unknown T, and it stores
    all states of all steps.
    """
    import tensorflow as tf

    from zoo.ops.tensorflow_loop import empty_array, loop, stack_array

    xs = [tf.convert_to_tensor(x) for x in xs]
    length = tf.shape(xs[0])[0]
    reads = [tf.TensorArray(x.dtype, length, element_shape=x.shape[1:]).unstack(x) for x in xs]
    writes = tuple(empty_array(x, length) for x in like)

    def advance(t, states, writes):
        states, outputs = body(states, [read.read(t) for read in reads])
        writes = tuple(w.write(t, o) for w, o in zip(writes, outputs, strict=True))
        return t + 1, states, writes

    states, writes = loop(advance, length, (states, writes), unroll)
    steps = xs[0].shape[0]
    return states, tuple(stack_array(w, x, steps) for w, x in zip(writes, like, strict=True))


def _time_major(x):
    """Swap batch and time: (B, T, F) to (T, B, F) and back."""
    return ops.transpose(x, (1, 0, 2))
