"""Laws of the linear model of words and hashed bigrams."""

import keras
import numpy as np
import pytest

from zoo.layers import HashedBigrams
from zoo.layers.bigrams import MAX_VOCABULARY_SIZE

VOCABULARY, BUCKETS = 7, 50


def filled(seed=0):
    layer = HashedBigrams(VOCABULARY, BUCKETS)
    layer.build()
    layer.assign(np.random.default_rng(seed).normal(size=VOCABULARY + BUCKETS), 0.25)
    return layer


def reference(layer, ids):
    """Add up the weights word by word; fewer of them than codes are kept exactly."""
    weights = np.asarray(layer.table(np.arange(VOCABULARY + BUCKETS)))[:, 0]
    multiplier = (2**31 - 1) // VOCABULARY - 1
    total = 0.25 + sum(weights[word] for word in ids)
    for one, other in zip(ids, ids[1:], strict=False):
        total += weights[VOCABULARY + (one * multiplier + other) % BUCKETS]
    return total


@pytest.mark.parametrize("ids", [[1], [1, 1], [2, 3], [3, 2], [6, 1, 4, 4, 2, 5, 6]])
def test_it_adds_the_weights_of_words_and_neighbours(ids):
    layer = filled()
    assert float(layer(np.array([ids]))[0]) == pytest.approx(reference(layer, ids), abs=1e-5)


@pytest.mark.parametrize("padding", [(0, 1), (2, 0), (3, 5)])
def test_padding_at_an_end_never_changes_a_score(padding):
    layer, ids = filled(), [3, 1, 6]
    padded = np.pad([ids], ((0, 0), padding))
    assert float(layer(padded)[0]) == pytest.approx(reference(layer, ids), abs=1e-5)


def test_a_text_without_words_gets_the_bias():
    np.testing.assert_allclose(np.asarray(filled()(np.zeros((2, 3), "int32"))), 0.25)


def test_the_order_of_words_counts():
    layer, ids = filled(), np.array([[1, 4], [2, 6], [5, 3]])
    assert np.abs(np.asarray(layer(ids)) - np.asarray(layer(ids[:, ::-1]))).min() > 0.1


def test_no_bigram_overflows():
    layer = HashedBigrams(MAX_VOCABULARY_SIZE, 2**20)
    words = np.array([1, 2, MAX_VOCABULARY_SIZE - 2, MAX_VOCABULARY_SIZE - 1])
    one, other = (each.ravel() for each in np.meshgrid(words, words))
    narrow = layer.bigram_ids(one.astype("int32"), other.astype("int32"))
    np.testing.assert_array_equal(narrow, layer.bigram_ids(one, other))
    assert len({*narrow.tolist()}) == len(narrow)
    assert narrow.min() >= MAX_VOCABULARY_SIZE and narrow.max() < MAX_VOCABULARY_SIZE + 2**20


def test_file_round_trip(tmp_path):
    inputs = keras.Input((None,), dtype="int32")
    layer = filled()
    model = keras.Model(inputs, layer(inputs))
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    ids = np.array([[5, 1, 3, 0]])
    np.testing.assert_array_equal(np.asarray(again(ids)), np.asarray(layer(ids)))
    assert again.layers[-1].get_config() == layer.get_config()


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((0, 4), "`vocabulary_size` must be an integer above 0, got 0"),
        ((4, 0), "`num_buckets` must be an integer above 0, got 0"),
        ((MAX_VOCABULARY_SIZE + 1, 4), "`vocabulary_size` must be at most 46340, got"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(sizes, message):
    with pytest.raises(ValueError, match=message):
        HashedBigrams(*sizes)
