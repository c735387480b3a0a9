"""The layers under test, as tables: a new layer is a new row."""

from typing import NamedTuple

import keras
import numpy as np

from zoo.layers import (
    BiGRU,
    BiLSTM,
    BiSimpleRNN,
    KerasBidirectional,
    MaskedPooling,
    RecurrentStack,
    UnidirectionalRNN,
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
    """A recurrent layer: a cell, and what runs it."""

    cell: str
    variant: str  # the kernel of a `BiRNN`, "keras", "forward" or "backward"

    def __str__(self):
        return f"{self.cell}-{self.variant}"

    def make(self, units=UNITS, **kwargs):
        if self.variant in ("forward", "backward"):
            backward = self.variant == "backward"
            return UnidirectionalRNN(units, cell=self.cell, backward=backward, **kwargs)
        if self.variant == "keras":
            return KerasBidirectional(units, cell=self.cell, **kwargs)
        return ZOO_LAYERS[self.cell](units, kernel=self.variant, **kwargs)

    def initial_state(self):
        """Return states to start from, in the layer's order."""
        return list(INITIAL[: 2 * STATE_COUNT[self.cell]])


def specs(*variants):
    return [Spec(cell, name) for cell in CELLS for name in variants]


UNIDIRECTIONAL = specs("forward", "backward")
ANALYTIC = [Spec("lstm", "analytic")] if keras.backend.backend() == "tensorflow" else []
ZOO = specs("hoisted", "step") + ANALYTIC
BIDIRECTIONAL = ZOO + specs("keras")

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
