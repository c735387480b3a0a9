"""The NER recipe on a corpus of the user's own, from its command line to its scores."""

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import zoo
from zoo.text import tags_to_spans
from zoo.training.spans import span_scores

# One worker runs the recipe once for all tests.
pytestmark = pytest.mark.xdist_group("NER recipe")
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

    arguments = [f"--{split}={folder / split}.conll" for split in ("train", "dev", "test")]
    arguments += [f"--vectors={folder / 'vectors.txt.gz'}", f"--output={folder / 'run'}"]
    config = json.dumps({"epochs": 5, "model": {"stack": {"units": 32}}})
    command = [sys.executable, str(RECIPE), *arguments, f"--config={config}"]
    first = until_killed(command, "epoch   2")
    second = subprocess.run(command, capture_output=True, text=True)
    assert second.returncode == 0, second.stderr
    return folder / "run", first, second.stdout


def until_killed(command, sign):
    """Run a command, kill it at the line that begins with `sign`, and return what it printed."""
    lines = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        for line in process.stdout:
            lines.append(line)
            if line.startswith(sign):
                process.kill()
    assert lines[-1].startswith(sign)
    return "".join(lines)


def test_it_reports_every_casing_and_what_is_wrong(run):
    output, _, printed = run
    rows = re.findall(r"\| (\w+), ([\w ]+) \| ([\d.]+) ± 0.00", (output / "results.md").read_text())
    f1 = {(split, casing): float(value) for split, casing, value in rows}
    assert set(f1) == {(s, c) for s in ("dev", "test") for c in ("as written", "lower", "upper")}
    assert f1["test", "as written"] > 90
    assert "padding" in printed
    report = (output / "report_test.txt").read_text()
    assert re.search(r"gold . found +WHERE +WHO", report)


def test_after_a_kill_it_goes_on(run):
    output, first, second = run
    history = json.loads((output / "seed-0" / "history.json").read_text())
    assert [row["epoch"] for row in history] == [0, 1, 2, 3, 4]
    assert "epoch   1" in first
    assert "epoch   1" not in second
    assert "epoch   5" in second


def test_its_model_is_loaded_and_answers(run):
    output, _, _ = run
    tagger = zoo.load(f"path:{output / 'model'}")
    assert tagger.labels == ("WHERE", "WHO")
    found = [(each.text, each.label) for each in tagger("Ada went to Ulm.")]
    assert found == [("Ada", "WHO"), ("Ulm", "WHERE")]
    card = zoo.info(f"path:{output / 'model'}")
    assert "/" not in card.command.removeprefix("python recipes/conll_ner.py")
    (claim,) = [
        m.value
        for m in card.metrics
        if (m.metric, m.split, m.conditions) == ("entity F1", "test", "as written")
    ]
    words, tags = zip(*(zip(*each, strict=True) for each in sentences(output.parent)), strict=True)
    found = [tags_to_spans(each) for each in tagger.predict_words([list(each) for each in words])]
    assert claim == span_scores([tags_to_spans(each) for each in tags], found).micro.f1


def sentences(folder):
    """Yield the pairs of word and tag of each test sentence."""
    for block in (folder / "test.conll").read_text().strip().split("\n\n"):
        yield [line.split() for line in block.split("\n")]


def test_tensorboard_finds_every_epoch(run):
    output, _, _ = run
    events = EventAccumulator(str(output / "seed-0" / "logs"))
    events.Reload()
    assert {"measure/dev", "loss/train"} <= set(events.Tags()["tensors"])


def test_a_watched_training_shows_what_goes_on_inside(run, tmp_path):
    corpus = run[0].parent
    arguments = [f"--{split}={corpus / split}.conll" for split in ("train", "dev")]
    arguments += ["--watch", "--dev-only", "--config", '{"epochs": 1}', f"--output={tmp_path}"]
    done = subprocess.run([sys.executable, RECIPE, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert 0 <= json.loads((tmp_path / "dev.json").read_text())["dev"] <= 1
    logs = tmp_path / "seed-0" / "logs"
    events = EventAccumulator(str(logs))
    events.Reload()
    shown = {tag.split("/")[0] for tag in events.Tags()["tensors"]}
    assert {"loss", "gradient norm", "state norms", "CRF transitions"} <= shown, shown
    assert "words" in (logs / "projector_config.pbtxt").read_text()


def test_an_unknown_setting_is_refused_by_name():
    command = [sys.executable, str(RECIPE), "--config", '{"epoch": 3}']
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert "got epoch" in done.stderr
