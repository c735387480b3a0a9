"""Reductions over the positions of a padded batch; a row without tokens gives zeros."""

from keras import ops

from zoo.ops.tensor_types import Tensor


def masked_max(x: Tensor, mask: Tensor) -> Tensor:
    """Return the largest value of each feature over the unmasked positions.

    Args:
        x: (B, T, F).
        mask: (B, T) boolean, True where there is a token.

    Returns:
        (B, F); zeros for a row without tokens.

    Example:

    >>> import numpy as np
    >>> x = np.array([[[1.0], [-2.0], [9.0]], [[5.0], [5.0], [5.0]]])
    >>> print(np.asarray(masked_max(x, np.array([[1, 1, 0], [0, 0, 0]], bool)))[:, 0])
    [1. 0.]
    """
    keep = ops.expand_dims(mask, -1)
    lowest = ops.cast(-6e4, x.dtype)  # below any activation, and finite in float16
    return _zero_empty(ops.max(ops.where(keep, x, lowest), axis=1), mask)


def masked_mean(x: Tensor, mask: Tensor) -> Tensor:
    """Return the mean of each feature over the unmasked positions.

    Args:
        x: (B, T, F).
        mask: (B, T) boolean.

    Returns:
        (B, F); zeros for a row without tokens.

    Example:

    >>> import numpy as np
    >>> x = np.array([[[1.0], [3.0], [9.0]], [[5.0], [5.0], [5.0]]])
    >>> print(np.asarray(masked_mean(x, np.array([[1, 1, 0], [0, 0, 0]], bool)))[:, 0])
    [2. 0.]
    """
    keep = ops.cast(ops.expand_dims(mask, -1), x.dtype)
    return ops.sum(x * keep, axis=1) / ops.maximum(ops.sum(keep, axis=1), 1)


def masked_softmax_mean(x: Tensor, scores: Tensor, mask: Tensor) -> Tensor:
    """Return the mean of `x` weighted by the softmax of `scores` over the unmasked positions.

    Args:
        x: (B, T, F).
        scores: (B, T).
        mask: (B, T) boolean.

    Returns:
        (B, F); zeros for a row without tokens.

    Example:

    >>> import numpy as np
    >>> x = np.array([[[1.0], [3.0], [9.0]]])
    >>> print(np.asarray(masked_softmax_mean(x, np.zeros((1, 3)), np.array([[1, 1, 0]], bool))))
    [[2.]]
    """
    scores = ops.where(mask, scores, ops.cast(-6e4, scores.dtype))
    peak = ops.max(scores, axis=-1, keepdims=True)
    weights = ops.where(mask, ops.exp(scores - peak), ops.zeros_like(scores))
    total = ops.maximum(ops.sum(weights, axis=-1, keepdims=True), 1)  # at least the peak's 1
    return ops.sum(x * ops.expand_dims(weights / total, -1), axis=1)


def _zero_empty(pooled, mask):
    return ops.where(ops.any(mask, axis=1, keepdims=True), pooled, ops.zeros_like(pooled))
