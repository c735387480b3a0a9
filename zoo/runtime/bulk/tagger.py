"""Tags many sentences at a time, in NumPy."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import numpy as np

from zoo.runtime.bulk.blas import one_blas_thread
from zoo.runtime.bulk.network import Network
from zoo.runtime.bulk.recurrence import Floats, Integers
from zoo.runtime.bulk.weights import read_products
from zoo.runtime.crf import best_tags, marginals
from zoo.runtime.split import Answer, SplitTagger

LEAST = 8  # sentences; LiteRT is as fast for fewer
WORK = 100_000  # numbers that a step computes for each direction, so that they stay in the cache
MAX_WORDS = 4096  # of a batch
MAX_PROJECTED = 2**24  # bytes of the input projection of different words
PROBE = np.array([4, 1])  # lengths of the sentences of the check
# Words, and the batches that hold their indices; see `groups`.
Group = tuple[list[str], list[tuple[list[int], Integers]]]


class BulkTagger:
    """Tags sentences with the recurrent layers in NumPy; thread-safe.

    The first call of many sentences reads the weights from the file and compares the network on
    random features with LiteRT. If the file holds another kind of network, or the answers differ,
    LiteRT tags all sentences.

    Args:
        split: the tagger on LiteRT, which computes the features of words.
        content: the TFLite file.

    Attributes:
        classes: K, number of tags.
    """

    def __init__(self, split: SplitTagger, content: bytes) -> None:
        self.classes = split.classes
        self._split = split
        self._content = content
        self._lock = threading.Lock()
        self._opened = False
        self._network: Network | None = None

    @property
    def network(self) -> Network | None:
        """The network in NumPy; None if LiteRT tags all sentences."""
        with self._lock:
            if not self._opened:
                self._network = self._checked()
                self._opened = True
        return self._network

    def __call__(self, sentences: Sequence[Sequence[str]]) -> list[Answer]:
        """Return the tags of each sentence and their probabilities; see `SplitTagger`."""
        network = self.network if len(sentences) >= LEAST else None
        if network is None:
            return self._split(sentences)
        answers: dict[int, Answer] = {}
        first = network.layers[0]
        rows, limit = WORK // (4 * first.units), MAX_PROJECTED // (32 * first.units)
        with one_blas_thread():
            for words, group in groups(sentences, max(1, rows), limit):
                projected = first.project(self._split.features(words))
                for batch, indices in group:
                    lengths = np.array([len(sentences[index]) for index in batch])
                    emissions = network.emissions(projected, indices, lengths)
                    found = self._decode(emissions, lengths)
                    answers.update(zip(batch, found, strict=True))
        return [answers[index] for index in range(len(sentences))]

    def _decode(self, emissions: Floats, lengths: Integers) -> list[Answer]:
        padded = np.zeros((len(lengths), lengths[0], emissions.shape[-1]), "float32")
        padded[np.arange(lengths[0]) < lengths[:, None]] = emissions
        crf = self._split.crf
        tags = best_tags(padded, lengths, crf)
        scores = marginals(padded, lengths, crf)
        scores = np.take_along_axis(scores, tags[..., None], axis=-1)[..., 0]
        return [(tags[row, :size], scores[row, :size]) for row, size in enumerate(lengths)]

    def _checked(self) -> Network | None:
        width = self._split.width
        network = Network.of(read_products(self._content, "split_potentials_16"), width)
        if network is None:
            return None
        features = np.random.default_rng(0).normal(size=(PROBE.sum(), width)).astype("float32")
        projected = network.layers[0].project(features)
        found = network.emissions(projected, np.arange(len(features)), PROBE)
        expected = self._split.emissions(features, PROBE)
        return network if np.allclose(found, expected, rtol=1e-4, atol=1e-4) else None


def groups(sentences: Sequence[Sequence[str]], rows: int, limit: int) -> Iterator[Group]:
    """Yield batches of sentences, the longest first, in groups that share a list of words.

    Args:
        sentences: list of non-empty lists of words.
        rows: maximum number of sentences of a batch.
        limit: maximum number of different words of a group of more than one batch.

    Yields:
        Pairs of the different words of a group, and its batches: pairs of the indices of the
        sentences, and the index (N,) of each of their words in the list of words.
    """
    known: dict[str, int] = {}
    group: list[tuple[list[int], Integers]] = []
    for batch in batches([len(words) for words in sentences], rows):
        words = [word for index in batch for word in sentences[index]]
        if group and len(known) + len(set(words) - known.keys()) > limit:
            yield list(known), group
            known, group = {}, []
        group.append((batch, np.array([known.setdefault(word, len(known)) for word in words])))
    if group:
        yield list(known), group


def batches(lengths: Sequence[int], rows: int) -> Iterator[list[int]]:
    """Group sentences of similar length, the longest first.

    Args:
        lengths: number of words of each sentence.
        rows: maximum number of sentences of a batch.

    Yields:
        Lists of indices, with at most `rows` sentences and, if there is more than one, at most
        `MAX_WORDS` words.

    Example:

    >>> list(batches([1, 3, 2], rows=2))
    [[1, 2], [0]]
    """
    order = sorted(range(len(lengths)), key=lambda index: -lengths[index])
    start = 0
    while start < len(order):
        count = max(1, min(rows, MAX_WORDS // lengths[order[start]]))
        yield order[start : start + count]
        start += count
