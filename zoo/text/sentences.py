"""Sentence segmentation by rules."""

import re
from collections.abc import Iterable

from zoo.text.shown import HIDDEN
from zoo.text.tokens import Token

ENDS = frozenset(".!?…。！？｡؟۔।")
CLOSING = frozenset("\"'”’»)]}」』")
NEVER_FIRST = frozenset(",;:%") | CLOSING
BULLETS = frozenset("-–—*+•‣◦·▪●")
SHORT_LINE = 40  # a line of fewer characters is an item of a list, not wrapped prose
# CR, LF, CRLF and U+2028 end a line.
LINE_END = re.compile(r"\r(?!\n)|[\n\u2028]")
# A tab, the end of a paragraph or page, a blank line.
GAP = re.compile(rf"[\t\f\u2029]|(?:{LINE_END.pattern})\s*(?:{LINE_END.pattern})")
# After an abbreviation, only these words start a sentence; other capitals are often names.
OPENERS = frozenset(
    "A After All Although An And As At But By For From He Her His However I If In It Its No On One "
    "She Since So Some That The Their There They This To Under We What When While With You".split()
)


def split_sentences(text: str, tokens: Iterable[Token], max_length: int = 200) -> list[list[Token]]:
    """Group the tokens of a text into sentences.

    A sentence ends after a full stop, an exclamation mark or a question mark and any closing quotes
    or brackets, unless a lower-case letter follows; after an abbreviation if a word such as "The"
    follows; at a tab, a blank line and the end of a paragraph; and at the end of a line that is an
    item of a list: one of fewer than 40 characters, or one before a bullet or a number such as
    "2.", unless the next line begins with a lower-case letter. A longer sentence is cut after
    `max_length` tokens.

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
    line = 0  # where the line of the previous token begins
    for token in tokens:
        space = text[previous.end : token.start] if previous else ""
        gap = next_line = False
        if space not in ("", " "):
            space = HIDDEN.sub("", space)
            gap, next_line = (bool(each.search(space)) for each in (GAP, LINE_END))
        if (
            previous is None
            or len(sentences[-1]) == max_length
            or (ended and _may_begin(token.text, space))
            or (previous.text[-1] == "." and token.text in OPENERS)
            or gap
            or (next_line and _is_item(token.text, previous.end - line))
        ):
            sentences.append([])
            ended = False
        if previous is None or next_line:
            line = token.start
        sentences[-1].append(token)
        closes = not space and token.text in CLOSING
        ended = (ended and closes) or ENDS.issuperset(token.text)
        previous = token
    return sentences


def _is_item(word: str, length: int) -> bool:
    """Return whether a line that begins with `word`, after one of `length` characters, is new."""
    numbered = word[0].isdecimal() and word[-1] == "."
    return not word[0].islower() and (length < SHORT_LINE or word[0] in BULLETS or numbered)


def _may_begin(word: str, space: str) -> bool:
    """Return whether a sentence can start with `word`, given the white space before it."""
    first = word[0]
    return not first.islower() and (first not in NEVER_FIRST or (space != "" and first in "\"'"))
