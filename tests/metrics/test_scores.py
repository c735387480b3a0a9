"""Laws of the scores of spans, against conlleval, and of their averages."""

import json

import conlleval
import pytest
from hypothesis import given

from tests.metrics.test_span_errors import columns, corpora
from zoo.metrics import AverageScore, Score, span_scores
from zoo.text import Span


@given(corpora)
def test_scores_are_those_of_conlleval(corpus):
    scores = span_scores(*columns(corpus))
    lines = [
        line for sentence in corpus for line in ["-X- O O", *(f"w {g} {p}" for g, p in sentence)]
    ]
    expected = conlleval.evaluate(lines)
    pairs = [(scores.micro, expected["overall"]["chunks"])]
    assert scores.labels.keys() == expected["slots"]["chunks"].keys()
    pairs += [(scores.labels[k], each) for k, each in expected["slots"]["chunks"].items()]
    for score, each in pairs:
        assert score == tuple(each["stats"][name] for name in ("correct", "pred", "gold"))
        assert score.f1 == pytest.approx(each["evals"]["f1"])
        assert score.recall == pytest.approx(each["evals"]["rec"])
        if score.predicted:
            assert score.precision == pytest.approx(each["evals"]["prec"])


def test_nothing_scores_nothing():
    score = Score(correct=0, predicted=0, support=0)
    assert (score.precision, score.recall, score.f1) == (0, 0, 0)
    assert span_scores([[]], [[]]).labels == {}


def test_scores_print_as_a_table():
    gold = [[Span("PER", 0, 1), Span("LOC", 2, 3)]]
    table = str(span_scores(gold, [[Span("PER", 0, 1)]])).splitlines()
    assert [line.split() for line in table] == [
        ["precision", "recall", "F1", "support"],
        ["LOC", "0.00%", "0.00%", "0.00%", "1"],
        ["PER", "100.00%", "100.00%", "100.00%", "1"],
        ["micro", "avg", "100.00%", "50.00%", "66.67%", "2"],
        ["macro", "avg", "50.00%", "50.00%", "50.00%", "2"],
        ["weighted", "avg", "50.00%", "50.00%", "50.00%", "2"],
    ]
    assert len({len(line) for line in table}) == 1


def test_averages_of_counts_that_are_known():
    counts = {"X": Score(correct=1, predicted=4, support=1), "Y": Score(2, 2, 3)}
    gold = [[Span("X", 0, 1), *(Span("Y", start, start + 1) for start in (1, 2, 3))]]
    found = [[*(Span("X", start, start + 1) for start in (0, 4, 5, 6)), *gold[0][1:3]]]
    scores = span_scores(gold, found)
    assert scores.labels == counts
    f1 = 2 / 5, 4 / 5
    assert scores.macro == pytest.approx(((0.25 + 1) / 2, (1 + 2 / 3) / 2, sum(f1) / 2, 4))
    assert scores.weighted == pytest.approx(
        ((0.25 + 3) / 4, (1 + 2) / 4, (f1[0] + 3 * f1[1]) / 4, 4)
    )


@pytest.mark.parametrize("found", [[], [Span("X", 0, 1)]])
def test_averages_without_gold_spans_are_zero(found):
    scores = span_scores([[]], [found])
    assert scores.macro == scores.weighted == AverageScore(0, 0, 0, 0)


@given(corpora)
def test_the_weighted_recall_is_the_micro_recall(corpus):
    scores = span_scores(*columns(corpus))
    assert scores.weighted.recall == pytest.approx(scores.micro.recall)
    assert scores.weighted.support == scores.macro.support == scores.micro.support


@given(corpora)
def test_a_report_as_a_dict_is_json_and_holds_every_row(corpus):
    scores = span_scores(*columns(corpus))
    report = json.loads(json.dumps(scores.to_dict()))
    averages = {f"{name} avg": getattr(scores, name) for name in ("micro", "macro", "weighted")}
    assert [*report] == [*scores.labels, *averages]
    for name, score in (scores.labels | averages).items():
        values = (score.precision, score.recall, score.f1, score.support)
        assert (*report[name].values(),) == values
