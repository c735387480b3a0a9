"""Tokens with their offsets."""

from typing import NamedTuple


class Token(NamedTuple):
    """A token and its offsets: `text[token.start:token.end]` shows `token.text`.

    Args:
        text: the token as a model reads it, see `zoo.text.shown.shown`.
        start: offset of its first character.
        end: offset after its last character.

    Example:

    >>> Token("b", 1, 2).text
    'b'
    """

    text: str
    start: int
    end: int


def check_text(text: object) -> None:
    """Raise TypeError unless `text` is a string."""
    if not isinstance(text, str):
        raise TypeError(f"`text` must be a str, got {type(text).__name__}: {text!r:.60}.")
