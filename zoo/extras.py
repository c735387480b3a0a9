"""Optional dependencies, and the extras of the package that install them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

# Optional package -> the extra that installs it.
EXTRAS = {
    "tensorflow": "train",
    "keras": "train",
    "tensorflow_datasets": "train",
    "keras_tuner": "train",
    "matplotlib": "train",
    "sklearn": "sklearn",
    "spacy": "spacy",
    "apache_beam": "beam",
    "pyarrow": "beam",
}


def missing_extra(error: ModuleNotFoundError) -> str | None:
    """Return how to install the optional package that an import did not find.

    Args:
        error: the error of the import.

    Returns:
        A sentence, or None if the missing module belongs to no extra.

    Example:

    >>> missing_extra(ModuleNotFoundError("No module named 'keras'", name="keras"))
    "keras is missing; install it with: pip install 'bilstm-zoo[train]'"
    """
    name = (error.name or "").partition(".")[0]
    if name not in EXTRAS:
        return None
    return f"{name} is missing; install it with: pip install 'bilstm-zoo[{EXTRAS[name]}]'"


@contextmanager
def hint_of_missing_extra() -> Iterator[None]:
    """Raise errors of imports inside the `with` block with the extra that they need.

    Raises:
        ModuleNotFoundError: an import did not find an optional package.

    Example:

    >>> with hint_of_missing_extra():
    ...     raise ModuleNotFoundError("No module named 'keras'", name="keras")
    Traceback (most recent call last):
    ModuleNotFoundError: keras is missing; install it with: pip install 'bilstm-zoo[train]'
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if hint := missing_extra(error):
            raise ModuleNotFoundError(hint, name=error.name) from error
        raise
