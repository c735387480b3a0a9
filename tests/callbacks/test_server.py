"""What `TrainingMonitor` and `Projection` promise, read back from TensorBoard's own server."""

import json
from urllib.parse import parse_qsl

import keras
import numpy as np
import pytest

from tests.tensorboard_server import server, until
from tests.training.test_fit_words import ENCODE, LABELS, corpus
from zoo.callbacks import Projection, Sample, TrainingMonitor, tagging_sample
from zoo.callbacks.tags import description
from zoo.data.tagging import TaggingBatches
from zoo.models import Encoder, SequenceClassifier, TokenTagger, WordTagger
from zoo.training import TrainingOptions
from zoo.training.tagging import SpanTags, fit_tokens, fit_words

pytestmark = pytest.mark.slow("trains three models, and starts TensorBoard as a server")
RNN = "stack/rnn_0"
DIRECTIONS = ("forward", "backward")
LAYER_SCALARS = {
    *(f"3 gradients/of gates/{RNN}/{d}/{gate}" for d in DIRECTIONS for gate in "ifgo"),
    *(
        f"4 gates/{RNN}/{d}/{gate} {side}"
        for d in DIRECTIONS
        for gate in "ifgo"
        for side in ("below 0.1", "above 0.9")
    ),
    *(f"5 states/{RNN}/{d}" for d in (*DIRECTIONS, "combined")),
    *(f"6 directions/{RNN}/{what}" for what in ("mean size", "mean cosine")),
    *(
        f"7 information flow/{RNN}/{what}"
        for what in ("from the left", "from the right", "mean distance")
    ),
    f"3 gradients/{RNN}/cell",
    "3 gradients/all",
    "2 speed/learning rate",
    "1 results/loss/train",
    "1 results/loss/sample",
    "1 results/accuracy/sample",
    "2 speed/tokens a second",
}
LAYER_IMAGES = {
    f"5 states/along the sequence/{RNN}",
    f"6 directions/correlation of units/{RNN}",
    f"6 directions/cosine by token/{RNN}",
    f"7 information flow/{RNN}",
}
CONFUSION, BY_POSITION = "1 results/confusion", "1 results/accuracy by position"
IMAGES = {
    "tagger": LAYER_IMAGES | {"8 CRF/crf", CONFUSION, BY_POSITION},
    "classifier": LAYER_IMAGES | {CONFUSION},
    "brackets": LAYER_IMAGES | {CONFUSION, BY_POSITION},
}
SCALARS = {
    "tagger": LAYER_SCALARS | {"1 results/measure/dev", "3 gradients/crf", "3 gradients/scores"},
    "classifier": LAYER_SCALARS
    | {
        f"1 results/{each}" for each in ("loss/validation", "accuracy/train", "accuracy/validation")
    },
    "brackets": LAYER_SCALARS | {"1 results/measure/dev"},
}
TEXTS = {"tagged text/before training", "tagged text/after training"}
HISTOGRAMS = {
    f"9 weights/{RNN}/cell/{d}_{role}"
    for d in DIRECTIONS
    for role in ("kernel", "recurrent_kernel", "bias")
}
RUNS = sorted(IMAGES)
EPOCHS, EVERY_BATCH = 1, {"every": 1, "budget": 1.0}


def options(*callbacks):
    return TrainingOptions(
        EPOCHS,
        lambda passed: 0.1 / (1 + passed),
        callbacks=callbacks,
        report=lambda line: None,
    )


def train_tagger(folder):
    keras.utils.set_random_seed(5)
    model = WordTagger(7, LABELS, word_dim=6, stack={"units": 6}, input_dropout=0.2)
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9, clipnorm=5.0))
    sentences, dev = corpus(40, 0), corpus(20, 1)
    sample = tagging_sample(dev[:8], ENCODE, LABELS, model.features)
    vectors, words = model.get_layer("word_vectors").embeddings, ["", "\t", *"abcde"]
    fit_words(
        model,
        lambda epoch: TaggingBatches(
            sentences, ENCODE, LABELS, batch_size=10, seed=3, epoch=epoch, features=model.features
        ),
        TaggingBatches(dev, ENCODE, LABELS, batch_size=20, features=model.features),
        SpanTags().score,
        folder / "checkpoint",
        options(
            TrainingMonitor(folder / "logs" / "tagger", sample, **EVERY_BATCH, graph=True),
            Projection(folder / "logs" / "tagger", sample, vectors, words),
        ),
    )
    return np.asarray(vectors), model, sample


def ids_and_labels(count):
    rng = np.random.default_rng(count)
    ids = rng.integers(1, 7, (count, 6)).astype("int32")
    ids[::3, 4:] = 0
    return ids, (ids % 2).astype("int32")


def sample_of(ids, labels, names):
    return Sample(ids, labels, tokens=[[f"w{i}" for i in row if i] for row in ids], labels=names)


def train_classifier(folder):
    model = SequenceClassifier(Encoder(8, embedding_dim=4, units=4), 2, pooling="max")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])
    ids, labels = ids_and_labels(32)
    sample = sample_of(ids[:8], labels[:8, 0], ["even", "odd"])
    watch = TrainingMonitor(
        folder / "logs" / "classifier",
        sample,
        **EVERY_BATCH,
        tokens_per_epoch=np.count_nonzero(ids),
        profile=(2, 3),
    )
    data = {"validation_data": (ids, labels[:, 0]), "callbacks": [watch], "verbose": 0}
    model.fit(ids, labels[:, 0], batch_size=8, epochs=EPOCHS, **data)


