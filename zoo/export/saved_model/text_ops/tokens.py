"""From texts to tokens with offsets, in a graph; equal to the tokenizers of `zoo.text`."""

from typing import NamedTuple

import tensorflow as tf

from zoo.export.saved_model.text_ops.segment_ops import (
    indices_of,
    ragged,
    reachable,
    run_end,
    upper_bound,
)
from zoo.export.saved_model.text_ops.shown import shown
from zoo.export.saved_model.text_ops.unicode_table import NO_CHARACTER, Characters
from zoo.export.saved_model.text_ops.words import WordEnds
from zoo.ops.tensor_types import Tensor

TAIL = 10  # empty positions after the last text, for `peek`


class Tokens(NamedTuple):
    """The N tokens of B texts, concatenated.

    Args:
        characters: the characters of all texts as they are read, with `NO_CHARACTER` before,
            between and after them.
        starts: (N,) int32, position of each token's first character among these.
        ends: (N,) int32, position after its last character.
        offsets: (N, 2) int32, its start and end in its text as it is given.
        rows: (N,) int32, index of its text.
        texts: (B,) int32, position of each text's first character.
        positions: (M,) int32, positions of the characters of all tokens.
        owners: (M,) int32, the index of each such character's token.
    """

    characters: Characters
    starts: Tensor
    ends: Tensor
    offsets: Tensor
    rows: Tensor
    texts: Tensor
    positions: Tensor
    owners: Tensor

    def strings(self, codes: Tensor) -> Tensor:
        """Return UTF-8 strings (N,) from the code points (M,) of all tokens."""
        rows = ragged(codes, run_starts(self.ends - self.starts, total=True))
        return tf.strings.unicode_encode(rows, "UTF-8")


def run_starts(lengths: Tensor, total: bool = False) -> Tensor:
    """Return the starts of consecutive runs of these lengths, (N,).

    Args:
        lengths: (N,) int32.
        total: whether to append the end of the last run, (N + 1,).

    Example:

    >>> run_starts(tf.constant([2, 3]), total=True).numpy()
    array([0, 2, 5], dtype=int32)
    """
    return tf.cumsum(tf.concat([lengths, [0]], 0) if total else lengths, exclusive=True)


def concat_ranges(starts: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
    """Return the concatenated ranges `start, start + 1, ..., start + length - 1`.

    Args:
        starts: (N,) int32.
        lengths: (N,) int32.

    Returns:
        The numbers (M,), and the index of the range that each belongs to (M,), int32.

    Example:

    >>> [each.numpy().tolist() for each in concat_ranges(tf.constant([5, 9]), tf.constant([2, 1]))]
    [[5, 6, 9], [0, 0, 1]]
    """
    count = tf.range(tf.reduce_sum(lengths))
    owners = upper_bound(tf.cumsum(lengths), count)
    return count + tf.gather(starts - run_starts(lengths), owners), owners


def pad_empty(matrix: Tensor, padding: int | Tensor) -> Tensor:
    """Return a matrix with at least one row and one column, for a model cannot read an empty one.

    Example:

    >>> pad_empty(tf.zeros((0, 2), tf.int32), 7).numpy()
    array([[7, 7]], dtype=int32)
    """
    room = tf.maximum(1 - tf.shape(matrix), 0)
    room = tf.stack([tf.zeros_like(room), room], axis=1)
    return tf.pad(matrix, room, constant_values=padding)


def code_points(texts: Tensor) -> tuple[Tensor, Tensor]:
    """Return the concatenated code points of texts, with `NO_CHARACTER` before and after each.

    Args:
        texts: (B,) UTF-8 strings; invalid bytes become U+FFFD.

    Returns:
        The code points (N,) int32, and the position of each text's first one (B,).
    """
    decoded = tf.strings.unicode_decode(texts, "UTF-8")
    first = tf.cast(decoded.row_starts(), tf.int32)
    here = tf.range(tf.size(decoded.values))
    positions = here + upper_bound(first, here)  # one separator before each text
    empty = tf.fill([tf.size(here) + tf.size(texts) + TAIL], NO_CHARACTER)
    codes = tf.tensor_scatter_nd_update(empty, positions[:, None], decoded.values)
    return codes, first + tf.range(tf.size(texts)) + 1


def split_words(codes: Tensor, texts: Tensor) -> Tokens:
    """Return the tokens of `zoo.text.WordTokenizer`.

    Args:
        codes: as from `code_points`.
        texts: likewise.
    """
    read, origins, ends_given = shown(codes)
    begin = tf.searchsorted(origins, texts)  # of each text, as it is read
    characters = Characters(read)
    skip = run_end(characters["space"])
    ends = WordEnds(characters)()
    # Pointers from each token to the next; `NO_CHARACTER` points to itself.
    steps = tf.where(characters["visible"], tf.gather(skip, ends), skip)
    first = tf.tensor_scatter_nd_update(
        tf.zeros_like(read), tf.gather(skip, begin)[:, None], tf.ones_like(texts)
    )
    begins = reachable(first, steps) & characters["visible"]
    return _tokens(characters, begins, ends, begin, (origins, ends_given, texts))


def split_characters(codes: Tensor, texts: Tensor) -> Tokens:
    """Return the tokens of `zoo.text.CharacterTokenizer`; arguments as in `split_words`."""
    characters, here = Characters(codes), tf.range(tf.size(codes))
    return _tokens(characters, characters["visible"], here + 1, texts, (here, here + 1, texts))


def _tokens(characters, begins, ends, texts, given):
    """Return the tokens that begin in a mask.

    Args:
        given: the start and the end of each character in the texts as they are given, (R,) each,
            and the position of each of these texts, (B,).
    """
    starts = indices_of(begins)
    ends = tf.gather(ends, starts)
    rows = upper_bound(texts, starts) - 1
    first, last, of_text = given
    edges = tf.stack([tf.gather(first, starts), tf.gather(last, ends - 1)], axis=1)
    offsets = edges - tf.gather(of_text, rows)[:, None]
    spelled = concat_ranges(starts, ends - starts)
    return Tokens(characters, starts, ends, offsets, rows, texts, *spelled)
