"""The layers under test, as tables: a new layer is a new row."""

from typing import NamedTuple

import keras
import numpy as np

from zoo.layers import (
    BiGRU,
    BiLSTM,
    BiSimpleRNN,
    BuiltinBiRNN,
    MaskedPooling,
    OneWayRNN,
    RecurrentStack,
)

BATCH, TIME, FEATURES, UNITS = 6, 6, 3, 4
SCRATCH = {"lstm": BiLSTM, "gru": BiGRU, "simple_rnn": BiSimpleRNN}
STATE_COUNT = {"lstm": 2, "gru": 1, "simple_rnn": 1}  # of one direction
CELLS = tuple(SCRATCH)
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
    implementation: str  # of `BiRNN`, or "builtin"; one way: "forward", "backward"

    def __str__(self):
        return f"{self.cell}-{self.implementation}"

    def make(self, units=UNITS, **kwargs):
        if self.implementation in ("forward", "backward"):
            backward = self.implementation == "backward"
            return OneWayRNN(units, cell=self.cell, backward=backward, **kwargs)
        if self.implementation == "builtin":
            return BuiltinBiRNN(units, cell=self.cell, **kwargs)
        return SCRATCH[self.cell](units, implementation=self.implementation, **kwargs)

    def initial_state(self):
        """Return states to start from, in the layer's order."""
        return list(INITIAL[: 2 * STATE_COUNT[self.cell]])


def specs(*implementations):
    return [Spec(cell, name) for cell in CELLS for name in implementations]


ONE_WAY = specs("forward", "backward")
ANALYTIC = [Spec("lstm", "analytic")] if keras.backend.backend() == "tensorflow" else []
FROM_SCRATCH = specs("hoisted", "step") + ANALYTIC
TWO_WAY = FROM_SCRATCH + specs("builtin")

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
        implementation="step",
    ),
    "BiGRU": lambda: BiGRU(
        UNITS, return_sequences=True, return_state="h", merge_mode="max", dropout=0.1, seed=1
    ),
    "BiSimpleRNN": lambda: BiSimpleRNN(UNITS, merge_mode=None, return_state=True),
    "BuiltinBiRNN": lambda: BuiltinBiRNN(
        UNITS,
        cell="gru",
        return_sequences=True,
        merge_mode="projection",
        projection_units=5,
        dropout=0.1,
        recurrent_dropout=0.2,
        seed=3,
    ),
    "OneWayRNN": lambda: OneWayRNN(
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
    "one-way stack": lambda: RecurrentStack(UNITS, 2, cell="gru", direction="backward"),
    "builtin stack": lambda: RecurrentStack(UNITS, 2, implementation="builtin"),
    "MaskedPooling": lambda: MaskedPooling("attention"),
}
