"""One label per sequence."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from zoo.layers import HashedBigrams, MaskedPooling
from zoo.layers.guards import check_choice
from zoo.layers.pooling import POOLINGS
from zoo.models.encoder import EncodedModel, Encoder
from zoo.ops.largest import largest
from zoo.ops.tensor_types import Tensor


@keras.saving.register_keras_serializable(package="zoo")
class SequenceClassifier(EncodedModel):
    """An encoder with one score per label for the whole sequence.

    Args:
        encoder: a `zoo.models.Encoder`.
        num_labels: K, the number of labels.
        pooling: "final", the final states of both directions (the forward one after the last
            token, the backward one after the first), or "max", "mean", "attention" over positions.
        dropout: fraction of the pooled features dropped.
        temperature: the logits are divided by it before the probabilities are computed; above 1
            they are less extreme.
        bigram_buckets: None, or the number of hash buckets of a `zoo.layers.HashedBigrams`, whose
            score is the log-odds of the second of two labels and is added to the network's.
        name: name of the model.

    Call arguments:
        ids: (B, T) integers, 0 for padding.

    Returns:
        (B, K) logits; a row without tokens gets those of the zero vector.

    Raises:
        ValueError: an unknown pooling; `bigram_buckets` if there are not two labels.

    Example:

    >>> import numpy as np
    >>> from zoo.models import Encoder
    >>> encoder = Encoder(vocabulary_size=10, embedding_dim=4, units=3)
    >>> tuple(SequenceClassifier(encoder, num_labels=2, pooling="max")(np.array([[1, 2]])).shape)
    (1, 2)
    """

    def __init__(
        self,
        encoder: Encoder,
        num_labels: int,
        *,
        pooling: str = "final",
        dropout: float = 0.0,
        temperature: float = 1.0,
        bigram_buckets: int | None = None,
        name: str = "classifier",
        **kwargs: Any,
    ) -> None:
        check_choice("pooling", pooling, ("final", *POOLINGS))
        if bigram_buckets and num_labels != 2:
            raise ValueError(f"`bigram_buckets` requires `num_labels` to be 2, got {num_labels}.")
        # Layers
        drop = keras.layers.Dropout(dropout, name="dropout")
        head = keras.layers.Dense(num_labels, dtype="float32", name="logits")

        # Graph
        ids: Any = encoder.input
        encoded = encoder(ids)
        if pooling == "final":
            pooled = encoded["final"]
        else:
            pool = MaskedPooling(pooling, name="pooling")
            pooled = pool(encoded["sequence"], mask=encoded["mask"])
        logits = head(drop(pooled))
        if bigram_buckets:
            # The layer's name is that of tensors in the shipped exports.
            bigrams = HashedBigrams(encoder.vocabulary_size, bigram_buckets, name="pairs")
            logits = logits + _as_logits(bigrams(ids))
        super().__init__(inputs=ids, outputs=logits, name=name, **kwargs)

        # Config
        self.input_sizes = encoder.input_sizes
        self.encoder = encoder
        self.num_labels = num_labels
        self.pooling = pooling
        self.dropout = dropout
        self.temperature = temperature
        self.bigram_buckets = bigram_buckets

    def head(self, outputs: dict[str, Tensor], mask: Tensor, training: bool = False) -> Tensor:
        """Return the network's logits (B, K) for the outputs of the encoder."""
        pooled = outputs["final"]
        if self.pooling != "final":
            pooled = self.get_layer("pooling")(outputs["sequence"], mask=mask)
        return self.get_layer("logits")(self.get_layer("dropout")(pooled, training=training))

    @property
    def bigrams(self) -> HashedBigrams:
        """The linear model of words and bigrams; see `bigram_buckets`."""
        return self.get_layer("pairs")

    def beside(self, inputs: dict[str, Tensor]) -> Tensor:
        """Return what the linear model adds to the network's logits, (B, 2), or 0 without one."""
        return _as_logits(self.bigrams(inputs["ids"])) if self.bigram_buckets else 0.0

    def answers(self, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return `scores` (B, K), the probability of each label, and the best `label` (B,)."""
        return self.decode(self(inputs["ids"], training=False))

    def decode(self, logits: Tensor, mask: Tensor | None = None) -> dict[str, Tensor]:
        """Return the answers for logits (B, K)."""
        scores = ops.softmax(logits / self.temperature)
        return {"scores": scores, "label": largest(scores)[1][..., 0]}

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        return {
            "encoder": keras.saving.serialize_keras_object(self.encoder),
            "num_labels": self.num_labels,
            "pooling": self.pooling,
            "dropout": self.dropout,
            "temperature": self.temperature,
            "bigram_buckets": self.bigram_buckets,
            "name": self.name,
            **self.frozen_config(),
        }


def _as_logits(odds):
    """Return log-odds of the second of two labels, (B,), as logits of both, (B, 2)."""
    return ops.stack([-odds, odds], axis=-1) / 2
