"""A tagger's TFLite file run in parts: words once each, sentences of like lengths side by side."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from zoo.runtime.chain import Chain, best_tags, marginals
from zoo.text import WordEncoder

SIGNATURES = ("split_words", "split_potentials_1", "split_potentials_16", "split_chain")
BATCH = 16  # sentences that the file scores at once
FEW = 6  # of so few, each is faster alone than all in a batch that is mostly padding
REMEMBERED = 32_768  # words, at about a kilobyte each


class SplitTagger:
    """Tags split sentences by the parts of a file that has `SIGNATURES`, from any thread.

    Args:
        take_interpreter: function that returns an interpreter of the file that nobody else has; it
            is never in two threads at once.
        encode: a `zoo.text.WordEncoder`.
        interpreters: how many there may be; who comes when all are at work waits.
    """

    def __init__(
        self, take_interpreter: Callable[[], Any], encode: WordEncoder, interpreters: int
    ) -> None:
        first = Parts(take_interpreter())
        chain = first.run("split_chain", scale=np.float32(1))
        self._chain = Chain(**{**chain, "temperature": float(chain["temperature"])})
        self._pool = Pool(lambda: Parts(take_interpreter()), interpreters, [first])
        self._words = WordFeatures(encode, first.width)

    def __call__(self, sentences: Sequence[Sequence[str]]) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return for each sentence its tags and how probable each of them is.

        Args:
            sentences: list of lists of words, none empty.

        Returns:
            List of pairs of arrays (T,): integers, and probabilities.
        """
        answers: list = [None] * len(sentences)
        with self._pool.one() as parts:
            for batch in batches([len(words) for words in sentences]):
                for index, answer in zip(batch, self._tag(parts, batch, sentences), strict=True):
                    answers[index] = answer
        return answers

    def _tag(self, parts, batch, sentences):
        lengths = np.array([len(sentences[index]) for index in batch])
        words = [word for index in batch for word in sentences[index]]
        features = self._words(words, parts.word_features)
        potentials = parts.potentials(features, lengths)
        tags = best_tags(potentials, lengths, self._chain)
        scores = marginals(potentials, lengths, self._chain)
        scores = np.take_along_axis(scores, tags[..., None], axis=-1)[..., 0]
        return [(tags[row, :size], scores[row, :size]) for row, size in enumerate(lengths)]


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield the sentences of like lengths that are tagged together, the longest first.

    Args:
        lengths: of the sentences.

    Yields:
        Lists of at most `BATCH` indices of sentences; a rest of `FEW` or less comes one by one.

    Example:

    >>> [len(batch) for batch in batches([7] * 18)], list(batches([1, 3]))
    ([16, 1, 1], [[1], [0]])
    """
    order = sorted(range(len(lengths)), key=lambda index: -lengths[index])
    for start in range(0, len(order), BATCH):
        batch = order[start : start + BATCH]
        if len(batch) > FEW:
            yield batch
        else:
            yield from ([index] for index in batch)


class Parts:
    """One interpreter of the file; not for several threads at once.

    Args:
        interpreter: of LiteRT.
    """

    def __init__(self, interpreter: Any) -> None:
        self._runners = {name: interpreter.get_signature_runner(name) for name in SIGNATURES}
        inputs = self._runners["split_potentials_1"].get_input_details()
        self.width = int(inputs["features"]["shape"][-1])
        self._features = tuple(self._runners["split_words"].get_input_details())

    def run(self, name: str, **inputs: np.ndarray | np.generic) -> dict[str, np.ndarray]:
        """Return the outputs of a signature by name."""
        return self._runners[name](**inputs)

    def word_features(self, arrays: dict[str, np.ndarray]) -> np.ndarray:
        """Return the features (N, F) of words from what `zoo.text.WordEncoder` makes of them."""
        inputs = {name: arrays[name][None] for name in self._features}
        return self.run("split_words", **inputs)["features"]

    def potentials(self, features: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """Return the potentials (B, T, K) of B sentences.

        Args:
            features: (N, F), those of all of their words, one sentence behind the other.
            lengths: (B,), their numbers of words.
        """
        batch = 1 if len(lengths) == 1 else BATCH
        padded = np.zeros((batch, lengths.max(), self.width), "float32")
        padded[: len(lengths)][np.arange(lengths.max()) < lengths[:, None]] = features
        sizes = np.zeros(batch, "int32")
        sizes[: len(lengths)] = lengths
        run = self.run(f"split_potentials_{batch}", features=padded, lengths=sizes)
        return run["potentials"][: len(lengths)]


class Pool:
    """Things that one thread at a time may have, made when they are needed.

    Args:
        make: function that returns a new one.
        size: how many there may be.
        idle: list of those that are there already.

    Example:

    >>> pool = Pool(lambda: "new", size=2, idle=["old"])
    >>> with pool.one() as first, pool.one() as second:
    ...     first, second
    ('old', 'new')
    """

    def __init__(self, make: Callable[[], Any], size: int, idle: list) -> None:
        self._make = make
        self._room = threading.Semaphore(size)
        self._idle = idle

    @contextmanager
    def one(self) -> Iterator[Any]:
        """Lend one; wait for it where all are lent."""
        with self._room:
            try:
                thing = self._idle.pop()  # which no two threads do at once
            except IndexError:
                thing = self._make()
            try:
                yield thing
            finally:
                self._idle.append(thing)


class WordFeatures:
    """The features of words, each computed once, from any thread.

    It remembers `REMEMBERED` words. Then it forgets them all: the frequent ones are soon back, and
    no order of use is to be kept at every look.

    Args:
        encode: a `zoo.text.WordEncoder`.
        width: F, how many features a word has.
        size: how many words it remembers.
    """

    def __init__(self, encode: WordEncoder, width: int, size: int = REMEMBERED) -> None:
        self._encode = encode
        self._rows = {}
        self._table = np.empty((size, width), "float32")
        self._lock = threading.Lock()

    def __call__(self, words: Sequence[str], compute: Callable) -> np.ndarray:
        """Return the features of words.

        Args:
            words: list of N strings.
            compute: function from the arrays of words to their features, (N, F), for those that
                are not remembered.

        Returns:
            (N, F) float32.
        """
        with self._lock:
            rows = self._rows
            new = list(dict.fromkeys(word for word in words if word not in rows))
            if len(rows) + len(new) > len(self._table):
                rows.clear()
                new = list(dict.fromkeys(words))
            if len(new) > len(self._table):
                return compute(self._encode(words))
            if new:
                self._table[len(rows) : len(rows) + len(new)] = compute(self._encode(new))
                rows.update(zip(new, range(len(rows), len(rows) + len(new)), strict=True))
            return self._table[[rows[word] for word in words]]
