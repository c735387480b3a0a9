"""One call that gives any recurrent layer of the zoo, chosen by configuration."""

from typing import Any

from zoo.layers.guards import check_choice
from zoo.layers.rnn.bidirectional import SCRATCH, BiRNN
from zoo.layers.rnn.keras_bidirectional import BuiltinBiRNN
from zoo.layers.rnn.unidirectional import OneWayRNN

DIRECTION_CHOICES = ("both", "forward", "backward")
IMPLEMENTATION_CHOICES = ("scratch", "builtin")


def recurrent(
    units: int,
    *,
    cell: str = "lstm",
    direction: str = "both",
    implementation: str = "scratch",
    **kwargs: Any,
) -> BiRNN | BuiltinBiRNN | OneWayRNN:
    """Return a recurrent layer, from scratch or Keras' own, one-way or two-way.

    Args:
        units: U, the width of one direction.
        cell: "lstm", "gru" or "simple_rnn".
        direction: "both", or "forward" / "backward" for one way (always Keras' own layer).
        implementation: "scratch" (`zoo.layers.BiRNN`) or "builtin"
            (`keras.layers.Bidirectional` with the zoo's merge modes).
        **kwargs: of the layer; one-way layers have no `merge_mode` nor `projection_units`.

    Returns:
        A layer with `explain()`, which says what kernel runs here and why.

    Raises:
        ValueError: an unknown choice, with the nearest known one.

    Example:

    >>> recurrent(8, cell="gru", implementation="builtin", merge_mode="max").merge_mode
    'max'
    >>> recurrent(8, cell="gru").explain().split()[0]
    'hoisted'
    """
    check_choice("cell", cell, SCRATCH)
    check_choice("direction", direction, DIRECTION_CHOICES)
    check_choice("implementation", implementation, IMPLEMENTATION_CHOICES)
    if direction != "both":
        return OneWayRNN(units, cell=cell, backward=direction == "backward", **kwargs)
    if implementation == "builtin":
        return BuiltinBiRNN(units, cell=cell, **kwargs)
    return SCRATCH[cell](units, **kwargs)
