"""Weight exchange between layers of the zoo and of Keras, and what it refuses."""

import keras
import numpy as np
import pytest

from tests.laws import array, arrays, built, close, filled
from tests.specs import FEATURES, RECURRENT, UNITS, X
from zoo.layers import (
    BiLSTM,
    BiLSTMCell,
    DirectionWeights,
    GRUCell,
    KerasBidirectional,
    LSTMCell,
    RecurrentStack,
    SimpleRNNCell,
    UnidirectionalRNN,
    copy_weights,
    read_weights,
    recurrent,
    write_weights,
)
from zoo.layers.rnn.keras_layers.base import KERAS_LAYERS

pytestmark = pytest.mark.grid
LSTM, GRU, Bidirectional = keras.layers.LSTM, keras.layers.GRU, keras.layers.Bidirectional


@pytest.mark.parametrize("use_bias", [True, False], ids=["bias", "no bias"])
@pytest.mark.parametrize("spec", RECURRENT, ids=str)
def test_write_what_was_read(spec, use_bias):
    source, target = (filled(spec.make(use_bias=use_bias), seed=seed) for seed in (0, 1))
    write_weights(target, read_weights(source))
    close(target.get_weights(), source.get_weights(), tolerance=0)


@pytest.mark.parametrize("direction", ["forward", "backward"])
@pytest.mark.parametrize("cell", KERAS_LAYERS)
def test_layers_of_keras_with_one_direction_are_copied(cell, direction):
    theirs = KERAS_LAYERS[cell](
        UNITS, go_backwards=direction == "backward", return_sequences=True, activation="relu"
    )
    ours = recurrent(
        UNITS, cell=cell, direction=direction, return_sequences=True, activation="relu"
    )
    copy_weights(filled(theirs), filled(ours, seed=1))
    outputs = array(theirs(X))
    close(ours(X), outputs[:, ::-1] if direction == "backward" else outputs)


@pytest.mark.parametrize("cell", [LSTMCell, GRUCell, SimpleRNNCell])
def test_a_cell_of_one_direction_is_read(cell):
    cell = cell(UNITS)
    cell.build((None, FEATURES))
    assert list(read_weights(cell)) == ["forward"]
    close(read_weights(cell)["forward"].kernel, cell.get_weights()[0], tolerance=0)


def test_what_was_read_is_a_copy():
    layer = filled(BiLSTM(UNITS))
    before = [np.array(w) for w in layer.get_weights()]
    for direction in read_weights(layer).values():
        for weight in direction:
            weight[...] = 7
    close(layer.get_weights(), before, tolerance=0)


def test_a_cell_is_read_and_written_too():
    cell, layer = BiLSTMCell(UNITS), filled(BiLSTM(UNITS))
    cell.build((None, 2 * FEATURES))
    write_weights(cell, read_weights(layer))
    close(cell.get_weights(), layer.get_weights(), tolerance=0)


def test_projections_are_copied():
    kwargs = {"merge_mode": "projection", "projection_units": 5}
    source, target = filled(BiLSTM(UNITS, **kwargs)), built(KerasBidirectional(UNITS, **kwargs))
    copy_weights(source, target)
    close(arrays(target(X)), arrays(source(X)))


@pytest.mark.parametrize("options", [{}, {"residual": True, "layer_norm": True}], ids=str)
def test_stacks_are_copied(options):
    source = filled(RecurrentStack(UNITS, 2, cell="gru", **options))
    target = built(RecurrentStack(UNITS, 2, cell="gru", backend_layer="keras", **options))
    copy_weights(source, target)
    close(target(X), source(X))


def test_a_stack_is_copied_into_a_list_of_layers():
    source = filled(RecurrentStack(UNITS, 2))
    targets = [
        built(Bidirectional(LSTM(UNITS, return_sequences=True)), width)
        for width in (FEATURES, 2 * UNITS)
    ]
    copy_weights(source, targets)
    close(targets[1](targets[0](X)), source(X))


def both(layer, other):
    """Return a built `Bidirectional` of a forward and a backward layer."""
    return built(Bidirectional(layer, backward_layer=other))


