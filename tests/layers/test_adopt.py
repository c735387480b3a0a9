"""A Keras model that has adopted the layers of the zoo gives the answers that it gave before."""

import keras
import numpy as np
import pytest
from keras import layers

from tests.grids import quick
from tests.laws import arrays, close
from tests.tutorials import TUTORIALS, draw
from zoo.layers import adopt, explain, recurrent_layers

pytestmark = pytest.mark.exhaustive

FEATURES, UNITS = 4, 3
CELLS = {"lstm": layers.LSTM, "gru": layers.GRU, "simple_rnn": layers.SimpleRNN}

# Rows: full, padded right, padded left, holes, empty.
X = np.random.default_rng(3).normal(size=(5, 9, FEATURES)).astype("float32")
X[1, 5:], X[2, :3], X[3, [2, 5]], X[4] = 0, 0, 0, 0

# Layers of Keras with arguments that are not the defaults.
ARGUMENTS = {
    "defaults": {},
    "sequences": {"return_sequences": True},
    "states": {"return_state": True},
    "no bias": {"use_bias": False, "return_sequences": True, "return_state": True},
    "activation": {"activation": "relu", "return_sequences": True},
    "regularized": {"kernel_regularizer": "l2", "recurrent_constraint": "max_norm"},
    "dropout": {"dropout": 0.3, "recurrent_dropout": 0.2, "seed": 5},
}
ONE_WAY = {
    "backward": {"go_backwards": True},
    "backward sequences": {"go_backwards": True, "return_sequences": True, "return_state": True},
    "zeros": {"zero_output_for_mask": True, "return_sequences": True},
}
MODES = ("concat", "sum", "mul", "ave", None)


def model_of(layer, time=None):
    """Return a model with masked sequences and one layer, with random weights."""
    inputs = keras.Input((time, FEATURES))
    model = keras.Model(inputs, layer(layers.Masking()(inputs)))
    random = np.random.default_rng(1)
    model.set_weights([random.normal(0, 0.5, w.shape) for w in model.weights])
    return model


def same_answers(model, adopted, inputs):
    close(arrays(keras.tree.flatten(adopted(inputs))), arrays(keras.tree.flatten(model(inputs))))
    assert not [each for each in adopted.layers if isinstance(each, layers.RNN)]


@pytest.mark.grid
@pytest.mark.parametrize("arguments", [*ARGUMENTS.values(), *ONE_WAY.values()])
@pytest.mark.parametrize("cell", CELLS)
def test_a_layer_of_one_direction(cell, arguments):
    model = model_of(CELLS[cell](UNITS, **arguments))
    same_answers(model, adopt(model), X)


@pytest.mark.grid
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("arguments", ARGUMENTS.values())
@pytest.mark.parametrize("cell", CELLS)
def test_a_bidirectional_layer(cell, arguments, mode):
    layer = layers.Bidirectional(CELLS[cell](UNITS, **arguments), merge_mode=mode)
    model = model_of(layer)
    same_answers(model, adopt(model), X)


@pytest.mark.parametrize("cell", quick(CELLS, "lstm"))
def test_an_unrolled_layer(cell):
    """It gives the answers of the loop; Keras unrolls a masked backward direction wrongly."""
    looped, unrolled = (
        model_of(
            layers.Bidirectional(CELLS[cell](UNITS, return_sequences=True, unroll=unroll)),
            time=X.shape[1],
        )
        for unroll in (False, True)
    )
    same_answers(looped, adopt(unrolled), X)


@pytest.mark.parametrize(
    "layer",
    [
        lambda: layers.GRU(UNITS, reset_after=False),
        lambda: layers.LSTM(UNITS, recurrent_activation="hard_sigmoid"),
        lambda: layers.RNN(layers.LSTMCell(UNITS), return_sequences=True),
        lambda: layers.Bidirectional(layers.RNN(layers.GRUCell(UNITS, reset_after=False))),
    ],
)
def test_other_cells(layer):
    model = model_of(layer())
    same_answers(model, adopt(model), X)


@pytest.mark.parametrize("name", quick(TUTORIALS, "text_classification", "two_inputs"))
def test_a_tutorial_model(name):
    model = TUTORIALS[name]()
    adopted = adopt(model)
    for padded in (False, True):
        inputs = draw(model, 12, padded)
        outputs, expected = adopted(inputs), model(inputs)
        keras.tree.assert_same_structure(outputs, expected)
        close(arrays(keras.tree.flatten(outputs)), arrays(keras.tree.flatten(expected)))
    assert [each.name for each in adopted.layers] == [each.name for each in model.layers]
    assert [tuple(w.shape) for w in adopted.outputs] == [tuple(w.shape) for w in model.outputs]
    lines = explain(adopted).splitlines()
    assert len(lines) == len(recurrent_layers(adopted)) == len(explain(model).splitlines())
    assert "of Keras, which" not in explain(adopted)


