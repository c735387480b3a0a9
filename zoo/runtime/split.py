"""Fast tagging with a TFLite file of several signatures: cached word features, and batches.

The file has one signature for the features of words, two for the emissions of one sentence and of
a batch of sentences, and one for the parameters of the CRF. Decoding is done in NumPy.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

import numpy as np

from zoo.runtime.crf import CRF, best_tags, marginals
from zoo.text import WordEncoder

SIGNATURES = ("split_words", "split_potentials_1", "split_potentials_16", "split_chain")
BATCH_SIZE = 16  # sentences that a signature takes at a time
MAX_SINGLE = 6  # a smaller rest is faster one by one than in a batch that is mostly padding
CACHE_SIZE = 32_768  # words, about a kilobyte each
CACHE_CHARACTERS = 2**20  # of all words of the cache together

T = TypeVar("T")
Answer = tuple[np.ndarray, np.ndarray]


class SplitTagger:
    """Tags sentences with a file that has `SIGNATURES`; thread-safe.

    Args:
        take_interpreter: function that returns an interpreter of the file for exclusive use.
        encode: a `zoo.text.WordEncoder`.
        interpreters: maximum number of interpreters; further callers wait for a free one.

    Attributes:
        classes: K, number of tags.
        crf: the parameters of the CRF.
        width: F, number of features of a word.
    """

    def __init__(
        self, take_interpreter: Callable[[], Any], encode: WordEncoder, interpreters: int
    ) -> None:
        first = SplitModel(take_interpreter())
        self.crf = first.crf()
        self.width = first.width
        self._pool = Pool(lambda: SplitModel(take_interpreter()), interpreters, [first])
        self._features = WordFeatureCache(encode, first.width)
        self.classes = len(self.crf.start)

    def __call__(self, sentences: Sequence[Sequence[str]]) -> list[Answer]:
        """Return the tags of each sentence and their probabilities.

        Args:
            sentences: list of non-empty lists of words.

        Returns:
            List of pairs of arrays (T,): tags as integers, and probabilities.
        """
        answers: dict[int, Answer] = {}
        with self._pool.borrow() as model:
            for batch in batches([len(words) for words in sentences]):
                found = self._tag(model, [sentences[index] for index in batch])
                answers.update(zip(batch, found, strict=True))
        return [answers[index] for index in range(len(sentences))]

    def features(self, words: Sequence[str]) -> np.ndarray:
        """Return the features (N, F) of words."""
        with self._pool.borrow() as model:
            return self._features(words, model.word_features)

    def emissions(self, features: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """Return the emissions (N, K) of the words of sentences.

        Args:
            features: (N, F), the features of all words, sentence after sentence.
            lengths: (B,), number of words of each sentence.
        """
        with self._pool.borrow() as model:
            ends = np.cumsum(lengths)[:-1]
            each = zip(np.split(features, ends), lengths, strict=True)
            return np.concatenate([model.emissions(x, np.array([n]))[0] for x, n in each])

    def _tag(self, model: SplitModel, sentences: Sequence[Sequence[str]]) -> list[Answer]:
        lengths = np.array([len(words) for words in sentences])
        words = [word for sentence in sentences for word in sentence]
        features = self._features(words, model.word_features)
        emissions = model.emissions(features, lengths)
        tags = best_tags(emissions, lengths, self.crf)
        scores = marginals(emissions, lengths, self.crf)
        scores = np.take_along_axis(scores, tags[..., None], axis=-1)[..., 0]
        return [(tags[row, :size], scores[row, :size]) for row, size in enumerate(lengths)]


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Group sentences of similar length, the longest first.

    Args:
        lengths: number of words of each sentence.

    Yields:
        Lists of at most `BATCH_SIZE` indices; a rest of at most `MAX_SINGLE` comes one by one.

    Example:

    >>> [len(batch) for batch in batches([7] * 18)], list(batches([1, 3]))
    ([16, 1, 1], [[1], [0]])
    """
    order = sorted(range(len(lengths)), key=lambda index: -lengths[index])
    for start in range(0, len(order), BATCH_SIZE):
        batch = order[start : start + BATCH_SIZE]
        if len(batch) > MAX_SINGLE:
            yield batch
        else:
            yield from ([index] for index in batch)


