"""The operators of a TFLite file: what they read is there, and their options fit."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from zoo.trust.flatbuffer import Integers, Tables, need
from zoo.trust.tflite_operators import ARITIES

CODES = {arity.code: arity for arity in ARITIES.values()}
# Number of an operator -> the fields of its options that are indices of subgraphs.
CALLS = {ARITIES["WHILE"].code: (0, 1), ARITIES["IF"].code: (0, 1), ARITIES["CALL_ONCE"].code: (0,)}
# Number of an operator -> the fields of its options that LiteRT divides by.
DIVISORS = {ARITIES[name].code: (1, 2) for name in ("CONV_2D", "DEPTHWISE_CONV_2D")} | {
    ARITIES[name].code: (1, 2, 3, 4) for name in ("AVERAGE_POOL_2D", "MAX_POOL_2D")
}
# Operators whose options say in field 0 how many tensors they read or write.
READ_COUNTS = (ARITIES["PACK"].code,)
WRITTEN_COUNTS = tuple(ARITIES[name].code for name in ("SPLIT", "SPLIT_V", "UNPACK"))
# The options with a vector, in field 0: of RESHAPE, SQUEEZE and BUCKETIZE.
VECTOR_OPTIONS = (17, 30, 115)


class Graphs(NamedTuple):
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


def check_operators(graphs: Graphs, kinds: Integers) -> None:
    """Check the operators of all subgraphs.

    Args:
        graphs: the subgraphs and their tensors.
        kinds: the number of each operator that the file uses, as its operators refer to them.

    Raises:
        FlatbufferError: an index, a count or an option is wrong, or a tensor is read before it is
            written.
    """
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
    _check_counts(operators, np.isin(kind, READ_COUNTS), read.counts)
    _check_counts(operators, np.isin(kind, WRITTEN_COUNTS), written.counts)
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
    graphs: Graphs, inputs: tuple[Integers, Integers], outputs: tuple[Integers, Integers]
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


def _check_counts(operators: Tables, rows: np.ndarray, counts: Integers) -> None:
    """Check that options count as many tensors as the operator has."""
    places = operators.targets(4)[rows]
    need(places > 0, "an operator without its options")
    said = Tables(operators.data, places).numbers(0, "<i4")
    need(said == counts[rows], "options that count other tensors than there are")


def _check_circles(calls: list[list[int]], count: int) -> None:
    """Check that no subgraph runs itself, at any depth."""
    callers: dict[int, set[int]] = {}
    for caller, called in calls:
        callers.setdefault(called, set()).add(caller)
    left = set(range(count))
    while free := {graph for graph in left if not callers.get(graph, set()) & left}:
        left -= free
    need(not left, "a subgraph that runs itself")
