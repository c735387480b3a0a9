"""How long do the recurrent layers of the shipped models take in each form of a TFLite file?

    python benchmarks/recurrent_time.py

A file of the recurrent layers alone reads features (1, T, F), T = 32. `while` is a loop, as in the
default file of a model, `fused` the fused operator and `unrolled` single steps. The files take
turns on one thread of one process; a time is the median of the turns' medians, a ratio the median
of the turns' ratios, with its extremes. `wide` layers are those that are loops in the variant
"fused", too; here all layers are fused. Writes `recurrent_time.csv`; run it on a machine that does
nothing else.
"""

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from ai_edge_litert.interpreter import Interpreter  # noqa: E402

import zoo  # noqa: E402
from tables import put_rows  # noqa: E402
from zoo.export.signature import SERVING  # noqa: E402
from zoo.export.tflite.convert import convert_in_child  # noqa: E402
from zoo.export.tflite.fused_lstm import fused_lstm, is_wide  # noqa: E402
from zoo.export.tflite.probe import median_ms  # noqa: E402
from zoo.export.tflite.recurrent_loop import loop_rnn, unrolled_rnn  # noqa: E402
from zoo.layers.rnn.kernels import use_kernel  # noqa: E402

LENGTH = 32  # T
KERNELS = {"while": loop_rnn, "fused": fused_lstm, "unrolled": unrolled_rnn}
REPEATS = 200
TURNS = 9


def measure(name):
    """Return the row of a model."""
    model = zoo.load(name).model
    layers = model.recurrent.rnns
    kernel, recurrent = layers[0].direction_weights("forward")[:2]
    sizes = {"F": kernel.shape[0], "U": recurrent.shape[0], "layers": len(layers)}
    wide = is_wide(layers[0].direction_weights("forward"))
    runs = {variant: prepared(model.recurrent, variant, sizes["F"]) for variant in KERNELS}
    turns = [
        {variant: median_ms(run, {}, REPEATS) for variant, run in runs.items()}
        for _ in range(TURNS)
    ]
    return {
        "model": name,
        **sizes,
        "wide": "yes" if wide else "no",
        **{f"{v} ms": f"{statistics.median(turn[v] for turn in turns):.3f}" for v in KERNELS},
        **{f"while / {other}": ratio(turns, other) for other in ("fused", "unrolled")},
    }


def prepared(stack, variant, width):
    """Return a function that runs a file of the recurrent layers on random features."""
    with tempfile.TemporaryDirectory() as folder:
        interpreter = Interpreter(str(convert(stack, variant, width, folder)), num_threads=1)
    (details,) = interpreter.get_input_details()
    features = np.random.default_rng(0).normal(size=(1, LENGTH, width)).astype("float32")
    interpreter.resize_tensor_input(details["index"], features.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(details["index"], features)
    return lambda _: interpreter.invoke()


def convert(stack, variant, width, folder):
    """Write a file of the recurrent layers, and return its path."""
    length = LENGTH if variant == "unrolled" else None  # as in the files of models

    def serve(features):
        with use_kernel(KERNELS[variant]):
            outputs = stack(features, training=False)  # some return the final states, too
            return {"outputs": tf.nest.flatten(outputs)[0]}

    spec = tf.TensorSpec((1, length, width), tf.float32, name="features")
    module, saved = tf.Module(), Path(folder, variant)
    module.variables_of_model = [weight.value for weight in stack.weights]
    function = tf.function(serve, autograph=False).get_concrete_function(spec)
    tf.saved_model.save(module, str(saved), signatures={SERVING: function})
    path = Path(folder, f"{variant}.tflite")
    convert_in_child(saved, path)
    return path


def ratio(turns, other):
    """Return how the time of the loop compares with that of another form."""
    ratios = [turn["while"] / turn[other] for turn in turns]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--models", nargs="+", default=zoo.list_models())
    parser.add_argument("--output", type=Path, default=Path(__file__).with_suffix(".csv"))
    options = parser.parse_args()
    for name in options.models:
        row = measure(name)
        put_rows([row], options.output, ["model"])
        print(*row.values(), sep="  ", flush=True)


if __name__ == "__main__":
    main()
