"""A text in a model: answers are its own, halves are halves, any text is taken or refused."""

from functools import cache

import numpy as np
import pytest

import zoo
from tests.grids import quick
from tests.inspect.texts import (
    HEBREW,
    NAMES,
    PRAISE,
    SCRIPT,
    character_tagger,
    classifier,
    first_label_tagger,
)
from zoo.inspect import inspect_text, inspection_figures
from zoo.inspect.model_parts import ModelParts
from zoo.inspect.report.inspection import BOTH
from zoo.inspect.report.reading import SHOWN, densest, read_text
from zoo.runtime.keras_engines import KerasEngine

TEXTS = {
    "bilstm-ner": NAMES,
    "bilstm-ner-tiny": NAMES,
    "bilstm-sentiment": PRAISE,
    "bilstm-sentiment-tiny": PRAISE,
    "bilstm-brackets": "a(b[c)d]e",
}
BIDIRECTIONAL = [
    "influence",
    "direction_answers",
    "state_evolution",
    "activations",
    "information_flow",
    "direction_correlation",
]
UNIDIRECTIONAL = ["influence", "state_evolution", "activations", "information_flow"]

load = cache(zoo.load)
one_of_each = pytest.mark.parametrize(
    "name", quick(TEXTS, "bilstm-ner-tiny", "bilstm-sentiment-tiny", "bilstm-brackets")
)


@cache
def inspected(name):
    return inspect_text(load(name), TEXTS[name])


@one_of_each
def test_the_parts_of_a_model_answer_as_the_whole(name):
    predictor = load(name)
    reading = read_text(predictor, TEXTS[name])
    inputs = reading.encode([token.text for token in reading.tokens])
    whole = KerasEngine(predictor.model)(inputs)
    parts = ModelParts.of(predictor)
    batch = {n: each[None] for n, each in inputs.items()}
    best, scores = parts.answer(parts.embed(batch), batch)
    names = [tag.partition("-")[2] or tag for tag in reading.tags]
    summed = np.stack(
        [whole["scores"][..., [n == label for n in names]].sum(-1) for label in parts.labels], -1
    )
    np.testing.assert_allclose(scores[0], summed, atol=1e-5)
    tags = np.atleast_1d(whole["tags" if "tags" in whole else "label"])
    given = np.atleast_1d(best[0])
    assert [parts.labels[i] for i in given] == [names[i] for i in tags]


@one_of_each
def test_what_is_measured(name):
    inspection = inspected(name)
    length, labels = len(inspection.words), len(inspection.labels)
    tagger = inspection.reading.prediction is None
    assert list(inspection.answers) == list(inspection.flows)
    for direction, h in inspection.states.items():
        assert h.shape[0] == length, direction
    for answer in inspection.answers.values():
        assert answer.scores.shape == ((length, labels) if tagger else (labels,))
        np.testing.assert_allclose(answer.scores.sum(axis=-1), 1, atol=1e-5)
    assert inspection.influence.shape == ((length, length) if tagger else (length,))


@one_of_each
def test_the_flow_of_a_shipped_model_and_its_halves(name):
    flows = inspected(name).flows
    lower = np.tril(np.ones_like(flows[BOTH], bool))
    assert (flows[BOTH] > 0).all()
    assert (flows["forward alone"][~lower] == 0).all()
    assert (flows["forward alone"][lower] > 0).all()
    assert (flows["backward alone"][~lower.T] == 0).all()
    assert (flows["backward alone"][lower.T] > 0).all()


def test_half_a_tagger_knows_nothing_of_the_other_side():
    tagger = load("bilstm-brackets")
    for text, other, name, kept in (
        ("(ab)", "(ab(", "forward alone", slice(0, 3)),
        ("(ab)", ")ab)", "backward alone", slice(1, 4)),
    ):
        one, two = (inspect_text(tagger, each).answers for each in (text, other))
        np.testing.assert_allclose(one[name].scores[kept], two[name].scores[kept], atol=1e-6)
        assert np.abs(one[BOTH].scores[kept] - two[BOTH].scores[kept]).max() > 0.5


def test_the_prediction_of_both_directions_is_the_predictors():
    inspection = inspected("bilstm-sentiment-tiny")
    label, score = inspection.reading.prediction
    answer = inspection.answers[BOTH]
    assert inspection.labels[answer.best] == label
    assert answer.score() == pytest.approx(score, abs=1e-4)


def test_names_are_the_predictors():
    inspection = inspected("bilstm-ner-tiny")
    entities = load("bilstm-ner-tiny")(NAMES)
    assert [mark.label for mark in inspection.reading.marks] == [e.label for e in entities]
    words = [inspection.words[position] for position, _ in inspection.marked]
    assert words == " ".join(each.text for each in entities).split()


