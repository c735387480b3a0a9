"""Pooling: padding leaves no trace, an empty row gives zeros, gradients stay finite."""

import keras
import numpy as np
import pytest

from tests.laws import array, arrays, close, filled
from tests.specs import FEATURES, MASK, X
from zoo.layers import MaskedPooling

KINDS = ("max", "mean", "attention")
every_kind = pytest.mark.parametrize("kind", KINDS)
EMPTY = 5


def expected(kind, weights, rows):
    """Pool each (n, F) array of `rows` as the equations say."""
    if kind == "max":
        return [row.max(axis=0) for row in rows]
    if kind == "mean":
        return [row.sum(axis=0) / len(row) for row in rows]
    matrix, vector = weights
    pooled = []
    for row in rows:
        exponentials = np.exp(np.tanh(row @ matrix) @ vector)
        pooled.append((row * exponentials).sum(axis=0) / exponentials.sum())
    return pooled


@pytest.mark.parametrize("mask", [MASK[:EMPTY], None], ids=["masked", "full"])
@every_kind
def test_reference(kind, mask):
    layer, x = filled(MaskedPooling(kind)), X[:EMPTY]
    rows = x if mask is None else [row[keep] for row, keep in zip(x, mask, strict=True)]
    close(layer(x, mask=mask), np.stack(expected(kind, layer.get_weights(), rows)))


@every_kind
def test_alone_equals_inside_a_padded_batch(kind):
    layer = filled(MaskedPooling(kind))
    inside = array(layer(X, mask=MASK))
    for row in range(EMPTY):
        close(inside[row], array(layer(X[row : row + 1, MASK[row]]))[0])


@every_kind
def test_what_padding_holds_does_not_matter(kind):
    layer = filled(MaskedPooling(kind))
    other = np.where(MASK[..., None], X, 1e4).astype("float32")
    close(layer(other, mask=MASK), layer(X, mask=MASK))


@every_kind
def test_an_empty_row_gives_zeros(kind):
    assert not array(filled(MaskedPooling(kind))(X, mask=MASK))[EMPTY].any()


@every_kind
def test_all_negative_rows_are_not_lifted_by_padding(kind):
    """A maximum over zeros where there is padding would be 0."""
    layer = filled(MaskedPooling(kind))
    negative = -np.abs(X) - 1
    assert (array(layer(negative, mask=MASK))[:EMPTY] < -1).all()


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
@every_kind
def test_half_precision_counts_long_sequences_right(kind, dtype):
    """The mean of ones is one: a sum of 600 ones must not stop where ones no longer count."""
    layer = filled(MaskedPooling(kind, dtype=dtype), features=1)
    ones = keras.ops.ones((2, 600, 1), dtype)
    pooled = layer(ones, mask=np.ones((2, 600), bool))
    assert keras.backend.standardize_dtype(pooled.dtype) == dtype
    close(keras.ops.cast(pooled, "float32"), np.ones((2, 1)), tolerance=0.01)


@every_kind
def test_gradients_are_finite_and_stop_at_padding(kind):
    """Of the sequences, seen as weights: a step moves tokens and leaves padding alone."""
    mask, kept = keras.Input((None,), dtype="bool"), MASK[..., None]
    source = keras.layers.Embedding(X.shape[0] * X.shape[1], FEATURES)
    ids = keras.Input((None,), dtype="int32")
    model = keras.Model([ids, mask], MaskedPooling(kind)(source(ids), mask=mask))
    filled(model)
    source.set_weights([X.reshape(-1, FEATURES)])
    model.compile(keras.optimizers.SGD(1.0), "mse")
    positions = np.arange(X.shape[0] * X.shape[1]).reshape(MASK.shape)
    model.train_on_batch([positions, MASK], np.ones((len(X), FEATURES)))
    moved = source.get_weights()[0].reshape(X.shape) - X
    assert np.isfinite(moved).all()
    assert not np.where(kept, 0, moved).any()
    assert np.abs(moved).sum(axis=(1, 2))[:EMPTY].all()
    for weight in arrays(model.weights):
        assert np.isfinite(weight).all()


def test_an_unknown_kind():
    with pytest.raises(ValueError, match="`kind` must be one of .*Did you mean 'max'"):
        MaskedPooling("maxx")
