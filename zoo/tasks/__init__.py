"""Tasks: what a kind of model is, from end to end. One file a task; importing it is cheap.

>>> sorted(TASKS)
['entity-tagging', 'sequence-classification', 'token-tagging', 'word-tagging']
>>> task_named("token-tagging").model.__name__
'TokenTagger'
"""

from difflib import get_close_matches
from importlib import import_module
from pkgutil import iter_modules

from zoo.tasks.task import TASKS, Part, Task

__all__ = ["TASKS", "Part", "Task", "task_named"]

for _module in iter_modules(__path__):  # each registers its task
    import_module(f"{__name__}.{_module.name}")


def task_named(name: str) -> Task:
    """Return the task of a name.

    Raises:
        ValueError: there is none of that name.
    """
    if name not in TASKS:
        close = get_close_matches(str(name), TASKS, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"`task` must be one of {sorted(TASKS)}, got {name!r}.{hint}")
    return TASKS[name]
