"""The models that ship with the package, by name."""

from fnmatch import fnmatchcase

from zoo.hub.card import ModelCard
from zoo.hub.store import model_names, resolve


def list_models(pattern: str = "*") -> list[str]:
    """List the bundled models.

    Args:
        pattern: wildcards as in a shell: `*`, `?`, `[abc]`.

    Returns:
        Sorted list of names.

    Example:

    >>> list_models("no-such-*")
    []
    """
    return [name for name in model_names() if fnmatchcase(name, pattern)]


def info(name: str) -> ModelCard:
    """Read the card of a model.

    Args:
        name: name of a bundled model, or "path:DIR" for a folder that you trained.

    Returns:
        Its `ModelCard`.

    Raises:
        UnknownModelError: when no bundled model has that name.
        ModelFileError: when DIR is not a model folder.
        CardError: when the card does not hold together.
    """
    return ModelCard.read(resolve(name))
