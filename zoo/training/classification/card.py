"""A trained classifier as a model folder, whose card holds what the folder's own files answer."""

from typing import TYPE_CHECKING, Any

from zoo.data.encoded import EncodedTexts
from zoo.hub import ModelCard
from zoo.metrics import (
    best_temperature,
    measure_accuracy_over_seeds,
    measure_classifier,
    predict_logits,
)
from zoo.models import SequenceClassifier, quantize_embedding
from zoo.recipes.command import command_of, data_of
from zoo.training.classification.linear import measure_linear

if TYPE_CHECKING:
    from zoo.recipes import Recipe
    from zoo.training.classification.recipe import ClassifierTraining

ALONE = "accuracy of the network without word pairs"


def export_classifier(
    recipe: "Recipe",
    training: "ClassifierTraining",
    model: SequenceClassifier,
    runs: dict[int, dict[str, Any]],
    linear: Any,
) -> ModelCard:
    """Write a model as the folder `model` of a recipe's output.

    Args:
        recipe: that trained it.
        training: its corpus, vocabulary and options.
        model: the best of all seeds.
        runs: the scores by seed.
        linear: the linear model beside it on the card, or None.
    """
    from zoo.export import export_folder  # needs TensorFlow, which training does not

    alone = [scores.get("alone") for scores in runs.values()]
    options, corpus, labels = training.options, training.corpus, training.labels
    small = quantize_embedding(model)
    dev: EncodedTexts = training.encoded["dev"]
    small.temperature = best_temperature(predict_logits(small, dev.texts), dev.labels)
    splits = [name for name in ("dev", "test") if name in corpus]
    card, _ = export_folder(
        options.output / "model",
        small,
        {
            "task": recipe.task,
            "labels": labels,
            "preprocessor": {"tokenizer": "words", "markup": "blank"},
            "model": {**small.get_config(), "encoder": small.encoder.get_config()},
        },
        {"words": training.vocabulary},
        name=options.name,
        summary=recipe.describe(labels),
        metrics=lambda predictor: [
            *(
                each
                for split in splits
                for each in measure_classifier(predictor, corpus[split], split, small.temperature)
            ),
            *measure_accuracy_over_seeds([*runs.values()], splits, "accuracy"),
            *measure_accuracy_over_seeds(alone, splits, ALONE),
            *measure_linear(linear, corpus, splits),
        ],
        licence=recipe.licence,
        data=data_of(recipe, options),
        recipe=recipe.script,
        command=command_of(recipe, options),
        seeds=sorted(runs, key=lambda seed: -runs[seed]["dev"]),
        limitations=[
            *recipe.limitations(options),
            f"Says {' or '.join(labels)} of every text that has words, also where it is neither.",
            f"Knows {len(training.vocabulary):,} words; all others look alike to it.",
        ],
    )
    return card
