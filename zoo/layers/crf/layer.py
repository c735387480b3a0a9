"""The CRF output layer, which scores whole tag sequences."""

import keras
import numpy as np
from keras import ops

from zoo.layers.crf.weights import ChainWeights
from zoo.layers.guards import check_choice
from zoo.layers.masks import find_mask
from zoo.ops import crf
from zoo.ops.crf.arguments import flat_tags
from zoo.ops.crf.reductions import REDUCTIONS, reduce_rows
from zoo.ops.tensor_types import Shape, Tensor

RETURNS = ("emissions", "tags", "marginals")


@keras.saving.register_keras_serializable(package="zoo")
class CRF(ChainWeights):
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

    There are three ways to train it.

    - `zoo.models.CRFModel(base_model, crf)`, a model that returns tags.
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
        transitions_initializer, start_end_initializer: of the weights.

    Call arguments:
        emissions: (B, T, K), one score per tag, of any floating dtype.
        mask: (B, T) boolean, True at tokens, or None for all True.
        returns: "emissions", "tags" or "marginals".

    Returns:
        The emissions, (B, T, K); the best tags, (B, T) int32; or the probability of each
        tag at each position, (B, T, K).

    Masking:
        Masked positions may be anywhere. They are skipped: the chain links the remaining tokens.
        Tags and marginals are 0 there. A row without tokens has log-likelihood 0. The implicit mask
        of the emissions is used unless `mask` is passed, also by the other methods. The mask goes
        out with emissions, tags and marginals; `CRFLoss` reads it from there.

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

    def call(
        self, emissions: Tensor, mask: Tensor | None = None, returns: str = "emissions"
    ) -> Tensor:
        """Return the emissions, or decode them; see the class."""
        check_choice("returns", returns, RETURNS)
        if returns == "tags":
            return self.decode(emissions, mask)[0]
        if returns == "marginals":
            return self.marginals(emissions, mask)
        # The mask that goes out is set on the result, which must not be the input itself.
        own = mask is None or mask is find_mask(emissions)
        return self._checked(emissions if own else ops.copy(emissions))

    def log_likelihood(
        self,
        emissions: Tensor,
        tags: Tensor,
        mask: Tensor | None = None,
        reduction: str = "none",
    ) -> Tensor:
        """Return the log-probability of tag sequences.

        Args:
            emissions: (B, T, K).
            tags: (B, T) or (B, T, 1) integers in 0..K-1; those of masked positions are ignored.
            mask: (B, T) boolean, or None.
            reduction: "none", the "sum" or "mean" of the rows, or "token_mean", the sum divided by
                the number of tokens.

        Returns:
            (B,), or a scalar: 0 for a row without tokens, NaN for one with a tag outside 0..K-1.
        """
        check_choice("reduction", reduction, REDUCTIONS)
        tags = flat_tags("tags", tags, emissions.shape[:2])
        mask = find_mask(emissions, mask)
        options = self._options(mask, self.constrain_training)
        rows, _ = crf.crf_log_likelihood(self._checked(emissions), tags, **options)
        return reduce_rows(rows, emissions, mask, reduction)

    def token_log_likelihood(
        self, emissions: Tensor, tags: Tensor, mask: Tensor | None = None
    ) -> Tensor:
        """Return the log-probability of each tag given the tags before it, (B, T).

        The sum of a row is its `log_likelihood`.
        """
        tags = flat_tags("tags", tags, emissions.shape[:2])
        options = self._options(find_mask(emissions, mask), self.constrain_training)
        return crf.crf_token_log_likelihood(self._checked(emissions), tags, **options)

    def multitag_log_likelihood(
        self, emissions: Tensor, tag_bitmap: Tensor, mask: Tensor | None = None
    ) -> Tensor:
        """Return the log-probability that all tags are allowed ones, (B,), for partial labels.

        Args:
            emissions: (B, T, K).
            tag_bitmap: (B, T, K) boolean, the allowed tags: all of them where there is no label.
            mask: (B, T) boolean, or None.
        """
        options = self._options(find_mask(emissions, mask), self.constrain_training)
        return crf.crf_multitag_log_likelihood(self._checked(emissions), tag_bitmap, **options)[0]

    def decode(
        self, emissions: Tensor, mask: Tensor | None = None, tag_bitmap: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return the best tag sequences, (B, T) int32, and their scores, (B,).

        Args:
            emissions: (B, T, K).
            mask: (B, T) boolean, or None.
            tag_bitmap: (B, T, K) boolean, the tags that are allowed at each position, or None.
        """
        options = self._options(find_mask(emissions, mask))
        emissions = self._checked(emissions)
        if tag_bitmap is None:
            return crf.crf_decode(emissions, **options)
        return crf.crf_constrained_decode(emissions, tag_bitmap, **options)

    def decode_lists(
        self, emissions: Tensor, mask: Tensor | None = None, tag_bitmap: Tensor | None = None
    ) -> list[list[int]]:
        """Return the best tags of each row as a list, without padding; see `decode`."""
        mask = find_mask(emissions, mask)
        tags = ops.convert_to_numpy(self.decode(emissions, mask, tag_bitmap)[0])
        keep = np.ones_like(tags) if mask is None else ops.convert_to_numpy(mask)
        return [row[keep].tolist() for row, keep in zip(tags, keep.astype(bool), strict=True)]

    def n_best(
        self, emissions: Tensor, n: int, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return the n best tag sequences, (B, n, T) int32, and their scores, (B, n).

        If fewer than n sequences exist or are allowed, the remaining tags are 0, their scores -inf.
        """
        options = self._options(find_mask(emissions, mask))
        return crf.crf_n_best(self._checked(emissions), n, **options)

    def marginals(
        self, emissions: Tensor, mask: Tensor | None = None, temperature: float = 1.0
    ) -> Tensor:
        """Return the probability of each tag at each position, (B, T, K), zeros where masked.

        All scores are divided by `temperature` first; above 1, the result is less extreme.
        """
        options = self._options(find_mask(emissions, mask), temperature=temperature)
        return crf.crf_marginals(self._checked(emissions) / temperature, **options)

    def _checked(self, emissions):
        self._check_shape(emissions.shape)
        return ops.cast(emissions, self.variable_dtype)

    def _check_shape(self, shape):
        shape = tuple(shape)
        if len(shape) != 3 or shape[-1] != self.num_tags:
            raise ValueError(
                f"{self.name}: `emissions` must have the shape (batch, time, {self.num_tags}), "
                f"got {shape}."
            )

    def compute_output_shape(self, emissions_shape: Shape) -> Shape:
        """Return the shape of the emissions, which is that of the marginals."""
        return tuple(emissions_shape)

    def compute_output_spec(
        self, emissions: Tensor, mask: Tensor | None = None, returns: str = "emissions"
    ) -> keras.KerasTensor:
        """Return the shape and dtype of what is returned."""
        check_choice("returns", returns, RETURNS)
        self._check_shape(emissions.shape)
        if returns == "tags":
            return keras.KerasTensor(emissions.shape[:2], "int32")
        return keras.KerasTensor(emissions.shape, self.variable_dtype)
