"""Errors that layers, models and predictors share; imports nothing heavy."""


class CausalUseError(ValueError):
    """Raised where someone would use a bidirectional model to predict what comes next."""


def refuse_causal_arguments(name, arguments):
    """Take `causal` and `stateful` out of a layer's keyword arguments; refuse those that are set.

    Args:
        name: of the layer, for the message.
        arguments: dict of keyword arguments.

    Raises:
        CausalUseError: one of the two is set.

    Example:

    >>> arguments = {"causal": False, "name": "x"}
    >>> refuse_causal_arguments("BiLSTM", arguments)
    >>> arguments
    {'name': 'x'}
    """
    for use in ("causal", "stateful"):
        if arguments.pop(use, False):
            refuse_causal_use(f"{name}({use}=True)")


def refuse_causal_use(what):
    """Raise `CausalUseError` for the use named by `what`.

    Args:
        what: the call or argument that was refused, for the message.

    Raises:
        CausalUseError: always.

    Example:

    >>> refuse_causal_use("BiLSTM(causal=True)")
    Traceback (most recent call last):
    ...
    zoo.errors.CausalUseError: BiLSTM(causal=True): a bidirectional model cannot be causal...
    """
    raise CausalUseError(
        f"{what}: a bidirectional model cannot be causal. Its output at position t was computed "
        "from the tokens after t too: trained to predict the next token it reads the answer off "
        "its own input, and in a stream the tokens that its backward half needs do not exist yet. "
        'Use a one-way model (direction="forward") to generate or to answer token by token, and '
        "a bidirectional one where the whole sequence is there: tagging, classification, encoding."
    )