def test_the_first_label_of_a_word_tagger_is_a_label_like_others():
    text = "A good film. It isn't bad!"
    inspection = inspect_text(first_label_tagger(), text)
    reading = inspection.reading
    assert inspection.none_label is None
    assert [text[mark.start : mark.end] for mark in reading.marks] == [
        t.text for t in reading.tokens
    ]
    assert {mark.label for mark in reading.marks} == {"NOUN"}
    # One sentence is drawn, that with the most words.
    assert inspection.words == ["It", "is", "n't", "bad", "!"]
    assert inspection.marked == [(t, "NOUN") for t in range(5)]
    figure = inspection_figures(inspection)["direction_answers"]
    assert [each.get_text() for each in figure.axes[0].texts] == ["NOUN"] * 15


@pytest.mark.parametrize("name, label", [("bilstm-ner-tiny", "O"), ("bilstm-brackets", "outside")])
def test_words_without_a_label_are_not_marked(name, label):
    inspection = inspected(name)
    assert inspection.none_label == label in inspection.labels
    assert label not in {mark.label for mark in inspection.reading.marks}
    best = [inspection.labels[index] for index in inspection.answers[BOTH].best]
    expected = [(t, each) for t, each in enumerate(best) if each != label]
    assert inspection.marked == expected != []
    assert len(expected) < len(inspection.words)


@one_of_each
def test_a_bidirectional_model_has_all_pictures(name):
    assert list(inspection_figures(inspected(name))) == BIDIRECTIONAL


@pytest.mark.parametrize("make", [classifier, character_tagger])
@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_a_unidirectional_model_has_those_that_it_can_have(make, direction):
    inspection = inspect_text(make(direction=direction), "abc(a)")
    assert list(inspection.states) == [direction]
    assert list(inspection_figures(inspection)) == UNIDIRECTIONAL


@pytest.mark.parametrize("cell", ["gru", "simple_rnn"])
def test_deep_models_of_other_cells(cell):
    predictor = classifier("final", cell=cell, num_layers=2, residual=True, merge_mode="concat")
    before = predictor.model.get_weights()
    inspection = inspect_text(predictor, "the good film, the bad film")
    assert list(inspection_figures(inspection)) == BIDIRECTIONAL
    for old, new in zip(before, predictor.model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.grid
@pytest.mark.parametrize(
    "text", quick(["x", "!", "😀", "\x00", HEBREW, SCRIPT, "東京 नमस्ते"], "😀", "\x00", HEBREW)
)
@pytest.mark.parametrize("name", ["bilstm-ner-tiny", "bilstm-sentiment-tiny", "bilstm-brackets"])
def test_any_text_with_a_word(name, text):
    inspection = inspect_text(load(name), text)
    assert len(inspection.words) == len(inspection.reading.drawn) > 0
    assert np.isfinite(inspection.influence).all()


@pytest.mark.parametrize("name", ["bilstm-ner-tiny", "bilstm-sentiment-tiny"])
@pytest.mark.parametrize("text", ["", " \n\t "])
def test_a_text_without_words(name, text):
    with pytest.raises(ValueError, match="`text` must have words in it"):
        inspect_text(load(name), text)


@pytest.mark.parametrize("text", [None, b"Bo", ["Bo"]])
def test_no_text(text):
    with pytest.raises(TypeError, match="`text` must be a str, got"):
        inspect_text(load("bilstm-ner-tiny"), text)


def test_a_model_that_is_not_of_the_zoo():
    class Other:
        model = object()

    with pytest.raises(TypeError, match="must be a predictor of the zoo.*got Other"):
        inspect_text(Other(), "Bo")
    with pytest.raises(TypeError, match="must be a predictor of the zoo.*got Other"):
        ModelParts.of(Other())


@pytest.mark.exhaustive
@pytest.mark.slow("reads a hundred thousand words")
@pytest.mark.parametrize("name", ["bilstm-ner-tiny", "bilstm-sentiment-tiny"])
def test_a_hundred_thousand_words(name):
    filler = "it was a long and quiet day in the old town by the sea .\n\n" * 7150
    text = f"{filler} {NAMES} wonderful wonderful film {filler}"
    inspection = inspect_text(load(name), text)
    reading = inspection.reading
    assert len(reading.tokens) > 100_000
    assert len(inspection.words) <= 40
    assert len(reading.shown) == SHOWN
    assert set(reading.drawn) <= set(reading.shown)
    if name == "bilstm-ner-tiny":
        assert inspection.words[0] == "George"


@pytest.mark.parametrize("size", [1, 3, 8, 20])
def test_the_densest_neighbours(size):
    weights = np.random.default_rng(size).random(12)
    found = densest(weights, size)
    assert len(found) == min(size, 12)
    sums = [weights[i : i + len(found)].sum() for i in range(12 - len(found) + 1)]
    assert found.start == int(np.argmax(sums))
