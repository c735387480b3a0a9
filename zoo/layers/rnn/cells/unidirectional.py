"""Cells of one direction, for `keras.layers.RNN`."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from zoo.layers.rnn.cells.arguments import understood
from zoo.layers.rnn.cells.base import RecurrentCell
from zoo.ops.steps import gru_reset_before_step, gru_step, lstm_step, simple_rnn_step
from zoo.ops.tensor_types import Shape, States, Tensor


class GatedCell(RecurrentCell):
    """A cell whose gates have an activation of their own.

    Args:
        units: U, as in `RecurrentCell`, which documents the other arguments.
        recurrent_activation: of the gates; a Keras activation, its name or None for none.
    """

    def __init__(self, units: int, *, recurrent_activation: Any = "sigmoid", **kwargs: Any) -> None:
        super().__init__(units, **kwargs)
        self.recurrent_activation: Any = understood("recurrent_activation", recurrent_activation)


@keras.saving.register_keras_serializable(package="zoo")
class LSTMCell(GatedCell):
    """One step of an LSTM; the forget gate starts with a bias of 1.

    See `RecurrentCell` for the contract and `zoo.ops.steps.lstm_step` for the equations.

    Args:
        units: U, as in `RecurrentCell`, which documents the other arguments.
        recurrent_activation: of the gates.
        unit_forget_bias: whether the forget gate's bias starts at 1.

    Example:

    >>> LSTMCell(3).state_size
    [3, 3]
    """

    gates, memories, kind = 4, 2, "lstm"
    equations = staticmethod(lstm_step)

    def __init__(self, units: int, *, unit_forget_bias: bool = True, **kwargs: Any) -> None:
        super().__init__(units, **kwargs)
        self.unit_forget_bias = unit_forget_bias

    def initialize_bias(self, shape: Shape, dtype: str | None = None) -> Tensor:
        """Return the initial bias; that of the forget gate is 1 with `unit_forget_bias`."""
        bias = super().initialize_bias(shape, dtype)
        if not self.unit_forget_bias:
            return bias
        i, _, g, o = ops.split(bias, self.gates)
        return ops.concatenate([i, ops.ones_like(i), g, o])


@keras.saving.register_keras_serializable(package="zoo")
class GRUCell(GatedCell):
    """One step of a GRU, by default with the two biases of cuDNN and torch.

    See `RecurrentCell` for the contract, and `zoo.ops.steps.gru_step` and `gru_reset_before_step`
    for the equations. The bias is (2, 3U): a row for the input product and one for the recurrent
    product; with `reset_after=False` it is (3U,).

    Args:
        units: U, as in `RecurrentCell`, which documents the other arguments.
        recurrent_activation: of the gates.
        reset_after: whether the reset gate acts after the recurrent product, or before it.

    Example:

    >>> GRUCell(3).state_size
    [3]
    """

    gates, memories, kind = 3, 1, "gru"
    equations = staticmethod(gru_reset_before_step)

    def __init__(self, units: int, *, reset_after: bool = True, **kwargs: Any) -> None:
        super().__init__(units, **kwargs)
        self.reset_after = reset_after

    def bias_shape(self) -> tuple[int, ...]:
        """Return (2, 3U), or (3U,) with `reset_after=False`."""
        width = self.gates * self.units
        return (2, width) if self.reset_after else (width,)

    def input_bias(self, bias: Tensor) -> Tensor:
        """Return the first row; the second one is added to the recurrent product."""
        return bias[0] if self.reset_after else bias

    def step(
        self,
        z: Tensor,
        states: States,
        weights: Sequence[Tensor | None],
        recurrent_mask: Tensor | None,
    ) -> States:
        """Return one direction's new `(h,)`."""
        if not self.reset_after:
            return super().step(z, states, weights, recurrent_mask)
        _, recurrent_kernel, bias = weights
        recurrent_bias = None if bias is None else bias[1]
        return gru_step(
            z, states, recurrent_kernel, recurrent_bias, recurrent_mask, **self.activations
        )


@keras.saving.register_keras_serializable(package="zoo")
class SimpleRNNCell(RecurrentCell):
    """One step of a vanilla RNN, by default with tanh.

    See `RecurrentCell` for the contract and `zoo.ops.steps.simple_rnn_step` for the equations.

    Example:

    >>> SimpleRNNCell(3).state_size
    [3]
    """

    gates, memories, kind = 1, 1, "simple_rnn"
    equations = staticmethod(simple_rnn_step)
