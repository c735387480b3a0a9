"""The errors of the hub: each says what was asked for, what was found and what to do."""

import difflib
from collections.abc import Iterable


class UnknownModelError(ValueError):
    """A model name that is not in the zoo."""


class ModelFileError(ValueError):
    """A model folder with a file that is missing, changed or outside of the folder."""


class CardError(ValueError):
    """A model card with a field that is missing, unknown or of the wrong kind."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `" Did you mean 'x'?"` for the known name nearest to `name`, or an empty string.

    Args:
        name: what was asked for.
        known: the names that exist.

    Example:

    >>> did_you_mean("bilstm-bracket", ["bilstm-brackets", "bilstm-ner"])
    " Did you mean 'bilstm-brackets'?"
    """
    nearest = difflib.get_close_matches(name, known, n=1)
    return f" Did you mean {nearest[0]!r}?" if nearest else ""
