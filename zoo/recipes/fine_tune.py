"""Fine-tuning of a predictor's model on examples in memory or in files."""

import json
import weakref
from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from zoo.recipes.recipe import Recipe
from zoo.recipes.registry import all_recipes
from zoo.recipes.train import train as train_recipe
from zoo.tasks import Task

Examples = str | PathLike[str] | Iterable[tuple[Any, Any]]


def fine_tune(
    predictor: Any,
    train: Examples,
    dev: Examples | None = None,
    *,
    test: Examples | None = None,
    output: str | PathLike[str] | None = None,
    recipe: str | None = None,
    **options: Any,
) -> Any:
    """Train a copy of a predictor's model on other data; see `Predictor.fine_tune`.

    Args:
        predictor: a predictor that `zoo.load` returned.
        train, dev, test: paths of files, or pairs `(words, tags)` or `(text, label)`, which are
            written to `output`; None for `dev` holds out a tenth of train.
        output: folder of the training; None for one that is deleted with the result.
        recipe: name or file of the recipe; None for the first one of the predictor's task.
        **options: further arguments of `zoo.train`.

    Returns:
        A predictor of the new model.

    Raises:
        ValueError: the predictor was not loaded by name, nothing fine-tunes its task, or an option
            is wrong.
    """
    if predictor.loaded_from is None:
        raise ValueError("only a predictor that `zoo.load` returned can be fine-tuned.")
    if "start" not in predictor.task.train_files:
        raise ValueError(f"a model of {predictor.task.name} cannot be fine-tuned.")
    if output is None:
        if options.get("dev_only"):
            raise ValueError("`dev_only` needs `output`, the folder of the score.")
        folder = TemporaryDirectory(prefix="zoo-")
        splits = {"dev": dev, "test": test, "recipe": recipe}
        tuned = fine_tune(predictor, train, output=folder.name, **splits, **options)
        weakref.finalize(tuned, folder.cleanup)
        return tuned
    recipe = recipe or _recipe_of(predictor.task).argument
    Path(output).mkdir(parents=True, exist_ok=True)
    keys = predictor.task.reader.example
    splits = {"train": train, "dev": dev, "test": test}
    files = {
        name: _file(examples, keys, Path(output, f"{name}.jsonl"))
        for name, examples in splits.items()
        if examples is not None
    }
    start, _ = predictor.loaded_from
    return train_recipe(recipe, output=output, start=start, **files, **options)


def _recipe_of(task: Task) -> Recipe:
    found = [each for each in all_recipes().values() if each.task == task.name]
    if not found:
        raise ValueError(f"no recipe trains {task.name}; pass `recipe`, the file of your own.")
    return found[0]


def _file(examples: Examples, keys: tuple[str, str], path: Path) -> str | PathLike[str]:
    """Return the path of a file of examples; write those in memory to `path`."""
    if isinstance(examples, str | PathLike):
        return examples
    lines = [json.dumps(dict(zip(keys, each, strict=True))) for each in examples]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path
