"""A linear model of words and hashed bigrams."""

from typing import Any

import keras
from keras import ops

from zoo.layers.guards import check_positive_int
from zoo.layers.inner import inherited
from zoo.layers.product_quantized_embedding import ProductQuantizedEmbedding
from zoo.ops.tensor_types import Shape, Tensor

MAX_VOCABULARY_SIZE = 46_340  # its square is below 2 ** 31, so that every bigram has its own number


@keras.saving.register_keras_serializable(package="zoo")
class HashedBigrams(keras.layers.Layer):
    """Sum the weights of the words and of the bigrams of a text.

    ```
    s = b + sum_t u[w_t] + sum_t v[h(w_t, w_t+1)],   h(x, y) = (m x + y) mod P,  m < 2^31 / V
    ```

    Bigrams in the same hash bucket share a weight. The weights are stored in one byte each and are
    not trained by gradients: `assign` sets them to those of a linear model. They start at 0.

    Args:
        vocabulary_size: V, the number of words; id 0 is padding.
        num_buckets: P, the number of hash buckets of the bigrams.

    Call arguments:
        ids: (B, T) integers, 0 for padding, which must be at an end: two words with padding
            between them are not a bigram.
        mask: (B, T) boolean, or None; a masked id counts as padding.

    Returns:
        (B,) scores.

    Raises:
        ValueError: `vocabulary_size` is above `MAX_VOCABULARY_SIZE`.

    Example:

    >>> import numpy as np
    >>> layer = HashedBigrams(4, num_buckets=16)
    >>> layer.build()
    >>> weights = np.zeros(20)
    >>> weights[3], weights[layer.bigram_ids(np.array([2]), np.array([3]))] = 1, -5
    >>> layer.assign(weights, 0.5)
    >>> ops.convert_to_numpy(layer(np.array([[2, 3, 0], [3, 3, 2]]))).tolist()
    [-3.5, 2.5]

    Reference: Cheng et al., Wide and Deep Learning, 2016; Joulin et al., Bag of Tricks, 2017.
    """

    def __init__(self, vocabulary_size: int, num_buckets: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.vocabulary_size = check_positive_int("vocabulary_size", vocabulary_size)
        self.num_buckets = check_positive_int("num_buckets", num_buckets)
        if vocabulary_size > MAX_VOCABULARY_SIZE:
            raise ValueError(
                f"`vocabulary_size` must be at most {MAX_VOCABULARY_SIZE}, got {vocabulary_size}."
            )
        rows = vocabulary_size + num_buckets
        self.table = ProductQuantizedEmbedding(rows, 1, 1, **inherited(self), name="table")

    def build(self, ids_shape: Shape | None = None) -> None:
        """Create the weights."""
        self.table.build()
        self.bias = self.add_weight((), "zeros", trainable=False, name="bias")

    def bigram_ids(self, words: Tensor, following: Tensor) -> Tensor:
        """Return the indices of bigrams among the weights, from V on, for arrays of any kind."""
        multiplier = (2**31 - 1) // self.vocabulary_size - 1
        return self.vocabulary_size + (words * multiplier + following) % self.num_buckets

    def call(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """Score the texts; see the class."""
        ids = ops.cast(ids, "int32")
        if mask is not None:
            ids = ops.where(mask, ids, 0)
        # Padding follows the last word, so that a text of one word is no special case.
        following = ops.pad(ids, [[0, 0], [0, 1]])[:, 1:]
        words = self._weights(ids, ids != 0)
        bigrams = self._weights(self.bigram_ids(ids, following), (ids != 0) & (following != 0))
        return self.bias + ops.sum(words + bigrams, axis=-1)

    def assign(self, weights: Any, bias: Any) -> None:
        """Set the weights of words and bigrams, (V + P,), and the bias."""
        self.table.encode(weights[:, None])
        self.bias.assign(bias)

    def _weights(self, features, inside):
        return ops.where(inside, self.table(features)[..., 0], 0.0)

    def compute_mask(self, ids: Tensor, mask: Tensor | None = None) -> None:
        """Return None: the scores have no positions."""
        return None

    def compute_output_shape(self, ids_shape: Shape) -> Shape:
        """Return the shape of the scores."""
        return ids_shape[:1]

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        names = ("vocabulary_size", "num_buckets")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
