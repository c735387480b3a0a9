"""Laws of what is measured of classifiers, and of the linear model beside them."""

import numpy as np
import pytest

from zoo.data import LabelledText
from zoo.metrics import measure_classifier, predict_logits
from zoo.models import Encoder, SequenceClassifier, quantize_embedding
from zoo.runtime import Classification
from zoo.training.classification import LinearBaseline


def classifier():
    encoder = Encoder(30, embedding_dim=4, units=3, embeddings_initializer="normal")
    return SequenceClassifier(encoder, num_labels=3, pooling="attention")


def test_logits_come_in_the_order_of_the_texts():
    model = classifier()
    rng = np.random.default_rng(0)
    texts = [rng.integers(1, 30, length) for length in (3, 9, 1, 5, 9, 2)]
    logits = predict_logits(model, texts)
    assert logits.shape == (6, 3)
    for text, row in zip(texts, logits, strict=True):
        np.testing.assert_allclose(row, np.asarray(model(text[None]))[0], atol=1e-5)


def test_the_card_says_what_the_predictor_answers():
    answers = {
        "a": Classification("good", 0.8),
        "b": Classification("bad", 0.6),
        "": Classification(None, 0.0),
    }
    texts = [LabelledText("a", "good"), LabelledText("b", "good"), LabelledText("", "bad")]
    rows = list(measure_classifier(answers.get, texts, "test", temperature=1.5))
    found = {row["metric"]: row["value"] for row in rows}
    assert found["accuracy"] == pytest.approx(1 / 3)
    assert found["expected calibration error"] == pytest.approx((0.2 + 0.6 + 0.0) / 3)
    assert {row["split"] for row in rows} == {"test"}


def test_eight_bits_hardly_change_a_logit():
    model = classifier()
    model.temperature = 2.0
    ids = np.array([[3, 4, 5], [6, 0, 0]])
    small = quantize_embedding(model)
    expected, got = np.asarray(model(ids)), np.asarray(small(ids))
    assert 0 < np.abs(expected - got).max() < 0.02 * np.abs(expected).max()
    assert small.temperature == 2.0


def test_the_linear_model_sees_pairs_of_words():
    # The same words, in another order.
    texts, labels = [["not", "so", "bad"], ["so", "not", "bad"]] * 10, ["n", "y"] * 10
    baseline = LinearBaseline(["n", "y"]).fit(texts, labels, texts, labels)
    assert baseline.accuracy(texts, labels) == 1.0
    assert baseline.predict([["never", "seen"]])[0] in ("n", "y")
