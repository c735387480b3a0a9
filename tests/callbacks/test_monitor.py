"""Laws of watching a training: it changes nothing, says what is true, costs what it may."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import keras
import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from tests.grids import quick
from tests.specs import BIDIRECTIONAL, MASK, UNITS, X
from zoo.callbacks import Sample, TrainingMonitor
from zoo.callbacks.images import sample_texts
from zoo.callbacks.probe import LayerRecord, Probe
from zoo.callbacks.recurrent_layers import directions_of, trace
from zoo.callbacks.scalars import gradient_numbers, state_numbers
from zoo.inspect import direction_outputs
from zoo.layers import BiLSTM, UnidirectionalRNN
from zoo.layers.model_layers import layers_inside
from zoo.models import WordTagger

ROOT = Path(__file__).resolve().parents[2]
LABELS = ["O", "B-X", "I-X"]
PLAIN = [keras.layers.LSTM, keras.layers.GRU, keras.layers.SimpleRNN]


def data(count=32):
    rng = np.random.default_rng(count)
    ids = rng.integers(1, 9, (count, 5)).astype("int32")
    ids[::3, 3:] = 0
    return ids, (ids[:, 0] % 2).astype("int32")


def points(folder, tag):
    events = EventAccumulator(str(folder))
    events.Reload()
    return [event.step for event in events.Tensors(tag)]


def written(folder):
    events = EventAccumulator(str(folder))
    events.Reload()
    return set(events.Tags()["tensors"])


def tagger():
    stack = {"units": 3, "cell": "simple_rnn"}
    model = WordTagger(
        9, LABELS, scheme="BIO", word_dim=4, stack=stack, num_cases=0, input_dropout=0.5
    )
    model.compile("adam")
    ids, _ = data()
    return model, {"words": ids}, (ids % 3).astype("int32")


class Noisy(keras.Model):
    """A classifier that draws at random in its loss, as adversarial training does."""

    def __init__(self):
        super().__init__()
        self.embedding = keras.layers.Embedding(9, 4)
        self.rnn = keras.layers.SimpleRNN(3)
        self.head = keras.layers.Dense(2)
        self.seeds = keras.random.SeedGenerator(0)

    def call(self, ids):
        return self.head(self.rnn(self.embedding(ids)))

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        noise = keras.random.normal(keras.ops.shape(y_pred), seed=self.seeds)
        return keras.ops.mean(
            keras.ops.sparse_categorical_crossentropy(y, y_pred + noise, from_logits=True)
        )


def noisy():
    model = Noisy()
    model.compile("sgd")
    return model, *data()


def keras_own(cell, **options):
    """Return a classifier of Keras' layers alone, masked by the embedding."""
    layers = [
        keras.layers.Embedding(9, 4, mask_zero=True),
        keras.layers.Bidirectional(cell(3, **options)),
        keras.layers.Dense(2),
    ]
    return compiled(keras.Sequential([keras.Input((None,)), *layers])), *data()


def compiled(model):
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def sequential(*layers):
    embedding = keras.layers.Embedding(9, 4)
    return compiled(keras.Sequential([keras.Input((None,)), embedding, *layers])), *data()


def first(x, count):
    return {n: a[:count] for n, a in x.items()} if isinstance(x, dict) else x[:count]


def trained(make, folder=None):
    """Train a model, watched if there is a folder for the logs; return its weights."""
    keras.utils.set_random_seed(3)
    model, x, y = make()
    words = x["words"][:6] if isinstance(x, dict) else []
    tokens = [["w"] * sum(row > 0) for row in words] or None
    sample = Sample(first(x, 6), y[:6], tokens=tokens)
    watch = [TrainingMonitor(folder, sample, every=1, budget=1.0)] if folder else []
    model.fit(x, y, batch_size=8, verbose=0, callbacks=watch)
    return model.get_weights()


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """Return a function that trains a watched model, once; it returns the logs and weights."""

    @cache
    def train(make):
        folder = tmp_path_factory.mktemp("logs")
        return folder, trained(make, folder)

    return train


@pytest.mark.parametrize("make", quick([tagger, noisy], tagger))
def test_training_gives_the_same_weights_with_and_without(make, watched):
    folder, weights = watched(make)
    assert points(folder, "1 results/loss/sample")
    for without, with_it in zip(trained(make), weights, strict=True):
        np.testing.assert_array_equal(without, with_it)


WITHOUT = {  # builder -> beginnings of tags that there are, and that there are none of
    "two ways": (
        lambda: keras_own(keras.layers.LSTM),
        {"4 gates/", "3 gradients/of gates/", "6 directions/", "5 states/along the sequence/"},
        {"8 CRF/", "1 results/accuracy by position"},
    ),
    "the zoo's": (
        lambda: sequential(BiLSTM(3), keras.layers.Dense(2)),
        {"4 gates/", "3 gradients/of gates/", "6 directions/", "1 results/confusion"},
        {"8 CRF/", "1 results/accuracy by position"},
    ),
    "one way": (
        lambda: sequential(UnidirectionalRNN(3, backward=True), keras.layers.Dense(2)),
        {"4 gates/", "3 gradients/of gates/", "7 information flow/"},
        {"6 directions/", "8 CRF/"},
    ),
    "other gates": (
        lambda: keras_own(keras.layers.LSTM, activation="relu"),
        {"3 gradients/", "9 weights/", "1 results/confusion"},
        {"4 gates/", "3 gradients/of gates/", "5 states/along the sequence/"},
    ),
    "not recurrent": (
        lambda: sequential(keras.layers.GlobalMaxPooling1D(), keras.layers.Dense(2)),
        {"3 gradients/", "9 weights/", "1 results/confusion"},
        {"4 gates/", "5 states/", "7 information flow/"},
    ),
}


