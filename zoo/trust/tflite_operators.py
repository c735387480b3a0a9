"""The operators of TFLite that exports use: how many tensors each reads and writes."""

from __future__ import annotations

from typing import NamedTuple


class Arity(NamedTuple):
    """The numbers of tensors of an operator.

    Args:
        code: its number in the format.
        fewest, most: the fewest and the most tensors that it reads.
        written: the most tensors that it writes; the fewest is 1.
        optional: index of the first input that may be absent.
    """

    code: int
    fewest: int
    most: int
    written: int = 1
    optional: int = 1_000


MANY = 1_000
_UNARY = {
    "ABS": 101, "CAST": 53, "CEIL": 104, "COS": 108, "DEQUANTIZE": 6, "ELU": 111, "EXP": 47,
    "FLOOR": 8, "GELU": 150, "HARD_SWISH": 117, "LEAKY_RELU": 98, "LOG": 73, "LOGICAL_NOT": 87,
    "LOGISTIC": 14, "LOG_SOFTMAX": 50, "NEG": 59, "QUANTIZE": 114, "RANK": 110, "RELU": 19,
    "RELU6": 21, "RELU_N1_TO_1": 20, "ROUND": 116, "RSQRT": 76, "SHAPE": 77, "SIGN": 158,
    "SIN": 66, "SOFTMAX": 25, "SQRT": 75, "SQUARE": 92, "SQUEEZE": 43, "TANH": 28, "WHERE": 109,
    "ZEROS_LIKE": 93,
}  # fmt: skip
_BINARY = {
    "ADD": 0, "ARG_MAX": 56, "ARG_MIN": 79, "BATCH_MATMUL": 126, "BROADCAST_TO": 130,
    "CUMSUM": 128, "DIV": 42, "EQUAL": 71, "EXPAND_DIMS": 70, "FILL": 94, "FLOOR_DIV": 90,
    "FLOOR_MOD": 95, "GATHER": 36, "GATHER_ND": 107, "GREATER": 61, "GREATER_EQUAL": 62,
    "LESS": 58, "LESS_EQUAL": 63, "LOGICAL_AND": 86, "LOGICAL_OR": 84, "MAXIMUM": 55, "MEAN": 40,
    "MINIMUM": 57, "MUL": 18, "NOT_EQUAL": 72, "PAD": 34, "POW": 78, "PRELU": 54,
    "REDUCE_ALL": 140, "REDUCE_ANY": 91, "REDUCE_MAX": 82, "REDUCE_MIN": 89, "REDUCE_PROD": 81,
    "REVERSE_V2": 105, "RIGHT_SHIFT": 161, "SQUARED_DIFFERENCE": 99, "SUB": 41, "SUM": 74,
    "TILE": 69, "TRANSPOSE": 39,
}  # fmt: skip
ARITIES = {
    **{name: Arity(code, 1, 1) for name, code in _UNARY.items()},
    **{name: Arity(code, 2, 2) for name, code in _BINARY.items()},
    "AVERAGE_POOL_2D": Arity(1, 1, 1),
    "MAX_POOL_2D": Arity(17, 1, 1),
    "BATCH_TO_SPACE_ND": Arity(37, 3, 3),
    "BROADCAST_ARGS": Arity(145, 2, 2),
    "BUCKETIZE": Arity(147, 1, 1),
    "CONCATENATION": Arity(2, 1, MANY),
    "CONV_2D": Arity(3, 2, 3, optional=2),
    "DEPTHWISE_CONV_2D": Arity(4, 2, 3, optional=2),
    "DYNAMIC_UPDATE_SLICE": Arity(151, 3, 3),
    "FULLY_CONNECTED": Arity(9, 2, 3, optional=2),
    "IF": Arity(118, 1, MANY, MANY),
    "ONE_HOT": Arity(85, 4, 4),
    "PACK": Arity(83, 1, MANY),
    "PADV2": Arity(60, 3, 3),
    "RANGE": Arity(96, 3, 3),
    "RESHAPE": Arity(22, 1, 2),
    "SCATTER_ND": Arity(122, 3, 3),
    "SEGMENT_SUM": Arity(125, 2, 2),
    "SELECT": Arity(64, 3, 3),
    "SELECT_V2": Arity(123, 3, 3),
    "SLICE": Arity(65, 3, 3),
    "SPACE_TO_BATCH_ND": Arity(38, 3, 3),
    "SPLIT": Arity(49, 2, 2, MANY),
    "SPLIT_V": Arity(102, 3, 3, MANY),
    "STRIDED_SLICE": Arity(45, 4, 4),
    "TOPK_V2": Arity(48, 2, 2, 2),
    "TRANSPOSE_CONV": Arity(67, 3, 4, optional=3),
    "UNIDIRECTIONAL_SEQUENCE_LSTM": Arity(44, 20, 24, optional=1),
    "UNPACK": Arity(88, 1, 1, MANY),
    "UNSORTED_SEGMENT_MAX": Arity(154, 3, 3),
    "UNSORTED_SEGMENT_SUM": Arity(155, 3, 3),
    "WHILE": Arity(119, 1, MANY, MANY),
    # Tables of strings, in files that take words.
    "CALL_ONCE": Arity(129, 0, 0, 0),
    "HASHTABLE": Arity(136, 0, 0),
    "HASHTABLE_FIND": Arity(137, 3, 3),
    "HASHTABLE_IMPORT": Arity(138, 3, 3, 0),
    "HASHTABLE_SIZE": Arity(139, 1, 1),
}
