"""The cards of the sentiment models: measured again on the data they name, and against bars."""

import pytest

import zoo
from tests.corpora import imdb, needs_imdb

NAMES = ["bilstm-sentiment", "bilstm-sentiment-tiny"]
BYTES = {"bilstm-sentiment": 25_000_000, "bilstm-sentiment-tiny": 1_050_000}
# Of so many texts one is measured here, to stay short.
EVERY = {"bilstm-sentiment": 50, "bilstm-sentiment-tiny": 10}


def claims(name, split):
    return {m.metric: m.value for m in zoo.info(name).metrics if m.split == split}


@pytest.mark.slow("reads hundreds of reviews with each model")
@needs_imdb
@pytest.mark.parametrize("name", NAMES)
def test_the_claimed_accuracy_is_that_of_the_folder(name):
    texts = imdb()["test"][:: EVERY[name]]
    classify = zoo.load(name)
    right = sum(classify(each.text).label == each.label for each in texts) / len(texts)
    claimed = claims(name, "test")["accuracy"]
    # Three standard errors of a part of the texts, within the whole of them.
    assert right == pytest.approx(claimed, abs=3 * (claimed * (1 - claimed) / len(texts)) ** 0.5)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_small_enough(name):
    assert zoo.info(name).size_bytes <= BYTES[name]


def test_the_scores_meet_their_bars():
    large = claims("bilstm-sentiment", "test")
    assert large["accuracy"] > large["accuracy of a linear model"]
    assert large["mean accuracy"] >= 0.93  # of three seeds
    assert claims("bilstm-sentiment-tiny", "test")["accuracy"] >= 0.895


def test_it_says_what_it_is_for():
    classify = zoo.load("bilstm-sentiment")
    assert classify("One of the best films I have ever seen.").label == "positive"
    assert classify("Dull, badly acted and far too long.").label == "negative"
