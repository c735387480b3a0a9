"""Batches of texts for training and evaluation."""

from collections.abc import Sequence

import keras
import numpy as np
from keras import backend
from numpy.typing import ArrayLike

from zoo.data.buckets import bucket_batches, rounded_up


class TextBatches(keras.utils.PyDataset):
    """The batches of one epoch for a classifier; each batch holds texts of similar length.

    Indexing returns a pair: ids (B, T), padded with 0, and labels (B,), -1 for a missing label.
    With `few_shapes`, B and T are rounded up: a batch has more padding, and repeats its first texts
    in further rows.

    Args:
        texts: list of N integer arrays, the word ids of each text.
        labels: (N,) integers, or None if there are no labels.
        max_tokens: maximum number of positions in a batch, including padding.
        seed: seed of the order and of word dropout; None for no dropout and longest texts first.
        epoch: number of the epoch. Order and dropout depend only on `seed` and `epoch`, so that an
            interrupted run can resume exactly.
        word_dropout: fraction of the words that is replaced by the unknown word.
        max_words: a longer text is cut to its first and last `max_words / 2` words; None for no
            limit.
        few_shapes: whether batches have few different shapes; None for the backends that compile
            one program a shape, which is JAX.

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
        word_dropout: float = 0.0,
        max_words: int | None = None,
        few_shapes: bool | None = None,
    ) -> None:
        super().__init__()
        self.texts = texts if max_words is None else [both_ends(text, max_words) for text in texts]
        self.labels = np.full(len(texts), -1) if labels is None else np.asarray(labels)
        self.word_dropout = word_dropout
        self.seeds = None if seed is None else [seed, epoch]
        lengths = np.array([len(text) for text in self.texts], int)
        self.tokens = int(lengths.sum())
        self.few_shapes = backend.backend() == "jax" if few_shapes is None else few_shapes
        if self.few_shapes and len(lengths):
            lengths = np.minimum(rounded_up(lengths), lengths.max())
        self.lengths, self.max_tokens = lengths, max_tokens
        self.batches = bucket_batches(lengths, max_tokens=max_tokens, seed=seed, epoch=epoch)

    def __len__(self) -> int:
        return len(self.batches)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        chosen = self.batches[index]
        width = int(self.lengths[chosen].max(initial=1))
        if self.few_shapes:
            rows = min(int(rounded_up(len(chosen))), max(len(chosen), self.max_tokens // width))
            chosen = np.resize(chosen, rows)
        ids = pad_texts([self.texts[i] for i in chosen], width)
        if self.seeds is not None and self.word_dropout:
            rng = np.random.default_rng([*self.seeds, index])
            ids[(rng.random(ids.shape) < self.word_dropout) & (ids != 0)] = 1
        return ids, self.labels[chosen]


def pad_texts(texts: Sequence[np.ndarray], width: int = 1) -> np.ndarray:
    """Stack integer arrays of different lengths, (B, T), padded with 0; T is at least `width`.

    Example:

    >>> pad_texts([np.array([3, 4]), np.array([5])]).tolist()
    [[3, 4], [5, 0]]
    """
    ids = np.zeros((len(texts), max(1, width, *(len(text) for text in texts))), "int32")
    for row, text in zip(ids, texts, strict=True):
        row[: len(text)] = text
    return ids


def both_ends(text: np.ndarray, count: int) -> np.ndarray:
    """Cut a text of more than `count` words to its first and last `count / 2` words.

    Example:

    >>> both_ends(np.array([1, 2, 3, 4, 5, 6]), 4).tolist()
    [1, 2, 5, 6]
    """
    if len(text) <= count:
        return text
    first = count // 2
    return np.concatenate([text[:first], text[len(text) - (count - first) :]])
