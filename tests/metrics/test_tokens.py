"""Laws of the accuracy of a tagger."""

import numpy as np
import pytest

from zoo.metrics import token_accuracy


def test_the_standard_error_is_that_of_repeated_samples():
    """Sequences in which all tokens are right or all are wrong: tokens are far from independent."""
    rng = np.random.default_rng(0)

    def draw(count):
        labels = np.zeros((count, 5), int)
        mask = np.arange(5) < rng.integers(1, 6, (count, 1))
        return labels, np.broadcast_to(rng.random((count, 1)) < 0.3, labels.shape), mask

    spread = np.std([token_accuracy(*draw(400))[0] for _ in range(400)])
    _, error = token_accuracy(*draw(400))
    assert error == pytest.approx(spread, rel=0.15)
