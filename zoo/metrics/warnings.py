"""What speaks against a trained model, by its answers on dev."""

import math

import numpy as np
from numpy.typing import ArrayLike

from zoo.metrics.calibration import BINS, expected_calibration_error
from zoo.metrics.classification import probabilities
from zoo.metrics.temperature import LIMIT

MAX_ERROR = 0.1  # calibration error on dev that needs no warning


def training_warnings(
    temperature: float, scores: ArrayLike, correct: ArrayLike, result: float, baseline: float
) -> list[str]:
    """Return reasons not to rely on a model or on its scores, one sentence each.

    There are three: the result on dev is not above the baseline; the temperature is at its limit;
    the calibration error on dev is above 0.1, and above what chance explains. The scores of N
    answers of a calibrated model can have an error of about `sqrt(bins / N) / 2` by chance.

    Args:
        temperature: temperature of the model, chosen on dev.
        scores: (N,) scores of its answers on dev, in [0, 1].
        correct: (N,) booleans, whether the answers are correct.
        result: its metric on dev, such as the accuracy.
        baseline: the metric on dev of the most frequent label for everything.

    Returns:
        List of sentences, for the command line and for the card; empty for a sound model.

    Example:

    >>> training_warnings(1.0, [0.9] * 10, [True] * 9 + [False], result=0.9, baseline=0.6)
    []
    >>> training_warnings(128.0, [0.5] * 4, [True, False] * 2, result=0.5, baseline=0.5)
    ['Under-trained: the result on dev, 0.5, is not above 0.5, that of the most frequent label. More
      epochs or smaller batches may help.',
     'Badly calibrated: the temperature is at the limit of its range, 128.']
    """
    found = []
    if result <= baseline:
        found.append(
            f"Under-trained: the result on dev, {result:.3g}, is not above {baseline:.3g}, that of "
            "the most frequent label. More epochs or smaller batches may help."
        )
    if temperature in (LIMIT, 1 / LIMIT):
        found.append(
            f"Badly calibrated: the temperature is at the limit of its range, {temperature:.3g}."
        )
    error = expected_calibration_error(scores, correct)
    chance = math.sqrt(BINS / max(1, np.size(scores))) / 2
    if error > max(MAX_ERROR, chance):
        found.append(
            f"Badly calibrated: the calibration error on dev is {error:.2f}; up to {MAX_ERROR} is "
            "usual. The scores are not reliable as probabilities."
        )
    return found


def classifier_warnings(logits: np.ndarray, labels: np.ndarray, temperature: float) -> list[str]:
    """Return `training_warnings` of a text classifier.

    Args:
        logits: (N, K) of the texts of dev.
        labels: (N,) integers.
        temperature: temperature of the model.

    Example:

    >>> classifier_warnings(np.eye(2) * 4, np.array([0, 1]), 1.0)
    []
    """
    correct = logits.argmax(axis=-1) == labels
    scores = probabilities(logits, temperature).max(axis=-1)
    most_frequent = np.bincount(labels).max() / len(labels)
    return training_warnings(temperature, scores, correct, correct.mean(), most_frequent)
