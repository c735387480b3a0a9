"""What a model reads of each token, in a graph: equal to `zoo.text.word_encoder`."""

import numpy as np
import tensorflow as tf

from zoo.export.saved_model.text_ops.packed_table import packed_table
from zoo.export.saved_model.text_ops.segment_ops import ahead, how_many, last_before, run_end
from zoo.export.saved_model.text_ops.tokens import never_empty, pieces, starts_of
from zoo.export.saved_model.text_ops.unicode_table import APART
from zoo.text.word_encoder import CASES, LONGEST

UNKNOWN = 1


def word_table(vocabulary):
    """Return a `tf.lookup.StaticHashTable` from words to ids; unknown ones get 1."""
    words = vocabulary.tokens[2:]
    return packed_table(words, range(2, 2 + len(words)), UNKNOWN)


def word_ids(tokens, table):
    """Return the ids of words, looked up in lower case, then with digits as 0, (N,) int32.

    Args:
        tokens: `zoo.export.saved_model.text_ops.tokens.Tokens`.
        table: as from `word_table`.
    """
    lowered = lower_case(tokens)
    decimal = tf.gather(tokens.characters["decimal"], tokens.places)
    ids, others = (
        table.lookup(tf.strings.regex_replace(tokens.strings(codes), APART, APART.lower()))
        for codes in (lowered, tf.where(decimal, ord("0"), lowered))
    )
    return tf.cast(tf.where(ids == UNKNOWN, others, ids), tf.int32)


def lower_case(tokens):
    """Return the lower case of all characters of tokens, but for `APART`, (M,) int32.

    Not `tf.strings.lower`, whose answers differ from machine to machine: where the language is
    Turkish, its I is no i. A capital sigma is a final one behind a cased letter, before none.
    """
    characters, places, whose = tokens.characters, tokens.places, tokens.whose
    lowered = tf.gather(characters.lower, places)
    cased, ignorable = (tf.gather(characters[name], places) for name in ("cased", "ignorable"))
    # Behind the last one stands nothing.
    cased, ignorable = (tf.pad(mask, [[0, 1]]) for mask in (cased, ignorable))
    whose = tf.pad(whose, [[0, 1]], constant_values=-1)
    before, behind = last_before(~ignorable), ahead(run_end(ignorable))
    here = tf.range(tf.size(whose))
    after_cased = tf.gather(cased, before) & (tf.gather(whose, before) == whose) & (before < here)
    before_cased = tf.gather(cased, behind) & (tf.gather(whose, behind) == whose)
    final = (after_cased & ~before_cased)[:-1]
    return tf.where(final & (tf.gather(characters.codes, places) == ord("Σ")), ord("ς"), lowered)


def character_ids(codes, vocabulary):
    """Return the ids of code points, looked up as they are.

    Args:
        codes: int32.
        vocabulary: a `zoo.text.Vocabulary` of characters.

    Returns:
        int32 of the same shape.

    Raises:
        ValueError: the vocabulary holds what is no single character.
    """
    longer = [token for token in vocabulary.tokens[2:] if len(token) != 1]
    if longer:
        raise ValueError(f"`vocabulary` must be one of single characters, got {longer[0]!r}.")
    known = np.array([ord(token) for token in vocabulary.tokens[2:]], "int32")
    order = known.argsort()
    ids, known = tf.constant(2 + order, tf.int32), tf.constant(known[order])
    row = tf.maximum(how_many(known, codes) - 1, 0)
    return tf.where(tf.gather(known, row) == codes, tf.gather(ids, row), UNKNOWN)


def spellings(tokens, vocabulary):
    """Return the ids of the characters of each word, (N, C) int32, padded with 0.

    Of a word longer than `zoo.text.word_encoder.LONGEST`, its beginning and its end are read.
    """
    lengths = tokens.ends - tokens.starts
    read = tf.minimum(lengths, LONGEST)
    position, whose = pieces(tf.zeros_like(read), read)
    left_out = tf.where(position < LONGEST // 2, 0, tf.gather(lengths - read, whose))
    places = tf.gather(tokens.starts, whose) + position + left_out
    ids = character_ids(tf.gather(tokens.characters.codes, places), vocabulary)
    ragged = tf.RaggedTensor.from_row_splits(ids, starts_of(read, total=True), validate=False)
    return never_empty(ragged.to_tensor(), 0)


def cases(tokens):
    """Return the index in `zoo.text.word_encoder.CASES` of how each word is written, (N,) int32."""
    characters = tokens.characters
    lower, capital = characters["lower"], characters["upper"] | characters["title"]
    before = ahead(tf.gather(lower | capital, tokens.places), -1)
    first = ahead(tokens.whose, -1) != tokens.whose
    first |= tf.range(tf.size(tokens.whose)) == 0
    before &= ~first
    here = {name: tf.gather(characters[name], tokens.places) for name in ("digit", "alpha")}
    kinds = {"lower": lower, "upper": characters["upper"], "title": characters["title"]}
    here |= {name: tf.gather(mask, tokens.places) for name, mask in kinds.items()}
    here["other"] = ~here["digit"]
    here["untitled"] = (here["upper"] | here["title"]) & before | here["lower"] & ~before
    columns = tf.cast(tf.stack([*here.values()], axis=1), tf.int32)
    found = tf.math.unsorted_segment_max(columns, tokens.whose, tf.size(tokens.starts)) > 0
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
    for name, rule in reversed(rules.items()):  # the first that holds counts
        case = tf.where(rule, CASES.index(name), case)
    return case
