"""Layers: bidirectional cells and layers, merging, stacks, pooling, CRF, weight exchange."""

from zoo.errors import CausalUseError
from zoo.layers.bigrams import HashedBigrams
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
from zoo.layers.product_quantized_embedding import ProductQuantizedEmbedding
from zoo.layers.rnn.bidirectional import BiGRU, BiLSTM, BiRNN, BiSimpleRNN
from zoo.layers.rnn.cell_base import BiCell, RecurrentCell
from zoo.layers.rnn.cells import (
    BiGRUCell,
    BiLSTMCell,
    BiSimpleRNNCell,
    GRUCell,
    LSTMCell,
    SimpleRNNCell,
)
from zoo.layers.rnn.factory import recurrent
from zoo.layers.rnn.keras_bidirectional import KerasBidirectional
from zoo.layers.rnn.one_direction import GRU, LSTM, SimpleRNN, UniRNN
from zoo.layers.rnn.options import StackOptions
from zoo.layers.rnn.stack import RecurrentStack
from zoo.layers.rnn.unidirectional import UnidirectionalRNN

__all__ = [
    "CRF",
    "GRU",
    "LSTM",
    "MERGE_MODES",
    "BiCell",
    "BiGRU",
    "BiGRUCell",
    "BiLSTM",
    "BiLSTMCell",
    "BiRNN",
    "BiSimpleRNN",
    "BiSimpleRNNCell",
    "KerasBidirectional",
    "CRFLoss",
    "CausalUseError",
    "ProductQuantizedEmbedding",
    "DirectionWeights",
    "GRUCell",
    "GateNormal",
    "LSTMCell",
    "MaskedPooling",
    "Merge",
    "UniRNN",
    "UnidirectionalRNN",
    "RecurrentCell",
    "RecurrentStack",
    "SimpleRNN",
    "SimpleRNNCell",
    "StackOptions",
    "HashedBigrams",
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
