"""A loop over time for TensorFlow."""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from zoo.ops.tensor_types import Tensor
from zoo.ops.trusted_input import input_is_trusted


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


def empty_array(like: Tensor, length: Tensor) -> tf.TensorArray:
    """Return an array that a loop fills with `length` tensors of the shape and dtype of `like`.

    An array of static shape cannot be stacked if it is empty and the batch size is unknown.

    Args:
        like: a tensor such as the array will hold.
        length: scalar tensor.

    Example:

    >>> empty_array(tf.zeros((2, 3)), tf.constant(0)).stack().shape
    TensorShape([0, 2, 3])
    """
    if tf.executing_eagerly() or input_is_trusted():
        return tf.TensorArray(like.dtype, length, element_shape=like.shape, clear_after_read=False)
    reserved = tf.raw_ops.TensorListReserve(
        element_shape=tf.shape(like), num_elements=length, element_dtype=like.dtype
    )
    return tf.TensorArray(like.dtype, flow=reserved)


def stack_array(array: tf.TensorArray, like: Tensor, steps: int | None) -> Tensor:
    """Return the tensors of an array as one, (T, ...), with its static shape.

    Args:
        array: of tensors with the shape of `like`.
        like: as in `empty_array`.
        steps: T, or None if it is unknown before the loop runs.
    """
    stacked = array.stack()
    stacked.set_shape([steps, *like.shape])
    return stacked
