"""Pooling: from the outputs of all positions to one vector per sequence."""

from typing import Any

import keras
from keras import ops

from zoo.layers.guards import check_choice
from zoo.layers.masks import clear_masked
from zoo.ops.pooling import masked_max, masked_mean, masked_softmax_mean
from zoo.ops.tensor_types import Shape, Tensor

POOLINGS = ("max", "mean", "attention")


@keras.saving.register_keras_serializable(package="zoo")
class MaskedPooling(keras.layers.Layer):
    """Pool the positions of each sequence, except padding, into one vector.

    ```
    max        p = max_t x_t
    mean       p = mean_t x_t
    attention  p = sum_t a_t x_t,  a = softmax_t(tanh(x_t A) v)
    ```

    Args:
        kind: "max", "mean" or "attention".

    Call arguments:
        sequences: (B, T, F).
        mask: (B, T) boolean, or None.

    Returns:
        (B, F).

    Masking:
        Masked positions are ignored, NaN included; a row without tokens gives zeros. The implicit
        mask of `sequences` is used unless `mask` is passed; none goes out.

    Example:

    >>> import numpy as np
    >>> tuple(MaskedPooling("attention")(np.zeros((2, 5, 4), "float32")).shape)
    (2, 4)

    Reference: attention as in Yang et al. (2016).
    """

    def __init__(self, kind: str = "max", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind = check_choice("kind", kind, POOLINGS)
        self.supports_masking = True

    def build(self, sequences_shape: Shape) -> None:
        """Create the weights of the attention, if any."""
        if self.kind == "attention":
            width = sequences_shape[-1]
            self.attention_kernel = self.add_weight((width, width), name="attention_kernel")
            self.attention_vector = self.add_weight((width, 1), name="attention_vector")

    def call(self, sequences: Tensor, mask: Tensor | None = None) -> Tensor:
        """Pool; see the class."""
        if mask is None:
            mask = ops.ones(ops.shape(sequences)[:2], dtype="bool")
        else:
            sequences = clear_masked(sequences, mask)
        if self.kind == "max":
            return masked_max(sequences, mask)
        if self.kind == "mean":
            return masked_mean(sequences, mask)
        hidden = ops.tanh(ops.matmul(sequences, self.attention_kernel))
        scores = ops.squeeze(ops.matmul(hidden, self.attention_vector), axis=-1)
        return masked_softmax_mean(sequences, scores, mask)

    def compute_output_shape(self, sequences_shape: Shape) -> Shape:
        """Return the shape of the vectors."""
        return sequences_shape[0], sequences_shape[-1]

    def compute_mask(self, sequences: Tensor, mask: Tensor | None = None) -> None:
        """Return None: the output has no positions."""
        return None

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        return {**super().get_config(), "kind": self.kind}
