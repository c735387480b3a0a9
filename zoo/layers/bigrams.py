"""A linear score of words and pairs of words, beside what a network makes of a text."""

from typing import Any

import keras
from keras import ops

from zoo.layers.guards import check_positive_int
from zoo.layers.product_quantized_embedding import CodedEmbedding
from zoo.ops.tensor_types import Shape, Tensor

MOST_WORDS = 46_340  # so many squared are below 2 ** 31: no two pairs are one number


@keras.saving.register_keras_serializable(package="zoo")
class WordPairs(keras.layers.Layer):
    """Add up the weights of a text's words and of its pairs of neighbouring words.

    ```
    s = b + sum_t u[w_t] + sum_t v[h(w_t, w_t+1)],   h(x, y) = (m x + y) mod P,  m < 2^31 / V
    ```

    Pairs that share a place share a weight. Weights are kept in a byte each and are not trained
    here: they come from a linear model, by `assign`, and are 0 before.

    Args:
        vocabulary_size: V, how many words there are; id 0 is padding.
        places: P, how many weights pairs have.

    Call arguments:
        ids: (B, T) integers, 0 where there is padding, which belongs at an end: words on either
            side of it are no pair.

    Returns:
        (B,) scores.

    Raises:
        ValueError: more words than `MOST_WORDS`.

    Example:

    >>> import numpy as np
    >>> layer = WordPairs(4, places=16)
    >>> layer.build()
    >>> weights = np.zeros(20)
    >>> weights[3], weights[layer.pair_features(np.array([2]), np.array([3]))] = 1, -5
    >>> layer.assign(weights, 0.5)
    >>> ops.convert_to_numpy(layer(np.array([[2, 3, 0], [3, 3, 2]]))).tolist()
    [-3.5, 2.5]

    Reference: Cheng et al., Wide and Deep Learning, 2016; Joulin et al., Bag of Tricks, 2017.
    """

    def __init__(self, vocabulary_size: int, places: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.vocabulary_size = check_positive_int("vocabulary_size", vocabulary_size)
        self.places = check_positive_int("places", places)
        if vocabulary_size > MOST_WORDS:
            raise ValueError(
                f"`vocabulary_size` must be at most {MOST_WORDS} for pairs of words, got "
                f"{vocabulary_size}."
            )
        self.table = CodedEmbedding(vocabulary_size + places, 1, pieces=1, name="table")

    def build(self, ids_shape: Shape | None = None) -> None:
        """Create the weights."""
        self.table.build()
        self.bias = self.add_weight((), "zeros", trainable=False, name="bias")

    def pair_features(self, words: Tensor, following: Tensor) -> Tensor:
        """Return the places of pairs of words in the weights, from V on; arrays of any kind."""
        multiplier = (2**31 - 1) // self.vocabulary_size - 1
        return self.vocabulary_size + (words * multiplier + following) % self.places

    def call(self, ids: Tensor) -> Tensor:
        """Score the texts; see the class."""
        ids = ops.cast(ids, "int32")
        # The last word is followed by padding, so that a text of one word needs no case of its own.
        following = ops.pad(ids, [[0, 0], [0, 1]])[:, 1:]
        singles = self._weights(ids, ids != 0)
        pairs = self._weights(self.pair_features(ids, following), (ids != 0) & (following != 0))
        return self.bias + ops.sum(singles + pairs, axis=-1)

    def assign(self, weights: Any, bias: Any) -> None:
        """Set the weights of words and pairs, (V + P,), and the bias."""
        self.table.encode(weights[:, None])
        self.bias.assign(bias)

    def _weights(self, features, inside):
        return ops.where(inside, self.table(features)[..., 0], 0.0)

    def compute_output_shape(self, ids_shape: Shape) -> Shape:
        """Return the shape of the scores."""
        return ids_shape[:1]

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        names = ("vocabulary_size", "places")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
