"""The structure of a TFLite file, checked before LiteRT reads it: LiteRT believes all offsets."""

from __future__ import annotations

from os import PathLike
from typing import NamedTuple

import numpy as np

from zoo.hub.errors import ModelFileError
from zoo.trust.flatbuffer import Bytes, FlatbufferError, Integers, Tables, need, spread
from zoo.trust.tflite_operators import ARITIES

IDENTIFIER = b"TFL3"  # bytes 4 to 8 of every TFLite file
VERSION = 3
LARGEST = 2**31  # bytes of a tensor
# Bytes of an element by the number of its type; 0 for types that no export uses.
WIDTHS = np.array([4, 2, 4, 1, 8, 0, 1, 2, 0, 1, 8, 0, 8, 0, 0, 4, 2, 0, 2, 0, 0])
FLOATS = {0: "<f4", 1: "<f2"}
STRING, RESOURCE = 5, 13  # types of other sizes: words, and tables of them
CODES = {arity.code: arity for arity in ARITIES.values()}
# Number of an operator -> the fields of its options that are indices of subgraphs.
CALLS = {ARITIES["WHILE"].code: (0, 1), ARITIES["IF"].code: (0, 1), ARITIES["CALL_ONCE"].code: (0,)}
# Number of an operator -> the fields of its options that LiteRT divides by.
DIVISORS = {ARITIES[name].code: (1, 2) for name in ("CONV_2D", "DEPTHWISE_CONV_2D")} | {
    ARITIES[name].code: (1, 2, 3, 4) for name in ("AVERAGE_POOL_2D", "MAX_POOL_2D")
}
# The options with a vector, in field 0: of RESHAPE, SQUEEZE and BUCKETIZE.
VECTOR_OPTIONS = (17, 30, 115)


def check_tflite(content: bytes, path: str | PathLike[str]) -> None:
    """Check that all offsets, indices, shapes and buffers of a TFLite file are inside of it.

    Args:
        content: the file.
        path: its path, for the message.

    Raises:
        ModelFileError: the file is damaged, has an operator that no export uses, or NaN weights.

    Example:

    >>> check_tflite(b"\\x00" * 16, "model.tflite")
    Traceback (most recent call last):
    ...
    zoo.hub.errors.ModelFileError: model.tflite: not a TFLite model: expected b'TFL3' at byte 4, ...
    """
    if content[4:8] != IDENTIFIER:
        raise ModelFileError(
            f"{path}: not a TFLite model: expected {IDENTIFIER!r} at byte 4, found {content[4:8]!r}"
        )
    try:
        _check_model(np.frombuffer(content, "uint8"))
    except (FlatbufferError, UnicodeDecodeError) as error:
        raise ModelFileError(f"{path}: a damaged TFLite file: {error}") from error


class _Graphs(NamedTuple):
    """The tensors of all subgraphs, numbered through.

    Args:
        tables: the subgraphs.
        first: number of the first tensor of each.
        count: number of tensors of each.
        constant: whether each tensor has a buffer with values, or no element.
        variable: whether each tensor keeps its values.
        sizes: number of elements of each tensor.
    """

    tables: Tables
    first: Integers
    count: Integers
    constant: np.ndarray
    variable: np.ndarray
    sizes: Integers

    def numbers(self, indices: Integers, owners: Integers) -> Integers:
        """Return the numbers of tensors, given their indices in the subgraphs `owners`."""
        inside = (indices >= 0) & (indices < self.count[owners])
        need(inside, "an index is beyond the tensors of its subgraph")
        return self.first[owners] + indices


def _check_model(data: Bytes) -> None:
    root = np.frombuffer(data[:4].tobytes(), "<u4").astype("int64")
    model = Tables(data, root)
    need(model.numbers(0, "<u4") == VERSION, f"the version must be {VERSION}")
    need(model.vectors(8, 4).counts + model.vectors(9, 4).counts == 0, "weights in other files")
    codes, _ = model.vectors(1, 4).tables()
    codes.strings(1)
    kinds = np.maximum(codes.numbers(0, "<i1"), codes.numbers(3, "<i4"))
    for kind in np.unique(kinds).tolist():
        need(kind in CODES, f"the operator {kind}, which no export uses")
    buffers = _check_buffers(model)
    graphs = _check_tensors(model, buffers)
    _check_operators(graphs, kinds)
    _check_names(model, graphs, len(buffers[0]))


def _check_buffers(model: Tables) -> tuple[Integers, Integers]:
    """Return the positions and sizes of the buffers."""
    buffers, _ = model.vectors(4, 4).tables()
    need(len(buffers) > 0, "no buffers")
    need(buffers.numbers(1, "<u8") <= 1, "a buffer outside of the flatbuffer")
    found = buffers.vectors(0, 1)
    return found.starts, found.counts


