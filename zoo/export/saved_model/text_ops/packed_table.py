"""Lists and tables that a graph holds compressed; a vocabulary takes half of its size."""

import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from zoo.ops.tensor_types import Tensor


def packed(content: bytes) -> Tensor:
    """Return a scalar string tensor that the graph holds compressed.

    Example:

    >>> packed(b"abc").numpy()
    b'abc'
    """
    return tf.io.decode_compressed(tf.constant(zlib.compress(content, 9)), "ZLIB")


def packed_numbers(numbers: Sequence[int] | np.ndarray) -> Tensor:
    """Return integers as a tensor (N,) int32 that the graph holds compressed.

    The differences are compressed, so that consecutive numbers take little space.

    Example:

    >>> packed_numbers([3, 4, 5]).numpy()
    array([3, 4, 5], dtype=int32)
    """
    differences = np.diff(np.asarray(numbers, "<i4"), prepend=np.zeros(1, "<i4"))
    return tf.cumsum(tf.io.decode_raw(packed(differences.tobytes()), tf.int32))


def packed_table(keys: Iterable[str], values: Iterable[int], default: int) -> Any:
    """Return a table from strings to integers that the graph holds compressed.

    Args:
        keys: strings without line breaks.
        values: their values.
        default: the value of all other strings.

    Returns:
        A `tf.lookup.StaticHashTable` of int64. A saved module whose functions use it must hold it
        as an attribute.

    Example:

    >>> table = packed_table(["a", "b"], [5, 7], default=1)
    >>> table.lookup(tf.constant(["b", "?"])).numpy()
    array([7, 1])
    """
    return tf.lookup.StaticHashTable(_Packed(keys, values), default)


class _Packed(tf.lookup.KeyValueTensorInitializer):
    """Decompresses the keys and values of a table when the model is loaded."""

    def __init__(self, keys: Iterable[str], values: Iterable[int]) -> None:
        super().__init__([""], [0], tf.string, tf.int64)  # sets the dtypes only
        self._lines = "\n".join(keys).encode()
        self._numbers = np.asarray([*values])

    def initialize(self, table: Any) -> Any:
        """Write the keys and values to a table."""
        keys = tf.strings.split(packed(self._lines)[None], "\n").values
        values = tf.cast(packed_numbers(self._numbers), tf.int64)
        return tf.raw_ops.LookupTableImportV2(
            table_handle=table.resource_handle, keys=keys[: len(self._numbers)], values=values
        )
