"""The errors of the hub."""

import difflib
from collections.abc import Iterable


class UnknownModelError(ValueError):
    """There is no bundled model of this name."""


class ModelFileError(ValueError):
    """A file of a model is missing, changed, or outside of the model folder."""


class CardError(ValueError):
    """A model card has a missing, unknown or invalid field."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the hint `" Did you mean 'x'?"` for the most similar known name, or an empty string.

    Args:
        name: the unknown name.
        known: the names that exist.

    Example:

    >>> did_you_mean("bilstm-bracket", ["bilstm-brackets", "bilstm-ner"])
    " Did you mean 'bilstm-brackets'?"
    """
    nearest = difflib.get_close_matches(name, known, n=1)
    return f" Did you mean {nearest[0]!r}?" if nearest else ""
