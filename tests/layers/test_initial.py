"""What the weights are before training."""

import keras
import numpy as np
import pytest

from tests.laws import array, close
from tests.specs import BIDIRECTIONAL, CELLS, ZOO_LAYERS, Spec
from zoo.layers import BiLSTM, GateNormal, read_weights

WIDE = {"features": 90, "units": 60}


def weights(layer, features):
    layer.build((None, None, features))
    return read_weights(layer)


@pytest.mark.parametrize("variant", ["hoisted", "keras"])
def test_the_forget_gate_starts_open(variant):
    units = 3
    layer = Spec("lstm", variant).make(units)
    for direction in weights(layer, 2).values():
        i, f, g, o = np.split(direction.bias, 4)
        assert f.tolist() == [1.0] * units
        assert not np.concatenate([i, g, o]).any()


def test_the_forget_gate_need_not():
    for direction in weights(BiLSTM(3, unit_forget_bias=False), 2).values():
        assert not direction.bias.any()


@pytest.mark.parametrize("cell", ["gru", "simple_rnn"])
def test_other_biases_start_at_zero(cell):
    for direction in weights(ZOO_LAYERS[cell](3), 2).values():
        assert not direction.bias.any()


@pytest.mark.parametrize("cell", CELLS)
def test_the_defaults_are_those_of_keras(cell):
    """Glorot's uniform for the inputs, orthogonal for the state; spread and bounds alike."""
    ours, theirs = (
        weights(Spec(cell, name).make(WIDE["units"]), WIDE["features"])["forward"]
        for name in ("hoisted", "keras")
    )
    fan_in, fan_out = theirs.kernel.shape
    limit = np.float32(np.sqrt(6 / (fan_in + fan_out)))  # of the weights' own type: it is reached
    for each in (ours, theirs):
        assert 0.99 * limit < np.abs(each.kernel).max() <= limit
        rows = each.recurrent_kernel
        close(rows @ rows.T, np.eye(len(rows)), tolerance=1e-4)


@pytest.mark.parametrize("cell", CELLS)
def test_gate_normal_counts_one_gate(cell):
    layer = ZOO_LAYERS[cell](
        WIDE["units"], kernel_initializer="gate_normal", recurrent_initializer="gate_normal"
    )
    for direction in weights(layer, WIDE["features"]).values():
        for matrix, fan_in in (
            (direction.kernel, WIDE["features"]),
            (direction.recurrent_kernel, WIDE["units"]),
        ):
            expected = np.sqrt(2 / (fan_in + WIDE["units"]))
            # Five standard errors of a standard deviation.
            assert abs(matrix.std() / expected - 1) < 5 / np.sqrt(2 * matrix.size)


def test_a_seeded_gate_normal_repeats_itself():
    one, two = (array(GateNormal(4, seed=1)((5, 12))) for _ in range(2))
    close(one, two, tolerance=0)
    assert np.abs(one - array(GateNormal(4, seed=2)((5, 12)))).max() > 0


@pytest.mark.parametrize("initializer", ["glorot_uniform", "gate_normal"])
@pytest.mark.parametrize("cell", CELLS)
def test_the_directions_do_not_start_as_twins(cell, initializer):
    layer = ZOO_LAYERS[cell](4, kernel_initializer=initializer, recurrent_initializer=initializer)
    read = weights(layer, 3)
    for role in ("kernel", "recurrent_kernel"):
        assert np.abs(getattr(read["forward"], role) - getattr(read["backward"], role)).max() > 0


def test_the_directions_of_keras_do_not_start_equal():
    for spec in BIDIRECTIONAL:
        if spec.variant == "keras":
            read = weights(spec.make(), 3)
            assert np.abs(read["forward"].kernel - read["backward"].kernel).max() > 0


def test_the_seed_of_the_process_decides():
    made = []
    for _ in range(2):
        keras.utils.set_random_seed(5)
        made.append(weights(BiLSTM(3), 2)["backward"].kernel)
    close(made[0], made[1], tolerance=0)
