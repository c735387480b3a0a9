"""Accuracy of a tagger, token by token."""

from typing import Any

import numpy as np


def predict_tags(model: Any, ids: np.ndarray, batch_size: int = 1000) -> np.ndarray:
    """Return the most probable label of every position.

    Args:
        model: Keras model from ids (B, T), padded with 0, to logits (B, T, K).
        ids: (N, T) integers.
        batch_size: number of sequences in a batch.

    Returns:
        (N, T) integers; those of padding are meaningless.
    """
    logits = model.predict(ids, batch_size=batch_size, verbose=0)
    return np.argmax(logits, axis=-1)


def token_accuracy(
    labels: np.ndarray, predictions: np.ndarray, mask: np.ndarray
) -> tuple[float, float]:
    """Return the accuracy over all tokens and its standard error.

    ```
    a = sum_n c_n / sum_n l_n,   se = sqrt(sum_n (c_n - a l_n)^2) / sum_n l_n
    ```

    with c_n correct ones among the l_n tokens of sequence n: the tokens of one sequence are not
    independent of each other, the sequences are.

    Args:
        labels: (N, T) integers.
        predictions: (N, T) integers.
        mask: (N, T) boolean, True where there is a token.

    Returns:
        Pair `(accuracy, standard_error)`.

    Example:

    >>> labels, mask = np.array([[1, 0], [1, 1]]), np.array([[True, False], [True, True]])
    >>> token_accuracy(labels, labels, mask)
    (1.0, 0.0)
    """
    correct = ((labels == predictions) & mask).sum(axis=1)
    lengths = mask.sum(axis=1)
    accuracy = correct.sum() / lengths.sum()
    error = np.sqrt(((correct - accuracy * lengths) ** 2).sum()) / lengths.sum()
    return float(accuracy), float(error)
