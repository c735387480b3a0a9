"""Laws of the training of classifiers: labels or probabilities, fresh or after a language model."""

import keras
import numpy as np
import pytest

from tests.grids import quick
from zoo.data import CorpusError
from zoo.data.encoded import EncodedTexts
from zoo.metrics import accuracy, predict_logits
from zoo.models import Encoder, SequenceClassifier
from zoo.training import TrainingOptions, linear_decay
from zoo.training.classification import fit_classifier, fit_language_model, load_soft_labels

LIMITS = {"max_tokens": 200, "max_words": 10}


def corpus(count, seed):
    """Texts of ids from 2 to 7; the label says whether 7 is among them."""
    rng = np.random.default_rng(seed)
    texts = [rng.integers(2, 7, rng.integers(1, 9)).astype("int32") for _ in range(count)]
    for text in texts[::2]:
        text[rng.integers(len(text))] = 7
    return EncodedTexts(texts, np.array([int(7 in text) for text in texts], "int32"))


def classifier():
    keras.utils.set_random_seed(0)
    return SequenceClassifier(Encoder(8, embedding_dim=4, units=4), 2, pooling="max")


def fit(folder, train, **options):
    model, dev = classifier(), corpus(100, 1)
    schedule = TrainingOptions(12, linear_decay(0.03, 12), report=id)
    fit_classifier(model, train, dev, folder, schedule, limits=LIMITS, **options)
    return accuracy(predict_logits(model, dev.texts), dev.labels)


WAYS = {
    "labels alone": {},
    "words hidden": {"word_dropout": 0.05},
    "adversarial": {"adversarial": {"size": 0.02}},
}


@pytest.mark.parametrize("way", quick(WAYS, "labels alone"))
def test_it_learns_the_labels(way, tmp_path):
    assert fit(tmp_path, corpus(300, 0), **WAYS[way]) > 0.95


@pytest.mark.slow("trains anew")
def test_it_learns_from_probabilities(tmp_path):
    texts, labels = corpus(300, 0)
    assert fit(tmp_path, EncodedTexts(texts, np.eye(2)[labels] * 0.8 + 0.1)) > 0.95


def test_a_language_model_gets_better_and_goes_on(tmp_path):
    texts = [(np.arange(start, start + 8) % 6 + 2).astype("int32") for start in range(200)]

    def run(folder, epochs):
        keras.utils.set_random_seed(0)
        encoder = Encoder(8, embedding_dim=4, units=4)
        options = TrainingOptions(epochs, linear_decay(0.02, epochs), report=id)
        history = fit_language_model(encoder, texts, texts[:9], folder, options, limits=LIMITS)
        return encoder.get_weights(), [each["dev"] for each in history]

    weights, dev = run(tmp_path / "whole", 4)
    assert dev == sorted(dev)
    again, same = run(tmp_path / "whole", 4)
    assert same == dev
    for first, second in zip(weights, again, strict=True):
        np.testing.assert_array_equal(first, second)


def test_a_teacher_labels_the_unlabelled_texts(tmp_path):
    np.save(tmp_path / "says.npy", [[0.25, 0.75]])
    train = load_soft_labels(tmp_path / "says.npy", corpus(2, 0), [np.array([4])], 2)
    assert train.labels.tolist() == [[0, 1], [1, 0], [0.25, 0.75]]
    assert train.texts[2].tolist() == [4]


def test_a_teacher_of_other_texts_is_refused(tmp_path):
    np.save(tmp_path / "says.npy", np.zeros((3, 2)))
    with pytest.raises(CorpusError, match=r"\(2, 2\) expected, got \(3, 2\)"):
        load_soft_labels(tmp_path / "says.npy", corpus(2, 0), corpus(2, 0).texts, 2)
