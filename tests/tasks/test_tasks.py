"""The law of tasks: a model of any kind is built, saved, loaded, exported, checked and looked into.

A kind that a test invents, a subclass of `Task` with a name, goes the same way.
"""

import json
import subprocess
import sys

import numpy as np
import pytest

import zoo
from tests.conversion import converting_here
from tests.export.models import filled, word_tagger
from tests.export.texts import MODELS, name_model
from tests.grids import quick
from tests.hub.folders import FIELDS
from zoo.errors import CausalUseError
from zoo.export import export_folder, verify_folder
from zoo.export.device import write_target
from zoo.inspect import inspect_text
from zoo.metrics.examples import TaskMetric
from zoo.models import BidirectionalModel, build
from zoo.runtime.predictor import Predictor
from zoo.tasks import TASKS, Part, Task, task_named
from zoo.tasks.sequence_classification import SequenceClassification

TEXTS = ["The Bo is in IN. Great film, the 10TH!", "", "a great (b)"]


class Urgency(SequenceClassification):
    """A kind of classifier that only this file knows."""

    name = "urgency"


del TASKS[Urgency.name]  # but in the tests that ask for it


@pytest.fixture
def urgency(monkeypatch):
    monkeypatch.setitem(TASKS, Urgency.name, Urgency())


def parts_of_speech():
    """Return a tagger of words whose tags are no spans, its configuration and vocabularies."""
    tags = ["NOUN", "VERB", "PUNCT"]
    *_, vocabularies, _ = name_model()
    characters = {"vocabulary_size": 6, "units": 4}
    options = {"labels": tags, "scheme": None, "characters": characters, "head": "softmax"}
    model = filled(word_tagger(**options))
    features = ["words", "characters", "cases"]
    config = {"labels": tags, "preprocessor": {"tokenizer": "words", "features": features}}
    return model, config, vocabularies


KINDS = {
    "token-tagging": lambda: MODELS["characters"]()[:3],
    "entity-tagging": lambda: MODELS["names"]()[:3],
    "sequence-classification": lambda: MODELS["reviews"]()[:3],
    "word-tagging": parts_of_speech,
    "urgency": lambda: MODELS["reviews"]()[:3],
}


@pytest.fixture(scope="module", params=quick(KINDS, "word-tagging", "urgency"))
def kind(request, tmp_path_factory):
    """Return the name of a task and the folder of a model of it."""
    with pytest.MonkeyPatch.context() as patch, converting_here():
        patch.setitem(TASKS, Urgency.name, Urgency())
        model, config, vocabularies = KINDS[request.param]()
        config = {**config, "task": request.param, "model": plain(model)}
        folder = tmp_path_factory.mktemp("kind") / "model"
        card = {n: FIELDS[n] for n in FIELDS.keys() - {"task", "labels", "parameters"}}
        export_folder(folder, model, config, vocabularies, name="tiny", **card)
        yield request.param, folder


def plain(model):
    """Return the configuration from which `build` makes a model again."""
    config = {name: each for name, each in model.get_config().items() if name != "name"}
    if "encoder" in config:
        encoder = {n: v for n, v in model.encoder.get_config().items() if n != "name"}
        config["encoder"] = encoder
    return config


def said(answer):
    """Return an answer without its scores, and its scores."""
    rows = [vars(each) for each in (answer if isinstance(answer, list) else [answer])]
    scores = [row["score"] for row in rows]
    return [{n: v for n, v in row.items() if n != "score"} for row in rows], scores


def test_every_task_is_whole():
    assert {"token-tagging", "word-tagging", "entity-tagging", "sequence-classification"} == {
        *TASKS
    }
    for task in TASKS.values():
        names = [n for n in Task.__annotations__ if n != "name"]
        assert all(hasattr(task, name) for name in names), task.name
        assert issubclass(task.model, BidirectionalModel) and issubclass(task.predictor, Predictor)
        assert task.cut in ("whole", "pieces", "sentences")
        assert task.answer in ("tokens", "spans", "label")


def test_a_part_is_imported_when_it_is_asked_for():
    class Lazy:
        part = Part("zoo.nowhere:name")

    with pytest.raises(ModuleNotFoundError, match=r"zoo\.nowhere"):
        Lazy().part  # noqa: B018


