"""Keras models as tutorials write them, converted to TFLite by three converters.

Writes `benchmarks/convert.csv`, a row for each architecture of `tests/tutorials.py`, with random
weights. A file must run in LiteRT without the Flex delegate; its answers are compared with the
model's for inputs of several lengths, each twice, in random order, without a reset. Of the file of
`zoo.export.export_tflite`: the size, the largest difference in both APIs of LiteRT, and the median
duration of a call of `Interpreter` with the first of these inputs, on one thread. Of
`model.export(format="litert")` of Keras and of `tf.lite.TFLiteConverter.from_keras_model` with its
defaults: whether they write a file, whether it needs Flex, and the largest difference if it runs.

    python benchmarks/convert.py [MODEL ...]
"""

import contextlib
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from ai_edge_litert.interpreter import Interpreter  # noqa: E402

from tables import put_rows  # noqa: E402
from tests.tutorials import TUTORIALS  # noqa: E402
from zoo.export.keras.check import drawn_inputs  # noqa: E402
from zoo.export.keras.model import export_keras_model  # noqa: E402
from zoo.export.keras.signature import by_name, input_specs  # noqa: E402
from zoo.export.signature import SERVING  # noqa: E402
from zoo.export.tflite.probe import operators  # noqa: E402

CALLS = 200


def of_keras(model, path):
    """Convert as Keras does."""
    model.export(path, format="litert", verbose=False)


def of_tensorflow(model, path):
    """Convert by TensorFlow's converter with its defaults."""
    Path(path).write_bytes(tf.lite.TFLiteConverter.from_keras_model(model).convert())


OTHERS = {"Keras model.export": of_keras, "tf.lite.TFLiteConverter": of_tensorflow}


def row(name):
    """Return the row of an architecture."""
    keras.utils.clear_session()  # the names of layers are part of the file
    keras.utils.set_random_seed(0)
    model = TUTORIALS[name]()
    with tempfile.TemporaryDirectory() as folder:
        report = export_keras_model(model, Path(folder, "model.tflite"))
        assert report.not_compared is None, report.not_compared
        found = {
            "model": name,
            "bytes": report.size_bytes,
            "largest difference": f"{report.largest_difference:.1e}",
            "ms": measured(report.path, model)["ms"],
        }
    return found | {title: outcome(model, convert) for title, convert in OTHERS.items()}


def outcome(model, convert):
    """Return in words how another converter fares."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.tflite")
        try:
            with open(os.devnull, "w") as silent, contextlib.redirect_stdout(silent):
                convert(model, path)
        except Exception as error:
            why = "needs Flex" if "SELECT_TF_OPS" in str(error) else type(error).__name__
            return f"no file, {why}"
        flex = any(each.startswith("Flex") for each in operators(str(path)))
        try:
            return f"runs, difference {measured(path, model)['largest difference']}"
        except (RuntimeError, ValueError):
            return "does not run, needs Flex" if flex else "does not run"


def measured(path, model):
    """Return the largest difference of a file's outputs, and the median duration of a call."""
    interpreter = Interpreter(str(path), num_threads=1)
    return answers(caller(interpreter, input_specs(model)), model)


def caller(interpreter, specs):
    """Return a function from inputs by name to the outputs by shape and values, in their order.

    Keras and TensorFlow give the inputs other names, in the order of the model's inputs.
    """
    details = interpreter.get_input_details()
    by_key = interpreter.get_signature_list().get(SERVING, {}).get("inputs", [])

    def call(inputs):
        given = [inputs[name] for name in specs]
        if set(by_key) == set(specs):
            run = interpreter.get_signature_runner(SERVING)
            return list(run(**inputs).values())
        for detail, array in zip(details, given, strict=True):
            interpreter.resize_tensor_input(detail["index"], array.shape)
        interpreter.allocate_tensors()
        for detail, array in zip(details, given, strict=True):
            interpreter.set_tensor(detail["index"], array)
        interpreter.invoke()
        outputs = interpreter.get_output_details()
        return [interpreter.get_tensor(each["index"]) for each in outputs]

    return call


def answers(call, model):
    """Return the largest difference of a file's outputs, and the median duration of a call."""
    expect, largest = by_name(model), 0.0
    drawn = []
    for inputs in drawn_inputs(model, input_specs(model)):
        with contextlib.suppress(Exception):  # too short for a convolution
            drawn.append((inputs, [np.asarray(x) for x in expect(inputs).values()]))
    for index in np.random.default_rng(0).permutation(2 * len(drawn)):
        inputs, expected = drawn[index % len(drawn)]
        largest = max(largest, apart(call(inputs), expected))
    times = []
    for _ in range(CALLS):
        start = time.perf_counter()
        call(drawn[0][0])
        times.append(1e3 * (time.perf_counter() - start))
    return {"largest difference": f"{largest:.1e}", "ms": f"{statistics.median(times):.2f}"}


def apart(found, expected):
    """Return the largest difference of outputs; each is compared with the nearest of its shape."""
    return max(
        min(np.abs(x - each).max() for x in found if x.shape == each.shape) for each in expected
    )


def main():
    """Write the table and print it."""
    for name in sys.argv[1:] or [name for name in TUTORIALS if name != "loaded"]:
        found = row(name)
        put_rows([found], HERE / "convert.csv", ["model"])
        print(*found.values(), sep="  ", flush=True)


if __name__ == "__main__":
    main()
