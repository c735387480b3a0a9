"""Laws of the augmentation of sentences with names."""

import random

import pytest

from zoo.data.augmentation import (
    SpanAugmentation,
    address,
    part_of,
    short_name,
    with_address,
    with_short_names,
)
from zoo.data.tagging import TaggingBatches
from zoo.text import Vocabulary, WordEncoder, WordTokenizer, convert_tags, tags_to_spans

LABELS = ["PER", "LOC", "ORG"]
NAMES = {"PER": ["Ada", "Lovelace"], "LOC": ["Rome"], "ORG": ["Bank", "of", "Rome"]}
WORDS = ["the", "sea", ",", "is", "far", "42", "."]
SEEDS = range(200)


def sentence(rng):
    """Return random words and BIOES tags."""
    words, tags = [], []
    for _ in range(rng.randrange(1, 9)):
        label = rng.choice([None, None, *LABELS])
        new = NAMES[label] if label else [rng.choice(WORDS)]
        words += new
        tags += [f"{'I' if i else 'B'}-{label}" if label else "O" for i in range(len(new))]
    return words, convert_tags(tags, "BIO", "BIOES")


def names(words, tags):
    """Return the names of a sentence: pairs of a label and words."""
    return [(span.label, words[span.start : span.end]) for span in tags_to_spans(tags)]


def cases():
    for seed in SEEDS:
        rng = random.Random(seed)
        yield *sentence(rng), rng


def test_a_part_begins_with_a_capital_and_divides_no_name():
    for words, tags, rng in cases():
        part, its_tags = part_of(words, tags, rng)
        kept = names(part, its_tags)
        assert all(name in names(words, tags) for name in kept)
        assert part == words or (its_tags[0] == "O" and part[0].istitle() and part[-1] in ".!?")


def test_short_names_replace_persons_and_nothing_else():
    for words, tags, rng in cases():
        changed, its_tags = with_short_names(words, tags, rng)
        before, after = names(words, tags), names(changed, its_tags)
        assert [label for label, _ in before] == [label for label, _ in after]
        for (label, old), (_, new) in zip(before, after, strict=True):
            assert all(len(word) == 2 for word in new) if label == "PER" else new == old
        assert [w for w, t in zip(changed, its_tags, strict=True) if t == "O"] == [
            w for w, t in zip(words, tags, strict=True) if t == "O"
        ]


def test_a_short_name_is_no_word():
    found = {short_name(random.Random(seed)) for seed in range(2000)}
    assert {"Bo", "Al", "Wu"} <= found
    assert not {"In", "He", "My", "To", "Us"} & found


def test_an_added_address_is_no_name_and_leaves_the_rest():
    for words, tags, rng in cases():
        changed, its_tags = with_address(words, tags, rng)
        added = len(changed) - len(words)
        assert names(changed, its_tags) == names(words, tags)
        assert any(
            words == changed[:i] + changed[i + added :] and set(its_tags[i : i + added]) == {"O"}
            for i in range(len(words) + 1)
        )


def test_an_address_has_the_tokens_of_a_text():
    for seed in SEEDS:
        tokens = address(["Rome", "the", "Ada"], random.Random(seed))
        text = "".join(tokens)
        assert [token.text for token in WordTokenizer()(f"see {text} now")][1:-1] == tokens


@pytest.mark.parametrize("field", ["parts", "short_names", "addresses"])
def test_a_fraction_of_the_sentences_changes(field):
    augment, rng = SpanAugmentation(**{field: 0.3}), random.Random(0)
    words, tags = ["Ada", "is", "far", "."], ["S-PER", "O", "O", "O"]
    count = sum(augment(words, tags, rng) != (words, tags) for _ in range(1000))
    assert 250 < count < 350


def test_an_epoch_of_batches_is_augmented_by_its_seed_alone():
    sentences = [sentence(random.Random(seed)) for seed in SEEDS]
    encode = WordEncoder(Vocabulary(["[PAD]", "[UNK]"]), Vocabulary(["[PAD]", "[UNK]"]))

    def sentences_of(**options):
        augment = SpanAugmentation(0.5, 0.5, 0.5)
        options = {"batch_size": 8, "augment": augment, **options}
        return TaggingBatches(sentences, encode, ["O"], **options).sentences

    assert sentences_of() == sentences
    assert sentences_of(seed=1) == sentences_of(seed=1) != sentences
    assert sentences_of(seed=1) != sentences_of(seed=1, epoch=1)
