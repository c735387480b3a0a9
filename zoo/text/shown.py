"""The characters that a text shows: without format characters, and in their usual forms."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

FILLER = "\ufdd0"  # a noncharacter, in place of what a shorter form leaves over
# Characters that are not shown: Default_Ignorable_Code_Point and annotation marks, except the
# joiners U+200C and U+200D, which emoji and some scripts need.
FORMAT = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
HIDDEN = re.compile(f"[{FORMAT}{FILLER}]")
QUOTES = {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'}
DIGRAPH = "\u0149"  # of an apostrophe and n, which would be two tokens in one character


class Shown(NamedTuple):
    """A text as it is shown, and where its characters are in the text as it is given.

    Args:
        text: N characters.
        starts: (N,), the offset of each character in the given text.
        ends: (N,), the offset after it.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]


def shown(text: str) -> Shown:
    """Return what a text shows, with the offsets of the given text.

    Format characters, such as U+200B, U+FEFF and U+00AD, are left out. Compatibility forms of
    letters and decimal digits, such as full-width letters, ligatures and mathematical letters, are
    replaced by their usual form (NFKC). Curly quotes, which phones write for an apostrophe, are
    read as straight ones. All other characters stay, such as "…", "½" and "²".

    Args:
        text: any string.

    Example:

    >>> shown("\\ufeffA\\u200bda ﬁnds Ｂｏ").text
    'Ada finds Bo'
    >>> shown("ﬁn").text, shown("ﬁn").starts, shown("ﬁn").ends
    ('fin', [0, 0, 1], [1, 1, 2])
    """
    forms = {} if text.isascii() else {c: form for c in set(text) if (form := form_of(c)) != c}
    if not forms:
        return Shown(text, range(len(text)), range(1, len(text) + 1))
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for index, character in enumerate(text):
        if character == FILLER and ends and ends[-1] == index:
            ends[-1] += 1
        for each in forms.get(character, character):
            characters.append(each)
            starts.append(index)
            ends.append(index + 1)
    return Shown("".join(characters), starts, ends)


@lru_cache(maxsize=10_000)
def form_of(character: str) -> str:
    """Return what `shown` puts in place of a character.

    Example:

    >>> [form_of(c) for c in ("Ａ", "ﬁ", "Ⅷ", "①", "\\u200b", "’")]
    ['A', 'fi', 'VIII', '①', '', "'"]
    """
    if HIDDEN.match(character):
        return ""
    if character in QUOTES:
        return QUOTES[character]
    if character <= "\xff":  # such as ª and µ, which are usual in themselves
        return character
    form = unicodedata.normalize("NFKC", character)
    if "\uff01" <= character <= "\uff5e":  # full-width ASCII
        return form
    # A letter, a decimal digit, a Roman numeral, or a letter in a circle or square.
    readable = _is_letter(character) or unicodedata.category(character) in ("Nd", "Nl")
    readable |= len(form) == 1 and _is_letter(form)
    whole = all(_is_letter(c) or unicodedata.category(c) in ("Nd", "Mn", "Mc", "Me") for c in form)
    return form if readable and whole and character != DIGRAPH else character


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] == "L"
