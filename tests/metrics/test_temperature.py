"""Laws of the temperature: it is found wherever it lies; a model that it cannot help is named."""

import numpy as np
import pytest

from zoo.metrics import (
    accuracy,
    best_temperature,
    expected_calibration_error,
    fit_tag_temperature,
    fit_temperature,
    negative_log_likelihood,
    probabilities,
    scored_tags,
    training_warnings,
)
from zoo.metrics.temperature import LIMIT, golden_section, search_temperature
from zoo.text import Span

TRUE = [0.05, 0.2, 0.5, 1.0, 2.0, 7.0, 50.0]
COUNT = 20_000


def calibrated(count=COUNT, labels=3, seed=0):
    """Return logits, and labels that have the probabilities of these logits."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(count, labels)) * 2
    ends = probabilities(logits).cumsum(axis=-1)
    return logits, (ends > rng.random((count, 1))).argmax(axis=-1)


class Tagger:
    """In place of a `WordTagger`: its emissions are its input."""

    temperature = 1.0

    def predict_on_batch(self, inputs):
        return inputs["logits"]

    def decode(self, logits, mask):
        scores = probabilities(logits, self.temperature)
        return {"tags": logits.argmax(axis=-1), "scores": scores}


class Batches(list):
    """In place of `TaggingBatches`: one batch of sentences of one word, and a padded one."""

    def __init__(self, logits, labels):
        words = np.ones((len(labels), 2), int)
        words[:, 1] = 0
        padded = np.stack([logits, -logits], axis=1)
        tags = np.stack([labels, np.zeros_like(labels)], axis=1)
        super().__init__([({"words": words, "logits": padded}, tags)])
        self.batches = [range(len(labels))]
        self.sentences = [(["word"], ["tag"])] * len(labels)


@pytest.mark.parametrize("true", TRUE)
def test_the_temperature_of_a_classifier_is_found(true):
    logits, labels = calibrated()
    assert best_temperature(logits * true, labels) == pytest.approx(true, rel=0.05)
    assert accuracy(logits * true, labels) == accuracy(logits, labels)


@pytest.mark.parametrize("true", TRUE)
def test_the_temperature_of_tags_is_found(true):
    logits, labels = calibrated()
    tagger, batches = Tagger(), Batches(logits * true, labels)
    assert fit_tag_temperature(tagger, batches) == tagger.temperature
    assert tagger.temperature == pytest.approx(true, rel=0.05)
    scores, correct = scored_tags(tagger, batches)
    assert correct.mean() == accuracy(logits, labels)
    assert expected_calibration_error(scores, correct) < 0.02


@pytest.mark.parametrize("true", [0.05, 2.0, 50.0])
def test_the_temperature_of_spans_is_found(true):
    logits, labels = calibrated(2000)
    names = ["S-A", "S-B", "S-C"]
    gold = [[Span(names[label][2:], 0, 1)] for label in labels]
    found = fit_temperature(Tagger(), Batches(logits * true, labels), names, gold)
    assert found == pytest.approx(true, rel=0.15)


def test_the_search_needs_few_steps():
    steps = []
    search_temperature(lambda t: steps.append(t) or (np.log(t) - 3) ** 2, COUNT)
    assert len(steps) < 30


@pytest.mark.parametrize("minimum", [0.0, 0.3, 1.0])
def test_a_golden_section_ends_at_the_minimum(minimum):
    found = golden_section(lambda x: abs(x - minimum), 0.0, 1.0, 1e-3)
    assert found == pytest.approx(minimum, abs=1e-3)


def test_the_likelihood_is_best_at_the_temperature():
    logits, labels = calibrated(300)
    best = best_temperature(logits * 3, labels)
    losses = [negative_log_likelihood(logits * 3 / t, labels) for t in (best, best / 2, best * 2)]
    assert min(losses) == losses[0]


def test_a_perfect_dev_set_does_not_make_every_score_one():
    logits = np.array([[2.0, 0.0]] * 20)
    temperature = best_temperature(logits, np.zeros(20, int))
    assert 0.9 < probabilities(logits, temperature).max() < 0.995


def test_without_answers_the_temperature_stays():
    nothing = Batches(np.zeros((0, 3)), np.zeros(0, int))
    assert fit_temperature(Tagger(), nothing, [], []) == pytest.approx(1.0, rel=1e-3)


def test_a_model_that_is_mostly_wrong_reaches_the_limit_and_is_named():
    logits, labels = calibrated()
    temperature = best_temperature(-logits, labels)
    assert temperature == LIMIT
    scores, correct = (
        probabilities(-logits, temperature).max(axis=-1),
        (-logits).argmax(-1) == labels,
    )
    result, baseline = correct.mean(), np.bincount(labels).max() / COUNT
    under_trained, at_limit, *_ = training_warnings(temperature, scores, correct, result, baseline)
    assert f"{result:.3g}" in under_trained and f"{baseline:.3g}" in under_trained
    assert "limit of its range, 128" in at_limit


def test_a_sound_model_is_not_warned_of():
    logits, labels = calibrated(200)
    scores, correct = probabilities(logits).max(axis=-1), logits.argmax(axis=-1) == labels
    assert training_warnings(1.0, scores, correct, correct.mean(), 0.4) == []


@pytest.mark.parametrize("count, warned", [(2000, True), (10, False)])
def test_a_calibration_error_is_named_where_chance_does_not_explain_it(count, warned):
    correct = np.arange(count) % 10 < 7
    (*found,) = training_warnings(1.0, np.full(count, 0.95), correct, result=0.7, baseline=0.5)
    assert ["error on dev is 0.25" in each for each in found] == [True] * warned
