"""A model cut open where words have become vectors: what it reads, and what it says of it."""

from collections.abc import Callable
from typing import NamedTuple

import keras
import numpy as np
from keras import ops

from zoo.models import SequenceClassifier, TokenTagger, WordTagger

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
        return self.stack.direction == "both"


def open_model(model, labels):
    """Return the parts of a model.

    Args:
        model: a `WordTagger`, `TokenTagger` or `SequenceClassifier`.
        labels: the model's labels, for a `WordTagger` its tags: there a name's label gets the sum
            of the probabilities of all tags with that label.

    Raises:
        TypeError: another model.

    Example:

    >>> from zoo.models import Encoder
    >>> model = SequenceClassifier(Encoder(9, embedding_dim=4, units=3), num_labels=2)
    >>> opened = open_model(model, ["bad", "good"])
    >>> features = opened.embed({"ids": np.array([[1, 2, 3]])})
    >>> features.shape, opened.answer(features).scores.shape
    ((1, 3, 4), (1, 2))
    """
    for kind, opener in OPENERS.items():
        if isinstance(model, kind):
            return opener(model, list(labels))
    raise TypeError(
        f"open_model: `model` must be one of {[kind.__name__ for kind in OPENERS]}, got "
        f"{type(model).__name__}."
    )


def _open_word_tagger(model, tags):
    # What "B-PER" and "E-PER" name is "PER".
    names = [tag.partition("-")[2] or tag for tag in tags]
    labels = [OUTSIDE, *sorted(set(names) - {OUTSIDE})]
    gather = np.array([[name == label for label in labels] for name in names], "float32")
    stack, head = model.get_layer("stack"), model.get_layer("scores")
    look_up = keras.Model(model.input, model.get_layer("input_dropout").output)

    def answer(features, _inputs=None):
        mask = np.ones(features.shape[:2], bool)
        answers = model.decode(head(stack(features, mask=mask)), mask)
        tags, scores = (ops.convert_to_numpy(answers[name]) for name in ("tags", "scores"))
        return Answer(gather.argmax(axis=1)[tags], scores @ gather)

    return OpenModel(stack, tuple(labels), _numpy(look_up), answer)


def _open_token_tagger(model, labels):
    contextualize = _contextualizer(model.encoder)
    last = [layer for layer in model.layers if layer.name in ("hidden", "logits")]

    def answer(features, _inputs=None):
        outputs = contextualize(features)["sequence"]
        for layer in last:
            outputs = layer(outputs)
        return _most_probable(outputs)

    return OpenModel(model.encoder.get_layer("stack"), tuple(labels), _embedder(model), answer)


def _open_classifier(model, labels):
    def answer(features, inputs=None):
        logits = model.classify(features, np.ones(features.shape[:2], bool))
        if model.pairs and inputs is not None:
            logits = logits + model.beside(inputs["ids"])
        return _most_probable(logits / model.temperature)

    return OpenModel(model.encoder.get_layer("stack"), tuple(labels), _embedder(model), answer)


def _most_probable(logits):
    scores = ops.convert_to_numpy(ops.softmax(logits))
    return Answer(scores.argmax(axis=-1), scores)


def _contextualizer(encoder):
    return lambda features: encoder.contextualize(features, np.ones(features.shape[:2], bool))


def _embedder(model):
    embedding = model.encoder.get_layer("embedding")
    return _numpy(lambda inputs: embedding(inputs["ids"]))


def _numpy(function):
    return lambda inputs: ops.convert_to_numpy(function(inputs))


OPENERS = {
    WordTagger: _open_word_tagger,
    TokenTagger: _open_token_tagger,
    SequenceClassifier: _open_classifier,
}
