"""Keras' LSTM, GRU and SimpleRNN with the interface of the zoo's layers."""

from typing import Any

import keras

from zoo.layers.guards import check_choice
from zoo.layers.rnn.keras_layers.base import KerasLoop, cell_weights, cudnn_arguments
from zoo.layers.rnn.unidirectional_base import UnidirectionalBase
from zoo.ops.tensor_types import Shape, Variable


@keras.saving.register_keras_serializable(package="zoo")
class UnidirectionalRNN(KerasLoop, UnidirectionalBase):
    """Keras' own LSTM, GRU or SimpleRNN, forward or backward.

    Args:
        units: U, the width of the output.
        cell: "lstm", "gru" or "simple_rnn".
        **kwargs: the other arguments of `zoo.layers.UniRNN`, except `kernel`.

    Call arguments, returns, masking, raises: as in `zoo.layers.UniRNN`.

    Example:

    >>> import numpy as np
    >>> layer = UnidirectionalRNN(3, backward=True, return_sequences=True)
    >>> tuple(layer(np.zeros((2, 5, 4), "float32")).shape)
    (2, 5, 3)
    """

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(units, **kwargs)
        backward = self.directions == ("backward",)
        self.cudnn = cudnn_arguments(self.cell_kind, backward_alone=backward)
        self.rnn = self._keras_layer(go_backwards=backward, name=self.cell_kind, **self.cudnn)

    @property
    def keras_layer(self) -> Any:
        """Keras' layer of one direction."""
        return self.rnn

    @property
    def keras_cell(self) -> Any:
        """The cell of the Keras layer."""
        return self.rnn.cell

    def build(self, sequences_shape: Shape, initial_state_shape: Any = None) -> None:
        """Create the weights."""
        self.rnn.build(sequences_shape)
        self.keep_states(sequences_shape[0])

    def direction_weights(self, direction: str) -> tuple[Variable, ...]:
        """Return (kernel, recurrent kernel, bias or None); `direction` must be the layer's own."""
        check_choice("direction", direction, self.directions)
        return cell_weights(self.rnn)
