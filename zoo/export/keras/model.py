"""Conversion of any Keras model with recurrent layers to a TFLite file."""

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from zoo.export.keras.check import TOLERANCE, check_file
from zoo.export.keras.layers import portable_layers
from zoo.export.keras.report import ConversionReport
from zoo.export.keras.signature import by_name, described, input_specs, layer_of, readers
from zoo.export.signature import SERVING
from zoo.export.tflite.convert import ExportError, UnsupportedError, convert_in_child
from zoo.export.tflite.scan import chunked_scan, unrolled_scan
from zoo.layers import adopt
from zoo.layers.guards import check_choice
from zoo.ops.scan import use_scan

SCANS: dict[str, Callable[..., Any]] = {"while": chunked_scan, "unrolled": unrolled_scan}
QUANTIZATIONS = ("float32", "float16", "dynamic")
TOLERANCES = {"float16": 2e-2, "bfloat16": 1e-1}  # of models that compute so
LONGEST_UNROLLED = 256  # steps; the converter takes minutes for more


def export_keras_model(
    model: keras.Model,
    path: str | os.PathLike[str],
    variant: str | None = None,
    quantization: str = "float32",
    *,
    length: int | None = None,
    samples: Sequence[Mapping[str, np.ndarray]] | None = None,
) -> ConversionReport:
    """Convert a Keras model to TFLite, and compare the file with the model.

    Arguments and errors are those of `zoo.export.export_tflite`.

    Returns:
        What the file holds, and how far its answers are from the model's.
    """
    variant = variant or "while"
    _check_options(model, variant, quantization, length)
    path = writable_file(path)
    portable = portable_copy(model)
    specs = input_specs(portable, length)
    if variant == "unrolled":
        _check_lengths(specs)
    content = _converted(portable, specs, SCANS[variant], quantization)
    tolerance = _tolerance(model) if quantization == "float32" else np.inf
    compared = check_file(content, model, specs, tolerance, samples)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return ConversionReport.of_file(path, *compared)


def _converted(portable, specs, scan, quantization):
    """Return the content of a model's TFLite file."""
    serve = _concrete_function(portable, specs, scan)
    module: Any = tf.Module()
    module.variables_of_model = [variable.value for variable in portable.variables]
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "model.tflite")
        tf.saved_model.save(module, folder, signatures={SERVING: serve})
        try:
            convert_in_child(folder, output, quantization)
        except UnsupportedError as error:
            raise ExportError(_unsupported(portable, serve, error.operators)) from error
        return output.read_bytes()


def _tolerance(model):
    """Return how far the answers of a file may be from those of its model.

    A file computes in 32 bits. A model that computes in 16 is off by the rounding of its own.
    """
    computed = {layer.compute_dtype for layer in model._flatten_layers()}
    return max(TOLERANCES.get(dtype, TOLERANCE) for dtype in computed)


def writable_file(path: str | os.PathLike[str]) -> Path:
    """Return the path of a file to write; its folder may have to be made.

    Raises:
        OSError: it is a folder, or may not be written.
    """
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder; give the path of a file to write.")
    nearest = next(each for each in (path, *path.absolute().parents) if each.exists())
    if nearest != path and not nearest.is_dir():
        raise NotADirectoryError(f"{path} cannot be written: {nearest} is not a folder.")
    if not os.access(nearest, os.W_OK):
        raise PermissionError(f"{path} cannot be written: no permission to write {nearest}.")
    return path


def _check_options(model, variant, quantization, length):
    if not isinstance(model, keras.Model):
        raise TypeError(
            f"`model` must be a Keras model, got {type(model).__name__}. For a .keras file use "
            "`zoo.export.convert`, or load it with `keras.saving.load_model`."
        )
    if keras.backend.backend() != "tensorflow":
        raise ValueError(
            "export_tflite needs Keras on TensorFlow, got the backend "
            f"{keras.backend.backend()!r}: save the model, set KERAS_BACKEND=tensorflow, load it."
        )
    check_choice("variant", variant, SCANS)
    check_choice("quantization", quantization, QUANTIZATIONS)
    whole = isinstance(length, int) and not isinstance(length, bool)
    if length is not None and not (whole and length > 0):
        raise ValueError(f"`length` must be None or a number of steps above 0, got {length!r}.")


def _check_lengths(specs):
    for name, spec in specs.items():
        time = spec.shape[1] if len(spec.shape) > 1 else 1
        if time is None or time > LONGEST_UNROLLED:
            raise ValueError(
                f"`length` must be from 1 to {LONGEST_UNROLLED} with variant='unrolled', and input "
                f"{name!r} has {time or 'any number of'} steps. Give `length`, or use 'while'."
            )


def portable_copy(model: keras.Model) -> keras.Model:
    """Return a copy of a model with the recurrent layers of the zoo where it has the same ones.

    Args:
        model: a built `keras.Sequential` or functional model.

    Raises:
        ExportError: a layer takes text or looks something up in a table.
        ValueError, TypeError: as `zoo.layers.adopt`.
    """
    portable = adopt(model, strict=False)
    for each in portable.inputs:
        if each.dtype == "string":
            layers = ", ".join(map(described, readers(portable, each))) or "none"
            raise ExportError(
                f"input {each.name!r} of {model.name!r} is text, which builtin operators cannot "
                f"split; the layers that read it: {layers}. Export the layers behind these, for "
                "example keras.Sequential(model.layers[1:]), and compute the ids in the app."
            )
    for layer in portable._flatten_layers():
        if hasattr(layer, "lookup_table"):
            raise ExportError(
                f"{described(layer)} looks its inputs up in a table, which builtin operators "
                "cannot. Export the layers behind it, and look the ids up in the app."
            )
    return portable


def _concrete_function(model, specs, scan):
    """Return the model as a function of its inputs by name, whose loops run by `scan`."""
    call = by_name(model)

    def serve(**inputs):
        with use_scan(scan), portable_layers(model):
            return _for_buffers(call(inputs))

    function: Any = tf.function(serve, autograph=False)
    return function.get_concrete_function(**specs)


def _for_buffers(outputs):
    """Return outputs as the results of operators that write to buffers of the caller.

    `CompiledModel` of LiteRT has the outputs written to such buffers. A loop, or an operator that
    computes its shape, writes to memory of LiteRT's own, and of two outputs that are one tensor,
    such as the last output and the state of an LSTM, only one would be written. A GATHER of known
    rows does neither: the converter keeps it, and one more for each output of the same shape.
    """
    found: dict[str, Any] = {}
    for name, output in outputs.items():
        rows = output.shape[0] if output.shape.rank else None
        alike = [each for each in found.values() if _kind(each) == _kind(output)]
        for _ in range(0 if rows is None else 1 + len(alike)):
            output = tf.gather(output, tf.range(rows))
        found[name] = output
    return found


def _kind(tensor):
    return tensor.dtype, tensor.shape.rank and tensor.shape.as_list()


def _unsupported(model, serve, operators):
    """Return a message that names the layers of operators without a builtin."""
    graph = serve.graph.as_graph_def()
    nodes = [*graph.node, *(node for f in graph.library.function for node in f.node_def)]
    found: dict[str, set[str]] = {}
    for node in nodes:
        if node.op in operators:
            found.setdefault(layer_of(model, node.name), set()).add(node.op)
    named = "; ".join(f"{layer}: {', '.join(sorted(ops))}" for layer, ops in found.items())
    return (
        "TFLite has no builtin operators for parts of the model: "
        f"{named or ', '.join(operators)}. Replace these layers, or export the model without them."
    )
