"""A function that returns any recurrent layer of the zoo, chosen by configuration."""

from typing import Any

from zoo.layers.guards import check_choice
from zoo.layers.rnn.bidirectional import ZOO_LAYERS, BiRNN
from zoo.layers.rnn.keras_layers.bidirectional import KerasBidirectional
from zoo.layers.rnn.keras_layers.unidirectional import UnidirectionalRNN
from zoo.layers.rnn.one_direction import UNIDIRECTIONAL_LAYERS, UniRNN

DIRECTION_CHOICES = ("both", "forward", "backward")
BACKEND_LAYERS = ("zoo", "keras")


def recurrent(
    units: int,
    *,
    cell: str = "lstm",
    direction: str = "both",
    backend_layer: str = "zoo",
    **kwargs: Any,
) -> BiRNN | UniRNN | KerasBidirectional | UnidirectionalRNN:
    """Return a recurrent layer, bidirectional or unidirectional, of the zoo or of Keras.

    Args:
        units: U, the width of one direction.
        cell: "lstm", "gru" or "simple_rnn".
        direction: "both", or "forward" / "backward" for a unidirectional layer.
        backend_layer: what computes the layer, "zoo" (`zoo.layers.BiRNN`, `zoo.layers.UniRNN`) or
            "keras" (`keras.layers.Bidirectional` with the zoo's merge modes, or Keras' own LSTM,
            GRU or SimpleRNN).
        **kwargs: arguments of the layer; unidirectional layers have no `merge_mode` and no
            `projection_units`. `zero_output_for_mask` is True by default for all layers.

    Returns:
        A layer with `explain()`, which says which kernel runs on this machine and why.

    Raises:
        ValueError: an unknown choice; the message suggests the nearest known one.

    Example:

    >>> recurrent(8, cell="gru", backend_layer="keras", merge_mode="max").merge_mode
    'max'
    >>> recurrent(8, cell="gru").explain().split()[0]
    'hoisted'
    """
    check_choice("cell", cell, ZOO_LAYERS)
    check_choice("direction", direction, DIRECTION_CHOICES)
    check_choice("backend_layer", backend_layer, BACKEND_LAYERS)
    if direction == "both":
        if backend_layer == "keras":
            return KerasBidirectional(units, cell=cell, **kwargs)
        return ZOO_LAYERS[cell](units, **kwargs)
    kwargs = {"zero_output_for_mask": True, **kwargs, "backward": direction == "backward"}
    if backend_layer == "keras":
        return UnidirectionalRNN(units, cell=cell, **kwargs)
    return UNIDIRECTIONAL_LAYERS[cell](units, **kwargs)
