"""Laws of the variants and quantizations: Keras' answers, and arguments that fit."""

from functools import cache

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from tests.export.models import classifier, filled, tagger, word_tagger
from tests.grids import quick
from zoo.export import export_tflite, verify_tflite
from zoo.export.tflite import model as export_model
from zoo.export.tflite.tagger_signatures import tagger_signatures
from zoo.export.verify import probe, random_inputs
from zoo.layers import StackOptions
from zoo.runtime.litert import LiteRTEngine

LENGTH = 9  # none of `zoo.export.verify.LENGTHS`: everything is padded
UNROLLED = {
    "lstm, builtin": (tagger, {"backend_layer": "keras"}),
    "lstm, backward": (tagger, {"direction": "backward", "num_layers": 2}),
    "gru, stacked": (tagger, {"cell": "gru", "num_layers": 2, "residual": True}),
    "simple_rnn, sum": (tagger, {"cell": "simple_rnn", "merge_mode": "sum"}),
    "final": (classifier, {"pooling": "final", "direction": "forward"}),
    "attention, mul": (classifier, {"pooling": "attention", "merge_mode": "mul"}),
    "crf": (word_tagger, {"characters": {"vocabulary_size": 6, "units": 4}}),
    "softmax": (word_tagger, {"head": "softmax", "cell": "gru"}),
}


@pytest.fixture(scope="module")
def unrolled(tmp_path_factory):
    """Return a function that makes and exports a model, once; it returns both."""

    @cache
    def export(name):
        make, config = UNROLLED[name]
        model, path = filled(make(**config)), tmp_path_factory.mktemp("unrolled") / "model.tflite"
        return model, export_tflite(model, path, "unrolled", length=LENGTH)

    return export


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", quick(UNROLLED, "attention, mul", "crf"))
def test_an_unrolled_file_answers_what_is_shorter_as_keras_does(name, unrolled):
    model, path = unrolled(name)
    report = verify_tflite(path, model, variant="unrolled")
    assert report.problems == []
    assert max(report.largest_difference) < 1e-5
    assert report.lengths == [1, 2, 7, 7, 2]
    assert "UNIDIRECTIONAL_SEQUENCE_LSTM" not in report.operators
    assert ("WHILE" in report.operators) == (name == "crf")  # the search, and the sums


# Arguments that no configuration of a model has, for the stack of a user's own model.
OTHER_EQUATIONS = {
    "softsign": ("lstm", {"activation": "softsign"}),
    "reset before": ("gru", {"reset_after": False}),
}


@pytest.fixture
def unusual_tagger(request, monkeypatch):
    """A tagger whose recurrent layers have other equations than those of cuDNN and torch."""
    cell, arguments = OTHER_EQUATIONS[request.param]
    usual = StackOptions.layer_arguments
    monkeypatch.setattr(
        StackOptions, "layer_arguments", lambda options: {**usual(options), **arguments}
    )
    return filled(word_tagger(cell=cell))


@pytest.mark.exhaustive
@pytest.mark.slow("converts, as quick rows of other tables do")
@pytest.mark.parametrize("variant", ["while", "fused"])
@pytest.mark.parametrize("unusual_tagger", OTHER_EQUATIONS, indirect=True)
def test_other_equations_run_as_the_loops_of_the_layers(unusual_tagger, variant, tmp_path):
    path = export_tflite(unusual_tagger, tmp_path / "model.tflite", variant)
    report = verify_tflite(path, unusual_tagger, variant=variant)
    assert report.problems == [] and max(report.largest_difference) < 1e-5
    assert "WHILE" in report.operators
    assert "UNIDIRECTIONAL_SEQUENCE_LSTM" not in report.operators
    assert tagger_signatures(unusual_tagger) == {}


@pytest.mark.parametrize("unusual_tagger", OTHER_EQUATIONS, indirect=True)
def test_other_equations_are_not_unrolled(unusual_tagger, tmp_path):
    message = "`variant` 'unrolled' needs .* layer 'rnn_0' has (activation=|reset_after=).*'while'"
    with pytest.raises(ValueError, match=message):
        export_tflite(unusual_tagger, tmp_path / "model.tflite", "unrolled", length=LENGTH)
    assert not list(tmp_path.iterdir())


def test_no_size_is_left_open_in_an_unrolled_file(unrolled):
    interpreter = Interpreter(str(unrolled("crf")[1]))
    details = interpreter.get_input_details() + interpreter.get_output_details()
    assert all((each["shape_signature"] > 0).all() for each in details)


