"""Keras' `Bidirectional` with the interface of the zoo's layers."""

from typing import Any

import keras

from zoo.layers.inner import inherited
from zoo.layers.rnn.bidirectional_base import BidirectionalBase
from zoo.layers.rnn.keras_layers.base import KerasLoop, cell_weights, cudnn_arguments
from zoo.ops.tensor_types import Shape, Variable


@keras.saving.register_keras_serializable(package="zoo")
class KerasBidirectional(KerasLoop, BidirectionalBase):
    """`keras.layers.Bidirectional` with every merge mode of the zoo.

    Args:
        units: U, the width of one direction.
        cell: "lstm", "gru" or "simple_rnn".
        **kwargs: the other arguments of `zoo.layers.BiRNN`, except `kernel`.

    Call arguments, returns, masking, raises: as in `zoo.layers.BiRNN`.

    Example:

    >>> import numpy as np
    >>> layer = KerasBidirectional(3, cell="gru", merge_mode="max", return_sequences=True)
    >>> tuple(layer(np.zeros((2, 5, 4), "float32")).shape)
    (2, 5, 3)
    """

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(units, **kwargs)
        self.cudnn = cudnn_arguments(self.cell_kind, self._given["dropout"] > 0)
        self.bidirectional = keras.layers.Bidirectional(
            self._direction(backward=False),
            backward_layer=self._direction(backward=True),
            merge_mode=None,  # pyright: ignore[reportArgumentType]
            **inherited(self),
            name="bidirectional",
        )
        for direction in self.directions:  # Keras sets it to True
            layer = getattr(self.bidirectional, f"{direction}_layer")
            layer.zero_output_for_mask = self.zeroed_by_keras

    def _direction(self, backward):
        # By default Keras gives both directions the same seed, which would drop the same features.
        seed = self._given.get("seed")
        return self._keras_layer(
            go_backwards=backward,
            seed=seed if seed is None else seed + backward,
            name=f"backward_{self.cell_kind}" if backward else f"forward_{self.cell_kind}",
            **self.cudnn,
        )

    @property
    def keras_layer(self) -> Any:
        """Keras' `Bidirectional`, which returns the outputs of both directions separately."""
        return self.bidirectional

    @property
    def keras_cell(self) -> Any:
        """The cell of the forward direction."""
        return self.bidirectional.forward_layer.cell

    def build(self, sequences_shape: Shape, initial_state_shape: Any = None) -> None:
        """Create the weights of both directions and the projection."""
        self.bidirectional.build(sequences_shape)
        self.build_merge()

    def direction_weights(self, direction: str) -> tuple[Variable, ...]:
        """Return (kernel, recurrent kernel, bias or None) of "forward" or "backward"."""
        return cell_weights(getattr(self.bidirectional, f"{direction}_layer"))
