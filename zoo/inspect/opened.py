"""A model cut open where words have become vectors: what it reads, and what it says of it."""

from collections.abc import Callable
from typing import NamedTuple

import keras
import numpy as np
from keras import ops

from zoo.models import SequenceClassifier, TokenTagger, WordTagger

OUTSIDE = "O"  # what a word is that belongs to no name


class OpenModel(NamedTuple):
    """The parts of a model that pictures are made of.

    Args:
        stack: its `zoo.layers.RecurrentStack`.
        labels: L names of what it says of a word, or of a text.
        embed: from a dict of ids (B, T, ...) to what the first recurrent layer reads, (B, T, F).
        scores: from that to the probability of each label: (B, T, L), or (B, L) of whole texts.
    """

    stack: keras.layers.Layer
    labels: tuple
    embed: Callable
    scores: Callable

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
    >>> features.shape, opened.scores(features).shape
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

    def scores(features):
        mask = np.ones(features.shape[:2], bool)
        answers = model.decode(head(stack(features, mask=mask)), mask)
        return ops.convert_to_numpy(answers["scores"]) @ gather

    return OpenModel(stack, tuple(labels), _numpy(look_up), scores)


def _open_token_tagger(model, labels):
    contextualize = _contextualizer(model.encoder)
    last = [layer for layer in model.layers if layer.name in ("hidden", "logits")]

    def scores(features):
        outputs = contextualize(features)["sequence"]
        for layer in last:
            outputs = layer(outputs)
        return ops.convert_to_numpy(ops.softmax(outputs))

    return OpenModel(model.encoder.get_layer("stack"), tuple(labels), _embedder(model), scores)


def _open_classifier(model, labels):
    def scores(features):
        logits = model.classify(features, np.ones(features.shape[:2], bool))
        return ops.convert_to_numpy(ops.softmax(logits / model.temperature))

    return OpenModel(model.encoder.get_layer("stack"), tuple(labels), _embedder(model), scores)


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
