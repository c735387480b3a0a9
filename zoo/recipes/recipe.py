"""What a recipe is: its data, its configuration, its search space, the words of its card."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zoo.recipes.command import recipe_parser
from zoo.recipes.configuration import Keys, changed, merged
from zoo.tasks import Task, task_named

Config = dict[str, Any]


def _no_limits(options: argparse.Namespace) -> list[str]:
    return []


@dataclass(frozen=True)
class Recipe:
    """How to train a model, from its data to its card.

    A file of `recipes/` that holds one as `RECIPE` is found by `zoo train`, `zoo tune` and
    `zoo.train` under its name. Importing the file imports neither Keras nor TensorFlow: what needs
    them is imported in the functions.

    Args:
        name: what `zoo train NAME` takes.
        file: path of the recipe's file, its `__file__`.
        task: name of the `zoo.tasks.Task`, which trains, measures and exports.
        summary: what it trains, in a line.
        keys: its configuration, a nested dict of `Key`s.
        read: function from the options to the corpus; the task says of which form.
        space: function from `keras_tuner.HyperParameters` to changes of the configuration that a
            search tries; its defaults are those of `keys`.
        describe: function from the labels to the card's summary.
        data: what the model learns from unless the user gives `--train`, for the card.
        licence: of the model, for the card.
        limitations: function from the options to limitations for the card.
        run: function `(recipe, options, config)` that trains, in place of the task's.
        add_arguments: function that adds the options of such a `run` to the parser.
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
    licence: str = "Apache-2.0"
    limitations: Callable[[argparse.Namespace], list[str]] = _no_limits
    run: Callable[["Recipe", argparse.Namespace, Config], None] | None = None
    add_arguments: Callable[[argparse.ArgumentParser], None] | None = None

    @property
    def kind(self) -> Task:
        """The task: what kind of model it trains."""
        return task_named(self.task)

    @property
    def script(self) -> str:
        """The path of the recipe's file in the repository, as a card names it."""
        return f"recipes/{Path(self.file).name}"

    @property
    def tuned(self) -> Path:
        """The file of what a search chose, beside the recipe; `zoo tune --apply` writes it."""
        return Path(self.file).with_suffix(".json")

    def config(self, changes: Mapping[str, Any] | None = None) -> Config:
        """Return the configuration: the defaults, what a search chose, and changes of these.

        Raises:
            ValueError: a key that there is not, or a value that it cannot have.
        """
        found = json.loads(self.tuned.read_text()) if self.tuned.is_file() else {}
        return changed(self.keys, merged(found, changes or {}))

    def parse(
        self,
        arguments: Sequence[str] | None = None,
        parser: argparse.ArgumentParser | None = None,
    ) -> tuple[argparse.Namespace, Config]:
        """Return the options and the configuration that a command line asks for.

        What does not fit is the parser's error: by default the program ends with a message.
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
        """Train as a command line says."""
        self.run_with(*self.parse(arguments))

    def run_with(self, options: argparse.Namespace, config: Config) -> None:
        """Train with parsed options and a configuration."""
        (self.run or self.kind.train)(self, options, config)
