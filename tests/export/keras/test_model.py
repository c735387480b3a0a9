"""A TFLite file of any Keras model gives the model's answers, at every call, with builtins only."""

from functools import cache

import keras
import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from keras import layers, ops

from tests.convertible import CONVERTIBLE, ROUNDING
from tests.grids import quick
from tests.tutorials import TUTORIALS
from zoo.export import ExportError, export_tflite
from zoo.export.keras.check import drawn_inputs
from zoo.export.keras.model import export_keras_model
from zoo.export.keras.signature import by_name, input_specs, kept_states
from zoo.export.tflite.probe import answer_calls, operators
from zoo.hub import ModelFileError

SLOW = "TensorFlow's converter takes seconds for a file, and a quick row shows the same"
LONG = "long_and_short", "characters"  # half a minute each


def runner(path):
    return Interpreter(str(path)).get_signature_runner("serving_default")


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """Return a function that exports a tutorial's model, once; it returns both."""

    @cache
    def export(name):
        model = TUTORIALS[name]()
        return model, export_tflite(model, tmp_path_factory.mktemp(name) / "model.tflite")

    return export


def compare(path, model, length=None, tolerance=1e-5):
    """Compare the answers of one interpreter, with no reset between calls, out of order."""
    specs = input_specs(model, length)
    expect, run, compared = by_name(model), runner(path), 0
    drawn = list(drawn_inputs(model, specs))
    for inputs in [*drawn, *reversed(drawn)]:
        try:
            expected = expect(inputs)
        except Exception:  # the model rejects an input that is too short
            continue
        found = run(**inputs)
        assert found.keys() == expected.keys()
        for name, array in expected.items():
            np.testing.assert_allclose(found[name], array, rtol=0, atol=tolerance)
        compared += 1
    assert compared > 1
    assert not [name for name in operators(str(path)) if name.startswith(("Flex", "VAR_HANDLE"))]


@pytest.mark.parametrize(
    "name",
    [
        *quick([name for name in CONVERTIBLE if name not in LONG], "cells"),
        *(
            pytest.param(name, marks=(pytest.mark.slow(SLOW), pytest.mark.exhaustive))
            for name in LONG
        ),
    ],
)
def test_a_model_of_any_kind(name, tmp_path):
    keras.utils.set_random_seed(0)
    model = CONVERTIBLE[name]()
    before = [np.asarray(variable) for variable in model.weights]
    report = export_keras_model(model, tmp_path / "model.tflite")
    assert report.not_compared is None or "int64" in report.not_compared
    path = report.path
    compare(path, model, tolerance=ROUNDING.get(name, 1e-5))
    after = [np.asarray(variable) for variable in model.weights]
    assert all(map(np.array_equal, before, after))


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", quick(TUTORIALS, "many_to_many", "two_inputs"))
def test_a_tutorial_model(name, exported):
    model, path = exported(name)
    compare(path, model)


def test_names_are_those_of_the_model(exported):
    run = runner(exported("two_inputs")[1])
    assert set(run.get_input_details()) == {"text", "numbers"}
    assert set(run.get_output_details()) == {"priority", "department"}


@pytest.mark.exhaustive
@pytest.mark.slow(SLOW)
@pytest.mark.parametrize("variant", ["while", "unrolled"])
@pytest.mark.parametrize("name", ["text_classification", "gru", "many_to_many"])
def test_a_fixed_length(name, variant, tmp_path):
    model = TUTORIALS[name]()
    path = export_tflite(model, tmp_path / "model.tflite", variant, length=12)
    (details,) = runner(path).get_input_details().values()
    assert list(details["shape_signature"][:2]) == [1, 12]
    if variant == "unrolled":
        assert "WHILE" not in operators(str(path))
    compare(path, model, length=12)


@pytest.mark.slow(SLOW)
@pytest.mark.parametrize("quantization, tolerance", [("float16", 5e-3), ("dynamic", 0.1)])
def test_smaller_weights(quantization, tolerance, tmp_path):
    model = TUTORIALS["text_classification"]()
    path = export_tflite(model, tmp_path / "small.tflite", quantization=quantization)
    compare(path, model, tolerance=tolerance)


@pytest.mark.slow(SLOW)
def test_a_row_of_padding(exported):
    model, path = exported("text_classification")
    run = runner(path)
    for ids in (np.zeros((1, 7), "int32"), np.ones((1, 7), "int32"), np.zeros((1, 1), "int32")):
        (answer,) = run(input_0=ids).values()
        np.testing.assert_allclose(answer, model(ids), atol=1e-5)


class Inverse(layers.Layer):
    """A layer with an operator that TFLite has not."""

    def call(self, inputs):
        return ops.erfinv(ops.tanh(inputs))


def with_odd_layer():
    odd = Inverse(name="odd")
    return keras.Sequential([keras.Input((None, 4)), layers.LSTM(3), odd, layers.Dense(2)])


def of_codes():
    codes = keras.Input((None,), dtype="int64")
    x = layers.IntegerLookup(vocabulary=[3, 5, 7], name="codes")(codes)
    return keras.Model(codes, layers.LSTM(3)(layers.Embedding(9, 4)(x)))


