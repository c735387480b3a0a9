"""Builds models from the plain configuration in a model folder's `config.json`."""

from typing import Any

from zoo.tasks import task_named


def build(task: str, config: dict[str, Any]) -> Any:
    """Build a model from plain configuration.

    Args:
        task: a name in `zoo.tasks.TASKS`.
        config: dict of the model's arguments; `encoder`, if present, is a dict of the encoder's.

    Returns:
        A `zoo.models.BidirectionalModel` with new weights.

    Raises:
        ValueError: an unknown task, or a wrong argument.

    Example:

    >>> encoder = {"vocabulary_size": 10, "embedding_dim": 4, "units": 3}
    >>> build("token-tagging", {"encoder": encoder, "num_labels": 2}).count_params()
    246
    """
    return task_named(task).model.from_plain(config)
