"""Reductions of the values of rows."""

from keras import ops

from zoo.ops.tensor_types import Tensor

REDUCTIONS = ("none", "sum", "mean", "token_mean")


def reduce_rows(rows: Tensor, inputs: Tensor, mask: Tensor | None, reduction: str) -> Tensor:
    """Return the values of rows, their sum, or their mean over rows or tokens.

    Args:
        rows: (B,).
        inputs: (B, T, ...).
        mask: (B, T) boolean, or None if all positions are tokens.
        reduction: one of `REDUCTIONS`.

    Example:

    >>> import numpy as np
    >>> rows, mask = np.array([2.0, 4.0]), [[True, True], [True, False]]
    >>> [float(reduce_rows(rows, np.zeros((2, 2)), mask, name)) for name in REDUCTIONS[1:]]
    [6.0, 3.0, 2.0]
    """
    if reduction == "none":
        return rows
    total = ops.sum(rows)
    if reduction == "sum":
        return total
    batch, time = ops.shape(inputs)[:2]
    count = batch if reduction == "mean" else batch * time
    if reduction == "token_mean" and mask is not None:
        count = ops.sum(ops.cast(mask, "int32"))
    return total / ops.cast(ops.maximum(count, 1), total.dtype)
