"""URLs, mail addresses and handles among the tokens of a text, and underscores around names."""

from collections.abc import Iterable, Sequence

from zoo.text.tokens import Token

# Words that begin a URL, in lower case, and what follows them.
BEGINNINGS = {"http": "://", "https": "://", "ftp": "://", "www": "."}


def is_address(word: str) -> bool:
    """Return whether a word contains `@` or `://` or begins with `www.`, in any case."""
    return "@" in word or "://" in word or word[:4].lower() == "www."


def addresses(tokens: Sequence[Token]) -> list[bool]:
    """Return which of the tokens are URLs, mail addresses or handles such as `@ada`.

    These are the words for which `is_address` is true, and a token that directly follows a token
    `@`. A URL such as `HTTP://A.ORG` is several tokens: a word of `BEGINNINGS` in any case, what
    follows it there, and all tokens up to the next white space.

    Args:
        tokens: T tokens of a text, in order.

    Returns:
        List of T values.

    Example:

    >>> from zoo.text import WordTokenizer
    >>> tokens = WordTokenizer()("Ada, @bo, c@d.org, www.e.org")
    >>> [token.text for token, address in zip(tokens, addresses(tokens)) if address]
    ['@', 'bo', 'c@d.org', 'www.e.org']
    >>> addresses(WordTokenizer()("Www.A.org Bo"))
    [True, True, True, False]
    """
    found: list[bool] = []
    inside = False  # a URL of several tokens
    previous = Token("", -1, -1)
    for index, token in enumerate(tokens):
        adjacent = token.start == previous.end
        inside = (inside and adjacent) or _begins_url(tokens, index)
        found.append(inside or is_address(token.text) or (adjacent and previous.text == "@"))
        previous = token
    return found


def _begins_url(tokens: Sequence[Token], index: int) -> bool:
    """Return whether a URL of one or several adjacent tokens begins at an index."""
    word = tokens[index].text.lower()
    if word[:4] == "www.":  # in lower case the token is the whole URL
        return tokens[index].text[:4] != "www."
    if word not in BEGINNINGS:
        return False
    following, end = "", tokens[index].end
    for token in tokens[index + 1 : index + 4]:
        following += token.text if token.start == end else " "
        end = token.end
    return following.startswith(BEGINNINGS[word])


def without_underscores(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the offsets of a span without underscores at its edges, as Markdown has them.

    Example:

    >>> without_underscores("I met _Ada Lovelace_.", 6, 20)
    (7, 19)
    """
    span = text[start:end]
    inner = span.lstrip("_")
    first = start + len(span) - len(inner)
    return (first, first + len(inner.rstrip("_"))) if inner else (start, end)


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
