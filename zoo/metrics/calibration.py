"""Calibration of a tagger: the error of its probabilities, and a temperature that reduces it."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from zoo.metrics.temperature import search_temperature
from zoo.text import Span, tags_to_spans

BINS = 10
Scored = tuple[np.ndarray, np.ndarray]  # (N,) scores, (N,) booleans: whether each is correct


def scored_spans(
    tagger: Any, batches: Any, labels: Sequence[str], gold: Sequence[Sequence[Span]]
) -> Scored:
    """Return the score of each predicted span, and whether it is correct.

    Args:
        tagger: a `zoo.models.WordTagger`; its `temperature` applies.
        batches: `zoo.data.tagging.TaggingBatches` without a seed.
        labels: the tags, in the order of their ids.
        gold: for each sentence of `batches.sentences` its list of `zoo.text.Span`.

    Returns:
        `(scores, correct)`: (N,) floats, the probability of the least certain tag of a span; (N,)
        booleans.
    """
    return _scored_spans(tagger, _emissions(tagger, batches), batches, labels, gold)


def scored_tags(tagger: Any, batches: Any) -> Scored:
    """Return the score of each predicted tag, and whether it is correct.

    Args:
        tagger, batches: as in `scored_spans`.

    Returns:
        `(scores, correct)`: (N,) floats, (N,) booleans, one per word.
    """
    return _scored_tags(tagger, _emissions(tagger, batches), _gold_tags(batches))


def _emissions(tagger: Any, batches: Any) -> list[tuple[Any, np.ndarray]]:
    """Return the emissions and the mask of each batch."""
    inputs = [batches[number][0] for number in range(len(batches))]
    return [(tagger.predict_on_batch(each), each["words"] != 0) for each in inputs]


def _gold_tags(batches: Any) -> list[np.ndarray]:
    return [batches[number][1] for number in range(len(batches))]


def _best(tagger, emissions, mask):
    """Return the best tags (B, T), and the probability of each."""
    answers = tagger.decode(emissions, mask)
    tags, scores = np.asarray(answers["tags"]), np.asarray(answers["scores"])
    return tags, np.take_along_axis(scores, tags[..., None], -1)[..., 0]


def _scored_spans(tagger, emissions, batches, labels, gold):
    scores, correct = [], []
    for each, chosen in zip(emissions, batches.batches, strict=True):
        for index, tags, probabilities in zip(chosen, *_best(tagger, *each), strict=True):
            length = len(batches.sentences[index][0])
            for span in tags_to_spans([labels[tag] for tag in tags[:length]]):
                scores.append(probabilities[span.start : span.end].min())
                correct.append(span in gold[index])
    return np.array(scores), np.array(correct, bool)


def _scored_tags(tagger, emissions, gold):
    scores, correct = [], []
    for (each, mask), right in zip(emissions, gold, strict=True):
        tags, probabilities = _best(tagger, each, mask)
        scores.append(probabilities[mask])
        correct.append((tags == right)[mask])
    return np.concatenate(scores), np.concatenate(correct)


def expected_calibration_error(scores: ArrayLike, correct: ArrayLike, bins: int = BINS) -> float:
    """Return the mean difference between scores and the fraction that is correct.

    ```
    ECE = sum_b n_b / N |mean score in b - fraction correct in b|,  b: bins of equal width
    ```

    Args:
        scores: (N,) floats in [0, 1].
        correct: (N,) booleans.
        bins: number of bins.

    Returns:
        A float in [0, 1]; 0 without scores.

    Example:

    >>> expected_calibration_error([0.75, 0.75, 0.75, 0.75], [True, True, True, False])
    0.0

    Reference: Guo et al. (2017).
    """
    scores, correct = np.asarray(scores, float), np.asarray(correct, float)
    if not scores.size:
        return 0.0
    where = np.minimum((scores * bins).astype(int), bins - 1)
    gaps = np.bincount(where, weights=scores - correct, minlength=bins)
    return float(np.abs(gaps).sum() / scores.size)


def fit_temperature(
    tagger: Any, batches: Any, labels: Sequence[str], gold: Sequence[Sequence[Span]]
) -> float:
    """Set a tagger's `temperature` to the likeliest one for its spans, and return it.

    The likelihood is that of each predicted span being correct or wrong, given its score. The tags
    do not change.

    Args:
        tagger, batches, labels, gold: as in `scored_spans`, on the development set.
    """
    emissions = _emissions(tagger, batches)
    return _fit(tagger, lambda: _scored_spans(tagger, emissions, batches, labels, gold))


def fit_tag_temperature(tagger: Any, batches: Any) -> float:
    """Set a tagger's `temperature` to the likeliest one for its tags, and return it.

    Args:
        tagger, batches: as in `scored_tags`, on the development set.
    """
    emissions, gold = _emissions(tagger, batches), _gold_tags(batches)
    return _fit(tagger, lambda: _scored_tags(tagger, emissions, gold))


def _fit(tagger: Any, scored: Callable[[], Scored]) -> float:
    def loss(temperature: float) -> float:
        tagger.temperature = temperature
        scores, correct = scored()
        likelihood = np.clip(np.where(correct, scores, 1 - scores), 1e-6, 1)
        return float(-np.log(likelihood).mean()) if likelihood.size else 0.0

    tagger.temperature = search_temperature(loss, count=len(scored()[0]))
    return tagger.temperature
