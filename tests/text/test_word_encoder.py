"""Laws of the word encoder."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoo.text import Vocabulary, word_encoder
from zoo.text.word_encoder import CASES, LONGEST, WordEncoder, case_of, normalize, pad

WORDS = Vocabulary(["[PAD]", "[UNK]", "the", "1996", "00-00"])
LETTERS = Vocabulary(["[PAD]", "[UNK]", *"abcdefghijklmnopqrstuvwxyz"])


@given(st.lists(st.text(min_size=1, max_size=40), max_size=5))
def test_any_words_give_arrays_that_fit(words):
    arrays = WordEncoder(WORDS, LETTERS)(words)
    assert arrays["words"].shape == arrays["cases"].shape == (len(words),)
    lengths = [min(len(word), LONGEST) for word in words]
    assert arrays["characters"].shape == (len(words), max(lengths, default=0))
    assert ((arrays["characters"] != 0).sum(axis=1) == lengths).all()
    assert (arrays["words"] > 0).all()
    assert (arrays["cases"] > 0).all()
    assert (arrays["cases"] < len(CASES)).all()


@pytest.mark.parametrize(
    ("word", "index"), [("The", 2), ("THE", 2), ("1996", 3), ("12-34", 4), ("1997", 1), ("x", 1)]
)
def test_words_are_looked_up_in_lower_case_then_with_zeros(word, index):
    assert WordEncoder(WORDS, LETTERS)([word])["words"].tolist() == [index]


def test_of_a_long_word_both_ends_are_read():
    word = "a" * 20 + "b" * 20
    spelling = WordEncoder(WORDS, LETTERS)([word])["characters"][0]
    assert spelling.tolist() == [2] * (LONGEST // 2) + [3] * (LONGEST // 2)


def test_what_is_remembered_is_what_is_computed():
    encoder = WordEncoder(WORDS, LETTERS)
    first = encoder(["The", "cat", "The"])
    for name, again in encoder(["The", "cat", "The"]).items():
        np.testing.assert_array_equal(again, first[name])


@given(st.text())
def test_normalizing_twice_changes_nothing_more(word):
    assert normalize(normalize(word)) == normalize(word)


@given(st.text(min_size=1))
def test_every_word_has_a_case(word):
    assert 0 < case_of(word) < len(CASES)


def test_padding_keeps_every_array():
    encoder = WordEncoder(WORDS, LETTERS)
    sentences = [encoder(["the", "cat"]), encoder(["a"]), encoder([])]
    batch = pad(sentences)
    for row, sentence in enumerate(sentences):
        for name, array in sentence.items():
            padded = batch[name][row]
            assert padded[tuple(map(slice, array.shape))].tolist() == array.tolist()
            assert padded.sum() == array.sum()


def test_the_cache_is_bounded_in_bytes(monkeypatch):
    monkeypatch.setattr(word_encoder, "CACHED_WORDS", 50)
    words = Vocabulary(["[PAD]", "[UNK]", "a"])
    encoder = WordEncoder(words, words)
    for number in range(200):
        texts = [f"w{number}", "a" * 10_000 + str(number)]
        again = [encoder(texts)["characters"].tolist() for _ in range(2)]
        assert again[0] == again[1]
        assert len(encoder._known) <= 50
        assert max(map(len, encoder._known)) <= word_encoder.CACHED_LENGTH
