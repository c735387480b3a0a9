"""Adversarial training of a text classifier: a loss on perturbed word vectors."""

from collections.abc import Mapping
from typing import Any

import keras
from keras import ops

from zoo.models import SequenceClassifier
from zoo.ops.tensor_types import Tensor
from zoo.training.classification.gradients import with_gradient


@keras.saving.register_keras_serializable(package="zoo")
class AdversarialClassifier(keras.Model):
    """A classifier whose loss is also computed on adversarially perturbed word vectors.

    ```
    loss = CE(y, p(e)) + weight CE(y, p(e + r)),   e: the word vectors of a text
    r = size |e| g / |g|,                          g: the gradient of CE(y, p(e)) by e
    ```

    Labels may be integers (B,) or probabilities (B, K).

    Args:
        classifier: the `zoo.models.SequenceClassifier` to train.
        size: length of the perturbation, relative to the length of all word vectors of a text.
        weight: weight of the adversarial term.

    Call arguments:
        ids: (B, T) integers, 0 where there is padding.

    Returns:
        (B, K) logits, those of the classifier.

    Example:

    >>> import numpy as np
    >>> from zoo.models import Encoder
    >>> encoder = Encoder(9, embedding_dim=4, units=3, cell="simple_rnn")
    >>> classifier = SequenceClassifier(encoder, num_labels=2)
    >>> model = AdversarialClassifier(classifier)
    >>> model.compile("adam")
    >>> bool(model.train_on_batch(np.array([[1, 2], [3, 0]]), np.array([1, 0])) > 0)
    True

    Reference: Miyato et al. (2017), Adversarial Training Methods for Semi-Supervised Text
    Classification.
    """

    def __init__(
        self,
        classifier: SequenceClassifier,
        size: float = 0.02,
        weight: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.classifier = classifier
        self.size = size
        self.weight = weight

    def call(self, ids: Tensor, training: bool = False) -> Tensor:
        """Classify; see the class."""
        return self.classifier(ids, training=training)

    def compute_loss(
        self,
        x: Tensor = None,
        y: Tensor = None,
        y_pred: Tensor = None,
        sample_weight: Tensor = None,
        training: bool = True,
    ) -> Tensor:
        """Return the loss of a batch; see the class."""
        mask = ops.not_equal(x, 0)
        embedding = self.classifier.encoder.embedding
        embedded = embedding(x) * ops.cast(ops.expand_dims(mask, -1), "float32")

        def loss_of(vectors: Tensor) -> Tensor:
            return cross_entropy(y, self.classifier.logits(vectors, mask, training=training))

        # The vectors stand for the embedding table; all other weights are the function's own.
        (table,) = embedding.weights
        weights = [w for w in self.classifier.trainable_variables if w is not table]
        loss, gradient = with_gradient(loss_of, embedded, weights)
        perturbed = embedded + _scaled(gradient, embedded, self.size)
        return loss + self.weight * loss_of(perturbed)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        return {
            **super().get_config(),
            "classifier": keras.saving.serialize_keras_object(self.classifier),
            "size": self.size,
            "weight": self.weight,
        }

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "AdversarialClassifier":
        """Build the model from its arguments."""
        classifier = keras.saving.deserialize_keras_object(config["classifier"])
        return cls(**{**config, "classifier": classifier})


def cross_entropy(labels: Tensor, logits: Tensor) -> Tensor:
    """Return the mean cross entropy of a batch.

    Args:
        labels: (B,) integers, or (B, K) probabilities.
        logits: (B, K).

    Returns:
        A scalar.
    """
    if len(labels.shape) == 2:
        return ops.mean(ops.categorical_crossentropy(labels, logits, from_logits=True))
    return ops.mean(ops.sparse_categorical_crossentropy(labels, logits, from_logits=True))


def _scaled(direction: Tensor, embedded: Tensor, size: float) -> Tensor:
    """Scale directions (B, T, E) to `size` times the length of the vectors of their text."""

    def length(vectors: Tensor) -> Tensor:
        squares: Tensor = ops.sum(ops.square(vectors), axis=(1, 2), keepdims=True)
        return ops.sqrt(squares + 1e-24)

    return size * length(ops.stop_gradient(embedded)) * direction / length(direction)
