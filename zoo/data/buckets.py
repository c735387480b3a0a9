"""Length bucketing: batches of sequences of similar length need little padding."""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import ArrayLike

WINDOW = 50  # batches that are sorted together


def bucket_batches(
    lengths: ArrayLike,
    *,
    batch_size: int | None = None,
    max_tokens: int | None = None,
    seed: int | None = None,
    epoch: int = 0,
) -> list[np.ndarray]:
    """Return the indices of each batch of an epoch.

    The sequences are shuffled, sorted by length within windows of `WINDOW` batches and cut into
    batches; then all batches are shuffled. Batches so differ from epoch to epoch, but each holds
    sequences of similar length. Without a seed the sequences are sorted, longest first, so that a
    batch that does not fit into memory fails at once.

    Args:
        lengths: number of tokens of each sequence, (N,) integers.
        batch_size: number of sequences in a batch.
        max_tokens: maximum number of positions in a batch, including padding; a longer sequence
            forms a batch alone. Pass either this or `batch_size`.
        seed: a non-negative integer; None for no shuffling.
        epoch: a non-negative integer. The order depends only on `seed` and `epoch`.

    Returns:
        List of non-empty integer arrays, which together hold each of 0, ..., N - 1 once.

    Raises:
        ValueError: both or none of `batch_size` and `max_tokens` are given, or one is below 1.

    Example:

    >>> [batch.tolist() for batch in bucket_batches([5, 1, 4, 2], batch_size=2)]
    [[0, 2], [3, 1]]
    """
    lengths = np.asarray(lengths, dtype=int)
    budget = batch_size if max_tokens is None else max_tokens
    if (batch_size is None) == (max_tokens is None) or budget is None or budget < 1:
        raise ValueError(
            "One of `batch_size` and `max_tokens` must be given, at least 1, got "
            f"{batch_size} and {max_tokens}."
        )
    if not lengths.size:
        return []
    widths = np.maximum(lengths, 1)
    order, window = np.arange(len(lengths)), len(lengths)
    if seed is not None:
        rng = np.random.default_rng([seed, epoch])
        order = rng.permutation(order)
        window = WINDOW * (batch_size or int(max_tokens // widths.mean()) + 1)
    batches = []
    for start in range(0, len(order), window):
        left = order[start : start + window]
        left = left[np.argsort(-lengths[left], kind="stable")]
        while left.size:
            size = batch_size or max(1, max_tokens // widths[left[0]])
            batches.append(left[:size])
            left = left[size:]
    if seed is not None:
        batches = [batches[i] for i in rng.permutation(len(batches))]
    return batches


def rounded_up(numbers: ArrayLike) -> np.ndarray:
    """Return integers, each rounded up to the next of 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, ...

    Batches of rounded sizes have few different shapes: a compiler of one program a shape, such as
    XLA, then compiles few programs. At most a third of a rounded size is padding.

    Args:
        numbers: integers, at least 0.

    Returns:
        Integers of the same shape, at least 1.

    Example:

    >>> rounded_up([0, 3, 5, 9, 100]).tolist()
    [1, 3, 6, 12, 128]
    """
    numbers = np.maximum(np.asarray(numbers, dtype=int), 1)
    power = 1 << np.ceil(np.log2(numbers)).astype(int)
    return np.where((power >= 4) & (numbers <= power // 4 * 3), power // 4 * 3, power)


def padding_waste(batches: Collection[Sequence[int] | np.ndarray], lengths: ArrayLike) -> float:
    """Return the fraction of the positions of padded batches that is padding.

    ```
    w = 1 - sum_n l_n / sum_b |b| max_{n in b} l_n
    ```

    Args:
        batches: integer arrays of indices.
        lengths: number of tokens l_n of each sequence, (N,) integers.

    Returns:
        A float in [0, 1).

    Example:

    >>> padding_waste([[0, 1], [2]], [4, 2, 2])
    0.2
    """
    lengths = np.asarray(lengths)
    tokens = sum(int(lengths[batch].sum()) for batch in batches)
    positions = sum(len(batch) * int(lengths[batch].max()) for batch in batches)
    return (positions - tokens) / positions if positions else 0.0