@pytest.mark.parametrize("name", quick(WITHOUT, "one way", "not recurrent"))
def test_what_a_model_has_not_is_left_out(name, tmp_path):
    make, there, absent = WITHOUT[name]
    model, x, y = make()
    model.fit(x, y, verbose=0, callbacks=[TrainingMonitor(tmp_path, Sample(x[:6], y[:6]))])
    tags = written(tmp_path)
    assert {start for start in there | absent if any(t.startswith(start) for t in tags)} == there


def test_without_a_sample_the_logs_and_weights_are_written(tmp_path):
    model, x, y = sequential(BiLSTM(3), keras.layers.Dense(2))
    model.fit(x, y, verbose=0, callbacks=[TrainingMonitor(tmp_path)])
    assert {tag.partition("/")[0] for tag in written(tmp_path)} == {
        "1 results",
        "2 speed",
        "9 weights",
    }


@pytest.mark.parametrize("spec", BIDIRECTIONAL, ids=str)
def test_a_trace_is_what_the_layer_puts_out(spec):
    layer = spec.make(return_sequences=True)
    outputs = direction_outputs(layer, X, MASK)
    for name, direction in directions_of(layer).items():
        traced = trace(direction, X, MASK, backward=name == "backward")
        np.testing.assert_allclose(np.asarray(traced["h"]), outputs[name], atol=1e-6)
        assert {gate.shape for gate in map(np.asarray, traced.values())} == {(*X.shape[:2], UNITS)}


@pytest.mark.parametrize("cell", PLAIN)
def test_a_trace_is_what_keras_own_layer_puts_out(cell):
    layer = keras.layers.Bidirectional(cell(UNITS, return_sequences=True), merge_mode=None)
    forward, backward = map(np.asarray, layer(X))
    directions = directions_of(layer)
    np.testing.assert_allclose(trace(directions["forward"], X)["h"], forward, atol=1e-6)
    traced = trace(directions["backward"], X, backward=True)["h"]
    np.testing.assert_allclose(traced, backward, atol=1e-6)


@pytest.mark.parametrize("backward", [False, True])
def test_the_gates_of_an_lstm_make_its_states(backward):
    layer = UnidirectionalRNN(UNITS, backward=backward)
    layer.build(X.shape)
    ((_, direction),) = directions_of(layer).items()
    traced = {n: np.asarray(a) for n, a in trace(direction, X, backward=backward).items()}
    cell = np.zeros((len(X), UNITS))
    for t in range(X.shape[1])[:: -1 if backward else 1]:
        i, f, g, o, h = (traced[name][:, t] for name in (*"ifgo", "h"))
        cell = f * cell + i * g
        np.testing.assert_allclose(o * np.tanh(cell), h, atol=1e-6)


def test_a_gate_held_open_or_closed_is_saturated():
    layer = BiLSTM(UNITS)
    layer.build(X.shape)
    kernel, recurrent, bias = layer.direction_weights("forward")
    kernel.assign(np.zeros(kernel.shape))
    recurrent.assign(np.zeros(recurrent.shape))
    bias.assign(np.repeat([-9.0, 9.0, 0.0, 0.0], UNITS))  # i closed, f open, g and o half
    traced = {
        name: {n: np.asarray(a) for n, a in trace(d, X, backward=name == "backward").items()}
        for name, d in directions_of(layer).items()
    }
    numbers = state_numbers({layer: LayerRecord(X, np.ones(X.shape[:2], bool), traced)})
    shares = [
        [numbers[f"4 gates/{layer.path}/forward/{gate} {side}"] for gate in "ifgo"]
        for side in ("below 0.1", "above 0.9")
    ]
    assert shares == [[1, 0, 0, 0], [0, 1, 0, 0]]


def test_the_gradient_norm_is_that_of_a_step_and_of_its_parts():
    model, x, y = sequential(BiLSTM(3), keras.layers.Dense(2))
    model.optimizer.learning_rate = 1.0
    probe = Probe(model, Sample(x, y).checked())
    loss, squares = probe.gradients()
    numbers = gradient_numbers(squares, probe.gate_paths())
    before = [np.array(v) for v in model.trainable_variables]
    assert float(model.train_on_batch(x, y)) == pytest.approx(loss, rel=1e-5)
    steps = [b - np.array(v) for b, v in zip(before, model.trainable_variables, strict=True)]
    norm = np.sqrt(sum(np.square(step).sum() for step in steps))
    assert numbers["3 gradients/all"] == pytest.approx(norm, rel=1e-4)
    gates = [v for tag, v in numbers.items() if tag.startswith("3 gradients/of gates/")]
    (cell,) = [v for tag, v in numbers.items() if tag.endswith("/cell")]
    assert np.sqrt(np.square(gates).sum()) == pytest.approx(cell, rel=1e-5) and len(gates) == 8


