"""The layers under test, as tables: a new layer is a new row."""

from typing import NamedTuple

import keras
import numpy as np

from zoo.layers import (
    GRU,
    LSTM,
    BiGRU,
    BiLSTM,
    BiSimpleRNN,
    KerasBidirectional,
    MaskedPooling,
    RecurrentStack,
    SimpleRNN,
    UnidirectionalRNN,
    recurrent,
)

BATCH, TIME, FEATURES, UNITS = 6, 6, 3, 4
ZOO_LAYERS = {"lstm": BiLSTM, "gru": BiGRU, "simple_rnn": BiSimpleRNN}
STATE_COUNT = {"lstm": 2, "gru": 1, "simple_rnn": 1}  # of one direction
CELLS = tuple(ZOO_LAYERS)
MODES = ("concat", "sum", "ave", "mul", "max", "projection", None)

# A row each: full, padded right, padded left, with holes and padded at both ends, one token, empty.
MASK = np.array(
    [
        [1, 1, 1, 1, 1, 1],
        [1, 1, 1, 0, 0, 0],
        [0, 0, 0, 1, 1, 1],
        [0, 1, 0, 1, 1, 0],
        [0, 0, 1, 0, 0, 0],
        [0, 0, 0, 0, 0, 0],
    ],
    dtype=bool,
)
_random = np.random.default_rng(7)
X = _random.normal(size=(BATCH, TIME, FEATURES)).astype("float32")
INITIAL = _random.normal(size=(4, BATCH, UNITS)).astype("float32")


class Spec(NamedTuple):
    """A recurrent layer: a cell, what runs it, and in which direction."""

    cell: str
    variant: str  # the kernel of a layer of the zoo, or "keras"
    direction: str = "both"

    def __str__(self):
        return "-".join(self if self.direction != "both" else self[:2])

    @property
    def directions(self):
        return ("forward", "backward") if self.direction == "both" else (self.direction,)

    def make(self, units=UNITS, **kwargs):
        runs = {"kernel": self.variant} if self.variant != "keras" else {"backend_layer": "keras"}
        return recurrent(units, cell=self.cell, direction=self.direction, **runs, **kwargs)

    def initial_state(self):
        """Return states to start from, in the layer's order."""
        return list(INITIAL[: len(self.directions) * STATE_COUNT[self.cell]])


def specs(*variants, direction="both"):
    kernels = [Spec(cell, name, direction) for cell in CELLS for name in variants]
    return [spec for spec in kernels if spec.variant != "analytic" or spec.cell == "lstm"]


ALL_KERNELS = ["hoisted", "step"]
if keras.backend.backend() == "tensorflow":
    ALL_KERNELS.append("analytic")
ZOO = specs(*ALL_KERNELS)
ANALYTIC = [spec for spec in ZOO if spec.variant == "analytic"]
BIDIRECTIONAL = ZOO + specs("keras")
ONE_WAY = specs(*ALL_KERNELS, direction="forward") + specs(*ALL_KERNELS, direction="backward")
UNIDIRECTIONAL = [
    *ONE_WAY,
    *specs("keras", direction="forward"),
    *specs("keras", direction="backward"),
]
RECURRENT = BIDIRECTIONAL + UNIDIRECTIONAL

# One of each layer with arguments that are not the defaults, to be saved, compiled and trained.
CONFIGURED = {
    "BiLSTM": lambda: BiLSTM(
        UNITS,
        return_sequences=True,
        return_state=True,
        merge_mode="projection",
        projection_units=5,
        kernel_initializer="gate_normal",
        recurrent_initializer="glorot_normal",
        bias_initializer="ones",
        unit_forget_bias=False,
        dropout=0.1,
        recurrent_dropout=0.2,
        seed=3,
        kernel="step",
    ),
    "BiGRU": lambda: BiGRU(
        UNITS, return_sequences=True, return_state="h", merge_mode="max", dropout=0.1, seed=1
    ),
    "BiSimpleRNN": lambda: BiSimpleRNN(UNITS, merge_mode=None, return_state=True),
    "KerasBidirectional": lambda: KerasBidirectional(
        UNITS,
        cell="gru",
        return_sequences=True,
        merge_mode="projection",
        projection_units=5,
        dropout=0.1,
        recurrent_dropout=0.2,
        seed=3,
    ),
    "UnidirectionalRNN": lambda: UnidirectionalRNN(
        UNITS,
        cell="lstm",
        backward=True,
        return_sequences=True,
        return_state=True,
        dropout=0.1,
        recurrent_dropout=0.2,
        seed=3,
    ),
    "LSTM": lambda: LSTM(
        UNITS,
        backward=True,
        return_sequences=True,
        return_state=True,
        recurrent_activation="hard_sigmoid",
        kernel_regularizer="l2",
        recurrent_constraint="unit_norm",
        zero_output_for_mask=False,
        dropout=0.1,
        seed=3,
    ),
    "GRU": lambda: GRU(
        UNITS, go_backwards=True, return_sequences=True, reset_after=False, use_bias=False
    ),
    "SimpleRNN": lambda: SimpleRNN(UNITS, activation="relu", return_state="h", kernel="step"),
    "RecurrentStack": lambda: RecurrentStack(
        UNITS,
        2,
        cell="simple_rnn",
        merge_mode="ave",
        dropout=0.1,
        recurrent_dropout=0.2,
        residual=True,
        layer_norm=True,
        between_dropout=0.3,
        return_final=True,
    ),
    "unidirectional stack": lambda: RecurrentStack(UNITS, 2, cell="gru", direction="backward"),
    "keras stack": lambda: RecurrentStack(UNITS, 2, backend_layer="keras"),
    "MaskedPooling": lambda: MaskedPooling("attention"),
}
