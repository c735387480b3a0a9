"""A loop over time for TensorFlow."""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from zoo.ops.tensor_types import Tensor


def loop(
    advance: Callable[..., tuple[Any, ...]], length: Tensor, carried: Sequence[Any], steps: int
) -> Sequence[Any]:
    """Call `advance` for t = 0 .. length - 1, several times in one iteration of the loop.

    An iteration has a price of its own, which several steps share.

    Args:
        advance: function `(t, *carried) -> (t + 1, *carried)`.
        length: scalar tensor, the number of calls.
        carried: what is handed from call to call.
        steps: how many calls an iteration holds; what is left over is done one by one.

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
