"""Training of a classifier of texts, and before it of its encoder as a language model."""

import keras
import numpy as np

from zoo.data.texts import TextBatches
from zoo.errors import DistributionError
from zoo.metrics.classification import accuracy, predict_logits
from zoo.training.classification.adversarial import AdversarialClassifier
from zoo.training.classification.language_model import LanguageBatches, TwoWayLanguageModel
from zoo.training.distribution.one_device import split_rows
from zoo.training.loop import fit_best

AVERAGING = 20  # weights that the average is of, or so; at most an epoch's
AVERAGE_EVERY = 20  # batches, or fewer where an epoch has few


def fit_classifier(
    model, train, dev, folder, *, seed, epochs, rate, adversarial=None, limits, unknown=0.0, **more
):
    """Train a classifier with Adam, and leave it with the averaged weights that are best on dev.

    The rate falls to 0 in a straight line.

    Args:
        model: a `zoo.models.SequenceClassifier`.
        train: `zoo.data.encoded.EncodedTexts`; its labels (N,) integers, or (N, K) probabilities.
        dev: `EncodedTexts` with integers for labels.
        folder: of the checkpoint, as in `zoo.training.fit_best`.
        seed: of the order of the texts and of the words that are hidden.
        epochs: how many.
        rate: the learning rate to start from.
        adversarial: dict of arguments of `AdversarialClassifier`, or None.
        limits: dict of `max_tokens`, of a batch, and `max_words`, of a text.
        unknown: part of the words hidden.
        **more: `conditions`, `report`, `log_dir`, `callbacks`, `devices` and `products` of
            `fit_best`.

    Returns:
        The history, a list of dicts, as of `fit_best`.
    """
    trained = model
    if adversarial:
        trained = AdversarialClassifier(model, **adversarial)
        trained.build((None, None))
    soft = np.ndim(train.labels) == 2
    losses = keras.losses
    loss = losses.CategoricalCrossentropy if soft else losses.SparseCategoricalCrossentropy
    trained.compile(_optimizer(rate), loss=loss(from_logits=True))

    def batches(epoch):
        return TextBatches(*train, **limits, seed=seed, epoch=epoch, word_dropout=unknown)

    return fit_best(
        trained,
        batches,
        lambda: accuracy(predict_logits(model, dev.texts), dev.labels),
        folder,
        epochs=epochs,
        rate=_falling(rate, epochs),
        split=split_labelled if adversarial else split_rows,
        **_averaging(batches(0)),
        **more,
    )


def fit_language_model(encoder, texts, dev_texts, folder, *, epochs, rate, limits, **more):
    """Train an encoder as a language model in both directions.

    Args:
        encoder: a `zoo.models.Encoder` of one layer, both directions.
        texts: list of integer arrays, the ids of a text's words.
        dev_texts: the same, to tell how well it does.
        folder, epochs, rate, limits, **more: as in `fit_classifier`.

    Returns:
        The history; `dev` is the mean logarithm of the probability of a word among those drawn.
    """
    counts = np.bincount(np.concatenate(texts), minlength=encoder.vocabulary_size)
    language = TwoWayLanguageModel(encoder)
    language.compile(_optimizer(rate))

    def batches(epoch):
        return LanguageBatches(TextBatches(texts, **limits, seed=0, epoch=epoch), counts)

    dev = LanguageBatches(TextBatches(dev_texts, **limits), counts)
    return fit_best(
        language,
        batches,
        lambda: -np.mean([float(language.test_on_batch(*dev[i])) for i in range(len(dev))]),
        folder,
        epochs=epochs,
        rate=_falling(rate, epochs),
        split=split_language,
        **_averaging(batches(0)),
        **more,
    )


def split_language(x, y, count):
    """Share the texts of a language model's batch out; its loss is a mean over pairs of words."""
    return [
        ({**x, "ids": ids}, part, np.count_nonzero(ids[:, 1:] * ids[:, :-1]) if rows else 0)
        for ids, part, rows in split_rows(x["ids"], y, count)
    ]


def split_labelled(x, y, count):
    """Share labelled texts out; with some that have none, the loss is no one mean."""
    if np.ndim(y) == 1 and np.min(y) < 0:
        raise DistributionError(
            "adversarial steps on texts without a label need one device, or KERAS_BACKEND=jax."
        )
    return split_rows(x, y, count)


def _optimizer(rate):
    return keras.optimizers.Adam(rate, beta_2=0.98, clipnorm=1.0)


def _falling(rate, epochs):
    return lambda passed: rate * (1 - passed / epochs)


def _averaging(batches):
    """Return how often the weights are averaged, and how many averages count, for `fit_best`."""
    return {
        "averaging": 1 - 1 / AVERAGING,
        "average_every": max(1, min(AVERAGE_EVERY, len(batches) // AVERAGING)),
    }