def test_an_unknown_task_is_refused_with_a_hint():
    with pytest.raises(ValueError, match=r"got 'word-taging'\. Did you mean 'word-tagging'\?"):
        task_named("word-taging")


def test_it_is_loaded_and_answers_the_same_on_every_runtime(kind, urgency):
    name, folder = kind
    predictor = zoo.load(f"path:{folder}")
    assert predictor.task is TASKS[name]
    with pytest.raises(CausalUseError):
        predictor.generate("a")
    expected = [said(answer) for answer in predictor(TEXTS)]
    for runtime in ("keras", "saved_model"):
        other = zoo.load(f"path:{folder}", runtime=runtime)
        for (mine, scores), (theirs, others) in zip(expected, map(said, other(TEXTS)), strict=True):
            assert mine == theirs
            np.testing.assert_allclose(scores, others, atol=1e-4)


def test_it_is_built_again_from_its_configuration(kind, urgency):
    name, folder = kind
    config = json.loads((folder / "config.json").read_text())
    model = build(name, config["model"])
    model.load_weights(folder / "model.weights.h5")
    inputs = {
        n: np.ones((1, 3, 2) if n == "characters" else (1, 3), "int32") for n in model.input_sizes
    }
    features, mask = model.embed(inputs)
    logits = model.head(model.stack(features, mask), mask) + model.beside(inputs)
    for answer, same in zip(
        model.answers(inputs).values(), model.decode(logits, mask).values(), strict=True
    ):
        np.testing.assert_allclose(answer, same, atol=1e-5)


def test_its_exports_are_right(kind, urgency):
    assert verify_folder(kind[1]).problems == []


def test_a_device_answers_the_same(kind, urgency, tmp_path):
    app = write_target(kind[1], tmp_path / "app", "python")
    command = [sys.executable, app / "example.py", app / "model", "--check"]
    done = subprocess.run([*map(str, command)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_text_is_drawn(kind, urgency):
    inspection = inspect_text(zoo.load(f"path:{kind[1]}"), TEXTS[0])
    assert inspection.words and set(inspection.answers) >= {"both directions"}
    none_label = {"entity-tagging": "O", "token-tagging": inspection.labels[0]}.get(kind[0])
    assert inspection.none_label == none_label
    if kind[0] == "word-tagging":
        assert len(inspection.reading.marks) == len(inspection.reading.tokens)


def test_it_is_measured(kind, urgency):
    name, folder = kind
    predictor = zoo.load(f"path:{folder}")
    if task_named(name).answer == "label":
        examples = [(text, predictor(text).label) for text in ("a great film", "fun")]
    elif name == "token-tagging":
        examples = [(list("(ab)"), [token.label for token in predictor("(ab)")])]
    else:
        words = ["The", "film", "."]
        examples = [(words, predictor.predict_words([words])[0])]
    metric = TaskMetric(name, examples)
    # What it says itself is all right; F1 is 0 where there is no name.
    nameless = task_named(name).answer == "spans" and {*examples[0][1]} == {"O"}
    assert metric(predictor) == (0.0 if nameless else 1.0)
    assert metric.name == task_named(name).metric_name


def test_a_corpus_is_tagged(kind, urgency, tmp_path):
    pytest.importorskip("apache_beam")
    from zoo.pipeline import tag_corpus

    (tmp_path / "a.txt").write_text(TEXTS[0] + "\n")
    for to in ("jsonl", "parquet"):
        totals = tag_corpus(f"path:{kind[1]}", [tmp_path / "a.txt"], tmp_path / to, to=to)
        assert totals == (1, 1, 0)
    (file,) = (tmp_path / "jsonl" / "answers").iterdir()
    record = json.loads(file.read_text())
    field = task_named(kind[0]).field
    rows = record[field] if field else [{k: v for k, v in record.items() if k != "id"}]
    expected, scores = said(zoo.load(f"path:{kind[1]}")(TEXTS[0]))
    assert [{k: v for k, v in row.items() if k != "score"} for row in rows] == expected
    assert [row["score"] for row in rows] == pytest.approx(scores, abs=1e-5)
