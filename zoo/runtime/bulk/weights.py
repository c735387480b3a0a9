"""The matrix products with constant weights in a TFLite file, in the order of execution."""

# The generated schema of TFLite has no type annotations.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]


class Product(NamedTuple):
    """A product with a constant matrix: `y = kernel x + bias`.

    Args:
        kernel: (outputs, inputs) float32.
        bias: (outputs,) float32, or None.
    """

    kernel: Floats
    bias: Floats | None = None


def read_products(content: bytes, signature: str) -> list[Product]:
    """Return the float32 products of a signature, each once, with the bodies of its loops.

    An addition of a constant vector to the last product is its bias.

    Args:
        content: a TFLite file.
        signature: name of the signature.

    Returns:
        List of `Product`, in the order in which the graph first computes them. A product whose
        weights are not float32 is left out.

    Raises:
        ValueError: the file has no such signature.
    """
    from ai_edge_litert import schema_py_generated

    schema: Any = schema_py_generated
    model: Any = schema.Model.GetRootAs(content, 0)
    signatures = [model.SignatureDefs(i) for i in range(model.SignatureDefsLength())]
    graphs = [s.SubgraphIndex() for s in signatures if s.SignatureKey().decode() == signature]
    if not graphs:
        raise ValueError(f"`signature` must be one of the file's, got {signature!r}.")
    found: dict[int, Product] = {}
    for code, operator, graph in _operators(schema, model, graphs[0]):
        if code == schema.BuiltinOperator.FULLY_CONNECTED:
            key, kernel = _constant(schema, model, graph, operator.Inputs(1))
            bias = operator.Inputs(2) if operator.InputsLength() > 2 else -1
            if kernel is not None and key not in found:
                found[key] = Product(kernel, _constant(schema, model, graph, bias)[1])
        elif code == schema.BuiltinOperator.ADD and found:
            last = next(reversed(found))
            added = _constant(schema, model, graph, operator.Inputs(1))[1]
            if added is not None and found[last].bias is None:
                if added.shape == found[last].kernel.shape[:1]:
                    found[last] = found[last]._replace(bias=added)
    return list(found.values())


def _operators(schema: Any, model: Any, graph: int) -> Iterator[tuple[int, Any, Any]]:
    """Yield code, operator and graph of all operators of a graph and of the loops inside it."""
    subgraph = model.Subgraphs(graph)
    for index in range(subgraph.OperatorsLength()):
        operator = subgraph.Operators(index)
        kind = model.OperatorCodes(operator.OpcodeIndex())
        # For a code above 127, the older of the two fields holds 127.
        code = max(kind.BuiltinCode(), kind.DeprecatedBuiltinCode())
        if code == schema.BuiltinOperator.WHILE:
            table, options = operator.BuiltinOptions(), schema.WhileOptions()
            options.Init(table.Bytes, table.Pos)
            yield from _operators(schema, model, options.BodySubgraphIndex())
        else:
            yield code, operator, subgraph


def _constant(schema: Any, model: Any, graph: Any, index: int) -> tuple[int, Floats | None]:
    """Return the buffer of a tensor and its value, None unless it is a float32 constant."""
    if index < 0:
        return 0, None
    tensor = graph.Tensors(index)
    buffer = tensor.Buffer()
    content = model.Buffers(buffer)
    if tensor.Type() != schema.TensorType.FLOAT32 or not content.DataLength():
        return buffer, None
    shape = [tensor.Shape(axis) for axis in range(tensor.ShapeLength())]
    return buffer, content.DataAsNumpy().view("<f4").reshape(shape)
