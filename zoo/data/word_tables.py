"""Which words a tagger knows, and the vectors that it starts from."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from zoo.text import Vocabulary
from zoo.text.word_encoder import normalize


class WordTables(NamedTuple):
    """The words of a tagger, those whose vectors training moves in front.

    Args:
        words: `zoo.text.Vocabulary` of N + M words.
        trained: (N, D) float32, vectors to start from; of padding and unknown words first.
        kept: (M, D) float32, vectors to keep: those of words too rare in the training data, or
            not in it at all, to learn a better one.
        rare: set of the ids below N of words that training sees once: from them, and not from
            frequent ones, it can learn what to make of a word that it does not know.
    """

    words: Vocabulary
    trained: np.ndarray
    kept: np.ndarray
    rare: frozenset


def word_tables(
    sentences: Iterable[Sequence[str]],
    vectors: tuple[Sequence[str], np.ndarray] | None = None,
    *,
    dim: int = 100,
    min_count: int = 1,
    limit: int | None = None,
    seed: int = 0,
) -> WordTables:
    """Return the words of a training corpus and of a file of vectors, and where they start from.

    Args:
        sentences: lists of words.
        vectors: pair of list of V words and their vectors (V, D), the most frequent first, as
            `read_vectors` returns it; None for none.
        dim: D, where there are no vectors.
        min_count: how often a word must occur for training to move its vector; a word without a
            vector gets one to train however rare it is, under its form with digits as 0.
        limit: how many words there may be in all; None for no limit. Those of the training data
            come before others, and frequent ones before rare ones.
        seed: of the vectors of words that have none, uniform with variance 1 / D.

    Returns:
        `WordTables`.

    Raises:
        ValueError: `min_count` below 1.

    Example:

    >>> vectors = ["the", "sea", "far"], np.ones((3, 2), "float32")
    >>> tables = word_tables([["The", "the", "sea", "1996"]], vectors, min_count=2)
    >>> tables.words.tokens, tables.trained.shape, tables.kept.shape
    (('[PAD]', '[UNK]', 'the', '0000', 'sea', 'far'), (4, 2), (2, 2))
    """
    if min_count < 1:
        raise ValueError(f"`min_count` must be at least 1, got {min_count}.")
    names, known = vectors or ([], np.zeros((0, dim), "float32"))
    at = {name: index for index, name in enumerate(names)}
    counts = Counter(word.lower() for words in sentences for word in words)
    own = Counter()
    for word, count in counts.items():
        if count >= min_count or word not in at:
            own[word if count >= min_count or word in at else normalize(word)] += count
    trained = ["[PAD]", "[UNK]", *(word for word, _ in own.most_common())][:limit]
    kept = [word for word, _ in counts.most_common() if word in at and word not in own]
    kept += [name for name in names if name not in own and name not in counts]
    kept = kept[: None if limit is None else limit - len(trained)]
    bound = np.sqrt(3 / known.shape[1])
    start = np.random.default_rng(seed).uniform(-bound, bound, (len(trained), known.shape[1]))
    for index, word in enumerate(trained):
        if word in at:
            start[index] = known[at[word]]
    return WordTables(
        Vocabulary([*trained, *kept]),
        start.astype("float32"),
        known[[at[word] for word in kept]],
        frozenset(index for index, word in enumerate(trained) if own[word] == 1),
    )
