"""A piece of text that knows where it stands."""

from typing import NamedTuple


class Token(NamedTuple):
    """A token and its place: `text[token.start:token.end] == token.text`.

    Args:
        text: the token.
        start: offset of its first character.
        end: offset behind its last one.

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
