"""Laws of what trains classifiers: gradients, adversarial steps, language models."""

import keras
import numpy as np
import pytest
from keras import ops

from zoo.data.texts import TextBatches
from zoo.models import Encoder, SequenceClassifier
from zoo.training.classification import (
    AdversarialClassifier,
    BidirectionalLanguageModel,
    LanguageBatches,
)
from zoo.training.classification.adversarial import cross_entropy
from zoo.training.classification.gradients import with_gradient

IDS = np.array([[3, 4, 5, 2], [6, 7, 0, 0], [2, 2, 3, 0]])
LABELS = np.array([1, 0, 1])


def classifier(seed=0, **changes):
    keras.utils.set_random_seed(seed)
    encoder = Encoder(9, embedding_dim=4, units=3, embeddings_initializer="normal", **changes)
    return SequenceClassifier(encoder, num_labels=2, pooling="max")


def test_the_gradient_is_that_of_finite_differences():
    x = np.array([[0.3, -1.0], [2.0, 0.5]])

    def function(x):
        return ops.sum(ops.sin(x) * ops.exp(x))

    value, slope = with_gradient(function, ops.convert_to_tensor(x, "float32"))
    assert float(value) == pytest.approx(np.sum(np.sin(x) * np.exp(x)), rel=1e-5)
    got = ops.convert_to_numpy(slope)
    for place in np.ndindex(2, 2):
        step = np.zeros((2, 2))
        step[place] = 1e-3
        rise = [float(function(ops.convert_to_tensor(x + s, "float32"))) for s in (step, -step)]
        assert got[place] == pytest.approx((rise[0] - rise[1]) / 2e-3, rel=1e-2)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="JAX goes back for all at once")
@pytest.mark.slow("traces a gradient of a gradient")
@pytest.mark.parametrize("compiled", [False, True])
def test_gradients_of_weights_are_the_same_where_they_are_taken_along(monkeypatch, compiled):
    import tensorflow as tf

    from zoo.training.classification import adversarial

    keras.utils.set_random_seed(0)
    encoder = Encoder(9, embedding_dim=4, units=3, embeddings_initializer="normal")
    model = AdversarialClassifier(SequenceClassifier(encoder, num_labels=2, pooling="attention"))
    passes = []

    def gradients():
        with tf.GradientTape() as tape:
            loss = model.compute_loss(tf.constant(IDS), tf.constant(LABELS), training=False)
        found = tape.gradient(loss, [each.value for each in model.trainable_variables])
        return [tf.convert_to_tensor(each) for each in found]

    def without_weights(function, x, weights):
        passes.append(len(weights))
        return with_gradient(function, x)

    along = (tf.function(gradients, autograph=False) if compiled else gradients)()
    monkeypatch.setattr(adversarial, "with_gradient", without_weights)
    for mine, theirs in zip(along, gradients(), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-6)
        assert np.abs(theirs).max() > 0
    # All weights but the table of the embedding were to be taken along.
    assert passes == [len(along) - 1]


def test_probabilities_count_as_the_labels_that_they_are_sure_of():
    logits = ops.convert_to_tensor(np.array([[0.0, 1.0], [2.0, 0.0]], "float32"))
    sure = ops.convert_to_tensor(np.array([[0.0, 1.0], [1.0, 0.0]], "float32"))
    known = float(cross_entropy(np.array([1, 0]), logits))
    assert float(cross_entropy(sure, logits)) == pytest.approx(known, rel=1e-5)


def test_the_step_does_worse_than_a_random_one_of_its_length():
    model = AdversarialClassifier(classifier(), size=0.3)
    mask = IDS != 0
    inside = mask[..., None].astype("float32")
    embedded = model.classifier.encoder.get_layer("embedding")(IDS) * inside
    clean = model.classifier.logits(embedded, mask)

    def loss(vectors):
        return cross_entropy(LABELS, model.classifier.logits(vectors, mask))

    rng = np.random.default_rng(0)
    noise = rng.normal(size=(20, *embedded.shape)) * inside
    lengths = np.sqrt(np.square(np.asarray(embedded)).sum((1, 2), keepdims=True))
    steps = 0.3 * lengths * noise / np.sqrt(np.square(noise).sum((2, 3), keepdims=True))
    at_random = [float(loss(embedded + step.astype("float32"))) for step in steps]
    total = float(model.compute_loss(IDS, LABELS, training=False))
    assert total - float(cross_entropy(LABELS, clean)) > np.mean(at_random) + np.std(at_random)


@pytest.mark.exhaustive
@pytest.mark.slow("trains for long; a quick path is in the doctest of AdversarialClassifier")
def test_it_trains_the_classifier():
    model = AdversarialClassifier(classifier(embedding_dropout=0.2))
    model.compile(keras.optimizers.Adam(0.05))
    for _ in range(30):
        loss = model.train_on_batch(IDS, LABELS)
    assert float(loss) < 0.2
    labels = ops.convert_to_numpy(model.classifier.answers({"ids": IDS})["label"])
    assert labels.tolist() == LABELS.tolist()


def language_batches(texts, **options):
    counts = np.bincount(np.concatenate(texts), minlength=9)
    return LanguageBatches(TextBatches(texts, max_tokens=300, **options), counts, drawn=6)


@pytest.mark.slow("trains a language model")
def test_a_language_model_learns_what_comes_next_on_either_side():
    # Words go round in a circle: both neighbours of a word follow from it.
    texts = [(np.arange(start, start + 8) % 6 + 2).astype("int32") for start in range(60)]
    model = BidirectionalLanguageModel(Encoder(9, embedding_dim=8, units=8))
    model.compile(keras.optimizers.Adam(0.05))
    losses = []
    for epoch in range(40):
        batches = language_batches(texts, seed=0, epoch=epoch)
        losses.append(np.mean([model.train_on_batch(*batches[i]) for i in range(len(batches))]))
    assert losses[-1] < 0.1 < 1 < losses[0]


def test_a_direction_does_not_see_the_word_that_it_predicts():
    keras.utils.set_random_seed(0)
    model = BidirectionalLanguageModel(Encoder(9, embedding_dim=4, units=3))
    inputs, _ = language_batches([np.array([2, 3, 4, 5, 6])])[0]
    inputs["drawn"] = np.full(6, 8, "int32")
    scores = np.asarray(model(inputs))[0]
    changed = {**inputs, "ids": inputs["ids"].copy()}
    changed["ids"][0, 2] = 7
    moved = np.abs(np.asarray(model(changed))[0] - scores) > 1e-7
    # The forward direction meets the third word as target 1, then in the states behind it.
    assert moved[:, 0].tolist() == [False, True, True, True]
    assert moved[:, 1].tolist() == [True, True, True, False]


def test_padding_has_no_part_in_a_language_model():
    keras.utils.set_random_seed(0)
    model = BidirectionalLanguageModel(Encoder(9, embedding_dim=4, units=3))
    texts = [np.array([2, 3, 4, 5, 6]), np.array([7, 2])]
    both, alone = language_batches(texts)[0][0], language_batches(texts[1:])[0][0]
    alone = {**both, "ids": alone["ids"]}
    together = np.asarray(model(both))[1]
    np.testing.assert_allclose(together[:1], np.asarray(model(alone))[0], atol=1e-6)
    assert (together[1:] == 0).all()


def test_an_encoder_of_another_kind_is_refused():
    with pytest.raises(ValueError, match="`encoder` must have"):
        BidirectionalLanguageModel(Encoder(9, embedding_dim=4, units=3, direction="forward"))
