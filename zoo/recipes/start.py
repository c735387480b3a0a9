"""The model that a training starts from, checked before anything heavy is loaded."""

from pathlib import Path

from zoo.hub.card import read_json
from zoo.hub.errors import ModelFileError
from zoo.hub.load import CONFIG_FILE
from zoo.hub.store import resolve
from zoo.tasks import Task


def check_start(task: Task, name: str) -> Path:
    """Return the folder of a model that a training can start from.

    Args:
        task: the task of the training.
        name: name of the model, or "path:DIR".

    Raises:
        UnknownModelError: there is no such model.
        ModelFileError: the folder is broken, or the model is of another network.

    Example:

    >>> from zoo.tasks import task_named
    >>> check_start(task_named("word-tagging"), "bilstm-ner").name
    'bilstm-ner'
    """
    folder, networks = resolve(name), task.same_network()
    found = read_json(folder / CONFIG_FILE).get("task")
    if found not in networks:
        raise ModelFileError(
            f"{name}: a training of {task.name} starts from a model of {' or '.join(networks)}, "
            f"and the task of this model is {found!r}"
        )
    return folder
