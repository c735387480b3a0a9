"""The NER recipe on a corpus of the user's own, from its command line to its scores."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

RECIPE = Path(__file__).resolve().parents[2] / "recipes" / "conll_ner.py"
NAMES = ["Ada", "Turing", "Noether"]
PLACES = ["Ulm", "York"]


def write_corpus(path, count, seed):
    """Write sentences like "Ada went to Ulm ." in CoNLL format, with tags of its own."""
    rng = np.random.default_rng(seed)
    with open(path, "w", encoding="utf-8") as file:
        for _ in range(count):
            name, place = rng.choice(NAMES), rng.choice(PLACES)
            for word, tag in [
                (name, "B-WHO"),
                ("went", "O"),
                ("to", "O"),
                (place, "B-WHERE"),
                (".", "O"),
            ]:
                file.write(f"{word} {tag}\n")
            file.write("\n")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ner")
    for index, (split, count) in enumerate([("train", 80), ("dev", 20), ("test", 20)]):
        write_corpus(folder / f"{split}.conll", count, index)
    rng = np.random.default_rng(0)
    with gzip.open(folder / "vectors.txt.gz", "wt", encoding="utf-8") as file:
        for word in ["went", "to", "ada", "ulm", "elsewhere"]:
            file.write(f"{word} {' '.join(f'{x:.3f}' for x in rng.normal(size=100))}\n")

    def command(epochs):
        arguments = [f"--{split}={folder / split}.conll" for split in ("train", "dev", "test")]
        arguments += [f"--vectors={folder / 'vectors.txt.gz'}", f"--output={folder / 'run'}"]
        config = json.dumps({"epochs": epochs, "model": {"stack": {"units": 32}}})
        command = [sys.executable, str(RECIPE), *arguments, f"--config={config}"]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return folder / "run", command(3), command(5)


def test_it_finds_the_labels_of_the_corpus(run):
    output, _, printed = run
    results = json.loads((output / "results.json").read_text())
    assert set(results) == {
        f"{split}, {case}" for split in ("dev", "test") for case in ("as written", "lower", "upper")
    }
    assert results["test, as written"] > 0.9
    assert "WHO" in printed
    assert "WHERE" in printed


def test_a_second_run_goes_on_after_the_first(run):
    output, first, second = run
    history = json.loads((output / "history.json").read_text())
    assert [row["epoch"] for row in history] == [0, 1, 2, 3, 4]
    assert first.count("epoch ") == 3
    assert second.count("epoch ") == 2