@pytest.mark.slow("trains anew")
def test_a_small_budget_makes_it_wait(tmp_path):
    model, x, y = keras_own(keras.layers.SimpleRNN)
    watch = TrainingMonitor(tmp_path, Sample(x[:4], y[:4]), every=2, budget=1e-6)
    model.fit(x, y, batch_size=4, epochs=2, verbose=0, callbacks=[watch])
    # The first time it is asked nothing was spent yet; then it waits until the end.
    assert points(tmp_path, "1 results/loss/sample") == [0, 2, 16]


def test_a_run_that_goes_on_counts_on(tmp_path):
    model, x, y = keras_own(keras.layers.SimpleRNN)
    options = {"batch_size": 8, "verbose": 0}
    for start, end in ((0, 1), (1, 2)):
        watch = TrainingMonitor(tmp_path)
        model.fit(x, y, epochs=end, initial_epoch=start, callbacks=[watch], **options)
    assert points(tmp_path, "1 results/loss/train") == [4, 8]


def test_wrong_and_right_labels_are_told_apart_in_the_texts():
    sample = Sample(
        np.ones((1, 3)), np.array([[0, 1, 0]]), tokens=[["a_b", "<c>", "d\ne"]], labels=["O", "X"]
    ).checked()
    text = sample_texts(sample, np.array([[0, 1, 1]]), sample.labels)
    assert text == r"a\_b &lt;c&gt; `X` d e **`O` → `X`**"


@pytest.mark.parametrize(
    "parts, message",
    [
        ({"y": np.zeros(3)}, "one batch"),
        ({"tokens": [["a"], ["b"]]}, r"`tokens` must name every position .*\[2, 1\], got \[1, 1\]"),
    ],
)
def test_a_sample_of_parts_that_do_not_fit_is_refused(parts, message):
    with pytest.raises(ValueError, match=message):
        Sample(np.array([[1, 2], [3, 0]]), **parts).checked()


@pytest.mark.parametrize("wrong", [{"every": 0}, {"budget": 0}, {"budget": 2}, {"profile": (3, 2)}])
def test_a_wrong_argument_is_refused(wrong, tmp_path):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        TrainingMonitor(tmp_path, **wrong)


def test_layers_are_found_once_wherever_they_are():
    model, _, _ = tagger()
    both = keras.Sequential([model.get_layer("stack"), model.get_layer("stack")])
    assert [layer.name for layer in layers_inside(both, directions_of)] == ["rnn_0"]


WITHOUT_TENSORFLOW = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "tensorflow":
            raise ImportError(name)

sys.meta_path.insert(0, Absent())
sys.path.insert(0, {root!r})
import keras
from tests.callbacks.test_monitor import Sample, TrainingMonitor, first, tagger

assert keras.backend.backend() == "jax"
model, x, y = tagger()
sample = Sample(first(x, 6), y[:6], tokens=[["w"] * sum(row > 0) for row in x["words"][:6]])
watch = TrainingMonitor({folder!r}, sample, every=1, budget=1.0, tokens_per_epoch=100)
model.fit(x, y, batch_size=16, verbose=0, callbacks=[watch])
try:
    model.fit(x, y, verbose=0, callbacks=[TrainingMonitor({folder!r}, sample, graph=True)])
except NotImplementedError as error:
    print(error)
assert "tensorflow" not in sys.modules
"""


PROMISED = {
    "1 results",
    "2 speed",
    "3 gradients",
    "4 gates",
    "5 states",
    "6 directions",
    "7 information flow",
    "8 CRF",
    "9 weights",
    "tagged text",
}


@pytest.mark.slow("trains on JAX in a process of its own")
def test_on_jax_without_tensorflow_all_is_written(tmp_path):
    script = WITHOUT_TENSORFLOW.format(root=str(ROOT), folder=str(tmp_path))
    variables = {**os.environ, "KERAS_BACKEND": "jax"}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "only TensorFlow has a graph" in done.stdout
    assert {tag.partition("/")[0] for tag in written(tmp_path)} == PROMISED


def test_what_is_written_has_its_place_a_description_and_the_shape_of_a_card(watched):
    folder, _ = watched(tagger)
    events = EventAccumulator(str(folder))
    events.Reload()
    metadata = {tag: events.SummaryMetadata(tag) for tag in events.Tags()["tensors"]}
    assert {tag.partition("/")[0] for tag in metadata} == PROMISED
    assert [tag for tag, each in metadata.items() if not each.summary_description] == []
    images = [tag for tag, each in metadata.items() if each.plugin_data.plugin_name == "images"]
    shapes = {
        float(width) / float(height)
        for tag in images
        for width, height, _ in (each.tensor_proto.string_val for each in events.Tensors(tag))
    }
    assert len(images) == 7 and shapes == {1.5}
