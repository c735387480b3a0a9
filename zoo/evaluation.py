"""The metric of a model on labelled examples of one's own."""

from os import PathLike
from typing import Any, NamedTuple

from zoo.hub import info, load
from zoo.metrics import read_task_metric


class Evaluation(NamedTuple):
    """The metric of a model on a file.

    Args:
        metric: name of the metric, such as "entity F1".
        value: its value, from 0 to 1.
        examples: number of examples.
    """

    metric: str
    value: float
    examples: int


def evaluate(
    name: str, path: str | PathLike[str], limit: int | None = None, **options: Any
) -> Evaluation:
    """Measure a model on a file of labelled examples, by the metric of its task.

    Args:
        name: name of a bundled model, or "path:DIR"; see `zoo.load`.
        path: file or folder of examples; see `read_task_metric`.
        limit: number of examples to use, evenly spread over all; None for all.
        **options: options of the reader, such as `text_column`; see `read_task_metric`.

    Returns:
        An `Evaluation`.

    Raises:
        CorpusError: the file cannot be read; the message has the path and the line.
        UnknownModelError, ModelFileError: as `zoo.load`.
        OptionError: the reader does not have an option.
    """
    measure = read_task_metric(info(name).task, path, limit, **options)
    return Evaluation(measure.name, measure(load(name)), len(measure.examples))
