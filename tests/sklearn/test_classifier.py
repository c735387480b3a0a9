"""The estimator of text classifiers: scikit-learn's own checks, and its tools."""

import copy
import pickle
import re
import shutil
from dataclasses import dataclass

import numpy as np
import pytest
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import parametrize_with_checks
from sklearn.utils.validation import check_is_fitted, validate_data

import zoo
from tests.grids import quick
from zoo.sklearn import TextClassifier, classifier

pytestmark = pytest.mark.usefixtures("conversion_here")

MODEL = {"encoder": {"embedding_dim": 8, "embedding_dropout": 0.0}, "dropout": 0.0}
CONFIG = {"model": MODEL, "batch_tokens": 40, "word_dropout": 0.0}
SMALL = {"words": 50, "units": 4, "epochs": 6, "rate": 0.05, "config": CONFIG}
WORDLESS = "<br />"


def texts(count, seed=0):
    """Return texts and their labels, of which a third are 1."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 3 == 0
    fillers = rng.choice(["the", "film", "of", "1996"], (count, 2))
    words = [[*filler, "good" if y else "bad"] for filler, y in zip(fillers, labels, strict=True)]
    return [" ".join(rng.permutation(each)) for each in words], labels.astype(int)


@dataclass
class NaiveBayes:
    """In place of a network, for checks of the estimator alone."""

    classes: np.ndarray
    counts: np.ndarray

    def probabilities(self, texts):
        found = np.array([_counts(text) @ np.log(self.counts).T for text in texts])
        found = np.exp(found - found.max(axis=1, keepdims=True))
        return found / found.sum(axis=1, keepdims=True)


def _counts(text):
    return np.bincount([int(word) for word in text.split()], minlength=2000)


def train_naive_bayes(texts, classes, codes, **settings):
    counts = np.array([_counts(text) for text in texts])
    sums = [counts[codes == code].sum(axis=0) for code in range(len(classes))]
    return NaiveBayes(classes, np.array(sums) + 1.0)


class OfNumbers(TextClassifier):
    """The estimator for rows of numbers: a number becomes a word, of its column and its size."""

    def fit(self, X, y=None):
        """Train on rows of numbers."""
        X, y = validate_data(self, X, y)
        return super().fit(self._words(X), y)

    def predict_proba(self, X):
        """Return the probabilities of rows of numbers."""
        check_is_fitted(self)
        return super().predict_proba(self._words(validate_data(self, X, reset=False)))

    def _words(self, X):
        columns = np.arange(X.shape[1]) * 30 + 15
        return [" ".join(map(str, row)) for row in (columns + X.clip(-14, 14)).astype(int)]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = True
        tags.input_tags.one_d_array = tags.input_tags.string = False
        return tags


def small(kind=TextClassifier, **changes):
    return kind(**{**SMALL, "dev_fraction": 0.2, **changes})


@pytest.fixture(scope="module")
def fitted():
    return small().fit(*texts(60))


@parametrize_with_checks([OfNumbers()])
def test_the_checks_of_scikit_learn_pass(estimator, check, monkeypatch):
    monkeypatch.setattr(classifier, "train_network", train_naive_bayes)
    check(estimator)


def test_it_learns(fitted):
    others, labels = texts(30, seed=1)
    assert is_classifier(fitted)
    assert fitted.classes_.tolist() == [0, 1]
    assert fitted.score(others, labels) > 0.9
    chances = fitted.predict_proba(others)
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    np.testing.assert_array_equal(fitted.predict(others), chances.argmax(axis=1))


def test_a_text_does_not_depend_on_the_others(fitted):
    others, _ = texts(9, seed=1)
    others[4] = " ".join(others * 300)  # read in several pieces
    alone = np.concatenate([fitted.predict_proba([text]) for text in others])
    np.testing.assert_allclose(fitted.predict_proba(others), alone, atol=1e-5)
    np.testing.assert_allclose(fitted.predict_proba(others[::-1]), alone[::-1], atol=1e-5)
    assert fitted.predict_proba([]).shape == (0, 2)


def test_a_text_without_words_gets_the_frequencies_of_the_labels(fitted):
    np.testing.assert_allclose(fitted.predict_proba([WORDLESS]), [[2 / 3, 1 / 3]])


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_copy_answers_the_same(fitted, copied):
    others, _ = texts(9, seed=1)
    again = copied(fitted)
    assert again.get_params() == fitted.get_params()
    np.testing.assert_allclose(again.predict_proba(others), fitted.predict_proba(others), atol=1e-6)


def test_a_clone_is_not_fitted(fitted):
    with pytest.raises(NotFittedError, match="call `fit`"):
        clone(fitted).predict(["fine"])
    assert not hasattr(clone(fitted), "classes_")


@pytest.mark.slow("trains again")
def test_the_same_seed_gives_the_same_model(fitted):
    others, _ = texts(9, seed=1)
    again = clone(fitted).fit(*texts(60))
    np.testing.assert_allclose(again.predict_proba(others), fitted.predict_proba(others), atol=1e-5)


@pytest.mark.slow("fits a model for each setting and fold")
def test_it_runs_in_a_search_over_a_pipeline():
    lower = FunctionTransformer(lambda texts: [text.lower() for text in texts])
    pipeline = make_pipeline(lower, small())
    search = GridSearchCV(pipeline, {"textclassifier__epochs": [1, 6]}, cv=2, error_score="raise")
    found, labels = texts(60)
    search.fit([text.upper() for text in found], labels)
    assert search.best_params_ == {"textclassifier__epochs": 6}
    assert search.score(*texts(20, seed=1)) > 0.9


@pytest.mark.exhaustive
@pytest.mark.slow("fits a model for each fold")
def test_it_runs_in_cross_validation():
    assert cross_val_score(small(), *texts(60), cv=3, error_score="raise").mean() > 0.9


@pytest.mark.parametrize(
    "inputs, labels, error, message",
    [
        ("one text", [0], ValueError, "`X` must be a list of texts .* a single string"),
        (np.zeros((4, 2)), [0, 1, 0, 1], ValueError, "one dimension; got 2 dimensions"),
        (["a", 3], [0, 1], TypeError, "`X\\[1\\]` must be a str; got int"),
        (["a", "b"], [0, 1, 1], ValueError, "inconsistent numbers of samples"),
        (["a", "b"], [0.5, 1.5], ValueError, "Unknown label type"),
        (["a", "b"], [1, 1], ValueError, "at least 2 classes; got 1 class: \\[1\\]"),
        (["a", "b"], None, ValueError, "requires y to be passed"),
        (["a", "b"], [0, 1], ValueError, "`dev_fraction=0.2` holds out none of 2 texts"),
        (["a", "b"], ["", "x"], ValueError, "distinct and not blank"),
    ],
)
def test_wrong_data_are_refused(inputs, labels, error, message):
    with pytest.raises(error, match=message):
        small().fit(inputs, labels)


def test_a_wrong_key_of_the_configuration_is_refused():
    with pytest.raises(ValueError, match=re.escape("no key is named 'epoch'")):
        small(config={"epoch": 3}).fit(*texts(20))


MODELS = quick(["bilstm-sentiment-tiny", "bilstm-sentiment"], "bilstm-sentiment-tiny")


@pytest.mark.parametrize("name", MODELS)
def test_a_model_of_the_zoo_answers_without_training(name):
    predictor, classifier = zoo.load(name), TextClassifier(name)
    others = ["A wonderful film.", "Dull and boring.", "Not bad at all."]
    expected = [predictor(text) for text in others]
    assert classifier.predict(others).tolist() == [each.label for each in expected]
    scores = classifier.predict_proba(others).max(axis=1)
    np.testing.assert_allclose(scores, [each.score for each in expected])
    np.testing.assert_allclose(classifier.predict_proba([WORDLESS]), [[0.5, 0.5]])
    assert pickle.loads(pickle.dumps(classifier)).score(others[:2], ["positive", "negative"]) == 1


def test_a_folder_is_read_again_after_a_change(tmp_path):
    classifier, found = TextClassifier(f"path:{tmp_path / 'mine'}"), []
    for name in ("bilstm-sentiment-tiny", "bilstm-sentiment"):
        shutil.rmtree(tmp_path / "mine", ignore_errors=True)
        zoo.load(name).save(tmp_path / "mine")
        found.append(classifier.predict_proba(["A wonderful film."]))
        np.testing.assert_array_equal(
            found[-1], TextClassifier(name).predict_proba(["A wonderful film."])
        )
    assert (found[0] != found[1]).any()


def test_only_a_classifier_is_a_start():
    with pytest.raises(ValueError, match="`start` must be a text classifier; 'bilstm-ner-tiny'"):
        TextClassifier("bilstm-ner-tiny").predict(["fine"])


@pytest.mark.slow("trains from a model of the zoo, and exports")
def test_training_starts_from_a_model_and_ends_in_a_folder(tmp_path):
    words = {True: "wonderful", False: "boring"}
    found = [f"{words[number % 2 == 0]} film {number}" for number in range(20)]
    labels = ["positive", "negative"] * 10
    classifier = TextClassifier("bilstm-sentiment-tiny", epochs=1, dev_fraction=0.2)
    assert classifier.fit(found, labels).score(found, labels) == 1
    classifier.save(tmp_path / "mine", "mine", licence="CC0-1.0", languages=["en"])
    saved, card = zoo.load(f"path:{tmp_path / 'mine'}"), zoo.info(f"path:{tmp_path / 'mine'}")
    assert [saved(text).label for text in found] == labels
    assert (card.name, card.licence, card.languages) == ("mine", "CC0-1.0", ("en",))
    assert "start='bilstm-sentiment-tiny').fit(texts, labels)" in card.command
