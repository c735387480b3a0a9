"""Layers: cells from scratch, two-way wrappers, merging, stacking, pooling, weight exchange."""

from zoo.errors import CausalUseError
from zoo.layers.bi_cell import BiCell
from zoo.layers.birnn import BiGRU, BiLSTM, BiRNN, BiSimpleRNN
from zoo.layers.builtin import BuiltinBiRNN
from zoo.layers.cells import BiGRUCell, BiLSTMCell, BiSimpleRNNCell
from zoo.layers.coded_embedding import CodedEmbedding
from zoo.layers.crf import CRF, CRFLoss
from zoo.layers.exchange import DirectionWeights, copy_weights, read_weights, write_weights
from zoo.layers.factory import recurrent
from zoo.layers.initializers import GateNormal
from zoo.layers.merge import MERGE_MODES, Merge
from zoo.layers.one_way import OneWayRNN
from zoo.layers.pooling import MaskedPooling
from zoo.layers.stack import RecurrentStack
from zoo.layers.torch_exchange import (
    from_torch,
    split_outputs,
    split_states,
    split_torch_states,
    to_torch,
)
from zoo.layers.word_pairs import WordPairs

__all__ = [
    "CRF",
    "MERGE_MODES",
    "BiCell",
    "BiGRU",
    "BiGRUCell",
    "BiLSTM",
    "BiLSTMCell",
    "BiRNN",
    "BiSimpleRNN",
    "BiSimpleRNNCell",
    "BuiltinBiRNN",
    "CRFLoss",
    "CausalUseError",
    "CodedEmbedding",
    "DirectionWeights",
    "GateNormal",
    "MaskedPooling",
    "Merge",
    "OneWayRNN",
    "RecurrentStack",
    "WordPairs",
    "copy_weights",
    "from_torch",
    "read_weights",
    "recurrent",
    "split_outputs",
    "split_states",
    "split_torch_states",
    "to_torch",
    "write_weights",
]
