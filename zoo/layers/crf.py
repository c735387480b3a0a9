"""The output layer that scores whole tag sequences."""

from collections.abc import Iterable
from typing import Any

import keras
from keras import ops

from zoo.layers.guards import check_choice, check_positive_int
from zoo.ops import crf
from zoo.ops.tag_constraints import SCHEMES, allowed_tags
from zoo.ops.tensor_types import Tensor

RETURNS = ("potentials", "tags", "marginals")


@keras.saving.register_keras_serializable(package="zoo")
class CRF(keras.layers.Layer):
    """A linear-chain conditional random field on top of one score a tag and position.

    ```
    score(y) = start(y_1) + sum_t potentials(t, y_t) + sum_t transitions(y_t, y_(t+1)) + end(y_T)
    p(y) = exp(score(y)) / sum_y' exp(score(y'))
    ```

    The layer holds the chain's weights, and in a model its place is behind the last `Dense`. Called
    plainly it returns the potentials as they are, in float32: what the model puts out is then
    what the loss, the decoding and the marginals all start from, and no search runs in training.

    ```
    potentials = crf(keras.layers.Dense(K)(features), mask=mask)
    model = keras.Model([words, mask], potentials)
    ```

    There are two ways to train it.

    - A plain model: `model.compile("adam", loss=zoo.layers.CRFLoss(crf))`, with tags that are
      negative, -1 say, where there is padding.
    - A model of one's own: override `compute_loss` to return the mean of
      `-crf.log_likelihood(y_pred, y, mask)`.

    After it, `crf.decode(model(x), mask)` and its siblings work on the outputs, eagerly or
    compiled. To have the answer in the graph, call the layer once more:
    `keras.Model([words, mask], crf(potentials, mask=mask, returns="tags"))`.

    Args:
        num_tags: K.
        labels: the K labels in the order of their numbers, or None; needed by a scheme.
        scheme: "BIO", "IOB1" or "BIOES": sequences of tags that are not well-formed in it are
            never decoded and have no share in the marginals; or None.
        use_start_end: whether the first and the last tag of a sequence have scores of their own.
        constrain_training: whether ill-formed sequences are left out of the likelihood, too. The
            tags to learn must then all be well-formed.

    Call arguments:
        potentials: (B, T, K), one score a tag, of any floating type.
        mask: (B, T) boolean, True where there is a token, or None for all True.
        returns: "potentials", "tags" or "marginals".

    Returns:
        The potentials, (B, T, K); the best tags, (B, T) int32; or the probability of each
        tag at each position, (B, T, K).

    Masking:
        Masked positions may stand anywhere. They are skipped: the chain links the tokens that
        remain. Tags and marginals are 0 there. A row without tokens has log-likelihood 0. The
        layer passes no mask on.

    Raises:
        ValueError: num_tags below 1, labels of another number, an unknown scheme, labels that are
            not of the scheme, potentials of another width.

    Example:

    >>> import numpy as np
    >>> layer = CRF(3, labels=["O", "B-PER", "I-PER"], scheme="BIO")
    >>> potentials = np.array([[[0.0, 1.0, 4.0], [0.0, 1.0, 9.0]]], "float32")
    >>> tags, scores = layer.decode(potentials)
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
        # Sums over sequences need more than the half precision that other layers may compute in.
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
            raise ValueError(f"scheme={scheme!r} needs `labels`, the names of the tags, got None.")
        self._allowed = allowed_tags(self.labels or [], scheme) if scheme else None
        self.transitions = self.add_weight((num_tags, num_tags), "zeros", name="transitions")
        self.start = self.end = None
        if use_start_end:
            self.start = self.add_weight((num_tags,), "zeros", name="start")
            self.end = self.add_weight((num_tags,), "zeros", name="end")

    def call(
        self, potentials: Tensor, mask: Tensor | None = None, returns: str = "potentials"
    ) -> Tensor:
        """Return the potentials, or decode them; see the class."""
        check_choice("returns", returns, RETURNS)
        if returns == "tags":
            return self.decode(potentials, mask)[0]
        if returns == "marginals":
            return self.marginals(potentials, mask)
        return self._checked(potentials)

    def log_likelihood(
        self, potentials: Tensor, tags: Tensor, mask: Tensor | None = None
    ) -> Tensor:
        """Return the log-probability of tag sequences.

        Args:
            potentials: (B, T, K).
            tags: (B, T) integers in 0..K-1; those of masked positions mean nothing.
            mask: (B, T) boolean, or None.

        Returns:
            (B,): 0 for a row without tokens, NaN for one with a tag outside 0..K-1.
        """
        options = self._options(mask, self.constrain_training)
        return crf.crf_log_likelihood(self._checked(potentials), tags, **options)[0]

    def decode(self, potentials: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Return the best tag sequences, (B, T) int32, and their scores, (B,)."""
        return crf.crf_decode(self._checked(potentials), **self._options(mask))

    def n_best(
        self, potentials: Tensor, n: int, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return the n best tag sequences, (B, n, T) int32, and their scores, (B, n).

        Where fewer than n sequences exist or are allowed, the tags are 0 and the score is -inf.
        """
        return crf.crf_n_best(self._checked(potentials), n, **self._options(mask))

    def marginals(
        self, potentials: Tensor, mask: Tensor | None = None, temperature: float = 1.0
    ) -> Tensor:
        """Return the probability of each tag at each position, (B, T, K), zeros where masked.

        All scores are divided by `temperature` first: above 1, the chain is less sure.
        """
        options = self._options(mask, temperature=temperature)
        return crf.crf_marginals(self._checked(potentials) / temperature, **options)

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

    def _checked(self, potentials):
        shape = tuple(potentials.shape)
        if len(shape) != 3 or shape[-1] != self.num_tags:
            raise ValueError(
                f"{self.name}: `potentials` must have the shape (batch, time, {self.num_tags}), "
                f"got {shape}."
            )
        return ops.cast(potentials, self.variable_dtype)

    def compute_mask(self, potentials: Tensor, previous_mask: Tensor | None = None) -> None:
        """Return None: where a mask is needed, it is given."""
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
    """The negative log-likelihood of the tags in a chain, as a loss for `compile`.

    A file holds a model's layers, but not which of them its loss belongs to: to train a model on
    that was read from a file, compile it again.

    Args:
        layer: the `CRF` with the chain's weights.
        reduction: of the rows' losses, as in `keras.losses.Loss`.
        name: of the loss.

    Call arguments:
        y_true: (B, T) integers, the tags; negative where there is padding.
        y_pred: (B, T, K), the potentials.

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
        # Not the layer itself: saving would then find its weights here, and not in the model.
        self._log_likelihood = layer and layer.log_likelihood

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return the loss of each row, (B,)."""
        if self._log_likelihood is None:
            raise ValueError(
                "CRFLoss: `layer` is missing. The loss of a model that was read from a file does "
                "not know its layer: compile the model again, with "
                'loss=CRFLoss(model.get_layer("crf")), or the name that the layer has.'
            )
        return -self._log_likelihood(y_pred, y_true, mask=ops.greater_equal(y_true, 0))
