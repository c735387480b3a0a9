"""Trained models made small: eight bits or less a number of their words' vectors."""

import keras
import numpy as np

from zoo.models.classifier import SequenceClassifier
from zoo.models.encoder import Encoder
from zoo.models.word_tagger import WordTagger

TABLES = ("word_vectors", "spare_vectors")


def quantize_words(tagger, count=None):
    """Return a tagger that knows the first words of another, with all of its other weights.

    The vector v of a word that training could move becomes integers q and a scale s,
    `s = 127 / max |v|, q = round(s v)`, and is read as `q / s`. Those of spare words become codes,
    `zoo.layers.CodedEmbedding`.

    Args:
        tagger: a `zoo.models.WordTagger`.
        count: how many words to keep, among them padding and unknown; None for all.

    Returns:
        A `zoo.models.WordTagger` with `quantized_words`.

    Raises:
        ValueError: `count` below 2, or more words than the tagger has.

    Example:

    >>> tagger = WordTagger(9, ["O", "B-X", "I-X"], word_dim=4, stack={"units": 2}, num_cases=0)
    >>> quantize_words(tagger, 3).config["vocabulary_size"]
    3
    """
    known = tagger.input_sizes["words"]
    count = known if count is None else count
    if not 2 <= count <= known:
        raise ValueError(f"`count` must be from 2 to {known}, got {count}.")
    layers = {layer.name: layer for layer in tagger.layers if layer.weights}
    tables = [np.asarray(layers.pop(name).embeddings) for name in TABLES if name in layers]
    moved = tables[0][:count]
    kept = count - len(moved)
    changes = {"vocabulary_size": len(moved), "spare_words": kept, "quantized_words": True}
    small = WordTagger(**{**tagger.get_config(), **changes})
    small.get_layer("word_vectors").set_weights(_eight_bits(moved))
    if kept:
        small.get_layer("spare_vectors").encode(tables[1][:kept])
    for name, layer in layers.items():
        small.get_layer(name).set_weights(layer.get_weights())
    return small


def quantize_embedding(classifier):
    """Return a classifier with eight bits a number of its embeddings, and all its other weights.

    Args:
        classifier: a `zoo.models.SequenceClassifier`.

    Example:

    >>> encoder = Encoder(9, embedding_dim=4, units=3)
    >>> quantize_embedding(SequenceClassifier(encoder, 2)).encoder.quantized
    True
    """
    config = classifier.get_config()
    encoder = Encoder(**{**classifier.encoder.get_config(), "quantized": True})
    small = SequenceClassifier(**{**config, "encoder": encoder})
    for layer in [*classifier.encoder.layers, *classifier.layers]:
        if layer.weights and layer is not classifier.encoder:
            weights = layer.get_weights()
            home = encoder if layer in classifier.encoder.layers else small
            if layer.name == "embedding":
                weights = _eight_bits(*weights)
            home.get_layer(layer.name).set_weights(weights)
    return small


def trainable_weights_of(layer):
    """Return a layer's weights as training needs them: embeddings of eight bits as numbers again.

    Example:

    >>> encoder = Encoder(2, embedding_dim=1, units=1)
    >>> encoder.get_layer("embedding").set_weights([np.array([[0.5], [-2.0]])])
    >>> small = quantize_embedding(SequenceClassifier(encoder, 2)).encoder
    >>> trainable_weights_of(small.get_layer("embedding"))[0].round(3).tolist()
    [[0.5], [-2.0]]
    """
    weights = layer.get_weights()
    if len(weights) == 2 and weights[0].dtype == "int8":
        values, scale = weights
        weights = [(values / scale[:, None]).astype("float32")]
    return weights


def _eight_bits(vectors):
    """Return integers and scales of vectors, (N, D) int8 and (N,)."""
    values, scale = keras.quantizers.abs_max_quantize(vectors, axis=-1, to_numpy=True)
    return [values, scale[:, 0]]
