"""Laws of the projector's files: every vector has its own line, whatever its label holds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.plugins.projector.projector_plugin import _read_tensor_tsv_file

from zoo.callbacks import write_projector
from zoo.callbacks.projector_files import metadata_field

ODD = ["word", "", " ", "\t", "\n", "a\r\nb", "\x00", "\u2028", "é", "\\t", "\ud800", "🙂"]


def test_every_vector_has_its_line(tmp_path):
    vectors = np.random.default_rng(0).normal(size=(len(ODD), 3)).astype("float32")
    write_projector(tmp_path, {"odd": (vectors, {"word": ODD, "number": range(len(ODD))})})
    lines = (tmp_path / "projector" / "odd_labels.tsv").read_bytes().decode().split("\n")
    assert lines[0] == "word\tnumber" and lines[-1] == ""
    assert [line.split("\t")[1] for line in lines[1:-1]] == list(map(str, range(len(ODD))))
    read = _read_tensor_tsv_file(str(tmp_path / "projector" / "odd.tsv"))
    np.testing.assert_allclose(read, vectors, rtol=1e-5)


@given(st.text())
def test_a_field_is_one_line_in_one_column_and_not_blank(text):
    field = metadata_field(text)
    assert field.strip() and field.isprintable()
    field.encode()


@given(st.text(min_size=1), st.text(min_size=1))
def test_different_texts_stay_different(one, other):
    blank = [not text.strip(" ") for text in (one, other)]
    shown = {metadata_field(one), metadata_field(other)}
    assert any(blank) or len(shown) == len({one, other})


@pytest.mark.parametrize(
    "embeddings, message",
    [
        ({}, "at least one set, got none"),
        ({"a b": (np.eye(2), {"word": "ab"})}, "names of `embeddings`.* got 'a b'"),
        ({"a": (np.ones(2), {"word": "ab"})}, r"\(count, width\).* got shape \(2,\)"),
        ({"a": (np.full((2, 2), np.nan), {"word": "ab"})}, "must be finite"),
        ({"a": (np.eye(2), {})}, "a value for each of its 2 vectors, got {}"),
        ({"a": (np.eye(2), {"word": "abc"})}, "for each of its 2 vectors, got {'word': 3}"),
    ],
)
def test_what_the_projector_could_not_show_is_refused(embeddings, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        write_projector(tmp_path, embeddings)