FIXED = {
    "lstm, stacked": (tagger, {"num_layers": 2, "residual": True}),
    "gru": (tagger, {"cell": "gru"}),
    "final": (classifier, {"pooling": "final"}),
    "backward": (classifier, {"pooling": "max", "direction": "backward"}),
    "crf": (word_tagger, {"characters": {"vocabulary_size": 6, "units": 4}}),
}


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", quick(FIXED, "final", "crf"))
def test_a_file_of_fixed_lengths_answers_what_is_shorter_as_keras_does(name, tmp_path, monkeypatch):
    monkeypatch.setattr(export_model, "LENGTHS", (4, 16, 200))  # whose conversion takes less time
    monkeypatch.setattr(export_model, "MORE_LENGTHS", (300,))
    make, config = FIXED[name]
    model = filled(make(**config))
    path = export_tflite(model, tmp_path / "model.tflite", "fixed-lengths")
    engine = LiteRTEngine(path)
    assert {"length_4", "length_16", "length_200"} <= engine.signatures
    report = verify_tflite(path, model, variant="fixed-lengths")
    assert report.problems == []
    assert max(report.largest_difference) < 1e-5
    assert report.lengths == [1, 2, 7, 32, 200, 7, 2]
    inputs = random_inputs(model, 301, np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"at most [23]00 tokens, got 301"):
        engine(inputs)
    details = Interpreter(str(path)).get_tensor_details()
    shapes = [each["shape_signature"] for each in details]
    assert all((shape > 0).all() for shape in shapes)


def test_a_fixed_length_is_padded_by_the_runtime_and_never_exceeded(tmp_path):
    model = filled(tagger())
    path = export_tflite(model, tmp_path / "model.tflite", "unrolled", length=LENGTH)
    engine = LiteRTEngine(path)
    for length in (LENGTH, 1, 4):
        inputs = random_inputs(model, length, np.random.default_rng(length))
        answers = engine(inputs)
        expected = model.answers({name: array[None] for name, array in inputs.items()})
        np.testing.assert_allclose(answers["scores"], expected["scores"][0], atol=1e-5)
        assert answers["tags"].shape == (length,)
    with pytest.raises(ValueError, match=r"at most \(9,\), got \(10,\)"):
        engine({"ids": np.ones(LENGTH + 1, "int32")})


# How far probabilities may be from the float model's. The converter leaves weights of less than
# 1,024 numbers as they are, and those of an LSTM if one of its matrices is so small.
QUANTIZED = {
    "float16, tagger": (tagger, {"units": 32}, "float16", 0.01),
    "dynamic, tagger": (tagger, {"units": 64, "embedding_dim": 32}, "dynamic", 0.1),
    "dynamic, crf": (word_tagger, {"units": 64, "word_dim": 32}, "dynamic", 0.2),
    "dynamic, classifier": (
        classifier,
        {"pooling": "max", "units": 64, "embedding_dim": 32},
        "dynamic",
        0.1,
    ),
}


@pytest.mark.parametrize("name", quick(QUANTIZED, "float16, tagger"))
def test_a_quantized_file_is_smaller_and_still_answers(name, tmp_path):
    make, config, quantization, bound = QUANTIZED[name]
    model = make(**config)
    float_file = export_tflite(model, tmp_path / "float.tflite", "fused")
    path = export_tflite(model, tmp_path / "model.tflite", "fused", quantization)
    report = verify_tflite(path, model, variant="fused", quantization=quantization)
    assert report.problems == [] and report.tolerance is None
    assert 1e-6 < max(report.largest_difference) < bound
    assert path.stat().st_size < 0.8 * float_file.stat().st_size
    assert report.operators["UNIDIRECTIONAL_SEQUENCE_LSTM"] == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"variant": "x"},
            r"one of \['while', 'fused', 'unrolled', 'fixed-lengths'\], got 'x'",
        ),
        ({"quantization": "int4"}, r"`quantization` must be one of .* got 'int4'"),
        ({"variant": "unrolled"}, "`length` must be a number of tokens from 1 to 256"),
        ({"variant": "unrolled", "length": 257}, "got 257. For longer sequences use 'while'"),
        ({"variant": "unrolled", "length": 0}, "got 0"),
        ({"length": 8}, "`length` applies to variant='unrolled' only"),
        ({"quantization": "int8"}, r"`quantization` must be one of .* got 'int8'"),
        ({"samples": [{}]}, "`samples` apply to Keras models only"),
    ],
    ids=str,
)
def test_arguments_that_do_not_fit_are_refused(arguments, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        export_tflite(tagger(), tmp_path / "model.tflite", **arguments)
    assert not (tmp_path / "model.tflite").exists()


@pytest.mark.slow("takes the time of long calls")
@pytest.mark.parametrize("make", [tagger, word_tagger])
def test_a_call_takes_a_time_that_grows_with_the_length(make, tmp_path):
    """Loops that copied at each step what all steps read and wrote would take their square."""
    model = make(cell="gru")
    path = export_tflite(model, tmp_path / "model.tflite")
    lengths = 512, 4096
    inputs = {t: random_inputs(model, t, np.random.default_rng(0)) for t in lengths}
    short, long = probe(path, timed=inputs, repeats=3)[0]["latency_ms"].values()
    assert long < 3 * short * lengths[1] / lengths[0]
