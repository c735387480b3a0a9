"""Sentence segmentation by rules."""

import re
from collections.abc import Iterable

from zoo.text.tokens import Token

ENDS = frozenset(".!?…。！？｡؟۔।")
CLOSING = frozenset("\"'”’»)]}」』")
NEVER_FIRST = frozenset(",;:%") | CLOSING
BLANK_LINE = re.compile(r"\n\s*\n|\u2029")
# After an abbreviation, only these words start a sentence; other capitals are often names.
OPENERS = frozenset(
    "A After All Although An And As At But By For From He Her His However I If In It Its No On One "
    "She Since So Some That The Their There They This To Under We What When While With You".split()
)


def split_sentences(text: str, tokens: Iterable[Token], max_length: int = 200) -> list[list[Token]]:
    """Group the tokens of a text into sentences.

    A sentence ends after a full stop, an exclamation mark or a question mark and any closing quotes
    or brackets, unless a lower-case letter follows; after an abbreviation if a word such as "The"
    follows; and at a blank line. A longer sentence is cut after `max_length` tokens.

    Args:
        text: the text.
        tokens: its tokens, in order.
        max_length: maximum number of tokens in a sentence.

    Returns:
        List of non-empty lists of `Token`, which together hold all `tokens` in order.

    Raises:
        ValueError: `max_length` is below 1.

    Example:

    >>> from zoo.text import WordTokenizer
    >>> text = "Mr. Bo left. He said: 'Why?' No one knew."
    >>> for sentence in split_sentences(text, WordTokenizer()(text)):
    ...     print(*(token.text for token in sentence))
    Mr. Bo left .
    He said : ' Why ? '
    No one knew .
    """
    if max_length < 1:
        raise ValueError(f"`max_length` must be at least 1, got {max_length}.")
    sentences: list[list[Token]] = []
    ended = False
    previous = None
    for token in tokens:
        space = text[previous.end : token.start] if previous else ""
        if (
            previous is None
            or len(sentences[-1]) == max_length
            or (ended and _may_begin(token.text, space))
            or (previous.text[-1] == "." and token.text in OPENERS)
            or ("\n" in space and BLANK_LINE.search(space))
        ):
            sentences.append([])
            ended = False
        sentences[-1].append(token)
        closes = not space and token.text in CLOSING
        ended = (ended and closes) or ENDS.issuperset(token.text)
        previous = token
    return sentences


def _may_begin(word: str, space: str) -> bool:
    """Return whether a sentence can start with `word`, given the white space before it."""
    first = word[0]
    return not first.islower() and (first not in NEVER_FIRST or (space != "" and first in "\"'"))
