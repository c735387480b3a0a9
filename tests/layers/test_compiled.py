"""Compiled, for any T, layers give what they give eagerly; half precision and training work."""

import keras
import numpy as np
import pytest

from tests.grids import quick
from tests.laws import apart, arrays, close, compiled, filled
from tests.specs import BIDIRECTIONAL, CONFIGURED, FEATURES, MASK, UNITS, X
from zoo.layers import BiGRU, BiLSTM, BiSimpleRNN, KerasBidirectional, MaskedPooling, RecurrentStack

MAKES = {**{str(s): lambda s=s: apart(s) for s in BIDIRECTIONAL}, **CONFIGURED}

# One graph of TensorFlow serves all lengths; JAX compiles anew for each, which teaches nothing.
LENGTHS = (X.shape[1], 1) if keras.backend.backend() == "tensorflow" else (X.shape[1],)


@pytest.mark.parametrize(
    "name", quick(MAKES, "BiLSTM", "BiGRU", "RecurrentStack", "unidirectional stack")
)
def test_compiled_equals_eager(name):
    layer = filled(MAKES[name]())
    function = compiled(layer, "float32", "bool")
    for time in LENGTHS:
        x, mask = X[:, :time], MASK[:, :time]
        close(arrays(function(x, mask)), arrays(layer(x, mask=mask)), tolerance=1e-6)


@pytest.mark.parametrize("spec", [s for s in BIDIRECTIONAL if s.cell == "lstm"], ids=str)
def test_compiled_without_mask(spec):
    layer = apart(spec)
    function = compiled(layer, "float32")
    close(arrays(function(X)), arrays(layer(X)), tolerance=1e-6)


@pytest.mark.parametrize("spec", BIDIRECTIONAL, ids=str)
def test_shapes_of_symbolic_outputs(spec):
    x, mask = keras.Input((None, FEATURES)), keras.Input((None,), dtype="bool")
    layer = spec.make(return_sequences=True, return_state=True)
    outputs, *states = layer(x, mask=mask)
    assert outputs.shape == (None, None, 2 * UNITS)
    assert {state.shape for state in states} == {(None, UNITS)}
    assert len(states) == layer.state_count


def trainee(*layers):
    """Return a model that gives one number a sequence."""
    x, mask = keras.Input((None, FEATURES)), keras.Input((None,), dtype="bool")
    hidden = x
    for layer in layers:
        hidden = layer(hidden, mask=mask)
    score = keras.layers.Dense(1, dtype="float32")(hidden)
    return keras.Model([x, mask], score)


TARGETS = np.sin(X.sum(axis=(1, 2)))[:, None]
TRAINEES = {
    "BiLSTM, projection": lambda: [BiLSTM(UNITS, merge_mode="projection", projection_units=3)],
    "BiGRU, step, attention": lambda: [
        BiGRU(UNITS, return_sequences=True, kernel="step"),
        MaskedPooling("attention"),
    ],
    "BiSimpleRNN, max": lambda: [BiSimpleRNN(UNITS, return_sequences=True), MaskedPooling("max")],
    "KerasBidirectional": lambda: [KerasBidirectional(UNITS)],
    "RecurrentStack, mean": lambda: [
        RecurrentStack(UNITS, 2, residual=True, layer_norm=True),
        MaskedPooling("mean"),
    ],
}
every_trainee = pytest.mark.parametrize("make", TRAINEES.values(), ids=TRAINEES)


@every_trainee
def test_gradients_reach_every_weight(make):
    """A step of plain descent moves every single number."""
    model = trainee(*make())
    filled(model)
    before = model.get_weights()
    model.compile(keras.optimizers.SGD(1.0), "mse")
    model.train_on_batch([X, MASK], TARGETS)
    for weight, old in zip(model.weights, before, strict=True):
        moved = np.asarray(weight) != old
        assert moved.all(), weight.path


@pytest.mark.parametrize("policy", quick(["mixed_bfloat16", "mixed_float16"], "mixed_float16"))
def test_mixed_precision_trains(policy):
    """All layers on top of each other: the loss goes down, gradients reach every weight."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        model = trainee(
            RecurrentStack(
                UNITS,
                2,
                merge_mode="projection",
                projection_units=5,
                residual=True,
                layer_norm=True,
            ),
            BiGRU(UNITS, return_sequences=True, kernel="step"),
            MaskedPooling("attention"),
        )
    finally:
        keras.config.set_dtype_policy(before)
    filled(model)
    half = policy.removeprefix("mixed_")
    assert {layer.compute_dtype for layer in model.layers[2:-1]} == {half}
    assert {str(weight.dtype) for weight in model.trainable_weights} == {"float32"}
    start = model.get_weights()
    model.compile(keras.optimizers.Adam(0.03), "mse")
    losses = model.fit([X, MASK], TARGETS, batch_size=6, epochs=8, verbose=0).history["loss"]
    assert np.isfinite(losses).all()
    assert losses[-1] < 0.8 * losses[0]
    for weight, old in zip(model.weights, start, strict=True):
        new = np.asarray(weight)
        assert np.isfinite(new).all() and (new != old).any(), weight.path


@pytest.mark.parametrize(
    "name", quick(CONFIGURED, "BiLSTM", "GRU", "RecurrentStack", "keras stack", "MaskedPooling")
)
def test_a_policy_given_to_a_layer_holds_for_all_of_it(name):
    make = CONFIGURED[name]
    layer = type(make()).from_config({**make().get_config(), "dtype": "mixed_bfloat16"})
    outputs = layer(X, mask=MASK)
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    assert {keras.backend.standardize_dtype(o.dtype) for o in outputs} == {"bfloat16"}
    assert {str(weight.dtype) for weight in layer.trainable_weights} == {"float32"}
