"""Laws of the character features."""

import keras
import numpy as np
import pytest

from tests.laws import array
from zoo.layers.character_features import KINDS, CharacterFeatures

WORDS = np.array([[[3, 4, 5], [6, 0, 0]], [[7, 3, 0], [0, 0, 0]]])


def make(kind):
    return CharacterFeatures(9, 4, kind=kind, embedding_dim=3)


@pytest.mark.parametrize("kind", KINDS)
def test_a_word_has_its_vector_wherever_it_stands(kind):
    layer = make(kind)
    batch = array(layer(WORDS))
    for row, column in np.argwhere(WORDS.any(axis=-1)):
        alone = WORDS[row, column][WORDS[row, column] != 0]
        vector = array(layer(alone[None, None]))[0, 0]
        np.testing.assert_allclose(batch[row, column], vector, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_a_word_without_characters_is_zero(kind):
    assert (array(make(kind)(WORDS))[1, 1] == 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_the_order_of_the_letters_matters(kind):
    layer = make(kind)
    vectors = array(layer(np.array([[[3, 4, 5], [5, 4, 3]]])))
    assert np.abs(vectors[0, 0] - vectors[0, 1]).max() > 1e-3


@pytest.mark.parametrize("kind", KINDS)
def test_configuration_and_file_round_trip(kind, tmp_path):
    inputs = keras.Input((None, None), dtype="int32")
    model = keras.Model(inputs, make(kind)(inputs))
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(array(model(WORDS)), array(again(WORDS)))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"vocabulary_size": 0}, "`vocabulary_size` must be an integer above 0, got 0"),
        ({"kind": "bilst"}, "`kind` .* Did you mean 'bilstm'"),
        (
            {"kind": "bilstm", "units": 5},
            "`units` must be divisible by 2 with kind='bilstm', got 5",
        ),
        ({"units": 5, "widths": (3, 5)}, "`units` must be divisible by 2 with kind='cnn', got 5"),
        ({"widths": (3, 0)}, "`widths` must be an integer above 0, got 0"),
        ({"dropout": 1}, r"`dropout` must be a number in \[0, 1\), got 1"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        CharacterFeatures(**{"vocabulary_size": 9, **arguments})


def test_filters_of_two_widths_see_as_far_as_the_wider():
    layer = CharacterFeatures(9, 4, embedding_dim=3, widths=(1, 5))
    word = np.array([[[3, 4, 5, 6, 7, 8]]])
    # Letters in another order are the same to a filter of one letter, not to one of five.
    vectors = [array(layer(each))[0, 0] for each in (word, word[..., ::-1])]
    np.testing.assert_allclose(vectors[0][:2], vectors[1][:2], atol=1e-6)
    assert np.abs(vectors[0][2:] - vectors[1][2:]).max() > 1e-3
