"""How fast are the default TFLite files of the shipped models, up to long sequences?

    python benchmarks/export_speed.py

The median milliseconds of a call of the file (loops, float32) and of the Keras model's compiled
`tf.function`, one sequence of 32 tokens on one thread, and of the file by length. The first two
take turns, and what stands there is the median over the turns; of the ratio also the extremes,
since a shared machine is not always as fast. `products alone` is what NumPy takes for the matrix
products of the recurrent layers, which no way of running them does without: the inputs of all steps
at once, the states step by step. Writes `export_speed.csv`; run it on a machine that does nothing
else. `device_files.py` compares the answers of the same files.
"""

import argparse
import os
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # of NumPy, before it is loaded

import numpy as np
import tensorflow as tf
from keras.ops import convert_to_numpy

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)

from tables import put_rows  # noqa: E402, I001

import zoo  # noqa: E402
from zoo.export.tflite.probe import median_ms  # noqa: E402
from zoo.export.signature import serving_module  # noqa: E402
from zoo.export.verify import probe, random_inputs  # noqa: E402
from zoo.hub import resolve  # noqa: E402

SHORT = 32
LENGTHS = (16, 64, 256, 1024, 4096)
REPEATS = 100
REPEATS_BY_LENGTH = 20
TURNS = 7


def measure(name):
    """Return the row of a shipped model."""
    model, path = zoo.load(name).model, resolve(name) / "model.tflite"
    rng = np.random.default_rng(0)
    timed = {length: random_inputs(model, length, rng) for length in LENGTHS}
    by_length = probe(path, timed=timed, repeats=REPEATS_BY_LENGTH)[0]["latency_ms"]
    turns = np.array(race(path, model, random_inputs(model, SHORT, rng)))
    of_file, compiled = np.median(turns, axis=0)
    ratio = turns[:, 1] / turns[:, 0]
    return {
        "model": name,
        f"TFLite ms, T = {SHORT}": f"{of_file:.3g}",
        f"tf.function ms, T = {SHORT}": f"{compiled:.3g}",
        "times as fast": f"{np.median(ratio):.1f} ({ratio.min():.1f} to {ratio.max():.1f})",
        f"products alone ms, T = {SHORT}": f"{products_ms(model):.3g}",
        **{f"ms, T = {length}": f"{by_length[str(length)]:.3g}" for length in LENGTHS},
    }


def race(path, model, inputs):
    """Return a pair of milliseconds a turn for one sequence: of the file, of the function."""
    serve = serving_module(model, batch=None)[1]["serving_default"]
    batch = {name: tf.constant(array[None]) for name, array in inputs.items()}

    def of_file():
        return probe(path, timed={SHORT: inputs}, repeats=REPEATS)[0]["latency_ms"][str(SHORT)]

    def of_function():
        return median_ms(lambda given: serve(**given)["scores"].numpy(), batch, REPEATS)

    return [(of_file(), of_function()) for _ in range(TURNS)]


def products_ms(model):
    """Return the milliseconds that NumPy takes for the recurrent layers' products, one sequence."""
    layers = model.recurrent.rnns
    weights = [each.direction_weights(way) for each in layers for way in ("forward", "backward")]
    kernels, recurrents = zip(*(map(convert_to_numpy, each[:2]) for each in weights), strict=True)
    rows = [np.ones((SHORT, len(kernel)), "float32") for kernel in kernels]

    def run(states):
        for inputs, kernel, state, recurrent in zip(rows, kernels, states, recurrents, strict=True):
            inputs @ kernel
            for _ in range(SHORT):
                state @ recurrent

    return median_ms(run, [np.ones(len(each), "float32") for each in recurrents], REPEATS)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--models", nargs="+", default=zoo.list_models())
    parser.add_argument("--output", type=Path, default=Path(__file__).with_suffix(".csv"))
    options = parser.parse_args()
    for name in options.models:
        row = measure(name)
        put_rows([row], options.output, ["model"])
        print("  ".join(f"{column} {value}" for column, value in row.items()))


if __name__ == "__main__":
    main()
