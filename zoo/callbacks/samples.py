"""Samples for a `TrainingMonitor`, from tagged sentences and from texts."""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import ArrayLike

from zoo.callbacks.probe import Sample
from zoo.data.tagging import TaggingBatches
from zoo.data.texts import both_ends
from zoo.text import Vocabulary, WordEncoder
from zoo.text.word_encoder import pad


def tagging_sample(
    sentences: Sequence[tuple[Sequence[str], Sequence[str]]],
    encode: WordEncoder,
    labels: Sequence[str],
    features: Collection[str] | None = None,
    longest: int = 50,
) -> Sample:
    """Return tagged sentences as a sample.

    Args:
        sentences: list of pairs `(words, tags)`; a longer one is cut at its end.
        encode: `zoo.text.WordEncoder`.
        labels: the tags, in the order of their ids.
        features: as `zoo.models.WordTagger.features`; None for all.
        longest: maximum number of words of a sentence.

    Returns:
        A `zoo.callbacks.Sample`.
    """
    cut = [(words[:longest], tags[:longest]) for words, tags in sentences]
    batches = TaggingBatches(cut, encode, labels, batch_size=len(cut), features=features)
    inputs, tags = batches[0]
    tokens = [cut[i][0] for i in batches.batches[0]]
    return Sample(inputs, tags, tokens=tokens, labels=labels)


def text_sample(
    texts: Sequence[ArrayLike],
    classes: ArrayLike,
    vocabulary: Vocabulary,
    names: Sequence[str],
    longest: int = 100,
) -> Sample:
    """Return texts as a sample.

    Args:
        texts: list of integer arrays, the word ids of each text; a longer one is cut in the middle.
        classes: (B,) integers.
        vocabulary: `zoo.text.Vocabulary`.
        names: names of the classes.
        longest: maximum number of words of a text.

    Returns:
        A `zoo.callbacks.Sample`.

    Example:

    >>> words = Vocabulary(["[PAD]", "[UNK]", "good", "bad"])
    >>> text_sample([np.array([2, 3]), np.array([2])], [0, 1], words, ["a", "b"]).tokens
    [['good', 'bad'], ['good']]
    """
    cut = [both_ends(np.asarray(text), longest) for text in texts]
    tokens = [[vocabulary.tokens[i] for i in text] for text in cut]
    ids = pad([{"ids": text} for text in cut])["ids"]
    return Sample(ids, np.asarray(classes, "int32"), tokens=tokens, labels=list(names))