def train_brackets(folder):
    model = TokenTagger(Encoder(8, embedding_dim=4, units=4), 2)
    data = ids_and_labels(32)
    watch = TrainingMonitor(
        folder / "logs" / "brackets",
        sample_of(data[0][:8], data[1][:8], ["outside", "inside"]),
        **EVERY_BATCH,
    )
    fit_tokens(model, data, data, folder / "brackets", options(watch), batch_size=8)


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    folder = tmp_path_factory.mktemp("watched")
    trained = train_tagger(folder)
    train_classifier(folder)
    train_brackets(folder)
    with server(folder / "logs") as get:
        until(get, "plugin/scalars/tags", lambda tags: {*RUNS} <= tags.keys())
        yield get, trained, folder / "logs"


def tags(get, plugin, run):
    return set(json.loads(get(f"plugin/{plugin}/tags"))[run])


@pytest.mark.parametrize("run", RUNS)
def test_every_curve_is_there_and_has_points(shown, run):
    get, _, _ = shown
    assert tags(get, "scalars", run) >= SCALARS[run]
    for tag in SCALARS[run]:
        points = json.loads(get("plugin/scalars/scalars", run=run, tag=tag))
        assert np.isfinite([value for _, _, value in points]).all() and len(points) >= 1
    points = json.loads(get("plugin/scalars/scalars", run=run, tag="1 results/loss/sample"))
    steps = [step for _, step, _ in points]
    assert steps[0] == 0 and sorted(set(steps)) == list(range(4 * EPOCHS + 1))


@pytest.mark.parametrize("run", RUNS)
def test_every_picture_is_there_over_the_training(shown, run):
    get, _, _ = shown
    assert tags(get, "images", run) == IMAGES[run]
    for tag in IMAGES[run]:
        shots = json.loads(get("plugin/images/images", run=run, tag=tag, sample=0))
        assert {shot["step"] for shot in shots} >= {0, 4 * EPOCHS}
        png = get("plugin/images/individualImage", **dict(parse_qsl(shots[-1]["query"])))
        assert png.startswith(b"\x89PNG") and len(png) > 1000


@pytest.mark.parametrize("run", RUNS)
def test_every_tag_has_a_description(shown, run):
    get, _, _ = shown
    for plugin in ("scalars", "images", "histograms", "text"):
        found = json.loads(get(f"plugin/{plugin}/tags"))[run]
        if plugin != "text":  # whose tags come without their metadata
            assert [tag for tag, each in found.items() if not each["description"]] == []
        assert [tag for tag in found if not description(tag)] == []


@pytest.mark.parametrize("run", RUNS)
def test_the_texts_are_there_before_and_after(shown, run):
    get, _, _ = shown
    assert tags(get, "text", run) >= TEXTS
    for tag in TEXTS:
        (text,) = json.loads(get("plugin/text/text", run=run, tag=tag))
        assert "<code>" in text["text"]


@pytest.mark.parametrize("run", RUNS)
def test_the_histograms_of_all_weights_are_there(shown, run):
    get, _, _ = shown
    assert tags(get, "histograms", run) >= HISTOGRAMS
    for tag in HISTOGRAMS:
        points = json.loads(get("plugin/histograms/histograms", run=run, tag=tag))
        assert len(points) >= 2 and sum(n for _, _, n in points[-1][2]) > 0


def test_the_graph_is_there_where_it_was_asked_for(shown):
    get, _, _ = shown
    runs = json.loads(get("plugin/graphs/info"))
    assert {run for run in RUNS if runs.get(run, {}).get("run_graph")} == {"tagger"}
    assert b"word_vectors" in get("plugin/graphs/graph", run="tagger")


def test_the_profile_is_there_where_it_was_asked_for(shown):
    _, _, logs = shown
    runs = {path.relative_to(logs).parts[0] for path in logs.rglob("*.xplane.pb")}
    assert runs == {"classifier"}


def test_the_projector_opens_the_vectors(shown):
    get, (vectors, model, sample), _ = shown
    assert until(get, "plugin/projector/runs", bool) == ["tagger"]
    config = json.loads(get("plugin/projector/info", run="tagger"))
    shapes = {each["tensorName"]: each["tensorShape"] for each in config["embeddings"]}
    count, width = len(sample.tokens), 2 * model.options.stack["units"]
    assert shapes == {"words": list(vectors.shape), "sentences": [count, width]}
    read = np.frombuffer(get("plugin/projector/tensor", run="tagger", name="words"), "float32")
    np.testing.assert_allclose(read.reshape(vectors.shape), vectors, rtol=1e-5)


def test_the_projector_names_every_vector(shown):
    get, (_, _, sample), _ = shown
    words = get("plugin/projector/metadata", run="tagger", name="words").decode()
    assert words.split("\n") == ["(empty)", "\\t", *"abcde", ""]
    rows = get("plugin/projector/metadata", run="tagger", name="sentences").decode().split("\n")
    assert rows[0] == "sentence\tlabel\tpredicted"
    assert [row.split("\t")[0] for row in rows[1:-1]] == [" ".join(w) for w in sample.tokens]
