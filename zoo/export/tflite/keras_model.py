"""Conversion of any Keras model with recurrent layers to a TFLite file."""

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from zoo.export.signature import SERVING
from zoo.export.tflite.convert import ExportError, UnsupportedError, convert_in_child
from zoo.export.tflite.keras_check import check_file
from zoo.export.tflite.keras_signature import by_name, input_specs, layer_of
from zoo.export.tflite.scan import chunked_scan, unrolled_scan
from zoo.layers import adopt
from zoo.layers.guards import check_choice
from zoo.ops.scan import use_scan
from zoo.ops.tensor_types import Tensor

SCANS: dict[str, Callable[..., Any]] = {"while": chunked_scan, "unrolled": unrolled_scan}
QUANTIZATIONS = ("float32", "float16", "dynamic")
LONGEST_UNROLLED = 256  # steps; the converter takes minutes for more


class FoldedTimeDistributed(keras.layers.TimeDistributed):
    """`keras.layers.TimeDistributed` that calls its layer once, on (B * T, ...).

    In a graph of unknown T, Keras 3.15 runs its layer on as many positions as the batch has rows.
    """

    def call(
        self, inputs: Tensor, training: bool | None = None, mask: Tensor | None = None
    ) -> Tensor:
        """Return the outputs of the layer for every position, (B, T, ...)."""
        with_mask = mask is not None and self.layer._call_has_mask_arg
        arguments = {"mask": _folded(mask)} if with_mask else {}
        outputs = self.layer(_folded(inputs), **arguments)
        batch, time = keras.ops.shape(inputs)[:2]
        return keras.ops.reshape(outputs, (batch, time, *outputs.shape[1:]))


def _folded(x):
    """Return (B, T, ...) as (B * T, ...)."""
    batch, time, *others = keras.ops.shape(x)
    return keras.ops.reshape(x, (batch * time, *others))


def export_keras_model(
    model: keras.Model,
    path: str | os.PathLike[str],
    variant: str = "while",
    quantization: str = "float32",
    *,
    length: int | None = None,
    samples: Sequence[Mapping[str, np.ndarray]] | None = None,
) -> Path:
    """Convert a Keras model to TFLite, and compare the file with the model.

    Arguments, return value and errors are those of `zoo.export.export_tflite`.
    """
    _check_options(variant, quantization, length)
    portable = portable_copy(model)
    specs = input_specs(portable, length)
    if variant == "unrolled":
        _check_lengths(specs)
    serve = _concrete_function(portable, specs, SCANS[variant])
    module: Any = tf.Module()
    module.variables_of_model = [variable.value for variable in portable.variables]
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "model.tflite")
        tf.saved_model.save(module, folder, signatures={SERVING: serve})
        try:
            convert_in_child(folder, output, quantization)
        except UnsupportedError as error:
            raise ExportError(_unsupported(portable, serve, error.operators)) from error
        content = output.read_bytes()
    check_file(content, model, specs, exact=quantization == "float32", samples=samples)
    path = Path(path)
    path.write_bytes(content)
    return path


def _check_options(variant, quantization, length):
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
    """Return a copy of a model with layers whose loops TFLite can run.

    Args:
        model: a built `keras.Sequential` or functional model.

    Raises:
        ExportError: a layer takes text, or keeps its state between calls.
        ValueError, TypeError: as `zoo.layers.adopt`.
    """
    portable = adopt(model)
    for each in portable.inputs:
        if each.dtype == "string":
            raise ExportError(
                f"input {each.name!r} of {model.name!r} is text, which builtin operators cannot "
                "split. Export the layers behind the text vectorization, for example "
                "keras.Sequential(model.layers[1:])."
            )
    for layer in portable._flatten_layers():
        if type(layer) is keras.layers.TimeDistributed:
            layer.__class__ = FoldedTimeDistributed
        if getattr(layer, "stateful", False):
            raise ExportError(
                f"layer {layer.name!r} has stateful=True, and a file keeps nothing between calls. "
                "Use initial_state and return_state=True: the state is then an input and an output."
            )
    return portable


def _concrete_function(model, specs, scan):
    """Return the model as a function of its inputs by name, whose loops run by `scan`."""
    call = by_name(model)

    def serve(**inputs):
        with use_scan(scan):
            return call(inputs)

    function: Any = tf.function(serve, autograph=False)
    return function.get_concrete_function(**specs)


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
