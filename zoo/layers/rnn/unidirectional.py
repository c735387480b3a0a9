"""A unidirectional recurrent layer, forward or backward, as a baseline."""

from typing import Any

import keras
from keras import ops

from zoo.layers.guards import check_choice, check_positive_int, check_rate
from zoo.layers.masks import clear_masked
from zoo.layers.rnn.bidirectional_base import STATES
from zoo.layers.rnn.keras_bidirectional import (
    KERAS_LAYERS,
    cell_weights,
    cudnn_arguments,
    explain_keras,
)
from zoo.layers.rnn.kernels import current_kernel, run_direction
from zoo.layers.rnn.sequence_layer import SequenceLayer
from zoo.ops.tensor_types import Shape, Tensor, Variable


@keras.saving.register_keras_serializable(package="zoo")
class UnidirectionalRNN(SequenceLayer):
    """A unidirectional RNN, forward or backward, with outputs in the order of positions.

    It is the baseline for bidirectional models.

    Args:
        units: U, the width of the output.
        cell: "lstm", "gru" or "simple_rnn".
        backward: whether it reads from the last position to the first.
        return_sequences: return the outputs of all positions, else the final `h` state.
        return_state: True to return the final states too, "h" for `h` only.
        dropout: fraction of the input features dropped, one mask per sequence.
        recurrent_dropout: the same for the recurrent product.
        seed: of the dropout masks.

    Call arguments:
        sequences: (B, T, F), floating.
        mask: (B, T) boolean, or None.
        training: whether dropout acts.

    Returns:
        (B, T, U) or (B, U); with `return_state` followed by the states.

    Masking:
        As in `zoo.layers.BiRNN`: masked positions keep the state and output zeros.

    Example:

    >>> import numpy as np
    >>> layer = UnidirectionalRNN(3, backward=True, return_sequences=True)
    >>> tuple(layer(np.zeros((2, 5, 4), "float32")).shape)
    (2, 5, 3)
    """

    def __init__(
        self,
        units: int,
        *,
        cell: str = "lstm",
        backward: bool = False,
        return_sequences: bool = False,
        return_state: bool | str = False,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.units = check_positive_int("units", units)
        self.cell = check_choice("cell", cell, KERAS_LAYERS)
        self.backward = backward
        self.return_sequences = return_sequences
        self.return_state = check_choice("return_state", return_state, [False, True, "h"])
        self.dropout = check_rate("dropout", dropout)
        self.recurrent_dropout = check_rate("recurrent_dropout", recurrent_dropout)
        self.seed = seed
        self.cudnn = cudnn_arguments(cell, backward_alone=backward)
        self.rnn = KERAS_LAYERS[cell](
            units,
            go_backwards=backward,
            return_sequences=True,
            return_state=True,
            zero_output_for_mask=True,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            seed=seed,
            dtype=self.dtype_policy,
            name=cell,
            **self.cudnn,
        )

    @property
    def cell_kind(self) -> str:
        """The cell's name."""
        return self.cell

    def build(self, sequences_shape: Shape) -> None:
        """Create the weights."""
        self.rnn.build(sequences_shape)

    def direction_weights(self, direction: str) -> tuple[Variable, ...]:
        """Return (kernel, recurrent kernel, bias); `direction` must be the layer's own."""
        check_choice("direction", direction, ["backward" if self.backward else "forward"])
        return cell_weights(self.rnn)

    def call(self, sequences: Tensor, mask: Tensor | None = None, training: bool = False) -> Tensor:
        """Run the direction; see the class."""
        sequences, mask = self.read(sequences, mask)
        if kernel := current_kernel():
            weights = cell_weights(self.rnn)
            outputs, *states = run_direction(kernel, self.cell, weights, sequences, self.backward)
        else:
            sequences = clear_masked(sequences, mask)
            outputs, *states = self.rnn(sequences, mask=mask, training=training)
            outputs = ops.flip(outputs, axis=1) if self.backward else outputs
        output = outputs if self.return_sequences else states[0]
        if not self.return_state:
            return output
        return (output, *(states[:1] if self.return_state == "h" else states))

    @property
    def state_count(self) -> int:
        """Number of final states."""
        return len(STATES[self.cell])

    @property
    def output_widths(self) -> list[int]:
        """The width of the output."""
        return [self.units]

    @property
    def state_widths(self) -> list[int]:
        """The width of each returned state."""
        count = {False: 0, True: self.state_count, "h": 1}[self.return_state]
        return [self.units] * count

    def explain(self) -> str:
        """Return a sentence that says which kernel runs on this machine, and why."""
        return explain_keras(self.cell, self.recurrent_dropout, False, self.cudnn)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        names = (
            "units cell backward return_sequences return_state dropout recurrent_dropout seed"
        ).split()
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
