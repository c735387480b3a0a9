"""Features of words in a graph; equal to `zoo.text.word_encoder`."""

from typing import Any

import numpy as np
import tensorflow as tf

from zoo.export.saved_model.text_ops.packed_table import packed_table
from zoo.export.saved_model.text_ops.segment_ops import (
    last_true_before,
    peek,
    ragged,
    run_end,
    upper_bound,
)
from zoo.export.saved_model.text_ops.tokens import Tokens, concat_ranges, pad_empty, run_starts
from zoo.export.saved_model.text_ops.unicode_table import DOTTED_I
from zoo.ops.tensor_types import Tensor
from zoo.text import Vocabulary
from zoo.text.word_encoder import CASES, LONGEST

UNKNOWN = 1


def word_table(vocabulary: Vocabulary) -> Any:
    """Return a `tf.lookup.StaticHashTable` from words to ids; 1 for unknown words."""
    words = vocabulary.tokens[2:]
    return packed_table(words, range(2, 2 + len(words)), UNKNOWN)


def word_ids(tokens: Tokens, table: Any) -> Tensor:
    """Return the ids of words, looked up in lower case, then with digits as 0, (N,) int32.

    Args:
        tokens: the N words.
        table: as from `word_table`.
    """
    lowered = lower_case(tokens)
    decimal = tf.gather(tokens.characters["decimal"], tokens.positions)
    ids, others = (
        table.lookup(tf.strings.regex_replace(tokens.strings(codes), DOTTED_I, DOTTED_I.lower()))
        for codes in (lowered, tf.where(decimal, ord("0"), lowered))
    )
    return tf.cast(tf.where(ids == UNKNOWN, others, ids), tf.int32)


def lower_case(tokens: Tokens) -> Tensor:
    """Return the lower case of all characters of tokens, except `DOTTED_I`, (M,) int32.

    `tf.strings.lower` depends on the locale: in a Turkish one it lowers "I" to another letter. A
    capital sigma becomes a final sigma after a cased letter and not before one.
    """
    characters, positions, owners = tokens.characters, tokens.positions, tokens.owners
    lowered = tf.gather(characters.lower, positions)
    cased, ignorable = (tf.gather(characters[name], positions) for name in ("cased", "ignorable"))
    # One position more, so that every character has a next one.
    cased, ignorable = (tf.pad(mask, [[0, 1]]) for mask in (cased, ignorable))
    owners = tf.pad(owners, [[0, 1]], constant_values=-1)
    previous, following = last_true_before(tf.logical_not(ignorable)), peek(run_end(ignorable))
    here = tf.range(tf.size(owners))
    after_cased = tf.gather(cased, previous) & (tf.gather(owners, previous) == owners)
    after_cased &= previous < here
    before_cased = tf.gather(cased, following) & (tf.gather(owners, following) == owners)
    final = (after_cased & ~before_cased)[:-1]
    return tf.where(final & (tf.gather(characters.codes, positions) == ord("Σ")), ord("ς"), lowered)


def character_ids(codes: Tensor, vocabulary: Vocabulary) -> Tensor:
    """Return the ids of code points.

    Args:
        codes: (N,) int32.
        vocabulary: a vocabulary of single characters.

    Returns:
        (N,) int32.

    Raises:
        ValueError: an entry of the vocabulary is not a single character.
    """
    longer = [token for token in vocabulary.tokens[2:] if len(token) != 1]
    if longer:
        raise ValueError(f"`vocabulary` must hold single characters only, got {longer[0]!r}.")
    known = np.array([ord(token) for token in vocabulary.tokens[2:]], "int32")
    order = known.argsort()
    ids, known = tf.constant(2 + order, tf.int32), tf.constant(known[order])
    row = tf.maximum(upper_bound(known, codes) - 1, 0)
    return tf.where(tf.gather(known, row) == codes, tf.gather(ids, row), UNKNOWN)


def spellings(tokens: Tokens, vocabulary: Vocabulary) -> Tensor:
    """Return the ids of the characters of each word, (N, C) int32, padded with 0.

    Of a word longer than `zoo.text.word_encoder.LONGEST`, the middle is left out.
    """
    lengths = tokens.ends - tokens.starts
    read = tf.minimum(lengths, LONGEST)
    position, owners = concat_ranges(tf.zeros_like(read), read)
    left_out = tf.where(position < LONGEST // 2, 0, tf.gather(lengths - read, owners))
    positions = tf.gather(tokens.starts, owners) + position + left_out
    ids = character_ids(tf.gather(tokens.characters.codes, positions), vocabulary)
    return pad_empty(ragged(ids, run_starts(read, total=True)).to_tensor(), 0)


def cases(tokens: Tokens) -> Tensor:
    """Return the index of each word's case in `zoo.text.word_encoder.CASES`, (N,) int32."""
    characters = tokens.characters
    lower, capital = characters["lower"], characters["upper"] | characters["title"]
    before = peek(tf.gather(lower | capital, tokens.positions), -1)
    first = peek(tokens.owners, -1) != tokens.owners
    first |= tf.range(tf.size(tokens.owners)) == 0
    before &= ~first
    here = {name: tf.gather(characters[name], tokens.positions) for name in ("digit", "alpha")}
    kinds = {"lower": lower, "upper": characters["upper"], "title": characters["title"]}
    here |= {name: tf.gather(mask, tokens.positions) for name, mask in kinds.items()}
    here["other"] = ~here["digit"]
    here["untitled"] = (here["upper"] | here["title"]) & before | here["lower"] & ~before
    columns = tf.cast(tf.stack([*here.values()], axis=1), tf.int32)
    found = tf.math.unsorted_segment_max(columns, tokens.owners, tf.size(tokens.starts)) > 0
    any_ = dict(zip(here, tf.unstack(found, axis=1), strict=True))
    rules = {
        "digits": ~any_["other"],
        "some digits": any_["digit"],
        "no letter": ~any_["alpha"],
        "lower": any_["lower"] & ~any_["upper"] & ~any_["title"],
        "upper": any_["upper"] & ~any_["lower"] & ~any_["title"],
        "title": (any_["lower"] | any_["upper"] | any_["title"]) & ~any_["untitled"],
    }
    case = CASES.index("mixed")
    for name, rule in reversed(rules.items()):  # the first rule that holds wins
        case = tf.where(rule, CASES.index(name), case)
    return case
