"""Conversion of a model to a TFLite file: recurrent layers as loops, fused, or unrolled."""

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from zoo.export.keras.model import LONGEST_UNROLLED, export_keras_model
from zoo.export.signature import SERVING, serving_module
from zoo.export.tflite.compact import compact
from zoo.export.tflite.convert import QUANTIZATIONS, convert_in_child, save_samples
from zoo.export.tflite.fused_lstm import fused_lstm, is_wide
from zoo.export.tflite.recurrent_loop import loop_rnn, padded, unrolled_rnn
from zoo.export.tflite.scan import chunked_scan
from zoo.export.tflite.tagger_signatures import backward_kernels, tagger_signatures
from zoo.layers.guards import check_choice
from zoo.layers.rnn.kernels import use_kernel
from zoo.models import BidirectionalModel, WordTagger
from zoo.ops.scan import use_scan
from zoo.ops.tensor_types import Tensor
from zoo.runtime.litert import DIRECTIONS, LENGTH, pad_to
from zoo.text.word_encoder import LONGEST

VARIANTS = ("while", "fused", "unrolled", "fixed-lengths")
LENGTHS = (8, 16, 32, 64, 128, 256)  # of the signatures of a file of fixed lengths
PADDED = ("unrolled", "fixed-lengths")  # variants whose sequences are padded
FACTORS = tf.TensorSpec((2,), tf.float32, name=DIRECTIONS)
MORE_LENGTHS = (512, 1024, 2048)  # of models that read whole texts


def export_tflite(
    model: BidirectionalModel | keras.Model,
    path: str | os.PathLike[str],
    variant: str = "while",
    quantization: str = "float32",
    *,
    length: int | None = None,
    samples: Sequence[Mapping[str, np.ndarray]] | None = None,
    directions: bool = False,
) -> Path:
    """Convert a model to TFLite, with batch size 1 and builtin operators only.

    Any built `keras.Sequential` or functional model can be converted. Its recurrent layers become
    loops that keep no state between calls, and masks are part of the file: a padded sequence gets
    the answer of the model. The states of layers with `stateful=True` are inputs, `NAME_state_0`,
    and outputs, `NAME_state_0_out`. The file is compared with the model before it is written.
    Inputs and outputs have the names of the model's; an input without a name is `input_0`.

    The float32 file of a tagger, of the variant "while", also has signatures for its parts, with
    which many sentences are tagged several times faster; see `zoo.export.tflite.tagger_signatures`.

    Args:
        model: a zoo model with `answers`, or a Keras model. The file contains the Viterbi search
            and the marginals of a CRF, as loops in every variant.
        path: the `.tflite` file to write.
        variant: how recurrent layers are written. "while": as loops, without state between calls,
            which every API of LiteRT loads. "fused": LSTM layers as the fused operator, which keeps
            its state from call to call, so that `Interpreter.reset_all_variables` must come before
            each call and LiteRT's `CompiledModel` refuses the file; other cells and very wide LSTM
            layers, which are faster that way, as loops. "unrolled": without loops, for a fixed
            length. "fixed-lengths": as loops, with one signature for each of `LENGTHS`, `length_8`
            to `length_256`, or `length_2048` of models that read whole texts, which share the
            weights; for runtimes that cannot resize inputs. With
            the last two, a shorter sequence is padded with 0 at its end, its words to
            `zoo.text.word_encoder.LONGEST` characters.
        quantization: "float32"; "float16", weights in 16 bits; "dynamic", weights in 8 bits;
            "int8", weights and arithmetic in 8 bits where an operator exists.
        length: T of the variant "unrolled", at most 256; None for the others. Of a Keras model, the
            size of a second axis that it leaves open, in any variant.
        samples: for "int8", typical inputs, dicts of int32 arrays (T, ...), from which the ranges
            of the activations are measured; the part beyond `length` is ignored. None for the
            others. Of a Keras model, inputs to compare with, without the batch axis, or None to
            draw some.
        directions: for "fixed-lengths", whether the signatures have one more input, `directions`
            (2,): float32 factors of the outputs of the forward and the backward direction. With
            (1, 0), the forward direction answers alone, as in `zoo.inspect.ablate_direction`.

    Returns:
        The path.

    Raises:
        ValueError: an argument is invalid, is missing or does not apply.
        TypeError: `model` is neither a zoo model, Sequential nor functional.
        ExportError: the conversion failed; it runs in a child process. Or the file of a Keras model
            would give other answers. The message names the layers that cannot be converted.

    Example:

    >>> import tempfile
    >>> layers = [keras.Input((None, 2)), keras.layers.Bidirectional(keras.layers.LSTM(3))]
    >>> folder = Path(tempfile.mkdtemp())
    >>> export_tflite(keras.Sequential(layers), folder / "model.tflite").name
    'model.tflite'
    """
    if not isinstance(model, BidirectionalModel):
        return export_keras_model(
            model, path, variant, quantization, length=length, samples=samples
        ).path
    _check(variant, quantization, length, samples, directions)
    _check_layers(model, variant)
    with tempfile.TemporaryDirectory() as folder:
        # Through a SavedModel: a concrete function converted directly has uninitialized variables.
        module, signatures = _signatures(model, variant, length, directions)
        if (variant, quantization) == ("while", "float32"):
            signatures |= tagger_signatures(model)
        tf.saved_model.save(module, folder, signatures=signatures)
        sample_file = None
        if samples is not None:
            sample_file = Path(folder, "samples.npz")
            save_samples(sample_file, [_fitted(each, length) for each in samples])
        output = Path(folder, "model.tflite")
        convert_in_child(folder, output, quantization, sample_file)
        content = output.read_bytes()
    if variant == "fixed-lengths":
        content = compact(content)
    path = Path(path)
    path.write_bytes(content)
    return path


