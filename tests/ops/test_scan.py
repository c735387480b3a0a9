"""The recurrent scan, by steps so simple that the answer is a sum."""

import keras
import numpy as np
import pytest
from keras import ops

from tests.laws import arrays, close
from tests.specs import BATCH, MASK, TIME, X
from zoo.ops.scan import recurrent_scan, scan

variants = pytest.mark.parametrize("unroll", [False, True], ids=["loop", "written-out"])
masks = pytest.mark.parametrize("mask", [None, MASK], ids=["full", "masked"])


def add(inputs, states):
    return tuple(state + x for state, x in zip(states, inputs, strict=True))


def count(inputs, states):
    """Two states a direction: the sum so far, and how many steps it took."""
    forward, backward = inputs
    h_f, n_f, h_b, n_b = states
    return h_f + forward, n_f + 1, h_b + backward, n_b + 1


def start(number):
    return tuple(np.zeros((BATCH, X.shape[-1]), "float32") for _ in range(number))


@variants
@masks
def test_running_sums(mask, unroll):
    outputs, states = recurrent_scan(add, (X, 2 * X), start(2), mask, unroll=unroll)
    keep = np.ones((BATCH, TIME, 1)) if mask is None else mask[..., None]
    read = X * keep
    expected = [np.cumsum(read, axis=1), 2 * np.cumsum(read[:, ::-1], axis=1)[:, ::-1]]
    close([*arrays(outputs)], [e * keep for e in expected])
    close(arrays(states), [read.sum(axis=1), 2 * read.sum(axis=1)])


@masks
def test_only_tokens_are_steps(mask):
    _, (_, n_forward, _, n_backward) = recurrent_scan(count, (X, X), start(4), mask)
    tokens = np.full(BATCH, TIME) if mask is None else mask.sum(axis=1)
    expected = np.repeat(tokens[:, None], X.shape[-1], axis=1)
    close(arrays([n_forward, n_backward]), [expected, expected], tolerance=0)


def test_one_position():
    outputs, states = recurrent_scan(add, (X[:, :1], X[:, :1]), start(2))
    close(arrays([*outputs, *states]), [X[:, :1], X[:, :1], X[:, 0], X[:, 0]], 0)


@variants
@masks
@pytest.mark.parametrize("back", [False, True], ids=["forward", "backward"])
def test_one_direction_repeats_its_output_where_masked(back, mask, unroll):
    options = {"backward": [back], "zero_masked": False, "unroll": unroll}
    (outputs,), (total,) = recurrent_scan(add, (X,), start(1), mask, **options)
    read = X if mask is None else X * mask[..., None]
    turned = slice(None, None, -1 if back else 1)
    close(outputs, np.cumsum(read[:, turned], axis=1)[:, turned])
    close(total, read.sum(axis=1))


@pytest.mark.parametrize("length", [1, 2, 7])
def test_scan_is_a_loop(length):
    """Fibonacci's numbers, weighted; outputs need not be states."""
    weights = np.arange(1, length + 1, dtype="float32")[:, None]

    def body(states, xs_t):
        a, b = states
        return (b, a + b), (a * xs_t[0],)

    zero, one = ops.zeros((1,)), ops.ones((1,))
    states, (outputs,) = scan(body, (zero, one), [ops.convert_to_tensor(weights)], like=(zero,))
    a, b, expected = 0, 1, []
    for weight in weights[:, 0]:
        expected.append([a * weight])
        a, b = b, a + b
    close(outputs, np.array(expected), tolerance=0)
    close(arrays(states), [np.array([a]), np.array([b])], tolerance=0)


def test_symbolic_lengths():
    """With B and T unknown, as in a functional model."""
    x, mask = keras.Input((None, X.shape[-1])), keras.Input((None,), dtype="bool")

    class Sums(keras.layers.Layer):
        def call(self, x, mask):
            zeros = ops.zeros_like(x[:, 0])
            (forward, backward), _ = recurrent_scan(add, (x, x), (zeros, zeros), mask)
            return forward + backward

    model = keras.Model([x, mask], Sums()(x, mask))
    for time in (TIME, 2):
        inputs = X[:, :time], MASK[:, :time]
        read = inputs[0] * inputs[1][..., None]
        both = np.cumsum(read, axis=1) + np.cumsum(read[:, ::-1], axis=1)[:, ::-1]
        close(model(list(inputs)), both * inputs[1][..., None])
