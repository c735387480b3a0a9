"""Stacked recurrent layers, with residual connections and normalization."""

from typing import Any, Self

import keras
from keras import ops

from zoo.errors import refuse_causal_arguments
from zoo.layers.inner import freeze_parts, frozen_parts, inherited
from zoo.layers.rnn.factory import recurrent
from zoo.layers.rnn.options import StackOptions
from zoo.layers.rnn.sequence_layer import SequenceLayer
from zoo.ops.tensor_types import Shape, Tensor


@keras.saving.register_keras_serializable(package="zoo")
class RecurrentStack(SequenceLayer):
    """A stack of recurrent layers, with residual connections and normalization between them.

    ```
    y_1 = rnn_1(x)
    y_l = rnn_l(dropout(norm_l(y_{l-1}))) [+ y_{l-1} if residual],  l = 2 .. num_layers
    ```

    Args:
        units: U, the width of one direction of every layer.
        num_layers: number of layers.
        return_final: also return the final `h` states of the last layer, concatenated.
        **kwargs: the other fields of `zoo.layers.StackOptions`, and Keras' (`name`, `dtype`, ...).

    Call arguments:
        sequences: (B, T, F), floating.
        mask: (B, T) boolean, or None; passed to every layer.
        training: whether dropout acts.

    Returns:
        (B, T, W); with `return_final` also the final states, (B, U) or (B, 2U).

    Masking:
        As in `zoo.layers.BiRNN`.

    Example:

    >>> import numpy as np
    >>> stack = RecurrentStack(3, num_layers=2, residual=True, layer_norm=True)
    >>> tuple(stack(np.zeros((2, 5, 4), "float32")).shape)
    (2, 5, 6)
    """

    def __init__(
        self, units: int, num_layers: int = 1, *, return_final: bool = False, **kwargs: Any
    ) -> None:
        arguments = {"units": units, "num_layers": num_layers, **kwargs}
        options = StackOptions.pop_from(arguments)
        if options.bidirectional:
            refuse_causal_arguments(type(self).__name__, arguments)
        super().__init__(**arguments)
        self.options = options
        self.return_final, self.return_sequences = return_final, True
        self.rnns = [self._rnn(index) for index in range(num_layers)]
        self.norms = [
            keras.layers.LayerNormalization(**inherited(self), name=f"norm_{index}")
            for index in range(1, num_layers if options.layer_norm else 1)
        ]
        self.drop = keras.layers.Dropout(options.between_dropout, **inherited(self), name="drop")

    def _rnn(self, index):
        return recurrent(
            **self.options.layer_arguments(),
            return_sequences=True,
            return_state="h" if index == self.options.num_layers - 1 else False,
            **inherited(self),
            name=f"rnn_{index}",
        )

    @property
    def output_width(self) -> int:
        """W, the output width."""
        return self.output_widths[0]

    @property
    def output_widths(self) -> list[int]:
        """The width of the output."""
        return self.rnns[-1].output_widths

    @property
    def state_widths(self) -> list[int]:
        """The width of the final states, if they are returned."""
        return [sum(self.rnns[-1].state_widths)] if self.return_final else []

    def build(self, sequences_shape: Shape) -> None:
        """Create the weights of all layers."""
        for index, rnn in enumerate(self.rnns):
            if index and self.options.layer_norm:
                self.norms[index - 1].build(sequences_shape)
            rnn.build(sequences_shape)
            sequences_shape = (*sequences_shape[:-1], self.output_width)

    def call(self, sequences: Tensor, mask: Tensor | None = None, training: bool = False) -> Tensor:
        """Run all layers; see the class."""
        sequences, mask = self.read(sequences, mask)
        for index, rnn in enumerate(self.rnns):
            inputs = sequences
            if index:
                inputs = self.norms[index - 1](inputs) if self.options.layer_norm else inputs
                inputs = self.drop(inputs, training=training)
            outputs = rnn(inputs, mask=mask, training=training)
            if rnn.return_state:
                outputs, *final = outputs
            sequences = outputs + sequences if index and self.options.residual else outputs
        return (sequences, ops.concatenate(final, axis=-1)) if self.return_final else sequences

    def explain(self) -> str:
        """Return which kernel runs each layer on this machine, and why; one line per layer."""
        return "\n".join(f"{rnn.name}: {rnn.explain()}" for rnn in self.rnns)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        own = {**self.options.to_config(), "return_final": self.return_final}
        return {**super().get_config(), **own, **frozen_parts(self, [*self.rnns, *self.norms])}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Build the stack from its arguments, and freeze the layers that were frozen."""
        arguments = {"frozen": (), **config}
        frozen = arguments.pop("frozen")
        stack = cls(**arguments)
        freeze_parts([*stack.rnns, *stack.norms], frozen)
        return stack
