"""Which tokens of a text are URLs, mail addresses or handles."""

from collections.abc import Sequence

from zoo.text.tokens import Token


def addresses(tokens: Sequence[Token]) -> list[bool]:
    """Return which of the tokens are URLs, mail addresses or handles such as `@ada`.

    These are the tokens that contain `@` or `://`, those that begin with `www.`, and a token that
    directly follows a token `@`.

    Args:
        tokens: T tokens of a text, in order.

    Returns:
        List of T values.

    Example:

    >>> from zoo.text import WordTokenizer
    >>> tokens = WordTokenizer()("Ada, @bo, c@d.org, www.e.org")
    >>> [token.text for token, address in zip(tokens, addresses(tokens)) if address]
    ['@', 'bo', 'c@d.org', 'www.e.org']
    """
    found: list[bool] = []
    after = -1  # offset after a token `@`
    for token in tokens:
        text = token.text
        inside = "@" in text or "://" in text or text.startswith("www.")
        found.append(inside or token.start == after)
        after = token.end if text == "@" else -1
    return found
