"""Laws of the linear model that stands beside a trained network."""

import numpy as np
import pytest

from zoo.data.encoded import EncodedTexts
from zoo.metrics import accuracy, negative_log_likelihood, predict_logits
from zoo.models import build, quantize_embedding
from zoo.training.classification import WarmStart, add_bigrams, fit_bigrams

SIZE, PLACES = 12, 4096


def texts(count, seed):
    """Return texts whose label is whether word 3 comes right before word 4."""
    rng = np.random.default_rng(seed)
    found = [rng.permutation(np.arange(2, SIZE))[: rng.integers(6, 10)] for _ in range(count)]
    joined = [
        np.concatenate([[3, 4] if number % 2 else [4, 3], text[(text != 3) & (text != 4)]])
        for number, text in enumerate(found)
    ]
    return EncodedTexts(joined, np.arange(count) % 2)


def network(**config):
    encoder = {"vocabulary_size": SIZE, "embedding_dim": 3, "units": 3}
    return build("sequence-classification", {"encoder": encoder, "num_labels": 2, **config})


def test_what_pairs_alone_tell_is_found():
    train, dev = texts(200, 0), texts(60, 1)
    model = network(pooling="max")
    before = predict_logits(model, dev.texts)
    both, share = add_bigrams(model, fit_bigrams(train, dev, SIZE, PLACES), dev)
    after = predict_logits(both, dev.texts)
    assert share > 0.5
    assert accuracy(before, dev.labels) < 0.7 < 0.99 < accuracy(after, dev.labels)
    small = quantize_embedding(both)
    np.testing.assert_allclose(predict_logits(small, dev.texts), after, atol=0.05)
    assert small.get_config()["bigram_buckets"] == PLACES


def test_the_network_beside_it_stays_what_it_was():
    train, dev = texts(80, 0), texts(60, 1)
    model = network(pooling="attention", temperature=1.5)
    both, _ = add_bigrams(model, fit_bigrams(train, dev, SIZE, PLACES), dev)
    ids = np.stack([text[:5] for text in dev.texts])
    network_alone = predict_logits(both, ids) - predict_logits(model, ids)
    np.testing.assert_allclose(network_alone.sum(axis=1), 0, atol=1e-5)
    assert np.abs(network_alone).max() > 0.1
    assert both.temperature == 1.5


def test_another_training_starts_from_the_network_alone():
    train, model = texts(40, 0), network(pooling="max")
    both, _ = add_bigrams(model, fit_bigrams(train, train, SIZE, PLACES), train)
    start, other = WarmStart(both, None, ["no", "yes"], ""), network(pooling="max")
    assert "bigram_buckets" not in start.config
    start.copy_weights(other, ["no", "yes"])
    ids = np.array([[3, 4, 5]])
    np.testing.assert_allclose(np.asarray(other(ids)), np.asarray(model(ids)), atol=1e-6)


def test_a_linear_model_that_says_the_wrong_gets_no_share():
    train, dev = texts(80, 0), texts(60, 1)
    weights, bias = fit_bigrams(train, dev, SIZE, PLACES)
    model = network(pooling="max")
    both, share = add_bigrams(model, (-weights, -bias), dev)
    assert share == 0
    expected = predict_logits(model, dev.texts)
    np.testing.assert_allclose(predict_logits(both, dev.texts), expected, atol=1e-6)


def test_what_one_text_alone_has_counts_for_nothing():
    train = EncodedTexts([np.array([2, 5]), np.array([3, 6]), np.array([2]), np.array([3])] * 2, [])
    train = EncodedTexts([*train.texts, np.array([7, 8, 9])], np.array([1, 0] * 4 + [1]))
    weights, _ = fit_bigrams(train, train, SIZE, PLACES)
    assert weights[7] == weights[8] == weights[9] == 0
    assert weights[2] > 0 > weights[3]


def test_pairs_speak_for_two_labels():
    with pytest.raises(ValueError, match="`bigram_buckets` requires `num_labels` to be 2, got 3"):
        network(num_labels=3, bigram_buckets=PLACES)


def test_the_likelihood_is_that_of_the_labels():
    logits = np.array([[1.0, 3.0], [900.0, 0.0]])
    expected = [np.log1p(np.exp(-2.0)), 0.0]
    found = negative_log_likelihood(logits, np.array([1, 0]))
    assert found == pytest.approx(np.mean(expected))
