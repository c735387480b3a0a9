"""What enters the recurrent layers of a model."""

from typing import Any, NamedTuple

import keras
import numpy as np

from zoo.inspect.recording import LayerCall, recording
from zoo.inspect.tensors import to_numpy
from zoo.layers import recurrent_layers


class LayerInputs(NamedTuple):
    """The input of a recurrent layer.

    Args:
        layer: the layer.
        sequences: (B, T, F).
        mask: (B, T) boolean, or None.
        initial_state: the states that the layer starts from, or None.
    """

    layer: Any
    sequences: np.ndarray
    mask: np.ndarray | None
    initial_state: list[np.ndarray] | None = None


def layer_inputs(model: keras.Model, inputs: Any) -> dict[str, LayerInputs]:
    """Run a model and return what enters each of its recurrent layers.

    With these inputs, `direction_outputs` and `information_flow` show what a layer does in the
    model.

    Args:
        model: a Keras model with recurrent layers of the zoo, such as one that `zoo.layers.adopt`
            returns.
        inputs: a batch, as the model takes it.

    Returns:
        The inputs by the path of the layer, in the order of the model. Of a layer that is called
        several times they are those of the first call.

    Example:

    >>> from zoo.layers import BiGRU
    >>> model = keras.Sequential([keras.Input((None, 2)), BiGRU(3, name="rnn")], name="model")
    >>> layer_inputs(model, np.ones((1, 5, 2)))["model/rnn"].sequences.shape
    (1, 5, 2)
    """
    layers = recurrent_layers(model)
    with recording(list(layers.values())) as calls:
        model(inputs, training=False)
    return {
        path: _recorded(layer, calls[number])
        for number, (path, layer) in enumerate(layers.items())
        if number in calls
    }


def _recorded(layer: Any, call: LayerCall) -> LayerInputs:
    initial = call.initial_state
    if initial is not None:
        initial = [to_numpy(state) for state in keras.tree.flatten(initial)]
    mask = None if call.mask is None else to_numpy(call.mask)
    return LayerInputs(layer, to_numpy(call.sequences), mask, initial)
