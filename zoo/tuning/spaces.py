"""The part of a recipe's search space that is searched, and the changes that result from it."""

from collections.abc import Callable, Mapping
from typing import Any

from keras_tuner import HyperParameters

SAMPLES = 100  # random values drawn to find one that differs from the default
BATCHES = ("batch_size", "batch_tokens")  # keys of a configuration that set the batch size
Searched = Callable[[str], bool]
Space = Callable[[Any], dict[str, Any]]


class Partial:
    """Hyperparameters of which only some are searched; the others keep their defaults.

    It has the methods of `keras_tuner.HyperParameters`.

    Args:
        hyperparameters: `keras_tuner.HyperParameters` to which the hyperparameters are added.
        searched: function from the name of a hyperparameter to whether it is searched.

    Example:

    >>> from zoo.recipes import recipe_named
    >>> asked = HyperParameters()
    >>> changes = recipe_named("brackets").space(Partial(asked, lambda name: name == "units"))
    >>> [each.name for each in asked.space if type(each).__name__ != "Fixed"]
    ['units']
    """

    def __init__(self, hyperparameters: HyperParameters, searched: Searched) -> None:
        self.hyperparameters = hyperparameters
        self.searched = searched

    def __getattr__(self, kind: str) -> Callable[..., Any]:
        ask = getattr(self.hyperparameters, kind)
        if kind == "conditional_scope":
            return ask

        def choose(name: str, *arguments: Any, **options: Any) -> Any:
            if self.searched(name):
                return ask(name, *arguments, **options)
            default = getattr(HyperParameters(), kind)(name, *arguments, **options)
            return self.hyperparameters.Fixed(name, default)

        return choose


def searched_changes(
    space: Space, hyperparameters: HyperParameters, searched: Searched
) -> dict[str, Any]:
    """Return the changes of a configuration that follow from the searched hyperparameters.

    Keys that do not depend on a searched hyperparameter are left out: the recipe, an applied search
    or the model of a warm start may have other values than the defaults of the space. The batch
    size is always included, because a trial that runs out of memory is repeated with half of it.

    Args:
        space: `space` of a `zoo.recipes.Recipe`.
        hyperparameters: `keras_tuner.HyperParameters` of a trial.
        searched: function from the name of a hyperparameter to whether it is searched.

    Example:

    >>> from zoo.recipes import recipe_named
    >>> space = recipe_named("brackets").space
    >>> searched_changes(space, HyperParameters(), lambda name: name in ("units", "rate"))
    {'model': {'encoder': {'units': 48}}, 'rate': 0.01, 'batch_size': 128}
    """
    chosen = space(Partial(hyperparameters, searched))
    own, moved = HyperParameters(), HyperParameters()
    space(own)
    for each in own.space:
        if searched(each.name) or each.name in BATCHES:
            samples = (each.random_sample(seed) for seed in range(SAMPLES))
            moved.values[each.name] = next(v for v in samples if v != each.default)
    return _where_different(chosen, space(own), space(moved))


def _where_different(
    config: Mapping[str, Any], one: Mapping[str, Any], other: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the part of a configuration in which two others differ."""
    found = {}
    for name, value in config.items():
        if all(isinstance(each, dict) for each in (value, one[name], other[name])):
            if inner := _where_different(value, one[name], other[name]):
                found[name] = inner
        elif one[name] != other[name]:
            found[name] = value
    return found


def halved(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration with half the batch size.

    Example:

    >>> halved({"rate": 0.1, "batch_size": 10})
    {'rate': 0.1, 'batch_size': 5}
    """
    return {
        name: max(1, value // 2) if name in BATCHES else value for name, value in config.items()
    }
