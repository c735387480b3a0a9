"""One label a sequence."""

import keras
from keras import ops

from zoo.layers import MaskedPooling, WordPairs
from zoo.layers.guards import check_choice
from zoo.layers.pooling import POOLINGS
from zoo.models.encoder import EncodedModel
from zoo.ops.largest import largest


@keras.saving.register_keras_serializable(package="zoo")
class SequenceClassifier(EncodedModel):
    """An encoder with one score a label for the whole sequence.

    Args:
        encoder: a `zoo.models.Encoder`.
        num_labels: K, how many labels there are.
        pooling: "final", the final states of both directions (the forward one after the true last
            token, the backward one after the first), or "max", "mean", "attention" over positions.
        dropout: fraction of the pooled features dropped.
        temperature: the probabilities are those of the logits divided by this; above 1 the model
            is less sure.
        pairs: None, or how many weights pairs of words have in a `zoo.layers.WordPairs` whose score
            is the log-odds of the second of two labels, added to what the network says.

    Call arguments:
        ids: (B, T) integers, 0 where there is padding.

    Returns:
        (B, K) logits; a row without tokens gets those of the zero vector.

    Raises:
        ValueError: unknown pooling; `pairs` for other than two labels.

    Example:

    >>> import numpy as np
    >>> from zoo.models import Encoder
    >>> encoder = Encoder(vocabulary_size=10, embedding_dim=4, units=3)
    >>> tuple(SequenceClassifier(encoder, num_labels=2, pooling="max")(np.array([[1, 2]])).shape)
    (1, 2)
    """

    def __init__(
        self,
        encoder,
        num_labels,
        *,
        pooling="final",
        dropout=0.0,
        temperature=1.0,
        pairs=None,
        name="classifier",
        **kwargs,
    ):
        check_choice("pooling", pooling, ("final", *POOLINGS))
        if pairs and num_labels != 2:
            raise ValueError(f"`pairs` speak for one of 2 labels, `num_labels` is {num_labels}.")
        # Layers
        drop = keras.layers.Dropout(dropout, name="dropout")
        head = keras.layers.Dense(num_labels, dtype="float32", name="logits")

        # Graph
        ids = encoder.input
        encoded = encoder(ids)
        if pooling == "final":
            pooled = encoded["final"]
        else:
            pool = MaskedPooling(pooling, name="pooling")
            pooled = pool(encoded["sequence"], mask=encoded["mask"])
        logits = head(drop(pooled))
        if pairs:
            logits = logits + _halves(WordPairs(encoder.vocabulary_size, pairs, name="pairs")(ids))
        super().__init__(inputs=ids, outputs=logits, name=name, **kwargs)

        # Config
        self.input_sizes = encoder.input_sizes
        self.encoder = encoder
        self.num_labels = num_labels
        self.pooling = pooling
        self.dropout = dropout
        self.temperature = temperature
        self.pairs = pairs

    def head(self, outputs, mask, training=False):
        """Return the network's logits (B, K) of what the encoder returned."""
        pooled = outputs["final"]
        if self.pooling != "final":
            pooled = self.get_layer("pooling")(outputs["sequence"], mask=mask)
        return self.get_layer("logits")(self.get_layer("dropout")(pooled, training=training))

    @property
    def pair_weights(self):
        """The layer of the weights of words and pairs of words; see `pairs`."""
        return self.get_layer("pairs")

    def beside(self, inputs):
        """Return what words and pairs of words add to the network's logits, (B, 2); see `pairs`."""
        return _halves(self.pair_weights(inputs["ids"])) if self.pairs else 0.0

    def answers(self, inputs):
        """Return `scores` (B, K), the probability of each label, and the best `label` (B,)."""
        return self.decode(self(inputs["ids"], training=False))

    def decode(self, logits, mask=None):
        """Return the answers that follow from logits (B, K)."""
        scores = ops.softmax(logits / self.temperature)
        return {"scores": scores, "label": largest(scores)[1][..., 0]}

    def get_config(self):
        """Return the arguments."""
        return {
            "encoder": keras.saving.serialize_keras_object(self.encoder),
            "num_labels": self.num_labels,
            "pooling": self.pooling,
            "dropout": self.dropout,
            "temperature": self.temperature,
            "pairs": self.pairs,
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config):
        """Build the classifier from its arguments."""
        encoder = keras.saving.deserialize_keras_object(config["encoder"])
        return cls(**{**config, "encoder": encoder})


def _halves(odds):
    """Return log-odds of the second of two labels, (B,), as logits of both, (B, 2)."""
    return ops.stack([-odds, odds], axis=-1) / 2
