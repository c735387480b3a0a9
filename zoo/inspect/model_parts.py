"""A model cut open where words have become vectors: what it reads, and what it says of it."""

from collections.abc import Callable
from typing import NamedTuple

import keras
import numpy as np
from keras import ops

OUTSIDE = "O"  # what a word is that belongs to no name


class Answer(NamedTuple):
    """What a model says of B sequences.

    Args:
        best: index of the label that it gives: (B, T), or (B,) of whole texts.
        scores: probability of each label: (B, T, L), or (B, L).
    """

    best: np.ndarray
    scores: np.ndarray

    def score(self):
        """Return the probabilities of the labels that it gives, of the shape of `best`."""
        return np.take_along_axis(self.scores, self.best[..., None], axis=-1)[..., 0]


class OpenModel(NamedTuple):
    """The parts of a model that pictures are made of.

    Args:
        stack: its `zoo.layers.RecurrentStack`.
        labels: L names of what it says of a word, or of a text.
        embed: from a dict of ids (B, T, ...) to what the first recurrent layer reads, (B, T, F).
        answer: from that, and the ids, to an `Answer`; without the ids, what pairs of words say
            beside a classifier's network is left out.
    """

    stack: keras.layers.Layer
    labels: tuple
    embed: Callable
    answer: Callable

    @property
    def two_way(self):
        """Whether it reads in both directions."""
        return self.stack.options.bidirectional


def task_of(predictor):
    """Return the `zoo.tasks.Task` of a predictor.

    Raises:
        TypeError: it is none of the zoo.
    """
    if getattr(predictor, "task", None) is None:
        raise TypeError(f"`predictor`: nothing is drawn of a {type(predictor).__name__}.")
    return predictor.task


def open_model(predictor):
    """Return the parts of a predictor's Keras model.

    Args:
        predictor: of `zoo.load`; its task says for which labels its tags speak: of a tagger of
            names, a name's label gets the sum of the probabilities of all tags with that label.

    Raises:
        TypeError: it is no predictor of the zoo.

    Example:

    >>> import zoo
    >>> predictor = zoo.load("bilstm-brackets")
    >>> opened = open_model(predictor)
    >>> features = opened.embed(predictor.inputs_of("(a)"))
    >>> features.shape, opened.answer(features[None]).scores.shape
    ((3, 16), (1, 3, 2))
    """
    labels, gather = task_of(predictor).inspect_labels(predictor.tags)
    model = predictor.model

    def embed(inputs):
        return ops.convert_to_numpy(model.embed(inputs)[0])

    def answer(features, inputs=None):
        mask = np.ones(features.shape[:2], bool)
        logits = model.logits(features, mask)
        if inputs is not None:
            logits = logits + model.beside(inputs)
        answers = {n: ops.convert_to_numpy(a) for n, a in model.decode(logits, mask).items()}
        scores = answers.pop("scores")
        (best,) = answers.values()
        return Answer(gather.argmax(axis=1)[best], scores @ gather)

    return OpenModel(model.recurrent, labels, embed, answer)


def each_label(tags):
    """Return the labels that tags stand for, and which tag counts to which: each to itself.

    Args:
        tags: K names.

    Returns:
        The pair of the L labels, and a (K, L) matrix of 0 and 1.
    """
    return tuple(tags), np.eye(len(tags), dtype="float32")


def label_of_tags(tags):
    """Return the same of tags of names: what "B-PER" and "E-PER" name is "PER".

    Example:

    >>> label_of_tags(["B-PER", "I-PER", "O"])[0]
    ('O', 'PER')
    """
    names = [tag.partition("-")[2] or tag for tag in tags]
    labels = [OUTSIDE, *sorted(set(names) - {OUTSIDE})]
    gather = np.array([[name == label for label in labels] for name in names], "float32")
    return tuple(labels), gather
