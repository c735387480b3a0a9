"""The checks of Keras' own tests that do not pass, and why."""

from typing import NamedTuple

BACKENDS = ("tensorflow", "jax", "torch")


class Row(NamedTuple):
    """A check that does not pass.

    Args:
        says: a pattern of the error; "skip" where the test skips itself.
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
ONE_OF_TWO = "one direction of BiLSTM, BiGRU, BiSimpleRNN"
CELLS = "cells in keras.layers.RNN"
BIDIRECTIONAL_CELLS = "bidirectional cells in keras.layers.RNN"
STACKED_CELLS = "cells in keras.layers.StackedRNNCells"
LIKE_A_LAYER = (ONE_WAY, ONE_OF_TWO, CELLS, BIDIRECTIONAL_CELLS)

NO_CUDA = Row("skip", "asks whether a private function of torch runs; needs a CUDA device")
PRIVATE = Row("_can_attempt_fused", "calls a private method of `keras.layers.Bidirectional`")
STATEFUL = Row(
    "CausalUseError|skip",
    "`stateful=True` is refused: the backward direction starts where the next batch continues",
)
KERAS_CONFIG = Row(
    "implementation", "changes a configuration that is that of `keras.layers.RNN` here"
)

ROWS = {
    ("bidirectional.test_fused_lstm_eligibility", BIDIRECTIONAL): PRIVATE,
    ("bidirectional.test_fused_gru_eligibility", BIDIRECTIONAL): PRIVATE,
    ("bidirectional.test_keeps_use_cudnn", BIDIRECTIONAL): Row(
        "use_cudnn", 'asks for cuDNN, which runs with `recurrent(backend_layer="keras")` alone'
    ),
    ("bidirectional.test_statefulness", BIDIRECTIONAL): STATEFUL,
    **{
        (f"{cell}.test_statefulness", ONE_OF_TWO): STATEFUL
        for cell in ("lstm", "gru", "simple_rnn")
    },
    ("bidirectional.test_torch_cudnn_bidirectional_gru_dispatch_fires", BIDIRECTIONAL): NO_CUDA,
    **{("gru.test_torch_cudnn_dispatch_fires", ours): NO_CUDA for ours in LIKE_A_LAYER},
    **{
        ("gru.test_stateful_with_symbolic_batch_size", ours): Row(
            "skip", "is for TensorFlow alone", backends=("jax", "torch")
        )
        for ours in (ONE_WAY, CELLS, BIDIRECTIONAL_CELLS)
    },
    ("gru.test_stateful_with_symbolic_batch_size", ONE_OF_TWO): STATEFUL,
    **{
        ("gru.test_legacy_implementation_argument", ours): KERAS_CONFIG
        for ours in (CELLS, BIDIRECTIONAL_CELLS)
    },
    ("stacked_rnn_cells.test_correctness_single_state_stack", STACKED_CELLS): Row(
        "mismatch|requires grad",
        "a stack gives the state of a cell with `get_initial_state` as a list of one, also that of "
        "`keras.layers.SimpleRNNCell`",
    ),
}
