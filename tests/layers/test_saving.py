"""Configuration, `.keras` files and weight files give back the same layer."""

import json

import keras
import numpy as np
import pytest

from tests.grids import quick
from tests.laws import arrays, close, filled
from tests.specs import CONFIGURED, FEATURES, MASK, RECURRENT, UNITS, X
from zoo.layers import (
    BiGRUCell,
    BiLSTMCell,
    BiSimpleRNNCell,
    GateNormal,
    GRUCell,
    LSTMCell,
    Merge,
    SimpleRNNCell,
)
from zoo.layers.rnn.cells.arguments import MODULES, serialized

MAKES = {**CONFIGURED, **{str(s): lambda s=s: s.make(return_sequences=True) for s in RECURRENT}}
CELLS = [
    BiLSTMCell(UNITS),
    BiGRUCell(UNITS, dropout=0.5),
    BiSimpleRNNCell(UNITS, seed=1),
    LSTMCell(UNITS, unit_forget_bias=False, recurrent_activation="hard_sigmoid"),
    GRUCell(UNITS, reset_after=False, use_bias=False),
    SimpleRNNCell(UNITS, activation="relu", kernel_regularizer="l1"),
]
every_layer = pytest.mark.parametrize("make", MAKES.values(), ids=MAKES)


def functional(layer):
    x, mask = keras.Input((None, FEATURES)), keras.Input((None,), dtype="bool")
    return keras.Model([x, mask], layer(x, mask=mask))


def reread(config):
    """Return a configuration as it comes back from a file."""
    return json.loads(json.dumps(config))


@every_layer
def test_config(make):
    layer = filled(make())
    clone = type(layer).from_config(reread(layer.get_config()))
    assert clone.get_config() == layer.get_config()
    clone.build(X.shape)
    clone.set_weights(layer.get_weights())
    close(arrays(clone(X, mask=MASK)), arrays(layer(X, mask=MASK)), tolerance=0)


@pytest.mark.parametrize("part", [*CELLS, Merge("projection", 5), Merge(None)], ids=repr)
def test_config_of_parts(part):
    clone = type(part).from_config(reread(part.get_config()))
    assert clone.get_config() == part.get_config()


def test_config_of_the_initializer():
    initializer = GateNormal(4, seed=1)
    clone = GateNormal.from_config(reread(initializer.get_config()))
    close(clone((3, 16)), initializer((3, 16)), tolerance=0)


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: type(cell).__name__)
def test_a_cell_in_a_keras_rnn_is_saved(cell, tmp_path):
    x = np.concatenate([X, X[:, ::-1]], axis=-1) if len(cell.directions) > 1 else X
    model = keras.Sequential([keras.Input(x.shape[1:]), keras.layers.RNN(cell)])
    model.save(tmp_path / "model.keras")
    close(keras.models.load_model(tmp_path / "model.keras")(x), model(x), tolerance=0)


@pytest.mark.parametrize("name", quick(MAKES, *CONFIGURED))
def test_keras_file(name, tmp_path):
    model = functional(filled(MAKES[name]()))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert loaded.layers[-1].get_config() == model.layers[-1].get_config()
    close(arrays(loaded([X, MASK])), arrays(model([X, MASK])), tolerance=0)


@pytest.mark.parametrize("name", quick(MAKES, "BiLSTM", "unidirectional stack"))
def test_weight_file(name, tmp_path):
    make = MAKES[name]
    source, target = functional(filled(make(), seed=0)), functional(filled(make(), seed=1))
    source.save_weights(tmp_path / "model.weights.h5")
    target.load_weights(tmp_path / "model.weights.h5")
    close(target.get_weights(), source.get_weights(), tolerance=0)


@every_layer
def test_every_argument_is_in_the_config_and_an_attribute(make):
    layer = make()
    for name, value in layer.get_config().items():
        if name not in ("trainable", "dtype"):
            holders = [layer, getattr(layer, "options", None)]
            attribute = "cell_kind" if name == "cell" and hasattr(layer, "cell_kind") else name
            holder = next(each for each in holders if hasattr(each, attribute))
            held = getattr(holder, attribute)
            assert (serialized(name, held) if name in MODULES else held) == value


@pytest.mark.parametrize(
    "part", [*CELLS, Merge(), GateNormal(4), *(make() for make in CONFIGURED.values())]
)
def test_registered_under_the_name_of_the_library(part):
    assert keras.saving.get_registered_name(type(part)) == f"zoo>{type(part).__name__}"
