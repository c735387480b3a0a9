"""Comparison of a TFLite file with the Keras model that it was made from."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

from zoo.export.signature import SERVING
from zoo.export.tflite.convert import ExportError
from zoo.export.tflite.keras_signature import by_name

LENGTHS = (24, 70, 5, 24)  # of drawn inputs; one is longer than a chunk of the loop
OTHER_SIZE = 6  # of open axes other than time
TOLERANCE = 1e-4

Inputs = Mapping[str, np.ndarray]


def check_file(
    content: bytes,
    model: keras.Model,
    specs: Mapping[str, tf.TensorSpec],
    exact: bool,
    samples: Sequence[Inputs] | None = None,
) -> None:
    """Compare the outputs of a file with those of its model, at several calls of one interpreter.

    Args:
        content: the file's content.
        model: the Keras model.
        specs: the file's inputs by name.
        exact: whether outputs must differ by less than `TOLERANCE`, relative to the largest output
            if that is above 1; else they only have to be finite.
        samples: inputs without the batch axis, by name, or None to draw some.

    Raises:
        ExportError: LiteRT cannot run the file, or an output differs.
        ValueError: the model accepts none of the inputs.
    """
    run = _runner(content)
    # Compiled for each shape: Keras' TimeDistributed is wrong in a graph of unknown length.
    expect: Any = tf.function(by_name(model), autograph=False)
    given = [{name: array[None] for name, array in each.items()} for each in samples or ()]
    compared = 0
    for inputs in given or drawn_inputs(model, specs):
        expected = _answers(expect, inputs)
        if expected is not None:
            _compare(run, inputs, expected, exact)
            compared += 1
    if not compared:
        raise ValueError(
            f"`samples` must be inputs of {model.name!r}, dicts of arrays without the batch axis "
            f"with the names {list(specs)}; it accepts none of those given or drawn."
        )


def _runner(content):
    try:
        return Interpreter(model_content=content).get_signature_runner(SERVING)
    except (RuntimeError, ValueError) as error:
        raise ExportError(f"LiteRT cannot load the file: {error}") from error


def _answers(model, inputs):
    """Return the model's outputs, or None if it rejects the inputs.

    Drawn inputs may be too short for a convolution without padding, for example.
    """
    try:
        return {name: np.asarray(array) for name, array in model(inputs).items()}
    except Exception:
        return None


def _compare(run, inputs, expected, exact):
    shapes = {name: array.shape for name, array in inputs.items()}
    try:
        found = run(**inputs)
    except (RuntimeError, ValueError) as error:
        raise ExportError(f"LiteRT cannot run the file on {shapes}: {error}") from error
    for name, array in expected.items():
        allowed = TOLERANCE * max(1, np.abs(array).max(initial=0)) if exact else np.inf
        alike = found[name].shape == array.shape
        if alike and np.allclose(found[name], array, rtol=0, atol=allowed, equal_nan=True):
            continue
        how = (
            f"differs by {np.abs(found[name] - array).max():.2g}"
            if alike
            else f"has the shape {found[name].shape} and not {array.shape}"
        )
        raise ExportError(
            f"the file gives another answer than the model: output {name!r} {how} for inputs of "
            f"shape {shapes}."
        )


def drawn_inputs(
    model: keras.Model, specs: Mapping[str, tf.TensorSpec]
) -> Iterator[dict[str, np.ndarray]]:
    """Yield random inputs of several lengths, of which some end or begin with zeros.

    Args:
        model: a built Keras model.
        specs: its inputs by name, as `input_specs` returns them.
    """
    rng = np.random.default_rng(0)
    ids = {name: _id_count(model, each) for name, each in zip(specs, model.inputs, strict=True)}
    for number, length in enumerate(LENGTHS):
        inputs = {}
        for name, spec in specs.items():
            sizes = [OTHER_SIZE if size is None else size for size in spec.shape]
            if len(sizes) > 1 and spec.shape[1] is None:
                sizes[1] = length
            inputs[name] = _drawn(rng, sizes, spec.dtype, ids[name])
            if len(sizes) > 1:
                third = sizes[1] // 3
                padding = (slice(0), slice(sizes[1] - third, None), slice(third))[number % 3]
                inputs[name][:, padding] = 0
        yield inputs


def _drawn(rng, sizes, dtype, count):
    if count is None and dtype.is_floating:
        return rng.normal(size=sizes).astype(dtype.as_numpy_dtype)
    return rng.integers(0, count or 2, sizes).astype(dtype.as_numpy_dtype)


def _id_count(model, tensor):
    """Return the number of ids of the embedding that an input of a model enters, or None."""
    for layer in model.layers:
        for node in layer._inbound_nodes:
            for number, each in enumerate(node.input_tensors):
                if each is tensor and isinstance(layer, keras.layers.Embedding):
                    return layer.input_dim
                if each is tensor and isinstance(layer, keras.Model):
                    return _id_count(layer, layer.inputs[number])
    return None
