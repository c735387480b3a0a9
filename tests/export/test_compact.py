"""Laws of files of fixed lengths: no zeros and names that only take room; directions alone."""

import numpy as np
import pytest
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter
from tensorflow.lite.tools import flatbuffer_utils

from tests.export.models import filled, tagger
from zoo.export import export_tflite
from zoo.export.tflite.compact import compact
from zoo.inspect import ablate_direction

OTHER = {"forward": "backward", "backward": "forward"}


@pytest.fixture(scope="module")
def content():
    """A file with constants: large ones of zeros of two types, small ones, and other values."""

    @tf.function(
        input_signature=[tf.TensorSpec((1, 4), tf.float32), tf.TensorSpec((1, 4), tf.int32)]
    )
    def padded(x, ids):
        small, large = tf.zeros((1, 8)), tf.zeros((1, 500))
        whole = tf.concat([x, small, large, x, tf.range(500.0)[None]], axis=1)
        return {"whole": whole, "ids": tf.concat([ids, tf.zeros((1, 400), "int32")], axis=1)}

    functions = [padded.get_concrete_function()]
    return bytes(tf.lite.TFLiteConverter.from_concrete_functions(functions).convert())


def answers(content):
    interpreter = Interpreter(model_content=content)
    interpreter.allocate_tensors()
    rng = np.random.default_rng(0)
    for each in interpreter.get_input_details():
        interpreter.set_tensor(each["index"], rng.normal(size=(1, 4)).astype(each["dtype"]))
    interpreter.invoke()
    return [interpreter.get_tensor(each["index"]) for each in interpreter.get_output_details()]


def test_a_file_without_zeros_is_smaller_and_answers_the_same(content):
    smaller = bytes(compact(content))
    assert len(smaller) < len(content) - 0.8 * 4 * (500 + 400)
    for after, before in zip(answers(smaller), answers(content), strict=True):
        np.testing.assert_array_equal(after, before)


def test_only_inputs_and_outputs_have_names(content):
    (graph,) = flatbuffer_utils.convert_bytearray_to_object(compact(content)).subgraphs
    named = {index for index, tensor in enumerate(graph.tensors) if tensor.name}
    assert named == {*graph.inputs, *graph.outputs}


@pytest.mark.slow("converts six signatures")
@pytest.mark.parametrize("direction", OTHER)
def test_a_direction_answers_alone(tmp_path, direction):
    model = filled(tagger())
    path = export_tflite(model, tmp_path / "model.tflite", "fixed-lengths", directions=True)
    run = Interpreter(str(path)).get_signature_runner("length_8")
    ids = np.array([[3, 1, 4, 1, 5, 0, 0, 0]], "int32")
    factors = np.array([direction == each for each in OTHER], "float32")
    found = run(ids=ids, directions=factors)["scores"]
    with ablate_direction(model.recurrent.rnns, OTHER[direction]):
        expected = model.answers({"ids": ids[:, :5]})["scores"]
    np.testing.assert_allclose(found[:, :5], expected, atol=1e-5)
    both = run(ids=ids, directions=np.ones(2, "float32"))["scores"]
    assert np.abs(both - found)[:, :5].max() > 1e-3


def test_directions_apply_to_fixed_lengths_only(tmp_path):
    with pytest.raises(ValueError, match="`directions` applies to variant='fixed-lengths' only"):
        export_tflite(tagger(), tmp_path / "model.tflite", "while", directions=True)
