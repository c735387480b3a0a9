"""Trains a small model on some devices, for tests that compare what comes of it.

    python distributed_run.py FOLDER '{"model": "classifier", "runs": {"one": 1, "two": 2}}'

A run writes its checkpoint and best weights to `FOLDER/NAME`. `cpus` is the number of logical CPUs
of TensorFlow, `sizes` stands in place of `SIZES`. `die` is a pair of the name of a marker file and
the number of the batch before which the process ends itself, once.
"""

import json
import os
import signal
import sys
from pathlib import Path

import keras
import numpy as np

from zoo.models import Encoder, SequenceClassifier, TokenTagger, WordTagger
from zoo.training import TrainingOptions, fit
from zoo.training.classification import AdversarialClassifier, BidirectionalLanguageModel
from zoo.training.classification.fit import split_language
from zoo.training.distribution.devices import distribute
from zoo.training.tagging import split_tokens

WORDS, LABELS = 9, ["O", "B-X", "I-X"]
SIZES = ((8, 5), (1, 3), (7, 5), (8, 5))  # rows and width of each batch of an epoch
EPOCHS = 5


def classifier(**encoder):
    encoder = Encoder(WORDS, embedding_dim=4, units=5, **encoder)
    return SequenceClassifier(encoder, num_labels=2, pooling="max")


MODELS = {
    "classifier": classifier,
    "classifier with dropout": lambda: classifier(embedding_dropout=0.3),
    "tagger": lambda: WordTagger(
        WORDS, LABELS, scheme="BIO", word_dim=4, num_cases=0, stack={"units": 5}
    ),
    "token tagger": lambda: TokenTagger(Encoder(WORDS, embedding_dim=4, units=5), num_labels=2),
    "adversarial": lambda: AdversarialClassifier(classifier()),
    "language model": lambda: BidirectionalLanguageModel(Encoder(WORDS, embedding_dim=4, units=5)),
}
SPLITS = {"language model": split_language, "token tagger": split_tokens}


class Batches:
    """Batches of uneven lengths, rows without a word among them, the same whoever asks."""

    def __init__(self, kind, epoch, sizes=SIZES, die=None):
        rng = np.random.default_rng(epoch)
        self.batches = [_batch(rng, kind, *size) for size in sizes]
        self.tokens = sum(rows * width for rows, width in sizes)
        self.first, self.die = epoch * len(sizes), die

    def __len__(self):
        return len(self.batches)

    def __getitem__(self, index):
        if self.die and self.first + index == self.die[1] and not Path(self.die[0]).exists():
            Path(self.die[0]).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return self.batches[index]


def _batch(rng, kind, rows, width):
    lengths = rng.integers(0 if rows > 1 else 2, width + 1, rows)
    ids = rng.integers(1, WORDS, (rows, width)).astype("int32")
    ids *= np.arange(width) < lengths[:, None]
    if kind == "tagger":
        return {"words": ids}, rng.integers(0, 2, (rows, width))
    if kind == "token tagger":
        return ids, np.where(ids != 0, ids % 2, -1)
    if kind == "language model":
        drawn = rng.integers(1, WORDS, 8).astype("int32")  # as many as a batch has rows
        return {"ids": ids, "drawn": drawn, "log_frequency": np.full(WORDS, -2, "float32")}, lengths
    return ids, (ids == 1).any(axis=1).astype("int32")


def train(folder, kind, devices, **batches):
    """Train a model for `EPOCHS` epochs, or go on with it."""
    keras.utils.set_random_seed(0)
    model = MODELS[kind]()
    if not model.built:
        model.build((None, None))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)
    optimizer = keras.optimizers.Adam(0.01, clipnorm=0.1)
    if kind == "language model":  # some of its gradients are 0 up to rounding, which Adam blows up
        optimizer = keras.optimizers.SGD(0.01, momentum=0.9, clipnorm=0.1)
    model.compile(optimizer, loss=loss)
    split = {"split": SPLITS[kind]} if kind in SPLITS else {}
    options = TrainingOptions(
        EPOCHS, lambda passed: 0.01 / (1 + passed), averaging=0.5, devices=devices
    )
    return fit(
        model,
        lambda epoch: Batches(kind, epoch, **batches),
        lambda: -float(np.abs(model.get_weights()[0]).sum()),
        folder,
        options,
        **split,
    )


def main(folder, spec):
    """Run what is asked for."""
    if spec.get("cpus"):
        import tensorflow as tf

        cpu = tf.config.list_physical_devices("CPU")[0]
        logical = [tf.config.LogicalDeviceConfiguration()] * spec["cpus"]
        tf.config.set_logical_device_configuration(cpu, logical)
    batches = {name: spec[name] for name in ("sizes", "die") if name in spec}
    for name, count in spec["runs"].items():
        with distribute(count, timeout=spec.get("timeout", 60)) as devices:
            train(Path(folder) / name, spec["model"], devices, **batches)


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
