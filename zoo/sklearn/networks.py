"""The networks behind the estimator: a trained one, and one of the zoo."""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from zoo.extras import hint_of_missing_extra
from zoo.hub import load
from zoo.hub.card import CARD_FILE
from zoo.hub.store import resolve
from zoo.runtime import TextClassifier
from zoo.runtime.classifier import PIECE

if TYPE_CHECKING:
    from zoo.models import SequenceClassifier
    from zoo.text import Vocabulary

RECIPE = "sentiment"


@dataclass
class ZooNetwork:
    """A classifier of the zoo, which answers without training.

    Args:
        predictor: the predictor.
    """

    predictor: TextClassifier

    @property
    def classes(self) -> np.ndarray:
        """The labels (K,)."""
        return np.array(self.predictor.labels)

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """Return the probabilities (N, K); equal ones for a text without words."""
        count = len(self.classes)
        rows = [list(self.predictor.probabilities(text).values()) for text in texts]
        return np.array([row or [1 / count] * count for row in rows]).reshape(-1, count)

    def save(self, folder: str | PathLike[str], card: Mapping[str, Any]) -> None:
        """Copy the model folder, with the card that it has."""
        self.predictor.save(folder)


def zoo_network(name: str) -> ZooNetwork:
    """Load a classifier of the zoo; once in a process, unless its folder has changed.

    Raises:
        ValueError: the model is not a text classifier.
    """
    folder = resolve(name)
    changed = (folder / CARD_FILE).stat().st_mtime_ns
    return _opened(f"path:{folder.resolve()}" if name.startswith("path:") else name, changed)


@lru_cache(maxsize=4)
def _opened(name: str, changed: int) -> ZooNetwork:
    predictor = load(name)
    if not isinstance(predictor, TextClassifier):
        raise ValueError(f"`start` must be a text classifier; {name!r} is {predictor!r:.60}.")
    return ZooNetwork(predictor)


@dataclass
class TrainedNetwork:
    """A network that was trained on texts in memory. It is pickled by its weights.

    Args:
        classes: the labels (K,).
        priors: (K,) frequencies of the labels in the training data, the answer to a text without
            words.
        vocabulary: the vocabulary.
        model: the Keras model.
        warnings: what speaks against the model; see `zoo.metrics.training_warnings`.
        accuracy: accuracy on the texts that were held out.
        command: the call that trained it, for the card.
    """

    classes: np.ndarray
    priors: np.ndarray
    vocabulary: Vocabulary
    model: SequenceClassifier
    warnings: list[str]
    accuracy: float
    command: str

    def __getstate__(self) -> dict[str, Any]:
        model, encoder = self.model, self.model.encoder.get_config()
        config = {**model.get_config(), "encoder": encoder}
        return {**vars(self), "model": (config, model.get_weights())}

    def __setstate__(self, state: dict[str, Any]) -> None:
        from zoo.models import SequenceClassifier

        config, weights = state["model"]
        model = SequenceClassifier.from_plain(config)
        model.set_weights(weights)
        vars(self).update({**state, "model": model})

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """Return the probabilities (N, K), with pieces of long texts as in `zoo.load`."""
        from zoo.data import words_of
        from zoo.metrics import predict_logits, probabilities
        from zoo.text.word_encoder import word_ids

        pieces: list[np.ndarray] = []
        owners: list[int] = []
        for number, words in enumerate(words_of(texts)):
            if words:
                ids = word_ids(self.vocabulary, words)
                found = np.array_split(ids, math.ceil(len(ids) / PIECE))
                pieces += found
                owners += [number] * len(found)
        result = np.tile(self.priors, (len(texts), 1))
        if pieces:
            result[owners] = 0.0
            scores = probabilities(predict_logits(self.model, pieces), self.model.temperature)
            lengths = np.array([[len(piece)] for piece in pieces])
            np.add.at(result, owners, scores.astype("float64") * lengths)
        return result / result.sum(axis=-1, keepdims=True)

    def save(self, folder: str | PathLike[str], card: Mapping[str, Any]) -> None:
        """Export a model folder; see `TextClassifier.save`."""
        from zoo.export.folder import export_folder
        from zoo.metrics.classification import metric_row
        from zoo.models import quantize_embedding
        from zoo.recipes import recipe_named

        small, labels = quantize_embedding(self.model), [str(each) for each in self.classes]
        conditions = "held out of the texts of `fit`"
        export_folder(
            folder,
            small,
            {
                "task": "sequence-classification",
                "labels": labels,
                "preprocessor": {"tokenizer": "words", "markup": "blank"},
                "model": {**small.get_config(), "encoder": small.encoder.get_config()},
            },
            {"words": self.vocabulary},
            metrics=[metric_row("accuracy", self.accuracy, "dev", conditions)],
            summary=recipe_named(RECIPE).describe(labels),
            recipe="zoo.sklearn",
            command=self.command,
            limitations=self.warnings,
            **card,
        )


