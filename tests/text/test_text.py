"""Laws of tokenizers and vocabularies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoo.text import CharacterTokenizer, Vocabulary


@given(st.text())
def test_offsets_give_back_the_tokens_and_nothing_but_space_is_lost(text):
    tokens = CharacterTokenizer()(text)
    assert [text[token.start : token.end] for token in tokens] == [token.text for token in tokens]
    assert "".join(token.text for token in tokens) == "".join(text.split())


@pytest.mark.parametrize("text", [None, 3, b"bytes", ["a"]])
def test_a_tokenizer_takes_strings_alone(text):
    with pytest.raises(TypeError, match="`text` must be a str, got"):
        CharacterTokenizer()(text)


@given(
    st.lists(
        st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1),
        unique=True,
    )
)
def test_a_vocabulary_survives_its_file(tmp_path_factory, tokens):
    path = tmp_path_factory.mktemp("vocabulary") / "vocabulary.txt"
    tokens = [token for token in tokens if token not in ("[PAD]", "[UNK]")]
    vocabulary = Vocabulary(["[PAD]", "[UNK]", *tokens])
    vocabulary.save(path)
    assert Vocabulary.load(path).tokens == vocabulary.tokens


def test_unknown_tokens_and_the_names_of_special_ones_are_unknown():
    vocabulary = Vocabulary(["[PAD]", "[UNK]", "a"])
    assert vocabulary.encode(["a", "z", "[PAD]", "[UNK]", ""]).tolist() == [2, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        (["a"], r"must begin with '\[PAD\]', '\[UNK\]'"),
        (["[PAD]", "[UNK]", "a", "a"], "'a' twice"),
        (["[PAD]", "[UNK]", "a\nb"], "line breaks"),
        (["[PAD]", "[UNK]", ""], "line breaks"),
    ],
)
def test_a_bad_vocabulary_is_named(tokens, message):
    with pytest.raises(ValueError, match=message):
        Vocabulary(tokens)


@pytest.mark.parametrize("content", [b"", b"a\nb\n", b"\xff\xfe\x00"])
def test_a_broken_vocabulary_file_is_named(tmp_path, content):
    path = tmp_path / "vocabulary.txt"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"vocabulary\.txt: cannot be read as a vocabulary"):
        Vocabulary.load(path)
