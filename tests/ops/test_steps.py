"""One step of each cell against the equations, and what its gates mean."""

import numpy as np
import pytest

from tests.laws import STEPS, array, arrays, close, reference_direction
from tests.specs import BATCH, CELLS, STATE_COUNT
from zoo.ops.steps import gru_step, lstm_step, simple_rnn_step

UNITS = 4
FUNCTIONS = {"lstm": lstm_step, "gru": gru_step, "simple_rnn": simple_rnn_step}
_random = np.random.default_rng(2)


def draw(*shape):
    return _random.normal(size=shape).astype("float32")


def advance(cell, z, states, recurrent_kernel, recurrent_bias, recurrent_mask=None):
    bias = [recurrent_bias] if cell == "gru" else []
    return arrays(FUNCTIONS[cell](z, states, recurrent_kernel, *bias, recurrent_mask))


@pytest.mark.parametrize("with_mask", [False, True], ids=["", "recurrent mask"])
@pytest.mark.parametrize("cell", CELLS)
def test_step(cell, with_mask):
    _, gates = STEPS[cell]
    z, states = draw(BATCH, gates * UNITS), draw(STATE_COUNT[cell], BATCH, UNITS)
    recurrent, bias = draw(UNITS, gates * UNITS), draw(gates * UNITS)
    mask = np.array([0, 2, 0, 2], "float32") if with_mask else None
    actual = advance(cell, z, tuple(states), recurrent, bias, mask)
    # The input's share stands for a product with the identity.
    weights = np.eye(gates * UNITS), recurrent, np.zeros_like(bias)
    if cell == "gru":
        weights = *weights[:2], np.stack([np.zeros_like(bias), bias])
    if with_mask:
        weights = weights[0], mask[:, None] * recurrent, weights[2]
    _, expected = reference_direction(cell, weights, z[:, None], states=states)
    close(actual, expected)


def test_an_lstm_with_open_forget_and_closed_input_gate_remembers():
    z = np.concatenate([np.full((1, UNITS), v) for v in (-50, 50, 1, 0)], axis=-1)
    c = draw(1, UNITS)
    h, new = arrays(
        lstm_step(z.astype("float32"), (draw(1, UNITS), c), np.zeros((UNITS, 16), "f4"))
    )
    close(new, c)
    close(h, 0.5 * np.tanh(c))


def test_a_gru_with_open_update_gate_remembers():
    z = np.concatenate([np.full((1, UNITS), v) for v in (50, 0, 1)], axis=-1)
    h = draw(1, UNITS)
    kernel, bias = np.zeros((UNITS, 12), "f4"), np.zeros(12, "f4")
    close(arrays(gru_step(z.astype("float32"), (h,), kernel, bias)), [h])


def test_a_gru_with_closed_reset_gate_forgets_but_for_the_input():
    z = np.concatenate([np.full((1, UNITS), v) for v in (-50, -50, 0.3)], axis=-1)
    (h,) = gru_step(z.astype("float32"), (draw(1, UNITS),), draw(UNITS, 12), np.zeros(12, "f4"))
    close(array(h), np.tanh(np.full((1, UNITS), 0.3)), tolerance=1e-4)
