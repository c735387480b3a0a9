"""Training of a word tagger from a recipe: corpus, vectors, one model per seed, model folder."""

import argparse
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from zoo.data import read_vectors
from zoo.metrics import seeds_table
from zoo.training.distribution.devices import distributed
from zoo.training.results import write_dev
from zoo.training.tagging.card import export_tagger
from zoo.training.tagging.kinds import Sentences, SpanTags, WordTags
from zoo.training.tagging.run import TaggerRun, TaggerTraining
from zoo.training.tagging.start import TaggerStart

if TYPE_CHECKING:
    from zoo.recipes import Recipe


def train_tagger(
    kind: WordTags,
    recipe: "Recipe",
    options: argparse.Namespace,
    config: dict[str, Any],
    corpus: Mapping[str, Sentences],
) -> None:
    """Train a model per seed, select the best on dev, and write it as a model folder.

    Args:
        kind: kind of the tags.
        recipe: the recipe.
        options: options of the recipe's command line.
        config: configuration of the recipe.
        corpus: what its `read` returns: a dict from split ("train", "dev" and optionally "test") to
            lists of pairs of words and tags.

    Raises:
        CorpusError: vectors cannot be read.
        CheckpointError: the folder holds a run under other conditions.
        ValueError: the configuration changes the vocabulary or the network of `--start`.
    """
    start = TaggerStart.read(recipe.kind, str(options.start)) if options.start else None
    if start:
        config = start.config(config, options.config)
    corpus = {name: kind.read(sentences) for name, sentences in corpus.items()}
    report_new_tags(kind, corpus)
    dim = config["model"]["word_dim"]
    vectors = read_vectors(options.vectors, dim=dim) if options.vectors else None
    seeds = options.seeds[:1] if options.dev_only else options.seeds
    if options.dev_only:
        corpus.pop("test", None)
    with distributed(options) as devices:
        training = TaggerTraining(kind, options, config, corpus, vectors, devices, start)
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
    """Print the labels of each split that are absent from train."""
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
    """Write `results.md`, the scores of all seeds, and a report of the best run for each split.

    Args:
        options: options of the recipe's command line.
        best: the best run on dev.
        runs: all runs.
        corpus: dict from split to sentences.
    """
    table = seeds_table({run.seed: run.scores for run in runs})
    (options.output / "results.md").write_text(table + "\n", encoding="utf-8")
    print(f"\n{table}")
    for split in dict.fromkeys(split for split, _ in best.scores):
        text = best.kind.report(corpus[split], best.found(corpus[split]))
        print(f"\nseed {best.seed}, {split}, as written\n{text.split(chr(10) * 2)[0]}")
        path = options.output / f"report_{split}.txt"
        path.write_text(text + "\n", encoding="utf-8")
