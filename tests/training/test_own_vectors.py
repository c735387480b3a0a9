"""Vectors of words learned from the texts: like neighbours, like vectors."""

import numpy as np

from zoo.data import read_vectors
from zoo.text import Vocabulary
from zoo.training.classification.own_vectors import PIECE, write_own_vectors

WORDS = Vocabulary(
    ["[PAD]", "[UNK]", "tea", "coffee", "drink", "cup", "car", "train", "drive", "go"]
)
DRINKS, WAYS = ("tea", "coffee"), ("car", "train")


def texts(count=400):
    """Return texts in which drinks stand beside what is done with them, and so do vehicles."""
    rng = np.random.default_rng(0)
    pairs = [(DRINKS, ("drink", "cup")), (WAYS, ("drive", "go"))]
    chosen = [pairs[rng.integers(2)] for _ in range(count)]
    return [
        WORDS.encode([rng.choice(around), rng.choice(names), rng.choice(around)])
        for names, around in chosen
    ]


def test_words_in_like_places_get_like_vectors(tmp_path):
    write_own_vectors(tmp_path / "vectors.txt", texts(), WORDS, dim=8, epochs=40)
    names, vectors = read_vectors(tmp_path / "vectors.txt")
    assert {*names} == {*WORDS.tokens[2:]}
    table = dict(zip(names, vectors / np.linalg.norm(vectors, axis=1, keepdims=True), strict=True))
    for one, like, other in (("tea", "coffee", "car"), ("train", "car", "coffee")):
        assert table[one] @ table[like] > table[one] @ table[other] + 0.2


def test_the_same_texts_give_the_same_vectors_and_a_file_is_kept(tmp_path):
    one, other = tmp_path / "one.txt", tmp_path / "other.txt"
    for path in (one, other):
        write_own_vectors(path, texts(50), WORDS, dim=4)
    assert one.read_bytes() == other.read_bytes()
    write_own_vectors(one, texts(60), WORDS, dim=4)
    assert one.read_bytes() == other.read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"one.txt", "other.txt"}


def test_a_long_text_is_read_to_its_end(tmp_path):
    long = np.append(np.full(PIECE + 10, WORDS.encode(["tea"])[0]), WORDS.encode(["car"]))
    write_own_vectors(tmp_path / "vectors.txt", [long], WORDS, dim=4, epochs=1)
    assert {*read_vectors(tmp_path / "vectors.txt")[0]} == {"tea", "car"}
