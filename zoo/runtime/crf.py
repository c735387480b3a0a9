"""Decoding of a linear-chain CRF in NumPy, for a batch of sentences: best tags and marginals.

The results equal those of `zoo.ops.crf`. Sentences are padded at their end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Emissions = NDArray[np.floating[Any]]
Integers = NDArray[np.integer[Any]]
LOWEST = -200.0  # lower bound of an emission relative to the word's best one: its exp is not 0


class CRF(NamedTuple):
    """The parameters of a linear-chain CRF; a forbidden transition has a score of -1e9.

    Args:
        transitions: (K, K), scores from the tag of the row to the tag of the column.
        start: (K,), scores of the first tag.
        end: (K,), scores of the last tag.
        temperature: divisor of all scores for probabilities.
    """

    transitions: np.ndarray
    start: np.ndarray
    end: np.ndarray
    temperature: float


def best_tags(emissions: Emissions, lengths: Sequence[int] | np.ndarray, crf: CRF) -> np.ndarray:
    """Return the tag sequences of highest score, by the Viterbi algorithm.

    ```
    d_1(k) = start(k) + p_1(k),   d_t(k) = p_t(k) + max_j (d_(t-1)(j) + transitions(j, k))
    y_T = argmax_k (d_T(k) + end(k)),   y_t = argmax_j (d_t(j) + transitions(j, y_(t+1)))
    ```

    Args:
        emissions: (B, T, K) p.
        lengths: (B,), number of words of each sentence, at least 1.
        crf: the parameters.

    Returns:
        (B, T) integers; the values after the end of a sentence are undefined.

    Example:

    >>> crf = CRF(np.array([[0.0, 0.0], [5.0, 0.0]]), np.zeros(2), np.zeros(2), 1.0)
    >>> best_tags(np.array([[[1.0, 0.0], [0.0, 2.0], [0.0, 0.0]]]), [3], crf)
    array([[0, 1, 0]])
    """
    scores = np.asarray(emissions, "float64").transpose(1, 2, 0)  # (T, K, B)
    steps, tags, rows = map(int, scores.shape)
    into = crf.transitions[:, :, None].astype("float64")  # (K, K, 1)
    best = np.empty_like(scores)
    best[0] = crf.start[:, None] + scores[0]
    for t in range(1, steps):
        np.add(np.maximum.reduce(best[t - 1][:, None] + into), scores[t], out=best[t])
    # Backtracking. The end of the sentence is an additional tag K, which follows the last word.
    out_of = np.column_stack([crf.transitions, crf.end])  # (K, K + 1)
    last: Integers = np.subtract(lengths, 1)
    found = np.full((steps + 1, rows), tags)
    for t in range(steps - 1, -1, -1):
        following = np.where(last == t, tags, found[t + 1])
        found[t] = (best[t] + out_of[:, following]).argmax(axis=0)
    return found[:-1].T


def marginals(emissions: Emissions, lengths: Sequence[int] | np.ndarray, crf: CRF) -> np.ndarray:
    """Return the probability of each tag at each word, by the forward-backward algorithm.

    ```
    a_1 = exp(start),   a_t(k) = sum_j a_(t-1)(j) e_(t-1)(j) exp(transitions(j, k)),   e = exp(p)
    P(y_t = k) = a_t(k) e_t(k) b_t(k) / sum_j a_t(j) e_t(j) b_t(j)
    ```

    where b equals a for the reversed sentence, and all scores are divided by the temperature.

    Args:
        emissions, lengths, crf: as in `best_tags`.

    Returns:
        (B, T, K); the values after the end of a sentence are undefined.

    Example:

    >>> crf = CRF(np.array([[0.0, -1e9], [-1e9, 0.0]]), np.zeros(2), np.zeros(2), 1.0)
    >>> marginals(np.log([[[0.5, 0.5], [0.9, 0.1]]]), [2], crf).round(4)
    array([[[0.9, 0.1],
            [0.9, 0.1]]])
    """
    scores = np.asarray(emissions, "float64").transpose(1, 0, 2) / crf.temperature  # (T, B, K)
    scores = np.exp(np.maximum(scores - scores.max(axis=-1, keepdims=True), LOWEST))
    steps, rows, _ = map(int, scores.shape)
    # Index that reverses each sentence and leaves its padding in place.
    position, size = np.arange(steps)[:, None], np.array(lengths, int)
    reverse = np.where(position < size, size - 1 - position, position), np.arange(rows)
    both = np.stack([scores, scores[reverse]], axis=1)  # (T, 2, B, K)
    into = np.exp(np.stack([crf.transitions, crf.transitions.T]) / crf.temperature)
    before = np.empty_like(both)
    before[0] = np.exp(np.stack([crf.start, crf.end]) / crf.temperature)[:, None]
    for t in range(1, steps):
        reached = before[t - 1] * both[t - 1]
        np.matmul(reached / reached.sum(axis=-1, keepdims=True), into, out=before[t])
    shares = before[:, 0] * scores * before[:, 1][reverse]
    return (shares / shares.sum(axis=-1, keepdims=True)).transpose(1, 0, 2)
