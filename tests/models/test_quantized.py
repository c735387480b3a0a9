"""Laws of a tagger with quantized words: nearly the same answers, fewer words, a file of them."""

import keras
import numpy as np
import pytest

from tests.models.test_word_tagger import batch, make
from zoo.models import build, quantize_words

SPECS = ["cnn", "frozen words", "softmax"]


@pytest.mark.parametrize("spec", SPECS)
def test_eight_bits_hardly_change_a_score(spec):
    model = make(spec)
    inputs = batch(model)
    small = quantize_words(model)
    expected, got = np.asarray(model(inputs)), np.asarray(small(inputs))
    assert 0 < np.abs(expected - got).max() < 0.02 * np.abs(expected).max()


@pytest.mark.parametrize("count", [3, 9, 11])
def test_the_first_words_keep_their_vectors(count):
    model = make("frozen words")
    small = quantize_words(model, count)
    words = {"words": np.arange(1, count)[None]}
    expected, got = np.asarray(model(words)), np.asarray(small(words))
    np.testing.assert_allclose(got, expected, atol=0.02 * np.abs(expected).max())
    assert small.input_sizes["words"] == count


def test_weights_and_configuration_make_it_again(tmp_path):
    small = quantize_words(make("cnn"), 4)
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


@pytest.mark.parametrize("count", [0, 1, 99])
def test_a_count_that_does_not_fit_is_refused(count):
    with pytest.raises(ValueError, match="`count` must be from 2 to"):
        quantize_words(make("cnn"), count)
