"""The largest value of each row, by operations that every runtime supports."""

from keras import ops

from zoo.ops.tensor_types import Tensor


def largest(x: Tensor) -> tuple[Tensor, Tensor]:
    """Return the largest value of the last axis, and the index of its first occurrence.

    Args:
        x: (..., K), floating.

    Returns:
        `(values, indices)`: both (..., 1), the indices int32.

    Example:

    >>> values, indices = largest(ops.array([[1.0, 3.0, 3.0]]))
    >>> float(values[0, 0]), int(indices[0, 0])
    (3.0, 1)
    """
    values = ops.max(x, axis=-1, keepdims=True)
    # Keras' argmax of floats bitcasts to treat signed zeros, and TFLite has no such operator.
    indices = ops.argmax(ops.cast(ops.equal(x, values), "int32"), axis=-1, keepdims=True)
    return values, ops.cast(indices, "int32")
