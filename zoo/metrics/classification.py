"""How well a classifier of texts does, how sure it may be, and the rows of its card."""

import time

import numpy as np
from keras import ops

from zoo.data.texts import TextBatches
from zoo.metrics.calibration import BINS, TEMPERATURES, expected_calibration_error

MAX_TOKENS = 20_000  # of a batch that is only read


def predict_logits(model, texts):
    """Return the logits of texts, (N, K).

    Args:
        model: from ids (B, T), padded with 0, to logits (B, K).
        texts: list of N integer arrays.
    """
    batches = TextBatches(texts, max_tokens=MAX_TOKENS)
    logits = [None] * len(texts)
    for number, chosen in enumerate(batches.batches):
        answers = ops.convert_to_numpy(model.predict_on_batch(batches[number][0]))
        for index, row in zip(chosen, answers, strict=True):
            logits[index] = row
    return np.array(logits)


def accuracy(logits, labels):
    """Return which part of the texts has its label's logit highest, 0 to 1.

    Example:

    >>> accuracy(np.array([[0.0, 1.0], [3.0, 1.0]]), np.array([1, 1]))
    0.5
    """
    return float((logits.argmax(axis=-1) == labels).mean())


def best_temperature(logits, labels):
    """Return the temperature under which the labels are likeliest, one of `TEMPERATURES`.

    Example:

    >>> logits = np.array([[0.0, 9.0], [0.0, 9.0], [0.0, 9.0], [9.0, 0.0]])
    >>> float(best_temperature(logits, np.array([1, 1, 0, 1])))
    4.0
    """
    losses = [negative_log_likelihood(logits / each, labels) for each in TEMPERATURES]
    return float(TEMPERATURES[np.argmin(losses)])


def negative_log_likelihood(logits, labels):
    """Return the mean of -log p of the labels (N,) under logits (N, K).

    Example:

    >>> round(float(negative_log_likelihood(np.zeros((3, 2)), np.array([1, 0, 1]))), 3)
    0.693
    """
    scaled = logits - logits.max(axis=-1, keepdims=True)
    right = np.take_along_axis(scaled, labels[:, None], -1)[:, 0]
    return np.mean(np.log(np.exp(scaled).sum(axis=-1)) - right)


def measure_classifier(predictor, texts, split, temperature):
    """Yield how well, how fast and how surely a loaded classifier answers.

    Args:
        predictor: from a text to an answer with `label` and `score`.
        texts: list of `zoo.data.LabelledText`.
        split: their name, such as "test".
        temperature: of the model, for the conditions.

    Yields:
        Dicts with the fields of `zoo.hub.Metric`.
    """
    start = time.perf_counter()
    answers = [predictor(each.text) for each in texts]
    seconds = time.perf_counter() - start
    words = sum(len(each.text.split()) for each in texts)
    right = np.array([a.label == each.label for a, each in zip(answers, texts, strict=True)])
    error = expected_calibration_error([answer.score for answer in answers], right)
    yield row("accuracy", right.mean(), split, "LiteRT, whole texts")
    conditions = f"{BINS} bins; temperature {temperature:g}, chosen on dev"
    yield row("expected calibration error", error, split, conditions)
    conditions = "words between spaces; LiteRT, one thread, text by text"
    yield row("words a second", round(words / seconds), split, conditions)


def measure_seeds(scores, splits, metric):
    """Yield mean and deviation of an accuracy over seeds; nothing of one seed, or of None.

    Args:
        scores: list of dicts of split to accuracy, one a seed.
        splits: names of those to measure.
        metric: what it is called.

    Yields:
        Dicts with the fields of `zoo.hub.Metric`.
    """
    if len(scores) < 2 or None in scores:
        return
    seeds = f"{len(scores)} seeds, as trained: embeddings in 32 bits"
    for split in splits:
        values = [each[split] for each in scores]
        yield row(f"mean {metric}", np.mean(values), split, seeds)
        yield row(f"deviation of {metric}", np.std(values), split, seeds)


def row(metric, value, split, conditions):
    """Return a dict with the fields of `zoo.hub.Metric`."""
    return {"metric": metric, "value": float(value), "split": split, "conditions": conditions}
