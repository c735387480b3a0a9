"""Laws of encoded texts and their batches."""

import numpy as np
import pytest

from zoo.data import CorpusError, TextBatches, frequent_words, words_of
from zoo.data.encoded import EncodedTexts, load_encoded, save_encoded
from zoo.text import Vocabulary

RNG = np.random.default_rng(0)
TEXTS = [RNG.integers(2, 50, length).astype("int32") for length in RNG.integers(0, 40, 300)]
LABELS = RNG.integers(0, 2, 300)


def all_rows(batches):
    for number, chosen in enumerate(batches.batches):
        ids, labels = batches[number]
        for index, row, label in zip(chosen, ids, labels, strict=not batches.few_shapes):
            yield index, row[row != 0], label


@pytest.mark.parametrize("few_shapes", [False, True])
@pytest.mark.parametrize("seed", [None, 3])
def test_every_text_comes_once_with_its_label(seed, few_shapes):
    batches = TextBatches(TEXTS, LABELS, max_tokens=200, seed=seed, few_shapes=few_shapes)
    rows = list(all_rows(batches))
    assert sorted(index for index, _, _ in rows) == list(range(300))
    for index, words, label in rows:
        np.testing.assert_array_equal(words, TEXTS[index])
        assert label == LABELS[index]
    assert batches.tokens == sum(map(len, TEXTS))


def test_a_batch_has_no_more_positions_than_asked_for():
    for few_shapes in (False, True):
        batches = TextBatches(TEXTS, LABELS, max_tokens=200, seed=1, few_shapes=few_shapes)
        assert max(ids.size for ids, _ in (batches[i] for i in range(len(batches)))) <= 200


def test_few_shapes_repeat_the_first_texts_of_a_batch():
    many, few = (
        TextBatches(TEXTS * 20, max_tokens=2000, seed=1, few_shapes=few) for few in (False, True)
    )
    shapes = [{each[i][0].shape for i in range(len(each))} for each in (many, few)]
    assert len(shapes[0]) > 30 and len(shapes[1]) < 12
    for number, chosen in enumerate(few.batches):
        ids, _ = few[number]
        assert len(ids) < len(chosen) * 3 / 2
        np.testing.assert_array_equal(ids[len(chosen) :], ids[: len(ids) - len(chosen)])


def test_an_epoch_can_be_had_again_and_differs_from_the_next():
    epochs = [
        TextBatches(TEXTS, LABELS, max_tokens=200, seed=1, epoch=e, word_dropout=0.2)
        for e in (0, 0, 1)
    ]
    first, again, other = [[epoch[i][0] for i in range(len(epoch))] for epoch in epochs]
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(first, other, strict=False))


def test_part_of_the_words_becomes_unknown_in_training_alone():
    def hidden(seed):
        batches = TextBatches(TEXTS, max_tokens=500, seed=seed, word_dropout=0.3)
        ids = np.concatenate([batches[i][0].ravel() for i in range(len(batches))])
        return (ids == 1).sum() / (ids != 0).sum()

    assert hidden(None) == 0
    assert hidden(0) == pytest.approx(0.3, abs=0.03)


def test_of_a_long_text_both_ends_are_read():
    (ids, labels) = TextBatches([np.arange(2, 12)], max_tokens=100, max_words=5)[0]
    assert ids.tolist() == [[2, 3, 9, 10, 11]]
    assert labels.tolist() == [-1]


def test_empty_texts_make_a_batch():
    ids, _ = TextBatches([np.zeros(0, "int32")], max_tokens=10)[0]
    assert ids.tolist() == [[0]]


def test_numbers_count_as_themselves_and_in_their_form():
    texts = list(words_of(["It is 9/10<br />to me.", "A 9/10!", "3/10"]))
    vocabulary = frequent_words(texts, 100)
    assert {"9/10", "3/10", "0/00", "me"} <= {*vocabulary.tokens}
    ids = EncodedTexts.of([["9/10", "7/10"]], [0], vocabulary).texts[0]
    assert [vocabulary.tokens[i] for i in ids] == ["9/10", "0/00"]


def test_words_of_like_frequency_do_not_depend_on_the_order_of_texts():
    texts = [["b", "a"], ["c"], ["a"]]
    assert frequent_words(texts, 4).tokens == frequent_words(texts[::-1], 4).tokens
    assert frequent_words(texts, 4).tokens[2:] == ("a", "b")


def test_file_round_trip(tmp_path):
    vocabulary = Vocabulary(["[PAD]", "[UNK]", "a"])
    splits = {
        "train": EncodedTexts.of([["a", "b"], [], ["a"]], [1, 0, -1], vocabulary),
        "dev": EncodedTexts.of([[]], [0], vocabulary),
        "unsupervised": EncodedTexts.of([], [], vocabulary),
    }
    save_encoded(tmp_path / "encoded.npz", splits)
    again = load_encoded(tmp_path / "encoded.npz")
    assert list(again) == ["train", "dev", "unsupervised"]
    for name, split in splits.items():
        assert [t.tolist() for t in again[name].texts] == [t.tolist() for t in split.texts]
        np.testing.assert_array_equal(again[name].labels, split.labels)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 cut off"])
def test_a_broken_file_is_named(tmp_path, content):
    path = tmp_path / "encoded.npz"
    path.write_bytes(content)
    with pytest.raises(CorpusError, match=r"encoded\.npz: not a file of encoded texts"):
        load_encoded(path)
