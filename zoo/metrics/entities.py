"""The rows of an entity tagger's card: measured on what a user loads, beside all seeds."""

import time

import numpy as np

from zoo.data.tagging import CASINGS, TaggingBatches, recased
from zoo.metrics.calibration import BINS, expected_calibration_error, scored_spans
from zoo.metrics.classification import row
from zoo.metrics.spans import span_scores
from zoo.text.tags import tags_to_spans

AS_TRAINED = "as trained: word vectors in 32 bits"


def measure_tagger(tagger, sentences, split):
    """Yield how well, and how fast, a loaded tagger answers, in each casing.

    Args:
        tagger: with `predict_words`.
        sentences: pairs of words and tags.
        split: their name, such as "test".

    Yields:
        Dicts with the fields of `zoo.hub.Metric`.
    """
    gold = [tags_to_spans(tags) for _, tags in sentences]
    for casing in CASINGS:
        words = [words for words, _ in recased(sentences, casing)]
        start = time.perf_counter()
        found = [tags_to_spans(tags) for tags in tagger.predict_words(words)]
        seconds = time.perf_counter() - start
        scores = span_scores(gold, found)
        yield row("entity F1", scores.micro.f1, split, casing)
        if casing == "as written":
            for label, score in scores.labels.items():
                for name in ("precision", "recall", "f1"):
                    value = getattr(score, name)
                    yield row(f"{name.replace('f1', 'F1')} of {label}", value, split, casing)
            speed = round(sum(map(len, words)) / seconds)
            yield row("words a second", speed, split, "LiteRT, one thread, sentence by sentence")


def measure_calibration(model, encode, sentences, split):
    """Return how far the scores of entities are from how often they are right.

    Args:
        model: a `zoo.models.WordTagger`.
        encode: its `zoo.text.WordEncoder`.
        sentences: pairs of words and tags.
        split: their name.

    Returns:
        Dict with the fields of `zoo.hub.Metric`.
    """
    labels = model.options.labels
    batches = TaggingBatches(sentences, encode, labels, batch_size=250, features=model.features)
    gold = [tags_to_spans(tags) for _, tags in sentences]
    error = expected_calibration_error(*scored_spans(model, batches, labels, gold))
    conditions = f"{BINS} bins; temperature {model.temperature:g}, chosen on dev"
    return row("expected calibration error", error, split, conditions)


def measure_seeds(scores):
    """Yield mean and deviation of F1 over several runs; nothing of one.

    Args:
        scores: for each run a dict from `(split, casing)` to its `SpanScores`.

    Yields:
        Dicts with the fields of `zoo.hub.Metric`.
    """
    for split, casing in scores[0] if len(scores) > 1 else ():
        values = np.array([each[split, casing].micro.f1 for each in scores])
        conditions = f"{casing}, {len(scores)} seeds, {AS_TRAINED}"
        yield row("mean entity F1", values.mean(), split, conditions)
        yield row("deviation of entity F1", values.std(), split, conditions)
