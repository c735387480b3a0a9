"""Every layer against the equations, gate by gate."""

import keras
import numpy as np
import pytest

from tests.laws import apart, array, arrays, close, filled, reference, weights_of
from tests.specs import (
    BIDIRECTIONAL,
    CELLS,
    FEATURES,
    MASK,
    ONE_WAY,
    RECURRENT,
    UNITS,
    ZOO,
    Spec,
    X,
)
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


def turned(x, mask=None):
    """Return (B, T, F) sequences with their tokens in reversed order; padding stays in place."""
    result = x.copy()
    for row, keep in enumerate(np.ones(x.shape[:2], bool) if mask is None else mask):
        result[row, keep] = x[row, keep][::-1]
    return result


@pytest.mark.parametrize("unroll", [False, True], ids=["loop", "unrolled"])
@pytest.mark.parametrize("zero", [False, True], ids=["repeat", "zero"])
@masked
@pytest.mark.parametrize("cell", CELLS)
def test_keras_rnn_over_the_cell_is_bidirectional(cell, mask, zero, unroll):
    layer = apart(Spec(cell, "hoisted"))
    bi_cell = BI_CELLS[cell](UNITS)
    rnn = keras.layers.RNN(
        bi_cell,
        return_sequences=True,
        return_state=True,
        zero_output_for_mask=zero,
        unroll=unroll,
    )
    both = np.concatenate([X, turned(X, mask)], axis=-1)
    rnn.build(both.shape)
    bi_cell.set_weights(layer.cell.get_weights())
    outputs, *states = arrays(rnn(both, mask=mask))
    forward, backward, *expected = arrays(layer(X, mask=mask))
    # Keras on JAX does not zero the outputs of an unrolled loop.
    keep = np.ones(X.shape[:2], bool) if mask is None or (zero and not unroll) else mask
    close(outputs[keep], np.concatenate([forward, turned(backward, mask)], axis=-1)[keep])
    half = len(states)
    close(
        states,
        [
            np.concatenate(pair, axis=-1)
            for pair in zip(expected[:half], expected[half:], strict=True)
        ],
    )


@pytest.mark.parametrize("cell", CELLS)
def test_keras_rnn_over_several_cells_is_a_stack_of_each_direction(cell):
    """Each direction of the second cell reads its own direction of the first one."""
    cells = [BI_CELLS[cell](UNITS), BI_CELLS[cell](UNITS)]
    at_once = filled(keras.layers.RNN(cells, return_sequences=True), 2 * FEATURES)
    both = np.concatenate([X, turned(X, MASK)], axis=-1)
    one_by_one = both
    for each in cells:
        one_by_one = keras.layers.RNN(each, return_sequences=True)(one_by_one, mask=MASK)
    close(array(at_once(both, mask=MASK))[MASK], array(one_by_one)[MASK])


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