REFUSED_LAYERS = {
    "unbuilt": (lambda: BiLSTM(3), "`layer` .* has no weights to exchange yet"),
    "unbuilt keras": (
        lambda: Bidirectional(LSTM(3)),
        "has no weights to exchange yet: call it on data",
    ),
    "not recurrent": (lambda: keras.layers.Dense(3), "`layer` must be a recurrent .*got Dense"),
    "units differ": (
        lambda: both(LSTM(3), LSTM(4, go_backwards=True)),
        "the same units in both directions, got 3 forward and 4 backward",
    ),
    "cells differ": (
        lambda: both(LSTM(3), GRU(3, go_backwards=True)),
        "the same cell in both directions, got 'lstm' forward and 'gru' backward",
    ),
    "activations differ": (
        lambda: both(LSTM(3), LSTM(3, activation="relu", go_backwards=True)),
        "the same settings in both directions, got .*'tanh'.* forward and .*'relu'.* backward",
    ),
    "another cell": (
        lambda: built(Bidirectional(keras.layers.RNN(keras.layers.LSTMCell(3)))),
        "must wrap keras.layers.LSTM, GRU or SimpleRNN, got RNN",
    ),
    "turned around": (
        lambda: both(LSTM(3, go_backwards=True), LSTM(3)),
        "forward layer must have go_backwards=False, got True",
    ),
}


@pytest.mark.parametrize("make, message", REFUSED_LAYERS.values(), ids=REFUSED_LAYERS)
def test_layers_that_cannot_be_read(make, message):
    with pytest.raises(ValueError, match=message):
        read_weights(make())


def stack(**kwargs):
    return built(RecurrentStack(3, 2, **kwargs))


PROJECTION = {"merge_mode": "projection", "projection_units": 6}
REFUSED_COPIES = {
    "units": (lambda: built(BiLSTM(4)), "the same units, got 3 and 4 in layer 0"),
    "features": (lambda: built(BiLSTM(3), 5), "the same features, got 3 and 5"),
    "cell": (
        lambda: built(KerasBidirectional(3, cell="gru")),
        "the same cell, got 'lstm' and 'gru'",
    ),
    "depth": (stack, "the same number of layers, got 1 and 2"),
    "directions": (
        lambda: built(UnidirectionalRNN(3)),
        r"the same directions, got \('forward', 'backward'\) and \('forward',\)",
    ),
    "no bias": (
        lambda: built(Bidirectional(LSTM(3, use_bias=False))),
        "the same settings, got {'use_bias': True, .*} and {'use_bias': False",
    ),
    "activation": (
        lambda: built(Bidirectional(LSTM(3, activation="relu"))),
        "the same settings, got .*'activation': 'tanh'.* and .*'activation': 'relu'",
    ),
    "nothing": (list, "`target` must hold at least one layer"),
    "unbuilt": (lambda: BiLSTM(3), "`target` .*has no weights"),
    "projection": (
        lambda: built(BiLSTM(3, **PROJECTION)),
        r"the same weights besides the recurrent ones \(merge_mode.*\[\] and \[\(6, 6\), \(6,\)\]",
    ),
}


@pytest.mark.parametrize("make, message", REFUSED_COPIES.values(), ids=REFUSED_COPIES)
def test_copies_that_do_not_fit(make, message):
    with pytest.raises(ValueError, match=message):
        copy_weights(built(BiLSTM(3)), make())


def test_a_copy_that_does_not_fit_leaves_the_target_alone():
    target = [filled(BiLSTM(3), width) for width in (FEATURES, 5)]
    before = target[0].get_weights()
    with pytest.raises(ValueError, match="the same features, got 6 and 5 in layer 1"):
        copy_weights(stack(), target)
    close(target[0].get_weights(), before, tolerance=0)


def wrong_weights(**changes):
    """Return readable weights of a BiLSTM(3), some changed."""
    weights = read_weights(built(BiLSTM(3)))
    return {**weights, **{d: DirectionWeights(*change) for d, change in changes.items()}}


ZEROS = np.zeros((FEATURES, 12)), np.zeros((3, 12)), np.zeros(12)
REFUSED_WEIGHTS = {
    "direction": (lambda: {"forward": ZEROS}, r"keys \['forward', 'backward'\], got \['forward'\]"),
    "shape": (
        lambda: wrong_weights(backward=(ZEROS[0], ZEROS[1].T, ZEROS[2])),
        r"the backward recurrent_kernel must have shape \(3, 12\), got \(12, 3\)",
    ),
    "bias": (
        lambda: wrong_weights(forward=(*ZEROS[:2], np.zeros((2, 12)))),
        r"the forward bias must have shape \(12,\), got \(2, 12\)",
    ),
}


@pytest.mark.parametrize("make, message", REFUSED_WEIGHTS.values(), ids=REFUSED_WEIGHTS)
def test_weights_that_do_not_fit(make, message):
    with pytest.raises(ValueError, match=message):
        write_weights(built(BiLSTM(3)), make())
