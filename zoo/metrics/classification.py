"""Accuracy, likelihood and calibration of text classifiers, and the rows of their model card."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from zoo.metrics.calibration import BINS, expected_calibration_error
from zoo.metrics.temperature import search_temperature

MAX_TOKENS = 20_000  # in a batch
MetricRow = dict[str, Any]  # the fields of `zoo.hub.Metric`


def predict_logits(model: Any, texts: Sequence[np.ndarray]) -> np.ndarray:
    """Return the logits of texts.

    Args:
        model: Keras model from ids (B, T), padded with 0, to logits (B, K).
        texts: list of N integer arrays.

    Returns:
        (N, K) logits, in the order of the texts.
    """
    from zoo.data.texts import TextBatches  # imports Keras

    batches = TextBatches(texts, max_tokens=MAX_TOKENS)
    logits: dict[int, np.ndarray] = {}
    for number, chosen in enumerate(batches.batches):
        rows = model.predict_on_batch(batches[number][0])[: len(chosen)]
        logits |= zip(chosen, rows, strict=True)
    return np.array([logits[index] for index in range(len(texts))])


def accuracy(logits: np.ndarray, labels: ArrayLike) -> float:
    """Return the fraction of texts whose label has the highest logit.

    Args:
        logits: (N, K).
        labels: (N,) integers.

    Example:

    >>> accuracy(np.array([[0.0, 1.0], [3.0, 1.0]]), np.array([1, 1]))
    0.5
    """
    return float((logits.argmax(axis=-1) == np.asarray(labels)).mean())


def best_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """Return the temperature that maximizes the likelihood of the labels; `search_temperature`.

    Args:
        logits: (N, K).
        labels: (N,) integers.

    Example:

    >>> logits = np.array([[0.0, 90.0], [0.0, 90.0], [0.0, 90.0], [90.0, 0.0]] * 250)
    >>> 50 < best_temperature(logits, np.array([1, 1, 0, 0] * 250)) < 90  # sure, and 75% correct
    True
    """
    return search_temperature(
        lambda temperature: negative_log_likelihood(logits / temperature, labels), len(labels)
    )


def negative_log_likelihood(logits: np.ndarray, labels: np.ndarray) -> float:
    """Return the mean of -log p of the labels (N,) under logits (N, K).

    Example:

    >>> round(negative_log_likelihood(np.zeros((3, 2)), np.array([1, 0, 1])), 3)
    0.693
    """
    scaled = logits - logits.max(axis=-1, keepdims=True)
    of_labels = np.take_along_axis(scaled, labels[:, None], -1)[:, 0]
    return float(np.mean(np.log(np.exp(scaled).sum(axis=-1)) - of_labels))


def probabilities(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Return the probabilities (N, K) for logits (N, K) at a temperature.

    Example:

    >>> probabilities(np.array([[0.0, 2 * np.log(3)]]), temperature=2.0).round(2).tolist()
    [[0.25, 0.75]]
    """
    scaled = np.exp((logits - logits.max(axis=-1, keepdims=True)) / temperature)
    return scaled / scaled.sum(axis=-1, keepdims=True)


def measure_classifier(
    predictor: Callable[[str], Any], texts: Sequence[Any], split: str, temperature: float
) -> Iterator[MetricRow]:
    """Yield accuracy, calibration error and speed of a loaded classifier.

    Args:
        predictor: function from a text to a result with `label` and `score`.
        texts: list of `zoo.data.LabelledText`.
        split: name of the split, such as "test".
        temperature: temperature of the model, for the conditions.

    Yields:
        Dicts with the fields of `zoo.hub.Metric`.
    """
    start = time.perf_counter()
    answers = [predictor(each.text) for each in texts]
    seconds = time.perf_counter() - start
    words = sum(len(each.text.split()) for each in texts)
    correct = np.array([a.label == each.label for a, each in zip(answers, texts, strict=True)])
    error = expected_calibration_error([answer.score for answer in answers], correct)
    yield metric_row("accuracy", correct.mean(), split, "LiteRT, whole texts")
    conditions = f"{BINS} bins; temperature {temperature:g}, chosen on dev"
    yield metric_row("expected calibration error", error, split, conditions)
    conditions = "words between spaces; LiteRT, one thread, text by text"
    yield metric_row("words a second", round(words / seconds), split, conditions)


def measure_accuracy_over_seeds(
    scores: Sequence[Mapping[str, Any] | None], splits: Sequence[str], metric: str
) -> Iterator[MetricRow]:
    """Yield mean and deviation of an accuracy over seeds; nothing for one seed, or if one is None.

    Args:
        scores: list of dicts from split to accuracy, one per seed.
        splits: names of the splits.
        metric: name of the metric.

    Yields:
        Dicts with the fields of `zoo.hub.Metric`.
    """
    known = [each for each in scores if each is not None]
    if len(known) < 2 or len(known) < len(scores):
        return
    seeds = f"{len(scores)} seeds, as trained: embeddings in 32 bits"
    for split in splits:
        values = [each[split] for each in known]
        yield metric_row(f"mean {metric}", np.mean(values), split, seeds)
        yield metric_row(f"deviation of {metric}", np.std(values), split, seeds)


def metric_row(metric: str, value: Any, split: str, conditions: str) -> MetricRow:
    """Return a dict with the fields of `zoo.hub.Metric`.

    Example:

    >>> metric_row("accuracy", 1, "dev", "greedy")["value"]
    1.0
    """
    return {"metric": metric, "value": float(value), "split": split, "conditions": conditions}
