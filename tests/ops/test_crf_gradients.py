"""Gradients of the CRF against differences of the enumeration."""

import keras
import numpy as np
import pytest
from keras import ops

from tests.laws import close
from tests.ops.crf_cases import (
    ALLOWED,
    EMISSIONS,
    END,
    FULL,
    GOLD,
    START,
    TAGS,
    TRANSITIONS,
    gradients,
    log_sum,
    results,
    score_of,
    sequences_of,
)
from tests.specs import BATCH, MASK
from zoo.ops.crf import crf_log_likelihood, crf_log_norm

random = np.random.default_rng(1)


def reference_likelihood(mask, weights, emissions, *scores):
    """Return the sum of the rows' log-likelihoods by weight."""
    total = 0
    for row, keep in enumerate(mask):
        every, scores_of_all = sequences_of(emissions[row, keep], *scores)
        gold = score_of(GOLD[row, keep], every, scores_of_all)
        total += weights[row] * (gold - log_sum(scores_of_all))
    return total


@pytest.mark.parametrize("mask", [MASK, MASK[::-1]], ids=["mask", "other mask"])
def test_gradients_are_slopes_of_the_enumeration(mask):
    weights = np.linspace(0.5, 2, BATCH).astype("float32")
    sources = EMISSIONS, TRANSITIONS, START, END

    def likelihood(emissions, transitions, start, end):
        options = {"start": start, "end": end, "mask": mask}
        found, _ = crf_log_likelihood(emissions, GOLD, None, transitions, **options)
        return found * ops.convert_to_tensor(weights)

    found = gradients(likelihood, *sources)
    point = [source.astype("float64") for source in sources]
    step = 1e-5
    for i, gradient in enumerate(found):
        for _ in range(3):
            direction = random.normal(size=gradient.shape)
            ahead, behind = (
                [p + sign * step * direction if i == j else p for j, p in enumerate(point)]
                for sign in (1, -1)
            )
            ahead, behind = (reference_likelihood(mask, weights, *p) for p in (ahead, behind))
            slope = (ahead - behind) / (2 * step)
            assert abs(slope) > 1e-2
            np.testing.assert_allclose((gradient * direction).sum(), slope, rtol=1e-4, atol=1e-4)
    assert not found[0][~mask].any()


def test_gradients_under_constraints():
    """The gradient of the log norm is the marginals; what is not allowed has none."""
    sources = EMISSIONS, TRANSITIONS, START, END

    def norm(emissions, transitions, start, end):
        options = {"start": start, "end": end, "mask": MASK, "allowed": ALLOWED}
        return crf_log_norm(emissions, None, transitions, **options)

    found = gradients(norm, *sources)
    close(found[0], results(allowed=ALLOWED).marginals)
    tokens = MASK.sum(axis=1)
    totals = [tokens.sum(), np.maximum(tokens - 1, 0).sum(), (tokens > 0).sum(), (tokens > 0).sum()]
    close([gradient.sum() for gradient in found], totals, tolerance=1e-4)
    for gradient, allowed in zip(found[1:], ALLOWED, strict=True):
        assert (gradient[~allowed] == 0).all() and (gradient[allowed] > 0).all()


def test_the_gradient_has_a_gradient():
    """Of one position, the second derivative is the covariance of the softmax."""
    x = EMISSIONS[:1, :1]

    def first_share(emissions):
        if keras.backend.backend() == "tensorflow":
            import tensorflow as tf

            with tf.GradientTape() as tape:
                tape.watch(emissions)
                norm = crf_log_norm(emissions)
            return tape.gradient(norm, emissions)[..., 0]
        if keras.backend.backend() == "torch":
            import torch

            norm = ops.sum(crf_log_norm(emissions))
            return torch.autograd.grad(norm, emissions, create_graph=True)[0][..., 0]
        import jax

        return jax.grad(lambda p: ops.sum(crf_log_norm(p)))(emissions)[..., 0]

    (found,) = gradients(first_share, x)
    share = np.exp(x[0, 0]) / np.exp(x[0, 0]).sum()
    close(found[0, 0], share[0] * ((np.arange(TAGS) == 0) - share))


def test_padding_that_is_no_number_has_no_gradient():
    garbage = np.where(MASK[..., None], EMISSIONS, np.nan).astype("float32")
    (clean,), (found,) = (
        gradients(lambda p: crf_log_likelihood(p, GOLD, mask=MASK, **FULL)[0], emissions)
        for emissions in (EMISSIONS, garbage)
    )
    close(found, clean)
