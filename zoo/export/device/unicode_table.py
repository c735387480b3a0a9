"""What a device bundle's rules ask about characters, as this Python's version of Unicode has it."""

import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from zoo.text.shown import HIDDEN, form_of

SIGMA = "\u03a3"  # its lower-case form depends on the characters around it


@cache
def unicode_table() -> dict[str, Any]:
    """Return the content of `unicode.json`, so that all platforms treat all characters alike.

    Returns:
        Dict of `version`; of `classes`, each a list of lengths: so many characters from U+0000 on
        are outside of the class, the next ones are inside, the next ones outside, and so on; and
        of `lower` and `forms`, strings with one item for each character that has another form in
        lower case, or as `zoo.text.shown.shown` reads it: the character and that form.

    Example:

    >>> table = unicode_table()
    >>> table["classes"]["decimal"][:4], table["lower"][:8], table["forms"][:8]
    ([48, 10, 1574, 10], 'Aa Bb Cc', 'ĲIJ ĳij ')
    """
    # A character that is not assigned is in no class and has no other form.
    assigned = [
        c for c in map(chr, range(0x110000)) if unicodedata.category(c) not in ("Cn", "Co", "Cs")
    ]
    lowered = (c + c.lower() for c in assigned if c.lower() != c)
    forms = (c + form_of(c) for c in assigned if form_of(c) != c and not HIDDEN.match(c))
    return {
        "version": unicodedata.unidata_version,
        "classes": {name: _lengths(filter(test, assigned)) for name, test in CLASSES.items()},
        "lower": " ".join(lowered),
        "forms": " ".join(forms),
    }


def _lengths(characters: Iterable[str]) -> list[int]:
    lengths: list[int] = []
    end = 0
    for code in map(ord, characters):
        if code > end:
            lengths += [code - end, 0]
        lengths[-1] += 1
        end = code + 1
    return lengths


def _is_number(c):
    return c.isalnum() and not c.isalpha() and not c.isdecimal()


def _is_final_after(before):
    return f"{before}{SIGMA}".lower()[-1] == "ς"


# Python does not tell directly what is Cased and Case_Ignorable, but lowers a sigma by it.
CLASSES: dict[str, Callable[[str], bool]] = {
    "letter": str.isalpha,
    "decimal": str.isdecimal,
    "number": _is_number,
    "mark": lambda c: c <= "\uffff" and unicodedata.category(c)[0] == "M",
    "lower": str.islower,
    "upper": str.isupper,
    "title": lambda c: unicodedata.category(c) == "Lt",
    "cased": _is_final_after,
    "ignored": lambda c: _is_final_after(f"A{c}") and not _is_final_after(c),
}
