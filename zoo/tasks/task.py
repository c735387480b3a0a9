"""The base of all tasks, and the registry in which they are found."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any, ClassVar


class Part:
    """An attribute of a task that another room holds; it is imported when it is asked for.

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
        """Return what the path names."""
        module, _, name = self.path.partition(":")
        return getattr(import_module(module), name)


class Task:
    """What a kind of model is, from end to end: one subclass a task, in a file of this folder.

    A subclass that has a `name` is registered under it. Nothing outside of this folder branches on
    a task's name: what differs between tasks is an attribute here.

    Attributes:
        name: as in `config.json` and on the card.
        model: the class of its Keras models, a `zoo.models.TwoWayModel`.
        predictor: the class of its predictors, a `zoo.runtime.predictor.Predictor`.
        field: name of the list of answers in a record of a corpus, or None for one label a text.
        metric_name: what `metric` measures, in words.
        metric: function `(predictor, *columns of examples) -> float` in [0, 1].
        read_examples: function from a path to examples for the metric.
        graph_runs: function from tokens to the `Runs` of `zoo.export.saved_model.raw_text` in which
            a SavedModel on raw texts reads them.
        graph_inputs: function that gives the model's inputs of such tokens.
        graph_answers: function from the model's answers to those of the texts.
        from_graph: function from those, as arrays, to what the predictor answers.
        cut: how a device cuts a text: "whole", "pieces" or "sentences".
        answer: what a device answers: "tokens", "spans" or "label".
        device_inputs: function from a `preprocessor` to a dict from the name of an input to the
            feature of a token that it holds.
        inspect_reading: function that lets a predictor read a text for pictures of it.
        inspect_labels: function from tags to labels, and to which label each tag counts.
    """

    name: ClassVar[str] = ""
    model: Any
    predictor: Any
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
    inspect_reading: Any
    inspect_labels: Any

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
