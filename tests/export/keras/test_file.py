"""`zoo convert`: a `.keras` file becomes a verified TFLite file, and code in it is never run."""

import json
import zipfile

import keras
import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from keras import layers

from zoo.cli import main
from zoo.export import convert
from zoo.hub import ModelFileError
from zoo.hub.keras_file import check_keras_file


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A model and its file."""
    tokens = keras.Input((None,), dtype="int32", name="tokens")
    x = layers.Embedding(20, 4, mask_zero=True)(tokens)
    x = layers.Bidirectional(layers.GRU(3))(x)
    model = keras.Model(tokens, layers.Dense(2, activation="softmax", name="label")(x))
    model.compile("sgd", "mse")
    path = tmp_path_factory.mktemp("keras") / "my.keras"
    model.save(path)
    return model, path


def test_the_command(saved, tmp_path, capsys):
    model, path = saved
    output = tmp_path / "app" / "model.tflite"
    ids = np.array([[3, 7, 0, 0], [1, 2, 3, 4]], "int32")
    np.savez(tmp_path / "ids.npz", tokens=ids)
    samples = ["--samples", str(tmp_path / "ids.npz")]
    assert main(["convert", str(path), str(output), *samples, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["inputs"] == [{"name": "tokens", "shape": [1, -1], "dtype": "int32"}]
    assert report["outputs"] == [{"name": "label", "shape": [1, 2], "dtype": "float32"}]
    assert report["size_bytes"] == output.stat().st_size
    assert report["operators"]["WHILE"]
    assert report["calls"] == {"Interpreter": 4, "CompiledModel": 4}
    assert report["largest_difference"] < 1e-6
    run = Interpreter(str(output)).get_signature_runner("serving_default")
    np.testing.assert_allclose(run(tokens=ids[:1])["label"], model(ids[:1]), atol=1e-6)


@pytest.mark.slow("a conversion more")
def test_the_command_prints_facts(saved, tmp_path, capsys):
    output = tmp_path / "model.tflite"
    options = ["--variant", "unrolled", "--length", "7", "--quantization", "float16"]
    assert main(["convert", str(saved[1]), str(output), *options]) == 0
    printed = capsys.readouterr().out
    words = "input tokens", "(1, 7) int32", "8 calls of CompiledModel"
    assert all(each in printed for each in words)
    assert "WHILE" not in printed


@keras.saving.register_keras_serializable(package="tests")
class Halved(layers.Layer):
    """A layer of a user's own."""

    def call(self, x):
        return x / 2


def double(x):
    return 2 * x


class Unregistered(layers.Layer):
    """A layer that Keras finds by its module alone."""


@pytest.mark.parametrize(
    "layer, words",
    [
        (lambda: layers.Lambda(double, name="odd"), ["'odd'", "not run", "export_tflite"]),
        (lambda: Halved(name="odd"), ["'odd'", "'tests>Halved'", "zoo.export.convert"]),
        (lambda: Unregistered(name="odd"), ["'odd'", "'Unregistered'", "zoo.export.convert"]),
    ],
)
def test_code_of_others_is_named_and_not_run(layer, words, tmp_path, capsys):
    path = tmp_path / "my.keras"
    keras.Sequential([keras.Input((None, 4)), layers.LSTM(3), layer()]).save(path)
    capsys.readouterr()
    assert main(["convert", str(path), str(tmp_path / "model.tflite")]) == 2
    printed = capsys.readouterr().err
    assert [word for word in words if word not in printed] == []
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.slow("a conversion more")
def test_a_registered_class_of_a_user(tmp_path):
    model = keras.Sequential([keras.Input((None, 4)), layers.LSTM(3), Halved()])
    model.save(tmp_path / "my.keras")
    report = convert(tmp_path / "my.keras", tmp_path / "model.tflite")
    assert report.largest_difference < 1e-6


def damaged(path, **members):
    """Write a `.keras` file whose members are replaced."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda path: None, "no such file"),
        (lambda path: path.mkdir(), "a folder"),
        (lambda path: path.write_bytes(b""), "something else"),
        (lambda path: path.write_bytes(b"\x89HDF\r\n\x1a\n"), "HDF5"),
        (lambda path: path.write_bytes(b"\0\0\0\0TFL3"), "TFLite file already"),
        (lambda path: damaged(path, other="x"), "model.save"),
        (lambda path: damaged(path, config__json="["), "model.save"),
        (lambda path: damaged(path, config__json="[1]"), "model.save"),
    ],
)
def test_other_files_are_told_apart(make, words, tmp_path):
    make(tmp_path / "my.keras")
    with pytest.raises(ModelFileError, match=words):
        check_keras_file(tmp_path / "my.keras")


def test_a_file_without_weights(saved, tmp_path):
    with zipfile.ZipFile(saved[1]) as archive:
        config = archive.read("config.json")
    damaged(tmp_path / "my.keras", config__json=config)
    with pytest.raises(ModelFileError, match="cannot load it"):
        convert(tmp_path / "my.keras", tmp_path / "model.tflite")


@pytest.mark.parametrize("output", ["my.keras", "folder", "my.keras/model.tflite"])
def test_a_target_that_cannot_be_written(output, saved, tmp_path, capsys):
    path = tmp_path / "my.keras"
    path.write_bytes(saved[1].read_bytes())
    (tmp_path / "folder").mkdir()
    assert main(["convert", str(path), str(tmp_path / output)]) == 2
    assert output in capsys.readouterr().err
    assert path.read_bytes() == saved[1].read_bytes()


@pytest.mark.parametrize("array", [np.zeros(()), np.zeros((0, 4))])
def test_samples_must_hold_examples(array, saved, tmp_path, capsys):
    np.savez(tmp_path / "ids.npz", tokens=array)
    arguments = [str(saved[1]), str(tmp_path / "x.tflite"), "--samples", str(tmp_path / "ids.npz")]
    assert main(["convert", *arguments]) == 2
    assert "at least one" in capsys.readouterr().err
