"""Which tokens of a text are URLs, mail addresses or handles."""

from collections.abc import Iterable, Sequence

from zoo.text.tokens import Token


def is_address(word: str) -> bool:
    """Return whether a word contains `@` or `://` or begins with `www.`."""
    return "@" in word or "://" in word or word.startswith("www.")


def addresses(tokens: Sequence[Token]) -> list[bool]:
    """Return which of the tokens are URLs, mail addresses or handles such as `@ada`.

    These are the words for which `is_address` is true, and a token that directly follows a token
    `@`.

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
        found.append(is_address(token.text) or token.start == after)
        after = token.end if token.text == "@" else -1
    return found


def labelled_addresses(sentences: Iterable[tuple[Sequence[str], Sequence[str]]]) -> bool:
    """Return whether most URLs, mail addresses and handles of a corpus are labelled.

    A handle is one word, or two as in `@ ada`.

    Args:
        sentences: pairs of words and tags.

    Example:

    >>> labelled_addresses([(["@ada", "met", "www.b.org"], ["B-PER", "O", "O"])])
    False
    >>> labelled_addresses([(["@", "ada", "ran"], ["B-PER", "I-PER", "O"])])
    True
    """
    found = [
        tag != "O"
        for words, tags in sentences
        for previous, word, tag in zip(["", *words], words, tags, strict=False)
        if previous == "@" or (len(word) > 1 and is_address(word))
    ]
    return 2 * sum(found) > len(found)
