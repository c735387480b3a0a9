"""The loss of a model whose last layer is a CRF."""

from typing import Any

import keras
from keras import ops

from zoo.layers.crf.layer import CRF
from zoo.layers.masks import find_mask
from zoo.ops.crf.arguments import flat_tags
from zoo.ops.tensor_types import Tensor


@keras.saving.register_keras_serializable(package="zoo")
class CRFLoss(keras.losses.Loss):
    """The negative log-likelihood of tags under a `CRF`, as a loss for `compile`.

    A saved model does not know which layer its loss uses: compile a loaded model again before
    training it.

    Sample weights (B,) weight the sentences. Sample weights (B, T) weight the tokens by the chain
    rule:

    ```
    loss = - sum_t weight_t log p(y_t | y_1 .. y_(t-1))
    ```

    Equal weights of all tokens thus weight the sentence. The tag of a token of weight 0 is not
    learned, but the tags after it are still predicted from it: if it is unknown, use a bitmap.

    Args:
        layer: the `CRF`.
        reduction: as in `keras.losses.Loss`, or "token_mean", the sum divided by the number of
            tokens.
        name: of the loss.

    Call arguments:
        y_true: (B, T) or (B, T, 1) integers, the tags; negative for padding. Or partial labels,
            (B, T, K) booleans, the tags that are allowed; none for padding.
        y_pred: (B, T, K), the emissions.
        sample_weight: (B,) or (B, T), or None.

    Masking:
        The tokens are the positions that the implicit mask of `y_pred` keeps, if there is one, and
        whose tag is not negative.

    Raises:
        ValueError: `y_true` of another shape, such as one-hot vectors of numbers; partial labels
            with weights of tokens.

    Example:

    >>> import numpy as np
    >>> loss = CRFLoss(CRF(2))
    >>> print(np.exp(-np.asarray(loss(np.array([[0, 1, -1]]), np.zeros((1, 3, 2))))).round(4))
    0.25
    """

    def __init__(
        self,
        layer: CRF | None = None,
        reduction: str | None = "sum_over_batch_size",
        name: str = "crf_loss",
        **kwargs: Any,
    ) -> None:
        self.by_token = reduction == "token_mean"
        super().__init__(
            reduction="sum_over_batch_size" if self.by_token else reduction,  # pyright: ignore[reportArgumentType]
            name=name,
            **kwargs,
        )
        # Not the layer itself: Keras would save its weights with the loss instead of the model.
        self._likelihoods = layer and {
            "tags": layer.log_likelihood,
            "weights": layer.token_log_likelihood,
            "tag_bitmap": layer.multitag_log_likelihood,
        }

    def __call__(
        self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor | None = None
    ) -> Tensor:
        """Return the reduced loss; see the class."""
        labels = read_labels(y_true, y_pred)
        if sample_weight is not None:
            sample_weight = ops.convert_to_tensor(sample_weight)
            if not _are_of_sentences(sample_weight):
                labels["weights"], sample_weight = sample_weight, None
        # Keras would multiply the loss of each row by an implicit mask: it gets a copy without one.
        loss = super().__call__(labels, ops.copy(y_pred), sample_weight)
        if not self.by_token or loss is None:
            return loss
        tokens = ops.maximum(ops.sum(ops.cast(labels["mask"], loss.dtype)), 1)
        return loss * ops.cast(ops.shape(y_pred)[0], loss.dtype) / tokens

    def call(self, y_true: Any, y_pred: Tensor) -> Tensor:
        """Return the loss of each row, (B,)."""
        if not self._likelihoods:
            raise ValueError(
                "CRFLoss: `layer` is missing. The loss of a loaded model does not know its layer: "
                'compile the model again with loss=CRFLoss(model.get_layer("crf")), or another '
                "name of the layer."
            )
        labels = read_labels(y_true, y_pred)
        mask = ops.cast(labels["mask"], "bool")
        if "tag_bitmap" in labels:
            if "weights" in labels:
                raise ValueError(
                    "CRFLoss: `sample_weight` must have the shape (batch,) with partial labels, "
                    f"got {tuple(labels['weights'].shape)}."
                )
            return -self._likelihoods["tag_bitmap"](y_pred, labels["tag_bitmap"], mask)
        if "weights" not in labels:
            return -self._likelihoods["tags"](y_pred, labels["tags"], mask)
        terms = self._likelihoods["weights"](y_pred, labels["tags"], mask)
        weights = ops.reshape(labels["weights"], (ops.shape(terms)[0], -1))
        return -ops.sum(terms * ops.cast(weights, terms.dtype), axis=1)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        config = super().get_config()
        return {**config, "reduction": "token_mean"} if self.by_token else config


def read_labels(y_true: Any, y_pred: Tensor, mask: Tensor | None = None) -> dict[str, Tensor]:
    """Return what `CRFLoss` reads from its arguments.

    Args:
        y_true: (B, T), (B, T, 1) or (B, T, K); see `CRFLoss`. Or what this function returned.
        y_pred: (B, T, K), the emissions.
        mask: (B, T) boolean, or None for the implicit mask of `y_pred`.

    Returns:
        Dict of `mask` (B, T), and `tags` (B, T) or `tag_bitmap` (B, T, K).
    """
    if isinstance(y_true, dict):
        return dict(y_true)
    y_true, mask = ops.convert_to_tensor(y_true), find_mask(y_pred, mask)
    if keras.backend.standardize_dtype(y_true.dtype) == "bool" and len(y_true.shape) == 3:
        labels = {"tag_bitmap": y_true, "mask": ops.any(y_true, axis=-1)}
    else:
        tags = flat_tags("y_true", y_true, y_pred.shape[:2])
        labels = {"tags": tags, "mask": tags >= 0}
    if mask is not None:
        labels["mask"] = labels["mask"] & ops.cast(mask, "bool")
    return labels


def _are_of_sentences(weights):
    """Return whether weights are known to be (B,) or (B, 1)."""
    try:
        return tuple(weights.shape)[1:] in ((), (1,))
    except ValueError:  # the rank is unknown in TensorFlow: weights of tokens may be (B, 1) too
        return False
