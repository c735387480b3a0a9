"""Training and evaluation of one tagger of a recipe: one run per seed."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import keras

from zoo.callbacks import Sample, monitor_callbacks, tagging_sample
from zoo.data import padding_waste, word_tables
from zoo.data.augmentation import SpanAugmentation
from zoo.data.tagger_tables import WordTables
from zoo.data.tagging import CASINGS, TaggingBatches, recased
from zoo.models import WordTagger
from zoo.text import Vocabulary, WordEncoder
from zoo.training.distribution.one_device import OneDevice
from zoo.training.options import TrainingOptions
from zoo.training.schedules import linear_decay
from zoo.training.tagging.kinds import Sentences, WordTags, batches_of
from zoo.training.tagging.start import TaggerStart
from zoo.training.tagging.words import fit_words, predict_word_tags

OPTIMIZERS = {
    "sgd": lambda rate: keras.optimizers.SGD(rate, momentum=0.9, clipnorm=5.0),
    "adam": lambda rate: keras.optimizers.Adam(rate, clipnorm=5.0),
}


@dataclass
class TaggerRun:
    """A trained tagger and its scores.

    Args:
        kind: kind of its tags.
        seed: seed of its training.
        model: the network.
        encode: encoder from words to the inputs of the network.
        scores: dict from split and casing to the score of the kind.
    """

    kind: WordTags
    seed: int
    model: WordTagger
    encode: WordEncoder
    scores: dict[tuple[str, str], float] = field(default_factory=dict)

    @property
    def dev(self) -> float:
        """The score on dev with its original casing, by which the best seed is selected."""
        return self.scores["dev", "as written"]

    def found(self, sentences: Sentences) -> list[list[str]]:
        """Return the predicted tags of sentences, pairs of words and tags."""
        batches = batches_of(sentences, self.encode, self.model)
        return predict_word_tags(self.model, batches, self._tags_model)

    @cached_property
    def _tags_model(self) -> keras.Model:
        return self.model.tags_model()  # once: it is compiled at the first prediction

    def measure(self, corpus: Mapping[str, Sentences]) -> None:
        """Set `scores` on dev, and on test if there is one, in each casing."""
        for split in [name for name in ("dev", "test") if name in corpus]:
            gold = [tags for _, tags in corpus[split]]
            for casing in CASINGS:
                found = self.found(recased(corpus[split], casing))
                self.scores[split, casing] = self.kind.score(gold, found)


def build_tagger(
    config: dict[str, Any],
    kind: WordTags,
    tags: list[str],
    tables: WordTables,
    characters: Vocabulary,
) -> WordTagger:
    """Return a compiled tagger with the word vectors of `tables`."""
    arguments = {**config["model"], "word_dim": tables.trainable.shape[1]}
    if arguments["characters"]:
        spelling = {**arguments["characters"], "vocabulary_size": len(characters)}
        arguments["characters"] = spelling
    if len(tables.frozen):
        arguments["frozen_words"] = len(tables.frozen)
    model = WordTagger(len(tables.trainable), tags, scheme=kind.scheme, **arguments)
    model.word_vectors.embeddings.assign(tables.trainable)
    if len(tables.frozen):
        model.frozen_vectors.embeddings.assign(tables.frozen)
    model.compile(OPTIMIZERS[config["optimizer"]](config["rate"]))
    return model


@dataclass
class TaggerTraining:
    """The data and settings that the models of all seeds share.

    Args:
        kind: kind of the tags.
        options: options of the recipe's command line.
        config: configuration of the recipe.
        corpus: dict from split to sentences, pairs of words and tags.
        vectors: pair of words and their vectors, or None.
        devices: devices to train on.
        start: a trained tagger to start from, or None.
    """

    kind: WordTags
    options: argparse.Namespace
    config: dict[str, Any]
    corpus: Mapping[str, Sentences]
    vectors: Any
    devices: OneDevice
    start: TaggerStart | None = None

    def run(self, seed: int) -> TaggerRun:
        """Train one model, or resume its training, and evaluate it."""
        tables = self._tables(seed)
        characters = self._characters()
        keras.utils.set_random_seed(seed)
        tags = self.kind.tags(self.corpus["train"])
        model = build_tagger(self.config, self.kind, tags, tables, characters)
        if self.start:
            shared = self.start.copy_weights(model)
            print(f"start: {len(shared)} of {len(tags)} tags are known", flush=True)
        encode = WordEncoder(tables.words, characters)
        batches = partial(self._batches, model, encode, tables, seed)
        first = batches(0)
        waste = padding_waste(first.batches, [len(words) for words, _ in first.sentences])
        size = f"{model.count_params():,} parameters"
        print(f"\nseed {seed}: {size}, {waste:.1%} padding", flush=True)
        folder = self.options.output / f"seed-{seed}"
        dev = batches_of(self.corpus["dev"], encode, model)
        options = self._training_options(model, encode, seed, folder / "logs")
        fit_words(model, batches, dev, self.kind.score, folder, options)
        run = TaggerRun(self.kind, seed, model, encode)
        run.measure(self.corpus)
        return run

    def _tables(self, seed: int) -> WordTables:
        sentences = [words for words, _ in self.corpus["train"]]
        if self.start:
            return self.start.grown_tables(sentences, self.config["min_count"])
        return word_tables(
            sentences,
            self.vectors,
            dim=self.config["model"]["word_dim"],
            min_count=self.config["min_count"],
            limit=self.config["words"],
            seed=seed,
        )

    def _characters(self) -> Vocabulary:
        sentences = [words for words, _ in self.corpus["train"]]
        if self.start:
            return self.start.grown_characters(sentences)
        letters = sorted({c for words in sentences for word in words for c in word})
        return Vocabulary(["[PAD]", "[UNK]", *letters])

    def _batches(
        self, model: WordTagger, encode: WordEncoder, tables: WordTables, seed: int, epoch: int
    ) -> TaggingBatches:
        return TaggingBatches(
            self.corpus["train"],
            encode,
            model.options.labels,
            batch_size=self.config["batch_size"],
            seed=seed,
            epoch=epoch,
            rare=tables.rare,
            word_dropout=self.config["word_dropout"],
            case_augmentation=self.config["case_augmentation"],
            augment=self._augment,
            features=model.features,
        )

    @property
    def _augment(self) -> SpanAugmentation | None:
        shares, scheme = self.config.get("augmentation"), self.kind.scheme
        return SpanAugmentation(**shares, scheme=scheme) if shares and scheme else None

    def _training_options(
        self, model: WordTagger, encode: WordEncoder, seed: int, log_dir: Path
    ) -> TrainingOptions:
        config, options = self.config, self.options
        given = {name: str(getattr(options, name)) for name in ("train", "dev", "vectors")}
        return TrainingOptions(
            config["epochs"],
            linear_decay(config["rate"], config["epochs"]),
            patience=config["patience"],
            conditions={
                **given,
                "config": config,
                "seed": seed,
                **({"start": self.start.sha256} if self.start else {}),
            },
            log_dir=None if options.watch else log_dir,
            callbacks=self._callbacks(log_dir, encode, model) if options.watch else (),
            devices=self.devices,
        )

    def _callbacks(
        self, log_dir: Path, encode: WordEncoder, model: WordTagger
    ) -> list[keras.callbacks.Callback]:
        """Return callbacks that write the states of the model for TensorBoard."""

        def sample_of(count: int) -> Sample:
            dev = self.corpus["dev"][:count]
            return tagging_sample(dev, encode, model.options.labels, model.features)

        vectors = model.word_vectors.embeddings
        return monitor_callbacks(log_dir, sample_of, vectors, encode.words.tokens)
