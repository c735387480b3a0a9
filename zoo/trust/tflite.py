"""The structure of a TFLite file, checked before LiteRT reads it: LiteRT believes all offsets."""

from __future__ import annotations

from os import PathLike

import numpy as np

from zoo.hub.errors import ModelFileError
from zoo.trust.flatbuffer import Bytes, FlatbufferError, Integers, Tables, need, spread
from zoo.trust.tflite_graph import CODES, Graphs, check_operators

IDENTIFIER = b"TFL3"  # bytes 4 to 8 of every TFLite file
VERSION = 3
LARGEST = 2**31  # bytes of a tensor
# Bytes of an element by the number of its type; 0 for types that no export uses.
WIDTHS = np.array([4, 2, 4, 1, 8, 0, 1, 2, 0, 1, 8, 0, 8, 0, 0, 4, 2, 0, 2, 0, 0])
FLOATS = {0: "<f4", 1: "<f2"}
STRING, RESOURCE = 5, 13  # types of other sizes: words, and tables of them


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


def _check_model(data: Bytes) -> None:
    root = np.frombuffer(data[:4].tobytes(), "<u4").astype("int64")
    model = Tables(data, root)
    need(model.numbers(0, "<u4") == VERSION, f"the version must be {VERSION}")
    need(model.vectors(8, 4).counts + model.vectors(9, 4).counts == 0, "weights in other files")
    codes, _ = model.vectors(1, 4).tables()
    codes.strings(1)
    kinds = np.maximum(codes.numbers(0, "<i1"), codes.numbers(3, "<i4"))
    for kind in sorted({*kinds.tolist()}):  # `np.unique` would load `np.ma`
        need(kind in CODES, f"the operator {kind}, which no export uses")
    buffers = _check_buffers(model)
    graphs = _check_tensors(model, buffers)
    check_operators(graphs, kinds)
    _check_names(model, graphs, len(buffers[0]))


def _check_buffers(model: Tables) -> tuple[Integers, Integers]:
    """Return the positions and sizes of the buffers."""
    buffers, _ = model.vectors(4, 4).tables()
    need(len(buffers) > 0, "no buffers")
    need(buffers.numbers(1, "<u8") <= 1, "a buffer outside of the flatbuffer")
    found = buffers.vectors(0, 1)
    return found.starts, found.counts


def _check_tensors(model: Tables, buffers: tuple[Integers, Integers]) -> Graphs:
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
    return Graphs(graphs, np.cumsum(count) - count, count, constant, variable, sizes)


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
        pairs = {*zip(starts[found].tolist(), counts[found].tolist(), strict=True)}
        for start, count in sorted(pairs):
            values = np.frombuffer(data[start : start + count].tobytes(), dtype)
            # A sum is NaN if a value is, or if there are both infinities.
            if np.isnan(values.sum(dtype="float64")):
                need(~np.isnan(values), "a weight is NaN")


def _check_names(model: Tables, graphs: Graphs, buffers: int) -> None:
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
