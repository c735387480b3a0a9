"""`keras.layers.Bidirectional` on the same weights."""

import functools

import keras
import numpy as np
import pytest

from tests.laws import arrays, close, filled
from tests.specs import BIDIRECTIONAL, CELLS, FEATURES, MASK, UNITS, Spec, X
from zoo.layers import copy_weights, read_weights

pytestmark = pytest.mark.grid
KERAS = {"lstm": keras.layers.LSTM, "gru": keras.layers.GRU, "simple_rnn": keras.layers.SimpleRNN}

# merge mode, return_sequences, return_state, masked, with an initial state.
CALLS = [
    ("concat", True, False, False, False),
    ("concat", False, True, True, False),
    ("sum", False, False, True, True),
    ("ave", True, True, True, True),
    ("mul", True, False, False, True),
    (None, True, True, True, False),
    (None, False, False, False, False),
]


def keras_layer(cell, merge_mode="concat", units=UNITS, **kwargs):
    layer = keras.layers.Bidirectional(KERAS[cell](units, **kwargs), merge_mode=merge_mode)
    return filled(layer)


@functools.cache
def theirs(cell, call):
    """Return Keras' layer and what it gives."""
    merge_mode, return_sequences, return_state, *inputs = call
    layer = keras_layer(
        cell, merge_mode, return_sequences=return_sequences, return_state=return_state
    )
    return layer, run(layer, cell, *inputs)


def run(layer, cell, masked, with_state):
    # Of a row without tokens that starts from a given state, Keras gives this state or zeros,
    # according to the backend.
    rows = slice(0, -1 if masked and with_state else None)
    states = [s[rows] for s in Spec(cell, "").initial_state()] if with_state else None
    return arrays(layer(X[rows], initial_state=states, mask=MASK[rows] if masked else None))


@pytest.mark.parametrize("call", CALLS, ids=str)
@pytest.mark.parametrize("spec", BIDIRECTIONAL, ids=str)
def test_parity(spec, call):
    source, expected = theirs(spec.cell, call)
    merge_mode, return_sequences, return_state, *inputs = call
    layer = spec.make(
        merge_mode=merge_mode, return_sequences=return_sequences, return_state=return_state
    )
    layer.build(X.shape)
    copy_weights(source, layer)
    close(run(layer, spec.cell, *inputs), expected)


@pytest.mark.parametrize("spec", BIDIRECTIONAL, ids=str)
def test_keras_to_zoo_to_keras_is_exact(spec):
    source, target = keras_layer(spec.cell), keras_layer(spec.cell)
    target.set_weights([w + 1 for w in target.get_weights()])
    layer = spec.make()
    layer.build((None, None, FEATURES))
    copy_weights(source, layer)
    copy_weights(layer, target)
    close(target.get_weights(), source.get_weights(), tolerance=0)


@pytest.mark.parametrize("spec", BIDIRECTIONAL, ids=str)
def test_the_layout_is_that_of_keras(spec):
    """Forward weights, then backward ones, each kernel, recurrent kernel, bias."""
    layer = filled(spec.make())
    read = read_weights(layer)
    close(layer.get_weights(), [*read["forward"], *read["backward"]], tolerance=0)
    keras_weights = keras_layer(spec.cell).get_weights()
    assert [w.shape for w in layer.get_weights()] == [w.shape for w in keras_weights]


@pytest.mark.parametrize("cell", CELLS)
def test_counts_are_those_of_keras(cell):
    layer = Spec(cell, "hoisted").make()
    layer.build(X.shape)
    assert (
        layer.count_params()
        == keras_layer(cell).count_params()
        == sum(np.size(w) for w in layer.get_weights())
    )
