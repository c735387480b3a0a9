"""A TFLite file of builtin operators alone, of any length; LSTM layers by the fused operator."""

import tempfile
from pathlib import Path

import tensorflow as tf
from tensorflow.lite.tools import flatbuffer_utils

from zoo.export.fused import fused_lstm
from zoo.export.loop import loop_rnn
from zoo.export.signature import serving_module
from zoo.layers.guards import check_choice
from zoo.layers.kernels import use_kernel

VARIANTS = ("fused", "while")


def export_tflite(model, path, variant="fused"):
    """Convert a model to TFLite: batch 1, any length, float32, builtin operators alone.

    Args:
        model: a zoo model with `answers`: of a CRF, the search for the best tags and the
            probabilities are in the file, too.
        path: of the `.tflite` file to write.
        variant: "fused", LSTM layers as fused operators, which keep their state from call to call,
            and other cells as loops; or "while", loops for all, which keep none, for runtimes that
            lack the fused operator.

    Returns:
        The path as a `pathlib.Path`.

    Raises:
        ValueError: another variant.
    """
    check_choice("variant", variant, VARIANTS)

    def kernel(cell, weights, sequences):
        run = fused_lstm if variant == "fused" and cell == "lstm" else loop_rnn
        return run(cell, weights, sequences)

    with use_kernel(kernel), tempfile.TemporaryDirectory() as folder:
        # By way of a SavedModel: a function converted directly keeps its variables unset.
        module, signatures = serving_module(model, batch=1)
        tf.saved_model.save(module, folder, signatures=signatures)
        content = tf.lite.TFLiteConverter.from_saved_model(folder).convert()
    path = Path(path)
    path.write_bytes(_without_cell_clip(content))
    return path


def _without_cell_clip(content):
    """Return the TFLite model with cells that may grow as large as in training.

    The converter gives its fused LSTM a cell clip of 10, which no Keras LSTM has: a cell that
    counts, as it does for brackets, is cut off there.
    """
    model = flatbuffer_utils.convert_bytearray_to_object(content)
    for graph in model.subgraphs:
        for operator in graph.operators:
            if hasattr(operator.builtinOptions, "cellClip"):
                operator.builtinOptions.cellClip = 0.0
    return flatbuffer_utils.convert_object_to_bytearray(model)
