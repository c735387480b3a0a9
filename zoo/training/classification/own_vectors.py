"""Vectors of words learned from the texts themselves, where no file of vectors is at hand."""

import os

WINDOW, DRAWN = 5, 5
PIECE = 10_000  # words; of a longer text gensim would read no more


def write_own_vectors(path, texts, vocabulary, dim, epochs=5):
    """Learn what words stand beside which, and write their vectors in GloVe's text format.

    Skip-gram with negative sampling, by gensim, in one thread: the same texts give the same
    vectors. A file that is there already is left as it is.

    Args:
        path: of the file, a `pathlib.Path`.
        texts: list of N integer arrays, the ids of a text's words.
        vocabulary: a `zoo.text.Vocabulary`.
        dim: E, of a vector.
        epochs: how often the texts are read.

    Raises:
        ImportError: gensim is not installed; it is part of the [train] extra.

    Example:

    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from zoo.data import read_vectors
    >>> from zoo.text import Vocabulary
    >>> words = Vocabulary(["[PAD]", "[UNK]", "a", "b"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "vectors.txt")
    ...     write_own_vectors(path, [np.array([2, 3, 2])], words, dim=4)
    ...     names, vectors = read_vectors(path)
    >>> names, vectors.shape
    (['a', 'b'], (2, 4))

    Reference: Mikolov et al., Distributed Representations of Words and Phrases and their
    Compositionality, 2013.
    """
    if path.is_file():
        return
    from gensim.models import Word2Vec

    pieces = [
        [vocabulary.tokens[index] for index in text[start : start + PIECE]]
        for text in texts
        for start in range(0, len(text), PIECE)
    ]
    learned = Word2Vec(
        pieces,
        vector_size=dim,
        epochs=epochs,
        window=WINDOW,
        negative=DRAWN,
        sg=1,
        min_count=1,
        workers=1,
        seed=0,
    )
    fresh = path.with_suffix(".fresh")
    learned.wv.save_word2vec_format(str(fresh), write_header=False)
    os.replace(fresh, path)
