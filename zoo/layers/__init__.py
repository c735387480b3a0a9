"""Layers: bidirectional cells and layers, merging, stacks, pooling, CRF, weight exchange."""

import zoo.train_extra  # noqa: F401
from zoo.errors import CausalUseError
from zoo.layers.bigrams import HashedBigrams
from zoo.layers.crf.layer import CRF
from zoo.layers.crf.loss import CRFLoss
from zoo.layers.exchange.adopt import adopt
from zoo.layers.exchange.layer_weights import DirectionWeights
from zoo.layers.exchange.splits import split_outputs, split_states, split_torch_states
from zoo.layers.exchange.torch_weights import from_torch, to_torch
from zoo.layers.exchange.weights import copy_weights, read_weights, write_weights
from zoo.layers.initializers import GateNormal
from zoo.layers.merge import MERGE_MODES, Merge
from zoo.layers.model_layers import explain, recurrent_layers
from zoo.layers.pooling import MaskedPooling
from zoo.layers.product_quantized_embedding import ProductQuantizedEmbedding
from zoo.layers.rnn.bidirectional import BiGRU, BiLSTM, BiRNN, BiSimpleRNN
from zoo.layers.rnn.cells.base import RecurrentCell
from zoo.layers.rnn.cells.bidirectional import BiCell, BiGRUCell, BiLSTMCell, BiSimpleRNNCell
from zoo.layers.rnn.cells.unidirectional import GRUCell, LSTMCell, SimpleRNNCell
from zoo.layers.rnn.factory import recurrent
from zoo.layers.rnn.keras_layers.bidirectional import KerasBidirectional
from zoo.layers.rnn.keras_layers.unidirectional import UnidirectionalRNN
from zoo.layers.rnn.one_direction import GRU, LSTM, SimpleRNN, UniRNN
from zoo.layers.rnn.options import StackOptions
from zoo.layers.rnn.stack import RecurrentStack

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
    "adopt",
    "copy_weights",
    "explain",
    "from_torch",
    "read_weights",
    "recurrent",
    "recurrent_layers",
    "split_outputs",
    "split_states",
    "split_torch_states",
    "to_torch",
    "write_weights",
]
