"""Word vectors in GloVe's text format."""

import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpora import GLOVE, needs_glove
from zoo.data import CorpusError, read_vectors, reduce_vectors

PLAIN = b"the 0.5 -1\n, 1e-3 2\n. . . 3 4\nZo\xc3\xab 5 6\n"
GZIPPED = gzip.compress(PLAIN, mtime=0)
WORDS = ["the", ",", ". . .", "Zoë"]
VECTORS = np.array([[0.5, -1], [1e-3, 2], [3, 4], [5, 6]], "float32")


@pytest.fixture
def write(tmp_path):
    def write(content):
        path = tmp_path / "vectors"
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        GZIPPED,
        PLAIN.rstrip(),
        PLAIN + b"\n",
        PLAIN.replace(b"\n", b" \n"),
        PLAIN.replace(b"\n", b"\r\n"),
        b"4 2\n" + PLAIN,
    ],
)
def test_files_of_many_forms_read_the_same(write, content):
    words, vectors = read_vectors(write(content))
    assert words == WORDS
    assert vectors.dtype == np.float32
    np.testing.assert_array_equal(vectors, VECTORS)


@pytest.mark.parametrize(
    "options, rows",
    [
        ({"limit": 2}, [0, 1]),
        ({"limit": 100}, [0, 1, 2, 3]),
        ({"words": {"Zoë", "the", "absent"}}, [0, 3]),
        ({"words": {"Zoë", "the"}, "limit": 3}, [0]),
        ({"words": set()}, []),
    ],
)
def test_a_part_of_the_words(write, options, rows):
    words, vectors = read_vectors(write(PLAIN), **options)
    assert words == [WORDS[row] for row in rows]
    np.testing.assert_array_equal(vectors, VECTORS[rows])


@given(
    st.lists(
        st.lists(
            st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=3, max_size=3
        ),
        min_size=1,
    )
)
def test_numbers_are_read_exactly(tmp_path_factory, numbers):
    path = tmp_path_factory.mktemp("vectors") / "vectors.txt"
    lines = (f"word{i} {' '.join(map(repr, row))}\n" for i, row in enumerate(numbers))
    path.write_text("".join(lines))
    np.testing.assert_array_equal(read_vectors(path)[1], np.array(numbers, "float32"))


@pytest.mark.parametrize(
    "content, line, message",
    [
        (b"the 1 2\nof 1\n", 2, "1 numbers after the word, not as in the first line, 2: 'of 1'"),
        (b"the 1 2\nof 1 2 3\n", 2, "3 numbers after the word, not as in the first line, 2"),
        (b"400000 3\nthe 1 2\n", 2, "2 numbers after the word, not as in the first line, 1"),
        (b"the 1 2\n 1 2\n", 2, "no word before the numbers"),
        (b"the\n", 1, "0 numbers after the word, not at least one: 'the'"),
        (b"the 1 2\n\nof 1 x\n", 3, "the vector of 'of': could not convert string to float: 'x'"),
        (b"the 1 2\nof 1 nan\n", 2, "the vector of 'of' is not finite"),
        (b"the 1 2\nof 1e39 1\na 1 1\n", 2, "the vector of 'of' is not finite"),
        (b"the 1 2\nof 1 2\nthe 1 2\n", 3, "'the' again, as in line 1"),
        (b"the 1 2\n\xe9t\xe9 1 2\n", 2, "not UTF-8"),
        (GZIPPED[:-9], None, "the gzip file is broken"),
        (GZIPPED[:12] + b"\xff" * 20, None, "the gzip file is broken"),
    ],
)
def test_bad_files_are_named_with_the_line(write, content, line, message):
    path = write(content)
    with pytest.raises(CorpusError) as raised:
        read_vectors(path)
    assert message in str(raised.value)
    assert str(raised.value).startswith(f"{path}:{line}: " if line else f"{path}: ")


@pytest.mark.parametrize("content", [b"", b"\n", gzip.compress(b"", mtime=0)])
def test_an_empty_file_is_named(write, content):
    with pytest.raises(CorpusError, match="vectors: no vector in the file"):
        read_vectors(write(content))


def test_a_limit_leaves_something(write):
    with pytest.raises(ValueError, match="`limit` must be at least 1 or None, got 0"):
        read_vectors(write(PLAIN), limit=0)


@pytest.mark.slow("reads a corpus that lies beside the repository, all of it")
@needs_glove
def test_glove():
    words, vectors = read_vectors(GLOVE)
    assert vectors.shape == (115_565, 100) == (len(words), 100)
    assert words[:3] == ["the", ",", "."]
    # What belongs together is near: the file's rows and numbers are in order.
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    likeness = unit @ unit[words.index("germany")]
    assert words.index("austria") in np.argsort(likeness)[-10:]


def test_reduced_vectors_keep_as_much_of_the_products_as_they_can():
    rng = np.random.default_rng(0)
    plane = rng.normal(size=(50, 2)) @ rng.normal(size=(2, 8))
    vectors = (plane + 0.01 * rng.normal(size=plane.shape)).astype("float32")
    reduced = reduce_vectors(vectors, 2)
    assert reduced.dtype == "float32"
    np.testing.assert_allclose(reduced @ reduced.T, vectors @ vectors.T, atol=0.2)


@pytest.mark.parametrize("dim", [0, 9])
def test_vectors_have_no_more_dimensions_to_reduce_to(dim):
    with pytest.raises(ValueError, match=f"`dim` must be 1 to 8, got {dim}"):
        reduce_vectors(np.ones((3, 8)), dim)


@pytest.mark.parametrize(("dim", "width"), [(1, 1), (2, 2), (9, 2), (None, 2)])
def test_fewer_dimensions_on_request(write, dim, width):
    _, vectors = read_vectors(write(PLAIN), dim=dim)
    np.testing.assert_array_equal(vectors, reduce_vectors(VECTORS, 1) if width == 1 else VECTORS)
