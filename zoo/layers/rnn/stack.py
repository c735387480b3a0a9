"""Recurrent layers on top of each other, with what makes deep stacks train."""

from typing import Any

import keras
from keras import ops

from zoo.errors import refuse_causal_arguments
from zoo.layers.guards import check_positive_int, check_rate
from zoo.layers.rnn.factory import recurrent
from zoo.ops.tensor_types import Shape, Tensor


@keras.saving.register_keras_serializable(package="zoo")
class RecurrentStack(keras.layers.Layer):
    """Several recurrent layers of one kind, with residuals and normalization between them.

    ```
    y_1 = rnn_1(x)
    y_l = rnn_l(dropout(norm_l(y_{l-1}))) [+ y_{l-1} if residual],  l = 2 .. num_layers
    ```

    Args:
        units: U, the width of one direction of every layer.
        num_layers: how many layers.
        residual: add the input of every layer from the second on to its output.
        layer_norm: normalize what enters every layer from the second on.
        between_dropout: fraction of the features dropped there.
        return_final: also return the last layer's final `h`, of all directions side by side.
        cell, direction, implementation: of every layer, as in `zoo.layers.recurrent`.
        merge_mode, projection_units: of every layer, as in `zoo.layers.recurrent`.
        dropout, recurrent_dropout: of every layer, as in `zoo.layers.recurrent`.

    Call arguments:
        sequences: (B, T, F), floating.
        mask: (B, T) boolean, or None; handed to every layer.
        training: whether dropout acts.

    Returns:
        (B, T, W); with `return_final` the pair of it and (B, U) or (B, 2U).

    Masking:
        As in `zoo.layers.BiRNN`.

    Example:

    >>> import numpy as np
    >>> stack = RecurrentStack(3, num_layers=2, residual=True, layer_norm=True)
    >>> tuple(stack(np.zeros((2, 5, 4), "float32")).shape)
    (2, 5, 6)
    """

    def __init__(
        self,
        units: int,
        num_layers: int = 1,
        *,
        cell: str = "lstm",
        direction: str = "both",
        implementation: str = "scratch",
        merge_mode: str = "concat",
        projection_units: int | None = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        residual: bool = False,
        layer_norm: bool = False,
        between_dropout: float = 0.0,
        return_final: bool = False,
        **kwargs: Any,
    ) -> None:
        if direction == "both":
            refuse_causal_arguments(type(self).__name__, kwargs)
        super().__init__(**kwargs)
        self.units = units
        self.num_layers = check_positive_int("num_layers", num_layers)
        self.cell = cell
        self.direction = direction
        self.implementation = implementation
        self.merge_mode = merge_mode
        self.projection_units = projection_units
        self.dropout = dropout
        self.recurrent_dropout = recurrent_dropout
        self.residual = residual
        self.layer_norm = layer_norm
        self.between_dropout = check_rate("between_dropout", between_dropout)
        self.return_final = return_final
        self.supports_masking = True
        if merge_mode is None and direction == "both":
            raise ValueError(
                "`merge_mode` of a stack must give one tensor for the next layer, got None."
            )
        self.rnns = [self._rnn(index) for index in range(num_layers)]
        self.norms = [
            keras.layers.LayerNormalization(dtype=self.dtype_policy, name=f"norm_{index}")
            for index in range(1, num_layers if layer_norm else 1)
        ]
        self.drop = keras.layers.Dropout(between_dropout, dtype=self.dtype_policy, name="drop")

    def _rnn(self, index):
        two_way = self.direction == "both"
        merging = {"merge_mode": self.merge_mode, "projection_units": self.projection_units}
        return recurrent(
            self.units,
            cell=self.cell,
            direction=self.direction,
            implementation=self.implementation,
            return_sequences=True,
            return_state="h" if index == self.num_layers - 1 else False,
            dropout=self.dropout,
            recurrent_dropout=self.recurrent_dropout,
            dtype=self.dtype_policy,
            name=f"rnn_{index}",
            **(merging if two_way else {}),
        )

    @property
    def output_width(self) -> int:
        """W, the width of the outputs."""
        if self.direction != "both":
            return self.units
        return self.rnns[-1].merge.output_width(self.units)

    def build(self, sequences_shape: Shape) -> None:
        """Create the weights of all layers."""
        for index, rnn in enumerate(self.rnns):
            if index and self.layer_norm:
                self.norms[index - 1].build(sequences_shape)
            rnn.build(sequences_shape)
            sequences_shape = (*sequences_shape[:-1], self.output_width)

    def call(self, sequences: Tensor, mask: Tensor | None = None, training: bool = False) -> Tensor:
        """Run all layers; see the class."""
        for index, rnn in enumerate(self.rnns):
            inputs = sequences
            if index:
                inputs = self.norms[index - 1](inputs) if self.layer_norm else inputs
                inputs = self.drop(inputs, training=training)
            outputs = rnn(inputs, mask=mask, training=training)
            if rnn.return_state:
                outputs, *final = outputs
            sequences = outputs + sequences if index and self.residual else outputs
        return (sequences, ops.concatenate(final, axis=-1)) if self.return_final else sequences

    def compute_mask(self, sequences: Tensor, mask: Tensor | None = None) -> None:
        """Return None: masks are passed by hand, as Keras 3.16 does it."""
        return None

    def explain(self) -> str:
        """Return which kernel runs each layer here, and why, a line a layer."""
        return "\n".join(f"{rnn.name}: {rnn.explain()}" for rnn in self.rnns)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        names = (
            "units num_layers cell direction implementation merge_mode projection_units dropout "
            "recurrent_dropout residual layer_norm between_dropout return_final"
        ).split()
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
