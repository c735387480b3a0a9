"""Quantized copies of trained models: embeddings in eight bits per number or fewer."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from zoo.models.classifier import SequenceClassifier
from zoo.models.encoder import Encoder
from zoo.models.word_tagger import WordTagger

TABLES = ("word_vectors", "spare_vectors")


def quantize_words(tagger: WordTagger, count: int | None = None) -> WordTagger:
    """Return a tagger with quantized embeddings of the first words of another tagger.

    A trainable embedding v becomes integers q and a scale s, `s = 127 / max |v|, q = round(s v)`,
    and is read as `q / s`. The frozen embeddings become a `zoo.layers.ProductQuantizedEmbedding`.
    All other weights are copied.

    Args:
        tagger: a `zoo.models.WordTagger`.
        count: number of words to keep, including padding and unknown; None for all.

    Returns:
        A `zoo.models.WordTagger` with `quantized_words`.

    Raises:
        ValueError: `count` is below 2 or above the number of words of the tagger.

    Example:

    >>> tagger = WordTagger(9, ["O", "B-X", "I-X"], word_dim=4, stack={"units": 2}, num_cases=0)
    >>> quantize_words(tagger, 3).options.vocabulary_size
    3
    """
    known = tagger.input_sizes["words"]
    count = known if count is None else count
    if not 2 <= count <= known:
        raise ValueError(f"`count` must be from 2 to {known}, got {count}.")
    layers = {layer.name: layer for layer in tagger.layers if layer.weights}
    tables = [np.asarray(layers.pop(name).embeddings) for name in TABLES if name in layers]
    trainable = tables[0][:count]
    frozen = count - len(trainable)
    changes = {
        "vocabulary_size": len(trainable),
        "frozen_words": frozen,
        "quantized_words": True,
    }
    small = WordTagger(**{**tagger.get_config(), **changes})
    small.get_layer("word_vectors").set_weights(_to_int8(trainable))
    if frozen:
        small.get_layer("spare_vectors").encode(tables[1][:frozen])
    for name, layer in layers.items():
        small.get_layer(name).set_weights(layer.get_weights())
    return small


def quantize_embedding(classifier: SequenceClassifier) -> SequenceClassifier:
    """Return a copy of a classifier whose embeddings are stored as int8.

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
            weights: Any = layer.get_weights()
            home = encoder if layer in classifier.encoder.layers else small
            if layer.name == "embedding":
                weights = _to_int8(*weights)
            home.get_layer(layer.name).set_weights(weights)
    return small


def trainable_weights_of(layer: keras.layers.Layer) -> list[np.ndarray]:
    """Return the weights of a layer for training: int8 embeddings are converted to float32.

    Example:

    >>> encoder = Encoder(2, embedding_dim=1, units=1)
    >>> encoder.get_layer("embedding").set_weights([np.array([[0.5], [-2.0]])])
    >>> small = quantize_embedding(SequenceClassifier(encoder, 2)).encoder
    >>> trainable_weights_of(small.get_layer("embedding"))[0].round(3).tolist()
    [[0.5], [-2.0]]
    """
    weights: Any = layer.get_weights()
    if len(weights) == 2 and weights[0].dtype == "int8":
        values, scale = weights
        weights = [(values / scale[:, None]).astype("float32")]
    return weights


def _to_int8(vectors: np.ndarray) -> list[np.ndarray]:
    """Return the integers (N, D) and the scales (N,) of vectors."""
    quantized: Any = keras.quantizers.abs_max_quantize(vectors, axis=-1, to_numpy=True)
    values, scale = quantized
    return [values, scale[:, 0]]
