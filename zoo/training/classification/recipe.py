"""Training of a classifier from a recipe: corpus, vocabulary, one model per seed, model folder."""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from zoo.callbacks import Sample, monitor_callbacks, text_sample
from zoo.data import LabelledText, frequent_words, words_of
from zoo.data.encoded import EncodedTexts, encode_corpus
from zoo.data.labelled_texts import fingerprints
from zoo.errors import CorpusError
from zoo.metrics import predict_logits
from zoo.models import SequenceClassifier
from zoo.text import Vocabulary
from zoo.training.classification.bigrams import fit_bigrams
from zoo.training.classification.card import export_classifier
from zoo.training.classification.distillation import (
    save_soft_labels,
    soft_label_logits,
    with_soft_labels,
)
from zoo.training.classification.linear import fit_linear
from zoo.training.classification.run import run_classifier
from zoo.training.classification.warm_start import (
    WarmStart,
    WordVectors,
    read_word_vectors,
    set_word_vectors,
    warm_start_config,
)
from zoo.training.distribution.devices import distributed
from zoo.training.distribution.one_device import OneDevice
from zoo.training.results import write_dev

if TYPE_CHECKING:
    from zoo.recipes import Recipe


def train_classifier(
    recipe: "Recipe",
    options: argparse.Namespace,
    config: dict[str, Any],
    corpus: tuple[dict[str, list[LabelledText]], list[str]],
) -> None:
    """Train a model per seed, select the best on dev, and write it as a model folder.

    Args:
        recipe: the recipe.
        options: options of the recipe's command line.
        config: configuration of the recipe.
        corpus: what its `read` returns: a dict from split ("train", "dev" and optionally "test" and
            "unsupervised") to lists of `zoo.data.LabelledText`, and the labels.

    Raises:
        CorpusError: vectors or soft labels cannot be read.
        CheckpointError: the folder holds a run under other conditions.
        ValueError: the configuration changes the vocabulary or the word vectors of a warm start.
    """
    start = WarmStart.read(str(options.start)) if options.start else None
    if start:
        config = warm_start_config(config, start, options.config)
    options.output.mkdir(parents=True, exist_ok=True)
    texts, labels = corpus
    with distributed(options) as devices:
        vocabulary, encoded = devices.chief_first(
            lambda: encode(config, texts, labels, options.output, start)
        )
        training = ClassifierTraining(
            options, config, texts, labels, vocabulary, encoded, start, devices
        )
        best, runs, logits = training.run()
    if not devices.chief:
        return
    if options.dev_only:
        write_dev(options.output, runs[options.seeds[0]]["dev"])
        return
    linear = fit_linear(texts)
    if options.teach:
        write_soft_labels(options, texts, linear, logits)
    (options.output / "results.json").write_text(json.dumps(runs, indent=1) + "\n")
    card = export_classifier(recipe, training, best, runs, linear)
    print(f"exported: {options.output / 'model'}, {card.size_bytes:,} bytes in all")


def encode(
    config: dict[str, Any],
    corpus: dict[str, list[LabelledText]],
    labels: list[str],
    folder: Path,
    start: WarmStart | None = None,
) -> tuple[Vocabulary, dict[str, EncodedTexts]]:
    """Return the vocabulary and the encoded splits, from the folder if they are saved there.

    Args:
        config: configuration of the recipe.
        corpus: dict from split to texts.
        labels: the labels, in the order of their ids.
        folder: folder to read them from or to write them to.
        start: classifier of a warm start, whose vocabulary is used; or None.
    """

    def vocabulary(splits: dict[str, list[list[str]]]) -> Vocabulary:
        if start:
            return start.vocabulary
        read = [*splits["train"], *(splits.get("unsupervised", ()) if config["pretrain"] else ())]
        return frequent_words(read, config["words"])

    conditions = {"words": config["words"], "pretrain": bool(config["pretrain"])}
    conditions |= fingerprints(corpus) | ({"start": start.sha256} if start else {})
    return encode_corpus(corpus, labels, vocabulary, folder, conditions)


def build_classifier(
    config: dict[str, Any],
    labels: list[str],
    vocabulary: Vocabulary,
    vectors: WordVectors | None = None,
    start: WarmStart | None = None,
) -> SequenceClassifier:
    """Return a classifier with pretrained word vectors, or with the weights of a warm start.

    Args:
        config: configuration of the recipe.
        labels: the labels, in the order of their ids.
        vocabulary: the vocabulary.
        vectors: pretrained word vectors, or None.
        start: classifier of a warm start, or None.
    """
    encoder = {**config["model"]["encoder"], "vocabulary_size": len(vocabulary)}
    changes = {"encoder": encoder, "num_labels": len(labels)}
    model = SequenceClassifier.from_plain({**config["model"], **changes})
    if vectors:
        set_word_vectors(model.encoder, vocabulary, vectors)
    if start:
        print(f"start: weights of {', '.join(start.copy_weights(model, labels))}", flush=True)
    return model


