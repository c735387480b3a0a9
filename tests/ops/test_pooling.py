"""Masked reductions as functions: any row, any values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as drawn

from tests.grids import examples
from tests.laws import array, close
from zoo.ops.pooling import masked_max, masked_mean, masked_softmax_mean

SHAPE = (2, 5, 3)
values = drawn("float32", SHAPE, elements=st.floats(-100, 100, width=32, allow_subnormal=False))
masks = drawn(bool, SHAPE[:2])
scores = drawn("float32", SHAPE[:2], elements=st.floats(-20, 20, width=32, allow_subnormal=False))


def per_row(reduce, x, mask):
    rows = [row[keep] for row, keep in zip(x, mask, strict=True)]
    return np.stack([reduce(row) if len(row) else np.zeros(SHAPE[-1]) for row in rows])


@examples(30)
@given(values, masks)
def test_max_and_mean(x, mask):
    close(masked_max(x, mask), per_row(lambda row: row.max(axis=0), x, mask), tolerance=0)
    close(masked_mean(x, mask), per_row(lambda row: row.mean(axis=0), x, mask), tolerance=1e-4)


@examples(30)
@given(values, masks, scores)
def test_softmax_mean(x, mask, scores):
    result = array(masked_softmax_mean(x, scores, mask))
    for row, keep, score, got in zip(x, mask, scores.astype("float64"), result, strict=True):
        weights = np.exp(score[keep]) / np.exp(score[keep]).sum() if keep.any() else score[:0]
        np.testing.assert_allclose(got, weights @ row[keep], rtol=0, atol=1e-3)


@pytest.mark.parametrize("reduce", [masked_max, masked_mean])
def test_where_a_token_stands_does_not_matter(reduce):
    x = np.random.default_rng(0).normal(size=SHAPE).astype("float32")
    mask = np.array([[1, 1, 0, 0, 0], [0, 1, 0, 1, 1]], bool)
    order = [3, 0, 4, 2, 1]
    close(reduce(x[:, order], mask[:, order]), reduce(x, mask), tolerance=1e-6)
