"""Laws of the batches of tagged sentences."""

import numpy as np
import pytest

from zoo.data.tagging import TaggingBatches
from zoo.text import Vocabulary
from zoo.text.word_encoder import WordEncoder

LABELS = ["O", "S-X"]
_rng = np.random.default_rng(0)
SENTENCES = [
    ([str(w) for w in _rng.choice(["The", "Ruhr", "is", "far"], n)], ["O", "S-X"] * n)
    for n in _rng.integers(1, 9, 200)
]
SENTENCES = [(words, tags[: len(words)]) for words, tags in SENTENCES]
WORDS = Vocabulary(["[PAD]", "[UNK]", "the", "ruhr", "is", "far"])
ENCODE = WordEncoder(WORDS, Vocabulary(["[PAD]", "[UNK]", *"TheRuisfa"]))


def make(**options):
    return TaggingBatches(SENTENCES, ENCODE, LABELS, batch_size=16, **options)


def rows(batches):
    """Return the sentences that come out, as tuples of words and tags, in order."""
    for inputs, tags in (batches[i] for i in range(len(batches))):
        for words, row in zip(inputs["words"], tags, strict=True):
            length = int((words != 0).sum())
            yield tuple(words[:length].tolist()), tuple(row[:length].tolist())


def expected():
    return sorted(
        (tuple(ENCODE(words)["words"].tolist()), tuple(LABELS.index(t) for t in tags))
        for words, tags in SENTENCES
    )


@pytest.mark.parametrize("options", [{}, {"seed": 1}, {"seed": 1, "case_augmentation": 0.2}])
def test_every_sentence_comes_once_with_its_tags(options):
    assert sorted(rows(make(**options))) == expected()


def test_an_epoch_depends_on_seed_and_number_alone():
    first = list(rows(make(seed=1, epoch=3, rare={3}, case_augmentation=0.2)))
    assert list(rows(make(seed=1, epoch=3, rare={3}, case_augmentation=0.2))) == first
    assert list(rows(make(seed=1, epoch=4, rare={3}, case_augmentation=0.2))) != first
    assert list(rows(make(seed=2, epoch=3, rare={3}, case_augmentation=0.2))) != first


def test_half_of_the_rare_words_are_unknown():
    words = [w for sentence, _ in rows(make(seed=1, rare={3})) for w in sentence]
    lost, kept = words.count(1), words.count(3)
    assert 0.35 < lost / (lost + kept) < 0.65
    assert words.count(4) == sum(words.count("is") for words, _ in SENTENCES)


def test_any_word_may_become_unknown_but_no_padding():
    sentences = [words for words, _ in rows(make(seed=1, word_dropout=0.25))]
    words = [w for sentence in sentences for w in sentence]
    assert sorted(map(len, sentences)) == sorted(len(words) for words, _ in SENTENCES)
    assert 0.2 < words.count(1) / len(words) < 0.3


def test_some_sentences_change_their_case():
    cases = [row for inputs, _ in make(seed=1, case_augmentation=0.25) for row in inputs["cases"]]
    upper = sum(set(row[row != 0].tolist()) == {3} for row in cases)
    assert 0.15 < upper / len(SENTENCES) < 0.35
    plain = [row for inputs, _ in make(seed=1) for row in inputs["cases"]]
    assert not any(set(row[row != 0].tolist()) == {3} for row in plain)


def test_a_tag_that_is_no_label_has_no_id():
    batches = TaggingBatches([(["is"], ["S-Y"])], ENCODE, LABELS, batch_size=1)
    assert batches[0][1].tolist() == [[-1]]
