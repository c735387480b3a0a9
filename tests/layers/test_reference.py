"""Every layer against the equations, gate by gate."""

import keras
import numpy as np
import pytest

from tests.laws import apart, arrays, close, reference, weights_of
from tests.specs import BIDIRECTIONAL, CELLS, MASK, ONE_WAY, RECURRENT, UNITS, ZOO, Spec, X
from zoo.layers import (
    BiGRUCell,
    BiLSTMCell,
    BiSimpleRNNCell,
    GRUCell,
    LSTMCell,
    SimpleRNNCell,
    read_weights,
)

pytestmark = pytest.mark.grid
masked = pytest.mark.parametrize("mask", [None, MASK], ids=["full", "masked"])
BI_CELLS = {"lstm": BiLSTMCell, "gru": BiGRUCell, "simple_rnn": BiSimpleRNNCell}
ONE_WAY_CELLS = {"lstm": LSTMCell, "gru": GRUCell, "simple_rnn": SimpleRNNCell}


@masked
@pytest.mark.parametrize("from_zero", [True, False], ids=["from-zero", "initial-state"])
@pytest.mark.parametrize("spec", RECURRENT, ids=str)
def test_equations(spec, mask, from_zero):
    layer = apart(spec)
    states = None if from_zero else spec.initial_state()
    outputs = arrays(layer(X, mask=mask, initial_state=states))
    close(outputs, reference(spec.cell, weights_of(layer), X, mask, states))


@pytest.mark.parametrize("spec", BIDIRECTIONAL, ids=str)
def test_without_sequences_the_output_is_the_true_last_step_of_each_direction(spec):
    layer = apart(spec)
    last = spec.make(merge_mode=None)
    last.build(X.shape)
    last.set_weights(layer.get_weights())
    forward, backward, *states = arrays(layer(X, mask=MASK))
    outputs = arrays(last(X, mask=MASK))
    close(outputs, [states[0], states[len(states) // 2]])
    close(outputs[0][:4], forward[range(4), [5, 2, 5, 4]])
    close(outputs[1][:4], backward[range(4), [0, 0, 3, 1]])


@masked
@pytest.mark.parametrize("spec", [*ZOO, *ONE_WAY], ids=str)
def test_all_kernels_are_equal(spec, mask):
    hoisted = apart(Spec(spec.cell, "hoisted", spec.direction))
    close(arrays(apart(spec)(X, mask=mask)), arrays(hoisted(X, mask=mask)), tolerance=1e-6)


@pytest.mark.parametrize("cell", CELLS)
def test_keras_rnn_over_the_cell_is_bidirectional(cell):
    layer = apart(Spec(cell, "hoisted"))
    bi_cell = BI_CELLS[cell](UNITS)
    rnn = keras.layers.RNN(bi_cell, return_sequences=True, return_state=True)
    both = np.concatenate([X, X[:, ::-1]], axis=-1)
    rnn.build(both.shape)
    bi_cell.set_weights(layer.cell.get_weights())
    outputs, *states = arrays(rnn(both))
    forward, backward = outputs[..., :UNITS], outputs[:, ::-1, UNITS:]
    close([forward, backward, *states], arrays(layer(X)))


@pytest.mark.parametrize("cell", CELLS)
def test_keras_rnn_over_the_cell_of_one_direction_is_the_layer(cell):
    layer = apart(Spec(cell, "hoisted", "forward"))
    one_way_cell = ONE_WAY_CELLS[cell](UNITS)
    rnn = keras.layers.RNN(one_way_cell, return_sequences=True, return_state=True)
    rnn.build(X.shape)
    one_way_cell.set_weights(layer.get_weights())
    close(arrays(rnn(X)), arrays(layer(X)))


@pytest.mark.parametrize("cell", CELLS)
def test_two_layers_of_one_direction_are_a_bidirectional_one(cell):
    both = apart(Spec(cell, "hoisted"))
    forward, backward = (apart(Spec(cell, "hoisted", way)) for way in ("forward", "backward"))
    forward.set_weights(both.forward_layer.get_weights())
    backward.set_weights(both.backward_layer.get_weights())
    (f, *f_states), (b, *b_states) = arrays(forward(X, mask=MASK)), arrays(backward(X, mask=MASK))
    close([f, b, *f_states, *b_states], arrays(both(X, mask=MASK)), tolerance=1e-6)


@pytest.mark.parametrize("spec", ZOO, ids=str)
def test_one_call_of_the_cell_is_one_step(spec):
    layer = apart(spec)
    states = spec.initial_state()
    both = np.concatenate([X[:, 0], X[:, -1]], axis=-1)
    output, new = layer.cell(both, states)
    expected = reference(spec.cell, read_weights(layer), X[:, :1], states=states)
    expected_backward = reference(spec.cell, read_weights(layer), X[:, -1:], states=states)
    half = len(states) // 2
    close(arrays(new), expected[2 : 2 + half] + expected_backward[2 + half :])
    close(output, np.concatenate([arrays(new)[0], arrays(new)[half]], axis=-1))
