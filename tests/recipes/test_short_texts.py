"""Short texts for training, and the minimal pairs of negation that a model is measured by."""

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from zoo.recipes.negation_frames import KINDS, NEGATIVE, OPENINGS, POSITIVE
from zoo.recipes.negations import negations

from zoo.data import TextReader
from zoo.recipes import imdb_sentiment, short_texts

FILE = Path(__file__).resolve().parents[2] / "benchmarks" / "negation_pairs.py"
LABELS = ["negative", "positive"]


@pytest.fixture(scope="module")
def pairs():
    spec = spec_from_file_location(FILE.stem, FILE)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def slots(templates):
    return {
        word for each in templates for word in f"{each.positive}, {each.negative}".split(", ")
    } - {""}


def test_each_half_has_100_pairs_and_a_negation_makes_as_many_positive_as_negative(pairs):
    for half in (pairs.DEV, pairs.TEST):
        found = pairs.negation_pairs(half)
        assert len(found) == 100
        assert [negated.label for negated, _ in found].count("positive") == 50
        assert all({each.label for each in pair} == {*LABELS} for pair in found)
        assert len({each.text for pair in found for each in pair}) == 200


def test_the_halves_and_the_training_share_no_word_and_no_sentence(pairs):
    words = [slots(pairs.DEV), slots(pairs.TEST), {w for k in KINDS for w in (*k[2], *k[3])}]
    assert len(set.union(*words)) == sum(map(len, words))
    trained = {each.text.lower() for each in negations()}
    found = pairs.negation_pairs([*pairs.DEV, *pairs.TEST])
    assert not trained & {each.text.lower() for pair in found for each in pair}


def test_a_frame_keeps_or_turns_the_polarity_of_its_word():
    openings = re.compile("|".join(OPENINGS[1:]))
    labels = {openings.sub("", each.text).rstrip(".!"): each.label for each in negations()}
    for text, label in {
        "Not dreary": POSITIVE,
        "So dreary": NEGATIVE,
        "I have never been so glad": POSITIVE,
        "I wasn't glad": NEGATIVE,
        "It never fails to insult": NEGATIVE,
        "There is no filler": POSITIVE,
        "We cannot thank them enough": POSITIVE,
    }.items():
        assert labels[text] == label, text


def test_as_many_sentences_are_positive_as_negative():
    labels = [each.label for each in negations()]
    assert labels.count(POSITIVE) == labels.count(NEGATIVE) > 5000
    assert negations() == negations() != negations(seed=1)


@pytest.fixture
def comments(tmp_path):
    (tmp_path / "labels.txt").write_text("ambiguous\nnegative\nneutral\npositive")
    lines = ["Wow, thanks!\t3\ta", "Hm.\t0\tb", "No, and yes\t1,3\tc", 'I "hate" it\t1\td']
    (tmp_path / "train.tsv").write_text("\n".join(lines) + "\n")
    return tmp_path


def test_comments_of_one_label_are_read(comments):
    assert [[*each] for each in short_texts.goemotions(comments, "train")] == [
        ["Wow, thanks!", "positive"],
        ['I "hate" it', "negative"],
    ]


def test_the_file_of_short_texts_is_one_that_the_recipe_reads(comments, capsys):
    path = comments / "short.csv"
    short_texts.main([f"--goemotions={comments}", f"--output={path}"])
    texts, report = TextReader().read(path)
    both = short_texts.goemotions(comments, "train")
    assert texts == [*both * short_texts.COMMENTS, *negations() * short_texts.NEGATIONS]
    assert f"{len(texts):,} texts" in capsys.readouterr().out
    assert {*report.labels} == {*LABELS}
    assert imdb_sentiment.RECIPE.parse([f"--extra={path}"])[0].extra == path
