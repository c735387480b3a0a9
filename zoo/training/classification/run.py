"""One training run of a classifier from a recipe's configuration."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from zoo.data.encoded import EncodedTexts, texts_of_train
from zoo.metrics import accuracy, predict_logits
from zoo.models import Encoder, SequenceClassifier
from zoo.training.checkpoint import History
from zoo.training.classification.bigrams import add_bigrams
from zoo.training.classification.fit import fit_classifier, fit_language_model
from zoo.training.distribution.one_device import OneDevice
from zoo.training.options import TrainingOptions
from zoo.training.schedules import linear_decay

# Keys of a configuration that do not change the language model.
NOT_PRETRAINING = ("model", "epochs", "rate", "word_dropout", "adversarial", "teacher")
Config = Mapping[str, Any]
Splits = Mapping[str, EncodedTexts]
CallbacksOf = Callable[[SequenceClassifier, Path], Sequence[keras.callbacks.Callback]]


def run_classifier(
    config: Config,
    model: SequenceClassifier,
    encoded: Splits,
    seed: int,
    folder: Path,
    conditions: Config,
    *,
    pairs: tuple[np.ndarray, float] | None = None,
    devices: OneDevice | None = None,
    callbacks: CallbacksOf | None = None,
) -> tuple[SequenceClassifier, dict[str, Any]]:
    """Train a classifier with one seed, or resume its training, and evaluate it.

    Args:
        config: dict of a recipe: `pretrain`, `epochs`, `rate`, `word_dropout`, `adversarial`,
            `max_words`, `batch_tokens` and `matmul_dtype`.
        model: a `zoo.models.SequenceClassifier`.
        encoded: dict of `zoo.data.encoded.EncodedTexts` by split: train, dev, and others.
        seed: seed of the training.
        folder: folder of all seeds, a `pathlib.Path`.
        conditions: dict of plain values that determine the result of the training.
        pairs: weights and bias of `fit_bigrams`, to add to the network; or None.
        devices: result of `zoo.training.distribution.devices.distribute`.
        callbacks: function from the model and the folder of TensorBoard's logs to callbacks, which
            write the logs instead of the training loop.

    Returns:
        The model, with bigrams if any, and its accuracies, a dict by split; with bigrams also those
        of the network `alone`, and the `share` of the linear model.
    """
    if config["pretrain"]:
        pretrain(config, model.encoder, encoded, folder / "language", conditions, devices)
        keras.utils.set_random_seed(seed)
    print(f"\nseed {seed}: {model.count_params():,} parameters", flush=True)
    train_classifier(
        config, model, encoded, seed, folder / f"seed-{seed}", conditions, devices, callbacks
    )
    scores: dict[str, Any] = accuracies(model, encoded)
    if pairs:
        model, share = add_bigrams(model, pairs, encoded["dev"])
        scores = {**accuracies(model, encoded), "alone": scores, "share": share}
    print(f"seed {seed}: {json.dumps(scores)}", flush=True)
    return model, scores


def pretrain(
    config: Config,
    encoder: Encoder,
    encoded: Splits,
    folder: Path,
    conditions: Config,
    devices: OneDevice | None = None,
) -> History:
    """Train an encoder as a language model on all texts of train, labelled or not."""
    print("\nlanguage model in both directions", flush=True)
    own = dict(config["pretrain"])
    epochs, rate = own.pop("epochs"), own.pop("rate")
    read = {name: own.pop(name, config[name]) for name in ("batch_tokens", "max_words")}
    if own:
        raise ValueError(
            "`pretrain` knows epochs, rate, batch_tokens, max_words; got " + ", ".join(own) + "."
        )
    # A change of the classifier's own training does not need another language model.
    kept = {name: value for name, value in conditions.items() if name not in NOT_PRETRAINING}
    options = TrainingOptions(
        epochs,
        linear_decay(rate, epochs),
        matmul_dtype=config["matmul_dtype"],
        conditions={**kept, "encoder": encoder.get_config()},
        log_dir=folder / "logs",
        devices=devices,
    )
    texts, dev_texts = texts_of_train(encoded), encoded["dev"].texts
    return fit_language_model(encoder, texts, dev_texts, folder, options, limits=limits(read))


def train_classifier(
    config: Config,
    model: SequenceClassifier,
    encoded: Splits,
    seed: int,
    folder: Path,
    conditions: Config,
    devices: OneDevice | None = None,
    callbacks: CallbacksOf | None = None,
) -> History:
    """Train a classifier on labels, or resume its training, and return its history."""
    logs = folder / "logs"
    options = TrainingOptions(
        config["epochs"],
        linear_decay(config["rate"], config["epochs"]),
        matmul_dtype=config["matmul_dtype"],
        conditions={**conditions, "seed": seed},
        log_dir=None if callbacks else logs,
        callbacks=callbacks(model, logs) if callbacks else (),
        devices=devices,
    )
    return fit_classifier(
        model,
        encoded["train"],
        encoded["dev"],
        folder,
        options,
        limits=limits(config),
        seed=seed,
        word_dropout=config["word_dropout"],
        adversarial=config["adversarial"],
    )


def limits(config: Config) -> dict[str, int]:
    """Return the limits of `zoo.data.TextBatches` in a configuration."""
    return {"max_tokens": config["batch_tokens"], "max_words": config["max_words"]}


def accuracies(model: SequenceClassifier, encoded: Splits) -> dict[str, float]:
    """Return the accuracy on dev and, if it is there, test, a dict by split."""
    return {
        split: accuracy(predict_logits(model, encoded[split].texts), encoded[split].labels)
        for split in ("dev", "test")
        if split in encoded
    }
