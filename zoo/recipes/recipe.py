"""The definition of a recipe: its data, configuration, search space and texts for the card."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zoo.recipes.checks import check_options
from zoo.recipes.command import recipe_parser
from zoo.recipes.configuration import Keys, changed, merged
from zoo.tasks import Task, task_named

Config = dict[str, Any]


def _no_limits(options: argparse.Namespace) -> list[str]:
    return []


_HERE = Path(__file__).parent


def recipe_files(package: Path = _HERE) -> Path:
    """Return the folder of the recipes' files: in an installed package, or in the repository.

    Args:
        package: folder of the package `zoo.recipes`.
    """
    inside = package / "files"
    return inside if inside.is_dir() else package.parents[1] / "recipes"


@dataclass(frozen=True)
class Recipe:
    """How to train a model, from its data to its card.

    `zoo train`, `zoo tune` and `zoo.train` find a recipe by its name if a file in `recipes/`
    defines it as `RECIPE`. Such a file must not import Keras or TensorFlow at module level, only in
    its functions.

    Args:
        name: name of the recipe, as in `zoo train NAME`.
        file: path of the recipe's file, its `__file__`.
        task: name of the `zoo.tasks.Task`, which trains, evaluates and exports.
        summary: what the recipe trains, in one line.
        keys: configuration, a nested dict of `Key`s.
        read: function from the options to the corpus, in the form that the task expects.
        space: function from `keras_tuner.HyperParameters` to the changes of the configuration that
            a search tries; its defaults must equal those of `keys`.
        describe: function from the labels to the summary on the card.
        data: training data without `--train`, for the card.
        licence: licence of the model without `--train`, for the card.
        languages: languages of that data, for the card.
        limitations: function from the options to the limitations on the card.
        run: function `(recipe, options, config)` that trains; None for the task's own.
        add_arguments: function that adds the options of `run` to the parser.
    """

    name: str
    file: str
    task: str
    summary: str
    keys: Keys
    read: Callable[[argparse.Namespace], Any]
    space: Callable[[Any], Config]
    describe: Callable[[Sequence[str]], str]
    data: str
    licence: str = "not stated"
    languages: tuple[str, ...] = ()
    limitations: Callable[[argparse.Namespace], list[str]] = _no_limits
    run: Callable[["Recipe", argparse.Namespace, Config], None] | None = None
    add_arguments: Callable[[argparse.ArgumentParser], None] | None = None

    @property
    def kind(self) -> Task:
        """The task of the model that the recipe trains."""
        return task_named(self.task)

    @property
    def script(self) -> str:
        """The recipe's file, for the card: its path in the repository, or its name elsewhere."""
        name = Path(self.file).name
        return f"recipes/{name}" if self._found_by_name else name

    @property
    def argument(self) -> str:
        """The argument of `zoo train`: the recipe's name, or that of a file elsewhere."""
        return self.name if self._found_by_name else Path(self.file).name

    @property
    def _found_by_name(self) -> bool:
        return Path(self.file).resolve().parent == recipe_files().resolve()

    @property
    def tuned(self) -> Path:
        """The file with the result of a search, beside the recipe; see `zoo tune --apply`."""
        return Path(self.file).with_suffix(".json")

    def config(self, changes: Mapping[str, Any] | None = None) -> Config:
        """Return the configuration: the defaults, the result of a search if any, and the changes.

        Args:
            changes: nested dict of changes, such as `{"model": {"head": "softmax"}}`.

        Raises:
            ValueError: a key is unknown, or its value is not allowed.
        """
        found = json.loads(self.tuned.read_text()) if self.tuned.is_file() else {}
        return changed(self.keys, merged(found, changes or {}))

    def parse(
        self,
        arguments: Sequence[str] | None = None,
        parser: argparse.ArgumentParser | None = None,
    ) -> tuple[argparse.Namespace, Config]:
        """Parse a command line, and return its options and the configuration.

        Args:
            arguments: arguments of the command line; None for those of this process.
            parser: parser to use; its `error` is called with a message if an argument is wrong.
        """
        parser = parser or recipe_parser(self)
        options = parser.parse_args(arguments)
        options.arguments = list(sys.argv[1:] if arguments is None else arguments)
        try:
            config = self.config(options.config)
            if not self.run:
                self.kind.check_training(options)
        except ValueError as error:
            parser.error(str(error))
        return options, config

    def main(self, arguments: Sequence[str] | None = None) -> None:
        """Parse a command line and train."""
        self.run_with(*self.parse(arguments))

    def run_with(self, options: argparse.Namespace, config: Config) -> None:
        """Train with parsed options and a configuration."""
        check_options(self, options)
        if self.run:
            self.run(self, options, config)
            return
        corpus = self.read(options)  # before TensorFlow is imported: a bad file is refused at once
        self.kind.train(self, options, config, corpus)
