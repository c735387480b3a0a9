"""Laws of the exports: the same answers as Keras at every call, and builtin operators alone."""

import json
import shutil
import subprocess
import sys
from functools import cache

import keras
import numpy as np
import pytest

from tests.export.models import filled, word_tagger
from tests.grids import quick
from zoo.export import export_folder, export_saved_model, export_tflite, verify_tflite
from zoo.export.tflite.fused_lstm import is_wide
from zoo.export.verify import random_inputs
from zoo.models import build
from zoo.runtime.litert import LiteRTEngine
from zoo.text import Vocabulary

VOCABULARY_SIZE, PLACES = 9, 50
WAYS = ("forward", "backward")
MODELS = {
    "scratch": ("token-tagging", {}, {}),
    "builtin": ("token-tagging", {"backend_layer": "keras"}, {}),
    "forward": ("token-tagging", {"direction": "forward"}, {}),
    "backward": ("token-tagging", {"direction": "backward"}, {"hidden_units": 4}),
    "deep": ("token-tagging", {"num_layers": 2, "residual": True, "layer_norm": True}, {}),
    "sum": ("token-tagging", {"merge_mode": "sum"}, {}),
    "ave": ("token-tagging", {"merge_mode": "ave"}, {}),
    "mul": ("token-tagging", {"merge_mode": "mul"}, {}),
    "max": ("token-tagging", {"merge_mode": "max"}, {}),
    "projection": ("token-tagging", {"merge_mode": "projection", "projection_units": 5}, {}),
    "final": ("sequence-classification", {}, {"pooling": "final"}),
    "max pooling": ("sequence-classification", {}, {"pooling": "max"}),
    "mean pooling": ("sequence-classification", {}, {"pooling": "mean"}),
    "attention": ("sequence-classification", {}, {"pooling": "attention"}),
    "bigrams": ("sequence-classification", {}, {"num_labels": 2, "bigram_buckets": PLACES}),
}
WORD_TAGGERS = {
    "crf": {"characters": {"vocabulary_size": 6, "units": 4}},
    "softmax": {"head": "softmax", "temperature": 2.0},
    "quantized": {"quantized_words": True, "frozen_words": 9, "temperature": 0.5},
}


LIKE_GRU = pytest.mark.slow("a loop like that of the fused GRU")


def make(name):
    """Return a task and a model whose answers are far from undecided."""
    keras.utils.set_random_seed(1)
    task, encoder, head = MODELS[name]
    sizes = {"vocabulary_size": VOCABULARY_SIZE, "embedding_dim": 4, "units": 6}
    normal = {"class_name": "RandomNormal", "config": {"stddev": 1.0}}
    config = {
        "encoder": {**sizes, "embeddings_initializer": normal, **encoder},
        "num_labels": 3,
        **head,
    }
    model = build(task, config)
    if "bigram_buckets" in head:
        weights = np.random.default_rng(0).normal(size=VOCABULARY_SIZE + PLACES)
        model.get_layer("pairs").assign(weights, 0.5)
    return task, model


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """Return a function that makes and exports a model, once; it returns both and the task."""

    @cache
    def export(name):
        task, model = make(name)
        return task, model, export_tflite(model, tmp_path_factory.mktemp("export") / "model.tflite")

    return export


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", quick(MODELS, "scratch", "max pooling", "bigrams"))
def test_tflite_gives_the_answers_of_keras_at_every_call(name, exported):
    _, model, path = exported(name)
    report = verify_tflite(path, model)
    assert report.problems == []
    assert max(report.largest_difference) < 1e-5
    directions = 1 if name in ("forward", "backward") else 2
    assert report.operators["WHILE"] == 2 * directions * (1 + (name == "deep"))
    assert "UNIDIRECTIONAL_SEQUENCE_LSTM" not in report.operators


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", quick(("scratch", "deep", "final"), "deep"))
def test_the_fused_operator_gives_the_answers_of_keras(name, tmp_path):
    task, model = make(name)
    path = export_tflite(model, tmp_path / "model.tflite", "fused")
    report = verify_tflite(path, model, variant="fused")
    assert report.problems == []
    assert max(report.largest_difference) < 1e-5
    assert report.operators["UNIDIRECTIONAL_SEQUENCE_LSTM"] == 2 * (1 + (name == "deep"))
    assert "WHILE" not in report.operators


