"""Are the probabilities of a tagger what they say? How far off they are, and a remedy."""

import numpy as np
from keras import ops

from zoo.text.tags import tags_to_spans

BINS = 10
TEMPERATURES = np.round(np.geomspace(0.5, 4.0, 31), 3)


def scored_spans(tagger, batches, labels, gold):
    """Return how sure a tagger is of each span that it finds, and whether it is right.

    Args:
        tagger: a `zoo.models.WordTagger`; its `temperature` counts.
        batches: `zoo.data.tagging.TaggingBatches` without a seed.
        labels: the labels, in the order of their ids.
        gold: for each sentence of `batches.sentences` its list of `zoo.text.Span`.

    Returns:
        `(scores, right)`: (N,) floats, the probability of the least certain tag of a span; (N,)
        booleans.
    """
    return _scored_spans(tagger, _potentials(tagger, batches), batches, labels, gold)


def _potentials(tagger, batches):
    """Return the potentials and the mask of each batch."""
    inputs = [batches[number][0] for number in range(len(batches))]
    return [(tagger.predict_on_batch(each), each["words"] != 0) for each in inputs]


def _scored_spans(tagger, potentials, batches, labels, gold):
    scores, right = [], []
    for each, chosen in zip(potentials, batches.batches, strict=True):
        answers = tagger.decode(*each)
        answers = {name: ops.convert_to_numpy(value) for name, value in answers.items()}
        sure = np.take_along_axis(answers["scores"], answers["tags"][..., None], -1)[..., 0]
        for index, tags, certainty in zip(chosen, answers["tags"], sure, strict=True):
            length = len(batches.sentences[index][0])
            for span in tags_to_spans([labels[tag] for tag in tags[:length]]):
                scores.append(certainty[span.start : span.end].min())
                right.append(span in gold[index])
    return np.array(scores), np.array(right, bool)


def expected_calibration_error(scores, right, bins=BINS):
    """Return by how much scores miss how often they are right, on average.

    ```
    ECE = sum_b n_b / N |mean score in b - part right in b|,  b: bins of equal width
    ```

    Args:
        scores: (N,) floats in [0, 1].
        right: (N,) booleans.
        bins: how many.

    Returns:
        A float in [0, 1], 0 for no scores.

    Example:

    >>> expected_calibration_error([0.75, 0.75, 0.75, 0.75], [True, True, True, False])
    0.0

    Reference: Guo et al. (2017).
    """
    scores, right = np.asarray(scores, float), np.asarray(right, float)
    if not scores.size:
        return 0.0
    where = np.minimum((scores * bins).astype(int), bins - 1)
    gaps = np.bincount(where, weights=scores - right, minlength=bins)
    return float(np.abs(gaps).sum() / scores.size)


def fit_temperature(tagger, batches, labels, gold):
    """Set a tagger's `temperature` to where its scores are likeliest, and return it.

    The likelihood is that of each span found being right or wrong, under its score; the best of
    `TEMPERATURES` is taken. The tags do not change.

    Args:
        tagger, batches, labels, gold: as in `scored_spans`; of the development split.
    """
    potentials = _potentials(tagger, batches)
    losses = []
    for temperature in TEMPERATURES:
        tagger.temperature = float(temperature)
        scores, right = _scored_spans(tagger, potentials, batches, labels, gold)
        chance = np.clip(np.where(right, scores, 1 - scores), 1e-6, 1)
        losses.append(-np.log(chance).mean() if chance.size else 0.0)
    tagger.temperature = float(TEMPERATURES[np.argmin(losses)])
    return tagger.temperature
