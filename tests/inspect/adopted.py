"""What inspection finds in a model that `zoo.layers.adopt` has made."""

import keras
import numpy as np

from tests.laws import array, arrays, close
from zoo.inspect import ablate_direction, direction_outputs, information_flow, layer_inputs
from zoo.layers import recurrent_layers

OTHER = {"forward": "backward", "backward": "forward"}


def inspected(model, inputs):
    """Measure all recurrent layers of a model, and compare the measures with the layers.

    Args:
        model: a model with recurrent layers of the zoo.
        inputs: a batch of the model, with a token in every row.

    Returns:
        The paths of the layers.
    """
    found = layer_inputs(model, inputs)
    assert list(found) == list(recurrent_layers(model))
    for layer, *call in found.values():
        outputs = direction_outputs(layer, *call)
        assert list(outputs) == list(layer.directions)
        _check_outputs(layer, outputs, *call)
        if layer.return_sequences:
            _check_flow(layer, call[0])
        if len(outputs) == 2:
            _check_ablation(model, layer, outputs, call)
    return list(found)


def _check_outputs(layer, outputs, sequences, mask, initial):
    """The outputs of the directions are what the layer merges."""
    keep = np.ones(sequences.shape[:2], bool) if mask is None else mask
    ends = {
        "forward": keep.shape[1] - 1 - keep[:, ::-1].argmax(axis=1),
        "backward": keep.argmax(axis=1),
    }
    parts = [
        output if layer.return_sequences else output[np.arange(len(keep)), ends[direction]]
        for direction, output in outputs.items()
    ]
    expected = arrays(layer(sequences, initial_state=initial, mask=mask))
    merged = arrays(layer.arranged(parts))
    close(merged, expected[: len(merged)])


def _check_flow(layer, sequences):
    """Nothing flows against the direction of a layer of one direction."""
    flow = information_flow(lambda x: keras.tree.flatten(layer(x))[0], sequences[:1])
    if layer.directions == ("forward",):
        assert not np.triu(flow, 1).any()
    assert flow.shape == (sequences.shape[1],) * 2 and flow.any()


def _check_ablation(model, layer, outputs, call):
    """An ablated direction is zero, and the other one as before."""
    for silent, heard in OTHER.items():
        with ablate_direction(model, silent):
            during = direction_outputs(layer, *call)
        assert not during[silent].any() and outputs[silent].any()
        close(during[heard], array(outputs[heard]), tolerance=0)
