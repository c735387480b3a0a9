"""The vocabulary of a tagger, and the initial values of its word embeddings."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from zoo.text import Vocabulary
from zoo.text.word_encoder import normalize, word_ids


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

    >>> vectors = ["the", "sea", "far"], np.ones((3, 2), "float32")
    >>> tables = word_tables([["The", "the", "sea", "1996"]], vectors, min_count=2)
    >>> tables.words.tokens, tables.trainable.shape, tables.frozen.shape
    (('[PAD]', '[UNK]', 'the', '0000', 'sea', 'far'), (4, 2), (2, 2))
    """
    names, known = vectors or ([], np.zeros((0, dim), "float32"))
    at = {name: index for index, name in enumerate(names)}
    counts = Counter(word.lower() for words in sentences for word in words)
    own = _trained_words(counts, at, min_count)
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


def grown_word_tables(
    tables: WordTables, sentences: Iterable[Sequence[str]], *, min_count: int = 1
) -> WordTables:
    """Add the words of another training corpus to the tables of a trained tagger.

    All vectors are kept. A new word starts from the vector by which the tagger reads it: that of
    the unknown word, or of the word with its digits replaced by 0. The answers of the tagger so
    stay the same until it is trained.

    Args:
        tables: the tables of the tagger.
        sentences: lists of words.
        min_count: how often a frozen word must occur for its embedding to be trained. A new word
            is always trained; if it is rarer than this, with its digits replaced by 0.

    Returns:
        `WordTables`: the trained words of `tables`, then those of `sentences`; all other frozen
        words. Words that are new and occur once are rare.

    Raises:
        ValueError: `min_count` below 1.

    Example:

    >>> vectors = ["sea", "far"], np.ones((2, 2), "float32")
    >>> tables = word_tables([["the", "sea"]], vectors, min_count=2)
    >>> tables.words.tokens, len(tables.trainable)
    (('[PAD]', '[UNK]', 'the', 'sea', 'far'), 3)
    >>> grown = grown_word_tables(tables, [["The", "cat", "far"], ["Far"]], min_count=2)
    >>> grown.words.tokens, len(grown.trainable)
    (('[PAD]', '[UNK]', 'the', 'far', 'cat', 'sea'), 5)
    >>> bool((grown.trainable[4] == tables.trainable[1]).all())
    True
    """
    tokens, count = tables.words.tokens, len(tables.trainable)
    own = _trained_words(
        Counter(word.lower() for words in sentences for word in words), {*tokens}, min_count
    )
    trained = dict.fromkeys([*tokens[:count], *(word for word, _ in own.most_common())])
    moved = [*trained][count:]
    kept = [index for index, word in enumerate(tokens[count:]) if word not in trained]
    vectors = np.concatenate([tables.trainable, tables.frozen])
    new = {*moved} - {*tokens}
    return WordTables(
        Vocabulary([*trained, *(tokens[count + index] for index in kept)]),
        np.concatenate([tables.trainable, vectors[word_ids(tables.words, moved)]]),
        tables.frozen[kept],
        frozenset(i for i, word in enumerate(trained) if word in new and own[word] == 1),
    )


def _trained_words(
    counts: Mapping[str, int], known: Container[str], min_count: int
) -> Counter[str]:
    """Return the words whose embeddings are trained, with their counts.

    Args:
        counts: number of occurrences of each word in the training data.
        known: words that have a vector.
        min_count: how often a word with a vector must occur.
    """
    if min_count < 1:
        raise ValueError(f"`min_count` must be at least 1, got {min_count}.")
    found: Counter[str] = Counter()
    for word, count in counts.items():
        if count >= min_count or word not in known:
            found[word if count >= min_count or word in known else normalize(word)] += count
    return found
