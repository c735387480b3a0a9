"""Laws of the rows of a card: one for a tagger that knows all, zero for one that knows none."""

import pytest

from zoo.hub.card import Metric
from zoo.metrics import measure_over_seeds, measure_tagger

SENTENCES = [(["EU", "rejects"], ["S-ORG", "O"]), (["Ada", "Lovelace"], ["B-PER", "E-PER"])]
TAGS = {"eu": "B-ORG", "rejects": "O", "ada": "B-PER", "lovelace": "I-PER"}


class Tagger:
    def __init__(self, knows):
        self.knows = knows

    def predict_words(self, sentences):
        return [[TAGS[w.lower()] if self.knows(w) else "O" for w in words] for words in sentences]


def rows(tagger):
    metrics = [Metric(**row) for row in measure_tagger(tagger, SENTENCES, "dev")]
    return {(m.metric, m.conditions): m.value for m in metrics if m.metric != "words a second"}


def test_each_casing_is_measured_on_its_own():
    found = rows(Tagger(knows=lambda word: not word.islower()))
    assert found["entity F1", "as written"] == found["entity F1", "upper"] == 1.0
    assert found["entity F1", "lower"] == 0.0
    assert found["F1 of PER", "as written"] == found["recall of ORG", "as written"] == 1.0


def test_a_half_right_tagger_gets_its_half():
    found = rows(Tagger(knows=lambda word: word == "EU"))
    assert found["entity F1", "as written"] == pytest.approx(2 / 3)
    assert found["precision of ORG", "as written"] == 1.0
    assert found["recall of PER", "as written"] == 0.0


def test_seeds_are_summed_up_by_mean_and_deviation():
    runs = [{("dev", "lower"): score} for score in (1.0, 0.0)]
    values = {row["metric"]: row["value"] for row in measure_over_seeds("entity F1", runs)}
    assert values == {"mean entity F1": 0.5, "deviation of entity F1": 0.5}
