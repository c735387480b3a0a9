"""Gradients against differences of the NumPy reference."""

import keras
import numpy as np
import pytest

from tests.laws import apart, array, reference, weights_of
from tests.specs import ANALYTIC, BIDIRECTIONAL, MASK, ONE_WAY, STATE_COUNT, X

ONE_WAY_ANALYTIC = [spec for spec in ONE_WAY if spec.variant == "analytic"]
CASES = [
    *((spec, MASK) for spec in BIDIRECTIONAL + ONE_WAY),
    *((spec, None) for spec in ANALYTIC + ONE_WAY_ANALYTIC),
]
STEP = 1e-5


def weighed(outputs, how_much):
    """Return one number to differentiate that every output and state has a part in."""
    return sum((o * w).sum() for o, w in zip(outputs, how_much, strict=True))


def gradients(layer, inputs, mask, how_much):
    """Return the gradients of `weighed` for all weights, the sequences and the states."""

    def loss(outputs):
        return sum(map(keras.ops.sum, map(keras.ops.multiply, outputs, how_much)))

    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        sources = [*(v.value for v in layer.trainable_variables), *map(tf.constant, inputs)]
        with tf.GradientTape() as tape:
            tape.watch(sources)
            x, *states = sources[-len(inputs) :]
            total = loss(layer(x, mask=mask, initial_state=states))
        return tape.gradient(total, sources)
    if keras.backend.backend() == "torch":
        import torch

        inputs = [torch.tensor(each, requires_grad=True) for each in inputs]
        sources = [*(v.value for v in layer.trainable_variables), *inputs]
        x, *states = inputs
        return torch.autograd.grad(loss(layer(x, mask=mask, initial_state=states)), sources)
    import jax

    def run(variables, inputs):
        x, *states = inputs
        others = [v.value for v in layer.non_trainable_variables]
        outputs, _ = layer.stateless_call(variables, others, x, mask=mask, initial_state=states)
        return loss(outputs)

    variables = [v.value for v in layer.trainable_variables]
    of_variables, of_inputs = jax.jit(jax.grad(run, (0, 1)))(variables, inputs)
    return [*of_variables, *of_inputs]


@pytest.mark.parametrize("spec, mask", CASES, ids=lambda v: "full" if v is None else str(v)[:20])
def test_gradients_are_slopes_of_the_reference(spec, mask):
    """Along a random direction, of each weight, the sequences and each state alone."""
    random = np.random.default_rng(0)
    layer, inputs = apart(spec), [X, *spec.initial_state()]
    read = [w for each in weights_of(layer).values() for w in each]
    point = [np.asarray(a, "float64") for a in (*read, *inputs)]

    def run(arrays):
        weights = {d: arrays[3 * i : 3 * i + 3] for i, d in enumerate(layer.directions)}
        x, *states = arrays[len(read) :]
        return reference(spec.cell, weights, x, mask, states)

    how_much = [random.normal(size=o.shape).astype("float32") for o in run(point)]
    found = gradients(layer, inputs, mask, how_much)
    assert len(found) == len(point) == 1 + (3 + STATE_COUNT[spec.cell]) * len(layer.directions)
    for index, gradient in enumerate(map(array, found)):
        direction = random.normal(size=gradient.shape)
        ahead, behind = (
            [a + sign * STEP * direction if i == index else a for i, a in enumerate(point)]
            for sign in (1, -1)
        )
        slope = (weighed(run(ahead), how_much) - weighed(run(behind), how_much)) / (2 * STEP)
        assert np.abs(slope) > 1e-2
        np.testing.assert_allclose((gradient * direction).sum(), slope, rtol=1e-4, atol=1e-4)