@pytest.mark.parametrize("name", quick(WORD_TAGGERS, "quantized"))
def test_a_word_tagger_carries_its_search_and_probabilities_along(name, tmp_path):
    keras.utils.set_random_seed(1)
    labels = ["O", *(f"{prefix}-{kind}" for kind in "XY" for prefix in "BIES")]
    config = {"word_dim": 5, "stack": {"units": 6}, **WORD_TAGGERS[name]}
    model = build("entity-tagging", {"vocabulary_size": 9, "labels": labels, **config})
    rng = np.random.default_rng(0)
    for weight in model.weights:  # those of a chain start at zero
        scale = 60 if "int8" in str(weight.dtype) else 1
        weight.assign((scale * rng.normal(size=weight.shape)).clip(-127, 127))
    report = verify_tflite(export_tflite(model, tmp_path / "model.tflite"), model)
    assert report.problems == []
    assert "UNIDIRECTIONAL_SEQUENCE_LSTM" not in report.operators


@pytest.mark.slow("a large file")
def test_a_wide_layer_is_a_loop_in_the_fused_variant_too(tmp_path):
    model = word_tagger(units=128, word_dim=140)
    weights = [model.get_layer("stack").rnns[0].direction_weights(way) for way in WAYS]
    assert all(map(is_wide, weights)) and not is_wide((weights[0][0][:128], *weights[0][1:]))
    path = export_tflite(model, tmp_path / "model.tflite", "fused")
    report = verify_tflite(path, model, variant="fused")
    assert report.problems == []
    assert "UNIDIRECTIONAL_SEQUENCE_LSTM" not in report.operators


@pytest.mark.slow("a large file")
def test_the_weights_of_a_wide_layer_are_there_once(tmp_path):
    model = filled(word_tagger(units=128, word_dim=140))
    for weight in model.get_layer("stack").weights:
        weight.assign(0.05 * weight)  # sums of 268 products that saturate no gate
    weights = [model.get_layer("stack").rnns[0].direction_weights(way) for way in WAYS]
    path = export_tflite(model, tmp_path / "model.tflite")
    report = verify_tflite(path, model)
    assert report.problems == []
    assert max(report.largest_difference) < 1e-5
    stored = 4 * sum(np.prod(matrix.shape) for each in weights for matrix in each)
    assert stored < report.size_bytes < 1.3 * stored
    # In parts as whole, beside a longer sentence that it is padded to.
    parts = LiteRTEngine(path).take_interpreter()
    inputs = {
        name: x[None] for name, x in random_inputs(model, 5, np.random.default_rng(0)).items()
    }
    features = np.asarray(keras.Model(model.input, model.get_layer("input_dropout").input)(inputs))
    batch = np.zeros((16, 9, features.shape[-1]), "float32")
    batch[0, :5] = features
    run = parts.get_signature_runner("split_potentials_16")
    lengths = np.array([5] + [9] * 15, "int32")
    found = run(features=batch, lengths=lengths)["potentials"][0, :5]
    np.testing.assert_allclose(found, np.asarray(model(inputs))[0], atol=1e-4)


def test_the_check_sees_a_wrong_export(exported):
    task, model = make("scratch")
    *_, path = exported("scratch")
    model.get_layer("logits").bias.assign([3.0, 0.0, 0.0])
    report = verify_tflite(path, model)
    assert any("scores differ" in problem for problem in report.problems)
    assert "answers differ" in report.problems


def test_a_cell_that_counts_far_is_not_clipped(tmp_path):
    task, model = make("scratch")
    cell = model.encoder.get_layer("stack").rnns[0].cell
    units = cell.units
    # Input and forget gates wide open: the cell grows by nearly 1 at every step.
    cell.forward_bias.assign(np.repeat([20.0, 20.0, 20.0, -3.0], units).astype("float32"))
    path = export_tflite(model, tmp_path / "model.tflite")
    ids = np.ones(60, "int32")
    cells = np.asarray(model.encoder.get_layer("embedding")(ids[None]))
    states = cell.get_initial_state(1)
    for t in range(60):
        _, states = cell(np.concatenate([cells[:, t], cells[:, 59 - t]], -1), states)
    assert np.asarray(states[1]).max() > 50  # far above the converter's clip of 10
    expected = keras.ops.convert_to_numpy(keras.ops.softmax(model(ids[None])))[0]
    np.testing.assert_allclose(LiteRTEngine(path)({"ids": ids})["scores"], expected, atol=1e-5)


