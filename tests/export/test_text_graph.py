"""Laws of texts read inside of a graph: tokens and features are those of `zoo.text`, exactly."""

import sys

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import example, given
from hypothesis import strategies as st

from tests.corpora import conll2003, imdb, needs_conll2003, needs_imdb
from tests.export.texts import MARKUP, texts
from zoo.export.saved_model.text_ops.markup import blank_markup, entity_table
from zoo.export.saved_model.text_ops.sentences import sentence_starts
from zoo.export.saved_model.text_ops.tokens import code_points, split_characters, split_words
from zoo.export.saved_model.text_ops.unicode_table import CLASSES, Characters
from zoo.export.saved_model.text_ops.word_features import (
    cases,
    character_ids,
    spellings,
    word_ids,
    word_table,
)
from zoo.text import CharacterTokenizer, Vocabulary, WordEncoder, WordTokenizer, split_sentences
from zoo.text import markup as python_markup

# Those that lower case, digits and final sigmas lead to.
WORDS = Vocabulary(
    [
        "[PAD]",
        "[UNK]",
        "the",
        "0000",
        "10th",
        "00",
        "οδος",
        "ας",
        "i̇",
        "a",
        "0",
        "don't",
        "中",
        "é",
        "0-0",
    ]
)
LETTERS = Vocabulary(["[PAD]", "[UNK]", *"aTx0é𝒳Σ'中."])
ENTITIES, TABLE = entity_table(), word_table(WORDS)
SIGNATURE = [tf.TensorSpec((None,), tf.string)]
SCALARS = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]


def read(split, markup=False):
    def function(texts):
        codes, first = code_points(texts)
        codes = blank_markup(codes, ENTITIES) if markup else codes
        tokens = split(codes, first)
        found = {
            "tokens": tokens.strings(tf.gather(tokens.characters.codes, tokens.positions)),
            "starts": tokens.offsets[:, 0],
            "ends": tokens.offsets[:, 1],
            "rows": tokens.rows,
        }
        if split is split_words:
            found["words"] = word_ids(tokens, TABLE)
            found["characters"] = spellings(tokens, LETTERS)
            found["cases"] = cases(tokens)
            found["begins"] = sentence_starts(tokens)
        return found

    return tf.function(function, input_signature=SIGNATURE, autograph=False)


READERS = {
    ("words", False): (read(split_words), WordTokenizer()),
    ("words", True): (read(split_words, markup=True), WordTokenizer()),
    ("characters", False): (read(split_characters), CharacterTokenizer()),
}


def encoded(texts):
    return tf.constant([text.encode() for text in texts], tf.string)


def check(texts, tokenizer="words", markup=False):
    """Assert that the graph reads texts, all together, as Python reads each; count their tokens."""
    reader, tokenize = READERS[tokenizer, markup]
    found = {name: each.numpy() for name, each in reader(encoded(texts)).items()}
    cuts = np.searchsorted(found.pop("rows"), np.arange(len(texts) + 1))
    encode = WordEncoder(WORDS, LETTERS)
    for text, first, last in zip(texts, cuts, cuts[1:], strict=False):
        text = python_markup.blank_markup(text) if markup else text
        tokens = tokenize(text)
        got = {name: each[first:last] for name, each in found.items()}
        strings = [token.decode() for token in got["tokens"]]
        assert [*zip(strings, got["starts"], got["ends"], strict=True)] == tokens
        if tokenizer == "words" and tokens:
            check_features(got, encode([token.text for token in tokens]))
            sizes = map(len, split_sentences(text, tokens, sys.maxsize))
            assert got["begins"].nonzero()[0].tolist() == [0, *np.cumsum([*sizes])[:-1]]
    return cuts[-1]


def check_features(got, expected):
    width = expected["characters"].shape[1]
    assert not got["characters"][:, width:].any()
    got = {**got, "characters": got["characters"][:, :width]}
    for name, array in expected.items():
        np.testing.assert_array_equal(got[name], array)


@given(st.lists(texts(), max_size=20))
@example([])
@example(["", " ", "\0", "\ufeff", "", "\u200bAda\u200b ﬁlms\u2060.", "\u200e", "Ⅷ\ufdd0\ufdd0 ﷺ"])
@example(["a\tb\r\nC\r\rd\u2028- e\fg", "x" * 39 + "\nY" + "y" * 40 + "\nZ\n2. A\nb"])
@example(["\nx y\u200b\nB\tB", "A", "B\nC", f"{'ab ' * 20}\nD {'ab ' * 20}\n1. D\n11 d\n— E"])
@example(["n't", "N'T don't DON’T 'n't", "John's 'S 'ſ '", "U.S. U.S.-led a.m.b. J. J.\n"])
@example(["He said. 'Why?' \"No.\" (So.) no\n\nyes\n \u2029a Mr. The U.S. However"])
def test_words_and_what_is_read_of_them_are_those_of_python(texts):
    check(texts)


@given(st.lists(texts(MARKUP), max_size=20))
@example(["<br", "&amp", "&#x41;", "a<b>c</b", "<<b>>", "<b<b>", "&lt;b&gt;", "<b>&</b>amp;"])
def test_markup_is_blanked_as_python_does_it(texts):
    check(texts, markup=True)


@given(st.lists(texts(), max_size=20))
def test_characters_are_those_of_python(texts):
    check(texts, "characters")


def test_every_character_of_unicode_is_known():
    every = tf.constant([ord(character) for character in SCALARS])
    found = Characters(every)
    for name, members in CLASSES.items():
        inside = members if callable(members) else members.__contains__
        assert found[name].numpy().tolist() == [inside(character) for character in SCALARS]
    lowered = [character.lower() for character in SCALARS]
    pairs = zip(found.lower.numpy().tolist(), lowered, SCALARS, strict=True)
    # One character becomes two, which `word_ids` sees to.
    assert {c for code, lower, c in pairs if chr(code) != lower} == {"\u0130"}


def test_every_kind_of_character_ends_words_and_sigmas_as_in_python():
    check([f"{character}Σ a{character}." for character in SCALARS[::61]])


def test_what_is_no_utf8_is_read_as_python_reads_it():
    broken = [
        b"a\xff b",
        b"\xe4\xb8",
        b"caf\xe9 au",
        b"\xed\xa0\x80",
        b"\xf0\x9f\x91 x",
        b"\xc0\xaf",
    ]
    found = READERS["words", False][0](tf.constant(broken))
    tokens = [token for each in broken for token in WordTokenizer()(each.decode(errors="replace"))]
    assert [each.decode() for each in found["tokens"].numpy()] == [token.text for token in tokens]
    assert found["starts"].numpy().tolist() == [token.start for token in tokens]


def test_a_vocabulary_of_longer_tokens_is_none_of_characters():
    with pytest.raises(ValueError, match="must hold single characters only, got 'ab'"):
        character_ids(tf.constant([97]), Vocabulary(["[PAD]", "[UNK]", "ab"]))


@needs_conll2003
def test_news_is_read_as_python_reads_it():
    sentences = [" ".join(sentence.words) for sentence in conll2003()["test"]]
    assert check(["\n".join(sentences[i : i + 40]) for i in range(0, len(sentences), 40)]) > 40_000


@pytest.mark.slow("reads a corpus that lies beside the repository, all of it")
@needs_imdb
@pytest.mark.parametrize("markup", [pytest.param(False, marks=pytest.mark.exhaustive), True])
def test_reviews_are_read_as_python_reads_them(markup):
    reviews = [review.text for review in imdb()["test"][::200]]
    assert check(reviews, markup=markup) > 20_000
