"""The checks of Keras' own tests that do not pass, and why."""

from typing import NamedTuple

BACKENDS = ("tensorflow", "jax", "torch")


class Row(NamedTuple):
    """A check that does not pass.

    Args:
        says: a part of the error; "skip" where the test skips itself.
        reason: why it does not pass, for the table that is shown.
        public: whether the test is about public behaviour of the layer.
        backends: those on which it does not pass.
    """

    says: str
    reason: str
    public: bool = False
    backends: tuple[str, ...] = BACKENDS


ONE_WAY = "LSTM, GRU, SimpleRNN"
BIDIRECTIONAL = "BiLSTM, BiGRU, BiSimpleRNN"
CELLS = "cells in keras.layers.RNN"
BIDIRECTIONAL_CELLS = "bidirectional cells in keras.layers.RNN"

CUDA = Row("skip", "asks whether a private function of torch runs; needs a CUDA device")
NOT_TENSORFLOW = Row("skip", "is for TensorFlow alone", backends=("jax", "torch"))
CUDNN = "use_cudnn"
PRIVATE = Row(CUDNN, "calls a private method of `keras.layers.Bidirectional`")
LAYER_CONFIG = Row("implementation", "changes the configuration of the layer, which is `RNN` here")

ROWS = {
    ("bidirectional.test_fused_lstm_eligibility", BIDIRECTIONAL): PRIVATE,
    ("bidirectional.test_fused_gru_eligibility", BIDIRECTIONAL): PRIVATE,
    ("bidirectional.test_keeps_use_cudnn", BIDIRECTIONAL): Row(
        CUDNN, "asks for the cuDNN kernel, which `recurrent(backend_layer=\"keras\")` has"
    ),
    ("bidirectional.test_statefulness", BIDIRECTIONAL): Row(
        "CausalUseError",
        "`stateful=True` is refused: the backward direction starts where a later batch continues",
    ),
    ("bidirectional.test_torch_cudnn_bidirectional_gru_dispatch_fires", BIDIRECTIONAL): CUDA,
    **{
        ("gru.test_torch_cudnn_dispatch_fires", ours): CUDA
        for ours in (ONE_WAY, CELLS, BIDIRECTIONAL_CELLS)
    },
    **{
        ("gru.test_stateful_with_symbolic_batch_size", ours): NOT_TENSORFLOW
        for ours in (ONE_WAY, CELLS, BIDIRECTIONAL_CELLS)
    },
    **{
        ("gru.test_legacy_implementation_argument", ours): LAYER_CONFIG
        for ours in (CELLS, BIDIRECTIONAL_CELLS)
    },
}