@dataclass
class ClassifierTraining:
    """The data and settings that the models of all seeds share.

    Args:
        options: options of the recipe's command line.
        config: configuration of the recipe.
        corpus: dict from split to lists of `LabelledText`.
        labels: the labels, in the order of their ids.
        vocabulary: the vocabulary.
        encoded: the corpus as ids.
        start: classifier of a warm start, or None.
        devices: devices to train on.
    """

    options: argparse.Namespace
    config: dict[str, Any]
    corpus: dict[str, list[LabelledText]]
    labels: list[str]
    vocabulary: Vocabulary
    encoded: dict[str, EncodedTexts]
    start: WarmStart | None
    devices: OneDevice

    def run(self) -> tuple[SequenceClassifier, dict[int, dict[str, Any]], list[np.ndarray]]:
        """Train a model per seed.

        Returns:
            The best model on dev; a dict from seed to scores; with `--teach` the logits of the
            unlabelled texts, one array per seed.
        """
        options, config, encoded = self.options, self.config, self.encoded
        unlabelled = encoded["unsupervised"].texts if options.teach else []
        splits = with_soft_labels(encoded, len(self.labels), options.teacher)
        if options.dev_only:
            splits = {name: split for name, split in splits.items() if name != "test"}
        vectors = self._vectors()
        more = {"pairs": self._bigrams(), "devices": self.devices}
        if options.watch:
            more["callbacks"] = self._callbacks
        runs, best, logits = {}, None, []
        for seed in options.seeds[:1] if options.dev_only else options.seeds:
            keras.utils.set_random_seed(seed)
            model = build_classifier(config, self.labels, self.vocabulary, vectors, self.start)
            model, scores = run_classifier(
                config, model, splits, seed, options.output, self.conditions(), **more
            )
            # The first of equally good seeds, as on the card.
            if all(scores["dev"] > other["dev"] for other in runs.values()):
                best = model
            runs[seed] = scores
            if options.teach:
                logits.append(predict_logits(model, unlabelled))
        return best, runs, logits

    def conditions(self) -> dict[str, Any]:
        """Return the values that determine the result of the training, for its checkpoints."""
        teacher = self.options.teacher
        found = {
            **self.config,
            "teacher": teacher and str(teacher),
            "vectors": str(self.options.vectors),
            **({"start": self.start.sha256} if self.start else {}),
            **fingerprints(self.corpus),
        }
        return {n: value for n, value in found.items() if n not in ("texts of test", "bigrams")}

    def _vectors(self) -> WordVectors | None:
        path, dim = self.options.vectors, self.config["model"]["encoder"]["embedding_dim"]
        return path and read_word_vectors(path, self.vocabulary, dim)

    def _bigrams(self) -> tuple[np.ndarray, float] | None:
        """Return the linear bigram model to add to the networks, or None."""
        if not self.config["bigrams"]:
            return None
        if len(self.labels) != 2:
            reason = f"`bigrams` requires 2 labels; got {len(self.labels)}."
            raise CorpusError(self.options.train, None, reason)
        train, dev = self.encoded["train"], self.encoded["dev"]
        return fit_bigrams(train, dev, len(self.vocabulary), self.config["bigrams"])

    def _callbacks(
        self, model: SequenceClassifier, log_dir: Path
    ) -> list[keras.callbacks.Callback]:
        dev = self.encoded["dev"]

        def sample_of(count: int) -> Sample:
            return text_sample(dev.texts[:count], dev.labels[:count], self.vocabulary, self.labels)

        vectors = model.encoder.embedding.embeddings
        return monitor_callbacks(log_dir, sample_of, vectors, self.vocabulary.tokens)


def write_soft_labels(
    options: argparse.Namespace,
    corpus: dict[str, list[LabelledText]],
    linear: Any,
    logits: list[np.ndarray],
) -> None:
    """Write soft labels of the unlabelled texts: the mean of the networks and the linear model.

    For students, the soft labels of their teacher take the place of the linear model, from which
    the teacher has learned already.

    Args:
        options: options of the recipe's command line.
        corpus: dict from split to texts.
        linear: the linear baseline.
        logits: logits of the unlabelled texts, one array per network.
    """
    words = list(words_of(text.text for text in corpus["unsupervised"]))
    other = soft_label_logits(options.teacher) if options.teacher else linear.logits(words)
    save_soft_labels(options.output / "unlabelled.npy", [np.mean(logits, axis=0), other])
