"""Laws of training on spans: it learns, and a broken-off run goes on as if it had not been."""

import json
import shutil

import keras
import numpy as np
import pytest

from zoo.data.tagging import TaggingBatches
from zoo.metrics import span_scores
from zoo.models import WordTagger
from zoo.text import Span, Vocabulary
from zoo.text.word_encoder import WordEncoder
from zoo.training import TrainingOptions
from zoo.training.tagging import SpanTags, fit_words, predict_word_tags

LABELS = ["B-X", "E-X", "O", "S-X"]
WORDS = ["a", "b", "North", "Sea", "Rome"]
TAGS = {"North": "B-X", "Sea": "E-X", "Rome": "S-X"}
ENCODE = WordEncoder(
    Vocabulary(["[PAD]", "[UNK]", *map(str.lower, WORDS)]),
    Vocabulary(["[PAD]", "[UNK]", *sorted(set("".join(WORDS)))]),
)


def corpus(count, seed):
    rng = np.random.default_rng(seed)
    sentences = []
    for _ in range(count):
        words = []
        for piece in rng.integers(0, 4, rng.integers(1, 6)):
            words += [["a"], ["b"], ["North", "Sea"], ["Rome"]][piece]
        sentences.append((words, [TAGS.get(word, "O") for word in words]))
    return sentences


def run(folder, epochs, patience=10, conditions=None):
    keras.utils.set_random_seed(5)
    model = WordTagger(7, LABELS, word_dim=6, stack={"units": 6}, input_dropout=0.2)
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9, clipnorm=5.0))
    train, dev = corpus(200, 0), corpus(50, 1)
    history = fit_words(
        model,
        lambda epoch: TaggingBatches(
            train, ENCODE, LABELS, batch_size=10, seed=3, epoch=epoch, features=model.features
        ),
        TaggingBatches(dev, ENCODE, LABELS, batch_size=20, features=model.features),
        SpanTags().score,
        folder,
        TrainingOptions(
            epochs,
            lambda passed: 0.1 / (1 + 0.1 * passed),
            patience=patience,
            conditions=conditions or {},
            report=lambda line: None,
        ),
    )
    return model, history


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    return *run(folder, 6), folder


def test_it_finds_the_spans(whole):
    model, history, _ = whole
    assert history[-1]["loss"] < history[0]["loss"]
    test = TaggingBatches(corpus(50, 2), ENCODE, LABELS, batch_size=7, features=model.features)
    gold = [list(read_spans(tags)) for _, tags in test.sentences]
    found = [list(read_spans(tags)) for tags in predict_word_tags(model, test)]
    assert span_scores(gold, found).micro.f1 > 0.95


def read_spans(tags):
    """Read the spans off the tags, by the rules of this corpus."""
    for index, tag in enumerate(tags):
        if tag == "S-X":
            yield Span("X", index, index + 1)
        if tag == "B-X":
            yield Span("X", index, index + 2)


def test_a_run_that_was_broken_off_ends_as_if_it_had_not_been(whole, tmp_path):
    model, history, _ = whole
    run(tmp_path, 3)
    resumed, again = run(tmp_path, 6)
    measured = [[(row["loss"], row["dev"]) for row in each] for each in (history, again)]
    assert measured[0] == measured[1]
    for first, second in zip(model.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(first, second)


def test_the_best_epoch_is_kept_and_the_history_written(whole):
    _, history, folder = whole
    assert json.loads((folder / "history.json").read_text()) == history
    assert (folder / "best.weights.h5").is_file()


@pytest.mark.slow("trains anew")
def test_training_stops_when_dev_no_longer_rises(tmp_path):
    _, history = run(tmp_path, 60, patience=2)
    scores = [row["dev"] for row in history]
    assert len(history) < 60
    assert len(scores) - 1 - int(np.argmax(scores)) == 2


def test_a_run_under_other_conditions_is_not_continued(whole, tmp_path):
    folder = shutil.copytree(whole[-1], tmp_path / "run")
    with pytest.raises(
        ValueError, match=r"checkpoint\.npz belongs to a run that differs in seed\."
    ):
        run(folder, 7, conditions={"seed": 2})


@pytest.mark.parametrize("kept", [0, 1000])
def test_a_broken_checkpoint_is_named(whole, tmp_path, kept):
    folder = shutil.copytree(whole[-1], tmp_path / "run")
    path = folder / "checkpoint.npz"
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ValueError, match=r"checkpoint\.npz: cannot be read as a checkpoint"):
        run(folder, 7)
