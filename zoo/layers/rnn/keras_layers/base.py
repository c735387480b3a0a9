"""The base class of the layers that Keras' own LSTM, GRU and SimpleRNN compute."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from zoo.layers.guards import check_choice, check_rate
from zoo.layers.inner import inherited
from zoo.layers.rnn.cells.arguments import arguments_of, pop_cell_arguments, understood
from zoo.layers.rnn.recurrent_base import RecurrentBase
from zoo.ops.tensor_types import States, Tensor, Variable

KERAS_LAYERS = {
    "lstm": keras.layers.LSTM,
    "gru": keras.layers.GRU,
    "simple_rnn": keras.layers.SimpleRNN,
}
GATES = {"lstm": 4, "gru": 3, "simple_rnn": 1}


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


def gpu_is_visible() -> bool:
    """Return whether the backend sees a GPU."""
    if keras.backend.backend() == "torch":  # Keras has no list of devices there
        import torch

        return torch.cuda.is_available()
    return any("gpu" in device.lower() for device in keras.distribution.list_devices())


def cell_weights(layer: keras.layers.Layer) -> tuple[Variable, ...]:
    """Return (kernel, recurrent kernel, bias or None) of a Keras LSTM, GRU or SimpleRNN."""
    cell = layer.cell
    return cell.kernel, cell.recurrent_kernel, cell.bias


class KerasLoop(RecurrentBase):
    """Base class of the layers that Keras' own layers run over time.

    Subclasses define `keras_layer` and `keras_cell`.

    Args:
        units: U, the width of one direction.
        cell: "lstm", "gru" or "simple_rnn".
        **kwargs: the arguments of the cell, and those of the other base class.

    Raises:
        ValueError: on torch, `unroll=True` with a mask of a layer that reads backward.
    """

    cudnn: dict[str, bool]

    def __init__(self, units: int, *, cell: str = "lstm", **kwargs: Any) -> None:
        given = pop_cell_arguments(kwargs)
        super().__init__(units, **kwargs)
        self._cell_kind = check_choice("cell", cell, KERAS_LAYERS)
        for rate in ("dropout", "recurrent_dropout"):
            given[rate] = check_rate(rate, given.get(rate, 0.0))
        self._given = {name: understood(name, v, GATES[cell]) for name, v in given.items()}

    def _keras_layer(self, **kwargs):
        """Return a Keras layer that gives all outputs and states."""
        return KERAS_LAYERS[self._cell_kind](
            self.units,
            return_sequences=True,
            return_state=True,
            zero_output_for_mask=self.zeroed_by_keras,
            unroll=self.unroll,
            **inherited(self),
            **{**self._given, **kwargs},
        )

    @property
    def keras_layer(self) -> Any:
        """The Keras layer, which returns the outputs of each direction, and then the states."""
        raise NotImplementedError

    @property
    def keras_cell(self) -> Any:
        """The cell of the Keras layer, or of its forward direction."""
        raise NotImplementedError

    @property
    def cell_kind(self) -> str:
        """The cell's name: "lstm", "gru" or "simple_rnn"."""
        return self._cell_kind

    @property
    def cell_arguments(self) -> dict[str, Any]:
        """The arguments of the cell, as objects, by name."""
        # Keras loses the seed of a SimpleRNN when it copies the layer.
        return arguments_of(self.keras_cell) | {"seed": self._given.get("seed")}

    @property
    def zeroed_by_keras(self) -> bool:
        """Whether Keras zeroes the outputs at masked positions.

        In an unrolled loop Keras 3.15 zeroes none on JAX, and those of other positions in a
        backward layer on TensorFlow.
        """
        return self.zero_output_for_mask and not self.unroll

    def run(
        self,
        sequences: Tensor,
        states: Sequence[Tensor] | None,
        mask: Tensor | None,
        training: bool,
    ) -> tuple[Sequence[Tensor], States]:
        """Run the Keras layer, and set right what Keras does wrong."""
        if 0 in sequences.shape[:2]:
            return self._of_nothing(sequences, states)
        if mask is not None:
            self._check_unrolled_mask()
        initial = None if states is None else list(states)
        found = self.keras_layer(sequences, initial_state=initial, mask=mask, training=training)
        count = len(self.directions)
        outputs, states = found[:count], tuple(found[count:])
        if self.directions == ("backward",):  # Keras returns them in the order of reading
            outputs = [ops.flip(each, axis=1) for each in outputs]
        if mask is not None and self.zero_output_for_mask and not self.zeroed_by_keras:
            outputs = [ops.where(ops.expand_dims(mask, -1), each, 0.0) for each in outputs]
        return outputs, states

    def _check_unrolled_mask(self):
        on_torch = keras.backend.backend() == "torch"
        if self.unroll and on_torch and "backward" in self.directions:
            raise ValueError(
                f"{type(self).__name__}: `unroll=True` with a mask needs another backend: on torch "
                "Keras does not unroll a masked layer that reads backward. Use unroll=False, or "
                'backend_layer="zoo".'
            )

    def explain(self) -> str:
        """Return a sentence that says which kernel runs on this machine, and why."""
        backend = keras.backend.backend()
        loop = "steps, written out," if self.unroll else "a loop over time"
        loop += f" on {backend}" + (", one per direction" if len(self.directions) > 1 else "")
        if not gpu_is_visible():
            return f"{loop}: no GPU is visible, and cuDNN is the only other kernel."
        if obstacle := self._cudnn_obstacle(backend):
            return f"{loop}: {obstacle}."
        if backend == "tensorflow":
            mask = "the mask, if any, is right-padded and has no empty row (otherwise it fails)"
        else:
            mask = (
                f"there is no mask (otherwise a loop: Keras passes no mask to cuDNN on {backend})"
            )
        return f"cuDNN on {backend}, provided that {mask}."

    def _cudnn_obstacle(self, backend):
        """Return why Keras does not call cuDNN for this layer, or "" if it does."""
        arguments, cell = self.cell_arguments, self.cell_kind
        obstacles = {
            "Keras does not call cuDNN for a vanilla RNN": cell == "simple_rnn",
            "JAX offers no cuDNN GRU that Keras could call": cell == "gru" and backend == "jax",
            "cuDNN does not support recurrent dropout": arguments["recurrent_dropout"] > 0,
            f"cuDNN does not support {self.unusual}": bool(self.unusual),
            "Keras does not call cuDNN with use_bias=False": not arguments["use_bias"],
            "cuDNN is not called with unroll=True": self.unroll,
            f"on {backend} Keras returns the cuDNN outputs of a backward LSTM in the wrong order "
            "unless one call runs both directions, which it does only without dropout": bool(
                self.cudnn
            ),
        }
        return next((reason for reason, holds in obstacles.items() if holds), "")

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        return {**super().get_config(), "cell": self.cell_kind}

    def _of_nothing(self, sequences, states):
        """Return the result of `run` if T or B is 0, which Keras' loops do not support."""
        batch, time, _ = ops.shape(sequences)
        if states is None:
            states = [ops.zeros((batch, self.units), self.compute_dtype)] * self.state_count
        output = ops.zeros((batch, time, self.units), self.compute_dtype)
        return (output,) * len(self.directions), tuple(states)
