"""The rows of an entity tagger's model card: F1, speed and calibration, and all seeds."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from zoo.metrics.calibration import BINS, expected_calibration_error, scored_spans
from zoo.metrics.classification import MetricRow, metric_row
from zoo.metrics.tags import tag_scores
from zoo.text import tags_to_spans

AS_TRAINED = "as trained: word vectors in 32 bits"
Sentences = Sequence[tuple[Sequence[str], Sequence[str]]]  # pairs of words and tags


def measure_tagger(tagger: Any, sentences: Sentences, split: str) -> Iterator[MetricRow]:
    """Yield scores and speed of a loaded tagger, in each casing.

    Args:
        tagger: a predictor with `predict_words`.
        sentences: pairs of words and tags.
        split: name of the split, such as "test".

    Yields:
        Dicts with the fields of `zoo.hub.Metric`.
    """
    from zoo.data.tagging import CASINGS, recased  # imports Keras

    gold = [tags for _, tags in sentences]
    for casing in CASINGS:
        words = [words for words, _ in recased(sentences, casing)]
        start = time.perf_counter()
        found = tagger.predict_words(words)
        seconds = time.perf_counter() - start
        scores = tag_scores(gold, found)
        yield metric_row("entity F1", scores.micro.f1, split, casing)
        if casing == "as written":
            for label, score in scores.labels.items():
                for name in ("precision", "recall", "f1"):
                    metric = f"{name.replace('f1', 'F1')} of {label}"
                    yield metric_row(metric, getattr(score, name), split, casing)
            speed = round(sum(map(len, words)) / seconds)
            conditions = "LiteRT, one thread, sentence by sentence"
            yield metric_row("words a second", speed, split, conditions)


def measure_calibration(model: Any, encode: Any, sentences: Sentences, split: str) -> MetricRow:
    """Return the expected calibration error of the scores of entities.

    Args:
        model: a `zoo.models.WordTagger`.
        encode: its `zoo.text.WordEncoder`.
        sentences: pairs of words and tags.
        split: name of the split.

    Returns:
        Dict with the fields of `zoo.hub.Metric`.
    """
    from zoo.data.tagging import TaggingBatches  # imports Keras

    labels = model.options.labels
    batches = TaggingBatches(sentences, encode, labels, batch_size=250, features=model.features)
    gold = [tags_to_spans(tags) for _, tags in sentences]
    error = expected_calibration_error(*scored_spans(model, batches, labels, gold))
    conditions = f"{BINS} bins; temperature {model.temperature:g}, chosen on dev"
    return metric_row("expected calibration error", error, split, conditions)


def measure_over_seeds(
    metric: str, scores: Sequence[Mapping[tuple[str, str], float]]
) -> Iterator[MetricRow]:
    """Yield mean and deviation of a score over several seeds; nothing for one.

    Args:
        metric: name of the score.
        scores: for each seed a dict from `(split, casing)` to its score.

    Yields:
        Dicts with the fields of `zoo.hub.Metric`.
    """
    for split, casing in scores[0] if len(scores) > 1 else ():
        values = np.array([each[split, casing] for each in scores])
        conditions = f"{casing}, {len(scores)} seeds, {AS_TRAINED}"
        yield metric_row(f"mean {metric}", values.mean(), split, conditions)
        yield metric_row(f"deviation of {metric}", values.std(), split, conditions)