@pytest.mark.exhaustive
@pytest.mark.grid
@pytest.mark.parametrize(
    ("cell", "variant"),
    [
        ("gru", "fused"),
        pytest.param("simple_rnn", "fused", marks=LIKE_GRU),
        ("lstm", "while"),
        pytest.param("gru", "while", marks=LIKE_GRU),
    ],
)
@pytest.mark.parametrize("backend_layer", ["zoo", "keras"])
def test_a_loop_of_builtin_operators_runs_any_cell(cell, variant, backend_layer, tmp_path):
    keras.utils.set_random_seed(1)
    sizes = {"vocabulary_size": VOCABULARY_SIZE, "embedding_dim": 4, "units": 6}
    encoder = {**sizes, "cell": cell, "backend_layer": backend_layer, "num_layers": 2}
    model = build("token-tagging", {"encoder": encoder, "num_labels": 3})
    for weight in model.weights:
        if "bias" in weight.path:
            weight.assign(np.random.default_rng(0).normal(size=weight.shape))
    report = verify_tflite(export_tflite(model, tmp_path / "model.tflite", variant), model)
    assert report.problems == []
    assert max(report.largest_difference) < 1e-5
    assert report.operators["WHILE"] == 8  # two layers, two directions, a loop in a loop
    assert "UNIDIRECTIONAL_SEQUENCE_LSTM" not in report.operators


def test_a_bilstm_over_characters_is_refused_by_name(tmp_path):
    spelling = {"vocabulary_size": 6, "units": 4, "kind": "bilstm"}
    config = {"vocabulary_size": 9, "labels": ["O", "S-X"], "stack": {"units": 2}}
    model = build("entity-tagging", {**config, "characters": spelling})
    with pytest.raises(ValueError, match='kind="bilstm" cannot be exported to TFLite'):
        export_tflite(model, tmp_path / "model.tflite")


def test_conversion_is_reproducible_byte_for_byte(exported, tmp_path):
    _, model, path = exported("scratch")
    again = export_tflite(model, tmp_path / "again.tflite")
    assert again.read_bytes() == path.read_bytes()


PLAIN_TENSORFLOW = """
import json, sys
import tensorflow as tf
serve = tf.saved_model.load(sys.argv[1]).signatures["serving_default"]
outputs = serve(ids=tf.constant(json.loads(sys.argv[2]), tf.int32))
assert "zoo" not in sys.modules, "the SavedModel must stand alone"
print(json.dumps({name: value.numpy().tolist() for name, value in outputs.items()}))
"""


@pytest.mark.slow("loads TensorFlow in a process of its own")
def test_saved_model_answers_padded_batches_in_plain_tensorflow(tmp_path):
    task, model = make("scratch")
    export_saved_model(model, tmp_path / "saved")
    ids = [[1, 2, 3, 4], [5, 6, 0, 0]]
    command = [sys.executable, "-c", PLAIN_TENSORFLOW, str(tmp_path / "saved"), json.dumps(ids)]
    answer = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    outputs = json.loads(answer.stdout)
    expected = keras.ops.convert_to_numpy(keras.ops.softmax(model(np.array(ids))))
    np.testing.assert_allclose(outputs["scores"], expected, atol=1e-6)
    assert outputs["tags"] == expected.argmax(-1).tolist()


def test_saved_model_holds_no_path_of_this_machine(tmp_path):
    task, model = make("scratch")
    folder = export_saved_model(model, tmp_path / "saved")
    content = (folder / "saved_model.pb").read_bytes()
    assert b"site-packages" not in content
    assert str(tmp_path).encode() not in content


def test_a_wrong_export_is_never_given_a_card(exported, tmp_path, monkeypatch):
    task, model = make("scratch")
    *_, other = exported("scratch")
    model.get_layer("logits").bias.assign([3.0, 0.0, 0.0])
    monkeypatch.setattr("zoo.export.folder.export_tflite", lambda _, path: shutil.copy(other, path))
    preprocessor = {"tokenizer": "characters"}
    config = {"task": task, "labels": ["a", "b", "c"], "preprocessor": preprocessor, "model": {}}
    vocabulary = Vocabulary(["[PAD]", "[UNK]", *"abcdefg"])
    with pytest.raises(RuntimeError, match="the export is wrong: scores differ"):
        export_folder(tmp_path / "model", model, config, {"vocabulary": vocabulary}, metrics=[])
    assert not (tmp_path / "model" / "card.json").exists()
