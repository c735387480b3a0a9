"""The Python function behind `zoo train`."""

import argparse
import json
from collections.abc import Mapping
from os import PathLike
from typing import Any, NoReturn

from zoo.hub import load
from zoo.recipes.command import recipe_parser
from zoo.recipes.recipe import Recipe
from zoo.recipes.registry import recipe_named


class _Parser(argparse.ArgumentParser):
    """A parser that raises an error instead of exiting."""

    def error(self, message: str) -> NoReturn:
        raise ValueError(message)


def train(
    recipe: str,
    *,
    output: str | PathLike[str],
    config: Mapping[str, Any] | None = None,
    **options: Any,
) -> Any:
    """Train a recipe and return a predictor of the best model.

    Args:
        recipe: name of a recipe, or path of a recipe file.
        output: folder to write to; an interrupted run resumes there.
        config: nested dict of changes of the recipe's configuration.
        **options: options of `zoo train RECIPE`, with underscores: `train`, `dev`, `vectors`,
            `seeds`, `start`, ...; a list for several values, True for an option without a value.

    Returns:
        The predictor, as `zoo.load` returns it; None with `dev_only`.

    Raises:
        ValueError: an option or key is unknown, or a value is not allowed.

    Example:

    >>> train("ner", output="runs/mine", config={"epoch": 3})
    Traceback (most recent call last):
    ValueError: no key is named 'epoch'. Did you mean 'epochs'?
    """
    found = recipe_named(recipe)
    parsed, changed = parse_options(found, output, config or {}, options)
    found.run_with(parsed, changed)
    return None if parsed.dev_only else load(f"path:{parsed.output / 'model'}")


def parse_options(
    recipe: Recipe,
    output: str | PathLike[str],
    config: Mapping[str, Any],
    options: Mapping[str, Any],
) -> tuple[argparse.Namespace, dict[str, Any]]:
    """Return the options of a recipe's command line, and its configuration, for Python values.

    Args:
        recipe: the recipe.
        output, config, options: as in `train`.

    Raises:
        ValueError: an option or key is unknown, or a value is not allowed.
    """
    arguments = [f"--output={output}", f"--config={json.dumps(dict(config))}"]
    for name, value in options.items():
        option = f"--{name.replace('_', '-')}"
        if isinstance(value, list | tuple | range):
            arguments += [option, *map(str, value)]
        elif value is True:
            arguments.append(option)
        elif value not in (None, False):
            arguments.append(f"{option}={value}")
    return recipe.parse(arguments, recipe_parser(recipe, _Parser))
