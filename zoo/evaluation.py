"""The metric of a model on labelled examples of one's own."""

from collections.abc import Iterable
from itertools import chain
from os import PathLike
from typing import Any, NamedTuple

from zoo.errors import CorpusError
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
        CorpusError: the file cannot be read; the message has the path and the line. Or it has none
            of the labels of the model.
        UnknownModelError, ModelFileError: as `zoo.load`.
        OptionError: the reader does not have an option.
    """
    measure = read_task_metric(info(name).task, path, limit, **options)
    predictor = load(name)
    # A label, or tags with or without a prefix such as "B-".
    answers = ([answer] if isinstance(answer, str) else answer for _, answer in measure.examples)
    found = {*chain.from_iterable(answers)} - {"O"}
    if found and not {*found, *(label[2:] for label in found)} & {*predictor.labels}:
        reason = (
            f"the labels {_listed(found)} are none of the model's: {_listed(predictor.labels)}."
        )
        raise CorpusError(path, None, reason)
    return Evaluation(measure.name, measure(predictor), len(measure.examples))


def _listed(labels: Iterable[str]) -> str:
    first = sorted(labels)
    return ", ".join(map(repr, first[:10])) + (", ..." if len(first) > 10 else "")