def _check_tensors(model: Tables, buffers: tuple[Integers, Integers]) -> _Graphs:
    graphs, _ = model.vectors(2, 4).tables()
    need(len(graphs) > 0, "no subgraphs")
    graphs.strings(4)
    tensors, graph_of = graphs.vectors(0, 4).tables()
    tensors.strings(3)
    kinds, buffer = tensors.numbers(1, "<i1"), tensors.numbers(2, "<u4")
    need((kinds >= 0) & (kinds < len(WIDTHS)), "an unknown type of tensors")
    widths = WIDTHS[kinds]
    need((widths > 0) | (kinds == STRING) | (kinds == RESOURCE), "a type that no export uses")
    need(buffer < len(buffers[0]), "an index is beyond the buffers")
    need((tensors.targets(6) == 0) & (tensors.targets(9) == 0), "sparse or variant tensors")
    need(tensors.numbers(10, "<u4") == 0, "a tensor outside of the file")
    sizes = _elements(tensors)
    tensors.vectors(7, 4).numbers("<i4")
    starts, counts = buffers[0][buffer], buffers[1][buffer]
    filled = counts > 0
    need((counts == sizes * widths)[filled & (widths > 0)], "a buffer does not fit its shape")
    texts = filled & (kinds == STRING)
    for start, count in zip(starts[texts].tolist(), counts[texts].tolist(), strict=True):
        _check_strings(tensors.data, start, count)
    _check_quantization(tensors)
    _refuse_nan(tensors.data, kinds, starts, counts)
    count = np.bincount(graph_of, minlength=len(graphs))
    constant = filled | (sizes == 0)
    variable = tensors.numbers(5, "<u1") > 0
    return _Graphs(graphs, np.cumsum(count) - count, count, constant, variable, sizes)


def _elements(tensors: Tables) -> Integers:
    """Return the number of elements of each tensor."""
    sizes, owners = tensors.vectors(0, 4).numbers("<i4")
    need(sizes >= 0, "a negative size")
    need(tensors.vectors(0, 4).counts <= 8, "a tensor of more than 8 axes")
    logarithms = np.bincount(owners, np.log2(np.maximum(sizes, 1)), len(tensors))
    need(logarithms < np.log2(LARGEST), "a tensor that is too large")
    elements = np.ones(len(tensors), "int64")
    np.multiply.at(elements, owners, sizes)
    return elements


def _check_strings(data: Bytes, start: int, size: int) -> None:
    """Check a buffer of strings: their number, the offset of each, and of the end."""
    content = data[start : start + size].tobytes()
    need(size >= 4, "a buffer of strings without their number")
    number = int.from_bytes(content[:4], "little")
    need(4 * (number + 2) <= size, "a buffer of strings that is too short")
    offsets = np.frombuffer(content, "<i4", number + 1, 4)
    inside = (offsets >= 4 * (number + 2)) & (offsets <= size)
    need(inside & (np.diff(offsets, prepend=offsets[0]) >= 0), "a string outside of its buffer")


def _check_quantization(tensors: Tables) -> None:
    found, owners = tensors.tables(4)
    scales, points = found.vectors(2, 4), found.vectors(3, 8)
    for vectors in (found.vectors(0, 4), found.vectors(1, 4), scales):
        positions, _ = spread(vectors.starts, vectors.counts, 4)
        values = tensors.data[positions[:, None] + np.arange(4)].view("<f4")
        need(~np.isnan(values), "a scale is NaN")
    need((points.counts == scales.counts) | (points.counts <= 1), "a zero point without its scale")
    need(found.numbers(4, "<u1") == 0, "a quantization that no export uses")
    shapes = tensors.vectors(0, 4)
    several = scales.counts > 1
    axis, rank = found.numbers(6, "<i4")[several], shapes.counts[owners[several]]
    need((axis >= 0) & (axis < rank), "a scale for an axis that does not exist")
    places = shapes.starts[owners[several]] + 4 * axis
    size = np.array([int.from_bytes(tensors.data[p : p + 4].tobytes(), "little") for p in places])
    need(size == scales.counts[several], "as many scales as no axis has")


def _refuse_nan(data: Bytes, kinds: Integers, starts: Integers, counts: Integers) -> None:
    for kind, dtype in FLOATS.items():
        found = (kinds == kind) & (counts > 0)
        pairs = np.unique(np.column_stack([starts[found], counts[found]]), axis=0)
        for start, count in pairs.tolist():
            values = np.frombuffer(data[start : start + count].tobytes(), dtype)
            # A sum is NaN if a value is, or if there are both infinities.
            if np.isnan(values.sum(dtype="float64")):
                need(~np.isnan(values), "a weight is NaN")


