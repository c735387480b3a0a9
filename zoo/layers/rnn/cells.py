"""Cells that step both directions at once, for `keras.layers.RNN`."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from zoo.layers.rnn.cell_base import BiCell
from zoo.ops.steps import gru_step, lstm_step, simple_rnn_step
from zoo.ops.tensor_types import Shape, States, Tensor


@keras.saving.register_keras_serializable(package="zoo")
class BiLSTMCell(BiCell):
    """One step of both directions of an LSTM; the forget gates start with a bias of 1.

    See `BiCell` for the contract and `zoo.ops.steps.lstm_step` for the equations.

    Args:
        units: U, as in `BiCell`, which documents the other arguments.
        unit_forget_bias: whether the forget gate's bias starts at 1.

    Example:

    >>> BiLSTMCell(3).state_size
    [3, 3, 3, 3]
    """

    gates, memories, kind = 4, 2, "lstm"

    def __init__(self, units: int, unit_forget_bias: bool = True, **kwargs: Any) -> None:
        super().__init__(units, **kwargs)
        self.unit_forget_bias = unit_forget_bias

    def initialize_bias(self, shape: Shape, dtype: str | None = None) -> Tensor:
        """Return the initial bias; that of the forget gate is 1 with `unit_forget_bias`."""
        bias = super().initialize_bias(shape, dtype)
        if not self.unit_forget_bias:
            return bias
        i, _, g, o = ops.split(bias, self.gates)
        return ops.concatenate([i, ops.ones_like(i), g, o])

    def step(
        self, z: Tensor, states: States, weights: Sequence[Tensor], recurrent_mask: Tensor | None
    ) -> States:
        """Return one direction's new `(h, c)`."""
        _, recurrent_kernel, _ = weights
        return lstm_step(z, states, recurrent_kernel, recurrent_mask)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        return {**super().get_config(), "unit_forget_bias": self.unit_forget_bias}


@keras.saving.register_keras_serializable(package="zoo")
class BiGRUCell(BiCell):
    """One step of both directions of a GRU, with the two biases of cuDNN and torch.

    See `BiCell` for the contract and `zoo.ops.steps.gru_step` for the equations. The bias of a
    direction is (2, 3U): a row for the input product and one for the recurrent product.

    Example:

    >>> BiGRUCell(3).state_size
    [3, 3]
    """

    gates, memories, kind = 3, 1, "gru"

    def bias_shape(self) -> tuple[int, ...]:
        """Return (2, 3U)."""
        return (2, self.gates * self.units)

    def input_bias(self, bias: Tensor) -> Tensor:
        """Return the first row; the second one is added to the recurrent product."""
        return bias[0]

    def step(
        self, z: Tensor, states: States, weights: Sequence[Tensor], recurrent_mask: Tensor | None
    ) -> States:
        """Return one direction's new `(h,)`."""
        _, recurrent_kernel, bias = weights
        return gru_step(z, states, recurrent_kernel, bias[1], recurrent_mask)


@keras.saving.register_keras_serializable(package="zoo")
class BiSimpleRNNCell(BiCell):
    """One step of both directions of a vanilla tanh RNN.

    See `BiCell` for the contract and `zoo.ops.steps.simple_rnn_step` for the equations.

    Example:

    >>> BiSimpleRNNCell(3).state_size
    [3, 3]
    """

    gates, memories, kind = 1, 1, "simple_rnn"

    def step(
        self, z: Tensor, states: States, weights: Sequence[Tensor], recurrent_mask: Tensor | None
    ) -> States:
        """Return one direction's new `(h,)`."""
        _, recurrent_kernel, _ = weights
        return simple_rnn_step(z, states, recurrent_kernel, recurrent_mask)


CELLS = {cell.kind: cell for cell in (BiLSTMCell, BiGRUCell, BiSimpleRNNCell)}
