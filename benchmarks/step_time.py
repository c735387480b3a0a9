"""Time of a step on the CPU: the LSTM from scratch beside Keras' `Bidirectional` and PyTorch's.

Same weights, same input, same process, calls in turn; medians after a warm-up. Forward is a
compiled call, training a compiled gradient of all weights, ours also with matrix products in
bfloat16 (`zoo.ops.matmul_dtype`). PyTorch reads packed sequences where there is a mask; without
PyTorch its column is empty. Prints the ratio that matters, built-in time over ours (above 1: ours
is faster), and the share of the machine's peak of matrix products that ours reaches: the FLOPs of
its products alone, over its time and the fastest product of two large matrices in NumPy. Writes
`benchmarks/step_time.csv`.

    python benchmarks/step_time.py
"""

import argparse
import csv
import importlib.util
import os
import platform
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf

from peers.machine import matmul_peak
from zoo.layers import copy_weights, recurrent, to_torch
from zoo.ops.matmul_dtype import use_matmul_dtype

SHAPES = [
    (32, 32, 228, 200),
    (1, 32, 228, 200),
    (1, 32, 32, 32),
    (64, 32, 100, 64),
    (16, 256, 100, 64),
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


def torch_calls(layer, sequences, mask):
    """Return the calls of a `torch.nn.LSTM` with the weights of a layer."""
    import torch
    from torch.nn.utils.rnn import pack_padded_sequence

    torch.set_num_threads(os.cpu_count())
    lstm = torch.nn.LSTM(sequences.shape[-1], layer.units, batch_first=True, bidirectional=True)
    lstm.load_state_dict({name: torch.from_numpy(a) for name, a in to_torch(layer).items()})
    inputs = torch.tensor(sequences.numpy())
    if mask is not None:
        lengths = torch.tensor(mask.numpy().sum(axis=1))
        inputs = pack_padded_sequence(inputs, lengths, batch_first=True, enforce_sorted=False)

    def outputs():
        found = lstm(inputs)[0]
        return found if mask is None else found.data

    @torch.no_grad()
    def forward():
        return outputs()

    def training():
        lstm.zero_grad()
        (outputs() ** 2).sum().backward()
        return lstm.bias_hh_l0.grad

    return {"forward": forward, "training": training}


def flops_of(what, batch, length, features, units, **_):
    """Return the FLOPs of the matrix products of a step; a gradient takes two more of each."""
    forward = 2 * 2 * batch * length * (features + units) * 4 * units
    return forward * (3 if what == "training" else 1)


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
    peak = matmul_peak(os.cpu_count()) * 1e9
    for sizes, sequences, mask in cases():
        layers = make_layers(sizes["units"], sequences.shape)
        calls = {name: make_calls(layer, sequences, mask) for name, layer in layers.items()}
        in_half = make_calls(layers["scratch"], sequences, mask, "bfloat16")
        calls["bfloat16"] = {"training": in_half["training"]}
        if importlib.util.find_spec("torch"):
            calls["torch"] = torch_calls(layers["scratch"], sequences, mask)
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
                "torch_ms": round(times["torch"], 2) if "torch" in times else "",
                "torch_ratio": round(times["torch"] / scratch, 2) if "torch" in times else "",
                "share_of_peak": round(1e3 * flops_of(what, **sizes) / scratch / peak, 2),
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
