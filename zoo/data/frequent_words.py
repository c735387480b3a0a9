"""The words of texts, and vocabularies of frequent words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from zoo.text import Token, WordTokenizer
from zoo.text.markup import blank_markup

if TYPE_CHECKING:
    from zoo.text import Vocabulary


def words_of(
    texts: Iterable[str], tokenizer: Callable[[str], Iterable[Token]] | None = None
) -> Iterator[list[str]]:
    """Yield the words of each text in lower case, without its HTML markup.

    Args:
        texts: iterable of strings.
        tokenizer: function from a string to tokens; None for `zoo.text.WordTokenizer`.

    Yields:
        A list of strings for each text.

    Example:

    >>> list(words_of(["Not <b>one</b> of 1996's best.<br />"]))
    [['not', 'one', 'of', '1996', "'s", 'best', '.']]
    """
    tokenizer = tokenizer or WordTokenizer()
    for text in texts:
        yield [token.text.lower() for token in tokenizer(blank_markup(text))]


def frequent_words(texts: Iterable[Iterable[str]], size: int) -> Vocabulary:
    """Return the `Vocabulary` of the most frequent words.

    A word with digits is counted twice: as it is, and with every digit replaced by 0. A word such
    as `7/10` that is too rare itself can so be represented by `0/00`.

    Args:
        texts: iterable of lists of words in lower case.
        size: maximum number of ids, including padding and the unknown word.

    Returns:
        A `zoo.text.Vocabulary`, the most frequent words first.

    Example:

    >>> frequent_words([["a", "b"], ["b"]], size=3).tokens
    ('[PAD]', '[UNK]', 'b')
    """
    from zoo.text import Vocabulary
    from zoo.text.word_encoder import normalize

    counts = Counter(word for words in texts for word in words)
    for word, count in list(counts.items()):
        if (form := normalize(word)) != word:
            counts[form] += count
    # Ties are broken alphabetically, so that the order of the texts does not matter.
    ordered = sorted(counts, key=lambda word: (-counts[word], word))
    return Vocabulary(["[PAD]", "[UNK]", *ordered[: size - 2]])
