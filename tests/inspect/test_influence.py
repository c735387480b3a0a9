"""Hiding words: known exactly for linear functions, the same in one batch or in many."""

import numpy as np
import pytest

from zoo.inspect import hide_each
from zoo.inspect.measures import influence


def test_a_linear_function_is_known_exactly():
    rng = np.random.default_rng(0)
    x, weights = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    falls = hide_each(lambda batch: (batch * weights).sum(axis=(1, 2)), x)
    others = np.stack([np.delete(x, s, axis=0).mean(axis=0) for s in range(5)])
    np.testing.assert_allclose(falls, ((x - others) * weights).sum(axis=1))


def test_each_output_has_its_own_falls():
    x = np.random.default_rng(0).normal(size=(4, 2))
    falls = hide_each(lambda batch: batch.sum(axis=-1), x)
    assert falls.shape == (4, 4)
    assert (falls[~np.eye(4, dtype=bool)] == 0).all()
    assert (np.diag(falls) != 0).all()


def test_batches_change_nothing(monkeypatch):
    x = np.random.default_rng(0).normal(size=(7, 2))
    sizes = []

    def function(batch):
        sizes.append(len(batch))
        return np.tanh(batch).sum(axis=(1, 2))

    whole = hide_each(function, x)
    assert sizes == [1, 7]
    monkeypatch.setattr(influence, "POSITIONS", 14)
    np.testing.assert_array_equal(hide_each(function, x), whole)
    assert max(sizes[2:]) == 2


def test_a_single_word_is_hidden_behind_zeros():
    assert hide_each(lambda batch: batch.sum(axis=(1, 2)), [[2.0, 3.0]]).tolist() == [5.0]


@pytest.mark.parametrize("shape", [(0, 3), (3,), (1, 2, 3)])
def test_bad_input(shape):
    with pytest.raises(ValueError, match=r"hide_each: `features` must be \(time, features\)"):
        hide_each(lambda batch: batch, np.zeros(shape))
