"""Texts as ids: which words count, and batches of them for training and for measuring."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

import keras
import numpy as np
from numpy.typing import ArrayLike

from zoo.data.buckets import bucket_batches
from zoo.text import Token, Vocabulary, WordTokenizer
from zoo.text.markup import blank_markup
from zoo.text.word_encoder import normalize


def words_of(
    texts: Iterable[str], tokenizer: Callable[[str], Iterable[Token]] | None = None
) -> Iterator[list[str]]:
    """Yield the words of each text, in lower case, its markup left out.

    Args:
        texts: iterable of strings.
        tokenizer: from a string to tokens; None for `zoo.text.WordTokenizer`.

    Example:

    >>> list(words_of(["Not <b>one</b> of 1996's best.<br />"]))
    [['not', 'one', 'of', '1996', "'s", 'best', '.']]
    """
    tokenizer = tokenizer or WordTokenizer()
    for text in texts:
        yield [token.text.lower() for token in tokenizer(blank_markup(text))]


def frequent_words(texts: Iterable[Iterable[str]], size: int) -> Vocabulary:
    """Return the `Vocabulary` of the most frequent words.

    A word with digits counts as itself and, with its digits as 0, for all those of its form: what
    is not in the vocabulary as `7/10` may be there as `0/00`.

    Args:
        texts: iterable of lists of words in lower case.
        size: how many ids at most, padding and unknown among them.

    Example:

    >>> frequent_words([["a", "b"], ["b"]], size=3).tokens
    ('[PAD]', '[UNK]', 'b')
    """
    counts = Counter(word for words in texts for word in words)
    for word, count in list(counts.items()):
        if (form := normalize(word)) != word:
            counts[form] += count
    # Words of like frequency in the order of the alphabet, not of the texts.
    ordered = sorted(counts, key=lambda word: (-counts[word], word))
    return Vocabulary(["[PAD]", "[UNK]", *ordered[: size - 2]])


class TextBatches(keras.utils.PyDataset):
    """Batches of texts of like lengths of one epoch, for a classifier.

    Args:
        texts: list of N integer arrays, the ids of a text's words.
        labels: (N,) integers; None for none.
        max_tokens: how many positions a batch has at most, its padding among them.
        seed: of order and changes; None to keep the texts as they are, longest first.
        epoch: order and changes depend on this and on `seed` alone, so that a run that was broken
            off goes on as it would have.
        unknown: part of the words that becomes unknown.
        max_words: of a longer text its first and its last half of so many; None for all of it.

    Returns, by index:
        Pair of ids (B, T), padded with 0, and labels (B,), -1 where there are none.

    Example:

    >>> batches = TextBatches([np.array([5, 6, 7]), np.array([8])], np.array([1, 0]), max_tokens=9)
    >>> [array.tolist() for array in batches[0]]
    [[[5, 6, 7], [8, 0, 0]], [1, 0]]
    """

    def __init__(
        self,
        texts: Sequence[np.ndarray],
        labels: ArrayLike | None = None,
        *,
        max_tokens: int,
        seed: int | None = None,
        epoch: int = 0,
        unknown: float = 0.0,
        max_words: int | None = None,
    ) -> None:
        super().__init__()
        self.texts = texts if max_words is None else [both_ends(text, max_words) for text in texts]
        self.labels = np.full(len(texts), -1) if labels is None else np.asarray(labels)
        self.unknown = unknown
        self.seeds = None if seed is None else [seed, epoch]
        lengths = [len(text) for text in self.texts]
        self.tokens = sum(lengths)
        self.batches = bucket_batches(lengths, max_tokens=max_tokens, seed=seed, epoch=epoch)

    def __len__(self) -> int:
        return len(self.batches)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        chosen = self.batches[index]
        ids = pad_texts([self.texts[i] for i in chosen])
        if self.seeds is not None and self.unknown:
            rng = np.random.default_rng([*self.seeds, index])
            ids[(rng.random(ids.shape) < self.unknown) & (ids != 0)] = 1
        return ids, self.labels[chosen]


def pad_texts(texts: Sequence[np.ndarray]) -> np.ndarray:
    """Stack integer arrays of different lengths, (B, T), padded with 0; T is at least 1.

    Example:

    >>> pad_texts([np.array([3, 4]), np.array([5])]).tolist()
    [[3, 4], [5, 0]]
    """
    ids = np.zeros((len(texts), max(1, *(len(text) for text in texts))), "int32")
    for row, text in zip(ids, texts, strict=True):
        row[: len(text)] = text
    return ids


def both_ends(text: np.ndarray, count: int) -> np.ndarray:
    """Return the first and the last half of `count` words of a longer text, else all of it.

    Example:

    >>> both_ends(np.array([1, 2, 3, 4, 5, 6]), 4).tolist()
    [1, 2, 5, 6]
    """
    if len(text) <= count:
        return text
    first = count // 2
    return np.concatenate([text[:first], text[len(text) - (count - first) :]])
