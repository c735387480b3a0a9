"""From a SavedModel to a TFLite file, in a process of its own, which a converter may kill.

    python -m zoo.export.tflite.convert FOLDER OUTPUT OPTIONS

OPTIONS is a JSON object: `quantization`, and for "int8" `samples`, an `.npz` file.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf

from zoo.export.tflite.patch_flatbuffer import mended

QUANTIZATIONS = ("float32", "float16", "dynamic", "int8")
NOTICES = ("WARNING: All log", "INFO: ", "I0000 ", "W0000 ")  # of every start
MESSAGE_LINES = 5
PATIENCE = 3600  # seconds; the largest unrolled models take minutes


class ExportError(RuntimeError):
    """An export that cannot be made, or is not as good as it has to be."""


def convert_in_child(folder, output, quantization="float32", samples=None):
    """Convert a SavedModel in a child process, and wait for it.

    Args:
        folder: of the SavedModel.
        output: path of the `.tflite` file to write.
        quantization: one of `QUANTIZATIONS`.
        samples: path of an `.npz` file that `save_samples` wrote, for "int8".

    Raises:
        ExportError: the converter refused the model, died of it, with what it said, or did not
            end within an hour.
    """
    options = {"quantization": quantization, "samples": samples and str(samples)}
    arguments = [str(folder), str(output), json.dumps(options)]
    # The child must find this package wherever the parent has it from.
    home = str(Path(__file__).resolve().parents[3])
    path = os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH")]))
    try:
        child = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "zoo.export.tflite.convert", *arguments],
            capture_output=True,
            text=True,
            errors="replace",
            env={**os.environ, "PYTHONPATH": path, "TF_CPP_MIN_LOG_LEVEL": "3"},
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired as error:
        raise ExportError(
            f"TensorFlow's converter was still at this model after {PATIENCE} seconds with "
            f"quantization={quantization!r}; a shorter `length` or another variant may do."
        ) from error
    if child.returncode:
        raise ExportError(
            f"TensorFlow's converter {end_of(child.returncode)} on this model with "
            f"quantization={quantization!r}; another quantization or variant may do. It said: "
            f"{last_words(child.stderr)}"
        )


def end_of(code):
    """Say how a process ended.

    Example:

    >>> end_of(1), end_of(-signal.SIGABRT)
    ('failed', 'died of SIGABRT')
    """
    return f"died of {signal.Signals(-code).name}" if code < 0 else "failed"


def last_words(text):
    """Return the last lines of what a process wrote, without TensorFlow's notices at its start."""
    lines = [line.strip() for line in text.splitlines() if not line.startswith(NOTICES)]
    return " ".join([line for line in lines if line][-MESSAGE_LINES:]) or "nothing."


def convert(folder, quantization="float32", samples=None):
    """Convert a SavedModel to the content of a TFLite file of builtin operators alone.

    Args:
        folder: of the SavedModel.
        quantization: "float32"; "float16", weights in 16 bits; "dynamic", weights in 8 bits;
            "int8", what has an operator for it computes in 8 bits, too, within ranges that it takes
            on the samples.
        samples: path of an `.npz` file that `save_samples` wrote, for "int8".

    Returns:
        Bytes.
    """
    converter = tf.lite.TFLiteConverter.from_saved_model(str(folder))
    if quantization != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if quantization == "float16":
        converter.target_spec.supported_types = [tf.float16]
    if quantization == "int8":
        sets = tf.lite.OpsSet
        converter.target_spec.supported_ops = [sets.TFLITE_BUILTINS_INT8, sets.TFLITE_BUILTINS]
        converter.representative_dataset = lambda: load_samples(samples)
    return mended(converter.convert())


def save_samples(path, samples):
    """Write model inputs to an `.npz` file.

    Args:
        path: of the file.
        samples: list of dicts of arrays (T, ...), one sequence each.
    """
    arrays = {f"{i}/{name}": a for i, each in enumerate(samples) for name, a in each.items()}
    np.savez(path, **arrays)


def load_samples(path):
    """Yield the dicts of arrays of a file that `save_samples` wrote, (1, T, ...)."""
    samples = {}
    with np.load(path) as arrays:
        for key, array in arrays.items():
            number, name = key.split("/")
            samples.setdefault(number, {})[name] = array[None]
    yield from samples.values()


if __name__ == "__main__":
    try:
        Path(sys.argv[2]).write_bytes(convert(sys.argv[1], **json.loads(sys.argv[3])))
    except Exception as error:  # whatever it is, the parent says it
        sys.exit(f"{type(error).__name__}: {error}")
