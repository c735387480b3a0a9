"""A TFLite file of builtin operators alone: LSTM layers fused, as loops, or unrolled."""

import tempfile
from pathlib import Path

import tensorflow as tf

from zoo.export.signature import serving_module
from zoo.export.tflite.batch_lstm import gate_loop, is_wide
from zoo.export.tflite.convert import QUANTIZATIONS, convert_in_child, save_samples
from zoo.export.tflite.fused_lstm import fused_lstm
from zoo.export.tflite.recurrent_loop import loop_rnn, unrolled_rnn
from zoo.export.tflite.scan import chunked_scan
from zoo.export.tflite.tagger_signatures import word_signatures
from zoo.layers.guards import check_choice
from zoo.layers.rnn.kernels import use_kernel
from zoo.ops.scan import use_scan
from zoo.runtime.litert import pad_to
from zoo.text.word_encoder import LONGEST

VARIANTS = ("fused", "while", "unrolled")
LONGEST_UNROLLED = 256  # of more steps, the converter takes minutes


def export_tflite(
    model, path, variant="fused", quantization="float32", *, length=None, samples=None
):
    """Convert a model to TFLite: batch 1, builtin operators alone.

    A tagger's file that is fused and float32 can also be run in parts, which is several times as
    fast for many sentences: see `zoo.export.tflite.tagger_signatures.word_signatures`.

    Args:
        model: a zoo model with `answers`: of a CRF, the search for the best tags and the
            probabilities are in the file, too, and they are loops in every variant.
        path: of the `.tflite` file to write.
        variant: "fused", LSTM layers as fused operators, which keep their state from call to call,
            other cells and LSTM layers so wide that it is faster
            (`zoo.export.tflite.batch_lstm.is_wide`) as loops; "while", loops
            for all, which keep none, for runtimes that lack the fused operator; or "unrolled", no recurrent loops, of a fixed length, for
            runtimes that lack shapes that change: a shorter sequence is padded with 0 at its end,
            and its words to `zoo.text.word_encoder.LONGEST` characters.
        quantization: "float32"; "float16", weights in 16 bits; "dynamic", weights in 8 bits;
            "int8", what has an operator for it computes in 8 bits, too.
        length: of "unrolled", and of no other variant: T, at most 256.
        samples: for "int8", and nothing else: list of dicts of int32 arrays (T, ...), inputs like
            those that the model will be given, from which the ranges of its numbers are taken; of
            one that is longer than `length` its beginning.

    Returns:
        The path as a `pathlib.Path`.

    Raises:
        ValueError: an argument that is none of these, is missing or has no use.
        ExportError: the converter cannot do it; it is tried in a process of its own.
    """
    _check(variant, quantization, length, samples)
    with tempfile.TemporaryDirectory() as folder:
        # By way of a SavedModel: a function converted directly keeps its variables unset.
        module, signatures = serving_module(model, 1, length, variant_answers(model, variant))
        if (variant, quantization) == ("fused", "float32"):
            signatures |= word_signatures(model)
        tf.saved_model.save(module, folder, signatures=signatures)
        if samples is not None:
            fitted = [_fitted(each, length) for each in samples]
            samples = Path(folder, "samples.npz")
            save_samples(samples, fitted)
        output = Path(folder, "model.tflite")
        convert_in_child(folder, output, quantization, samples)
        content = output.read_bytes()
    path = Path(path)
    path.write_bytes(content)
    return path


def _check(variant, quantization, length, samples):
    check_choice("variant", variant, VARIANTS)
    check_choice("quantization", quantization, QUANTIZATIONS)
    if variant == "unrolled":
        whole = isinstance(length, int) and not isinstance(length, bool)
        if not whole or not 1 <= length <= LONGEST_UNROLLED:
            raise ValueError(
                f"`length` must be a number of tokens from 1 to {LONGEST_UNROLLED} with "
                f"variant='unrolled', got {length!r}. For longer sequences take 'fused' or 'while'."
            )
    elif length is not None:
        raise ValueError(f"`length` is of variant='unrolled' alone; {variant!r} takes any.")
    if quantization == "int8" and not samples:
        raise ValueError(
            "`samples` must be a list of inputs, at least one, with quantization='int8', got "
            f"{samples!r}."
        )
    if quantization != "int8" and samples is not None:
        raise ValueError(f"`samples` are of quantization='int8' alone, not of {quantization!r}.")


def _fitted(inputs, length):
    """Return the inputs of one sequence, cut or padded to a fixed length if there is one."""
    sizes = (-1, -1) if length is None else (length, LONGEST)
    return {name: pad_to(sizes[: array.ndim], array[:length]) for name, array in inputs.items()}


def variant_answers(model, variant):
    """Return `model.answers` with the recurrent loops of a variant.

    Args:
        model: a zoo model with `answers`.
        variant: one of `VARIANTS`.
    """
    first = next(iter(model.input_sizes))
    backward = {id(kernel) for kernel in map(_backward_kernel, model.recurrent.rnns)}

    def serve(inputs):
        mask = inputs[first][0] != 0

        def kernel(cell, weights, sequences):
            if variant == "unrolled":
                flipped = id(weights[0]) in backward
                return unrolled_rnn(cell, weights, sequences, mask[::-1] if flipped else mask)
            if variant == "fused" and cell == "lstm":
                if is_wide(weights):
                    return gate_loop(weights, sequences)
                return fused_lstm(cell, weights, sequences)
            return loop_rnn(cell, weights, sequences)

        with use_kernel(kernel), use_scan(chunked_scan):
            return model.answers(inputs)

    return serve


def _backward_kernel(rnn):
    """Return the variable of a layer's backward direction by which the direction is known."""
    one_way = getattr(rnn, "backward", None)  # None of a layer that reads both ways
    return None if one_way is False else rnn.direction_weights("backward")[0]
