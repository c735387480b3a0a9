"""Time of a step on the CPU: the LSTM from scratch beside Keras' built-in `Bidirectional`.

Same weights, same input, same process, calls in turn; medians after a warm-up. Forward is a
compiled call, training a compiled gradient of all weights, ours also with matrix products in
bfloat16 (`zoo.ops.matmul_dtype`). Prints the ratio that matters, built-in time over ours (above 1:
ours is faster), and writes `benchmarks/step_time.csv`.

    python benchmarks/step_time.py
"""

import argparse
import csv
import os
import platform
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf

from zoo.layers import copy_weights, recurrent
from zoo.ops.matmul_dtype import use_matmul_dtype

SHAPES = [
    (32, 32, 228, 200),
    (1, 32, 228, 200),
    (1, 32, 32, 32),
    (64, 100, 100, 128),
    (32, 300, 100, 256),
]


def make_layers(units, shape):
    layers = {
        "builtin": recurrent(units, backend_layer="keras", return_sequences=True),
        "scratch": recurrent(units, return_sequences=True),
    }
    for layer in layers.values():
        layer.build(shape)
    copy_weights(layers["builtin"], layers["scratch"])
    return layers


def make_calls(layer, sequences, mask, products=None):
    weights = [w.value for w in layer.trainable_weights]

    @tf.function(autograph=False)
    def forward():
        return layer(sequences, mask=mask)

    @tf.function(autograph=False)
    def training():
        with use_matmul_dtype(products), tf.GradientTape() as tape:
            loss = tf.reduce_sum(layer(sequences, mask=mask, training=True) ** 2)
            return tape.gradient(loss, weights)

    return {"forward": forward, "training": training}


def cases():
    """Return what each row measures: its sizes, sequences (B, T, F) and mask (B, T) or None."""
    for batch, length, features, units in SHAPES:
        sequences = tf.random.stateless_normal((batch, length, features), seed=(0, 1))
        lengths = np.linspace(length // 2, length, batch).astype(int)
        padding = tf.constant(np.arange(length) < lengths[:, None])
        sizes = {"batch": batch, "length": length, "features": features, "units": units}
        for masked, mask in (("no", None), ("yes", padding)):
            yield {**sizes, "masked": masked}, sequences, mask


def milliseconds(call):
    """Return how long one call takes, until its values are there."""
    start = time.perf_counter()
    tf.nest.flatten(call())[-1].numpy()
    return 1e3 * (time.perf_counter() - start)


def measure(calls, repeats):
    """Return the median milliseconds of every call, the calls taken in turn."""
    times = {name: [] for name in calls}
    for turn in range(repeats + 5):
        for name, call in calls.items():
            took = milliseconds(call)
            if turn >= 5:
                times[name].append(took)
    return {name: float(np.median(each)) for name, each in times.items()}


def rows(repeats):
    for sizes, sequences, mask in cases():
        layers = make_layers(sizes["units"], sequences.shape)
        calls = {name: make_calls(layer, sequences, mask) for name, layer in layers.items()}
        in_half = make_calls(layers["scratch"], sequences, mask, "bfloat16")
        calls["bfloat16"] = {"training": in_half["training"]}
        for what in ("forward", "training"):
            asked = {name: each[what] for name, each in calls.items() if what in each}
            times = measure(asked, repeats)
            builtin, scratch = times["builtin"], times["scratch"]
            yield {
                **sizes,
                "pass": what,
                "builtin_ms": round(builtin, 2),
                "scratch_ms": round(scratch, 2),
                "ratio": round(builtin / scratch, 2),
                "bfloat16_ms": round(times["bfloat16"], 2) if "bfloat16" in times else "",
            }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repeats", type=int, default=40)
    parser.add_argument("--output", type=Path, default=Path(__file__).with_suffix(".csv"))
    options = parser.parse_args()
    print(
        f"Keras {keras.__version__}, TensorFlow {tf.__version__}, {os.cpu_count()} cores,", end=""
    )
    print(f" {platform.machine()}; medians of {options.repeats}")
    with open(options.output, "w", newline="") as file:
        writer = None
        for row in rows(options.repeats):
            if writer is None:
                writer = csv.DictWriter(file, row)
                writer.writeheader()
                print("  ".join(f"{name:>10}" for name in row))
            writer.writerow(row)
            print("  ".join(f"{value!s:>10}" for value in row.values()), flush=True)


if __name__ == "__main__":
    main()
