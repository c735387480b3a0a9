"""A loop over time for TensorFlow."""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from zoo.ops.tensor_types import Tensor


def loop(
    advance: Callable[..., tuple[Any, ...]], length: Tensor, carried: Sequence[Any], steps: int
) -> Sequence[Any]:
    """Call `advance` for t = 0 .. length - 1, several times per iteration of the loop.

    Several steps share the overhead of an iteration.

    Args:
        advance: function `(t, *carried) -> (t + 1, *carried)`.
        length: scalar tensor, the number of calls.
        carried: the loop variables.
        steps: calls per iteration; the remaining calls have an iteration each.

    Returns:
        `carried` after the last call.

    Example:

    >>> (total,) = loop(lambda t, total: (t + 1, total + t), tf.constant(5), (0,), steps=2)
    >>> int(total)
    10
    """

    def several(count):
        def body(t, *carried):
            for _ in range(count):
                t, *carried = advance(t, *carried)
            return (t, *carried)

        return body

    t = 0
    for count in dict.fromkeys((steps, 1)):
        t, *carried = tf.while_loop(
            lambda t, *_, count=count: t + count <= length, several(count), (t, *carried)
        )
    return carried
