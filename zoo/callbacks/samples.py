"""Samples to watch a training on, from the data that our models are trained on."""

import numpy as np

from zoo.callbacks.probe import Sample
from zoo.data.tagging import TaggingBatches
from zoo.data.texts import both_ends
from zoo.text.word_encoder import pad


def tagging_sample(sentences, encode, labels, features=None, longest=50):
    """Return tagged sentences as a sample.

    Args:
        sentences: list of pairs `(words, tags)`; of a longer one the first words are taken.
        encode: `zoo.text.WordEncoder`.
        labels: the labels, in the order of their ids.
        features: as `zoo.models.WordTagger.features`; None for all.
        longest: words of a sentence, at most.

    Returns:
        A `zoo.callbacks.probe.Sample`.
    """
    cut = [(words[:longest], tags[:longest]) for words, tags in sentences]
    batches = TaggingBatches(cut, encode, labels, batch_size=len(cut), features=features)
    inputs, tags = batches[0]
    return Sample(inputs, tags, tokens=[cut[i][0] for i in batches.batches[0]], labels=labels)


def text_sample(texts, classes, vocabulary, names, longest=100):
    """Return texts as a sample.

    Args:
        texts: list of integer arrays, the ids of a text's words; of a longer one both ends.
        classes: (B,) integers.
        vocabulary: `zoo.text.Vocabulary`.
        names: of the classes.
        longest: words of a text, at most.

    Returns:
        A `zoo.callbacks.probe.Sample`.

    Example:

    >>> from zoo.text import Vocabulary
    >>> words = Vocabulary(["[PAD]", "[UNK]", "good", "bad"])
    >>> text_sample([np.array([2, 3]), np.array([2])], [0, 1], words, ["a", "b"]).tokens
    [['good', 'bad'], ['good']]
    """
    cut = [both_ends(np.asarray(text), longest) for text in texts]
    tokens = [[vocabulary.tokens[i] for i in text] for text in cut]
    ids = pad([{"ids": text} for text in cut])["ids"]
    return Sample(ids, np.asarray(classes, "int32"), tokens=tokens, labels=list(names))
