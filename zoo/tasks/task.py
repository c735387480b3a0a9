"""The base class of tasks, and their registry."""

import inspect
from argparse import Namespace
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import Any, ClassVar

# The option of trainings that start from a model, for `train_files`.
START = MappingProxyType(
    {"start": "a model of the zoo, or path:DIR, to start from with its words and weights"}
)


class Part:
    """An attribute of a task that is defined elsewhere; it is imported on access.

    Args:
        path: "module:name".

    Example:

    >>> class Numbers:
    ...     root = Part("math:sqrt")
    >>> Numbers().root(9.0)
    3.0
    """

    def __init__(self, path: str) -> None:
        self.path = path

    def __get__(self, task: Any, owner: type | None = None) -> Any:
        """Import and return the object."""
        module, _, name = self.path.partition(":")
        return getattr(import_module(module), name)


class Task:
    """The definition of a kind of models; each task is a subclass in a file of this folder.

    A subclass with a `name` is registered under it. No other package branches on the name of a
    task: everything that differs between tasks is an attribute here.

    Attributes:
        name: name of the task, as in `config.json` and on the card.
        model: class of the Keras models, a subclass of `zoo.models.BidirectionalModel`.
        predictor: class of the predictors, a subclass of `zoo.runtime.predictor.Predictor`.
        config_rules: the `zoo.trust.configs.ConfigRules` of its `config.json`.
        field: name of the list of results in a record of a tagged corpus; None for one label per
            text.
        metric_name: name of the metric.
        metric: function `(predictor, *columns of examples) -> float` in [0, 1].
        read_examples: function from a path to examples for the metric.
        graph_runs: function from tokens to the `Runs` of `zoo.export.saved_model.raw_text`: the
            sequences that a SavedModel on raw texts reads.
        graph_inputs: function that returns the model's inputs for such tokens.
        graph_answers: function from the model's outputs to those of the texts.
        from_graph: function from these outputs, as arrays, to the results of the predictor.
        cut: how a text is split into sequences on a device: "whole", "pieces" or "sentences".
        answer: type of the result on a device: "tokens", "spans" or "label".
        device_inputs: function from a `preprocessor` to a dict from the name of an input to the
            feature of a token that it contains.
        train: function `(recipe, options, config, corpus)` that trains a `zoo.recipes.Recipe` on
            what its `read` returns, and exports its model; None if a recipe has to bring its own.
        reader: class of the reader of such a training, as `zoo.data.TextReader`; None for none.
        train_files: options of such a training that take files, by name, with their help; with
            `START` it can start from a model of the same network.
        train_flags: options of such a training that take no value, with their help.
        fine_tune: function `(predictor, train, dev, **options)` behind `Predictor.fine_tune`.
        inspect_reading: function that lets a predictor read a text for `zoo.inspect`.
        inspect_labels: function from the tags to the labels, and to the label of each tag.
    """

    name: ClassVar[str] = ""
    model: Any
    predictor: Any
    config_rules: Any
    field: str | None
    metric_name: str
    metric: Any
    read_examples: Any
    graph_runs: Any
    graph_inputs: Any
    graph_answers: Any
    from_graph: Any
    cut: str
    answer: str
    device_inputs: Any
    train: Any = None
    reader: Any = None
    train_files: Mapping[str, str] = MappingProxyType({})
    train_flags: Mapping[str, str] = MappingProxyType({})
    fine_tune = Part("zoo.recipes.fine_tune:fine_tune")
    inspect_reading: Any
    inspect_labels: Any

    def check_training(self, options: Namespace) -> None:
        """Raise `ValueError` where the options of a training do not go together."""
        if getattr(options, "start", None) and options.vectors:
            raise ValueError(
                "--start brings words and vectors: --vectors cannot be given beside it"
            )
        if self.reader is None or options.train:
            return
        given = [name for name in ("dev", "test") if getattr(options, name, None)]
        if given := [*given, *self.reader.changed(options)]:
            names = ", ".join(f"--{name.replace('_', '-')}" for name in given)
            raise ValueError(f"{names}: only for files of your own, see --train")

    def same_network(self) -> list[str]:
        """Return the names of the tasks whose models are of the same class.

        >>> from zoo.tasks import task_named
        >>> task_named("word-tagging").same_network()
        ['entity-tagging', 'word-tagging']
        """
        own = inspect.getattr_static(self, "model").path
        paths = {name: inspect.getattr_static(task, "model").path for name, task in TASKS.items()}
        return sorted(name for name, path in paths.items() if path == own)

    def none_label(self, labels: Sequence[str]) -> str | None:
        """Return the label of tokens outside of everything that is labelled, if there is one.

        Args:
            labels: the labels of a model of this task.
        """
        return None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.name:
            TASKS[cls.name] = cls()


TASKS: dict[str, Task] = {}
