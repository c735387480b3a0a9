"""Dropout: one mask for all steps of a sequence, another one for each row and direction."""

import keras
import numpy as np
import pytest

from tests.laws import array, arrays, close, filled, reference
from tests.specs import ANALYTIC, BIDIRECTIONAL, FEATURES, MASK, ZOO, Spec, X
from zoo.layers import BiGRUCell, BiLSTMCell, BiSimpleRNNCell, DirectionWeights, read_weights

RATE, SCALE = 0.5, 2.0
UNITS = FEATURES  # so that unit j can be made to depend on feature j and on itself alone
GATES = {"lstm": 4, "gru": 3, "simple_rnn": 1}


RECURRENT = [spec for spec in ZOO if spec not in ANALYTIC]  # drop within the loop too
# The configuration of Keras' SimpleRNN loses its seed, and Bidirectional copies by configuration.
SEEDED = RECURRENT + [s for s in BIDIRECTIONAL if s.variant == "keras" and s.cell != "simple_rnn"]


def make(spec, **kwargs):
    return spec.make(UNITS, return_sequences=True, merge_mode=None, seed=3, **kwargs)


def untangled(layer, gates):
    """Fill a layer so that its units do not see each other: every matrix is diagonal."""
    filled(layer)
    diagonal = np.tile(np.eye(UNITS), gates)
    layer.set_weights([w * diagonal if w.shape == diagonal.shape else w for w in layer.weights])
    return layer


def scaled(weights, role, factor):
    """Return weights with the input or recurrent matrices of both directions times `factor`.

    What dropout does to the trajectory of a unit that sees nothing but itself: `(h m) R = h (m R)`.
    """
    return {
        direction: DirectionWeights(*each)._replace(**{role: factor * getattr(each, role)})
        for direction, each in weights.items()
    }


def which_were_dropped(layer, cell, role):
    """Return two (B, U) arrays, forward and backward: True where the whole sequence was dropped.

    Every (row, unit) must follow one of two trajectories from start to end: that of a mask of 0
    or that of a mask of 1 / (1 - rate). A mask that changed on the way would follow neither.
    """
    outputs = arrays(layer(X, training=True))
    weights = read_weights(layer)
    dropped, kept = (
        reference(cell, scaled(weights, role, factor), X)[:2] for factor in (0.0, SCALE)
    )
    found = []
    for output, zero, one in zip(outputs, dropped, kept, strict=True):
        is_zero, is_one = (np.abs(output - each).max(axis=1) < 1e-5 for each in (zero, one))
        assert (is_zero ^ is_one).all()
        found.append(is_zero)
    return found


RATES = [(spec, "dropout", "kernel") for spec in BIDIRECTIONAL] + [
    (spec, "recurrent_dropout", "recurrent_kernel") for spec in RECURRENT
]


@pytest.mark.parametrize("spec, rate, role", RATES, ids=str)
def test_one_mask_a_sequence_and_direction(spec, rate, role):
    layer = untangled(make(spec, **{rate: RATE}), GATES[spec.cell])
    forward, backward = which_were_dropped(layer, spec.cell, role)
    for dropped in (forward, backward):
        assert dropped.any() and not dropped.all()
        assert (dropped != dropped[:1]).any()  # rows differ
    assert (forward != backward).any()


def test_the_rate_is_the_fraction_dropped():
    """The sum over features kept and scaled up stays what it was, up to five standard errors."""
    features, rate = 2000, 0.25
    layer = Spec("lstm", "hoisted").make(1, dropout=rate, return_sequences=True)
    layer.build((None, None, features))
    ones = keras.ops.ones((1, features))
    layer.cell.draw_dropout_masks(ones, ones[:, :1])
    layer.cell.forward_kernel.assign(np.ones((features, 4)))
    layer.cell.forward_bias.assign(np.zeros(4))
    total, _ = layer.cell.project([ones, ones], training=True)
    error = np.sqrt(rate / (1 - rate) / features)
    assert 0 < np.abs(array(total) / features - 1).max() < 5 * error


@pytest.mark.parametrize("spec", SEEDED, ids=str)
def test_inference_drops_nothing(spec):
    plain, dropping = filled(make(spec)), filled(make(spec, dropout=0.5, recurrent_dropout=0.5))
    for _ in range(2):
        close(arrays(dropping(X)), arrays(plain(X)), tolerance=1e-6)


@pytest.mark.parametrize("spec", SEEDED, ids=str)
def test_a_seed_makes_it_repeatable(spec):
    rates = {"dropout": 0.5, "recurrent_dropout": 0.5}
    one, same = filled(make(spec, **rates)), filled(make(spec, **rates))
    first, second = (arrays(one(X, training=True)) for _ in range(2))
    close(arrays(same(X, training=True)), first, tolerance=0)
    assert np.abs(first[0] - second[0]).max() > 1e-3


@pytest.mark.parametrize("spec", RECURRENT[::3], ids=str)
def test_it_trains_compiled(spec):
    x, mask = keras.Input((None, FEATURES)), keras.Input((None,), dtype="bool")
    layer = spec.make(dropout=0.5, recurrent_dropout=0.5, seed=3)
    model = keras.Model([x, mask], keras.layers.Dense(1)(layer(x, mask=mask)))
    model.compile("sgd", "mse")
    before = model.get_weights()
    model.fit([X, MASK], np.ones((len(X), 1)), batch_size=3, epochs=2, verbose=0)
    for new, old in zip(model.get_weights(), before, strict=True):
        assert np.isfinite(new).all() and (new != old).any()


@pytest.mark.parametrize("cell", [BiLSTMCell, BiGRUCell, BiSimpleRNNCell])
def test_keras_rnn_drops_by_one_mask_too(cell):
    rnn = keras.layers.RNN(cell(UNITS, dropout=RATE, seed=3), return_sequences=True)
    both = np.concatenate([X, X[:, ::-1]], axis=-1)
    untangled(filled(rnn, 2 * FEATURES), cell.gates)
    layer = untangled(make(Spec(cell.kind, "hoisted"), dropout=RATE), cell.gates)
    forward, backward = arrays(layer(X, training=True))
    outputs = arrays(rnn(both, training=True))[0]
    close([outputs[..., :UNITS], outputs[:, ::-1, UNITS:]], [forward, backward])
