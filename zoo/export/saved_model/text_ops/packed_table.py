"""Lists and tables that a graph holds compressed: a vocabulary in half of its size."""

import zlib

import numpy as np
import tensorflow as tf


def packed(content):
    """Return a tensor, one string, whose content the graph holds compressed.

    Args:
        content: bytes.

    Example:

    >>> packed(b"abc").numpy()
    b'abc'
    """
    return tf.io.decode_compressed(tf.constant(zlib.compress(content, 9)), "ZLIB")


def packed_numbers(numbers):
    """Return integers as a tensor (N,) int32 that the graph holds compressed.

    What is compressed are the differences, so that a list that counts costs nothing.

    Example:

    >>> packed_numbers([3, 4, 5]).numpy()
    array([3, 4, 5], dtype=int32)
    """
    differences = np.diff(np.asarray(numbers, "<i4"), prepend=np.zeros(1, "<i4"))
    return tf.cumsum(tf.io.decode_raw(packed(differences.tobytes()), tf.int32))


def packed_table(keys, values, default):
    """Return a table from strings to integers that the graph holds compressed.

    Args:
        keys: strings without line breaks.
        values: integers, as many.
        default: what any other string has.

    Returns:
        A `tf.lookup.StaticHashTable` of int64; who saves a function that uses it has to keep it as
        an attribute of the module.

    Example:

    >>> table = packed_table(["a", "b"], [5, 7], default=1)
    >>> table.lookup(tf.constant(["b", "?"])).numpy()
    array([7, 1])
    """
    return tf.lookup.StaticHashTable(_Packed(keys, values), default)


class _Packed(tf.lookup.KeyValueTensorInitializer):
    """Fills a table when the model is loaded, out of what is compressed until then."""

    def __init__(self, keys, values):
        super().__init__([""], [0], tf.string, tf.int64)  # for the types alone
        self._lines = "\n".join(keys).encode()
        self._numbers = np.asarray(values)

    def initialize(self, table):
        """Put the keys and values into a table."""
        keys = tf.strings.split(packed(self._lines)[None], "\n").values
        values = tf.cast(packed_numbers(self._numbers), tf.int64)
        return tf.raw_ops.LookupTableImportV2(
            table_handle=table.resource_handle, keys=keys[: len(self._numbers)], values=values
        )
