"""The vocabulary of a tagger, and the initial values of its word embeddings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

    from zoo.text import Vocabulary


class WordTables(NamedTuple):
    """The vocabulary of a tagger and its initial embeddings, the trainable ones first.

    Args:
        words: `zoo.text.Vocabulary` of N + M words.
        trainable: (N, D) float32, initial embeddings of the words with ids 0 to N - 1; the first
            two belong to padding and the unknown word.
        frozen: (M, D) float32, pretrained embeddings of the other words. They are not trained,
            because these words are rare in the training data or absent from it.
        rare: ids, below N, of the words that occur once in the training data. They are suitable for
            training the embedding of the unknown word.
    """

    words: Vocabulary
    trainable: np.ndarray
    frozen: np.ndarray
    rare: frozenset[int]


def word_tables(
    sentences: Iterable[Sequence[str]],
    vectors: tuple[Sequence[str], np.ndarray] | None = None,
    *,
    dim: int = 100,
    min_count: int = 1,
    limit: int | None = None,
    seed: int = 0,
) -> WordTables:
    """Build the vocabulary of a training corpus and of pretrained vectors.

    Args:
        sentences: lists of words.
        vectors: pair of a list of V words, the most frequent first, and their vectors (V, D), as
            returned by `read_vectors`; None for no pretrained vectors.
        dim: D, the embedding size where `vectors` is None.
        min_count: how often a word must occur for its embedding to be trained. A word without a
            pretrained vector is always trained; if it is rarer than this, with its digits
            replaced by 0.
        limit: maximum number of words; None for no limit. Words of the training data come before
            others, and frequent words before rare ones.
        seed: seed of the embeddings without a pretrained vector, uniform with variance 1 / D.

    Returns:
        `WordTables`.

    Raises:
        ValueError: `min_count` below 1.

    Example:

    >>> import numpy as np
    >>> vectors = ["the", "sea", "far"], np.ones((3, 2), "float32")
    >>> tables = word_tables([["The", "the", "sea", "1996"]], vectors, min_count=2)
    >>> tables.words.tokens, tables.trainable.shape, tables.frozen.shape
    (('[PAD]', '[UNK]', 'the', '0000', 'sea', 'far'), (4, 2), (2, 2))
    """
    if min_count < 1:
        raise ValueError(f"`min_count` must be at least 1, got {min_count}.")
    import numpy as np

    from zoo.text import Vocabulary
    from zoo.text.word_encoder import normalize

    names, known = vectors or ([], np.zeros((0, dim), "float32"))
    at = {name: index for index, name in enumerate(names)}
    counts = Counter(word.lower() for words in sentences for word in words)
    own = Counter()
    for word, count in counts.items():
        if count >= min_count or word not in at:
            own[word if count >= min_count or word in at else normalize(word)] += count
    trainable = ["[PAD]", "[UNK]", *(word for word, _ in own.most_common())][:limit]
    frozen = [word for word, _ in counts.most_common() if word in at and word not in own]
    taken = {*trainable[:2], *own, *counts}  # vectors may have [PAD] and [UNK], too
    frozen += [name for name in names if name not in taken]
    frozen = frozen[: None if limit is None else limit - len(trainable)]
    bound = np.sqrt(3 / known.shape[1])
    initial = np.random.default_rng(seed).uniform(-bound, bound, (len(trainable), known.shape[1]))
    for index, word in enumerate(trainable):
        if word in at:
            initial[index] = known[at[word]]
    return WordTables(
        Vocabulary([*trainable, *frozen]),
        initial.astype("float32"),
        known[[at[word] for word in frozen]],
        frozenset(index for index, word in enumerate(trainable) if own[word] == 1),
    )
