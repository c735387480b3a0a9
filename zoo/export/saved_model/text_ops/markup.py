"""Markup replaced in a graph; equal to `zoo.text.markup.blank_markup`."""

import html
from html.entities import html5
from typing import Any

import tensorflow as tf

from zoo.export.saved_model.text_ops.packed_table import packed_table
from zoo.export.saved_model.text_ops.segment_ops import (
    indices_of,
    is_one_of,
    last_true_before,
    peek,
    ragged,
    run_end,
    word_keys,
)
from zoo.export.saved_model.text_ops.tokens import concat_ranges, run_starts
from zoo.export.saved_model.text_ops.unicode_table import Characters
from zoo.ops.tensor_types import Tensor
from zoo.text.shown import FILLER

LINES = ("br", "p", "div", "li", "tr", "td", "th", *(f"h{level}" for level in range(1, 7)))
DIGITS = 7  # most digits of a number
LONGEST = 31  # most characters of a name
NO_ENTITY = -1


def entity_table() -> Any:
    """Return a `tf.lookup.StaticHashTable` from entity names to code points."""
    named = {
        name[:-1]: ord(text) for name, text in html5.items() if name[-1] == ";" and len(text) == 1
    }
    return packed_table([*named], [*named.values()], NO_ENTITY)


def blank_markup(codes: Tensor, entities: Any) -> Tensor:
    """Return code points with tags and entities replaced; all positions stay the same.

    Args:
        codes: as from `zoo.export.saved_model.text_ops.tokens.code_points`.
        entities: as from `entity_table`.
    """
    return _blank_entities(_blank_tags(codes), entities)


def _blank_tags(codes):
    characters = Characters(codes)
    is_ = characters.among
    positions = tf.range(tf.size(codes))
    name = tf.minimum(positions + tf.where(peek(is_("/")), 2, 1), tf.size(codes) - 1)
    end = run_end((codes >= 0) & ~is_("<>"))
    end = tf.gather(end, name)
    tag = is_("<") & tf.gather(characters["a-zA-Z"] | is_("!"), name) & tf.gather(is_(">"), end)
    # Tags do not nest: a position is inside a tag if it is before the end of the last tag begun.
    last = tf.where(tag, positions, last_true_before(tag))
    inside = tf.gather(tag, last) & (positions <= tf.gather(end, last))
    line = tag & tf.gather(_is_line_tag(characters), name)
    return tf.where(line, ord("\n"), tf.where(inside, ord(" "), codes))


def _is_line_tag(characters):
    """Return the mask of the positions where the name of a line-ending tag begins."""
    # As `re` ignores case.
    codes = tf.where(characters["A-Z"], characters.codes + 32, characters.codes)
    codes = tf.where(characters.among("\u0130\u0131"), ord("i"), codes)
    end = run_end((codes < 128) & (characters["alnum"] | characters.among("_")))
    return is_one_of(word_keys(codes, end), LINES) & ~tf.gather(characters["alnum"], end)


def _blank_entities(codes, entities):
    characters = Characters(codes)
    body = characters["0-9"] | characters["a-zA-Z"] | characters.among("#")
    end = peek(run_end(body))  # of the name or number after `&`
    positions = tf.range(tf.size(codes))
    found = characters.among("&") & tf.gather(characters.among(";"), end)
    found &= end - positions - 1 <= LONGEST
    starts = indices_of(found)
    lengths = tf.gather(end, starts) - starts - 1
    value = _values(codes, starts + 1, lengths, entities)
    value = tf.tensor_scatter_nd_update(tf.fill(tf.shape(codes), NO_ENTITY), starts[:, None], value)
    entity = value != NO_ENTITY
    last = tf.where(entity, positions, last_true_before(entity))
    inside = tf.gather(entity, last) & (positions <= tf.gather(end, last))
    return tf.where(entity, value, tf.where(inside, ord(FILLER), codes))


def _values(codes, starts, lengths, entities):
    """Return the code points (N,) of entities, given the positions of their names."""
    inside = tf.gather(codes, concat_ranges(starts, lengths)[0])
    rows = ragged(inside, run_starts(lengths, total=True))
    text = tf.strings.unicode_encode(rows, "UTF-8")
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
    """Return the code points of numeric entities, (N,) int32."""
    small = [html.unescape(f"&#{code};") for code in range(256)]
    small = [ord(text) if len(text) == 1 else NO_ENTITY for text in small]
    none = (number >= 0xFDD0) & (number <= 0xFDEF) | (number & 0xFFFE == 0xFFFE)
    wrong = (number >= 0xD800) & (number <= 0xDFFF) | (number > 0x10FFFF)
    value = tf.where(wrong, 0xFFFD, tf.where(none, NO_ENTITY, number))
    return tf.where(number < 256, tf.gather(small, tf.minimum(number, 255)), value)
