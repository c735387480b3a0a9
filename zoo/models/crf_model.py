"""A CRF on top of any Keras model, trained by its likelihood."""

from __future__ import annotations

import contextlib
import contextvars
from typing import Any

import keras
from keras import ops

from zoo.layers import CRF, CRFLoss
from zoo.layers.crf.loss import read_labels
from zoo.layers.inner import freeze_parts, frozen_parts
from zoo.layers.masks import find_mask
from zoo.ops.tensor_types import Shape, Tensor

# Whether the call of a model is that of a training or test step, which needs the emissions too.
_in_step = contextvars.ContextVar("zoo_crf_step", default=False)


@keras.saving.register_keras_serializable(package="zoo")
class CRFModel(keras.Model):
    """A model of sequences with a CRF: it returns tags and is trained by their likelihood.

    ```
    emissions = dense(base_model(inputs)),  tags = argmax_y p(y | emissions)
    loss = - mean over sentences of log p(y_true | emissions) + the losses of layers
    ```

    `compile` takes no loss. `fit` and `evaluate` read tags and sample weights as `CRFLoss` does:
    partial labels too, and weights by sentence or by token. Metrics compare the decoded tags with
    `y`, at tokens only; "accuracy" is the share of equal tags. All of them are weighted by the
    sample weights, if there are any. A bitmap of partial labels counts where it allows one tag.
    The logs also hold `crf_loss`, the loss without those of layers.

    Args:
        base_model: a model from any inputs to (B, T, F).
        crf: a `zoo.layers.CRF`, or K, the number of tags.
        use_kernel: whether a `Dense` layer of width K comes before the CRF; without it,
            `base_model` must return emissions, F = K.
        trainable: False to freeze the base model and the CRF.

    Call arguments:
        inputs: those of `base_model`.
        mask: (B, T) boolean, passed to `base_model`, or None.

    Returns:
        (B, T) int32, the best tags.

    Masking:
        The tokens are those of `mask`, or of the implicit mask of the output of `base_model`. In
        training, a negative tag is padding too.

    Raises:
        ValueError: a base model that does not return (B, T, F); a loss.

    Example:

    >>> import numpy as np
    >>> embedding = keras.layers.Embedding(9, 4, mask_zero=True)
    >>> model = CRFModel(keras.Sequential([keras.Input((None,)), embedding]), crf=3)
    >>> model.compile("adam", metrics=["accuracy"])
    >>> x, y = np.array([[1, 2, 0]]), np.array([[0, 1, -1]])
    >>> sorted(model.fit(x, y, verbose=0).history)
    ['accuracy', 'crf_loss', 'loss']
    >>> model.predict(x, verbose=0).shape
    (1, 3)
    """

    def __init__(
        self,
        base_model: keras.Model,
        crf: CRF | int,
        use_kernel: bool = True,
        trainable: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.base_model = base_model
        self.crf = crf if isinstance(crf, CRF) else CRF(crf, name="crf")
        self.dense = None
        if use_kernel:
            self.dense = keras.layers.Dense(self.crf.num_tags, dtype="float32", name="emissions")
        if not trainable:
            self.trainable = False  # of all parts, as the argument of Keras is not
        self.crf_loss = keras.metrics.Mean("crf_loss")
        if base_model.built:
            self.build(base_model.input_shape)

    def build(self, input_shape: Shape) -> None:
        """Build the base model and the layer of the emissions."""
        if not self.base_model.built:
            self.base_model.build(input_shape)
        shape = self.base_model.output_shape
        if not isinstance(shape, tuple) or len(shape) != 3 or shape[-1] is None:
            raise ValueError(
                "CRFModel: `base_model` must return one tensor of the shape (batch, time, "
                f"features), got {shape}."
            )
        if self.dense and not self.dense.built:
            self.dense.build(shape)
        self.built = True

    def emissions(
        self, inputs: Any, training: bool | None = None, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor | None]:
        """Return the emissions (B, T, K), and the mask (B, T) or None."""
        options = {} if mask is None else {"mask": mask}
        outputs = self.base_model(inputs, training=training, **options)
        mask = find_mask(outputs, mask)
        return self.dense(outputs) if self.dense else outputs, mask

    def call(self, inputs: Any, training: bool | None = None, mask: Tensor | None = None) -> Any:
        """Return the tags; in a training or test step, all that the loss and the metrics need."""
        emissions, mask = self.emissions(inputs, training, mask)
        tags = self.crf(emissions, mask=mask, returns="tags")
        if not _in_step.get():
            return tags
        found = {"tags": tags, "emissions": emissions}
        return found if mask is None else {**found, "mask": mask}

    def compile(
        self,
        optimizer: Any = "adam",
        metrics: Any = None,
        weighted_metrics: Any = None,
        **kwargs: Any,
    ) -> None:
        """Configure training, as in Keras; the loss is the negative log-likelihood.

        Args:
            optimizer: as in Keras.
            metrics, weighted_metrics: metrics of the tags; see the class.
            **kwargs: as in Keras.
        """
        if kwargs.get("loss") is not None:
            raise ValueError(
                f"CRFModel: `loss` must be left out, got {kwargs['loss']!r}: the loss is the "
                "negative log-likelihood of the CRF."
            )
        chosen = [
            # Keras would take the tags of a sentence for the scores of one label.
            keras.metrics.Accuracy(each) if each in ("accuracy", "acc") else each
            for each in [*(metrics or []), *(weighted_metrics or [])]
        ]
        super().compile(optimizer, weighted_metrics=chosen, **kwargs)

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compile a loaded model as it was; Keras does not for a `compile` of its own."""
        self.compile(**keras.saving.deserialize_keras_object(config))
        self.optimizer.build(self.trainable_variables)

    def train_step(self, *args: Any) -> Any:
        """Train on one batch."""
        with _step():
            return super().train_step(*args)

    def test_step(self, *args: Any) -> Any:
        """Evaluate one batch."""
        with _step():
            return super().test_step(*args)

    def compute_loss(
        self,
        x: Any = None,
        y: Tensor = None,
        y_pred: Any = None,
        sample_weight: Tensor | None = None,
        training: bool = True,
    ) -> Tensor:
        """Return the loss; see the class."""
        emissions = y_pred["emissions"]
        labels = read_labels(y, emissions, y_pred.get("mask"))
        loss = CRFLoss(self.crf)(labels, emissions, sample_weight)
        self.crf_loss.update_state(loss, sample_weight=ops.shape(emissions)[0])
        return sum(self.losses, start=loss)

    def compute_metrics(
        self, x: Any, y: Tensor, y_pred: Any, sample_weight: Tensor | None = None
    ) -> dict[str, Any]:
        """Update the metrics, and return what the logs hold."""
        if not isinstance(y_pred, dict):  # Keras asks what metrics there will be.
            return super().compute_metrics(x, y_pred, y_pred, ops.ones_like(y_pred))
        labels = read_labels(y, y_pred["emissions"], y_pred.get("mask"))
        known = labels["mask"]
        if "tag_bitmap" in labels:
            known &= ops.sum(ops.cast(labels["tag_bitmap"], "int32"), axis=-1) == 1
            labels["tags"] = ops.argmax(labels["tag_bitmap"], axis=-1)
        weights = ops.cast(known, "float32")
        if sample_weight is not None:
            by_row = (ops.shape(weights)[0], -1)  # (B, 1) or (B, T)
            weights *= ops.reshape(ops.cast(sample_weight, weights.dtype), by_row)
        return super().compute_metrics(x, labels["tags"], y_pred["tags"], weights)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        parts = {"base_model": self.base_model, "crf": self.crf}
        return {
            **{name: keras.saving.serialize_keras_object(part) for name, part in parts.items()},
            "use_kernel": self.dense is not None,
            "trainable": self.trainable,
            "name": self.name,
            **frozen_parts(self, self.layers),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> CRFModel:
        """Build the model from its arguments."""
        parts = {
            name: keras.saving.deserialize_keras_object(config[name])
            for name in ("base_model", "crf")
        }
        arguments = {"frozen": (), **config, **parts}
        frozen = arguments.pop("frozen")
        model = cls(**arguments)
        freeze_parts(model.layers, frozen)
        return model


def CRFModelWrapper(
    base_model: keras.Model,
    units: int,
    chain_initializer: Any = "orthogonal",
    use_boundary: bool = True,
    boundary_initializer: Any = "zeros",
    use_kernel: bool = True,
    **kwargs: Any,
) -> CRFModel:
    """Return a `CRFModel`, by the arguments of TensorFlow Addons' `CRFModelWrapper`.

    Args:
        base_model: a model from any inputs to (B, T, F).
        units: K, the number of tags.
        chain_initializer: of the transitions.
        use_boundary: whether there are scores for the first and the last tag.
        boundary_initializer: of these scores.
        use_kernel: as in `CRFModel`.
        **kwargs: other arguments of `zoo.layers.CRF`.

    Example:

    >>> base_model = keras.Sequential([keras.Input((None, 4)), keras.layers.Dense(8)])
    >>> CRFModelWrapper(base_model, 3).crf.num_tags
    3
    """
    crf = CRF(
        units,
        use_start_end=use_boundary,
        transitions_initializer=chain_initializer,
        start_end_initializer=boundary_initializer,
        **{"name": "crf", **kwargs},
    )
    return CRFModel(base_model, crf, use_kernel)


@contextlib.contextmanager
def _step():
    """Let the calls inside the `with` block return the emissions too."""
    token = _in_step.set(True)
    try:
        yield
    finally:
        _in_step.reset(token)
