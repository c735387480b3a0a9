"""The CRF output layer, which scores whole tag sequences."""

from collections.abc import Iterable
from typing import Any

import keras
from keras import ops

from zoo.layers.guards import check_choice, check_positive_int
from zoo.ops import crf
from zoo.ops.tag_constraints import SCHEMES, allowed_tags
from zoo.ops.tensor_types import Tensor

RETURNS = ("emissions", "tags", "marginals")


@keras.saving.register_keras_serializable(package="zoo")
class CRF(keras.layers.Layer):
    """A linear-chain conditional random field on top of one emission per tag and position.

    ```
    score(y) = start(y_1) + sum_t emissions(t, y_t) + sum_t transitions(y_t, y_(t+1)) + end(y_T)
    p(y) = exp(score(y)) / sum_y' exp(score(y'))
    ```

    The layer holds the weights of the chain and follows the last `Dense` layer of a model. By
    default it returns the emissions unchanged, in float32: loss, decoding and marginals are
    computed from the output of the model, and no search runs in training.

    ```
    emissions = crf(keras.layers.Dense(K)(features), mask=mask)
    model = keras.Model([words, mask], emissions)
    ```

    There are two ways to train it.

    - `model.compile("adam", loss=zoo.layers.CRFLoss(crf))`, with negative tags, such as -1, for
      padding.
    - A subclass of `keras.Model` whose `compute_loss` returns the mean of
      `-crf.log_likelihood(y_pred, y, mask)`.

    After training, `crf.decode(model(x), mask)` and the other methods take the outputs, eagerly or
    compiled. For a model that returns tags, call the layer once more:
    `keras.Model([words, mask], crf(emissions, mask=mask, returns="tags"))`.

    Args:
        num_tags: K.
        labels: the K labels in the order of their indices, or None; required by a scheme.
        scheme: a name in `zoo.text.SCHEMES`, or None. Tag sequences that are not well-formed in the
            scheme are never decoded and are excluded from the marginals.
        use_start_end: whether there are scores for the first and the last tag of a sequence.
        constrain_training: whether ill-formed sequences are excluded from the likelihood too. Then
            all tag sequences in the training data must be well-formed.

    Call arguments:
        emissions: (B, T, K), one score per tag, of any floating dtype.
        mask: (B, T) boolean, True at tokens, or None for all True.
        returns: "emissions", "tags" or "marginals".

    Returns:
        The emissions, (B, T, K); the best tags, (B, T) int32; or the probability of each
        tag at each position, (B, T, K).

    Masking:
        Masked positions may be anywhere. They are skipped: the chain links the remaining tokens.
        Tags and marginals are 0 there. A row without tokens has log-likelihood 0. The layer does
        not propagate the mask.

    Raises:
        ValueError: `num_tags` below 1, another number of labels, an unknown scheme, labels outside
            the scheme, emissions of another width.

    Example:

    >>> import numpy as np
    >>> layer = CRF(3, labels=["O", "B-PER", "I-PER"], scheme="BIO")
    >>> emissions = np.array([[[0.0, 1.0, 4.0], [0.0, 1.0, 9.0]]], "float32")
    >>> tags, scores = layer.decode(emissions)
    >>> print(np.asarray(tags), np.asarray(scores))
    [[1 2]] [10.]

    Reference: Lafferty et al. (2001); on top of a BiLSTM, Huang et al. (2015).
    """

    def __init__(
        self,
        num_tags: int,
        labels: Iterable[str] | None = None,
        scheme: str | None = None,
        use_start_end: bool = True,
        constrain_training: bool = False,
        **kwargs: Any,
    ) -> None:
        # Sums over sequences need more than half precision.
        super().__init__(autocast=False, **kwargs)
        self.num_tags = check_positive_int("num_tags", num_tags)
        self.labels = None if labels is None else list(labels)
        self.scheme = check_choice("scheme", scheme, [None, *SCHEMES])
        self.use_start_end = use_start_end
        self.constrain_training = constrain_training
        if self.labels is not None and len(self.labels) != num_tags:
            raise ValueError(
                f"`labels` must be {num_tags}, one for each of `num_tags`, got "
                f"{len(self.labels)}: {self.labels}."
            )
        if scheme and labels is None:
            raise ValueError(
                f"scheme={scheme!r} requires `labels`, the names of the tags, got None."
            )
        self._allowed = allowed_tags(self.labels or [], scheme) if scheme else None
        self.transitions = self.add_weight((num_tags, num_tags), "zeros", name="transitions")
        self.start = self.end = None
        if use_start_end:
            self.start = self.add_weight((num_tags,), "zeros", name="start")
            self.end = self.add_weight((num_tags,), "zeros", name="end")

    def call(
        self, emissions: Tensor, mask: Tensor | None = None, returns: str = "emissions"
    ) -> Tensor:
        """Return the emissions, or decode them; see the class."""
        check_choice("returns", returns, RETURNS)
        if returns == "tags":
            return self.decode(emissions, mask)[0]
        if returns == "marginals":
            return self.marginals(emissions, mask)
        return self._checked(emissions)

    def log_likelihood(self, emissions: Tensor, tags: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return the log-probability of tag sequences.

        Args:
            emissions: (B, T, K).
            tags: (B, T) integers in 0..K-1; those of masked positions are ignored.
            mask: (B, T) boolean, or None.

        Returns:
            (B,): 0 for a row without tokens, NaN for one with a tag outside 0..K-1.
        """
        options = self._options(mask, self.constrain_training)
        return crf.crf_log_likelihood(self._checked(emissions), tags, **options)[0]

    def decode(self, emissions: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Return the best tag sequences, (B, T) int32, and their scores, (B,)."""
        return crf.crf_decode(self._checked(emissions), **self._options(mask))

    def n_best(
        self, emissions: Tensor, n: int, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return the n best tag sequences, (B, n, T) int32, and their scores, (B, n).

        If fewer than n sequences exist or are allowed, the remaining tags are 0, their scores -inf.
        """
        return crf.crf_n_best(self._checked(emissions), n, **self._options(mask))

    def marginals(
        self, emissions: Tensor, mask: Tensor | None = None, temperature: float = 1.0
    ) -> Tensor:
        """Return the probability of each tag at each position, (B, T, K), zeros where masked.

        All scores are divided by `temperature` first; above 1, the result is less extreme.
        """
        options = self._options(mask, temperature=temperature)
        return crf.crf_marginals(self._checked(emissions) / temperature, **options)

    def _options(self, mask, constrained=True, temperature=1.0):
        weights = {
            "transition_params": self.transitions,
            "start": self.start,
            "end": self.end,
        }
        return {
            **{name: w if w is None else w / temperature for name, w in weights.items()},
            "mask": mask,
            "allowed": self._allowed if constrained else None,
        }

    def _checked(self, emissions):
        shape = tuple(emissions.shape)
        if len(shape) != 3 or shape[-1] != self.num_tags:
            raise ValueError(
                f"{self.name}: `emissions` must have the shape (batch, time, {self.num_tags}), "
                f"got {shape}."
            )
        return ops.cast(emissions, self.variable_dtype)

    def compute_mask(self, emissions: Tensor, previous_mask: Tensor | None = None) -> None:
        """Return None: the mask is not propagated; pass it explicitly."""
        return None

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        config = super().get_config()
        return {
            **config,
            "num_tags": self.num_tags,
            "labels": self.labels and list(self.labels),
            "scheme": self.scheme,
            "use_start_end": self.use_start_end,
            "constrain_training": self.constrain_training,
        }


@keras.saving.register_keras_serializable(package="zoo")
class CRFLoss(keras.losses.Loss):
    """The negative log-likelihood of tags under a `CRF`, as a loss for `compile`.

    A saved model does not know which layer its loss uses: compile a loaded model again before
    training it.

    Args:
        layer: the `CRF`.
        reduction: as in `keras.losses.Loss`.
        name: of the loss.

    Call arguments:
        y_true: (B, T) integers, the tags; negative for padding.
        y_pred: (B, T, K), the emissions.

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
        super().__init__(
            reduction=reduction,  # pyright: ignore[reportArgumentType]
            name=name,
            **kwargs,
        )
        # Not the layer itself: Keras would save its weights with the loss instead of the model.
        self._log_likelihood = layer and layer.log_likelihood

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return the loss of each row, (B,)."""
        if self._log_likelihood is None:
            raise ValueError(
                "CRFLoss: `layer` is missing. The loss of a loaded model does not know its layer: "
                'compile the model again with loss=CRFLoss(model.get_layer("crf")), or another '
                "name of the layer."
            )
        return -self._log_likelihood(y_pred, y_true, mask=ops.greater_equal(y_true, 0))
