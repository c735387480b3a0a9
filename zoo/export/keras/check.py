"""Comparison of a TFLite file with the Keras model that it was made from."""

from collections.abc import Iterator, Mapping, Sequence

import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

from zoo.export.keras.signature import by_name, readers
from zoo.export.signature import SERVING
from zoo.export.tflite.convert import ExportError
from zoo.runtime.quiet import without_delegate_notice

LENGTHS = (24, 70, 5, 33)  # of drawn inputs; one is longer than a chunk of the loop
OTHER_SIZE = 6  # of open axes other than time
TOLERANCE = 1e-4
CALLS = 2  # of the file with each input

Inputs = Mapping[str, np.ndarray]


def check_file(
    content: bytes,
    model: keras.Model,
    specs: Mapping[str, tf.TensorSpec],
    tolerance: float = TOLERANCE,
    samples: Sequence[Inputs] | None = None,
) -> tuple[float, int]:
    """Compare the outputs of a file with those of its model, at several calls of one interpreter.

    Inputs of several lengths come in random order, each twice.

    Args:
        content: the file's content.
        model: the Keras model.
        specs: the file's inputs by name.
        tolerance: largest allowed difference of an output, relative to the largest output if that
            is above 1; infinity for a quantized file, whose outputs only have to be numbers.
        samples: inputs without the batch axis, by name, or None to draw some.

    Returns:
        The largest difference, and the number of calls.

    Raises:
        ExportError: LiteRT cannot run the file, or an output differs.
        ValueError: the model accepts none of the inputs.
    """
    run = _runner(content)
    given = [{name: array[None] for name, array in each.items()} for each in samples or ()]
    refusals: list[Exception] = []
    answered = list(_answered(model, specs, given or drawn_inputs(model, specs), refusals))
    if not answered:
        raise ValueError(
            f"`samples` must be inputs of {model.name!r}, dicts of arrays without the batch axis "
            f"with the names {list(specs)}; it accepts none of those given or drawn: {refusals[-1]}"
        )
    order = np.random.default_rng(0).permutation(CALLS * len(answered))
    calls = [answered[i % len(answered)] for i in order]
    return max(_compare(run, *call, tolerance=tolerance) for call in calls), len(calls)


def _runner(content):
    try:
        with without_delegate_notice():
            return Interpreter(model_content=content).get_signature_runner(SERVING)
    except (RuntimeError, ValueError) as error:
        raise ExportError(f"LiteRT cannot load the file: {error}") from error


def _answered(model, specs, drawn, refusals):
    """Yield inputs and the model's outputs; append the errors of inputs that the model refuses.

    Drawn inputs may be too short for a convolution without padding, for example.
    """
    call = by_name(model)
    # A graph for each length would take longer, and in one of unknown length Keras' TimeDistributed
    # is wrong.
    if all(spec.shape.is_fully_defined() for spec in specs.values()):
        call = tf.function(call, autograph=False)
    for inputs in drawn:
        try:
            outputs = call({name: tf.constant(array) for name, array in inputs.items()})
        except Exception as error:  # what the layers of a user raise
            refusals.append(error)
            continue
        yield inputs, {name: np.asarray(_in_32_bits(array)) for name, array in outputs.items()}


def _in_32_bits(array):
    return tf.cast(array, "float32") if array.dtype in ("float16", "bfloat16") else array


def _compare(run, inputs, expected, tolerance):
    """Return the largest difference of one call."""
    shapes = {name: array.shape for name, array in inputs.items()}
    try:
        found = run(**inputs)
    except (RuntimeError, ValueError) as error:
        raise ExportError(f"LiteRT cannot run the file on {shapes}: {error}") from error
    largest = 0.0
    for name, array in expected.items():
        if found[name].shape != array.shape:
            how = f"has the shape {found[name].shape} and not {array.shape}"
            raise ExportError(_another_answer(name, how, shapes))
        apart = _difference(found[name], array)
        if not apart <= tolerance * max(1, np.abs(array).max(initial=0)):
            raise ExportError(_another_answer(name, f"differs by {apart:.2g}", shapes))
        largest = max(largest, apart)
    return largest


def _difference(found, expected):
    """Return the largest difference of two arrays; NaN and infinity equal themselves."""
    same = (found == expected) | (np.isnan(found) & np.isnan(expected))
    pairs = (each.astype("float64") for each in (found, expected))
    return float(np.where(same, 0.0, np.abs(np.subtract(*pairs))).max(initial=0.0))


def _another_answer(name, how, shapes):
    return (
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
    # The states come last.
    ids = {name: _id_count(model, each) for name, each in zip(specs, model.inputs, strict=False)}
    for number, length in enumerate(LENGTHS):
        inputs = {}
        for name, spec in specs.items():
            sizes = [OTHER_SIZE if size is None else size for size in spec.shape]
            if len(sizes) > 1 and spec.shape[1] is None:
                sizes[1] = length
            inputs[name] = _drawn(rng, sizes, spec.dtype, ids.get(name))
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
    for layer in readers(model, tensor):
        while isinstance(layer, keras.layers.Wrapper):
            layer = layer.layer
        if isinstance(layer, keras.layers.Embedding):
            return layer.input_dim
    return None
