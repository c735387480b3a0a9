"""Layers that keep their states: the parts of a sequence give what the whole sequence gives."""

import keras
import numpy as np
import pytest

from tests.laws import arrays, close, filled
from tests.specs import (
    ALL_KERNELS,
    BATCH,
    CELLS,
    FEATURES,
    INITIAL,
    MASK,
    STATE_COUNT,
    TIME,
    UNITS,
    Spec,
    X,
    specs,
)
from zoo.layers import LSTM

SPECS = [*specs(*ALL_KERNELS, direction="forward"), *specs("keras", direction="forward")]
every_spec = pytest.mark.parametrize("spec", SPECS, ids=str)
CUTS = (0, 1, 4, TIME)


def pair(spec, **kwargs):
    """Return a layer that keeps its states, and one of the same weights that does not."""
    keeps = spec.make(stateful=True, return_sequences=True, **kwargs)
    keeps.build((BATCH, None, FEATURES))
    return filled(keeps), filled(spec.make(return_sequences=True, return_state=True, **kwargs))


def parts(mask=None):
    """Yield consecutive parts of the batch, and of its mask."""
    for start, stop in zip(CUTS, CUTS[1:], strict=False):
        yield X[:, start:stop], None if mask is None else mask[:, start:stop]


@pytest.mark.grid
@pytest.mark.parametrize("mask", [None, MASK], ids=["full", "masked"])
@every_spec
def test_parts_give_what_the_whole_gives(spec, mask):
    keeps, whole = pair(spec)
    expected, *states = arrays(whole(X, mask=mask))
    for _ in range(2):
        found = [arrays(keeps(x, mask=keep))[0] for x, keep in parts(mask)]
        close(np.concatenate(found, axis=1), expected)
        close(keeps.states, states)
        keeps.reset_state()


@pytest.mark.grid
@every_spec
@pytest.mark.parametrize("reset", ["reset_state", "reset_states"])
def test_a_reset_layer_starts_anew(spec, reset):
    keeps, _ = pair(spec)
    first, second = arrays([keeps(X), keeps(X)])
    assert np.abs(first - second).max() > 1e-3
    getattr(keeps, reset)()
    assert not any(each.any() for each in arrays(keeps.states))
    close(keeps(X), first, tolerance=0)


@pytest.mark.grid
@every_spec
def test_given_states_replace_the_kept_ones(spec):
    keeps, whole = pair(spec)
    keeps(X)
    initial = list(INITIAL[: STATE_COUNT[spec.cell]])
    expected, *states = arrays(whole(X, initial_state=initial))
    close(keeps(X, initial_state=initial), expected)
    close(keeps.states, states)


@pytest.mark.parametrize("spec", [Spec("lstm", "auto", "forward"), Spec("gru", "keras", "forward")])
def test_a_model_keeps_the_states_between_compiled_calls(spec):
    layer, whole = pair(spec)
    inputs = keras.Input(batch_shape=(BATCH, None, FEATURES))
    model = keras.Model(inputs, layer(inputs))
    model.compile("sgd", "mse", jit_compile=False)
    layer.reset_state()
    found = [model.predict(x, batch_size=BATCH, verbose=0) for x, _ in parts()]
    expected, *states = arrays(whole(X))
    close(np.concatenate(found, axis=1), expected)
    model.train_on_batch(X, np.ones_like(expected))
    assert all(np.abs(a - b).max() > 0 for a, b in zip(arrays(layer.states), states, strict=True))


@pytest.mark.parametrize("cell", CELLS)
def test_kept_states_are_variables_and_no_weights(cell):
    keeps, whole = pair(Spec(cell, "auto", "forward"))
    assert len(keeps.states) == STATE_COUNT[cell] and whole.states is None
    assert [tuple(s.shape) for s in keeps.states] == [(BATCH, UNITS)] * STATE_COUNT[cell]
    assert len(keeps.weights) == len(whole.weights) == 3
    assert len(keeps.variables) == len(whole.variables) + STATE_COUNT[cell]
    again = type(keeps).from_config(keeps.get_config())
    assert again.stateful and not whole.stateful


def test_the_batch_size_must_be_known_and_stay():
    with pytest.raises(ValueError, match=r"`stateful=True` needs a known batch size.*batch_shape"):
        LSTM(UNITS, stateful=True)(keras.Input((TIME, FEATURES)))
    layer = LSTM(UNITS, stateful=True)
    layer(X)
    with pytest.raises(ValueError, match=rf"must have the batch size {BATCH} of the first batch"):
        layer(X[:2])
