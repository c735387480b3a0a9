"""Training of a classifier on texts whose words' vectors are moved to where it does worst."""

import keras
from keras import ops

from zoo.layers.guards import check_choice
from zoo.training.classification.gradients import with_gradient

KINDS = ("adversarial", "virtual")
PROBE = 1e-3  # length of the step, relative to the vectors, by which a divergence is probed


@keras.saving.register_keras_serializable(package="zoo")
class AdversarialClassifier(keras.Model):
    """A classifier with a loss that also asks for the same answer close by.

    ```
    loss = CE(y, p(e)) + weight D(e + r),   e: the vectors of a text's words
    r = size |e| g / |g|,                   g: the gradient of D
    adversarial  D(v) = CE(y, p(v)),        g at e
    virtual      D(v) = KL(p(e), p(v)),     g at e and a little at random; p(e) without dropout
    ```

    Virtual ones need no label: texts whose label is -1 count for the divergence alone. Labels may
    be probabilities (B, K) as well.

    Args:
        classifier: a `zoo.models.SequenceClassifier`, which is what is trained.
        kind: "adversarial" or "virtual".
        size: length of the step, relative to that of all the vectors of a text.
        weight: of the second term.

    Call arguments:
        ids: (B, T) integers, 0 where there is padding.

    Returns:
        (B, K) logits, those of the classifier.

    Example:

    >>> import numpy as np
    >>> from zoo.models import Encoder, SequenceClassifier
    >>> classifier = SequenceClassifier(Encoder(9, embedding_dim=4, units=3), num_labels=2)
    >>> model = AdversarialClassifier(classifier, "virtual")
    >>> model.compile("adam")
    >>> bool(model.train_on_batch(np.array([[1, 2], [3, 0]]), np.array([1, -1])) > 0)
    True

    Reference: Miyato et al. (2017), Adversarial Training Methods for Semi-Supervised Text
    Classification.
    """

    def __init__(self, classifier, kind="adversarial", size=0.02, weight=1.0, **kwargs):
        super().__init__(**kwargs)
        self.classifier = classifier
        self.kind = check_choice("kind", kind, KINDS)
        self.size = size
        self.weight = weight
        self.seeds = keras.random.SeedGenerator(0)

    def call(self, ids, training=False):
        """Classify; see the class."""
        return self.classifier(ids, training=training)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Return the loss of a batch; see the class."""
        mask = ops.not_equal(x, 0)
        inside = ops.cast(ops.expand_dims(mask, -1), "float32")
        embedded = self.classifier.encoder.embedding(x) * inside

        def logits(vectors, training=training):
            return self.classifier.logits(vectors, mask, training=training)

        if self.kind == "adversarial":
            # The function's own weights: all but the table, of which the vectors are.
            (table,) = self.classifier.encoder.embedding.weights
            weights = [w for w in self.classifier.trainable_variables if w is not table]
            loss, slope = with_gradient(lambda e: cross_entropy(y, logits(e)), embedded, weights)
            second = cross_entropy(y, logits(embedded + _scaled(slope, embedded, self.size)))
            return loss + self.weight * second
        # Without dropout: beside what it drops, a step as small as the probe would not be seen.
        still = logits(embedded, training=False)
        noise = keras.random.normal(ops.shape(embedded), seed=self.seeds) * inside
        probe = ops.stop_gradient(embedded + _scaled(noise, embedded, PROBE))
        _, slope = with_gradient(lambda e: divergence(still, logits(e, training=False)), probe)
        second = divergence(still, logits(embedded + _scaled(slope, embedded, self.size)))
        return cross_entropy(y, logits(embedded)) + self.weight * second

    def get_config(self):
        """Return the arguments."""
        return {
            **super().get_config(),
            "classifier": keras.saving.serialize_keras_object(self.classifier),
            "kind": self.kind,
            "size": self.size,
            "weight": self.weight,
        }

    @classmethod
    def from_config(cls, config):
        """Build the model from its arguments."""
        classifier = keras.saving.deserialize_keras_object(config["classifier"])
        return cls(**{**config, "classifier": classifier})


def cross_entropy(labels, logits):
    """Return the mean of -log p over the texts of a batch that have a label, not -1.

    Args:
        labels: (B,) integers, or (B, K) probabilities, as a teacher gives them.
        logits: (B, K).
    """
    if len(labels.shape) == 2:
        return ops.mean(ops.categorical_crossentropy(labels, logits, from_logits=True))
    known = ops.cast(labels >= 0, "float32")
    losses = ops.sparse_categorical_crossentropy(ops.maximum(labels, 0), logits, from_logits=True)
    return ops.sum(losses * known) / ops.maximum(ops.sum(known), 1.0)


def divergence(logits, other):
    """Return the mean over a batch of KL(p, q) of the logits of p, held fixed, and of q."""
    logits = ops.stop_gradient(logits)
    gap = ops.log_softmax(logits) - ops.log_softmax(other)
    return ops.mean(ops.sum(ops.softmax(logits) * gap, axis=-1))


def _scaled(direction, embedded, size):
    """Return steps along directions (B, T, E), each `size` times as long as its text's vectors."""
    lengths = [
        ops.sqrt(ops.sum(ops.square(each), axis=(1, 2), keepdims=True) + 1e-24)
        for each in (ops.stop_gradient(embedded), direction)
    ]
    return size * lengths[0] * direction / lengths[1]
