"""Batches of tagged sentences for training and for measuring."""

from collections.abc import Collection, Iterable, Sequence
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
    """Return sentences, pairs of words and tags, with all words in one of `CASINGS`.

    Example:

    >>> recased([(["EU", "rejects"], ["S-ORG", "O"])], "lower")
    [(['eu', 'rejects'], ['S-ORG', 'O'])]
    """
    change = CASINGS[casing]
    return [([change(word) for word in words], tags) for words, tags in sentences]


class TaggingBatches(keras.utils.PyDataset):
    """Batches of like lengths of one epoch, with what a training epoch does to its sentences.

    Args:
        sentences: list of pairs `(words, tags)`, T strings each.
        encode: `zoo.text.WordEncoder`.
        labels: the labels, in the order of their ids.
        batch_size: B.
        seed: of order and changes; None to keep the sentences as they are, longest first.
        epoch: order and changes depend on this and on `seed` alone, so that a run that was broken
            off goes on as it would have.
        rare: set of word ids that become unknown half of the time, so that the vector of unknown
            words is learnt; empty for none.
        unknown: part of all words that becomes unknown, so that their letters and neighbours
            have to do.
        features: which arrays of `encode` are given, as `zoo.models.WordTagger.features`; None for
            all.
        recase: part of the sentences that is put into lower case, and of those in upper case, so
            that a model does not rely on case alone.

    Returns, by index:
        Pair of dict of arrays (B, T, ...) and tag ids (B, T), -1 for a tag that is no label: of
        splits that are only measured, which a model knows nothing of.
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
        unknown: float = 0.0,
        recase: float = 0.0,
        features: Collection[str] | None = None,
    ) -> None:
        super().__init__()
        self.sentences = sentences
        self.encode = encode
        self.features = features
        self.ids = {label: index for index, label in enumerate(labels)}
        self.rare = np.array(sorted(rare), "int32")
        self.unknown = unknown
        self.seeds = None if seed is None else [seed, epoch]
        self.casings = self._casings(recase)
        lengths = [len(words) for words, _ in sentences]
        self.batches = bucket_batches(lengths, batch_size=batch_size, seed=seed, epoch=epoch)

    def _casings(self, recase: float) -> Any:
        names = list(CASINGS)
        if self.seeds is None:
            return [names[0]] * len(self.sentences)
        rng = np.random.default_rng(self.seeds)
        return rng.choice(names, len(self.sentences), p=[1 - 2 * recase, recase, recase])

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
            chance = np.where(np.isin(words, self.rare), 0.5, self.unknown)
            words[(rng.random(words.shape) < chance) & (words != 0)] = 1
        return inputs, pad(tags)["tags"]

    def _inputs(self, i):
        recase = CASINGS[self.casings[i]]
        arrays = self.encode([recase(word) for word in self.sentences[i][0]])
        return {name: arrays[name] for name in self.features or arrays}
