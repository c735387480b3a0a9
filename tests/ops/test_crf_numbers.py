"""The CRF where numbers are large, many, infinite or short of digits."""

import keras
import numpy as np
from keras import ops

from tests.laws import array, close
from tests.ops.crf_cases import (
    ALLOWED,
    EMISSIONS,
    EVERY,
    FULL,
    GOLD,
    TAGS,
    ZERO,
    gradients,
    log_sum,
    results,
    score_of,
    sequences_of,
    shares,
)
from tests.specs import BATCH, MASK
from zoo.ops.crf import crf_log_likelihood, crf_log_norm

random = np.random.default_rng(2)


def test_large_emissions():
    large = EMISSIONS * 5000  # up to 1e4 and beyond
    found = results(large)
    for row, keep in enumerate(MASK):
        every, scores = sequences_of(large[row, keep].astype("float64"), **FULL)
        expected = score_of(GOLD[row, keep], every, scores) - log_sum(scores)
        np.testing.assert_allclose(found.norm[row], log_sum(scores), rtol=1e-6)
        np.testing.assert_allclose(found.likelihood[row], expected, rtol=1e-6)
        close(found.marginals[row, keep], shares(every, scores))
    (gradient,) = gradients(lambda p: crf_log_likelihood(p, GOLD, mask=MASK, **FULL)[0], large)
    assert np.isfinite(gradient).all() and np.abs(gradient).max() == 1


def test_long_sequences_keep_their_precision():
    """Without transitions the positions are independent: all has a closed form."""
    time = 3000
    far = 1e4 * random.normal(size=(1, time, 1))
    x = (random.normal(size=(1, time, TAGS)) + far).astype("float32")
    gold = random.integers(0, TAGS, (1, time), dtype="int32")
    found = results(x, None, gold, ZERO)
    logs = x.astype("float64") - x.max(axis=-1, keepdims=True)
    logs -= np.log(np.exp(logs).sum(axis=-1, keepdims=True))
    close(found.marginals, np.exp(logs))
    expected = np.take_along_axis(logs, gold[..., None], axis=-1).sum()
    np.testing.assert_allclose(found.likelihood, expected, rtol=1e-5)
    close(found.tags, x.argmax(axis=-1), tolerance=0)


def test_minus_infinity_forbids_a_tag_at_a_position():
    """As the filtered inputs of TensorFlow Addons have it."""
    filtered, gold = EMISSIONS.copy(), GOLD.copy()
    filtered[:, 1, :2], gold[:, 1] = -np.inf, 2
    found = results(filtered, EVERY, gold)
    assert (found.tags[:, 1] == 2).all()
    close(found.marginals[:, 1], np.tile([0.0, 0.0, 1.0], (BATCH, 1)))
    for row, emissions in enumerate(filtered):
        every, scores = sequences_of(emissions, **FULL)
        expected = score_of(gold[row], every, scores) - log_sum(scores)
        close(found.likelihood[row], expected)
    (gradient,) = gradients(lambda p: crf_log_likelihood(p, gold, **FULL)[0], filtered)
    assert np.isfinite(gradient).all()


def test_minus_infinity_forbids_a_transition():
    scores = {
        name: np.where(may, score, -np.inf).astype("float32")
        for (name, score), may in zip(FULL.items(), ALLOWED, strict=True)
    }
    close([*results(scores=scores)], [*results(allowed=ALLOWED)])


def test_half_precision_is_summed_in_full():
    half = ops.cast(EMISSIONS, "bfloat16")
    norm = crf_log_norm(half, mask=MASK, **FULL)
    assert keras.backend.standardize_dtype(norm.dtype) == "float32"
    close(norm, results(array(ops.cast(half, "float32"))).norm)
