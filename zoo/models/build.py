"""From the plain configuration in a model folder's `config.json` to a model."""

from zoo.tasks import task_named


def build(task, config):
    """Build a model from plain configuration.

    Args:
        task: a name in `zoo.tasks.TASKS`.
        config: dict of the model's arguments; where one is `encoder`, a dict of the encoder's.

    Returns:
        A `keras.Model` with fresh weights.

    Raises:
        ValueError: unknown task.

    Example:

    >>> encoder = {"vocabulary_size": 10, "embedding_dim": 4, "units": 3}
    >>> build("token-tagging", {"encoder": encoder, "num_labels": 2}).count_params()
    246
    """
    return task_named(task).model.from_plain(config)
