"""The metric of a task is what counting by hand gives."""

import random
from types import SimpleNamespace

import pytest

from zoo.errors import CorpusError, OptionError
from zoo.metrics.examples import TaskMetric, read_task_metric, spread
from zoo.tasks import TASKS

CORPORA = {
    "token-tagging": "( inside\n) inside\n\na outside\n",
    "sequence-classification": "text,label\nfine film,good\ndull,bad\n",
}


class Fixed:
    """A predictor that says the same of everything."""

    def __init__(self, label):
        self.label = label

    def __call__(self, text):
        answer = SimpleNamespace(label=self.label)
        return answer if " " in text or len(text) > 3 else [answer] * len(text)


def test_of_a_token_tagger_it_is_the_part_of_the_tokens(tmp_path):
    path = tmp_path / "dev.conll"
    path.write_text(CORPORA["token-tagging"])
    metric = read_task_metric("token-tagging", path)
    assert metric.examples == [(["(", ")"], ["inside", "inside"]), (["a"], ["outside"])]
    assert metric(Fixed("inside")) == pytest.approx(2 / 3)
    assert read_task_metric("token-tagging", path, limit=1)(Fixed("inside")) == 1.0


def test_of_a_classifier_it_is_the_part_of_the_texts(tmp_path):
    path = tmp_path / "dev.csv"
    path.write_text(CORPORA["sequence-classification"])
    metric = read_task_metric("sequence-classification", path)
    assert metric.name == "accuracy" and metric(Fixed("good")) == 0.5


def test_of_an_entity_tagger_it_is_f1(tmp_path):
    path = tmp_path / "dev.conll"
    path.write_text("Ada I-PER\nmet O\n\nBo I-PER\n")
    tagger = SimpleNamespace(predict_words=lambda s: [["B-PER"] * len(words) for words in s])
    # Found: Ada, met, Bo; right: Ada, Bo, of two.
    assert read_task_metric("entity-tagging", path)(tagger) == pytest.approx(2 * 2 / (3 + 2))


def test_options_of_readers_are_options_of_the_metric(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("stars;review\n5;Good\n")
    options = {"text_column": "review", "label_column": "stars", "delimiter": ";"}
    metric = read_task_metric("sequence-classification", path, **options)
    assert metric.examples == [("Good", "5")]
    with pytest.raises(OptionError, match="`comment`: no option for such files"):
        read_task_metric("sequence-classification", path, comment="#")


@pytest.mark.parametrize("limit", [1, 3, 10, 11, None])
def test_a_sample_is_spread_in_order(limit):
    examples = random.Random(0).sample(range(100), 10)
    taken = spread(examples, limit)
    assert len(taken) == min(limit or 10, 10) and taken[0] == examples[0]
    assert sorted(map(examples.index, taken)) == list(map(examples.index, taken))


def test_what_cannot_be_measured_is_refused(tmp_path):
    with pytest.raises(ValueError, match="`task` must be one of .* got 'x'"):
        TaskMetric("x", [("a", "b")])
    for task in TASKS:
        with pytest.raises(ValueError, match="`examples` must hold at least one"):
            TaskMetric(task, [])
    (tmp_path / "empty").write_text("")
    with pytest.raises(CorpusError):
        read_task_metric("entity-tagging", tmp_path / "empty")
