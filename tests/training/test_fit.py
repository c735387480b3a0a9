"""Laws of training: it learns, padding does not count, the same seed gives the same model."""

import keras
import numpy as np
import pytest

from zoo.models import build
from zoo.training import fit_tagger, predict_tags, token_accuracy


def make():
    encoder = {"vocabulary_size": 6, "embedding_dim": 8, "units": 16}
    return build("token-tagging", {"encoder": encoder, "num_labels": 2})


def task(count=256, seed=0):
    """Is the token the same as the next one? Sequences of 2 to 6 tokens, padded on the right."""
    rng = np.random.default_rng(seed)
    ids = rng.integers(1, 6, (count, 6))
    ids[np.arange(6) >= rng.integers(2, 7, (count, 1))] = 0
    following = np.pad(ids[:, 1:], ((0, 0), (0, 1)))
    return ids, ((ids == following) & (ids != 0)).astype("int32")


def test_it_learns_what_only_the_future_tells():
    keras.utils.set_random_seed(0)
    model = make()
    history = fit_tagger(model, task(2048), task(seed=1), epochs=12, learning_rate=0.03, verbose=0)
    assert history["val_accuracy"][-1] > 0.99
    ids, labels = task(seed=2)
    assert token_accuracy(labels, predict_tags(model, ids), ids != 0)[0] > 0.99


@pytest.mark.slow("trains twice")
def test_labels_of_padding_change_nothing():
    ids, labels = task()
    histories = []
    for wrong in (labels, np.where(ids == 0, 1 - labels, labels)):
        keras.utils.set_random_seed(3)
        histories.append(fit_tagger(make(), (ids, wrong), None, epochs=2, verbose=0))
    assert histories[0] == histories[1]


def test_the_same_seed_gives_the_same_weights():
    weights = []
    for _ in range(2):
        keras.utils.set_random_seed(4)
        model = make()
        fit_tagger(model, task(), None, epochs=1, verbose=0)
        weights.append(model.get_weights())
    for first, second in zip(*weights, strict=True):
        np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("name", ["epochs", "batch_size"])
def test_a_bad_number_is_named(name):
    with pytest.raises(ValueError, match=f"`{name}` must be an integer above 0, got 0"):
        fit_tagger(make(), task(), None, **{"epochs": 1, name: 0}, verbose=0)


def test_the_standard_error_is_that_of_repeated_samples():
    """Sequences in which all tokens are right or all are wrong: tokens are far from independent."""
    rng = np.random.default_rng(0)

    def draw(count):
        labels = np.zeros((count, 5), int)
        mask = np.arange(5) < rng.integers(1, 6, (count, 1))
        return labels, np.broadcast_to(rng.random((count, 1)) < 0.3, labels.shape), mask

    spread = np.std([token_accuracy(*draw(400))[0] for _ in range(400)])
    _, error = token_accuracy(*draw(400))
    assert error == pytest.approx(spread, rel=0.15)
