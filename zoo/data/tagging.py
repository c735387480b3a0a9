"""Batches of tagged sentences for training and evaluation."""

import random
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

import keras
import numpy as np

from zoo.data.buckets import bucket_batches
from zoo.text import WordEncoder
from zoo.text.word_encoder import pad

CASINGS = {"as written": str, "lower": str.lower, "upper": str.upper}


def recased(
    sentences: Iterable[tuple[Sequence[str], Sequence[str]]], casing: str
) -> list[tuple[list[str], Sequence[str]]]:
    """Change the case of all words.

    Args:
        sentences: pairs of words and tags.
        casing: a key of `CASINGS`.

    Returns:
        List of pairs of changed words and the same tags.

    Example:

    >>> recased([(["EU", "rejects"], ["S-ORG", "O"])], "lower")
    [(['eu', 'rejects'], ['S-ORG', 'O'])]
    """
    change = CASINGS[casing]
    return [([change(word) for word in words], tags) for words, tags in sentences]


class TaggingBatches(keras.utils.PyDataset):
    """The batches of one epoch for a tagger, with data augmentation.

    Each batch holds sentences of similar length. Indexing returns a pair: a dict of arrays
    (B, T, ...), and tag ids (B, T), -1 for a tag that is not among `labels`, as may occur in dev or
    test data.

    Args:
        sentences: list of pairs `(words, tags)` of T strings each.
        encode: `zoo.text.WordEncoder`.
        labels: the labels, in the order of their ids.
        batch_size: B, number of sentences in a batch.
        seed: seed of the order and of the augmentation; None for no augmentation and longest
            sentences first.
        epoch: number of the epoch. Order and augmentation depend only on `seed` and `epoch`, so
            that an interrupted run can resume exactly.
        rare: ids of words that are replaced by the unknown word half of the time, so that its
            embedding is trained; empty for none.
        word_dropout: fraction of all other words that is replaced by the unknown word, so that the
            model learns to use characters and context.
        case_augmentation: fraction of the sentences that is lower-cased; the same fraction is
            upper-cased. It makes the model robust to missing capitalization.
        augment: function `(words, tags, rng)` that changes a sentence of an epoch with a seed, such
            as a `zoo.data.augmentation.SpanAugmentation`; None for no change.
        features: names of the arrays of `encode` to return, as in `zoo.models.WordTagger.features`;
            None for all.
    """

    def __init__(
        self,
        sentences: Sequence[tuple[Sequence[str], Sequence[str]]],
        encode: WordEncoder,
        labels: Iterable[str],
        *,
        batch_size: int,
        seed: int | None = None,
        epoch: int = 0,
        rare: Iterable[int] = (),
        word_dropout: float = 0.0,
        case_augmentation: float = 0.0,
        augment: Callable[[Sequence[str], Sequence[str], random.Random], Any] | None = None,
        features: Collection[str] | None = None,
    ) -> None:
        super().__init__()
        self.sentences = sentences
        if augment and seed is not None:
            rng = random.Random(f"{seed} {epoch}")
            self.sentences = [augment(words, tags, rng) for words, tags in sentences]
        self.encode = encode
        self.features = features
        self.ids = {label: index for index, label in enumerate(labels)}
        self.rare = np.array(sorted(rare), "int32")
        self.word_dropout = word_dropout
        self.seeds = None if seed is None else [seed, epoch]
        self.casings = self._casings(case_augmentation)
        lengths = [len(words) for words, _ in self.sentences]
        self.batches = bucket_batches(lengths, batch_size=batch_size, seed=seed, epoch=epoch)

    def _casings(self, fraction: float) -> Sequence[str]:
        """Return a key of `CASINGS` for each sentence."""
        names = list(CASINGS)
        if self.seeds is None:
            return [names[0]] * len(self.sentences)
        rng = np.random.default_rng(self.seeds)
        return rng.choice(
            names, len(self.sentences), p=[1 - 2 * fraction, fraction, fraction]
        ).tolist()

    @property
    def tokens(self) -> int:
        """The number of words in all batches."""
        return sum(len(words) for words, _ in self.sentences)

    def __len__(self) -> int:
        return len(self.batches)

    def __getitem__(self, index: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
        chosen = self.batches[index]
        inputs = pad([self._inputs(i) for i in chosen])
        tags = [
            {"tags": np.array([self.ids.get(t, -1) for t in self.sentences[i][1]])} for i in chosen
        ]
        if self.seeds is not None:
            rng = np.random.default_rng([*self.seeds, index])
            words = inputs["words"]
            dropout = np.where(np.isin(words, self.rare), 0.5, self.word_dropout)
            words[(rng.random(words.shape) < dropout) & (words != 0)] = 1
        return inputs, pad(tags)["tags"]

    def _inputs(self, i: int) -> dict[str, np.ndarray]:
        change_case = CASINGS[self.casings[i]]
        arrays = self.encode([change_case(word) for word in self.sentences[i][0]])
        return {name: arrays[name] for name in self.features or arrays}
