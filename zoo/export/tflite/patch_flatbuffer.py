"""What TensorFlow's converter gets wrong in a TFLite file, set right."""

import copy

from tensorflow.lite.python import schema_py_generated as schema
from tensorflow.lite.tools import flatbuffer_utils

LSTM, REVERSE, QUANTIZE = (
    getattr(schema.BuiltinOperator, name)
    for name in ("UNIDIRECTIONAL_SEQUENCE_LSTM", "REVERSE_V2", "QUANTIZE")
)
STATE = 18  # of the fused LSTM's inputs the hidden state


def mended(content):
    """Return a TFLite file that answers what its numbers say.

    The converter gives its fused LSTM a cell clip of 10, which no Keras LSTM has: a cell that
    counts, as it does for brackets, is cut off there. And in 8 bits it has two operators write
    numbers on one scale that are read on another: a fused LSTM writes its outputs as it keeps its
    hidden state, a reversal as it was given them, whatever the range of what comes behind.

    Args:
        content: bytes, as the converter wrote them.

    Returns:
        Bytes.
    """
    model = flatbuffer_utils.convert_bytearray_to_object(content)
    for graph in model.subgraphs:
        for operator in graph.operators:
            if hasattr(operator.builtinOptions, "cellClip"):
                operator.builtinOptions.cellClip = 0.0
        graph.operators = [
            each for operator in graph.operators for each in _rescaled(model, graph, operator)
        ]
    return flatbuffer_utils.convert_object_to_bytearray(model)


def _rescaled(model, graph, operator):
    """Return an operator, and behind it one that puts its outputs on the scale they are read on."""
    source = {LSTM: STATE, REVERSE: 0}.get(_code(model.operatorCodes[operator.opcodeIndex]))
    if source is None:
        return [operator]
    written, read = (graph.tensors[i] for i in (operator.inputs[source], operator.outputs[0]))
    if _scale(written) in (None, _scale(read)):
        return [operator]
    between = copy.copy(read)
    between.name, between.quantization = read.name + b"_written", written.quantization
    graph.tensors.append(between)
    rescale = schema.OperatorT()
    rescale.opcodeIndex = _quantize_code(model)
    rescale.inputs, rescale.outputs = [len(graph.tensors) - 1], [operator.outputs[0]]
    operator.outputs = rescale.inputs
    return [operator, rescale]


def _code(code):
    # Of a code beyond 127 the older of the two fields holds 127.
    return max(code.builtinCode, code.deprecatedBuiltinCode)


def _scale(tensor):
    """Return the scale and the zero of a tensor of one scale, or None."""
    found = tensor.quantization
    if found is None or found.scale is None or len(found.scale) != 1:
        return None
    return float(found.scale[0]), int(found.zeroPoint[0])


def _quantize_code(model):
    """Return the place of the operator that changes a scale, among a model's operators."""
    codes = [_code(code) for code in model.operatorCodes]
    if QUANTIZE not in codes:
        code = schema.OperatorCodeT()
        code.builtinCode = code.deprecatedBuiltinCode = QUANTIZE
        code.version = 2  # from 8 bits to 8 bits
        model.operatorCodes.append(code)
        return len(codes)
    return codes.index(QUANTIZE)
