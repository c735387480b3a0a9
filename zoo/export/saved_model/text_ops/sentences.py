"""Sentence boundaries in a graph; equal to `zoo.text.split_sentences`."""

import tensorflow as tf

from zoo.export.saved_model.text_ops.segment_ops import (
    count_between,
    is_one_of,
    last_true_before,
    peek,
    run_end,
    word_keys,
)
from zoo.export.saved_model.text_ops.tokens import Tokens
from zoo.ops.tensor_types import Tensor
from zoo.text.sentences import BULLETS, CLOSING, ENDS, NEVER_FIRST, OPENERS, SHORT_LINE


def sentence_starts(tokens: Tokens) -> Tensor:
    """Return the mask of the tokens that begin a sentence, (N,)."""
    characters, starts, ends = tokens.characters, tokens.starts, tokens.ends
    index = tf.range(tf.size(starts))
    first = (peek(tokens.rows, -1) != tokens.rows) | (index == 0)
    previous_end = peek(ends, -1)
    space = starts > previous_end
    alone = ends == starts + 1

    def begin(mask):
        return tf.gather(mask, starts)

    # A sentence remains ended after closing quotes and brackets.
    closes = ~first & ~space & alone & begin(characters.among(_sorted(CLOSING)))
    ends_here = tf.gather(run_end(characters.among(_sorted(ENDS))), starts) >= ends
    continues = closes & ~ends_here
    last = tf.where(continues, last_true_before(~continues), index)
    ended = peek(tf.gather(ends_here, last), -1)
    quote = space & begin(characters.among("\"'"))
    may_begin = ~begin(characters["lower"])
    may_begin &= ~begin(characters.among(_sorted(NEVER_FIRST))) | quote

    letters = run_end(characters["a-zA-Z"])
    opener = begin(is_one_of(word_keys(characters.codes, letters), OPENERS)) & (
        tf.gather(letters, starts) == ends
    )
    dot = tf.gather(characters.among("."), previous_end - 1)

    line_end = characters.among("\n\u2028")
    line_end |= characters.among("\r") & ~peek(characters.among("\n"))
    lines = count_between(line_end, previous_end, starts)
    gap = (lines > 1) | (count_between(characters.among("\t\f\u2029"), previous_end, starts) > 0)

    # The line of the preceding token.
    line_first = tf.gather(tokens.offsets[:, 0], last_true_before(first | (lines > 0)))
    short = peek(tokens.offsets[:, 1], -1) - line_first < SHORT_LINE
    numbered = begin(characters["decimal"]) & tf.gather(characters.among("."), ends - 1)
    item = short | begin(characters.among(_sorted(BULLETS))) | numbered
    item &= (lines > 0) & ~begin(characters["lower"])
    return first | (ended & may_begin) | (dot & opener) | gap | item


def _sorted(characters):
    return "".join(sorted(characters))
