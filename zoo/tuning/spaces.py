"""What a search may choose of each recipe: arguments of its own configuration, nothing else.

The defaults are the recipe's own choices, which a search tries first.
"""

WIDTHS = {"3": [3], "3 5": [3, 5]}  # a choice of KerasTuner's is a string or a number
TENTHS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]  # for the steps of `hp.Float` add up to 0.30000000000000004
SAMPLES = 100  # of a hyperparameter's values, to find one that is not its default
BATCHES = ("batch_size", "batch_tokens")  # what a configuration calls the size of its batches


def brackets(hp):
    """Return changes of the bracket recipe's configuration."""
    return {
        "model": {
            "encoder": {
                "cell": hp.Choice("cell", ["lstm", "gru"]),
                "units": hp.Choice("units", [16, 24, 32, 48], default=48),
                "merge_mode": hp.Choice("merge_mode", ["concat", "sum", "mul"]),
                "embedding_dim": hp.Choice("embedding_dim", [8, 16], default=16),
            },
            "hidden_units": hp.Choice("hidden_units", [16, 32], default=32),
        },
        "rate": hp.Float("rate", 2e-3, 2e-2, sampling="log", default=1e-2),
        "batch_size": hp.Choice("batch_size", [64, 128], default=128),
    }


def ner(hp):
    """Return changes of the NER recipe's configuration."""
    optimizer = hp.Choice("optimizer", ["sgd", "adam"])
    rates = {}
    for name, low, high, default in (("sgd", 1e-2, 6e-2, 3e-2), ("adam", 5e-4, 4e-3, 1e-3)):
        with hp.conditional_scope("optimizer", [name]):
            rates[name] = hp.Float(f"rate_{name}", low, high, sampling="log", default=default)
    return {
        "model": {
            "characters": {
                "units": hp.Choice("character_units", [50, 100, 150], default=100),
                "widths": WIDTHS[hp.Choice("widths", [*WIDTHS], default="3 5")],
            },
            "stack": {
                "cell": hp.Choice("cell", ["lstm", "gru"]),
                "units": hp.Choice("units", [100, 150, 200, 250], default=200),
                "num_layers": hp.Int("num_layers", 1, 2),
                "merge_mode": hp.Choice("merge_mode", ["concat", "sum"]),
            },
            "input_dropout": hp.Choice("input_dropout", TENTHS[1:], default=0.4),
            "output_dropout": hp.Choice("output_dropout", TENTHS[1:], default=0.5),
            "locked_dropout": hp.Boolean("locked_dropout", default=True),
            "head": hp.Choice("head", ["crf", "softmax"]),
        },
        "epochs": hp.Choice("epochs", [20, 40, 60], default=40),
        "optimizer": optimizer,
        "rate": rates[optimizer],
        "batch_size": hp.Choice("batch_size", [8, 10, 16, 32], default=10),
    }


def sentiment(hp):
    """Return changes of the sentiment recipe's configuration."""
    size = hp.Choice("adversarial_size", [0.0, 0.01, 0.02, 0.03, 0.05])
    return {
        "model": {
            "encoder": {
                "cell": hp.Choice("cell", ["lstm", "gru"]),
                "units": hp.Choice("units", [64, 128, 192], default=128),
                "merge_mode": hp.Choice("merge_mode", ["concat", "sum", "ave"]),
                "embedding_dropout": hp.Choice("embedding_dropout", TENTHS[:5], default=0.3),
            },
            "pooling": hp.Choice("pooling", ["max", "mean", "attention", "final"]),
            "dropout": hp.Choice("dropout", TENTHS[:5], default=0.3),
        },
        "epochs": hp.Choice("epochs", [6, 9, 12]),
        "unknown": hp.Choice("unknown", [0.0, 0.05, 0.1, 0.15, 0.2], default=0.1),
        "rate": hp.Float("rate", 5e-4, 4e-3, sampling="log", default=2e-3),
        "batch_tokens": hp.Choice("batch_tokens", [5_000, 10_000, 20_000], default=10_000),
        "adversarial": {"kind": "adversarial", "size": size} if size else None,
    }


SPACES = {"brackets": brackets, "ner": ner, "sentiment": sentiment}


class Partial:
    """Hyperparameters of which only some are searched; the others stay at their defaults.

    Args:
        hyperparameters: `keras_tuner.HyperParameters`, whose methods this one has.
        searched: function from a name to whether that one is searched.

    Example:

    >>> from keras_tuner import HyperParameters
    >>> asked = HyperParameters()
    >>> changes = brackets(Partial(asked, lambda name: name == "units"))
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
        space: one of `SPACES`.
        hyperparameters: `keras_tuner.HyperParameters`.
        searched: function from a name to whether that one is searched.

    Example:

    >>> from keras_tuner import HyperParameters
    >>> searched_changes(brackets, HyperParameters(), lambda name: name in ("units", "rate"))
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
