"""Markup blanked out inside of a graph, as `zoo.text.markup.blank_markup` does it."""

import html
from html.entities import html5

import tensorflow as tf

from zoo.export.saved_model.text_ops.packed_table import packed_table
from zoo.export.saved_model.text_ops.segment_ops import (
    ahead,
    last_before,
    names,
    one_of,
    places_of,
    run_end,
)
from zoo.export.saved_model.text_ops.tokens import pieces, starts_of
from zoo.export.saved_model.text_ops.unicode_table import Characters

LINES = ("br", "p", "div", "li", "tr", *(f"h{level}" for level in range(1, 7)))
DIGITS = 7  # that are read of a number
LONGEST = 31  # letters and digits of a name
NO_ENTITY = -1


def entity_table():
    """Return a `tf.lookup.StaticHashTable` from the names of entities to their one code point."""
    named = {
        name[:-1]: ord(text) for name, text in html5.items() if name[-1] == ";" and len(text) == 1
    }
    return packed_table([*named], [*named.values()], NO_ENTITY)


def blank_markup(codes, entities):
    """Return code points whose tags and entities are blanked out; every place stays.

    Args:
        codes: as from `zoo.export.saved_model.text_ops.tokens.code_points`.
        entities: as from `entity_table`.
    """
    return _blank_entities(_blank_tags(codes), entities)


def _blank_tags(codes):
    characters = Characters(codes)
    is_ = characters.among
    places = tf.range(tf.size(codes))
    name = tf.minimum(places + tf.where(ahead(is_("/")), 2, 1), tf.size(codes) - 1)
    end = run_end((codes >= 0) & ~is_("<>"))
    end = tf.gather(end, name)
    tag = is_("<") & tf.gather(characters["a-zA-Z"] | is_("!"), name) & tf.gather(is_(">"), end)
    # A tag holds no other one: what is in one lies before the end of the last that began.
    last = tf.where(tag, places, last_before(tag))
    inside = tf.gather(tag, last) & (places <= tf.gather(end, last))
    line = tag & tf.gather(_names_a_line(characters), name)
    return tf.where(line, ord("\n"), tf.where(inside, ord(" "), codes))


def _names_a_line(characters):
    """Return the mask of the places where the name of a tag stands that ends a line."""
    # As `re` compares without regard to case.
    codes = tf.where(characters["A-Z"], characters.codes + 32, characters.codes)
    codes = tf.where(characters.among("\u0130\u0131"), ord("i"), codes)
    end = run_end((codes < 128) & (characters["alnum"] | characters.among("_")))
    return one_of(names(codes, end), LINES) & ~tf.gather(characters["alnum"], end)


def _blank_entities(codes, entities):
    characters = Characters(codes)
    body = characters["0-9"] | characters["a-zA-Z"] | characters.among("#")
    end = ahead(run_end(body))  # of what stands behind the place
    places = tf.range(tf.size(codes))
    found = characters.among("&") & tf.gather(characters.among(";"), end)
    found &= end - places - 1 <= LONGEST
    starts = places_of(found)
    lengths = tf.gather(end, starts) - starts - 1
    value = _values(codes, starts + 1, lengths, entities)
    value = tf.tensor_scatter_nd_update(tf.fill(tf.shape(codes), NO_ENTITY), starts[:, None], value)
    entity = value != NO_ENTITY
    last = tf.where(entity, places, last_before(entity))
    inside = tf.gather(entity, last) & (places <= tf.gather(end, last))
    return tf.where(entity, value, tf.where(inside, ord(" "), codes))


def _values(codes, starts, lengths, entities):
    """Return the code points (N,) that entities stand for, given by their places."""
    inside = tf.gather(codes, pieces(starts, lengths)[0])
    splits = starts_of(lengths, total=True)
    ragged = tf.RaggedTensor.from_row_splits(inside, splits, validate=False)
    text = tf.strings.unicode_encode(ragged, "UTF-8")
    decimal = tf.strings.regex_full_match(text, f"#[0-9]{{1,{DIGITS}}}")
    hexadecimal = tf.strings.regex_full_match(text, "#[xX][0-9a-fA-F]{1,6}")
    skipped = tf.where(hexadecimal, 2, 1)
    power = (lengths - skipped - 1)[:, None] - tf.range(DIGITS)
    digits = tf.gather(
        codes, tf.minimum((starts + skipped)[:, None] + tf.range(DIGITS), tf.size(codes) - 1)
    )
    digits = tf.where(digits > ord("9"), (digits & 7) + 9, digits - ord("0"))
    base = tf.where(hexadecimal, 16, 10)[:, None]
    number = tf.reduce_sum(tf.where(power >= 0, digits * base ** tf.maximum(power, 0), 0), axis=1)
    is_number = decimal | hexadecimal
    named = tf.cast(entities.lookup(text), tf.int32)
    return tf.where(is_number, _of_number(tf.where(is_number, number, 0)), named)


def _of_number(number):
    """Return the code points that numbers stand for in HTML, (N,) int32."""
    small = [html.unescape(f"&#{code};") for code in range(256)]
    small = [ord(text) if len(text) == 1 else NO_ENTITY for text in small]
    none = (number >= 0xFDD0) & (number <= 0xFDEF) | (number & 0xFFFE == 0xFFFE)
    wrong = (number >= 0xD800) & (number <= 0xDFFF) | (number > 0x10FFFF)
    value = tf.where(wrong, 0xFFFD, tf.where(none, NO_ENTITY, number))
    return tf.where(number < 256, tf.gather(small, tf.minimum(number, 255)), value)
