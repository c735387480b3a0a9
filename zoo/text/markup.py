"""Removal of HTML markup that preserves the offsets of the text."""

import html
import re

from zoo.text.shown import FILLER

# A tag starts with a letter, "/" or "!" after "<": "<3" and "a < b" are text.
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
_LINE_TAG = re.compile(r"(?i)</?(?:br|p|div|li|tr|t[dh]|h[1-6])\b")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")


def blank_markup(text: str) -> str:
    """Replace HTML tags and entities, without changing the length of the text.

    A tag becomes spaces; a tag that ends a line or a cell, such as `<br />`, becomes a line break
    and spaces. An entity becomes its character and U+FDD0, which `zoo.text.shown.shown` leaves out.
    All other characters keep their offsets.

    Args:
        text: any string.

    Returns:
        A string of `len(text)` characters.

    Example:

    >>> from zoo.text.shown import shown
    >>> blank_markup("Good.<br />I <b>loved</b> it, a < b")
    'Good.\\n     I    loved     it, a < b'
    >>> shown(blank_markup("R&amp;B")).text
    'R&B'
    """
    if "<" in text:
        text = _TAG.sub(_blank, text)
    return _ENTITY.sub(_character, text) if "&" in text else text


def _blank(match: re.Match[str]) -> str:
    first = "\n" if _LINE_TAG.match(match[0]) else " "
    return first.ljust(len(match[0]))


def _character(match: re.Match[str]) -> str:
    character = html.unescape(match[0])
    return character.ljust(len(match[0]), FILLER) if len(character) == 1 else match[0]
