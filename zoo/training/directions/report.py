"""Pictures and model folder of the comparison of directions."""

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo.data.brackets import VOCABULARY, sample
from zoo.inspect import learning_curves, per_position_figure, sequence_pictures
from zoo.text import Vocabulary
from zoo.training.directions.run import (
    LABELS,
    TEST_SEED,
    DirectionRun,
    DirectionTraining,
    ceiling,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from zoo.export import ExportReport
    from zoo.hub import ModelCard
    from zoo.recipes import Recipe

EXAMPLE_SEED, EXAMPLE_LENGTH = 1_000_003, 24


def direction_pictures(
    training: DirectionTraining,
    runs: Sequence[DirectionRun],
    best: DirectionRun,
    panels: bool = False,
) -> "dict[str, Figure]":
    """Return pictures of the best model and of the unidirectional models with its seed, by name.

    With `panels`, each panel of the pictures of one sequence is a picture of its own, see
    `zoo.inspect.sequence_pictures`.
    """
    peers = {run.name: run for run in runs if run.seed == best.seed}
    example = sample(training.source, 1, (EXAMPLE_LENGTH, EXAMPLE_LENGTH), seed=EXAMPLE_SEED)
    pictures = sequence_pictures(
        {name: peers[name].model for name in (best.name, "forward", "backward")},
        example.ids[0],
        [VOCABULARY[i] for i in example.ids[0]],
        [LABELS[i] for i in example.labels[0]],
        panels,
    )
    limits = {
        run.name: limit
        for run in peers.values()
        if (limit := ceiling(run.direction, training.source, training.trained))
    }
    pictures["learning_curves"] = learning_curves(
        {name: {"val_accuracy": run.dev_scores} for name, run in peers.items()},
        {name: limit.overall for name, limit in limits.items()},
    )
    # A ceiling per position holds only if the model knows the position: see `Ceiling`.
    for name, index, bound, position in (
        ("forward", 0, limits["forward"].per_position, "position t"),
        ("backward", 1, limits["backward"].per_position_from_end, "position from the end"),
    ):
        curves = {
            each: peers[each].by_position[training.trained][index] for each in (best.name, name)
        }
        pictures[f"accuracy_{name}"] = per_position_figure(curves, {name: bound}, position)
    return pictures


def card_metrics(
    best: DirectionRun, rows: Sequence[dict[str, Any]], seeds: int, conditions: str
) -> list[dict[str, Any]]:
    """Return the metrics of the card: of the best model, and their mean and minimum over the seeds.

    Args:
        best: the best model.
        rows: rows of all models.
        seeds: number of seeds.
        conditions: how the models were evaluated.
    """
    return [
        {
            "metric": f"{statistic}{measured.replace('_', ' ')}",
            "value": float(function([row[measured] for row in same])),
            "split": f"test, lengths {lengths}",
            "conditions": f"{whose}, {conditions}",
        }
        for whose, statistic, function, chosen in (
            ("this model", "", np.mean, best.rows),
            (f"{seeds} seeds", "mean ", np.mean, rows),
            (f"{seeds} seeds", "lowest ", np.min, rows),
        )
        for lengths in dict.fromkeys(row["lengths"] for row in rows)
        for measured in ("accuracy", "worst_position")
        if (same := [r for r in chosen if (r["model"], r["lengths"]) == (best.name, lengths)])
    ]


def export_best(
    recipe: "Recipe",
    training: DirectionTraining,
    best: DirectionRun,
    rows: Sequence[dict[str, Any]],
) -> "tuple[ModelCard, ExportReport]":
    """Write the best model as the folder `model` of the recipe's output."""
    from zoo.export import export_folder  # needs TensorFlow, which training does not

    options, (shortest, longest) = training.options, training.trained
    conditions = f"{options.test_sequences} sequences, seed {TEST_SEED}"
    return export_folder(
        options.output / "model",
        best.model,
        {
            "task": recipe.task,
            "labels": LABELS,
            "preprocessor": {"tokenizer": "characters"},
            "model": best.config,
        },
        {"vocabulary": Vocabulary(VOCABULARY)},
        name=options.name,
        summary=recipe.describe(LABELS),
        metrics=card_metrics(best, rows, options.seeds, conditions),
        licence=recipe.licence,
        languages=recipe.languages,
        data=f"{recipe.data}, difficulty {options.difficulty!r}, lengths {shortest} to {longest}",
        recipe=recipe.script,
        command=f"zoo train {recipe.argument} {shlex.join(options.arguments)}",
        seeds=[best.seed, *(seed for seed in range(options.seeds) if seed != best.seed)],
        limitations=recipe.limitations(options),
    )
