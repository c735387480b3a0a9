"""The comparison of directions as a recipe runs it: train, evaluate, draw, export."""

import argparse
import csv
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoo.callbacks import write_figures
from zoo.callbacks.tags import description, picture_tag
from zoo.inspect import narrow_figures, write_pictures
from zoo.metrics import ceiling_table
from zoo.training.directions.report import direction_pictures, export_best
from zoo.training.directions.run import DirectionRun, DirectionTraining, Lengths
from zoo.training.results import write_dev

if TYPE_CHECKING:
    from zoo.recipes import Recipe


def compare_directions(
    recipe: "Recipe",
    options: argparse.Namespace,
    config: dict[str, Any],
    trained: Lengths,
    longer: Lengths,
) -> None:
    """Train models of all directions, compare them with the exact ceiling, and export the best.

    Args:
        recipe: its `read` returns the generator of the tokens.
        options: options of the recipe's command line.
        config: configuration of the recipe.
        trained: shortest and longest length in training, in tokens.
        longer: range of lengths for a second evaluation.

    Raises:
        CheckpointError: the folder holds a run under other conditions.
    """
    training = DirectionTraining(options, config, recipe.read(options), trained, longer)
    models = training.plan()
    if options.dev_only:
        run = training.train("bidirectional", *models["bidirectional"], seed=0)
        write_dev(options.output, max(run.dev_scores))
        return
    runs = []
    for seed in range(options.seeds):
        for name, (direction, units) in models.items():
            start = time.perf_counter()
            runs.append(training.train(name, direction, units, seed))
            training.evaluate(runs[-1], time.perf_counter() - start)
    rows = [row for run in runs for row in run.rows]
    write_results(rows, options.output)
    candidates = [run for run in runs if run.direction == "both"]
    best = max(candidates, key=lambda run: max(run.dev_scores))
    print(best.model.encoder.explain())
    draw(training, runs, best)
    card, report = export_best(recipe, training, best, rows)
    print(f"exported: {options.output / 'model'}, {card.size_bytes:,} bytes in all")
    print(f"TFLite: {report.size_bytes:,} bytes, operators {report.operators}")
    print(f"largest difference from Keras: {max(report.largest_difference):.1e}")


def write_results(rows: Sequence[dict[str, Any]], folder: Path) -> None:
    """Write `results.csv`, one row per model, seed and lengths, and `results.md`; print it."""
    with open(folder / "results.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    (folder / "results.md").write_text(ceiling_table(rows) + "\n")
    print(f"\n{ceiling_table(rows)}\n")


def draw(training: DirectionTraining, runs: Sequence[DirectionRun], best: DirectionRun) -> None:
    """Write the pictures as PNG files and to TensorBoard's logs."""
    folder = training.options.output
    figures = direction_pictures(training, runs, best)
    pictures = write_pictures(figures, folder / "pictures")
    with narrow_figures():
        cards = direction_pictures(training, runs, best, panels=True)
    tags = {picture_tag(name): figure for name, figure in cards.items()}
    write_figures(tags, folder / "logs" / "pictures", describe=description)
    print(f"pictures: {', '.join(path.name for path in pictures)} in {pictures[0].parent}")
