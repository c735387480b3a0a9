"""The NER recipe on a corpus of the user's own, from its command line to its scores."""

import contextlib
import gzip
import io
import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import zoo
from zoo.metrics import tag_scores
from zoo.recipes import conll_ner

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
def arguments(tmp_path_factory):
    """What the recipe is given, without `--output`: a corpus and vectors of ours."""
    folder = tmp_path_factory.mktemp("ner")
    for index, (split, count) in enumerate([("train", 80), ("dev", 20), ("test", 20)]):
        write_corpus(folder / f"{split}.conll", count, index)
    rng = np.random.default_rng(0)
    with gzip.open(folder / "vectors.txt.gz", "wt", encoding="utf-8") as file:
        for word in ["went", "to", "ada", "ulm", "elsewhere"]:
            file.write(f"{word} {' '.join(f'{x:.3f}' for x in rng.normal(size=100))}\n")

    given = [f"--{split}={folder / split}.conll" for split in ("train", "dev", "test")]
    config = json.dumps({"epochs": 5, "model": {"stack": {"units": 32}}})
    return [*given, f"--vectors={folder / 'vectors.txt.gz'}", f"--config={config}"]


def train(arguments, output):
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        conll_ner.RECIPE.main([*arguments, f"--output={output}"])
    return printed.getvalue()


@pytest.fixture(scope="module")
def run(arguments, tmp_path_factory):
    """The folder of a run, and what it printed."""
    output = tmp_path_factory.mktemp("run")
    return output, train(arguments, output)


def test_it_reports_every_casing_and_what_is_wrong(run):
    output, printed = run
    rows = re.findall(r"\| (\w+), ([\w ]+) \| ([\d.]+) ± 0.00", (output / "results.md").read_text())
    f1 = {(split, casing): float(value) for split, casing, value in rows}
    assert set(f1) == {(s, c) for s in ("dev", "test") for c in ("as written", "lower", "upper")}
    assert f1["test", "as written"] > 90
    assert "padding" in printed
    report = (output / "report_test.txt").read_text()
    assert re.search(r"gold . found +WHERE +WHO", report)


@pytest.mark.slow("trains in a process of its own, which it kills")
def test_after_a_kill_it_goes_on(arguments, until_killed, tmp_path):
    command = [sys.executable, conll_ner.__file__, *arguments, f"--output={tmp_path}"]
    _, first = until_killed(command, "epoch   2")
    second = train(arguments, tmp_path)
    history = json.loads((tmp_path / "seed-0" / "history.json").read_text())
    assert [row["epoch"] for row in history] == [0, 1, 2, 3, 4]
    assert "epoch   1" in first
    assert "epoch   1" not in second
    assert "epoch   5" in second


def test_its_model_is_loaded_and_answers(run, arguments):
    output, _ = run
    tagger = zoo.load(f"path:{output / 'model'}")
    assert tagger.labels == ("WHERE", "WHO")
    found = [(each.text, each.label) for each in tagger("Ada went to Ulm.")]
    assert found == [("Ada", "WHO"), ("Ulm", "WHERE")]
    card = zoo.info(f"path:{output / 'model'}")
    assert "/" not in card.command
    (claim,) = [
        m.value
        for m in card.metrics
        if (m.metric, m.split, m.conditions) == ("entity F1", "test", "as written")
    ]
    words, tags = zip(*(zip(*each, strict=True) for each in sentences(arguments)), strict=True)
    found = tagger.predict_words([list(each) for each in words])
    assert claim == tag_scores(tags, found).micro.f1


def sentences(arguments):
    """Yield the pairs of word and tag of each test sentence."""
    (path,) = [Path(each.partition("=")[2]) for each in arguments if each.startswith("--test=")]
    for block in path.read_text().strip().split("\n\n"):
        yield [line.split() for line in block.split("\n")]


def test_tensorboard_finds_every_epoch(run):
    output, _ = run
    events = EventAccumulator(str(output / "seed-0" / "logs"))
    events.Reload()
    assert {"1 results/measure/dev", "1 results/loss/train"} <= set(events.Tags()["tensors"])


@pytest.mark.slow("trains anew, with pictures; one path of them is in tests/training")
def test_a_watched_training_shows_what_goes_on_inside(arguments, tmp_path):
    train([*arguments, "--watch", "--dev-only", "--config", '{"epochs": 1}'], tmp_path)
    assert 0 <= json.loads((tmp_path / "dev.json").read_text())["dev"] <= 1
    logs = tmp_path / "seed-0" / "logs"
    events = EventAccumulator(str(logs))
    events.Reload()
    shown = {tag.split("/")[0] for tag in events.Tags()["tensors"]}
    assert {"1 results", "3 gradients", "5 states", "8 CRF"} <= shown, shown
    assert "words" in (logs / "projector_config.pbtxt").read_text()


def test_an_unknown_setting_is_refused_by_name(capsys):
    with pytest.raises(SystemExit) as caught:
        conll_ner.RECIPE.main(["--config", '{"epoch": 3}'])
    assert caught.value.code == 2
    assert "no key is named 'epoch'. Did you mean 'epochs'?" in capsys.readouterr().err