def _signatures(model, variant, length, directions):
    """Return the module and the signatures of the whole model."""
    serve = variant_answers(model, variant)
    if variant != "fixed-lengths":
        return serving_module(model, 1, length, serve)
    longer = () if isinstance(model, WordTagger) else MORE_LENGTHS
    others = [FACTORS] if directions else []
    lengths = (*LENGTHS, *longer)
    found = {each: serving_module(model, 1, each, serve, others) for each in lengths}
    signatures = {f"{LENGTH}{each}": found[each][1][SERVING] for each in found}
    return found[LENGTHS[0]][0], signatures


def _check(variant, quantization, length, samples, directions):
    check_choice("variant", variant, VARIANTS)
    check_choice("quantization", quantization, QUANTIZATIONS)
    if variant == "unrolled":
        whole = isinstance(length, int) and not isinstance(length, bool)
        if not whole or not 1 <= length <= LONGEST_UNROLLED:
            raise ValueError(
                f"`length` must be a number of tokens from 1 to {LONGEST_UNROLLED} with "
                f"variant='unrolled', got {length!r}. For longer sequences use 'while'."
            )
    elif length is not None:
        raise ValueError(f"`length` applies to variant='unrolled' only, not to {variant!r}.")
    if directions and variant != "fixed-lengths":
        raise ValueError(
            f"`directions` applies to variant='fixed-lengths' only, not to {variant!r}."
        )
    if quantization == "int8" and variant == "fixed-lengths":
        raise ValueError("`quantization` 'int8' does not apply to variant='fixed-lengths'.")
    if quantization == "int8" and not samples:
        raise ValueError(
            "`samples` must be a list of inputs, at least one, with quantization='int8', got "
            f"{samples!r}."
        )
    if quantization != "int8" and samples is not None:
        raise ValueError(f"`samples` apply to quantization='int8' only, not to {quantization!r}.")


def _check_layers(model, variant):
    unusual = {rnn.name: rnn.unusual for rnn in model.recurrent.rnns if rnn.unusual}
    if variant == "unrolled" and unusual:
        named = ", ".join(f"{name!r} has {argument}" for name, argument in unusual.items())
        raise ValueError(
            "`variant` 'unrolled' needs recurrent layers of the usual equations, and layer "
            f"{named}. Use 'while'."
        )


def _fitted(inputs, length):
    """Return the inputs of one sequence, cut or padded to `length` unless that is None."""
    sizes = (-1, -1) if length is None else (length, LONGEST)
    return {name: pad_to(sizes[: array.ndim], array[:length]) for name, array in inputs.items()}


def variant_answers(
    model: BidirectionalModel, variant: str
) -> Callable[[Mapping[str, Tensor]], Mapping[str, Tensor]]:
    """Return `model.answers` with the recurrent loops of a variant.

    Args:
        model: a zoo model with `answers`.
        variant: one of `VARIANTS`.
    """
    first = next(iter(model.input_sizes))
    backward = backward_kernels(model)

    def serve(inputs):
        inputs = dict(inputs)
        factors = inputs.pop(DIRECTIONS, None)
        mask = inputs[first] != 0

        def kernel(cell, weights, sequences):
            flipped = id(weights[0]) in backward
            fused = variant == "fused" and cell == "lstm" and not is_wide(weights)
            run = fused_lstm if fused else unrolled_rnn if variant == "unrolled" else loop_rnn
            if variant in PADDED:
                run = padded(run, mask, flipped)
            outputs = run(cell, weights, sequences)
            return outputs if factors is None else outputs * factors[int(flipped)]

        with use_kernel(kernel), use_scan(chunked_scan):
            return model.answers(inputs)

    return serve
