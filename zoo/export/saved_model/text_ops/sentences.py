"""Where sentences begin, in a graph: equal to `zoo.text.split_sentences`."""

import tensorflow as tf

from zoo.export.saved_model.text_ops.segment_ops import ahead, last_before, names, one_of, run_end
from zoo.text.sentences import CLOSING, ENDS, NEVER_FIRST, OPENERS


def sentence_starts(tokens):
    """Return the mask of the tokens that begin a sentence, (N,).

    Args:
        tokens: `zoo.export.saved_model.text_ops.tokens.Tokens`.
    """
    characters, starts, ends = tokens.characters, tokens.starts, tokens.ends
    index = tf.range(tf.size(starts))
    first = (ahead(tokens.rows, -1) != tokens.rows) | (index == 0)
    behind = ahead(ends, -1)  # where the token before ends
    space = starts > behind
    alone = ends == starts + 1

    def begin(mask):
        return tf.gather(mask, starts)

    # An end holds over the quotes and brackets that close behind it.
    closes = ~first & ~space & alone & begin(characters.among(_sorted(CLOSING)))
    ends_here = tf.gather(run_end(characters.among(_sorted(ENDS))), starts) >= ends
    goes_on = closes & ~ends_here
    last = tf.where(goes_on, last_before(~goes_on), index)
    ended = ahead(tf.gather(ends_here, last), -1)
    quote = space & begin(characters.among("\"'"))
    may_begin = ~begin(characters["lower"])
    may_begin &= ~begin(characters.among(_sorted(NEVER_FIRST))) | quote

    letters = run_end(characters["a-zA-Z"])
    opener = begin(one_of(names(characters.codes, letters), OPENERS)) & (
        tf.gather(letters, starts) == ends
    )
    dot = tf.gather(characters.among("."), behind - 1)

    lines = _count(characters.among("\n"), behind, starts)
    breaks = _count(characters.among("\u2029"), behind, starts)
    blank = (lines > 1) | ((lines > 0) & (breaks > 0))
    return first | (ended & may_begin) | (dot & opener) | blank


def _count(mask, starts, ends):
    """Return how many of a mask lie between places, (N,)."""
    before = tf.cumsum(tf.cast(mask, tf.int32), exclusive=True)
    return tf.gather(before, ends) - tf.gather(before, starts)


def _sorted(characters):
    return "".join(sorted(characters))
