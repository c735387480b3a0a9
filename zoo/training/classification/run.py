"""One training of a classifier as a recipe's configuration says: language, labels, word pairs."""

import json

import keras

from zoo.data.encoded import texts_of_train
from zoo.metrics.classification import accuracy, predict_logits
from zoo.training.classification.bigrams import add_word_pairs
from zoo.training.classification.fit import fit_classifier, fit_language_model

OF_LABELS = ("model", "epochs", "rate", "word_dropout", "adversarial", "teacher")


def run_classifier(
    config, model, encoded, seed, folder, conditions, *, pairs=None, devices=None, callbacks=None
):
    """Train a classifier with one seed, or go on with it, and measure it.

    Args:
        config: dict of a recipe: `pretrain`, `epochs`, `rate`, `unknown`, `adversarial`,
            `max_words`, `batch_tokens` and `products`.
        model: a `zoo.models.SequenceClassifier`.
        encoded: dict of `zoo.data.encoded.EncodedTexts` by name: train, dev, and others.
        seed: of the training.
        folder: of all seeds, a `pathlib.Path`.
        conditions: dict of plain values: what makes the training what it is.
        pairs: weights and bias of `fit_word_pairs`, to stand beside the network.
        devices: of `zoo.training.distribution.devices.distribute`.
        callbacks: function from the folder of TensorBoard's logs to callbacks, that write there in
            place of the training.

    Returns:
        The model, with pairs of words if any, and its accuracies, a dict by the split; with pairs
        also those of the network `alone`, and the `share` of the linear model.
    """
    if config["pretrain"]:
        pretrain(config, model.encoder, encoded, folder / "language", conditions, devices)
        keras.utils.set_random_seed(seed)
    print(f"\nseed {seed}: {model.count_params():,} parameters", flush=True)
    train_classifier(
        config, model, encoded, seed, folder / f"seed-{seed}", conditions, devices, callbacks
    )
    scores = accuracies(model, encoded)
    if pairs:
        model, share = add_word_pairs(model, pairs, encoded["dev"])
        scores = {**accuracies(model, encoded), "alone": scores, "share": share}
    print(f"seed {seed}: {json.dumps(scores)}", flush=True)
    return model, scores


def pretrain(config, encoder, encoded, folder, conditions, devices=None):
    """Train an encoder as a language model on all texts of train, labelled or not."""
    print("\nlanguage model in both directions", flush=True)
    # Whatever is changed of the classifier's own training, this need not be done again.
    conditions = {name: value for name, value in conditions.items() if name not in OF_LABELS}
    own = {**config["pretrain"]}
    read = {name: own.pop(name, config[name]) for name in ("batch_tokens", "max_words")}
    fit_language_model(
        encoder,
        texts_of_train(encoded),
        encoded["dev"].texts,
        folder,
        **own,
        limits=limits(read),
        conditions={**conditions, "encoder": encoder.get_config()},
        log_dir=folder / "logs",
        devices=devices,
        products=config["products"],
    )


def train_classifier(
    config, model, encoded, seed, folder, conditions, devices=None, callbacks=None
):
    """Train a classifier on labels, or go on with it, and return its history."""
    logs = folder / "logs"
    return fit_classifier(
        model,
        encoded["train"],
        encoded["dev"],
        folder,
        seed=seed,
        limits=limits(config),
        **{name: config[name] for name in ("epochs", "rate", "adversarial")},
        unknown=config["word_dropout"],
        conditions={**conditions, "seed": seed},
        log_dir=None if callbacks else logs,
        callbacks=callbacks(model, logs) if callbacks else (),
        devices=devices,
        products=config["products"],
    )


def limits(config):
    """Return what `zoo.data.texts.TextBatches` may read at once."""
    return {"max_tokens": config["batch_tokens"], "max_words": config["max_words"]}


def accuracies(model, encoded):
    """Return the accuracy on dev, and on test if it is there, a dict by the split."""
    return {
        split: accuracy(predict_logits(model, encoded[split].texts), encoded[split].labels)
        for split in ("dev", "test")
        if split in encoded
    }
