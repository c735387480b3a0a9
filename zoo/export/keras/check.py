"""Comparison of a TFLite file with the Keras model that it was made from."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

from zoo.export.keras.signature import by_name, readers
from zoo.export.signature import SERVING
from zoo.export.tflite.convert import ExportError
from zoo.export.verify import run_probe
from zoo.hub.errors import ModelFileError
from zoo.runtime.quiet import without_delegate_notice

LENGTHS = (24, 70, 5, 33)  # of drawn inputs; one is longer than a chunk of the loop
OTHER_SIZE = 6  # of open axes other than time
TOLERANCE = 1e-4
CALLS = 2  # of the file with each input, in each API of LiteRT
# Types of tensors that the Python API of `CompiledModel` has buffers for.
BUFFERS = ("float32", "float16", "int32", "int8", "uint8", "bool")

Inputs = Mapping[str, np.ndarray]


def check_file(
    content: bytes,
    model: keras.Model,
    specs: Mapping[str, tf.TensorSpec],
    tolerance: float = TOLERANCE,
    samples: Sequence[Inputs] | None = None,
) -> tuple[float, dict[str, int], str | None]:
    """Compare the outputs of a file with those of its model, at several calls without a reset.

    Both APIs of LiteRT, `Interpreter` and `CompiledModel`, answer inputs of several lengths in
    random order, each twice.

    Args:
        content: the file's content.
        model: the Keras model.
        specs: the file's inputs by name.
        tolerance: largest allowed difference of an output, relative to the largest output if that
            is above 1; infinity for a quantized file, whose outputs only have to be numbers.
        samples: inputs without the batch axis, by name, or None to draw some.

    Returns:
        The largest difference, the number of calls by API, and why `CompiledModel` did not answer,
        or None.

    Raises:
        ExportError: `Interpreter` cannot run the file, or an output differs.
        ValueError: the model accepts none of the inputs.
    """
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
    # It comes first, and so shows that the outputs fit into the buffers of `CompiledModel`.
    answers = _interpreter(content, calls)
    largest = _compare_all("Interpreter", answers, calls, tolerance)
    numbers = {"Interpreter": len(calls)}
    types = {array.dtype.name for call in calls for x in call for array in x.values()}
    if others := types.difference(BUFFERS):
        return largest, numbers, f"its Python API has no buffers for {', '.join(sorted(others))}"
    try:
        answers = _compiled_model(content, calls)
    except ModelFileError as error:
        return largest, numbers, str(error)
    largest = max(largest, _compare_all("CompiledModel", answers, calls, tolerance))
    return largest, {**numbers, "CompiledModel": len(calls)}, None


@without_delegate_notice()
def _interpreter(content, calls):
    """Return the outputs of calls."""
    try:
        run = Interpreter(model_content=content).get_signature_runner(SERVING)
    except (RuntimeError, ValueError) as error:
        raise ExportError(f"LiteRT cannot load the file: {error}") from error
    return [_outputs(run, inputs) for inputs, _ in calls]


def _outputs(run, inputs):
    shapes = _shapes(inputs)
    try:
        return run(**inputs)
    except (RuntimeError, ValueError) as error:
        raise ExportError(f"LiteRT cannot run the file on {shapes}: {error}") from error


def _compiled_model(content, calls):
    """Return the outputs of calls, in a child process: LiteRT writes many lines to stderr."""
    arrays: dict[str, Any] = {
        f"{number}/{kind}/{name}": array
        for number, call in enumerate(calls)
        for kind, x in zip(("inputs", "outputs"), call, strict=True)
        for name, array in x.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        model, given, answers = (Path(folder, n) for n in ("model.tflite", "calls.npz", "out.npz"))
        model.write_bytes(content)
        np.savez(given, **arrays)
        run_probe(model, given, answers)
        with np.load(answers) as found:
            return [
                {name: found[f"{number}/outputs/{name}"] for name in expected}
                for number, (_, expected) in enumerate(calls)
            ]


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


def _shapes(inputs):
    return {name: array.shape for name, array in inputs.items()}


def _compare_all(api, answers, calls, tolerance):
    """Return the largest difference of all calls in an API."""
    pairs = zip(answers, calls, strict=True)
    return max(_compare(api, found, *call, tolerance=tolerance) for found, call in pairs)


def _compare(api, found, inputs, expected, tolerance):
    """Return the largest difference of one call."""
    largest = 0.0
    for name, array in expected.items():
        if found[name].shape != array.shape:
            how = f"has the shape {found[name].shape} and not {array.shape}"
            raise ExportError(_another_answer(api, name, how, inputs))
        apart = _difference(found[name], array)
        if not apart <= tolerance * max(1, np.abs(array).max(initial=0)):
            raise ExportError(_another_answer(api, name, f"differs by {apart:.2g}", inputs))
        largest = max(largest, apart)
    return largest


def _difference(found, expected):
    """Return the largest difference of two arrays; NaN and infinity equal themselves."""
    same = (found == expected) | (np.isnan(found) & np.isnan(expected))
    pairs = (each.astype("float64") for each in (found, expected))
    return float(np.where(same, 0.0, np.abs(np.subtract(*pairs))).max(initial=0.0))


def _another_answer(api, name, how, inputs):
    return (
        f"the file gives another answer than the model in {api} of LiteRT: output {name!r} {how} "
        f"for inputs of shape {_shapes(inputs)}."
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
