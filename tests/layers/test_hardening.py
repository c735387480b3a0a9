"""What data holds by accident: NaN in padding, integers, no positions, no rows."""

import keras
import numpy as np
import pytest

from tests.laws import array, arrays, close, filled
from tests.specs import MASK, RECURRENT, UNITS, Spec, X
from zoo.layers import CRF, CRFLoss, MaskedPooling, RecurrentStack

pytestmark = pytest.mark.exhaustive

LAYERS = {
    **{str(spec): lambda spec=spec, **kwargs: spec.make(**kwargs) for spec in RECURRENT},
    "stack": lambda **kwargs: RecurrentStack(UNITS, 2, residual=True, layer_norm=True),
    "keras stack": lambda **kwargs: RecurrentStack(UNITS, 2, backend_layer="keras"),
}
POOLINGS = {kind: lambda kind=kind: MaskedPooling(kind) for kind in ("max", "mean", "attention")}
BAD = {"NaN": np.nan, "infinity": np.inf}
every_layer = pytest.mark.parametrize("layer", LAYERS)


def spoiled(value):
    """Return X with a value at masked positions."""
    return np.where(MASK[..., None], X, value).astype("float32")


@pytest.mark.grid
@pytest.mark.parametrize("value", BAD.values(), ids=BAD)
@pytest.mark.parametrize("training", [False, True])
@every_layer
def test_padding_reaches_no_output(layer, training, value):
    made = filled(LAYERS[layer](return_sequences=True, return_state=True))
    found, expected = (
        arrays(made(x, mask=MASK, training=training)) for x in (spoiled(value), spoiled(0))
    )
    close(found, expected, tolerance=0)


@pytest.mark.parametrize("value", BAD.values(), ids=BAD)
@pytest.mark.parametrize("kind", POOLINGS)
def test_padding_reaches_no_pooled_vector(kind, value):
    made = filled(POOLINGS[kind]())
    close(made(spoiled(value), mask=MASK), array(made(spoiled(0), mask=MASK)), tolerance=0)


def stepped(make, x, eagerly=True):
    """Return the weights after a step of training."""
    inputs, mask = keras.Input(X.shape[1:]), keras.Input(MASK.shape[1:], dtype="bool")
    model = keras.Model([inputs, mask], make()(inputs, mask=mask))
    random = np.random.default_rng(2)
    model.set_weights([random.normal(0, 0.5, size=w.shape) for w in model.weights])
    model.compile(keras.optimizers.SGD(0.1), "mse", run_eagerly=eagerly)
    model.train_on_batch([x, MASK], np.ones(model.compute_output_shape([X.shape, MASK.shape])))
    return model.get_weights()


@pytest.mark.parametrize("layer", [*LAYERS, "attention"])
def test_padding_reaches_no_weight(layer):
    make = {**LAYERS, **POOLINGS}[layer]
    weights = [stepped(make, spoiled(value), layer != "lstm-hoisted") for value in (np.nan, 0)]
    close(*weights, tolerance=0)


def test_padding_reaches_no_weight_of_a_crf():
    crf, tags = CRF(X.shape[-1]), np.where(MASK, 1, -1)
    losses = [array(CRFLoss(crf)(tags, spoiled(value))) for value in (np.nan, 0)]
    close(*losses, tolerance=0)


@pytest.mark.parametrize("dtype", ["int32", "uint8", "bool"])
@pytest.mark.parametrize("spec", [s for s in RECURRENT if s.cell == "gru"], ids=str)
def test_integers_are_cast(spec, dtype):
    made = filled(spec.make())
    x = np.abs(X * 3).astype(dtype)
    close(made(x), array(made(x.astype("float32"))), tolerance=0)
    assert spec.make()(keras.Input(X.shape[1:], dtype=dtype)).dtype == "float32"


@pytest.mark.grid
@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("time, rows", [(0, 3), (4, 0), (0, 0)], ids=str)
@pytest.mark.parametrize("spec", RECURRENT, ids=str)
def test_no_positions_or_no_rows(spec, time, rows, training):
    """Without positions the states are those at the start."""
    initial = [state[:rows] for state in spec.initial_state()]
    made = filled(spec.make(return_sequences=True, return_state=True, dropout=0.5))
    x, mask = X[:rows, :time], MASK[:rows, :time]
    for each in (None, mask):
        output, *states = arrays(made(x, initial_state=initial, mask=each, training=training))
        assert output.shape == (rows, time, UNITS * len(spec.directions))
        assert arrays(made(x, mask=each))[0].shape == output.shape
        if time == 0:
            close(states, initial, tolerance=0)


@pytest.mark.parametrize("layer", ["stack", "keras stack"])
def test_a_stack_without_positions(layer):
    assert array(LAYERS[layer]()(X[:, :0])).shape == (len(X), 0, 2 * UNITS)


@pytest.mark.parametrize("kind", POOLINGS)
def test_pooling_without_positions(kind):
    assert not array(filled(POOLINGS[kind]())(X[:, :0])).any()


@pytest.mark.parametrize("kernel", ["hoisted", "analytic"])
def test_a_compiled_function_of_any_length_takes_an_empty_batch(kernel):
    if keras.backend.backend() != "tensorflow":
        pytest.skip("other backends compile for each length")
    import tensorflow as tf

    made = filled(Spec("lstm", kernel).make(return_sequences=True))

    @tf.function(input_signature=[tf.TensorSpec((None, None, X.shape[-1]))])
    def step(x):
        with tf.GradientTape() as tape:
            output = made(x, training=True)
            loss = tf.reduce_sum(output)
        return output, tape.gradient(loss, [w.value for w in made.trainable_weights])

    for time, rows in ((0, 3), (4, 0), (4, 3)):
        output, gradients = step(X[:rows, :time])
        assert output.shape == (rows, time, 2 * UNITS)
        assert all(np.isfinite(array(g)).all() for g in gradients)
