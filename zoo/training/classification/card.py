"""Export of a trained classifier as a model folder, with the metrics of the exported files."""

from typing import TYPE_CHECKING, Any

from zoo.data.encoded import EncodedTexts
from zoo.hub import ModelCard
from zoo.metrics import (
    best_temperature,
    classifier_warnings,
    measure_accuracy_over_seeds,
    measure_classifier,
    predict_logits,
)
from zoo.models import SequenceClassifier, quantize_embedding
from zoo.recipes.command import card_fields
from zoo.training.classification.linear import measure_linear
from zoo.training.results import print_warnings

if TYPE_CHECKING:
    from zoo.recipes import Recipe
    from zoo.training.classification.recipe import ClassifierTraining

ALONE = "accuracy of the network without bigrams"


def export_classifier(
    recipe: "Recipe",
    training: "ClassifierTraining",
    model: SequenceClassifier,
    runs: dict[int, dict[str, Any]],
    linear: Any,
) -> ModelCard:
    """Write a model as the folder `model` of the recipe's output.

    Args:
        recipe: the recipe that trained the model.
        training: corpus, vocabulary and options of the training.
        model: the best model on dev.
        runs: dict from seed to scores.
        linear: linear baseline for the card, or None.
    """
    from zoo.export import export_folder  # needs TensorFlow, which training does not

    options, labels = training.options, training.labels
    small = quantize_embedding(model)
    dev: EncodedTexts = training.encoded["dev"]
    logits = predict_logits(small, dev.texts)
    small.temperature = best_temperature(logits, dev.labels)
    warnings = classifier_warnings(logits, dev.labels, small.temperature)
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
        summary=recipe.describe(labels),
        metrics=lambda predictor: _metrics(training, predictor, small.temperature, runs, linear),
        **card_fields(recipe, options),
        seeds=sorted(runs, key=lambda seed: -runs[seed]["dev"]),
        limitations=[
            *warnings,
            *recipe.limitations(options),
            f"Labels every text that has words with {' or '.join(labels)}, even if neither fits.",
            f"Vocabulary of {len(training.vocabulary):,} words; all others are one unknown word.",
        ],
    )
    print_warnings(warnings)
    return card


def _metrics(
    training: "ClassifierTraining",
    predictor: Any,
    temperature: float,
    runs: dict[int, dict[str, Any]],
    linear: Any,
) -> list[dict[str, Any]]:
    corpus = training.corpus
    splits = [name for name in ("dev", "test") if name in corpus]
    alone = [scores.get("alone") for scores in runs.values()]
    return [
        *(
            each
            for split in splits
            for each in measure_classifier(predictor, corpus[split], split, temperature)
        ),
        *measure_accuracy_over_seeds([*runs.values()], splits, "accuracy"),
        *measure_accuracy_over_seeds(alone, splits, ALONE),
        *measure_linear(linear, corpus, splits),
    ]
