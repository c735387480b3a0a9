"""A correction of a TFLite file after TensorFlow's converter."""

from typing import Any

from tensorflow.lite.tools import flatbuffer_utils


def patch_flatbuffer(content: bytes) -> bytes:
    """Return a TFLite file without an error of the converter.

    The converter sets a cell clip of 10 in the fused LSTM. No Keras LSTM has one, and a cell that
    counts, such as that of the bracket tagger, exceeds it.

    Args:
        content: the file, as the converter wrote it.

    Returns:
        The corrected file.
    """
    model: Any = flatbuffer_utils.convert_bytearray_to_object(content)
    for graph in model.subgraphs:
        for operator in graph.operators:
            if hasattr(operator.builtinOptions, "cellClip"):
                operator.builtinOptions.cellClip = 0.0
    return flatbuffer_utils.convert_object_to_bytearray(model)
