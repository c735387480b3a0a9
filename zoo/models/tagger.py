"""One label per token."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from zoo.models.encoder import EncodedModel, Encoder
from zoo.ops.largest import largest
from zoo.ops.tensor_types import Tensor


@keras.saving.register_keras_serializable(package="zoo")
class TokenTagger(EncodedModel):
    """An encoder with one score per label at every position.

    Args:
        encoder: a `zoo.models.Encoder`.
        num_labels: K, the number of labels.
        hidden_units: width of a ReLU layer between the encoder and the scores, or None for none.
            Scores linear in `[forward ; backward]` can express an "and" of both directions, but no
            "or" of several "and"s.
        dropout: fraction of the encoder's outputs dropped.
        name: name of the model.

    Call arguments:
        ids: (B, T) integers, 0 for padding.

    Returns:
        (B, T, K) logits; those of padding are meaningless: weight them by `ids != 0`.

    Example:

    >>> import numpy as np
    >>> from zoo.models import Encoder
    >>> tagger = TokenTagger(Encoder(vocabulary_size=10, embedding_dim=4, units=3), num_labels=2)
    >>> tuple(tagger(np.array([[1, 2, 0]])).shape)
    (1, 3, 2)
    """

    def __init__(
        self,
        encoder: Encoder,
        num_labels: int,
        *,
        hidden_units: int | None = None,
        dropout: float = 0.0,
        name: str = "tagger",
        **kwargs: Any,
    ) -> None:
        # Layers
        drop = keras.layers.Dropout(dropout, name="dropout")
        hidden = keras.layers.Dense(hidden_units, "relu", name="hidden") if hidden_units else None
        head = keras.layers.Dense(num_labels, dtype="float32", name="logits")

        # Graph
        ids: Any = encoder.input
        features = drop(encoder(ids)["sequence"])
        logits = head(hidden(features) if hidden else features)
        super().__init__(inputs=ids, outputs=logits, name=name, **kwargs)

        # Config
        self.input_sizes = encoder.input_sizes
        self.encoder = encoder
        self.num_labels = num_labels
        self.hidden_units = hidden_units
        self.dropout = dropout

    def head(self, outputs: dict[str, Tensor], mask: Tensor, training: bool = False) -> Tensor:
        """Return the logits (B, T, K) for the outputs of the encoder."""
        features = self.get_layer("dropout")(outputs["sequence"], training=training)
        if self.hidden_units:
            features = self.get_layer("hidden")(features)
        return self.get_layer("logits")(features)

    def answers(self, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return `scores` (B, T, K), the softmax of the logits, and the best `tags` (B, T)."""
        return self.decode(self(inputs["ids"], training=False))

    def decode(self, logits: Tensor, mask: Tensor | None = None) -> dict[str, Tensor]:
        """Return the answers for logits (B, T, K)."""
        scores = ops.softmax(logits)
        return {"scores": scores, "tags": largest(scores)[1][..., 0]}

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        return {
            "encoder": keras.saving.serialize_keras_object(self.encoder),
            "num_labels": self.num_labels,
            "hidden_units": self.hidden_units,
            "dropout": self.dropout,
            "name": self.name,
            **self.frozen_config(),
        }
