"""The benchmarks of training speed and of growth measure what they say."""

import csv
import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"


@pytest.fixture
def module(monkeypatch):
    """Return a function that imports a script of the benchmarks."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module


def test_a_share_of_the_words_of_the_corpus_occurs_once(module):
    growth = module("growth")
    words = " ".join(growth.texts(["a", "b", "c"], 20_000, 0.1)).split()
    new = [word for word in words if word not in "abc."]
    assert len(words) == 20_000 and len(set(new)) == len(new)
    assert 0.08 < len(new) / len(words) < 0.1


@pytest.mark.parametrize("name", ["Tagging", "Classification"])
def test_batches_of_training_hold_words_up_to_their_lengths(module, name):
    script = module("training_speed")
    recipe, rng = getattr(script, name)(), np.random.default_rng(0)
    lengths = np.array([9, 5, 30, 7, 12, 30])
    similar, padded = script.data_of(recipe, [lengths[:2], lengths[2:]], lengths, rng)
    for batches, widths in ((similar, [9, 30]), (padded, [30, 30])):
        for (x, y, sizes), width in zip(batches, widths, strict=True):
            ids = x["words"] if isinstance(x, dict) else x
            assert ids.shape == (len(sizes), width) and len(y) == len(sizes)
            assert ((ids != 0).sum(axis=1) == sizes).all()
    assert [sizes.tolist() for *_, sizes in similar] == [[9, 5], [30, 30, 12, 7]]


def test_only_real_words_count_and_not_those_of_the_first_batch(module, monkeypatch):
    script = module("training_speed")
    monkeypatch.setattr(script.time, "perf_counter", iter([1.0, 3.0]).__next__)
    batches = [(None, None, np.array(sizes)) for sizes in ([100], [4, 2], [3, 1])]
    assert script.words_a_second(lambda *_: None, batches) == 5


def test_every_network_gets_a_row(module, monkeypatch):
    script = module("training_speed")
    monkeypatch.setattr(script, "keras_step", lambda recipe, layer: lambda *batch: None)
    monkeypatch.setattr(script.importlib.util, "find_spec", lambda name: None)
    rows = script.measure(script.Tagging(), turns=1, batches=2)
    assert [row["network"] for row in rows] == ["zoo", "zoo, built-in layer", "zoo, padded"]
    assert all(row["words a second"] > 0 for row in rows)


@pytest.mark.slow("starts processes that load models")
def test_growth_writes_its_table_and_its_picture(module, monkeypatch, tmp_path):
    output, picture = tmp_path / "growth.csv", tmp_path / "growth.png"
    arguments = "--words 2000 --sample 400 --lengths 64 --vocabularies 50 --threads 1".split()
    arguments += ["--output", str(output), "--picture", str(picture)]
    monkeypatch.setattr(sys, "argv", ["growth", *arguments])
    module("growth").main()
    with open(output, newline="") as file:
        rows = list(csv.DictReader(file))
    sizes = [int(row["size"]) for row in rows if row["by"] == "corpus"]
    assert sizes == list(range(200, 2001, 200)) and picture.stat().st_size > 10_000
    assert all(float(row["MB"]) > 20 for row in rows)
