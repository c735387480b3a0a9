"""A linear model of words and bigrams that is added to a trained network."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from zoo.data.encoded import EncodedTexts
from zoo.layers import HashedBigrams
from zoo.metrics import best_temperature, negative_log_likelihood, predict_logits
from zoo.models import SequenceClassifier
from zoo.training.classification.linear import fit_weighted

MIN_COUNT = 2  # texts with a feature
SHARES = np.arange(0, 1.01, 0.1)  # of the linear model; the best on dev is taken


def fit_bigrams(
    train: EncodedTexts, dev: EncodedTexts, vocabulary_size: int, places: int
) -> tuple[np.ndarray, float]:
    """Fit a linear model over the features of a `zoo.layers.HashedBigrams`.

    Args:
        train: `zoo.data.encoded.EncodedTexts` with the labels 0 and 1.
        dev: the same, on which the regularization is chosen.
        vocabulary_size: V.
        places: P.

    Returns:
        Pair of weights (V + P,) and bias.
    """
    layer = HashedBigrams(vocabulary_size, places)
    counts, dev_counts = (count_features(each.texts, layer) for each in (train, dev))
    kept = np.bincount(counts.indices, minlength=counts.shape[1]) >= MIN_COUNT
    counts, dev_counts = (each.multiply(kept).tocsr() for each in (counts, dev_counts))
    return fit_weighted(counts, train.labels == 1, dev_counts, dev.labels == 1)


def count_features(texts: Sequence[np.ndarray], layer: HashedBigrams) -> Any:
    """Return the counts of the features of each text, an array of ids: sparse (N, V + P).

    Example:

    >>> layer = HashedBigrams(4, num_buckets=8)
    >>> count_features([np.array([2, 3, 2])], layer).toarray()[0, :4].tolist()
    [0.0, 0.0, 2.0, 1.0]
    """
    from scipy.sparse import csr_matrix

    features = [
        np.concatenate([ids, layer.bigram_ids(ids[:-1], ids[1:])])
        for ids in (text.astype("int64") for text in texts)
    ]
    ends = np.cumsum([0, *map(len, features)])
    columns = np.concatenate([np.zeros(0, "int64"), *features])
    shape = len(texts), layer.vocabulary_size + layer.num_buckets
    counts = csr_matrix((np.ones(len(columns), "float32"), columns, ends), shape)
    counts.sum_duplicates()
    return counts


def add_bigrams(
    model: SequenceClassifier, fitted: tuple[np.ndarray, float], dev: EncodedTexts
) -> tuple[SequenceClassifier, float]:
    """Add a linear model to the network of a classifier, with the share that is best on dev.

    Args:
        model: a `zoo.models.SequenceClassifier` of two labels, without pairs.
        fitted: pair of weights and bias, as from `fit_bigrams`.
        dev: `zoo.data.encoded.EncodedTexts`; the best share maximizes the likelihood of its labels,
            at the best temperature.

    Returns:
        A `SequenceClassifier` that shares the encoder of `model`, and the share.
    """
    weights, bias = fitted
    places = len(weights) - model.encoder.vocabulary_size
    both = SequenceClassifier(
        **{**model.get_config(), "encoder": model.encoder, "bigram_buckets": places}
    )
    for layer in model.layers:
        if layer.weights and layer is not model.encoder:
            both.get_layer(layer.name).set_weights(layer.get_weights())
    pairs = both.bigrams
    odds = count_features(dev.texts, pairs) @ weights + bias
    network, linear = predict_logits(model, dev.texts), np.stack([-odds, odds], axis=-1) / 2
    share = min(SHARES, key=lambda share: _loss(network + share * linear, dev.labels))
    pairs.assign(share * weights, share * bias)
    return both, float(share)


def _loss(logits: np.ndarray, labels: np.ndarray) -> float:
    return negative_log_likelihood(logits / best_temperature(logits, labels), labels)