def train_network(
    texts: Sequence[str],
    classes: np.ndarray,
    codes: np.ndarray,
    *,
    config: Mapping[str, Any],
    start: str | None,
    dev_fraction: float,
    seed: int,
    command: str,
) -> TrainedNetwork:
    """Train a classifier with the recipe "sentiment", without files of the caller.

    Args:
        texts: N texts.
        classes: the labels (K,).
        codes: (N,) indices of the labels of the texts.
        config: nested dict of changes of the recipe's configuration.
        start: model to start from, or None.
        dev_fraction: fraction of each label that is held out.
        seed: random seed of the split and of the training.
        command: the call, for the card.

    Raises:
        ValueError: a key of the configuration is wrong, or no text is held out.
    """
    with hint_of_missing_extra():
        from zoo.data import LabelledText
        from zoo.data.readers.splits import hold_out
        from zoo.metrics import accuracy, best_temperature, classifier_warnings, predict_logits

    labels = [str(each) for each in classes]
    if len(set(labels)) < len(labels) or not all(map(str.strip, labels)):
        raise ValueError(f"the labels must be distinct and not blank as text; got {labels}.")
    examples = [LabelledText(text, labels[code]) for text, code in zip(texts, codes, strict=True)]
    train, dev = hold_out(examples, dev_fraction, seed)
    if not dev:
        raise ValueError(
            f"`dev_fraction={dev_fraction}` holds out none of {len(texts)} texts, because each "
            "label has too few of them. Give more texts, or a greater fraction."
        )
    model, vocabulary, encoded = _train({"train": train, "dev": dev}, labels, config, start, seed)
    logits = predict_logits(model, encoded.texts)
    model.temperature = best_temperature(logits, encoded.labels)
    found = classifier_warnings(logits, encoded.labels, model.temperature)
    for each in found:
        warnings.warn(each, ConvergenceWarning, stacklevel=3)
    priors = np.bincount(codes, minlength=len(classes)) / len(codes)
    result = accuracy(logits, encoded.labels)
    return TrainedNetwork(classes, priors, vocabulary, model, found, result, command)


def _train(corpus, labels, config, start, seed):
    """Return the model, its vocabulary and the encoded dev set."""
    from zoo.recipes import recipe_named
    from zoo.recipes.train import parse_options
    from zoo.training.classification.recipe import ClassifierTraining, encode
    from zoo.training.classification.warm_start import WarmStart, warm_start_config
    from zoo.training.distribution.one_device import OneDevice

    with TemporaryDirectory() as folder:
        options, config = parse_options(
            recipe_named(RECIPE), folder, json.loads(json.dumps(config)), {"seeds": [seed]}
        )
        warm = WarmStart.read(start) if start else None
        if warm:
            config = warm_start_config(config, warm, options.config)
        vocabulary, encoded = encode(config, corpus, labels, Path(folder), warm)
        shared = corpus, labels, vocabulary, encoded, warm, OneDevice()
        model, _, _ = ClassifierTraining(options, config, *shared).run()
    return model, vocabulary, encoded["dev"]
