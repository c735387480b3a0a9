"""Corrections of a TFLite file after TensorFlow's converter."""

import copy
from typing import Any

from tensorflow.lite.python import schema_py_generated as schema
from tensorflow.lite.tools import flatbuffer_utils

LSTM, REVERSE, QUANTIZE = (
    getattr(schema.BuiltinOperator, name)
    for name in ("UNIDIRECTIONAL_SEQUENCE_LSTM", "REVERSE_V2", "QUANTIZE")
)
STATE = 18  # index of the hidden state among the inputs of the fused LSTM


def patch_flatbuffer(content: bytes) -> bytes:
    """Return a TFLite file without two errors of the converter.

    - The converter sets a cell clip of 10 in the fused LSTM. No Keras LSTM has one, and a cell that
      counts, such as that of the bracket tagger, exceeds it.
    - With 8-bit quantization, two operators write their outputs on one scale while the next
      operator reads them on another: the fused LSTM writes on the scale of its hidden state, a
      reversal on the scale of its input. A QUANTIZE operator behind them rescales the outputs.

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
        graph.operators = [
            each for operator in graph.operators for each in _rescaled(model, graph, operator)
        ]
    return flatbuffer_utils.convert_object_to_bytearray(model)


def _rescaled(model, graph, operator):
    """Return an operator, followed by one that rescales its outputs if that is necessary."""
    source = {LSTM: STATE, REVERSE: 0}.get(_code(model.operatorCodes[operator.opcodeIndex]))
    if source is None:
        return [operator]
    written, read = (graph.tensors[i] for i in (operator.inputs[source], operator.outputs[0]))
    if _scale(written) in (None, _scale(read)):
        return [operator]
    between = copy.copy(read)
    between.name, between.quantization = read.name + b"_written", written.quantization
    graph.tensors.append(between)
    rescale: Any = schema.OperatorT()
    rescale.opcodeIndex = _quantize_code(model)
    rescale.inputs, rescale.outputs = [len(graph.tensors) - 1], [operator.outputs[0]]
    operator.outputs = rescale.inputs
    return [operator, rescale]


def _code(code):
    # For a code above 127, the older of the two fields holds 127.
    return max(code.builtinCode, code.deprecatedBuiltinCode)


def _scale(tensor):
    """Return the scale and zero point of a tensor that is quantized as a whole, else None."""
    found = tensor.quantization
    if found is None or found.scale is None or len(found.scale) != 1:
        return None
    return float(found.scale[0]), int(found.zeroPoint[0])


def _quantize_code(model):
    """Return the index of QUANTIZE among a model's operator codes; append it if it is missing."""
    codes = [_code(code) for code in model.operatorCodes]
    if QUANTIZE not in codes:
        code: Any = schema.OperatorCodeT()
        code.builtinCode = code.deprecatedBuiltinCode = QUANTIZE
        code.version = 2  # from 8 bits to 8 bits
        model.operatorCodes.append(code)
        return len(codes)
    return codes.index(QUANTIZE)