def of_text():
    vectorize = layers.TextVectorization(name="words")
    vectorize.adapt(["a b c"])
    first = [keras.Input((1,), dtype="string", name="text"), vectorize, layers.Embedding(9, 4)]
    return keras.Sequential([*first, layers.Bidirectional(layers.LSTM(3))])


@pytest.mark.parametrize(
    "model, words",
    [
        (with_odd_layer, ["'odd' (Inverse)", "Erfinv"]),
        (of_codes, ["'codes' (IntegerLookup)", "table"]),
        (of_text, ["'text'", "'words' (TextVectorization)", "model.layers[1:]"]),
    ],
)
def test_what_cannot_be_converted_is_named(model, words, tmp_path):
    with pytest.raises(ExportError) as raised:
        export_tflite(model(), tmp_path / "model.tflite")
    assert all(word in str(raised.value) for word in words)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments, words",
    [
        ({"variant": "fused"}, "`variant`"),
        ({"quantization": "int8"}, "`quantization`"),
        ({"length": 0}, "`length`"),
        ({"variant": "unrolled"}, "any number of steps"),
        ({"variant": "unrolled", "length": 1000}, "1000 steps"),
    ],
)
def test_arguments_are_checked(arguments, words, tmp_path):
    with pytest.raises(ValueError, match=words):
        export_tflite(TUTORIALS["gru"](), tmp_path / "model.tflite", **arguments)


class Subclassed(keras.Model):
    def call(self, x):
        return x


@pytest.mark.parametrize(
    "model, error, words",
    [
        (lambda: "my.keras", TypeError, "keras.saving.load_model"),
        (lambda: layers.LSTM(3), TypeError, "got LSTM"),
        (Subclassed, TypeError, r"keras.Model\(inputs, model\(inputs\)\)"),
        (lambda: keras.Sequential([layers.LSTM(3)]), ValueError, "no weights yet"),
    ],
)
def test_a_model_must_be_built_of_known_layers(model, error, words, tmp_path):
    with pytest.raises(error, match=words):
        export_tflite(model(), tmp_path / "model.tflite")


def test_kept_states_go_in_and_out(tmp_path):
    """The parts of a sequence, with the states between, are the sequence."""
    model = CONVERTIBLE["kept_states"]()
    run = runner(export_tflite(model, tmp_path / "model.tflite"))
    series = np.random.default_rng(0).normal(size=(1, 9, 4)).astype("float32")
    states = {name: np.zeros(v.shape, "float32") for name, v in kept_states(model).items()}
    for part in (series[:, :4], series[:, 4:5], series[:, 5:]):
        found = run(series=part, **states)
        states = {name: found[f"{name}_out"] for name in states}
    np.testing.assert_allclose(found["second"], model(series), atol=1e-6)


def test_a_wrong_file_is_not_written(tmp_path, monkeypatch):
    """A loop with the steps in another order gives another answer."""
    from zoo.export.keras import model as keras_model

    def wrong(body, states, xs, like):
        return keras_model.chunked_scan(body, states, [x[::-1] for x in xs], like)

    monkeypatch.setitem(keras_model.SCANS, "while", wrong)
    with pytest.raises(ExportError, match="another answer"):
        export_tflite(TUTORIALS["gru"](), tmp_path / "model.tflite")
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_wrong_in_compiled_model_is_not_written(tmp_path, monkeypatch):
    def wrong(path, calls, outputs):
        answer_calls(str(path), str(calls), str(outputs))
        with np.load(outputs) as arrays:
            moved = {name: array + 1 for name, array in arrays.items()}
        np.savez(outputs, **moved)

    monkeypatch.setattr("zoo.export.keras.check.run_probe", wrong)
    with pytest.raises(ExportError, match="another answer than the model in CompiledModel"):
        export_tflite(TUTORIALS["gru"](), tmp_path / "model.tflite")
    assert not list(tmp_path.iterdir())


@pytest.mark.slow(SLOW)
def test_a_type_without_buffers_is_compared_in_interpreter_alone(tmp_path):
    ids = keras.Input((None,), dtype="int64", name="ids")
    model = keras.Model(ids, layers.LSTM(3)(layers.Embedding(9, 4)(ids)))
    report = export_keras_model(model, tmp_path / "model.tflite")
    assert report.calls == {"Interpreter": 8} and "int64" in report.not_compared


@pytest.mark.slow(SLOW)
def test_the_report_says_that_compiled_model_cannot_run_a_file(tmp_path, monkeypatch):
    def refuses(path, *_):
        raise ModelFileError(f"{path}: LiteRT failed on this file")

    monkeypatch.setattr("zoo.export.keras.check.run_probe", refuses)
    report = export_keras_model(TUTORIALS["gru"](), tmp_path / "model.tflite")
    assert "LiteRT failed" in report.facts()["CompiledModel"] and report.path.is_file()


def test_given_samples_are_compared(tmp_path):
    model = TUTORIALS["gru"]()
    with pytest.raises(ValueError, match="accepts none"):
        samples = [{"input_0": np.zeros((5, 7), "float32")}]
        export_tflite(model, tmp_path / "model.tflite", samples=samples)
