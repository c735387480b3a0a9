"""Optional dependencies, and the extras of the package that install them."""

from __future__ import annotations

# Optional package -> the extra that installs it.
EXTRAS = {
    "tensorflow": "train",
    "keras": "train",
    "tensorflow_datasets": "train",
    "keras_tuner": "train",
    "matplotlib": "train",
    "sklearn": "train",
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
