"""Laws of a tagger with quantized words: nearly the same answers, fewer words, a file of them."""

import keras
import numpy as np
import pytest

from tests.models.test_word_tagger import batch, make
from zoo.models import build, quantize_words

SPECS = ["cnn", "spare words", "softmax"]


@pytest.mark.parametrize("spec", SPECS)
def test_eight_bits_hardly_change_a_score(spec):
    model = make(spec)
    inputs = batch(model)
    small = quantize_words(model, np.arange(model.input_sizes["words"]))
    expected, got = np.asarray(model(inputs)), np.asarray(small(inputs))
    assert 0 < np.abs(expected - got).max() < 0.02 * np.abs(expected).max()


def test_words_keep_their_vectors_under_their_new_ids():
    model = make("spare words")
    ids = np.array([0, 1, 10, 4])
    small = quantize_words(model, ids)
    new = np.array([[2, 3, 1]])
    expected, got = np.asarray(model({"words": ids[new]})), np.asarray(small({"words": new}))
    np.testing.assert_allclose(got, expected, atol=0.02 * np.abs(expected).max())


def test_weights_and_configuration_make_it_again(tmp_path):
    small = quantize_words(make("cnn"), [0, 1, 3, 5])
    small.temperature = 1.5
    small.save_weights(tmp_path / "model.weights.h5")
    again = build("entity-tagging", small.get_config())
    again.load_weights(tmp_path / "model.weights.h5")
    assert again.temperature == 1.5
    inputs = batch(small)
    inputs["words"] %= 4
    for name, value in small.answers(inputs).items():
        np.testing.assert_array_equal(np.asarray(value), np.asarray(again.answers(inputs)[name]))
    table = again.get_layer("word_vectors").weights[0]
    assert keras.backend.standardize_dtype(table.dtype) == "int8"


@pytest.mark.parametrize("ids", [[1, 0, 3], [0, 1, 99], [0, 1, -1]])
def test_ids_that_do_not_fit_are_refused(ids):
    with pytest.raises(ValueError, match="`ids` must begin with 0, 1 and lie below"):
        quantize_words(make("cnn"), ids)
