"""Vectorized operations on all positions of a sequence: neighbours, runs, pointers, words."""

from collections.abc import Iterable
from typing import Any

import tensorflow as tf

from zoo.ops.tensor_types import Tensor

KEY_LENGTH = 9  # characters in a key; more than any word that is compared has


def peek(values: Tensor, offset: int = 1) -> Tensor:
    """Return the value `offset` positions ahead of each position; at the ends it is undefined."""
    return tf.roll(values, -offset, 0)


def ragged(values: Tensor, splits: Tensor) -> Any:
    """Return a `tf.RaggedTensor` of values (M,) with row splits (N + 1,), without validation."""
    constructors: Any = tf.RaggedTensor  # which the type stubs lack
    return constructors.from_row_splits(values, splits, validate=False)


def indices_of(mask: Tensor) -> Tensor:
    """Return the positions where a mask (N,) is true, (M,) int32."""
    return tf.reshape(tf.cast(tf.where(mask), tf.int32), [-1])


def upper_bound(limits: Tensor, values: Tensor) -> Tensor:
    """Return the number of sorted limits (M,) that are <= each of the values (N,), (N,) int32.

    Example:

    >>> upper_bound(tf.constant([2, 5]), tf.constant([1, 2, 9])).numpy()
    array([0, 1, 2], dtype=int32)
    """
    limits, values = tf.expand_dims(limits, 0), tf.expand_dims(values, 0)
    return tf.squeeze(tf.raw_ops.UpperBound(sorted_inputs=limits, values=values), 0)


def run_end(mask: Tensor) -> Tensor:
    """Return the first position at or after each position where the mask is false, (N,) int32.

    Example:

    >>> run_end(tf.constant([True, True, False, True, False])).numpy()
    array([2, 2, 2, 4, 4], dtype=int32)
    """
    return tf.gather(indices_of(~mask), tf.cumsum(tf.cast(~mask, tf.int32), exclusive=True))


def count_between(mask: Tensor, starts: Tensor, ends: Tensor) -> Tensor:
    """Return the number of true values of a mask from `starts` to `ends`, (N,) int32.

    Example:

    >>> mask = tf.constant([True, False, True, True])
    >>> count_between(mask, tf.constant([0, 3]), tf.constant([3, 3])).numpy()
    array([2, 0], dtype=int32)
    """
    before = tf.cumsum(tf.cast(mask, tf.int32), exclusive=True)
    return tf.gather(before, ends) - tf.gather(before, starts)


def last_true_before(mask: Tensor) -> Tensor:
    """Return the last position before each position where the mask is true, (N,) int32, or 0.

    Example:

    >>> last_true_before(tf.constant([False, True, False, True])).numpy()
    array([0, 0, 1, 1], dtype=int32)
    """
    indices = tf.concat([[0], indices_of(mask)], 0)
    return tf.gather(indices, tf.cumsum(tf.cast(mask, tf.int32), exclusive=True))


def follow_pointers(steps: Tensor) -> Tensor:
    """Return the fixed point that each position reaches along the pointers `steps`, (N,).

    Pointer doubling: iteration k follows 2^k steps.
    """
    return tf.while_loop(
        lambda steps: tf.reduce_any(tf.gather(steps, steps) != steps),
        lambda steps: [tf.gather(steps, steps)],
        [steps],
    )[0]


def reachable(first: Tensor, steps: Tensor) -> Tensor:
    """Return the mask of positions that the pointers reach from where `first` is 1, (N,)."""

    def double(mask, steps):
        further = tf.math.unsorted_segment_max(mask, steps, tf.size(mask))
        return tf.maximum(mask, further), tf.gather(steps, steps)

    return (
        tf.while_loop(
            lambda _, steps: tf.reduce_any(tf.gather(steps, steps) != steps),
            double,
            double(first, steps),
        )[0]
        > 0
    )


def word_keys(codes: Tensor, ends: Tensor) -> Tensor:
    """Return the `word_key` of the ASCII word from each position on, (N,) int64.

    Args:
        codes: (N,) int32, code points.
        ends: (N,) int32, the end of the word that begins at each position.
    """
    indices = tf.range(tf.size(ends))[:, None] + tf.range(KEY_LENGTH)
    read = tf.gather(codes, tf.minimum(indices, tf.size(ends) - 1))
    read = tf.cast(tf.where(indices < ends[:, None], read, 0), tf.int64)
    return tf.reduce_sum(read * [1 << (7 * k) for k in range(KEY_LENGTH)], axis=1)


def word_key(word: str) -> int:
    """Return an integer that identifies the first nine characters of an ASCII word.

    Example:

    >>> word_key("No") == ord("N") + 128 * ord("o")
    True
    """
    return sum(ord(c) << (7 * k) for k, c in enumerate(word[:KEY_LENGTH]))


def is_one_of(keys: Tensor, words: Iterable[str]) -> Tensor:
    """Return the mask of the keys that belong to one of the words, (N,)."""
    known = tf.constant(sorted(map(word_key, words)), tf.int64)
    return tf.gather(known, tf.maximum(upper_bound(known, keys) - 1, 0)) == keys
