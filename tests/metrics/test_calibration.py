"""Laws of calibration: the error against its definition, and a temperature that lowers it."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.grids import quick
from tests.training.test_fit_words import ENCODE, LABELS, corpus, read_spans
from zoo.data.tagging import TaggingBatches
from zoo.metrics import expected_calibration_error, fit_temperature, scored_spans
from zoo.models import WordTagger


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30))
def test_the_error_is_the_mean_gap_of_the_bins(pairs):
    gaps = {}
    for score, right in pairs:
        gaps.setdefault(min(int(score * 10), 9), []).append(score - right)
    expected = sum(abs(sum(each)) for each in gaps.values()) / len(pairs)
    assert expected_calibration_error(*zip(*pairs, strict=True)) == pytest.approx(expected)


def test_no_scores_have_no_error():
    assert expected_calibration_error([], []) == 0.0


@pytest.fixture(scope="module", params=quick(["crf", "softmax"], "crf"))
def overconfident(request):
    """A tagger that has learnt from tags of which some are wrong, made too sure."""
    keras.utils.set_random_seed(0)
    scheme = {"head": request.param}
    model = WordTagger(7, LABELS, word_dim=6, stack={"units": 6}, **scheme)
    model.compile(keras.optimizers.Adam(0.02))
    rng = np.random.default_rng(0)
    sentences = [
        (words, ["O" if rng.random() < 0.3 else tag for tag in tags])
        for words, tags in corpus(150, 0)
    ]
    batches = TaggingBatches(
        sentences, ENCODE, LABELS, batch_size=30, seed=1, features=model.features
    )
    for _ in range(6):
        for number in range(len(batches)):
            model.train_on_batch(*batches[number])
    scores = model.get_layer("scores")
    scores.kernel.assign(3 * scores.kernel)
    scores.bias.assign(3 * scores.bias)
    dev = TaggingBatches(sentences, ENCODE, LABELS, batch_size=50, features=model.features)
    return model, dev, [list(read_spans(tags)) for _, tags in sentences]


def test_a_temperature_lowers_the_error_and_leaves_the_tags(overconfident):
    model, dev, gold = overconfident
    model.temperature = 1.0
    before, right = scored_spans(model, dev, LABELS, gold)
    assert fit_temperature(model, dev, LABELS, gold) > 1.0
    after, still_right = scored_spans(model, dev, LABELS, gold)
    np.testing.assert_array_equal(right, still_right)
    errors = [expected_calibration_error(scores, right) for scores in (before, after)]
    assert errors[1] < 0.7 * errors[0]
    assert model.get_config()["temperature"] == model.temperature
