"""Each argument of Keras' recurrent layers: the same outputs, and the same weights after a step."""

import keras
import numpy as np
import pytest

from tests.laws import arrays, close, filled, weights_of
from tests.specs import CELLS, FEATURES, MASK, TIME, UNITS, Spec, X

pytestmark = [pytest.mark.grid, pytest.mark.exhaustive]
KERAS = {"lstm": keras.layers.LSTM, "gru": keras.layers.GRU, "simple_rnn": keras.layers.SimpleRNN}
GATED = ("lstm", "gru")

# name -> arguments, and the cells that have them.
ARGUMENTS = {
    "none": ({}, CELLS),
    "use_bias": ({"use_bias": False}, CELLS),
    "activation": ({"activation": "softsign"}, CELLS),
    "no activation": ({"activation": None}, CELLS),
    "recurrent_activation": ({"recurrent_activation": "hard_sigmoid"}, GATED),
    "both activations": ({"activation": "relu", "recurrent_activation": "tanh"}, GATED),
    "reset_after": ({"reset_after": False}, ("gru",)),
    "reset_after, use_bias": ({"reset_after": False, "use_bias": False}, ("gru",)),
    "regularizers": (
        {
            "kernel_regularizer": "l2",
            "recurrent_regularizer": keras.regularizers.L1(0.1),
            "bias_regularizer": "l1",
        },
        CELLS,
    ),
    "constraints": (
        {
            "kernel_constraint": "unit_norm",
            "recurrent_constraint": keras.constraints.MaxNorm(0.3),
            "bias_constraint": "non_neg",
        },
        CELLS,
    ),
    # Keras 3.15 accepts it for a SimpleRNN and ignores it.
    "activity_regularizer": ({"activity_regularizer": "l2"}, GATED),
    "unroll": ({"unroll": True}, CELLS),
}
SPECS = [
    Spec(cell, variant, direction)
    for cell in CELLS
    for variant in ("auto", "keras")
    for direction in ("both", "forward", "backward")
]
CASES = [
    pytest.param(spec, arguments, id=f"{name}-{spec}")
    for name, (arguments, cells) in ARGUMENTS.items()
    for spec in SPECS
    if spec.cell in cells
]
masks = pytest.mark.parametrize("mask", [None, MASK], ids=["full", "masked"])


def keras_layer(spec, **arguments):
    """Return Keras' own layer with outputs as ours."""
    own = KERAS[spec.cell](
        UNITS,
        return_sequences=True,
        go_backwards=spec.direction == "backward",
        zero_output_for_mask=True,
        **arguments,
    )
    return keras.layers.Bidirectional(own) if spec.direction == "both" else own


def trained(layer, spec, mask, weights=None):
    """Return what a layer gives, and the weights of its model after a step of plain descent."""
    x, keep = keras.Input((TIME, FEATURES)), keras.Input((TIME,), dtype="bool")
    outputs = layer(x, mask=None if mask is None else keep)
    if isinstance(layer, keras.layers.RNN) and spec.direction == "backward":
        outputs = keras.ops.flip(outputs, axis=1)
    # Without an implicit mask, which the loss would heed.
    model = keras.Model([x, keep], keras.ops.multiply(outputs, 1.0))
    filled(layer) if weights is None else layer.set_weights(weights)
    keep = np.ones_like(MASK) if mask is None else mask
    before, given = layer.get_weights(), arrays(model([X, keep]))
    # An eager step of a short loop costs less than tracing it.
    eagerly = keras.backend.backend() != "jax"
    model.compile(keras.optimizers.SGD(0.5), "mse", run_eagerly=eagerly)
    model.train_on_batch([X, keep], np.ones_like(given[0]))
    return before, given, layer.get_weights()


def cannot_unroll(spec, arguments):
    """Return whether the layer is one that Keras on torch does not unroll with a mask."""
    of_keras = spec.variant == "keras" and spec.direction != "forward"
    return of_keras and "unroll" in arguments and keras.backend.backend() == "torch"


@masks
@pytest.mark.parametrize("spec, arguments", CASES)
def test_outputs_and_a_step_of_training_are_those_of_keras(spec, arguments, mask):
    ours = spec.make(return_sequences=True, **arguments)
    if mask is not None and cannot_unroll(spec, arguments):
        with pytest.raises(ValueError, match="Use unroll=False, or"):
            ours(X, mask=mask)
        return
    before, given, after = trained(ours, spec, mask)
    # Unrolled and masked, Keras 3.15 zeroes the wrong outputs or none.
    arguments = {**arguments, "unroll": False}
    _, expected, expected_after = trained(keras_layer(spec, **arguments), spec, mask, before)
    close(given, expected)
    close(after, expected_after)
    assert all(np.abs(a - b).max() > 0 for a, b in zip(after, before, strict=True))


