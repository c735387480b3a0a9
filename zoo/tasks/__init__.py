"""The registry of tasks: each task defines everything that differs between kinds of models.

There is one file per task. Importing this package is cheap: a task names its parts by path.

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

for _module in iter_modules(__path__):  # each module registers its task
    import_module(f"{__name__}.{_module.name}")


def task_named(name: str) -> Task:
    """Return the task of this name.

    Raises:
        ValueError: there is no task of this name.
    """
    if name not in TASKS:
        close = get_close_matches(str(name), TASKS, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"`task` must be one of {sorted(TASKS)}, got {name!r}.{hint}")
    return TASKS[name]
