"""Labelled texts, well formed and not, and IMDB itself."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpora import DATASETS, imdb, needs, offline
from zoo.data import CorpusError, LabelledText
from zoo.data.labelled_texts import hold_out, load_imdb, read_labelled_csv, read_labelled_folder


@pytest.fixture
def folder(tmp_path):
    def folder(**files):
        for name, content in files.items():
            path = tmp_path / (name.replace("_", "/") + ".txt")
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path

    return folder


def test_folders_are_labels(folder):
    texts = read_labelled_folder(folder(pos_b="Good", pos_a="Fine\r\n", neg_a="\ufeffBad", x="no"))
    assert texts == [
        LabelledText("Bad", "neg"),
        LabelledText("Fine\r\n", "pos"),
        LabelledText("Good", "pos"),
    ]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"x": "no label"}, "no text was found"),
        ({"pos_a": "Good"}, "two labels were expected, found ['pos']"),
        ({"pos_a": "Good", "neg_a": " \n"}, "a.txt: blank"),
        ({"pos_a": "Good", "neg_a": b"one\nB\xff"}, "a.txt:2: byte 5 of the file is not utf-8"),
    ],
)
def test_a_bad_folder_is_named(folder, files, message):
    with pytest.raises(CorpusError) as error:
        read_labelled_folder(folder(**files))
    assert message in str(error.value)


def test_csv_keeps_quotes_and_line_breaks(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text('stars,review\n5,"Good,\n""very"" good"\n1,Bad\n')
    texts = read_labelled_csv(path, "review", "stars")
    assert texts == [LabelledText('Good,\n"very" good', "5"), LabelledText("Bad", "1")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("text,stars\na,1\n", ":1: no column 'label' among ['text', 'stars']"),
        ("text,label\na,x\nb\n", ":3: 1 fields, the header has 2: ['b']"),
        ("text,label\na,x\nb,\n", ":3: nothing in the column 'label'"),
        ('text,label\n"a\nb",x\n ,y\n', ":4: nothing in the column 'text'"),
        ("text,label\na,x\n", "two labels were expected, found ['x']"),
        ("", "blank"),
    ],
)
def test_a_bad_csv_file_is_named_with_its_line(tmp_path, content, message):
    path = tmp_path / "mine.csv"
    path.write_text(content)
    with pytest.raises(CorpusError) as error:
        read_labelled_csv(path)
    assert f"{path}" in str(error.value)
    assert message in str(error.value)


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=60), st.floats(0.05, 0.95))
def test_what_is_held_out_has_every_label_in_proportion(labels, fraction):
    texts = [LabelledText(str(index), label) for index, label in enumerate(labels)]
    left, out = hold_out(texts, fraction, seed=3)
    assert sorted([*left, *out]) == sorted(texts)
    for label, count in Counter(labels).items():
        assert sum(text.label == label for text in out) == round(fraction * count)
    assert hold_out(texts, fraction, seed=3) == (left, out)


@pytest.mark.parametrize("fraction", [0, 1, -0.1])
def test_all_or_nothing_is_not_held_out(fraction):
    with pytest.raises(ValueError, match="`fraction` must be between 0 and 1"):
        hold_out([LabelledText("a", "x")], fraction)


@pytest.mark.slow("reads a corpus that lies beside the repository, all of it")
@needs(DATASETS / "imdb_reviews")
def test_imdb_has_its_reviews():
    counts = {name: Counter(text.label for text in texts) for name, texts in imdb().items()}
    half = {"negative": 12_500, "positive": 12_500}
    assert counts == {"train": half, "test": half, "unsupervised": {None: 50_000}}


def test_imdb_that_is_not_there_is_not_fetched(tmp_path):
    with offline(), pytest.raises(FileNotFoundError, match="imdb_reviews is not in `data_dir`"):
        load_imdb(tmp_path)
