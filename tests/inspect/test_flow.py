"""Information flow: exact where it can be known, by finite differences where it cannot."""

import os
import subprocess
import sys

import numpy as np
import pytest
from keras import ops

from zoo.inspect import information_flow
from zoo.layers import BiLSTM, KerasBidirectional, UnidirectionalRNN

LENGTH, FEATURES = 6, 3
ONE_WAY = [("lstm", False), ("lstm", True), ("gru", False), ("simple_rnn", True)]


def draw(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def linear(mixing, weights):
    """Return the function whose derivative d y_t / d x_s is mixing[t, s] * weights."""
    return lambda x: ops.matmul(ops.matmul(mixing, x), weights)


def finite_differences(function, x, step=1e-2):
    """Return |d y_t / d x_s| over sqrt(D), Frobenius, of the one sequence x (T, F)."""
    length, features = x.shape
    moves = step * np.eye(length * features, dtype="float32").reshape(-1, length, features)
    up, down = (ops.convert_to_numpy(function(x + sign * moves)) for sign in (1, -1))
    jacobian = (up - down).reshape(length, features, length, -1) / (2 * step)  # s, f, t, d
    return np.sqrt((jacobian**2).sum(axis=(1, 3)) / jacobian.shape[-1]).T


@pytest.mark.parametrize("width", [1, 4])
def test_a_linear_function_is_known_exactly(width):
    mixing, weights = draw(LENGTH, LENGTH), draw(FEATURES, width, seed=1)
    flow = information_flow(linear(mixing, weights), draw(2, LENGTH, FEATURES, seed=2), probes=9)
    expected = np.abs(mixing) * np.linalg.norm(weights) / np.sqrt(width)
    np.testing.assert_allclose(flow, expected, rtol=1e-5)


def test_few_probes_are_right_on_average():
    mixing, weights, x = draw(2, 2), draw(FEATURES, 5, seed=1), draw(1, 2, FEATURES, seed=2)
    function = linear(mixing, weights)
    draws = np.array([information_flow(function, x, probes=2, seed=s)[1, 0] for s in range(200)])
    squares = draws**2
    exact = information_flow(function, x, probes=5)[1, 0] ** 2
    deviation = squares.std() / np.sqrt(len(squares))
    assert 0 < deviation < exact / 10
    assert abs(squares.mean() - exact) < 4 * deviation


def test_the_seed_draws_the_same_probes():
    function, x = linear(draw(4, 4), draw(FEATURES, 5)), draw(1, 4, FEATURES)
    first, again, other = (information_flow(function, x, probes=1, seed=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_a_layer_against_finite_differences():
    layer, x = BiLSTM(2, return_sequences=True), draw(LENGTH, FEATURES)
    flow = information_flow(layer, x[None], probes=4)
    np.testing.assert_allclose(flow, finite_differences(layer, x), rtol=2e-2, atol=1e-4)


@pytest.mark.parametrize("cell, backward", ONE_WAY)
def test_one_way_flow_is_exactly_triangular(cell, backward):
    layer = UnidirectionalRNN(4, cell=cell, backward=backward, return_sequences=True)
    flow = information_flow(layer, draw(2, LENGTH, FEATURES))
    there, nothing = np.tril(np.ones_like(flow, bool)), np.triu(flow, 1)
    if backward:
        there, nothing = there.T, np.tril(flow, -1)
    assert (flow[there] > 0).all()
    assert (nothing == 0).all()


@pytest.mark.parametrize("layer_class", [BiLSTM, KerasBidirectional])
def test_two_way_flow_is_full(layer_class):
    layer = layer_class(4, return_sequences=True)
    assert (information_flow(layer, draw(1, LENGTH, FEATURES)) > 0).all()


def test_several_sequences_are_averaged_in_the_square():
    inner, x = linear(draw(LENGTH, LENGTH), draw(FEATURES, 2)), draw(3, LENGTH, FEATURES)
    flows = [information_flow(lambda x: ops.tanh(inner(x)), x[i : i + 1]) for i in range(3)]
    assert not np.allclose(flows[0], flows[1], rtol=0.1)
    together = information_flow(lambda x: ops.tanh(inner(x)), x)
    np.testing.assert_allclose(together, np.sqrt(np.mean(np.square(flows), axis=0)), rtol=1e-4)


def test_mixed_precision():
    layer = UnidirectionalRNN(4, return_sequences=True, dtype="mixed_float16")
    flow = information_flow(layer, draw(1, LENGTH, FEATURES))
    assert (np.triu(flow, 1) == 0).all() and (np.diag(flow) > 0).all()


def test_where_nothing_is_connected_nothing_flows():
    flow = information_flow(lambda x: ops.ones((LENGTH, LENGTH, 2)), draw(1, LENGTH, FEATURES))
    np.testing.assert_array_equal(flow, np.zeros((LENGTH, LENGTH)))


def test_one_position():
    assert information_flow(BiLSTM(2, return_sequences=True), draw(1, 1, FEATURES)).shape == (1, 1)


def keep(x):
    return x


@pytest.mark.parametrize(
    "function, x, probes, message",
    [
        (keep, draw(5, 3), 8, "`sequences` must be"),
        (keep, np.ones((1, 5, 3), int), 8, "Embed token ids first"),
        (keep, draw(0, 5, 3), 8, "not empty"),
        (keep, draw(1, 0, 3), 8, "not empty"),
        (keep, draw(1, 5, 3), 0, "`probes` must be 1 or more, got 0"),
        (lambda x: x[:, 0], draw(1, 5, 3), 8, "return_sequences=True"),
        (lambda x: x[:, 1:], draw(1, 5, 3), 8, r"made \(5, 4, 3\)"),
    ],
)
def test_bad_input(function, x, probes, message):
    with pytest.raises(ValueError, match=f"information_flow: .*{message}"):
        information_flow(function, x, probes=probes)


@pytest.mark.slow("loads Keras in a process of its own")
def test_a_backend_without_gradients_is_named():
    code = (
        "import numpy as np; from zoo.inspect import information_flow\n"
        "try: information_flow(lambda x: x, np.ones((1, 2, 1)))\n"
        "except NotImplementedError as error: print(error)"
    )
    environment = {**os.environ, "KERAS_BACKEND": "numpy"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment
    )
    assert done.stdout.strip().endswith("this is numpy."), done.stderr
