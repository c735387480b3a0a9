"""The registry of the bundled models."""

from fnmatch import fnmatchcase

from zoo.hub.card import ModelCard
from zoo.hub.store import model_names, resolve


def list_models(pattern: str = "*") -> list[str]:
    """List the bundled models.

    Args:
        pattern: shell wildcards: `*`, `?`, `[abc]`.

    Returns:
        Sorted list of the names that match.

    Example:

    >>> list_models("no-such-*")
    []
    """
    return [name for name in model_names() if fnmatchcase(name, pattern)]


def info(name: str) -> ModelCard:
    """Read the card of a model.

    Args:
        name: name of a bundled model, or "path:DIR" for a model folder.

    Returns:
        Its `ModelCard`.

    Raises:
        UnknownModelError: there is no bundled model of this name.
        ModelFileError: DIR is not a model folder.
        CardError: the card has a missing, unknown or invalid field.
    """
    return ModelCard.read(resolve(name))
