"""Laws of tagging in bulk: the answers of LiteRT, whatever is read together."""

import threading

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import zoo
from tests.grids import examples
from zoo.hub import bundled
from zoo.runtime.bulk import blas, tagger
from zoo.runtime.bulk.tagger import LEAST, BulkTagger, batches, groups
from zoo.runtime.bulk.weights import read_products

NAMES = ["bilstm-ner", "bilstm-ner-tiny"]
WORDS = "EU rejects German call to boycott British lamb . Zoë 😀 1996-08-22 Ł ' \x00 \u202e".split(
    " "
)


@pytest.fixture(params=NAMES)
def bulk(request):
    return zoo.load(request.param)._tag


def sentences_of(lengths, seed=0):
    rng = np.random.default_rng(seed)
    return [[WORDS[i] for i in rng.integers(0, len(WORDS), length)] for length in lengths]


def assert_same(found, expected):
    for (tags, scores), (other, theirs) in zip(found, expected, strict=True):
        assert tags.tolist() == other.tolist()
        np.testing.assert_allclose(scores, theirs, atol=1e-4)


def test_answers_are_those_of_litert(bulk):
    lengths = [1, 200, 7, 7, 1, 30, 2, 64, *range(1, 40)]
    sentences = [*sentences_of(lengths), ["A" * 100_000] * 3]
    assert isinstance(bulk, BulkTagger)
    assert bulk.network
    assert_same(bulk(sentences), bulk._split(sentences))


def test_the_order_of_sentences_changes_no_answer(bulk):
    sentences = sentences_of(range(1, 30))
    order = np.random.default_rng(0).permutation(len(sentences))
    expected = bulk(sentences)
    assert_same(bulk([sentences[i] for i in order]), [expected[i] for i in order])


def test_few_sentences_are_read_by_litert(bulk, monkeypatch):
    monkeypatch.setattr(BulkTagger, "network", property(lambda self: pytest.fail("not needed")))
    assert bulk([]) == []
    assert len(bulk(sentences_of([3] * (LEAST - 1)))) == LEAST - 1


def test_a_network_with_other_answers_is_left_to_litert(bulk, monkeypatch):
    def swapped(content, signature):
        forward, backward, head = np.split(np.arange(5), [2, 4])
        found = read_products(content, signature)
        return [found[i] for i in (*backward, *forward, *head)]

    monkeypatch.setattr(tagger, "read_products", swapped)
    assert bulk.network is None
    sentences = sentences_of(range(1, 20))
    assert_same(bulk(sentences), bulk._split(sentences))


@given(st.lists(st.integers(1, 300), max_size=40), st.integers(1, 20))
@examples(50)
def test_batches_hold_every_sentence_once_the_longest_first(lengths, rows):
    found = list(batches(lengths, rows))
    assert sorted(i for batch in found for i in batch) == list(range(len(lengths)))
    order = [lengths[i] for batch in found for i in batch]
    assert order == sorted(order, reverse=True)
    assert max(map(len, found), default=0) <= rows


def test_batches_and_groups_are_bounded(monkeypatch):
    monkeypatch.setattr(tagger, "MAX_WORDS", 40)
    lengths = [100, 30, 30, 20, 20, 5, 5, 5, 5]
    assert [[lengths[i] for i in batch] for batch in batches(lengths, 3)] == [
        [100],
        [30],
        [30],
        [20, 20],
        [5, 5, 5],
        [5],
    ]
    sentences = [[f"{i}-{j}" for j in range(10)] for i in range(20)]
    found = [(len(words), len(batches)) for words, batches in groups(sentences, rows=2, limit=45)]
    assert found == [(40, 2), (40, 2), (40, 2), (40, 2), (40, 2)]
    repeated = [sentences[0]] * 20
    assert [(len(w), len(b)) for w, b in groups(repeated, rows=2, limit=45)] == [(10, 10)]


def weights_of(path):
    """Return all arrays of a weight file, transposed."""
    found = []
    with h5py.File(path) as file:
        file.visititems(lambda _, each: found.append(each))
        return [np.array(each).T for each in found if isinstance(each, h5py.Dataset)]


def test_products_of_a_file_are_the_weights_of_its_model():
    content = (bundled("saved_models") / NAMES[1] / "model.tflite").read_bytes()
    products = read_products(content, "split_potentials_16")
    shapes = [(128, 44), (128, 32)] * 2 + [(17, 64)]
    assert [each.kernel.shape for each in products] == shapes
    assert [each.bias is None for each in products] == [False, True, False, True, False]
    stored = weights_of(bundled("saved_models") / NAMES[1] / "model.weights.h5")
    for array in (each for product in products for each in product if each is not None):
        assert any(array.shape == w.shape and np.allclose(array, w) for w in stored)
    with pytest.raises(ValueError, match="`signature` must be one of the file's"):
        read_products(content, "split")


def test_blas_gets_its_threads_back_when_the_last_block_ends():
    get, put = blas._functions()
    before = get()
    seen = []

    def enter(wait, leave):
        with blas.one_blas_thread():
            seen.append(get())
            wait.set()
            leave.wait(10)

    first, second = [(threading.Event(), threading.Event()) for _ in range(2)]
    threads = [threading.Thread(target=enter, args=each) for each in (first, second)]
    for thread, (wait, _) in zip(threads, (first, second), strict=True):
        thread.start()
        assert wait.wait(10)
    first[1].set()
    threads[0].join()
    assert get() == 1
    second[1].set()
    threads[1].join()
    assert seen == [1, 1]
    assert get() == before
