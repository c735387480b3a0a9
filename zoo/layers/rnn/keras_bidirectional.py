"""Keras' `Bidirectional` with the interface of the zoo's layers."""

from collections.abc import Sequence
from typing import Any

import keras

from zoo.layers.guards import check_choice, check_rate
from zoo.layers.rnn.bidirectional_base import BidirectionalBase
from zoo.ops.tensor_types import Shape, States, Tensor, Variable

KERAS_LAYERS = {
    "lstm": keras.layers.LSTM,
    "gru": keras.layers.GRU,
    "simple_rnn": keras.layers.SimpleRNN,
}


def explain_keras(
    cell: str, recurrent_dropout: float, bidirectional: bool, cudnn: dict[str, bool]
) -> str:
    """Return which kernel Keras runs for a recurrent layer on this machine, and why.

    Args:
        cell: "lstm", "gru" or "simple_rnn".
        recurrent_dropout: the dropout rate of the recurrent product.
        bidirectional: whether it is a bidirectional layer.
        cudnn: the result of `cudnn_arguments` for the layer.
    """
    backend = keras.backend.backend()
    loop = f"a loop over time on {backend}" + (", one per direction" if bidirectional else "")
    if not gpu_is_visible():
        return f"{loop}: no GPU is visible, and cuDNN is the only other kernel."
    if cell == "simple_rnn":
        return f"{loop}: Keras does not call cuDNN for a vanilla RNN."
    if cell == "gru" and backend == "jax":
        return f"{loop}: JAX offers no cuDNN GRU that Keras could call."
    if recurrent_dropout:
        return f"{loop}: cuDNN does not support recurrent dropout."
    if cudnn:
        return (
            f"{loop}: on {backend} Keras returns the cuDNN outputs of a backward LSTM in the wrong "
            "order unless one call runs both directions, which it does only without dropout."
        )
    if backend == "tensorflow":
        mask = "the mask, if any, is right-padded and has no empty row (otherwise it fails)"
    else:
        mask = f"there is no mask (otherwise a loop: Keras passes no mask to cuDNN on {backend})"
    return f"cuDNN on {backend}, provided that {mask}."


def gpu_is_visible() -> bool:
    """Return whether the backend sees a GPU."""
    if keras.backend.backend() == "torch":  # Keras has no list of devices there
        import torch

        return torch.cuda.is_available()
    return any("gpu" in device.lower() for device in keras.distribution.list_devices())


def cudnn_arguments(cell: str, backward_alone: bool) -> dict[str, bool]:
    """Return the arguments that disable cuDNN for a Keras layer where its result is wrong.

    Args:
        cell: "lstm", "gru" or "simple_rnn".
        backward_alone: whether a backward layer runs in a separate call; in a
            `keras.layers.Bidirectional` this is the case with input dropout.
    """
    # Keras 3.15 on JAX reverses the outputs of cuDNN's backward LSTM once too often.
    wrong = keras.backend.backend() == "jax" and cell == "lstm" and backward_alone
    return {"use_cudnn": False} if wrong else {}


def cell_weights(layer: keras.layers.Layer) -> tuple[Variable, ...]:
    """Return (kernel, recurrent kernel, bias) of a Keras LSTM, GRU or SimpleRNN."""
    cell = layer.cell
    return cell.kernel, cell.recurrent_kernel, cell.bias


@keras.saving.register_keras_serializable(package="zoo")
class KerasBidirectional(BidirectionalBase):
    """`keras.layers.Bidirectional` with every merge mode of the zoo.

    Args:
        units: U, the width of one direction.
        cell: "lstm", "gru" or "simple_rnn".
        dropout: fraction of the input features dropped, one mask per sequence and direction.
        recurrent_dropout: the same for the recurrent product; disables cuDNN.
        seed: of the dropout masks.
        **kwargs: `return_sequences`, `return_state`, `merge_mode`, `projection_units` as in
            `zoo.layers.BiRNN`, and Keras' (`name`, `dtype`, ...).

    Call arguments, returns, masking, raises: as in `zoo.layers.BiRNN`.

    Example:

    >>> import numpy as np
    >>> layer = KerasBidirectional(3, cell="gru", merge_mode="max", return_sequences=True)
    >>> tuple(layer(np.zeros((2, 5, 4), "float32")).shape)
    (2, 5, 3)
    """

    def __init__(
        self,
        units: int,
        *,
        cell: str = "lstm",
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(units, **kwargs)
        self.cell = check_choice("cell", cell, KERAS_LAYERS)
        self.dropout = check_rate("dropout", dropout)
        self.recurrent_dropout = check_rate("recurrent_dropout", recurrent_dropout)
        self.seed = seed
        self.cudnn = cudnn_arguments(cell, backward_alone=dropout > 0)
        self.bidirectional = keras.layers.Bidirectional(
            self._direction(backward=False),
            backward_layer=self._direction(backward=True),
            merge_mode=None,  # pyright: ignore[reportArgumentType]
            dtype=self.dtype_policy,
            name="bidirectional",
        )

    def _direction(self, backward):
        # By default Keras gives both directions the same seed, which would drop the same features.
        seed = self.seed if self.seed is None else self.seed + backward
        return KERAS_LAYERS[self.cell](
            self.units,
            go_backwards=backward,
            return_sequences=True,
            return_state=True,
            dropout=self.dropout,
            recurrent_dropout=self.recurrent_dropout,
            seed=seed,
            dtype=self.dtype_policy,
            name=f"backward_{self.cell}" if backward else f"forward_{self.cell}",
            **self.cudnn,
        )

    @property
    def cell_kind(self) -> str:
        """The cell's name."""
        return self.cell

    def build(self, sequences_shape: Shape, initial_state_shape: Any = None) -> None:
        """Create the weights of both directions and the projection."""
        self.bidirectional.build(sequences_shape)
        self.merge.build((None, self.units), (None, self.units))

    def direction_weights(self, direction: str) -> tuple[Variable, ...]:
        """Return (kernel, recurrent kernel, bias) of "forward" or "backward"."""
        return cell_weights(getattr(self.bidirectional, f"{direction}_layer"))

    def run(
        self,
        sequences: Tensor,
        states: Sequence[Tensor] | None,
        mask: Tensor | None,
        training: bool,
    ) -> tuple[Tensor, Tensor, States]:
        """Run the Keras layer."""
        forward, backward, *states = self.bidirectional(
            sequences, initial_state=states, mask=mask, training=training
        )
        return forward, backward, tuple(states)

    def explain(self) -> str:
        """Return a sentence that says which kernel runs on this machine, and why."""
        return explain_keras(self.cell, self.recurrent_dropout, True, self.cudnn)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        return {
            **super().get_config(),
            "cell": self.cell,
            "dropout": self.dropout,
            "recurrent_dropout": self.recurrent_dropout,
            "seed": self.seed,
        }
