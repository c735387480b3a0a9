"""The characters that texts show, in a graph; equal to `zoo.text.shown.shown`."""

from functools import cache

import tensorflow as tf

from zoo.export.saved_model.text_ops.packed_table import packed_numbers
from zoo.export.saved_model.text_ops.segment_ops import peek, run_end, upper_bound
from zoo.ops.tensor_types import Tensor
from zoo.text.shown import FILLER, form_of


@cache
def _forms():
    """Return the characters that are read as others, and what they are read as.

    Returns:
        Code points (F,); the number of characters of the form of each (F,); these (G,).
    """
    characters = [*map(chr, range(0xD800)), *map(chr, range(0xE000, 0x110000))]
    forms = {c: form for c in characters if (form := form_of.__wrapped__(c)) != c}
    codes = [[*map(ord, each)] for each in ("".join(forms), "".join(forms.values()))]
    return codes[0], [*map(len, forms.values())], codes[1]


def shown(codes: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return what texts show.

    Args:
        codes: (N,) int32, as from `zoo.export.saved_model.text_ops.tokens.code_points`.

    Returns:
        The code points (R,) int32, with `NO_CHARACTER` where it is in `codes`; the position of
        each in `codes`, and the position after it.
    """
    known, sizes, forms = map(packed_numbers, _forms())
    row = tf.maximum(upper_bound(known, codes) - 1, 0)
    odd = tf.gather(known, row) == codes
    here = tf.range(tf.size(codes))
    # Behind the code points themselves are those of all forms.
    starts = tf.where(odd, tf.size(codes) + tf.gather(tf.cumsum(sizes, exclusive=True), row), here)
    sizes = tf.where(odd, tf.gather(sizes, row), 1)
    origins = upper_bound(tf.cumsum(sizes), tf.range(tf.reduce_sum(sizes)))
    step = tf.range(tf.size(origins)) - tf.gather(tf.cumsum(sizes, exclusive=True), origins)
    read = tf.gather(tf.concat([codes, forms], 0), tf.gather(starts, origins) + step)
    ends = tf.gather(peek(run_end(codes == ord(FILLER))), origins)
    return read, origins, ends
