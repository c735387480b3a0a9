"""A TFLite file without what only takes room: zeros, names, empty buffers."""

from typing import Any

import numpy as np
from tensorflow.lite.python import schema_py_generated as schema
from tensorflow.lite.tools import flatbuffer_utils

LEAST = 1024  # bytes of a constant that is replaced


def compact(content: bytes) -> bytes:
    """Return a smaller TFLite file with the same signatures and the same answers.

    Large constants of zeros, such as those in which the loops of a fixed length collect their
    outputs, become FILL operators. Tensors lose their names, except for inputs and outputs, their
    empty tables of quantization, and buffers without content.

    Args:
        content: a TFLite file.

    Returns:
        The smaller file.
    """
    model: Any = flatbuffer_utils.convert_bytearray_to_object(content)
    zeros = {number for number, each in enumerate(model.buffers) if _is_zeros(each)}
    code = _fill_code(model) if zeros else None
    for graph in model.subgraphs:
        named = {*graph.inputs, *graph.outputs}
        for index, tensor in enumerate(list(graph.tensors)):
            if index not in named:
                tensor.name = b""
            if tensor.quantization is not None and tensor.quantization.scale is None:
                tensor.quantization = None
            if tensor.buffer in zeros:
                graph.operators.insert(0, _fill(model, graph, index, code))
                tensor.buffer = 0  # no content
    _drop_buffers(model, zeros)
    return flatbuffer_utils.convert_object_to_bytearray(model)


def _is_zeros(buffer: Any) -> bool:
    return buffer.data is not None and len(buffer.data) >= LEAST and not np.any(buffer.data)


def _drop_buffers(model, zeros):
    """Drop the buffers that are no longer used, and those without content except for the first."""
    kept = [0, *(n for n, each in enumerate(model.buffers) if each.data is not None)]
    numbers = {old: new for new, old in enumerate(n for n in kept if n not in zeros)}
    for each in (*(t for graph in model.subgraphs for t in graph.tensors), *(model.metadata or ())):
        each.buffer = numbers.get(each.buffer, 0)
    model.buffers = [model.buffers[old] for old in numbers]


def _fill_code(model):
    """Add the operator FILL to those of a model, and return its index."""
    code: Any = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.FILL
    code.version = 1
    model.operatorCodes.append(code)
    return len(model.operatorCodes) - 1


def _fill(model, graph, index, code):
    """Return a FILL operator that writes zeros to a tensor of a graph."""
    tensor = graph.tensors[index]
    fill: Any = schema.OperatorT()
    fill.opcodeIndex = code
    shape = np.array(tensor.shape, "int32")
    zero = bytes(len(model.buffers[tensor.buffer].data) // shape.prod())
    fill.inputs = [
        _constant(model, graph, shape.tobytes(), [len(shape)], schema.TensorType.INT32),
        _constant(model, graph, zero, [], tensor.type),
    ]
    fill.outputs = [index]
    fill.builtinOptionsType = schema.BuiltinOptions.FillOptions
    fill.builtinOptions = schema.FillOptionsT()
    return fill


def _constant(model, graph, content, shape, kind):
    """Add a constant to a graph, and return the index of its tensor."""
    buffer: Any = schema.BufferT()
    buffer.data = np.frombuffer(content, "uint8")
    model.buffers.append(buffer)
    tensor: Any = schema.TensorT()
    tensor.shape, tensor.type, tensor.name = shape, kind, b""
    tensor.buffer = len(model.buffers) - 1
    graph.tensors.append(tensor)
    return len(graph.tensors) - 1
