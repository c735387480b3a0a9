"""An ablated direction says nothing, the other what it always said, and nothing is left behind."""

import keras
import numpy as np
import pytest

from zoo.inspect import ablate_direction, direction_outputs, information_flow
from zoo.layers import BiGRU, BiLSTM, BiSimpleRNN, KerasBidirectional, RecurrentStack

LAYERS = {
    "bilstm": BiLSTM,
    "bigru": BiGRU,
    "bisimple": BiSimpleRNN,
    "builtin lstm": KerasBidirectional,
    "builtin gru": lambda units, **kwargs: KerasBidirectional(units, cell="gru", **kwargs),
}
DIRECTIONS = {"forward": "backward", "backward": "forward"}
UNITS, LENGTH = 3, 6


def draw(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def built(make):
    layer = make(UNITS, return_sequences=True)
    layer.build((None, None, 2))
    # Biases start as zeros: with them a direction would be silent for a poor reason.
    layer.set_weights([draw(*w.shape, seed=i) for i, w in enumerate(layer.get_weights())])
    return layer


@pytest.mark.parametrize("silent, heard", DIRECTIONS.items())
@pytest.mark.parametrize("make", LAYERS.values(), ids=LAYERS)
def test_one_direction_is_zero_and_the_other_as_before(make, silent, heard):
    layer, x = built(make), draw(2, LENGTH, 2)
    before = direction_outputs(layer, x)
    assert np.abs(before[silent]).min() > 0
    with ablate_direction([layer], silent):
        during = direction_outputs(layer, x)
    np.testing.assert_array_equal(during[silent], 0)
    np.testing.assert_array_equal(during[heard], before[heard])
    after = direction_outputs(layer, x)
    for direction, output in before.items():
        np.testing.assert_array_equal(after[direction], output)


@pytest.mark.parametrize("make", LAYERS.values(), ids=LAYERS)
def test_the_flow_of_half_a_layer_is_exactly_triangular(make):
    layer, x = built(make), draw(1, LENGTH, 2)
    whole = information_flow(layer, x, probes=2 * UNITS)
    assert (whole > 0).all()
    with ablate_direction([layer], "backward"):
        forward = information_flow(layer, x, probes=2 * UNITS)
    with ablate_direction([layer], "forward"):
        backward = information_flow(layer, x, probes=2 * UNITS)
    lower = np.tril(np.ones_like(whole, bool))
    assert (forward[~lower] == 0).all() and (forward[lower] > 0).all()
    assert (backward[~lower.T] == 0).all() and (backward[lower.T] > 0).all()
    # With all probes a flow's square is a sum over units: those of both halves.
    np.testing.assert_allclose(np.hypot(forward, backward), whole, rtol=1e-4)


def test_a_stack_is_ablated_in_all_layers():
    stack = RecurrentStack(UNITS, num_layers=2, residual=True, layer_norm=True)
    flow = information_flow(stack, draw(1, LENGTH, 2 * UNITS))
    assert (flow > 0).all()
    with ablate_direction(stack.rnns, "backward"):
        flow = information_flow(stack, draw(1, LENGTH, 2 * UNITS))
    assert (np.triu(flow, 1) == 0).all() and (np.diag(flow) > 0).all()


def test_weights_come_back_after_an_error():
    layer = built(BiLSTM)
    before = [keras.ops.convert_to_numpy(w) for w in layer.weights]
    with pytest.raises(KeyError), ablate_direction([layer], "forward"):
        raise KeyError
    for old, new in zip(before, layer.weights, strict=True):
        np.testing.assert_array_equal(old, keras.ops.convert_to_numpy(new))


def test_a_direction_that_is_none():
    with pytest.raises(ValueError, match="`direction` must be one of .*got 'sideways'"):
        with ablate_direction([], "sideways"):
            pass