@pytest.mark.parametrize("direction", ["forward", "backward"])
@pytest.mark.parametrize("variant", ["auto", "step", "hoisted", "keras"])
@pytest.mark.parametrize("cell", CELLS)
def test_a_masked_output_repeats_the_one_that_was_read_before(cell, variant, direction):
    layer = filled(
        Spec(cell, variant, direction).make(return_sequences=True, zero_output_for_mask=False)
    )
    theirs = KERAS[cell](UNITS, return_sequences=True, go_backwards=direction == "backward")
    theirs.build(X.shape)
    theirs.set_weights(layer.get_weights())
    order = -1 if direction == "backward" else 1
    read = np.cumsum(MASK[:, ::order], axis=1)[..., None] > 0
    for start in (None, Spec(cell, variant, direction).initial_state()):
        expected = arrays(theirs(X, mask=MASK, initial_state=start))[0]
        # On JAX, Keras repeats the initial state before the first token.
        close(layer(X, mask=MASK, initial_state=start), (expected * read)[:, ::order])


@pytest.mark.parametrize("variant", ["auto", "keras"])
@pytest.mark.parametrize("cell", CELLS)
def test_both_directions_repeat_too(cell, variant):
    options = {"return_sequences": True, "zero_output_for_mask": False}
    both = filled(Spec(cell, variant).make(merge_mode=None, **options))
    for direction, outputs in zip(both.directions, arrays(both(X, mask=MASK)), strict=True):
        alone = Spec(cell, variant, direction).make(**options)
        alone.build(X.shape)
        alone.set_weights(getattr(both, f"{direction}_layer").get_weights())
        close(outputs, arrays(alone(X, mask=MASK))[0], tolerance=1e-6)


@pytest.mark.parametrize("variant", ["auto", "keras"])
@pytest.mark.parametrize("cell", CELLS)
def test_going_backwards_gives_outputs_in_the_order_of_reading(cell, variant):
    make = Spec(cell, variant, "forward").make
    layer = filled(make(return_sequences=True, go_backwards=True, return_state=True))
    theirs = KERAS[cell](UNITS, return_sequences=True, return_state=True, go_backwards=True)
    theirs.build(X.shape)
    theirs.set_weights(layer.get_weights())
    close(arrays(layer(X)), arrays(theirs(X)))
    assert layer.directions == ("backward",)


@pytest.mark.parametrize("cell", CELLS)
def test_keras_wraps_a_layer_of_one_direction(cell):
    """`keras.layers.Bidirectional(LSTM(4))` is `BiLSTM(4)`."""
    one_way = Spec(cell, "auto", "forward").make(return_sequences=True)
    wrapped = filled(keras.layers.Bidirectional(one_way))
    ours = Spec(cell, "auto").make(return_sequences=True)
    ours.build(X.shape)
    ours.set_weights(wrapped.get_weights())
    close(wrapped(X, mask=MASK), ours(X, mask=MASK), tolerance=1e-6)


@pytest.mark.parametrize("variant", ["auto", "keras"])
@pytest.mark.parametrize("cell", CELLS)
def test_initial_weights_are_those_of_keras(cell, variant):
    """A seeded initializer gives both the same numbers."""
    arguments = {
        "kernel_initializer": keras.initializers.RandomNormal(seed=1),
        "recurrent_initializer": keras.initializers.Orthogonal(seed=2),
        "bias_initializer": keras.initializers.Constant(0.5),
        **({"unit_forget_bias": False} if cell == "lstm" else {}),
    }
    spec = Spec(cell, variant, "forward")
    ours, theirs = spec.make(**arguments), keras_layer(spec, **arguments)
    for layer in (ours, theirs):
        layer.build(X.shape)
    close(ours.get_weights(), theirs.get_weights(), tolerance=0)


@pytest.mark.parametrize("direction", ["both", "forward"])
@pytest.mark.parametrize("cell", CELLS)
def test_a_missing_bias_is_none(cell, direction):
    layer = filled(Spec(cell, "auto", direction).make(use_bias=False))
    assert all(weights[2] is None for weights in map(layer.direction_weights, layer.directions))
    assert len(layer.weights) == 2 * len(layer.directions)


def test_unroll_needs_a_known_length():
    layer = Spec("gru", "auto").make(unroll=True)
    with pytest.raises(ValueError, match=r"`unroll=True` needs a known .*got .*\(None, None, 3\)"):
        layer(keras.Input((None, FEATURES)))


def test_the_weights_of_a_direction_have_the_names_of_keras():
    layer = filled(Spec("lstm", "auto", "backward").make())
    assert [w.name for w in layer.weights] == ["kernel", "recurrent_kernel", "bias"]
    assert list(weights_of(layer)) == ["backward"]
