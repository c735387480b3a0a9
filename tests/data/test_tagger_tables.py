"""Laws of the tables of words: who is trained, who keeps a vector, who teaches the unknown."""

import numpy as np
import pytest

from zoo.data import word_tables
from zoo.data.tagger_tables import grown_word_tables

SENTENCES = [["The", "sea", "the", "1996"], ["the", "xyzzy", "1997", "plugh", "plugh", "Sea"]]
NAMES = ["of", "the", "sea", "1996", "far"]
VECTORS = np.arange(10.0, dtype="float32").reshape(5, 2)


@pytest.fixture
def tables():
    return word_tables(SENTENCES, (NAMES, VECTORS), min_count=2)


def test_every_word_starts_from_its_vector(tables):
    known = np.concatenate([tables.trainable, tables.frozen])
    assert known.shape == (len(tables.words), 2)
    for name, vector in zip(NAMES, VECTORS, strict=True):
        np.testing.assert_array_equal(known[tables.words.encode([name])[0]], vector)


def test_frequent_words_and_those_without_a_vector_are_trained(tables):
    trained = tables.words.tokens[: len(tables.trainable)]
    assert set(trained) == {"[PAD]", "[UNK]", "the", "sea", "xyzzy", "0000", "plugh"}


def test_words_of_the_training_data_stand_before_others_with_a_vector(tables):
    assert tables.words.tokens[len(tables.trainable) :] == ("1996", "of", "far")


def test_only_trained_words_that_occur_once_stand_in_for_unknown_ones(tables):
    assert {tables.words.tokens[i] for i in tables.rare} == {"xyzzy", "0000"}


def test_a_limit_keeps_the_frequent_words_of_the_training_data():
    tables = word_tables(SENTENCES, (NAMES, VECTORS), min_count=2, limit=8)
    assert tables.words.tokens[2] == "the"
    assert len(tables.words) == len(tables.trainable) + len(tables.frozen) == 8
    assert tables.words.tokens[-1] == "1996"
    tables = word_tables(SENTENCES, (NAMES, VECTORS), min_count=2, limit=4)
    assert tables.words.tokens[2:] == ("the", "sea")
    assert len(tables.trainable) == 4
    assert len(tables.frozen) == 0


def test_without_vectors_all_words_are_trained():
    tables = word_tables(SENTENCES, dim=7)
    assert len(tables.frozen) == 0
    assert tables.trainable.shape == (len(tables.words), 7)
    again, other = (word_tables(SENTENCES, dim=7, seed=seed).trainable for seed in (0, 1))
    np.testing.assert_array_equal(again, tables.trainable)
    assert not np.array_equal(other, tables.trainable)


def test_a_count_below_one_is_refused():
    with pytest.raises(ValueError, match="`min_count` must be at least 1, got 0"):
        word_tables(SENTENCES, min_count=0)


MORE = [["Far", "far", "of", "Plover"], ["rose", "rose", "1998", "the", "sea"]]


def test_of_grown_tables_every_word_keeps_its_vector(tables):
    grown = grown_word_tables(tables, MORE, min_count=2)
    before, after = (np.concatenate([t.trainable, t.frozen]) for t in (tables, grown))
    assert len(after) == len(grown.words)
    known = grown.words.encode(tables.words.tokens[2:])
    assert (known > 1).all()
    np.testing.assert_array_equal(after[known], before[2:])
    np.testing.assert_array_equal(after[:2], before[:2])


def test_new_words_start_from_the_vector_by_which_they_were_read(tables):
    grown = grown_word_tables(tables, MORE, min_count=1)
    unknown, digits = tables.trainable[1], tables.trainable[tables.words.encode(["0000"])[0]]
    for word, vector in (("rose", unknown), ("plover", unknown), ("1998", digits)):
        np.testing.assert_array_equal(grown.trainable[grown.words.encode([word])[0]], vector)


def test_of_grown_tables_new_words_and_frequent_frozen_ones_are_trained(tables):
    grown = grown_word_tables(tables, MORE, min_count=2)
    count = len(tables.trainable)
    assert grown.words.tokens[:count] == tables.words.tokens[:count]
    assert {*grown.words.tokens[count : len(grown.trainable)]} == {"far", "plover", "rose"}
    assert grown.words.tokens[len(grown.trainable) :] == ("1996", "of")
    assert {grown.words.tokens[index] for index in grown.rare} == {"plover"}
