"""The transformer of scikit-learn: its vectors, its place in a pipeline."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import zoo
from zoo.sklearn import TextVectorizer

MODEL = "bilstm-ner-tiny"
TEXTS = ["She lives in Rome.", "", "Ada met Charles in London. They talked."]


@pytest.mark.parametrize(
    "options",
    [{}, {"pooling": "max", "direction": "backward"}, {"pooling": "final", "weights": [0.5]}],
    ids=str,
)
def test_the_vectors_are_those_of_the_predictor(options):
    found = TextVectorizer(MODEL, **options).fit_transform(np.array(TEXTS))
    pooling = options.get("pooling", "mean")
    rest = {key: value for key, value in options.items() if key != "pooling"}
    expected = [each.vector(pooling, **rest) for each in zoo.load(MODEL).encode(TEXTS)]
    np.testing.assert_array_equal(found, expected)
    assert not found[1].any()


def test_it_stands_in_a_pipeline():
    texts = [f"{name} slept." for name in ("Ada", "Rome", "The dog", "It", "Charles", "We")]
    names = [True, True, False, False, True, False]
    pipeline = make_pipeline(TextVectorizer(MODEL, pooling="max"), LogisticRegression(C=100))
    assert pipeline.fit(texts, names).score(texts, names) == 1.0
    again = pickle.loads(pickle.dumps(pipeline))
    assert (again.predict(texts) == names).all()


def test_it_clones_and_names_its_features():
    vectorizer = clone(TextVectorizer(MODEL, direction="forward"))
    assert vectorizer.get_params()["direction"] == "forward"
    names = vectorizer.get_feature_names_out()
    assert names[0] == f"{MODEL}_0" and len(names) == vectorizer.transform(["Hm."]).shape[1]
    assert vectorizer.transform([]).shape == (0, len(names))


@pytest.mark.parametrize(
    "options, message",
    [
        ({"pooling": "median"}, "`pooling` must be one of .*, got 'median'"),
        ({"direction": "up"}, "`direction` must be one of .*, got 'up'"),
    ],
)
def test_wrong_parameters_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        TextVectorizer(MODEL, **options).fit(TEXTS)


def test_texts_are_strings():
    with pytest.raises(TypeError, match=r"`X\[1\]` must be a str; got int"):
        TextVectorizer(MODEL).fit(["a", 1])
