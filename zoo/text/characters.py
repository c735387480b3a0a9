"""Tokenization into characters."""

from zoo.text.tokens import Token, check_text


class CharacterTokenizer:
    """Splits a text into its characters, without white space.

    A character is a Unicode code point, the unit of offsets in Python.

    Example:

    >>> [token.text for token in CharacterTokenizer()("a (b)")]
    ['a', '(', 'b', ')']
    """

    def __call__(self, text: str) -> list[Token]:
        """Return the tokens of `text`.

        Args:
            text: any string.

        Returns:
            List of `Token`; `text[token.start:token.end] == token.text` for each.

        Raises:
            TypeError: `text` is not a string.
        """
        check_text(text)
        return [Token(c, i, i + 1) for i, c in enumerate(text) if not c.isspace()]
