"""The chain of tags over many sentences at once, in NumPy: the best tags, and how sure they are.

The same as `zoo.ops.crf`, for sentences that are padded at their end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

DEEPEST = -200.0  # how far a tag can lie below a word's best one: e to this is a number


class Chain(NamedTuple):
    """Scores of a linear-chain CRF; what is forbidden scores minus a billion.

    Args:
        transitions: (K, K), from the row's tag to the column's.
        start: (K,), of the first tag.
        end: (K,), of the last tag.
        temperature: the probabilities are those of all scores divided by this.
    """

    transitions: np.ndarray
    start: np.ndarray
    end: np.ndarray
    temperature: float


def best_tags(
    potentials: np.ndarray, lengths: Sequence[int] | np.ndarray, chain: Chain
) -> np.ndarray:
    """Return the tags that score best together, by the Viterbi algorithm.

    ```
    d_1(k) = start(k) + p_1(k),   d_t(k) = p_t(k) + max_j (d_(t-1)(j) + transitions(j, k))
    y_T = argmax_k (d_T(k) + end(k)),   y_t = argmax_j (d_t(j) + transitions(j, y_(t+1)))
    ```

    Args:
        potentials: (B, T, K) p.
        lengths: (B,), how many of the T are words, at least one.
        chain: a `Chain`.

    Returns:
        (B, T) integers; those behind a sentence mean nothing.

    Example:

    >>> chain = Chain(np.array([[0.0, 0.0], [5.0, 0.0]]), np.zeros(2), np.zeros(2), 1.0)
    >>> best_tags(np.array([[[1.0, 0.0], [0.0, 2.0], [0.0, 0.0]]]), [3], chain)
    array([[0, 1, 0]])
    """
    scores = np.asarray(potentials, "float64").transpose(1, 2, 0)  # (T, K, B)
    steps, tags, rows = scores.shape
    into = chain.transitions[:, :, None].astype("float64")  # (K, K, 1)
    best = np.empty_like(scores)
    best[0] = chain.start[:, None] + scores[0]
    for t in range(1, steps):
        np.add(np.maximum.reduce(best[t - 1][:, None] + into), scores[t], out=best[t])
    # From the last word back: behind it stands the end, behind any other the word's next tag.
    away = np.column_stack([chain.transitions, chain.end])  # (K, K + 1)
    last = np.subtract(lengths, 1)
    found = np.full((steps + 1, rows), tags)
    for t in range(steps - 1, -1, -1):
        behind = np.where(last == t, tags, found[t + 1])
        found[t] = (best[t] + away[:, behind]).argmax(axis=0)
    return found[:-1].T


def marginals(
    potentials: np.ndarray, lengths: Sequence[int] | np.ndarray, chain: Chain
) -> np.ndarray:
    """Return the probability of each tag at each word, by the forward-backward algorithm.

    ```
    a_1 = exp(start),   a_t(k) = sum_j a_(t-1)(j) e_(t-1)(j) exp(transitions(j, k)),   e = exp(p)
    P(y_t = k) = a_t(k) e_t(k) b_t(k) / sum_j a_t(j) e_t(j) b_t(j)
    ```

    where b is a of the sentence read from its end, and all scores are divided by the temperature.

    Args:
        potentials, lengths, chain: as in `best_tags`.

    Returns:
        (B, T, K); what is behind a sentence means nothing.

    Example:

    >>> chain = Chain(np.array([[0.0, -1e9], [-1e9, 0.0]]), np.zeros(2), np.zeros(2), 1.0)
    >>> marginals(np.log([[[0.5, 0.5], [0.9, 0.1]]]), [2], chain).round(4)
    array([[[0.9, 0.1],
            [0.9, 0.1]]])
    """
    scores = np.asarray(potentials, "float64").transpose(1, 0, 2) / chain.temperature  # (T, B, K)
    scores = np.exp(np.maximum(scores - scores.max(axis=-1, keepdims=True), DEEPEST))
    steps, rows, _ = scores.shape
    # Where each position stands in its sentence read from the end; padding stays.
    t = np.arange(steps)[:, None]
    turned = np.where(t < lengths, np.subtract(lengths, 1) - t, t), np.arange(rows)
    both = np.stack([scores, scores[turned]], axis=1)  # (T, 2, B, K)
    into = np.exp(np.stack([chain.transitions, chain.transitions.T]) / chain.temperature)
    before = np.empty_like(both)
    before[0] = np.exp(np.stack([chain.start, chain.end]) / chain.temperature)[:, None]
    for t in range(1, steps):
        reached = before[t - 1] * both[t - 1]
        np.matmul(reached / reached.sum(axis=-1, keepdims=True), into, out=before[t])
    shares = before[:, 0] * scores * before[:, 1][turned]
    return (shares / shares.sum(axis=-1, keepdims=True)).transpose(1, 0, 2)
