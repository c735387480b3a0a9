"""URLs, mail addresses and handles in a graph; equal to `zoo.text.addresses`."""

import tensorflow as tf

from zoo.export.saved_model.text_ops.segment_ops import count_between, peek
from zoo.export.saved_model.text_ops.tokens import Tokens
from zoo.ops.tensor_types import Tensor


def addresses(tokens: Tokens) -> Tensor:
    """Return the mask of the tokens that are URLs, mail addresses or handles, (N,)."""
    starts, ends, is_ = tokens.starts, tokens.ends, tokens.characters.among
    at, slash, w = is_("@"), is_("/"), is_("w")
    scheme = is_(":") & peek(slash) & peek(slash, 2)
    www = tf.gather(w & peek(w) & peek(w, 2) & peek(is_("."), 3), starts) & (ends - starts > 3)
    inside = (count_between(at, starts, ends) > 0) | www
    inside |= count_between(scheme, starts, ends - 2) > 0
    sign = tf.gather(at, starts) & (ends - starts == 1)
    adjacent = peek(tokens.offsets[:, 1], -1) == tokens.offsets[:, 0]
    adjacent &= peek(tokens.rows, -1) == tokens.rows
    return inside | (peek(sign, -1) & adjacent & (tf.range(tf.size(starts)) > 0))
