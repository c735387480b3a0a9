"""Layers: cells from scratch, two-way wrappers, merging, stacking, pooling, weight exchange."""

from zoo.errors import CausalUseError
from zoo.layers.bigrams import WordPairs
from zoo.layers.crf import CRF, CRFLoss
from zoo.layers.exchange.torch_weights import (
    from_torch,
    split_outputs,
    split_states,
    split_torch_states,
    to_torch,
)
from zoo.layers.exchange.weights import DirectionWeights, copy_weights, read_weights, write_weights
from zoo.layers.initializers import GateNormal
from zoo.layers.merge import MERGE_MODES, Merge
from zoo.layers.pooling import MaskedPooling
from zoo.layers.product_quantized_embedding import CodedEmbedding
from zoo.layers.rnn.bidirectional import BiGRU, BiLSTM, BiRNN, BiSimpleRNN
from zoo.layers.rnn.cell_base import BiCell
from zoo.layers.rnn.cells import BiGRUCell, BiLSTMCell, BiSimpleRNNCell
from zoo.layers.rnn.factory import recurrent
from zoo.layers.rnn.keras_bidirectional import BuiltinBiRNN
from zoo.layers.rnn.options import StackOptions
from zoo.layers.rnn.stack import RecurrentStack
from zoo.layers.rnn.unidirectional import OneWayRNN

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
    "StackOptions",
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