class SplitModel:
    """The signatures of one interpreter, as functions; not thread-safe.

    Args:
        interpreter: an interpreter of LiteRT.

    Attributes:
        width: F, number of features of a word.
    """

    def __init__(self, interpreter: Any) -> None:
        self._runners = {name: interpreter.get_signature_runner(name) for name in SIGNATURES}
        inputs = self._runners["split_potentials_1"].get_input_details()
        self.width = int(inputs["features"]["shape"][-1])
        self._features: tuple[str, ...] = tuple(self._runners["split_words"].get_input_details())

    def crf(self) -> CRF:
        """Return the parameters of the CRF."""
        arrays = self._run("split_chain", scale=np.float32(1))
        temperature = float(arrays["temperature"])
        return CRF(arrays["transitions"], arrays["start"], arrays["end"], temperature)

    def word_features(self, arrays: dict[str, np.ndarray]) -> np.ndarray:
        """Return the features (N, F) of words.

        Args:
            arrays: the result of `zoo.text.WordEncoder`.
        """
        inputs = {name: arrays[name][None] for name in self._features}
        return self._run("split_words", **inputs)["features"]

    def emissions(self, features: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """Return the emissions (B, T, K) of B sentences.

        Args:
            features: (N, F), the features of all words, sentence after sentence.
            lengths: (B,), number of words of each sentence.
        """
        batch = 1 if len(lengths) == 1 else BATCH_SIZE
        padded = np.zeros((batch, lengths.max(), self.width), "float32")
        padded[: len(lengths)][np.arange(lengths.max()) < lengths[:, None]] = features
        sizes = np.zeros(batch, "int32")
        sizes[: len(lengths)] = lengths
        run = self._run(f"split_potentials_{batch}", features=padded, lengths=sizes)
        return run["potentials"][: len(lengths)]

    def _run(self, name: str, **inputs: np.ndarray | np.generic) -> dict[str, np.ndarray]:
        return self._runners[name](**inputs)


class Pool(Generic[T]):
    """Thread-safe object pool, filled on demand.

    Args:
        make: function that creates an object.
        size: maximum number of objects.
        idle: objects that exist already.

    Example:

    >>> pool = Pool(lambda: "new", size=2, idle=["old"])
    >>> with pool.borrow() as first, pool.borrow() as second:
    ...     first, second
    ('old', 'new')
    """

    def __init__(self, make: Callable[[], T], size: int, idle: list[T]) -> None:
        self._make = make
        self._available = threading.Semaphore(size)
        self._idle = idle

    @contextmanager
    def borrow(self) -> Generator[T]:
        """Lend an object for the duration of a `with` block; wait until one is available."""
        with self._available:
            try:
                item = self._idle.pop()  # atomic
            except IndexError:
                item = self._make()
            try:
                yield item
            finally:
                self._idle.append(item)


class WordFeatureCache:
    """Thread-safe cache of the features of words.

    When it is full, it is emptied: frequent words return soon, and no order of use has to be
    maintained on every access.

    Args:
        encode: a `zoo.text.WordEncoder`.
        width: F, number of features of a word.
        size: maximum number of words.
    """

    def __init__(self, encode: WordEncoder, width: int, size: int = CACHE_SIZE) -> None:
        self._encode = encode
        self._rows: dict[str, int] = {}
        self._characters = 0  # of all keys of `_rows`
        self._table = np.empty((size, width), "float32")
        self._lock = threading.Lock()

    def __call__(
        self, words: Sequence[str], compute: Callable[[dict[str, np.ndarray]], np.ndarray]
    ) -> np.ndarray:
        """Return the features of words.

        Args:
            words: list of N strings.
            compute: function from the arrays of `encode` to the features of words, (N, F); it is
                called for words that are not in the cache.

        Returns:
            (N, F) float32.
        """
        with self._lock:
            rows = self._rows
            new = list(dict.fromkeys(word for word in words if word not in rows))
            characters = sum(map(len, new))
            if (
                len(rows) + len(new) > len(self._table)
                or self._characters + characters > CACHE_CHARACTERS
            ):
                rows.clear()
                self._characters = 0
                new = list(dict.fromkeys(words))
                characters = sum(map(len, new))
            if len(new) > len(self._table) or characters > CACHE_CHARACTERS:
                return compute(self._encode(words))
            if new:
                self._characters += characters
                self._table[len(rows) : len(rows) + len(new)] = compute(self._encode(new))
                rows.update(zip(new, range(len(rows), len(rows) + len(new)), strict=True))
            return self._table[[rows[word] for word in words]]
