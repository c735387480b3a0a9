"""One token a character."""

from zoo.text.tokens import Token, check_text


class CharacterTokenizer:
    """Split a text into its characters, white space left out.

    A character is a Unicode code point, the unit in which Python counts offsets.

    Example:

    >>> [token.text for token in CharacterTokenizer()("a (b)")]
    ['a', '(', 'b', ')']
    """

    def __call__(self, text: str) -> list[Token]:
        """Return the tokens of `text`.

        Args:
            text: a string, any.

        Returns:
            List of `Token`; `text[token.start:token.end] == token.text` for each.

        Raises:
            TypeError: no string.
        """
        check_text(text)
        return [Token(c, i, i + 1) for i, c in enumerate(text) if not c.isspace()]
