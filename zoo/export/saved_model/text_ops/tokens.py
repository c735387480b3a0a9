"""From texts to tokens with offsets inside of a graph, equal to what `zoo.text` finds."""

from typing import NamedTuple

import tensorflow as tf

from zoo.export.saved_model.text_ops.segment_ops import how_many, places_of, reached, run_end
from zoo.export.saved_model.text_ops.unicode_table import NOTHING, Characters
from zoo.export.saved_model.text_ops.words import WordEnds

TAIL = 10  # places behind the last text, so that who looks ahead sees nothing


class Tokens(NamedTuple):
    """The tokens of B texts, N in all, one text's behind the other's.

    Args:
        characters: `Characters` of all texts, nothing before, between and behind them.
        starts: (N,) int32, place of each token's first character among these.
        ends: (N,) int32, place behind its last one.
        rows: (N,) int32, index of its text.
        texts: (B,) int32, place of each text's first character.
        places: (M,) int32, places of the characters of all tokens.
        whose: (M,) int32, indices of their tokens.
    """

    characters: Characters
    starts: tf.Tensor
    ends: tf.Tensor
    rows: tf.Tensor
    texts: tf.Tensor
    places: tf.Tensor
    whose: tf.Tensor

    def strings(self, codes):
        """Return strings in UTF-8, (N,), of the code points (M,) of all tokens."""
        ragged = tf.RaggedTensor.from_row_splits(
            codes, starts_of(self.ends - self.starts, total=True), validate=False
        )
        return tf.strings.unicode_encode(ragged, "UTF-8")


def starts_of(lengths, total=False):
    """Return where runs of these lengths start that stand one behind the other, (N,).

    Args:
        lengths: (N,) int32.
        total: to add where the last one ends, (N + 1,).

    Example:

    >>> starts_of(tf.constant([2, 3]), total=True).numpy()
    array([0, 2, 5], dtype=int32)
    """
    return tf.cumsum(tf.concat([lengths, [0]], 0) if total else lengths, exclusive=True)


def pieces(starts, lengths):
    """Return the places `start, start + 1, ...` of runs, one behind the other, and whose they are.

    Args:
        starts: (N,) int32.
        lengths: (N,) int32.

    Returns:
        The pair of (M,) places and (M,) indices of runs, int32.

    Example:

    >>> [each.numpy().tolist() for each in pieces(tf.constant([5, 9]), tf.constant([2, 1]))]
    [[5, 6, 9], [0, 0, 1]]
    """
    count = tf.range(tf.reduce_sum(lengths))
    whose = how_many(tf.cumsum(lengths), count)
    return count + tf.gather(starts - starts_of(lengths), whose), whose


def never_empty(matrix, padding):
    """Return a matrix, of `padding` alone where it had no rows or no columns: no model reads that.

    Example:

    >>> never_empty(tf.zeros((0, 2), tf.int32), 7).numpy()
    array([[7, 7]], dtype=int32)
    """
    room = tf.maximum(1 - tf.shape(matrix), 0)
    room = tf.stack([tf.zeros_like(room), room], axis=1)
    return tf.pad(matrix, room, constant_values=padding)


def code_points(texts):
    """Return the code points of texts in one row, nothing before, between and behind them.

    Args:
        texts: (B,) strings in UTF-8; what is none of it becomes U+FFFD, as everywhere.

    Returns:
        The pair of (N,) int32 code points, and (B,) the place of each text's first one.
    """
    decoded = tf.strings.unicode_decode(texts, "UTF-8")
    first = tf.cast(decoded.row_starts(), tf.int32)
    here = tf.range(tf.size(decoded.values))
    places = here + how_many(first, here)  # one more for each text that began
    nothing = tf.fill([tf.size(here) + tf.size(texts) + TAIL], NOTHING)
    codes = tf.tensor_scatter_nd_update(nothing, places[:, None], decoded.values)
    return codes, first + tf.range(tf.size(texts)) + 1


def split_words(codes, texts):
    """Return the `Tokens` that `zoo.text.WordTokenizer` finds.

    Args:
        codes, texts: as from `code_points`.
    """
    characters = Characters(codes)
    skip = run_end(characters["space"])
    ends = WordEnds(characters)()
    # From a token to the next one; where nothing is, it stays.
    steps = tf.where(characters["visible"], tf.gather(skip, ends), skip)
    first = tf.tensor_scatter_nd_update(
        tf.zeros_like(codes), tf.gather(skip, texts)[:, None], tf.ones_like(texts)
    )
    return _tokens(characters, reached(first, steps) & characters["visible"], ends, texts)


def split_characters(codes, texts):
    """Return the `Tokens` that `zoo.text.CharacterTokenizer` finds; arguments as above."""
    characters = Characters(codes)
    return _tokens(characters, characters["visible"], tf.range(1, tf.size(codes) + 1), texts)


def _tokens(characters, begins, ends, texts):
    starts = places_of(begins)
    ends = tf.gather(ends, starts)
    rows = how_many(texts, starts) - 1
    return Tokens(characters, starts, ends, rows, texts, *pieces(starts, ends - starts))
