"""What a search changes of a recipe's configuration, of the space that the recipe gives."""

SAMPLES = 100  # of a hyperparameter's values, to find one that is not its default
BATCHES = ("batch_size", "batch_tokens")  # what a configuration calls the size of its batches


class Partial:
    """Hyperparameters of which only some are searched; the others stay at their defaults.

    Args:
        hyperparameters: `keras_tuner.HyperParameters`, whose methods this one has.
        searched: function from a name to whether that one is searched.

    Example:

    >>> from keras_tuner import HyperParameters
    >>> from zoo.recipes import recipe_named
    >>> asked = HyperParameters()
    >>> changes = recipe_named("brackets").space(Partial(asked, lambda name: name == "units"))
    >>> [each.name for each in asked.space if type(each).__name__ != "Fixed"]
    ['units']
    """

    def __init__(self, hyperparameters, searched):
        self.hyperparameters = hyperparameters
        self.searched = searched

    def __getattr__(self, kind):
        ask = getattr(self.hyperparameters, kind)
        if kind == "conditional_scope":
            return ask

        def choose(name, *arguments, **options):
            if self.searched(name):
                return ask(name, *arguments, **options)
            default = getattr(type(self.hyperparameters)(), kind)(name, *arguments, **options)
            return self.hyperparameters.Fixed(name, default)

        return choose


def searched_changes(space, hyperparameters, searched):
    """Return what the searched hyperparameters change of a configuration.

    What is not searched is left to the recipe, to which a search's `--apply`, or the trained model
    that it goes on from, may have given other values than its own; but for the size of the batches,
    which is always said, since what does not fit into memory is tried again with half of it.

    Args:
        space: of a `zoo.recipes.Recipe`.
        hyperparameters: `keras_tuner.HyperParameters`.
        searched: function from a name to whether that one is searched.

    Example:

    >>> from keras_tuner import HyperParameters
    >>> from zoo.recipes import recipe_named
    >>> space = recipe_named("brackets").space
    >>> searched_changes(space, HyperParameters(), lambda name: name in ("units", "rate"))
    {'model': {'encoder': {'units': 48}}, 'rate': 0.01, 'batch_size': 128}
    """
    chosen = space(Partial(hyperparameters, searched))
    own, moved = type(hyperparameters)(), type(hyperparameters)()
    space(own)
    for each in own.space:
        if searched(each.name) or each.name in BATCHES:
            samples = (each.random_sample(seed) for seed in range(SAMPLES))
            moved.values[each.name] = next(v for v in samples if v != each.default)
    return _where_different(chosen, space(own), space(moved))


def _where_different(config, one, other):
    """Return the part of a configuration in which two others are different."""
    found = {}
    for name, value in config.items():
        if all(isinstance(each, dict) for each in (value, one[name], other[name])):
            if inner := _where_different(value, one[name], other[name]):
                found[name] = inner
        elif one[name] != other[name]:
            found[name] = value
    return found


def halved(config):
    """Return a configuration with half the batch, for what did not fit into memory.

    Example:

    >>> halved({"rate": 0.1, "batch_size": 10})
    {'rate': 0.1, 'batch_size': 5}
    """
    return {
        name: max(1, value // 2) if name in BATCHES else value for name, value in config.items()
    }
