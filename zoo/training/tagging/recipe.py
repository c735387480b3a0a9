"""A tagger of words trained as a recipe says: corpus, words, a model a seed, a model folder."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras

from zoo.callbacks import Sample, monitor_callbacks, tagging_sample
from zoo.data import padding_waste, read_vectors, word_tables
from zoo.data.tagging import CASINGS, TaggingBatches, recased
from zoo.data.word_tables import WordTables
from zoo.metrics import seeds_table
from zoo.models import WordTagger
from zoo.text import Vocabulary, WordEncoder
from zoo.training.distribution.devices import distributed
from zoo.training.distribution.one_device import OneDevice
from zoo.training.options import TrainingOptions
from zoo.training.results import write_dev
from zoo.training.schedules import linear_decay
from zoo.training.tagging.card import export_tagger
from zoo.training.tagging.kinds import Sentences, SpanTags, WordTags
from zoo.training.tagging.words import fit_words, predict_word_tags

if TYPE_CHECKING:
    from zoo.recipes import Recipe

OPTIMIZERS = {
    "sgd": lambda rate: keras.optimizers.SGD(rate, momentum=0.9, clipnorm=5.0),
    "adam": lambda rate: keras.optimizers.Adam(rate, clipnorm=5.0),
}
BATCH = 64  # sentences that are read at once


@dataclass
class TaggerRun:
    """A trained tagger and how well it does.

    Args:
        kind: of its tags.
        seed: of its training.
        model: the network.
        encode: from words to its inputs.
        scores: from `(split, casing)` to the kind's score.
    """

    kind: WordTags
    seed: int
    model: WordTagger
    encode: WordEncoder
    scores: dict[tuple[str, str], float] = field(default_factory=dict)

    @property
    def dev(self) -> float:
        """The score on dev, as it is written: what seeds are chosen by."""
        return self.scores["dev", "as written"]

    def found(self, sentences: Sentences) -> list[list[str]]:
        """Return the tags of sentences, pairs of words and tags."""
        return predict_word_tags(self.model, batches_of(sentences, self.encode, self.model))

    def measure(self, corpus: Mapping[str, Sentences]) -> None:
        """Set `scores` of dev, and of test if it is there, in each casing."""
        for split in [name for name in ("dev", "test") if name in corpus]:
            gold = [tags for _, tags in corpus[split]]
            for casing in CASINGS:
                found = self.found(recased(corpus[split], casing))
                self.scores[split, casing] = self.kind.score(gold, found)


def batches_of(sentences: Sentences, encode: WordEncoder, model: WordTagger) -> TaggingBatches:
    """Return sentences, pairs of words and tags, in batches for a model to read."""
    labels = model.options.labels
    return TaggingBatches(sentences, encode, labels, batch_size=BATCH, features=model.features)


def train_tagger(
    kind: WordTags, recipe: "Recipe", options: argparse.Namespace, config: dict[str, Any]
) -> None:
    """Train a model a seed, choose the best on dev, and write it as a model folder.

    Args:
        kind: of the tags.
        recipe: its `read` gives a dict of lists of pairs of words and tags, by the name of the
            split: "train", "dev", perhaps "test".
        options: of its command line.
        config: its configuration.

    Raises:
        CorpusError: sentences or vectors cannot be read.
        CheckpointError: the folder holds a run under other conditions.
    """
    corpus = {name: kind.read(sentences) for name, sentences in recipe.read(options).items()}
    report_new_tags(kind, corpus)
    dim = config["model"]["word_dim"]
    vectors = read_vectors(options.vectors, dim=dim) if options.vectors else None
    seeds = options.seeds[:1] if options.dev_only else options.seeds
    if options.dev_only:
        corpus.pop("test", None)
    with distributed(options) as devices:
        training = TaggerTraining(kind, options, config, corpus, vectors, devices)
        runs = [training.run(seed) for seed in seeds]
    if not devices.chief:
        return
    if options.dev_only:
        write_dev(options.output, runs[0].dev)
        return
    best = max(runs, key=lambda run: run.dev)
    write_reports(options, best, runs, corpus)
    card = export_tagger(recipe, options, best, runs, corpus)
    print(f"exported: {options.output / 'model'}, {card.size_bytes:,} bytes in all")


train_word_tagger = partial(train_tagger, WordTags())
train_entity_tagger = partial(train_tagger, SpanTags())


def report_new_tags(kind: WordTags, corpus: Mapping[str, Sentences]) -> None:
    """Print the labels that a split has and train has not."""
    known = {*kind.labels(kind.tags(corpus["train"]))}
    for name, sentences in corpus.items():
        if new := {*kind.labels(kind.tags(sentences))} - known:
            print(f"{name} contains labels that are absent from train: {', '.join(sorted(new))}")


def write_reports(
    options: argparse.Namespace,
    best: TaggerRun,
    runs: list[TaggerRun],
    corpus: Mapping[str, Sentences],
) -> None:
    """Write `results.md`, the scores of all seeds, and the errors of the best, a file a split."""
    table = seeds_table({run.seed: run.scores for run in runs})
    (options.output / "results.md").write_text(table + "\n", encoding="utf-8")
    print(f"\n{table}")
    for split in dict.fromkeys(split for split, _ in best.scores):
        text = best.kind.report(corpus[split], best.found(corpus[split]))
        print(f"\nseed {best.seed}, {split}, as written\n{text.split(chr(10) * 2)[0]}")
        path = options.output / f"report_{split}.txt"
        path.write_text(text + "\n", encoding="utf-8")


def build_tagger(
    config: dict[str, Any],
    kind: WordTags,
    tags: list[str],
    tables: WordTables,
    characters: Vocabulary,
) -> WordTagger:
    """Return a compiled tagger with the vectors of `tables`."""
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
    """All that the models of a recipe's seeds are trained from.

    Args:
        kind: of the tags.
        options: of the recipe's command line.
        config: its configuration.
        corpus: sentences by the name of the split.
        vectors: pair of words and their vectors, or None.
        devices: what it is trained on.
    """

    kind: WordTags
    options: argparse.Namespace
    config: dict[str, Any]
    corpus: Mapping[str, Sentences]
    vectors: Any
    devices: OneDevice

    def run(self, seed: int) -> TaggerRun:
        """Train one model, or resume it, and measure it."""
        config, options, corpus = self.config, self.options, self.corpus
        sentences = [words for words, _ in corpus["train"]]
        tables = word_tables(
            sentences,
            self.vectors,
            dim=config["model"]["word_dim"],
            min_count=config["min_count"],
            limit=config["words"],
            seed=seed,
        )
        letters = sorted({c for words in sentences for word in words for c in word})
        characters = Vocabulary(["[PAD]", "[UNK]", *letters])
        keras.utils.set_random_seed(seed)
        model = build_tagger(config, self.kind, self.kind.tags(corpus["train"]), tables, characters)
        encode = WordEncoder(tables.words, characters)
        folder = options.output / f"seed-{seed}"
        first = self._batches(model, encode, tables, seed, 0)
        waste = padding_waste(first.batches, list(map(len, sentences)))
        print(
            f"\nseed {seed}: {model.count_params():,} parameters, {waste:.1%} padding", flush=True
        )
        given = {name: str(getattr(options, name)) for name in ("train", "dev", "vectors")}
        dev = batches_of(corpus["dev"], encode, model)
        batches = partial(self._batches, model, encode, tables, seed)
        log_dir = folder / "logs"
        fit_words(
            model,
            batches,
            dev,
            self.kind.score,
            folder,
            TrainingOptions(
                config["epochs"],
                linear_decay(config["rate"], config["epochs"]),
                patience=config["patience"],
                conditions={**given, "config": config, "seed": seed},
                log_dir=None if options.watch else log_dir,
                callbacks=self._callbacks(log_dir, encode, model) if options.watch else (),
                devices=self.devices,
            ),
        )
        run = TaggerRun(self.kind, seed, model, encode)
        run.measure(corpus)
        return run

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
            features=model.features,
        )

    def _callbacks(
        self, log_dir: Path, encode: WordEncoder, model: WordTagger
    ) -> list[keras.callbacks.Callback]:
        """Return callbacks that write what happens inside of a model, for TensorBoard."""

        def sample_of(count: int) -> Sample:
            dev = self.corpus["dev"][:count]
            return tagging_sample(dev, encode, model.options.labels, model.features)

        vectors = model.word_vectors.embeddings
        return monitor_callbacks(log_dir, sample_of, vectors, encode.words.tokens)
