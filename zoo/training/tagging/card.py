"""Export of a trained tagger as a model folder, with the metrics of the exported files."""

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING

from zoo.hub import ModelCard
from zoo.metrics import measure_over_seeds, training_warnings
from zoo.models import quantize_words
from zoo.recipes.command import card_fields
from zoo.text.addresses import labelled_addresses
from zoo.training.results import print_warnings
from zoo.training.tagging.kinds import Sentences
from zoo.training.tagging.run import TaggerRun

if TYPE_CHECKING:
    from zoo.recipes import Recipe


def export_tagger(
    recipe: "Recipe",
    options: argparse.Namespace,
    best: TaggerRun,
    runs: list[TaggerRun],
    corpus: Mapping[str, Sentences],
) -> ModelCard:
    """Write the best run as the folder `model` of the recipe's output.

    Args:
        recipe: the recipe.
        options: options of its command line.
        best: the best run on dev.
        runs: all runs.
        corpus: dict from split to sentences, pairs of words and tags.
    """
    from zoo.export import export_folder  # needs TensorFlow, which training does not

    small, encode, kind = quantize_words(best.model), best.encode, best.kind
    answers = kind.calibrate(small, encode, corpus["dev"])
    print(f"\nexport: {len(encode.words):,} words, temperature {small.temperature:g}", flush=True)
    baseline = kind.baseline(corpus["dev"])
    warnings = training_warnings(small.temperature, *answers, best.dev, baseline)
    labels = kind.labels(small.options.labels)
    splits = dict.fromkeys(split for split, _ in best.scores)
    card, _ = export_folder(
        options.output / "model",
        small,
        {
            "task": recipe.task,
            "labels": labels,
            "preprocessor": {
                "tokenizer": "words",
                "markup": "blank",
                "features": small.features,
                **({"addresses": True} if labelled_addresses(corpus["train"]) else {}),
            },
            "model": small.get_config(),
        },
        {"words": encode.words, "characters": encode.characters},
        summary=recipe.describe(labels),
        metrics=lambda tagger: [
            *(r for s in splits for r in kind.measure(tagger, small, encode, corpus[s], s)),
            *measure_over_seeds(kind.metric, [run.scores for run in runs]),
        ],
        **card_fields(recipe, options),
        seeds=[best.seed, *(run.seed for run in runs if run is not best)],
        limitations=[*warnings, *_limitations(recipe, options, best, corpus["dev"])],
    )
    print_warnings(warnings)
    return card


def _limitations(
    recipe: "Recipe", options: argparse.Namespace, best: TaggerRun, dev: Sentences
) -> list[str]:
    errors = best.kind.frequent_errors(dev, best.found(dev))
    count = f"{len(best.encode.words):,}"
    return [
        *recipe.limitations(options),
        f"Vocabulary of {count} words; other words are read by their characters and context.",
        f"Most frequent errors on dev: {', '.join(errors) or 'none'}.",
    ]
