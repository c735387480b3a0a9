"""Properties of all Unicode characters, in a few kilobytes of a graph."""

import unicodedata
from collections.abc import Callable
from functools import cache

import numpy as np
import tensorflow as tf

from zoo.export.saved_model.text_ops.packed_table import packed_numbers
from zoo.export.saved_model.text_ops.segment_ops import upper_bound
from zoo.ops.tensor_types import Tensor
from zoo.text.words import CAPITAL, JOINERS, SCRIPTS

NO_CHARACTER = -1  # in place of a code point, before and after a text
DOTTED_I = "\u0130"  # the only character whose lower case has two


def _ranges(inside):
    """Return the characters of a character class, given its content, such as "a-c".

    Example:

    >>> sorted(_ranges("xa-c"))
    ['a', 'b', 'c', 'x']
    """
    found, rest = set(), list(inside)
    while rest:
        first = rest.pop(0)
        last = first
        if rest[:1] == ["-"]:
            last = rest[1]
            del rest[:2]
        found.update(map(chr, range(ord(first), ord(last) + 1)))
    return frozenset(found)


def _is_mark(character):
    return character <= "\uffff" and unicodedata.category(character)[0] == "M"


# Name of a class -> its characters, or a function that tells whether a character is in it.
CLASSES: dict[str, frozenset[str] | Callable[[str], bool]] = {
    "visible": lambda character: not character.isspace(),
    "space": str.isspace,
    "alnum": str.isalnum,  # \w is this and the underscore
    "decimal": str.isdecimal,  # \d
    "digit": str.isdigit,
    "alpha": str.isalpha,
    "lower": str.islower,
    "upper": str.isupper,
    "title": lambda character: unicodedata.category(character) == "Lt",
    # A capital sigma is final after a cased letter; ignorable characters between do not count.
    "cased": lambda character: f".{character}Σ".lower()[-1] == "ς",
    "ignorable": lambda c: f".{c}Σ".lower()[-1] != "ς" == f"A{c}Σ".lower()[-1],
    "mark": _is_mark,
    "joiner": _ranges(JOINERS),
    "script": _ranges(SCRIPTS),
    "capital": _ranges(CAPITAL),
    "A-Z": _ranges("A-Z"),
    "a-z": _ranges("a-z"),
    "a-zA-Z": _ranges("a-zA-Z"),
    "0-9": _ranges("0-9"),
    "hex": _ranges("0-9a-fA-F"),
    "flag": _ranges("\U0001f1e6-\U0001f1ff"),
}


@cache
def _ranges_of_classes():
    """Return the ranges of characters with equal classes and equal distance to the lower case.

    Returns:
        (3, R) int32: the first code point of each range; its classes, bit k for class k of
        `CLASSES`; the distance from a code point to its lower case.
    """
    characters = [chr(code) for code in range(0x110000)]
    bits = np.zeros(len(characters), "int32")
    for k, members in enumerate(CLASSES.values()):
        if callable(members):
            found = np.fromiter(map(members, characters), bool, len(characters))
        else:
            found = np.zeros(len(characters), bool)
            found[list(map(ord, members))] = True
        bits |= found.astype("int32") << k
    lowered = (character.lower() for character in characters)
    lower = np.array([ord(c) if len(c) == 1 else i for i, c in enumerate(lowered)])
    shift = lower - np.arange(len(characters))
    first = np.flatnonzero(np.diff(bits, prepend=-1) | np.diff(shift, prepend=-1))
    return np.stack([first, bits[first], shift[first]]).astype("int32")


class Characters:
    """The properties of code points, in a graph: `characters["alpha"]` is a mask.

    Args:
        codes: (N,) int32, code points or `NO_CHARACTER`, which is in no class.

    Attributes:
        codes: as given.
        lower: (N,) int32, the code points in lower case.
    """

    def __init__(self, codes: Tensor) -> None:
        first, bits, shift = map(packed_numbers, _ranges_of_classes())
        row = upper_bound(first, codes) - 1
        valid = row >= 0
        row = tf.maximum(row, 0)
        self.codes = codes
        self.lower = codes + tf.where(valid, tf.gather(shift, row), 0)
        self._bits = tf.where(valid, tf.gather(bits, row), 0)
        self._masks: dict[str, Tensor] = {}

    def __getitem__(self, name: str) -> Tensor:
        """Return the mask of the characters in a class of `CLASSES`, (N,)."""
        if name not in self._masks:
            bit = 1 << list(CLASSES).index(name)
            self._masks[name] = tf.bitwise.bitwise_and(self._bits, bit) != 0
        return self._masks[name]

    def among(self, members: str) -> Tensor:
        """Return the mask of the characters that occur in a string, (N,)."""
        if members not in self._masks:
            same = [self.codes == ord(member) for member in members]
            if len(same) > 3:  # fewer operators, but more work
                same = [tf.reduce_any(self.codes[:, None] == [*map(ord, members)], axis=1)]
            mask = same[0]
            for each in same[1:]:
                mask |= each
            self._masks[members] = mask
        return self._masks[members]
