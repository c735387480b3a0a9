"""The LSTM loop with its gradient written out: equal to the differentiated one, and really run."""

import keras
import numpy as np
import pytest

from tests.specs import MASK
from zoo.layers import BiLSTM

if keras.backend.backend() != "tensorflow":
    pytest.skip("a loop of TensorFlow's alone", allow_module_level=True)

import tensorflow as tf

from zoo.ops import lstm_tensorflow

BATCH, FEATURES, UNITS = len(MASK), 3, 4
_rng = np.random.default_rng(3)
LAYER = BiLSTM(UNITS, return_sequences=True, return_state=True, merge_mode=None)
LAYER.build((None, None, FEATURES))
for _weight in LAYER.weights:
    _weight.assign(_rng.normal(size=_weight.shape) * 0.5)


def masks(length):
    """Return no mask, and rows padded right, left, with holes, of one token and of none."""
    return [None, np.resize(MASK, (BATCH, length)) if length != MASK.shape[1] else MASK]


def differentiate(run, length, mask, compiled):
    """Return the outputs and states of a run, and the gradients of all that goes in."""
    rng = np.random.default_rng(length)
    x = tf.constant(rng.normal(size=(BATCH, length, FEATURES)), tf.float32)
    states = [tf.constant(rng.normal(size=(BATCH, UNITS)), tf.float32) for _ in range(4)]
    # Every output and every final state has a say in the loss, each with weights of its own.
    sizes = [(BATCH, length, UNITS)] * 2 + [(BATCH, UNITS)] * 4
    says = [tf.constant(rng.normal(size=size), tf.float32) for size in sizes]

    def call(x, *states):
        with tf.GradientTape() as tape:
            tape.watch([x, *states])
            outputs, final = run(x, states, mask, True)
            outputs = [*outputs, *final]
            loss = tf.add_n([tf.reduce_sum(o * s) for o, s in zip(outputs, says, strict=True)])
        weights = [w.value for w in LAYER.trainable_weights]
        return outputs, tape.gradient(loss, [x, *states, *weights])

    if compiled:
        spec = tf.TensorSpec((None, None, FEATURES)), *[tf.TensorSpec((None, UNITS))] * 4
        call = tf.function(call, autograph=False, input_signature=spec)
    return tf.nest.map_structure(np.asarray, call(x, *states))


@pytest.mark.grid(2)
@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "compiled"])
@pytest.mark.parametrize("masked", [0, 1], ids=["full", "masked"])
@pytest.mark.parametrize("length", [1, 3, 4, 6, 9])
def test_outputs_states_and_all_gradients_are_those_of_the_differentiated_loop(
    length, masked, compiled
):
    mask = masks(length)[masked]
    mask = None if mask is None else tf.constant(mask)
    expected = differentiate(LAYER._run_hoisted, length, mask, compiled=False)
    got = differentiate(LAYER._run_analytic, length, mask, compiled)
    pairs = zip(tf.nest.flatten(got), tf.nest.flatten(expected), strict=True)
    for index, (mine, theirs) in enumerate(pairs):
        np.testing.assert_allclose(mine, theirs, atol=2e-5, err_msg=f"tensor {index}")


@pytest.mark.parametrize(
    ("arguments", "training", "runs"),
    [
        ({}, True, True),
        ({"dropout": 0.3}, True, True),
        ({}, False, False),
        ({"recurrent_dropout": 0.3}, True, False),
        ({"kernel": "hoisted"}, True, False),
    ],
)
def test_it_runs_where_it_should_and_nowhere_else(monkeypatch, arguments, training, runs):
    calls = []
    loop = lstm_tensorflow.analytic_lstm
    spy = lambda *args, **kwargs: calls.append(1) or loop(*args, **kwargs)  # noqa: E731
    monkeypatch.setattr(lstm_tensorflow, "analytic_lstm", spy)
    BiLSTM(UNITS, **arguments)(np.zeros((2, 5, FEATURES), "float32"), training=training)
    assert bool(calls) == runs


@pytest.mark.slow("trains two models")
def test_a_model_trained_by_it_learns_as_one_trained_by_the_other():
    losses = []
    for kernel in ("analytic", "hoisted"):
        keras.utils.set_random_seed(0)
        inputs = keras.Input((None, FEATURES))
        outputs = keras.layers.Dense(1)(BiLSTM(UNITS, kernel=kernel)(inputs))
        model = keras.Model(inputs, outputs)
        model.compile(keras.optimizers.Adam(0.02), "mse")
        x = np.random.default_rng(0).normal(size=(64, 7, FEATURES)).astype("float32")
        history = model.fit(x, x[:, 0, :1] * x[:, -1, :1], epochs=3, verbose=0, shuffle=False)
        losses.append(history.history["loss"])
    np.testing.assert_allclose(*losses, rtol=1e-3)
    assert losses[0][-1] < losses[0][0]
