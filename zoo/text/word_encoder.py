"""The inputs of a word tagger: word ids, character ids and capitalization features."""

import re
from collections.abc import Sequence

import numpy as np

from zoo.text.vocabulary import Vocabulary

CACHED_WORDS = 100_000  # words whose encoding is kept, at most 1 KB each
CACHED_LENGTH = 100  # characters of such a word
LONGEST = 30  # maximum number of characters of a word; the middle of a longer one is cut out
CASES = ("[PAD]", "lower", "title", "upper", "mixed", "digits", "some digits", "no letter")
_DIGIT = re.compile(r"\d")


def normalize(word: str) -> str:
    """Normalize a word for a vocabulary: lower case, with every digit replaced by 0.

    Example:

    >>> normalize("B-52s")
    'b-00s'
    """
    return _DIGIT.sub("0", word.lower())


def word_ids(vocabulary: Vocabulary, words: Sequence[str]) -> np.ndarray:
    """Return the ids of words: looked up in lower case, then normalized; 1 if both are unknown.

    Args:
        vocabulary: `zoo.text.Vocabulary` of normalized words.
        words: list of T strings.

    Returns:
        (T,) int32.

    Example:

    >>> from zoo.text import Vocabulary
    >>> word_ids(Vocabulary(["[PAD]", "[UNK]", "the", "0000"]), ["The", "1996", "1"])
    array([2, 3, 1], dtype=int32)
    """
    ids = vocabulary.encode([word.lower() for word in words])
    unknown = (ids == 1).nonzero()[0]
    ids[unknown] = vocabulary.encode([normalize(words[int(index)]) for index in unknown])
    return ids


def case_of(word: str) -> int:
    """Return the index in `CASES` of the capitalization of a word.

    Example:

    >>> [CASES[case_of(word)] for word in ["EU", "rejects", "German", "McKay", "1996", "6-3", "."]]
    ['upper', 'lower', 'title', 'mixed', 'digits', 'some digits', 'no letter']
    """
    if word.isdigit():
        name = "digits"
    elif any(c.isdigit() for c in word):
        name = "some digits"
    elif not any(c.isalpha() for c in word):
        name = "no letter"
    elif word.islower():
        name = "lower"
    elif word.isupper():
        name = "upper"
    else:
        name = "title" if word.istitle() else "mixed"
    return CASES.index(name)


class WordEncoder:
    """Encodes words as the inputs of a tagger; the encodings of words are cached, in 100 MB.

    A word is looked up in lower case, and if it is unknown, with its digits replaced by 0.

    Args:
        words: `Vocabulary` of normalized words.
        characters: `Vocabulary` of characters.

    Example:

    >>> from zoo.text import Vocabulary
    >>> words = Vocabulary(["[PAD]", "[UNK]", "the", "0000"])
    >>> encoder = WordEncoder(words, Vocabulary(["[PAD]", "[UNK]", *"The019"]))
    >>> {name: array.tolist() for name, array in encoder(["The", "1996"]).items()}
    {'words': [2, 3], 'characters': [[2, 3, 4, 0], [6, 7, 7, 1]], 'cases': [2, 5]}
    """

    def __init__(self, words: Vocabulary, characters: Vocabulary) -> None:
        self.words = words
        self.characters = characters
        self._known: dict[str, tuple[int, int, np.ndarray]] = {}

    def __call__(self, words: Sequence[str]) -> dict[str, np.ndarray]:
        """Return the arrays of one sentence.

        Args:
            words: list of T strings.

        Returns:
            Dict of `words` (T,), `characters` (T, C) padded with 0, `cases` (T,), int32.
        """
        features = [self._features(word) for word in words]
        characters = np.zeros((len(words), max((len(f[2]) for f in features), default=0)), "int32")
        for row, (_, _, spelling) in zip(characters, features, strict=True):
            row[: len(spelling)] = spelling
        return {
            "words": np.array([f[0] for f in features], "int32"),
            "characters": characters,
            "cases": np.array([f[1] for f in features], "int32"),
        }

    def _features(self, word: str) -> tuple[int, int, np.ndarray]:
        if known := self._known.get(word):
            return known
        features = int(word_ids(self.words, [word])[0]), case_of(word), self._spelling(word)
        if len(word) <= CACHED_LENGTH:
            if len(self._known) >= CACHED_WORDS:  # bounds the memory on an endless stream
                self._known.clear()
            self._known[word] = features
        return features

    def _spelling(self, word: str) -> np.ndarray:
        if len(word) > LONGEST:
            word = word[: LONGEST // 2] + word[-LONGEST // 2 :]
        return self.characters.encode(word)


def pad(sentences: Sequence[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Stack the arrays of several sentences into a batch, padded with 0.

    Args:
        sentences: list of B results of `WordEncoder`.

    Returns:
        Dict of arrays (B, T) and (B, T, C).

    Example:

    >>> pad([{"words": np.array([1, 2])}, {"words": np.array([3])}])["words"]
    array([[1, 2],
           [3, 0]], dtype=int32)
    """
    batch: dict[str, np.ndarray] = {}
    for name in sentences[0]:
        arrays = [sentence[name] for sentence in sentences]
        shape = np.max([array.shape for array in arrays], axis=0)
        batch[name] = np.zeros((len(arrays), *shape), "int32")
        for row, array in zip(batch[name], arrays, strict=True):
            row[tuple(slice(size) for size in array.shape)] = array
    return batch
