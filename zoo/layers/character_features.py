"""A vector for each word, computed from its characters."""

from collections.abc import Iterable
from typing import Any, cast

import keras
from keras import ops

from zoo.layers.guards import check_choice, check_positive_int, check_rate
from zoo.layers.inner import inherited
from zoo.layers.rnn.bidirectional import BiLSTM
from zoo.layers.rnn.kernels import current_kernel
from zoo.ops.pooling import masked_max
from zoo.ops.tensor_types import Shape, Tensor

KINDS = ("cnn", "bilstm")


@keras.saving.register_keras_serializable(package="zoo")
class CharacterFeatures(keras.layers.Layer):
    """Map the characters of each word to one vector.

    ```
    cnn     v = max_j tanh(conv(e_1 .. e_C))_j      each filter sees a few neighbouring characters
    bilstm  v = [forward h after the last character ; backward h after the first one]
    ```

    Args:
        vocabulary_size: number of character ids; id 0 is padding.
        units: W, the width of a word's vector; must be even for "bilstm".
        kind: "cnn" or "bilstm".
        embedding_dim: the width of a character's embedding.
        widths: the filter widths of "cnn", in characters; each width gets an equal share of the
            filters.
        dropout: fraction of the features of the characters dropped.

    Call arguments:
        characters: (B, T, C) integers, 0 for padding.
        training: whether dropout acts.

    Returns:
        (B, T, W).

    Masking:
        Padded characters have no effect; a word without characters gets zeros. An implicit mask of
        the words, (B, T), goes out as it came in; the layer makes none of its own, since it cannot
        tell a word without known characters from padding.

    Raises:
        ValueError: a wrong argument.

    Example:

    >>> import numpy as np
    >>> features = CharacterFeatures(vocabulary_size=30, units=8)
    >>> tuple(features(np.array([[[3, 4, 0], [5, 0, 0]]])).shape)
    (1, 2, 8)

    Reference: Ma & Hovy (2016) for "cnn", Lample et al. (2016) for "bilstm".
    """

    def __init__(
        self,
        vocabulary_size: int,
        units: int = 30,
        *,
        kind: str = "cnn",
        embedding_dim: int = 30,
        widths: Iterable[int] = (3,),
        dropout: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.vocabulary_size = check_positive_int("vocabulary_size", vocabulary_size)
        self.units = check_positive_int("units", units)
        self.kind = check_choice("kind", kind, KINDS)
        self.embedding_dim = check_positive_int("embedding_dim", embedding_dim)
        self.widths = tuple(check_positive_int("widths", width) for width in widths)
        self.dropout = check_rate("dropout", dropout)
        parts = len(self.widths) if kind == "cnn" else 2
        if not parts or units % parts:
            raise ValueError(
                f"`units` must be divisible by {parts} with kind={kind!r}, got {units}."
            )
        uniform = keras.initializers.RandomUniform(-(limit := (3 / embedding_dim) ** 0.5), limit)
        self.embedding = keras.layers.Embedding(
            vocabulary_size,
            embedding_dim,
            uniform,  # pyright: ignore[reportArgumentType]
            **inherited(self),
            name="embedding",
        )
        self.drop = keras.layers.Dropout(dropout, **inherited(self), name="drop")
        if kind == "cnn":
            self.readers = [
                keras.layers.Conv1D(
                    units // parts,
                    width,
                    padding="same",
                    **inherited(self),
                    name=f"convolution_{width}",
                )
                for width in self.widths
            ]
        else:
            self.readers = [BiLSTM(units // 2, **inherited(self), name="bilstm")]

    def build(self, characters_shape: Shape) -> None:
        """Create the weights."""
        self.embedding.build((None, None))
        for reader in self.readers:
            reader.build((None, None, self.embedding_dim))

    def call(self, characters: Tensor, training: bool = False) -> Tensor:
        """Return the vectors of words; see the class."""
        batch, length, width = cast("Shape", ops.shape(characters))
        words = ops.reshape(characters, (-1, width))
        mask = ops.not_equal(words, 0)
        embedded = self.drop(self.embedding(words), training=training)
        if self.kind == "cnn":
            # A filter must see zeros at padding, as it does beyond the ends of a word.
            embedded = embedded * ops.cast(ops.expand_dims(mask, -1), embedded.dtype)
            filtered = [reader(embedded) for reader in self.readers]
            vectors = masked_max(ops.tanh(ops.concatenate(filtered, axis=-1)), mask)
        else:
            if current_kernel():
                raise ValueError(
                    'Character features with kind="bilstm" cannot be exported to TFLite: its fused '
                    'operator reads one sequence, not a batch of words. Train with kind="cnn".'
                )
            vectors = self.readers[0](embedded, mask=mask, training=training)
        return ops.reshape(vectors, (batch, length, self.units))

    def compute_output_shape(self, characters_shape: Shape) -> Shape:
        """Return the shape of the vectors."""
        return (*characters_shape[:2], self.units)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        names = "vocabulary_size units kind embedding_dim widths dropout".split()
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