def test_a_decoder_reads_padding_as_in_keras_and_passes_its_mask_on(tmp_path):
    """Keras drops the implicit mask of a layer that is called with `initial_state`."""
    model = TUTORIALS["encoder_decoder"]()
    model.compile(loss="sparse_categorical_crossentropy")
    adopted = adopt(model)
    adopted.save(tmp_path / "adopted.keras")
    inputs = draw(model, 12, padded=True)
    for copy in (adopted, keras.saving.load_model(tmp_path / "adopted.keras")):
        close(arrays(copy(inputs)), arrays(model(inputs)))
        losses = [each.evaluate(inputs, inputs[1], verbose=0) for each in (copy, model)]
        assert abs(losses[0] - losses[1]) < 1e-5


def test_the_copy_shares_nothing_with_the_model():
    model = TUTORIALS["text_classification"]()
    inputs = draw(model, 9, padded=True)
    before = arrays(model(inputs))
    for weight in adopt(model).weights:
        weight.assign(weight + 1.0)
    close(arrays(model(inputs)), before)


def test_a_model_is_trained_further():
    model = TUTORIALS["time_series"]()
    model.compile(keras.optimizers.Adam(0.01), "mse")
    adopted = adopt(model)
    x, y = draw(model, None, padded=False), np.ones((3, 1), "float32")
    before = adopted.evaluate(x, y, verbose=0)
    assert abs(before - model.evaluate(x, y, verbose=0)) < 1e-5
    adopted.fit(x, y, epochs=20, verbose=0)
    assert adopted.evaluate(x, y, verbose=0) < before


def test_vocabularies_and_statistics_are_copied():
    normalization = layers.Normalization()
    normalization.adapt(X)
    model = keras.Sequential([keras.Input((None, FEATURES)), normalization, layers.GRU(UNITS)])
    same_answers(model, adopt(model), X)


def test_a_frozen_direction_stays_frozen():
    layer = layers.Bidirectional(layers.LSTM(UNITS))
    model = model_of(layer)
    layer.backward_layer.trainable = False
    (adopted,) = recurrent_layers(adopt(model)).values()
    assert adopted.forward_layer.trainable and not adopted.backward_layer.trainable


def test_a_layer_inside_a_wrapper():
    inputs = keras.Input((4, 5, FEATURES))
    x = layers.TimeDistributed(layers.Bidirectional(layers.GRU(UNITS)))(inputs)
    model = keras.Model(inputs, layers.Bidirectional(layers.GRU(UNITS))(x))
    adopted = adopt(model)
    assert len(recurrent_layers(adopted)) == 2
    x = np.random.default_rng(0).normal(size=(2, 4, 5, FEATURES)).astype("float32")
    same_answers(model, adopted, x)


def test_states_of_a_stateful_layer():
    inputs = keras.Input(batch_shape=(5, 9, FEATURES))
    model = keras.Model(inputs, layers.LSTM(UNITS, stateful=True)(inputs))
    model(X)
    adopted = adopt(model)
    for _ in range(2):
        close(arrays(adopted(X)), arrays(model(X)))


class Odd(layers.Layer):
    """A cell of a user."""

    state_size = output_size = UNITS

    def call(self, inputs, states):
        return states[0], states


@pytest.mark.parametrize(
    "layer, words",
    [
        (lambda: layers.RNN(Odd(), name="mine"), ["'mine'", "RNN(Odd)"]),
        (
            lambda: layers.RNN([layers.GRUCell(UNITS)], name="mine"),
            ["'mine'", "RNN(StackedRNNCells)"],
        ),
        (
            lambda: layers.Bidirectional(
                layers.GRU(UNITS), backward_layer=layers.GRU(5, go_backwards=True), name="mine"
            ),
            ["'mine'", "`units`", "3 and 5"],
        ),
        (
            lambda: layers.Bidirectional(
                layers.GRU(UNITS), backward_layer=layers.LSTM(3, go_backwards=True), name="mine"
            ),
            ["'mine'", "gru and lstm"],
        ),
        (
            lambda: layers.Bidirectional(
                layers.GRU(UNITS, go_backwards=True),
                backward_layer=layers.GRU(UNITS),
                name="mine",
            ),
            ["'mine'", "a bidirectional layer has no `go_backwards=True`"],
        ),
        (
            lambda: layers.Bidirectional(layers.GRU(UNITS, activity_regularizer="l2"), name="mine"),
            ["'mine'", "a bidirectional layer has no `activity_regularizer="],
        ),
        (
            lambda: layers.LSTM(UNITS, zero_output_for_mask=True, name="mine"),
            ["'mine'", "zero_output_for_mask"],
        ),
    ],
)
def test_what_cannot_be_adopted_is_named(layer, words):
    with pytest.raises(ValueError) as raised:
        adopt(model_of(layer()))
    assert all(word in str(raised.value) for word in words)


class Subclassed(keras.Model):
    """A model whose layers are hidden in its `call`."""

    def call(self, inputs):
        return inputs


@pytest.mark.parametrize(
    "model, error, words",
    [
        (Subclassed, TypeError, "Subclassed"),
        (lambda: keras.Sequential([layers.LSTM(3)]), ValueError, "keras.Input"),
    ],
)
def test_a_model_that_cannot_be_copied_says_why(model, error, words):
    with pytest.raises(error, match=words):
        adopt(model())