def _check_operators(graphs: _Graphs, kinds: Integers) -> None:
    operators, graph_of = graphs.tables.vectors(3, 4).tables()
    code = operators.numbers(0, "<u4")
    need(code < len(kinds), "an index is beyond the operators")
    kind = kinds[code]
    arity = np.array([CODES[each] for each in range(max(CODES) + 1) if each in CODES])
    row = {each: index for index, each in enumerate(sorted(CODES))}
    arity = arity[[row[each] for each in kind.tolist()]] if len(kind) else arity[:0]
    read, written = operators.vectors(1, 4), operators.vectors(2, 4)
    need((read.counts >= arity[:, 1]) & (read.counts <= arity[:, 2]), "an operator lacks inputs")
    fewest = np.minimum(arity[:, 3], 1)
    need((written.counts >= fewest) & (written.counts <= arity[:, 3]), "an operator lacks outputs")
    _check_options(operators, kind, graph_of, len(graphs.tables))
    inputs, reader = read.numbers("<i4")
    place = np.arange(len(inputs)) - (np.cumsum(read.counts) - read.counts)[reader]
    absent = (inputs == -1) & (place >= arity[reader, 4])
    inputs, reader = inputs[~absent], reader[~absent]
    outputs, writer = written.numbers("<i4")
    between, owner = operators.vectors(8, 4).numbers("<i4")
    graphs.numbers(between[between >= 0], graph_of[owner[between >= 0]])
    _check_order(
        graphs,
        (graphs.numbers(inputs, graph_of[reader]), reader),
        (graphs.numbers(outputs, graph_of[writer]), writer),
    )


def _check_order(
    graphs: _Graphs, inputs: tuple[Integers, Integers], outputs: tuple[Integers, Integers]
) -> None:
    """Check that a tensor has its values before an operator reads it.

    Args:
        graphs: the subgraphs.
        inputs: numbers of tensors, and of the operators that read them.
        outputs: numbers of tensors, and of the operators that write them.
    """
    never = len(inputs[1]) + len(outputs[1]) + 1
    since = np.full(len(graphs.constant), never)
    need(np.bincount(outputs[0], minlength=1) <= 1, "a tensor that two operators write")
    need(~graphs.constant[outputs[0]] | (graphs.sizes[outputs[0]] == 0), "a constant is written")
    since[outputs[0]] = outputs[1]
    given = graphs.numbers(*graphs.tables.vectors(1, 4).numbers("<i4"))
    since[given] = -1
    since[graphs.constant | graphs.variable] = -1
    need(since[inputs[0]] < inputs[1], "an operator reads a tensor that has no values yet")
    results = graphs.numbers(*graphs.tables.vectors(2, 4).numbers("<i4"))
    need(since[results] < never, "an output that no operator writes")


def _check_options(operators: Tables, kind: Integers, graph_of: Integers, graph_count: int) -> None:
    union, options = operators.numbers(3, "<u1"), operators.targets(4)
    need((union == 0) | (options > 0), "an operator without its options")
    need(operators.numbers(11, "<u1") == 0, "options that no export uses")
    need(operators.targets(12) == 0, "options that no export uses")
    need(operators.numbers(9, "<u8") <= 1, "options outside of the flatbuffer")
    operators.vectors(5, 1)
    operators.vectors(7, 1)
    owners = options.nonzero()[0]
    found = Tables(operators.data, options[owners])
    need(options[owners] + found.sizes + 8 <= len(operators.data), "options at the end of the file")
    found.check_fields()
    with_vector = np.isin(union[owners], VECTOR_OPTIONS)
    Tables(operators.data, options[owners[with_vector]]).vectors(0, 4)
    called = [np.empty((0, 2), "int64")]
    for code, fields in (CALLS | DIVISORS).items():
        rows = (kind == code).nonzero()[0]
        need(options[rows] > 0, "an operator without its options")
        tables = Tables(operators.data, options[rows])
        for field in fields:
            values = tables.numbers(field, "<i4")
            if code in DIVISORS:
                need(values > 0, "a stride or size of 0")
            else:
                need((values > 0) & (values < graph_count), "an index is beyond the subgraphs")
                called.append(np.column_stack([graph_of[rows], values]))
    _check_circles(np.concatenate(called).tolist(), graph_count)


def _check_circles(calls: list[list[int]], count: int) -> None:
    """Check that no subgraph runs itself, at any depth."""
    callers: dict[int, set[int]] = {}
    for caller, called in calls:
        callers.setdefault(called, set()).add(caller)
    left = set(range(count))
    while free := {graph for graph in left if not callers.get(graph, set()) & left}:
        left -= free
    need(not left, "a subgraph that runs itself")


def _check_names(model: Tables, graphs: _Graphs, buffers: int) -> None:
    """Check the signatures and the metadata."""
    model.strings(3)
    model.vectors(5, 4).numbers("<i4")
    metadata, _ = model.vectors(6, 4).tables()
    metadata.strings(0)
    need(metadata.numbers(1, "<u4") < buffers, "an index is beyond the buffers")
    signatures, _ = model.vectors(7, 4).tables()
    names = signatures.strings(2)
    need(all(names) and len(set(names)) == len(names), "a signature without a name of its own")
    graph = signatures.numbers(4, "<u4")
    need(graph < len(graphs.tables), "an index is beyond the subgraphs")
    for field, tensors in ((0, 1), (1, 2)):
        maps, owners = signatures.vectors(field, 4).tables()
        maps.strings(0)
        used = graphs.numbers(maps.numbers(1, "<u4"), graph[owners])
        known = graphs.numbers(*graphs.tables.vectors(tensors, 4).numbers("<i4"))
        need(np.isin(used, known), "a signature that names no input or output")
