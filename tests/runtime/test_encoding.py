"""Contextual vectors of words and texts, against the Keras models."""

import numpy as np
import pytest

import zoo
from tests.grids import quick
from zoo.export import export_tflite
from zoo.inspect import direction_outputs
from zoo.models import build
from zoo.runtime import Encoding, LiteRTEngine
from zoo.text import Token

LONG = " ".join(f"word{number % 37}" for number in range(450))
TEXTS = {
    "bilstm-brackets": ["a(b)c", "((", "x"],
    "bilstm-ner": ["Ada Lovelace met <b>Charles</b> in London. They talked.", LONG],
    "bilstm-ner-tiny": ["Ada met <b>Charles</b> in London.", "They talked."],
    "bilstm-sentiment": ["A wonderful film, not dull.", f"{LONG} {LONG} {LONG} {LONG} {LONG}"],
    "bilstm-sentiment-tiny": ["A wonderful film, not dull.", "Fine."],
}


def states_of(model, inputs):
    """Return what the Keras layers give, one upon the other: (L, 2, T, U)."""
    sequences, mask = map(np.asarray, model.embed({k: x[None] for k, x in inputs.items()}))
    found = []
    for layer in model.recurrent.rnns:
        outputs = direction_outputs(layer, sequences, mask)
        found.append([outputs["forward"][0], outputs["backward"][0]])
        sequences = np.concatenate([outputs["forward"], outputs["backward"]], axis=-1)
    return np.array(found)


@pytest.mark.parametrize("name", quick(TEXTS, "bilstm-brackets", "bilstm-ner-tiny"))
def test_words_have_the_vectors_of_the_keras_model(name):
    predictor = zoo.load(name)
    for text, found in zip(TEXTS[name], predictor.encode(TEXTS[name]), strict=True):
        expected = [
            states_of(predictor.model, predictor.inputs_of(t.text for t in read))[:, :, first:last]
            for read, first, last in predictor._reads(text)
        ]
        assert found.tokens == predictor.tokens(text)
        np.testing.assert_allclose(found.states, np.concatenate(expected, axis=2), atol=1e-4)


def test_a_long_sentence_is_read_in_windows():
    assert len([*zoo.load("bilstm-ner-tiny")._reads(LONG)]) == 4


@pytest.mark.slow("converts a model")
@pytest.mark.usefixtures("conversion_here")
def test_every_layer_of_a_stack_is_read(tmp_path):
    encoder = {"vocabulary_size": 9, "embedding_dim": 4, "units": 3, "cell": "gru", "num_layers": 2}
    model = build("token-tagging", {"encoder": encoder, "num_labels": 2})
    engine = LiteRTEngine(export_tflite(model, tmp_path / "model.tflite"))
    for length in (5, 2, 7):
        inputs = {"ids": np.random.default_rng(length).integers(1, 9, length, dtype=np.int32)}
        found = engine.states(inputs)
        assert found.shape == (2, 2, length, 3)
        np.testing.assert_allclose(found, states_of(model, inputs), atol=1e-5)


@pytest.mark.slow("converts a model")
@pytest.mark.usefixtures("conversion_here")
def test_a_model_of_one_direction_is_refused(tmp_path):
    encoder = {"vocabulary_size": 9, "embedding_dim": 4, "units": 3, "direction": "forward"}
    model = build("token-tagging", {"encoder": encoder, "num_labels": 2})
    engine = LiteRTEngine(export_tflite(model, tmp_path / "model.tflite"))
    with pytest.raises(ValueError, match="no bidirectional layers whose outputs are concatenated"):
        engine.states({"ids": np.ones(3, np.int32)})


@pytest.fixture(scope="module")
def encoding():
    """Two layers, three words, two units."""
    states = np.arange(24, dtype="float32").reshape(2, 2, 3, 2)
    return Encoding("a b c", [Token(each, i, i + 1) for i, each in enumerate("abc")], states)


def test_words_by_layer_and_direction(encoding):
    assert encoding.words(0, "forward").tolist() == [[0, 1], [2, 3], [4, 5]]
    assert encoding.words(1, "backward").tolist() == [[18, 19], [20, 21], [22, 23]]
    assert encoding.words().tolist()[0] == [12, 13, 18, 19]
    mixed = encoding.words(weights=[0.5, 2.0])
    np.testing.assert_allclose(mixed, 0.5 * encoding.words(0) + 2 * encoding.words(1))


def test_a_text_has_a_vector(encoding):
    assert encoding.vector("mean").tolist() == [14, 15, 20, 21]
    assert encoding.vector("max", layer=0).tolist() == [4, 5, 10, 11]
    assert encoding.vector("final").tolist() == [16, 17, 18, 19]
    assert encoding.vector("final", direction="backward").tolist() == [18, 19]
    assert encoding.vector("final", direction="forward").tolist() == [16, 17]


def test_a_text_without_words_has_a_vector_of_zeros():
    found = zoo.load("bilstm-ner-tiny").encode("")
    assert found.tokens == [] and found.words().shape == (0, 64)
    assert not found.vector("final").any() and found.vector().shape == (64,)


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda e: e.words(direction="up"), ValueError, "`direction` must be one of .* got 'up'"),
        (lambda e: e.words(weights=[1.0]), ValueError, "`weights` must be 2 numbers, .* got 1"),
        (lambda e: e.words(layer=2), IndexError, "index 2"),
        (lambda e: e.vector("median"), ValueError, "`pooling` must be one of .* got 'median'"),
    ],
)
def test_wrong_arguments_are_refused(encoding, call, error, message):
    with pytest.raises(error, match=message):
        call(encoding)


def test_texts_are_strings_and_the_runtime_is_litert():
    predictor = zoo.load("bilstm-ner-tiny")
    with pytest.raises(TypeError, match=r"`text\[1\]` must be a str"):
        predictor.encode(["a", None])
    with pytest.raises(ValueError, match="requires the runtime 'litert'"):
        predictor.sequential().encode("a")
