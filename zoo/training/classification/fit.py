"""Training of a text classifier, and pretraining of its encoder as a language model."""

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any

import keras
import numpy as np

from zoo.data.encoded import EncodedTexts
from zoo.data.texts import TextBatches
from zoo.metrics import accuracy, predict_logits
from zoo.models import Encoder, SequenceClassifier
from zoo.training.checkpoint import History
from zoo.training.classification.adversarial import AdversarialClassifier
from zoo.training.classification.language_model import BidirectionalLanguageModel, LanguageBatches
from zoo.training.distribution.one_device import Part, split_rows
from zoo.training.loop import Batches, fit
from zoo.training.options import TrainingOptions

AVERAGED = 20  # weights that the average is of, roughly; at most an epoch's
AVERAGE_EVERY = 20  # batches, or fewer if an epoch is short


def fit_classifier(
    model: SequenceClassifier,
    train: EncodedTexts,
    dev: EncodedTexts,
    folder: str | PathLike[str],
    options: TrainingOptions,
    *,
    limits: Mapping[str, Any],
    seed: int = 0,
    word_dropout: float = 0.0,
    adversarial: Mapping[str, float] | None = None,
) -> History:
    """Train a classifier with Adam; keep the averaged weights with the best accuracy on dev.

    Args:
        model: a `zoo.models.SequenceClassifier`.
        train: `zoo.data.encoded.EncodedTexts`; labels are (N,) integers, or (N, K) probabilities.
        dev: `EncodedTexts` with integer labels.
        folder: folder of the checkpoint, `best.weights.h5` and `history.json`.
        options: a `zoo.training.TrainingOptions`; by default the average is over about the last 20
            of the weights after every 20th batch.
        limits: dict of `max_tokens`, of a batch, and `max_words`, of a text, as for
            `zoo.data.TextBatches`.
        seed: seed of the order of the texts and of word dropout.
        word_dropout: fraction of the words that is replaced by the unknown word.
        adversarial: dict of arguments of `AdversarialClassifier`, or None.

    Returns:
        List of dicts, one per epoch, as from `zoo.training.fit`.

    Raises:
        CheckpointError: the folder holds a checkpoint of another run, or a broken one.
    """
    trained: keras.Model = model
    if adversarial is not None:
        trained = AdversarialClassifier(model, **adversarial)
        trained.build((None, None))
    soft = np.ndim(train.labels) == 2
    losses = keras.losses
    loss = losses.CategoricalCrossentropy if soft else losses.SparseCategoricalCrossentropy
    trained.compile(_optimizer(), loss=loss(from_logits=True))

    def batches(epoch: int) -> TextBatches:
        return TextBatches(*train, **limits, seed=seed, epoch=epoch, word_dropout=word_dropout)

    return fit(
        trained,
        batches,
        lambda: accuracy(predict_logits(model, dev.texts), dev.labels),
        folder,
        _averaged(options, batches(0)),
    )


def fit_language_model(
    encoder: Encoder,
    texts: Sequence[np.ndarray],
    dev_texts: Sequence[np.ndarray],
    folder: str | PathLike[str],
    options: TrainingOptions,
    *,
    limits: Mapping[str, Any],
) -> History:
    """Train an encoder as a language model in both directions.

    Args:
        encoder: a `zoo.models.Encoder` of one bidirectional layer.
        texts: list of integer arrays, the word ids of each text.
        dev_texts: the same, for evaluation.
        folder, options, limits: as in `fit_classifier`.

    Returns:
        List of dicts, one per epoch; `dev` is the mean logarithm of the probability of a word
        among the sampled ones.
    """
    counts = np.bincount(np.concatenate(texts), minlength=encoder.vocabulary_size)
    language = BidirectionalLanguageModel(encoder)
    language.compile(_optimizer())

    def batches(epoch: int) -> LanguageBatches:
        return LanguageBatches(TextBatches(texts, **limits, seed=0, epoch=epoch), counts)

    dev = LanguageBatches(TextBatches(dev_texts, **limits), counts)

    def evaluate() -> float:
        return -float(np.mean([float(language.test_on_batch(*dev[i])) for i in range(len(dev))]))

    return fit(
        language, batches, evaluate, folder, _averaged(options, batches(0)), split=split_language
    )


def split_language(x: Mapping[str, np.ndarray], y: np.ndarray, count: int) -> list[Part]:
    """Divide a batch of a language model among devices; its loss is a mean over pairs of words."""
    return [
        ({**x, "ids": ids}, part, int(np.count_nonzero(ids[:, 1:] * ids[:, :-1])) if rows else 0)
        for ids, part, rows in split_rows(x["ids"], y, count)
    ]


def _optimizer() -> Any:
    return keras.optimizers.Adam(beta_2=0.98, clipnorm=1.0)


def _averaged(options: TrainingOptions, batches: Batches) -> TrainingOptions:
    every = max(1, min(AVERAGE_EVERY, len(batches) // AVERAGED))
    return options.with_averaging(1 - 1 / AVERAGED, every)
